"""What the commands are called in Slack, where some names are Slack's own, and how texts of ours then spell them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.briefing.message import Entry, Message, Section
from bot.commands.command import Command
from bot.platforms.slack_parts.escaping import read_typed

NAME = "briefbot"
"""The command that always exists, whatever other apps have taken: ``/briefbot statement …``."""

OWN = "brief-"
"""Goes before a name that Slack keeps for itself: ``/brief-search``."""

RESERVED = frozenset(
    {
        "active", "apps", "archive", "away", "call", "canvas", "collapse", "dm", "dnd", "expand", "feed", "feedback",
        "giphy", "help", "huddle", "invite", "invite_people", "join", "keys", "kick", "leave", "list", "me", "msg",
        "mute", "open", "part", "people", "prefs", "pro", "remind", "remove", "rename", "search", "send", "shortcuts",
        "shrug", "star", "status", "topic", "unarchive", "who",
    }
)  # fmt: skip
"""Slack's built-in commands (its help centre lists them, not one page all): an app that asks for one of these names has
its whole manifest refused ("the slash command has an invalid name")."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of our commands in one workspace; ``prefix`` is the operator's, and goes before every one."""

    commands: Sequence[Command]
    prefix: str = ""
    _ours: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        ours = "|".join(re.escape(one.name) for one in self.commands) or r"(?!)"
        object.__setattr__(self, "_ours", re.compile(rf"(?<![^\s(“\"'«])/({ours})(?![\w/-])"))

    def slash(self, name: str) -> str:
        """A command's name as Slack has it, without the slash."""
        wanted = f"{self.prefix}{name}"
        return f"{OWN}{wanted}" if wanted in RESERVED else wanted

    def line(self, command: str, text: str) -> str:
        """The line that a slash command means: ``/briefbot digest``, ``/nk-digest`` and ``/digest`` alike."""
        name = command.removeprefix("/")
        typed = read_typed(text)
        if name == NAME:
            name, _, typed = (typed.removeprefix("/") or "help").partition(" ")
        meant = self._meant(name)
        return f"/{meant} {self._meant(typed.removeprefix('/')) if meant == 'help' else typed}".strip()

    def _meant(self, name: str) -> str:
        """Our own name for the command that is called so here."""
        return next((one.name for one in self.commands if name == self.slash(one.name)), name)

    def spelled(self, text: str) -> str:
        """A text of ours with every command as it is typed here."""
        return self._ours.sub(lambda found: f"/{self.slash(found[1])}", text)

    def told(self, message: Message) -> Message:
        """The message with every command in it as it is typed here; quotations and sources stay as they are."""
        return replace(
            message,
            title=self.spelled(message.title),
            lead=self.spelled(message.lead),
            sections=tuple(self._section(one) for one in message.sections),
            footer=self.spelled(message.footer),
        )

    def _section(self, section: Section) -> Section:
        entries = tuple(self._entry(one) for one in section.entries)
        return Section(self.spelled(section.title), entries, self.spelled(section.more))

    def _entry(self, entry: Entry) -> Entry:
        notes = tuple(self.spelled(note) for note in entry.notes)
        return replace(entry, headline=self.spelled(entry.headline), detail=self.spelled(entry.detail), notes=notes)
