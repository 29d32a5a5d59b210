"""Commands as Discord wants them described: slash commands with typed options, and one for messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefing.clean import cut
from bot.catalogue import Catalogue
from bot.commands.command import Command, Option

Json = dict[str, Any]

CHAT, MESSAGE_MENU = 1, 3
PART, TEXT, NUMBER, CHANNEL, ROLE, FILE = 1, 3, 4, 7, 8, 11
TYPES = {"count": NUMBER, "channel": CHANNEL, "role": ROLE, "file": FILE}
COMPLETED = frozenset({"speaker", "theme", "date", "feed", "statement", "zone", "time", "days", "alert"})
MANAGE_GUILD = 1 << 5
IN_GUILD, IN_BOT_DM, IN_OTHER_DM = 0, 1, 2
FOR_GUILD, FOR_USER = 0, 1
WRITABLE = (0, 5, 11, 15)
"""Text, announcement, public thread and forum: where a digest can go."""

_ABOUT, _CHOICES = 100, 25
MENU_KEY = "command.check_menu"


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogues that names and descriptions come from; ``others`` by Discord's locale ("ko")."""

    english: Catalogue
    others: Mapping[str, Catalogue]

    def about(self, key: str) -> Json:
        """A description with its localisations."""
        text = cut(self.english.say(key), _ABOUT)
        others = {locale: cut(one.say(key), _ABOUT) for locale, one in self.others.items() if one.has_own(key)}
        return {"description": text} | ({"description_localizations": others} if others else {})

    def name(self, name: str) -> Json:
        """A name with its localisations."""
        key = f"typed.{name}"
        others = {locale: one.say(key) for locale, one in self.others.items() if one.has_own(key)}
        return {"name": name} | ({"name_localizations": others} if others else {})


def described(commands: Sequence[Command], words: Words) -> list[Json]:
    """The body of the bulk overwrite: every command, and the one that is chosen on a message."""
    return [*(_command(command, words) for command in commands), *_menu(commands, words)]


def digest_of(payload: Sequence[Json]) -> str:
    """Tells whether definitions changed."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def _command(command: Command, words: Words) -> Json:
    admin = command.admin  # one permission covers a command with all its parts
    parts = [_part(part, words) for part in command.parts]
    told: Json = {"type": CHAT} | words.name(command.name) | words.about(command.about)
    told["options"] = parts or _options(command.options, words)
    told["contexts"] = [IN_GUILD] if admin else [IN_GUILD, IN_BOT_DM, IN_OTHER_DM]
    told["integration_types"] = [FOR_GUILD] if admin else [FOR_GUILD, FOR_USER]
    told["default_member_permissions"] = MANAGE_GUILD if admin else None
    return told


def _part(part: Command, words: Words) -> Json:
    return {"type": PART} | words.name(part.name) | words.about(part.about) | {"options": _options(part.options, words)}


def _options(options: Sequence[Option], words: Words) -> list[Json]:
    """Required ones first, as Discord demands."""
    return [_option(option, words) for option in sorted(options, key=lambda one: not one.required)]


def _option(option: Option, words: Words) -> Json:
    told: Json = {"type": TYPES.get(option.kind, TEXT)} | words.name(option.name) | words.about(option.about)
    told["required"] = option.required
    if option.kind == "count":
        told |= {"min_value": 1, "max_value": option.most}
    elif option.kind == "channel":
        told["channel_types"] = list(WRITABLE)
    elif option.kind in COMPLETED or len(option.choices) > _CHOICES:
        told["autocomplete"] = True
    elif option.choices:
        told["choices"] = [{"name": choice, "value": choice} for choice in option.choices]
    return told


def _menu(commands: Sequence[Command], words: Words) -> list[Json]:
    """The menu command on messages, where there is a command that can check them."""
    if not any(command.name == "check" for command in commands):
        return []
    others = {locale: one.say(MENU_KEY) for locale, one in words.others.items() if one.has_own(MENU_KEY)}
    told: Json = {
        "type": MESSAGE_MENU,
        "name": words.english.say(MENU_KEY),
        "contexts": [IN_GUILD, IN_BOT_DM, IN_OTHER_DM],
        "integration_types": [FOR_GUILD, FOR_USER],
        "default_member_permissions": None,
    }
    return [told | ({"name_localizations": others} if others else {})]
