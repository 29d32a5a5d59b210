"""Who asks, from where, and which line they typed: what Slack hands over, read into our own terms."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefing.alerts import watches_of
from bot.briefing.subscription import subscription_of
from bot.catalogue import Catalogue
from bot.commands.command import Caller, Command, Desk, Place
from bot.commands.reading import find_command, read_options
from bot.errors import BriefbotError
from bot.platforms.slack_parts.calls import LOST, Calls, RefusedError
from bot.platforms.slack_parts.escaping import read_typed

log = logging.getLogger(__name__)

PLATFORM = "slack"
_KNOWN_FOR = 600.0
_MOST_KNOWN = 5000
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{5,}")
_GROUP = re.compile(r"S[A-Z0-9]{2,}")
_MOST_ASKED = 40

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as Slack knows them."""

    name: str
    admin: bool
    language: str


def workspace_of(team: str) -> str:
    """A team's id among all workspaces."""
    return f"{PLATFORM}:{team}"


def message_text(payload: Payload) -> str:
    """The text of the message a shortcut was chosen on: its own words, else those of its blocks and attachments."""
    message = payload.get("message") or {}
    parts = [str(message.get("text") or "")]
    if not parts[0].strip():
        parts = list(_texts(message.get("blocks") or ()))
    for one in message.get("attachments") or ():
        parts += [str(one.get(name) or "") for name in ("title", "text", "fallback") if one.get(name)][:2]
    return read_typed("\n".join(part for part in parts if part))


def _texts(found: object) -> Iterable[str]:
    if isinstance(found, Mapping):
        if isinstance(found.get("text"), str):
            yield found["text"]
        for value in found.values():
            yield from _texts(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _texts(value)


def channels_asked(line: str, desk: Desk) -> set[str]:
    """The ids of all channels that an admin's line or the settings behind it name; a lookup needs none."""
    try:
        command, name, rest = find_command(line, desk)
        given = read_options(command, name, rest, desk)
    except BriefbotError:
        return set()
    return channels_given(command, given) | channels_set(desk) if command.admin and desk.admin else set()


def channels_given(command: Command, given: Mapping[str, str]) -> set[str]:
    """The ids in those options of a command that are channels."""
    values = (given.get(option.name, "") for option in command.options if option.kind == "channel")
    return {value for value in values if _CHANNEL.fullmatch(value)}


def channels_set(desk: Desk) -> set[str]:
    """The ids in a workspace's settings."""
    settings = desk.workspace.settings
    watched = (one.channel for one in watches_of(settings))
    named = (subscription_of(settings).channel, str(settings.get("admin_channel") or ""), *watched)
    return {one for one in named if _CHANNEL.fullmatch(one)}


def group_trouble(typed: str, catalogue: Catalogue) -> str:
    """Why an alert cannot call this; empty for a user group's id, the only thing that it can."""
    return "" if _GROUP.fullmatch(typed) else catalogue.say("slack.no_group", typed=typed)


class People:
    """Who people are: asked of Slack once in a while. ``admins``, when given, are the only ones."""

    def __init__(self, calls: Calls, admins: Sequence[str] = (), language: str = "en") -> None:
        self._calls, self._admins, self._language = calls, frozenset(admins), language
        self._known: dict[str, tuple[float, Person]] = {}

    async def caller(self, team: str, user: str) -> Caller:
        """Somebody as a caller; whom Slack tells nothing of is no admin, unless listed."""
        person = await self._person(user)
        return Caller(workspace_of(team), f"{person.name} ({user})", admin=person.admin, language=person.language)

    async def _person(self, user: str) -> Person:
        now = time.monotonic()
        if (known := self._known.get(user)) and now - known[0] < _KNOWN_FOR:
            return known[1]
        try:
            told = await self._calls.call("users.info", {"user": user, "include_locale": "true"}, form=True)
        except (RefusedError, *LOST) as error:
            log.warning("Slack does not tell who %s is: %s", user, error or type(error).__name__)
            return Person(user, user in self._admins, self._language)
        person = self._read(user, told.get("user") or {})
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[user] = (now, person)
        return person

    def _read(self, user: str, told: Payload) -> Person:
        profile = told.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or told.get("name") or user
        rights = bool(told.get("is_admin") or told.get("is_owner"))
        language = str(told.get("locale") or self._language).partition("-")[0]
        return Person(str(name), user in self._admins if self._admins else rights, language)


class Places:
    """What channels are called, and whether anything can be posted there; asked before it is needed."""

    def __init__(self, calls: Calls, bot: str, catalogue: Catalogue) -> None:
        self._calls, self.bot, self._catalogue = calls, bot, catalogue
        self._known: dict[str, Place] = {}

    async def learn(self, channels: Iterable[str], catalogue: Catalogue) -> None:
        """Ask Slack about these channels, all at the same time, so that ``place`` can tell."""
        asked = sorted(set(channels))[:_MOST_ASKED]
        places = await asyncio.gather(*(self._ask(channel, catalogue) for channel in asked))
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known.update(zip(asked, places, strict=True))

    def place(self, channel: str) -> Place:
        """What was learnt of a channel; what is no channel's id, such as a name, leads nowhere."""
        if known := self._known.get(channel):
            return known
        is_one = bool(_CHANNEL.fullmatch(channel))
        return Place(channel, "" if is_one else self._catalogue.say("slack.no_channel", where=channel))

    async def _ask(self, channel: str, catalogue: Catalogue) -> Place:
        try:
            told = await self._calls.call("conversations.info", {"channel": channel}, form=True)
        except RefusedError as error:
            if error.error == "channel_not_found":
                return Place(channel, catalogue.say("slack.not_found", where=channel, bot=self.bot))
            log.warning("Slack does not tell what %s is: %s", channel, error)
            return Place(channel)
        except LOST:
            return Place(channel)
        return self._read(told.get("channel") or {}, catalogue)

    def _read(self, told: Payload, catalogue: Catalogue) -> Place:
        if told.get("is_im"):
            return Place(catalogue.say("slack.direct"))
        where = f"#{told.get('name', '')}"
        if told.get("is_archived"):
            return Place(where, catalogue.say("slack.archived", where=where))
        if not told.get("is_member"):
            return Place(where, catalogue.say("slack.invite", where=where, bot=self.bot))
        return Place(where)
