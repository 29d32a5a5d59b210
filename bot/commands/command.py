"""What a command is, on every platform: typed options in, a Message out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.briefing.charts import Chart, Draw
from bot.briefing.drawing import png
from bot.briefing.gather import Compare, tell
from bot.briefing.message import Message
from bot.briefing.voice import Person, Told, Voice
from bot.catalogue import Catalogue
from bot.commands.one_by_one import OneByOne
from bot.commands.periods import Period
from bot.sources import Source
from store import Store
from store.records import Coding, Item, Statement, Workspace

OptionKind = Literal[
    "speaker", "theme", "date", "text", "count", "channel", "feed", "choice", "statement",
    "alert", "days", "file", "role", "time", "zone", "query", "rule",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """One typed option. ``about`` is the catalogue's key for its description.

    ``rest``: in free text it takes all words that are left. ``most`` bounds a count: more
    is taken as that many, unless it is a ``level``, of which there are no more. A "query" is
    searched for: quotation marks in it stay, as they do in a "rule" of an alert.
    """

    name: str
    kind: OptionKind
    about: str
    required: bool = False
    choices: tuple[str, ...] = ()
    rest: bool = False
    most: int = 25
    level: bool = False


class Match(Protocol):
    """A speaker found by name: ``score`` is 1 for a spelling on record, below 0.75 for a near miss."""

    @property
    def slug(self) -> str: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def score(self) -> float: ...  # noqa: D102


class People(Protocol):
    """Who speaks: the part of the registry (``bot.classify.speakers.Registry``) that commands ask."""

    def find(self, query: str, on: date | None = None, limit: int = 25) -> Sequence[Match]: ...  # noqa: D102
    def exact(self, query: str) -> str | None: ...  # noqa: D102
    def titled(self, query: str) -> bool: ...  # noqa: D102
    def official(self, slug: str) -> Person | None: ...  # noqa: D102
    def side(self, slug: str) -> str: ...  # noqa: D102


class Likeness(Protocol):
    """How surely a candidate is the same utterance, 0 to 1, and why: ``bot.classify.identity_statements`` has it."""

    @property
    def statement(self) -> Statement: ...  # noqa: D102

    @property
    def score(self) -> float: ...  # noqa: D102

    @property
    def reasons(self) -> tuple[str, ...]: ...  # noqa: D102


Likenesses = Callable[[Statement, Sequence[Statement]], Sequence[Likeness]]


@dataclass(frozen=True, slots=True)
class Probed:
    """What trying an address gave: the feed behind it and its latest items, as they would be coded.

    ``entry`` holds the keys of feeds.yaml for it, ready to be added.
    """

    entry: Mapping[str, object]
    items: tuple[tuple[Item, Coding], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as people know it; ``trouble`` says in words why nothing could be posted there, or is empty."""

    name: str
    trouble: str = ""


async def _unread(_item: Item) -> Coding:
    return Coding(relevant=False)


def _callable(_role: str, _channel: str) -> str:
    return ""


async def in_thread(chart: Chart) -> bytes:
    """A chart drawn in a thread of this process; for short-lived ones and tests."""
    return await asyncio.to_thread(png, chart)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and from where: all that a platform knows of them."""

    workspace: str
    who: str
    admin: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a command may use; made anew for every call.

    ``now`` is aware and in UTC. ``probe`` reads an address once and raises a FeedError
    in plain words. ``commands`` are those of the platform, for help. ``compare`` holds a
    statement against the record where that was not done when it was saved. ``read`` codes a
    text off the event loop, ``known`` finds the statement on record that one repeats, ``place``
    tells what a platform's channel is called, ``role`` what a role is, ``uncalled`` in words why
    a role or group could not be called in a channel ("" when it can). ``likenesses`` weighs
    whether other statements are the same utterance. ``draw`` is for platforms that show pictures.
    ``ended``: platforms that cannot be served any more, with the reason. ``queue`` is shared by
    all desks of the process.
    """

    store: Store
    people: People
    catalogue: Catalogue
    now: datetime
    probe: Callable[[str], Awaitable[Probed]]
    sources: tuple[Source, ...] = ()
    workspace: Workspace = field(default_factory=lambda: Workspace(id="console", platform="console"))
    who: str = ""
    admin: bool = False
    commands: tuple[Command, ...] = ()
    compare: Compare | None = None
    read: Callable[[Item], Awaitable[Coding]] = _unread
    known: Callable[[Statement], Statement | None] = lambda _statement: None
    place: Callable[[str], Place] = Place
    uncalled: Callable[[str, str], str] = _callable
    role: Callable[[str], str] = str
    likenesses: Likenesses | None = None
    draw: Draw = in_thread
    ended: Mapping[str, str] = field(default_factory=dict)
    queue: OneByOne = field(default_factory=OneByOne)

    def tell(self, statement: Statement) -> Told:
        """A statement with what the record says of it."""
        return tell(statement, self.store, self.compare)

    @property
    def voice(self) -> Voice:
        """The catalogue together with the names of people."""
        return Voice(self.catalogue, self.people.official)

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's own time zone; UTC unless it has set one that exists."""
        try:
            return ZoneInfo(str(self.workspace.settings.get("timezone", "UTC")))
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @property
    def today(self) -> date:
        """The day it is now, in the workspace's own zone."""
        return self.now.astimezone(self.zone).date()


DeskFactory = Callable[[Caller], Desk]

Value = str | int | Period


@dataclass(frozen=True, slots=True)
class Arguments:
    """The options that were given, by name, already of their type."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A text, theme, speaker (slug), feed or choice."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else default

    def count(self, name: str, default: int) -> int:
        """A number."""
        value = self.values.get(name, default)
        return value if isinstance(value, int) else default

    def period(self, name: str) -> Period | None:
        """A date as typed: a day, a month, a year, a week."""
        value = self.values.get(name)
        return value if isinstance(value, Period) else None

    def first(self, name: str) -> date | None:
        """The first day of a date option ("since")."""
        period = self.period(name)
        return period.first if period else None

    def last(self, name: str) -> date | None:
        """The last day of a date option ("until")."""
        period = self.period(name)
        return period.last if period else None


Run = Callable[[Desk, Arguments], Awaitable[Message]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command, or one of its parts ("feeds add").

    ``about`` is the catalogue's key for its description, ``example`` a line that works. A
    command with ``parts`` is only the name they share: its own ``run`` is the one for no part at all.
    ``admin``: refused, in words, to everybody else, and so is every part of it.
    """

    name: str
    about: str
    run: Run
    options: tuple[Option, ...] = ()
    example: str = ""
    admin: bool = False
    parts: tuple[Command, ...] = ()

    def option(self, name: str) -> Option | None:
        """The option of that name."""
        return next((option for option in self.options if option.name == name), None)

    def part(self, name: str) -> Command | None:
        """The part of that name."""
        return next((part for part in self.parts if part.name == name), None)
