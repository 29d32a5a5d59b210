"""What is said, before any platform: frozen, cleaned, the same for Discord, Slack and the console.

Texts here are plain: no Markdown, no mrkdwn, no markup of any kind. A platform escapes
and cuts them to its own limits. Whatever came from a feed passes through ``clean`` on the
way in, so that no control, bidirectional or invisible character can reach a reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.briefing.charts import Chart
from bot.briefing.clean import clean, one_line, web_address

Kind = Literal["digest", "cards", "list", "notice", "question", "problem"]
"""What sort of message: a platform may colour by it, and must not rely on the colour."""


def _tidy(record: object, *names: str, lines: bool = False) -> None:
    for name in names:
        value = getattr(record, name)
        polish = clean if lines else one_line
        cleaned = polish(value) if isinstance(value, str) else tuple(polish(part) for part in value if polish(part))
        object.__setattr__(record, name, cleaned)


@dataclass(frozen=True, slots=True)
class Link:
    """Words and the http(s) address behind them; ``url`` is empty when there is no safe one."""

    text: str
    url: str = ""

    def __post_init__(self) -> None:
        _tidy(self, "text")
        object.__setattr__(self, "url", web_address(self.url))


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words, without quotation marks round them, and whose they are ("Kim Yo Jong, via KCNA")."""

    words: str
    by: str = ""

    def __post_init__(self) -> None:
        _tidy(self, "words", "by")


@dataclass(frozen=True, slots=True)
class Action:
    """A button: ``run`` types the command line ``argument`` for the reader, ``share`` posts this message openly.

    All that a button needs is in its argument, so that it still works after a restart.
    ``open`` leads to the address in ``argument``.
    """

    name: Literal["run", "share", "open"]
    argument: str
    label: str

    def __post_init__(self) -> None:
        _tidy(self, "argument", "label")


@dataclass(frozen=True, slots=True)
class Image:
    """A chart or picture with the words that stand for it where it cannot be seen.

    ``table`` has a chart's numbers in lines of characters, for places that show no pictures.
    """

    alt: str
    data: bytes
    name: str = "chart.png"
    media_type: str = "image/png"
    table: str = ""

    def __post_init__(self) -> None:
        _tidy(self, "alt", "name", "media_type")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with a message, to be kept."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"

    def __post_init__(self) -> None:
        _tidy(self, "name", "media_type")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing told: a statement, an event, a report, a feed, a command.

    ``chips`` are short judgements in words ("rejects talks with the US"), ``notes`` whole
    sentences, ``links`` the sources. ``id`` is the statement's id where there is one, and
    ``record`` the same thing in the codebook's words, for programs only.
    """

    headline: str
    detail: str = ""
    quote: Quote | None = None
    chips: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    id: str = ""
    actions: tuple[Action, ...] = ()
    record: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _tidy(self, "headline", "chips", "notes", "id")
        _tidy(self, "detail", lines=True)
        if self.quote and not self.quote.words:
            object.__setattr__(self, "quote", None)


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a title; ``more`` says what was left out ("+3 more from Pyongyang"), or is empty."""

    title: str
    entries: tuple[Entry, ...] = ()
    more: str = ""

    def __post_init__(self) -> None:
        _tidy(self, "title", "more")


@dataclass(frozen=True, slots=True)
class Message:
    """Everything one answer says: the bottom line in ``lead``, then sections, then the small print.

    ``private``: meant for the one who asked, until shared. ``images`` come with alt text;
    ``charts`` are still to be drawn (``bot.platforms.pictures``), or to be told in words.
    ``ping`` is the platform's id of the one role or group that an admin chose to be called,
    nobody else ever is. ``urgent`` goes before what waits to be posted in the same place.
    """

    title: str
    lead: str = ""
    sections: tuple[Section, ...] = ()
    footer: str = ""
    actions: tuple[Action, ...] = ()
    images: tuple[Image, ...] = ()
    charts: tuple[Chart, ...] = ()
    files: tuple[Attachment, ...] = ()
    kind: Kind = "notice"
    private: bool = True
    ping: str = ""
    urgent: bool = False

    def __post_init__(self) -> None:
        _tidy(self, "title", "ping")
        _tidy(self, "lead", "footer", lines=True)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries in reading order."""
        return tuple(entry for section in self.sections for entry in section.entries)
