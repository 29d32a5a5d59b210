"""What there is in the small Discord: guilds, channels, messages, interactions."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

EPOCH = 1_420_070_400_000
Json = dict[str, Any]
_count = itertools.count(1)


def snowflake() -> str:
    """An id as Discord makes them: the moment, then a serial number."""
    return str(((int(time.time() * 1000) - EPOCH) << 22) | (next(_count) & 0x3FFFFF))


class Permission(IntFlag):
    """The bits of permissions that matter here."""

    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    MENTION_EVERYONE = 1 << 17
    READ_HISTORY = 1 << 16
    USE_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_IN_THREADS = 1 << 38


NONE = Permission(0)
AMONG_PEOPLE = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE
"""What an app may where a person brought it along into direct messages."""
MEMBER = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.USE_COMMANDS | Permission.READ_HISTORY
ADMIN = MEMBER | Permission.MANAGE_GUILD
BOT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_HISTORY
    | Permission.SEND_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
)

TEXT, DM, GROUP, ANNOUNCEMENT, PUBLIC_THREAD, FORUM = 0, 1, 3, 5, 11, 15

REQUIRE_TAG = 1 << 4


def tag(name: str, *, moderated: bool = False) -> Json:
    """A forum's tag; a moderated one is for whoever may manage threads."""
    return {"id": snowflake(), "name": name, "moderated": moderated, "emoji_id": None, "emoji_name": None}


@dataclass
class Channel:
    """One channel or thread. ``denied`` are permissions the bot lacks here; ``tags`` are a forum's."""

    name: str
    type: int = TEXT
    guild: str = ""
    parent: str = ""
    owner: str = ""
    denied: Permission = NONE
    archived: bool = False
    locked: bool = False
    deleted: bool = False
    tag_wanted: bool = False
    tags: list[Json] = field(default_factory=list)
    id: str = field(default_factory=snowflake)
    messages: list[Json] = field(default_factory=list)
    posted_at: list[float] = field(default_factory=list)

    def payload(self, bot: str) -> Json:
        """As the API gives it."""
        told: Json = {"id": self.id, "type": self.type, "name": self.name, "position": 0, "permission_overwrites": []}
        if self.guild:
            told["guild_id"] = self.guild
        if self.denied:
            told["permission_overwrites"] = [{"id": bot, "type": 1, "allow": "0", "deny": str(int(self.denied))}]
        if self.type == FORUM:
            told |= {"flags": REQUIRE_TAG if self.tag_wanted else 0, "available_tags": self.tags}
        if self.type == PUBLIC_THREAD:
            told |= {
                "parent_id": self.parent,
                "owner_id": self.owner or bot,
                "message_count": len(self.messages),
                "member_count": 1,
                "thread_metadata": {
                    "archived": self.archived,
                    "locked": self.locked,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": "2026-01-01T00:00:00+00:00",
                },
            }
        return told


@dataclass
class Guild:
    """One server with its channels; the first is the system channel."""

    name: str = "Analysts"
    channels: list[Channel] = field(default_factory=lambda: [Channel("general"), Channel("briefing")])
    id: str = field(default_factory=snowflake)
    roles: dict[str, Permission] = field(default_factory=dict)
    mentionable: set[str] = field(default_factory=set)
    joined: bool = True
    granted: Permission = BOT

    def __post_init__(self) -> None:
        for channel in self.channels:
            channel.guild = self.id

    def channel(self, name: str) -> Channel:
        """The channel of that name."""
        return next(channel for channel in self.channels if channel.name == name)

    def add(self, channel: Channel) -> Channel:
        """One more channel."""
        channel.guild = self.id
        self.channels.append(channel)
        return channel

    def payload(self, bot: Json) -> Json:
        """As GUILD_CREATE gives it."""
        everyone = _role(self.id, "@everyone", MEMBER, 0)
        ours = _role(str(int(self.id) + 1), "briefbot", self.granted, 1)
        others = [_role(role, f"role {role}", permissions, 2) for role, permissions in self.roles.items()]
        member = {"user": bot, "roles": [ours["id"]], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False}
        threads = [one for one in self.channels if one.type == PUBLIC_THREAD]
        return {
            "id": self.id,
            "name": self.name,
            "owner_id": "1",
            "system_channel_id": next((one.id for one in self.channels if one.type == TEXT), None),
            "roles": [everyone, ours, *({**one, "mentionable": one["id"] in self.mentionable} for one in others)],
            "channels": [one.payload(bot["id"]) for one in self.channels if one not in threads and not one.deleted],
            "threads": [one.payload(bot["id"]) for one in threads if not one.archived],
            "members": [{**member, "mute": False, "flags": 0}],
            "member_count": 40,
            "preferred_locale": "en-US",
            "features": [],
            "emojis": [],
            "stickers": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
        }


def _role(id_: str, name: str, permissions: Permission, position: int) -> Json:
    return {
        "id": id_,
        "name": name,
        "permissions": str(int(permissions)),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": position == 1,
        "mentionable": False,
        "flags": 0,
    }


@dataclass
class Interaction:
    """One interaction in the making: when it was asked, acknowledged and answered, and with what."""

    type: int
    channel: Channel
    asked: float
    source: Json | None = None
    id: str = field(default_factory=snowflake)
    token: str = field(default_factory=lambda: f"interaction-{snowflake()}")
    acknowledged: float = 0.0
    response: int = 0
    ephemeral: bool = False
    shown: list[Json] = field(default_factory=list)
    original: str = ""
    choices: list[Json] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Reply:
    """What a person saw: the message, whether only they saw it, and how soon the first sign of life came (seconds)."""

    message: Json
    ephemeral: bool
    first: float
    took: float
    updated: bool = False
    deferred: bool = False

    @property
    def text(self) -> str:
        """All that can be read, in reading order."""
        embeds = self.message.get("embeds", [])
        parts = [self.message.get("content") or ""]
        for embed in embeds:
            parts += [embed.get("title", ""), embed.get("description", "")]
            parts += [part for one in embed.get("fields", []) for part in (one["name"], one["value"])]
            parts.append(embed.get("footer", {}).get("text", ""))
        return "\n".join(part for part in parts if part)

    @property
    def plain(self) -> str:
        """The text as a reader sees it: without the marks of Markdown."""
        return unmarked(self.text)

    @property
    def buttons(self) -> list[Json]:
        """All buttons, row by row."""
        return [button for row in self.message.get("components", []) for button in row["components"]]

    def button(self, label: str) -> Json:
        """The button whose label holds these words."""
        return next(button for button in self.buttons if label in button.get("label", ""))


def unmarked(text: str) -> str:
    """Backslash escapes undone, emphasis dropped: what Discord shows."""
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            out.append(text[at + 1])
            at += 2
            continue
        if text[at] not in "*`":
            out.append(text[at])
        at += 1
    return "".join(out)


def options_of(given: Mapping[str, Any], types: Mapping[str, int]) -> list[Json]:
    """Option values as an interaction carries them."""
    return [{"name": name, "type": types.get(name, 3), "value": value} for name, value in given.items()]
