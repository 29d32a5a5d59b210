"""The frozen nouns that every other module speaks in.

Words and value lists are the codebook's (see ``bot/codebook/labels.yaml``). All
records are immutable; a change is a new record made with ``dataclasses.replace``.
Instants are timezone-aware and in UTC; days are plain dates in the zone named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

Precision = Literal["day", "month", "year"]
Coverage = Literal["full", "partial", "relayed", "translated"]
Carries = Literal["statement", "report", "none"]
Novelty = Literal["formulaic", "reworked", "new"]

LABEL_KINDS = ("audience", "stance", "threat", "tone", "gesture", "theme", "demand", "offer", "formula")
"""Kinds of label, in the order in which a reader meets them."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something was published: always a day, an instant only where the source gave an hour.

    ``guessed`` says in a few words what had to be assumed ("no zone: Asia/Seoul
    taken", "no date: first seen"); it is empty when nothing was.
    """

    day: date
    at: datetime | None = None
    guessed: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One feed entry, article or dispatch, as plain text.

    ``id`` is empty until the store has saved it. ``url`` is the first address it
    was seen under; the store remembers the others. ``text`` is the extracted text,
    paragraphs separated by a newline; ``teaser`` tells that only the feed's excerpt could be had.
    """

    source: str
    url: str
    title: str
    text: str
    published: Stamp
    first_seen: datetime
    language: str = "en"
    guid: str = ""
    author: str = ""
    teaser: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a speaker is quoted with; ``item.text[start:end] == words`` proves them verbatim.

    ``start`` and ``end`` are -1 when the text they were read in is not kept (the
    chronicle, or a title); ``direct`` is false for plain reported speech.
    """

    words: str
    start: int = -1
    end: int = -1
    speaker: str = ""
    item: str = ""
    direct: bool = True


@dataclass(frozen=True, slots=True)
class Label:
    """One judgement on a statement, with the words it rests on.

    ``kind`` is one of LABEL_KINDS, or a field such as "speaker", "channel" or
    "authority" whose reason is worth keeping. ``of`` is the audience that a stance
    is toward. ``by`` names the rule ("threat/named-act"), "chronicle", or the person who
    corrected it ("person:…", which wins over any rule). ``rank`` keeps the order
    of several labels of one kind: the main one is 0.
    """

    kind: str
    label: str
    of: str = ""
    evidence: str = ""
    start: int = -1
    end: int = -1
    confidence: float = 1.0
    by: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """One place where a statement is reported: the source list of a statement."""

    url: str
    outlet: str
    published: str = ""
    item: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One dated public utterance; it holds the quotations and sources of all its reports.

    ``id`` is what people point at ("S-2021-0622-1"), given by the store, empty
    before. ``record`` is the slug of the chronicle or archive record, if any.
    ``text`` is the statement's own words as far as they are known: the body of the
    dispatch when ``coverage`` is "full", else empty (the quotations then carry it).
    ``authority`` is 1 (most) to 7, None outside the DPRK.
    """

    speaker: str
    date: date
    side: str
    date_precision: Precision = "day"
    coverage: Coverage = "partial"
    with_: tuple[str, ...] = ()
    office: str = ""
    authority: int | None = None
    authority_certain: bool = True
    channel: str = "other"
    summary: str = ""
    text: str = ""
    quotes: tuple[Quotation, ...] = ()
    labels: tuple[Label, ...] = ()
    in_response_to: tuple[str, ...] = ()
    sources: tuple[Report, ...] = ()
    record: str = ""
    first_seen: datetime | None = None
    id: str = ""

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The labels of one kind, main one first, each once."""
        rows = sorted((row for row in self.labels if row.kind == kind), key=lambda row: row.rank)
        return tuple(dict.fromkeys(row.label for row in rows))

    def one(self, kind: str, default: str) -> str:
        """The one label of a kind that allows only one (threat, tone)."""
        return next(iter(self.of_kind(kind)), default)

    @property
    def stance(self) -> dict[str, str]:
        """Audience to stance value; empty when nothing is said of talking."""
        return {row.of: row.label for row in self.labels if row.kind == "stance"}

    @property
    def threat(self) -> str:
        """none, implied, deterrent or explicit."""
        return self.one("threat", "none")

    @property
    def tone(self) -> str:
        """hostile, critical, neutral or conciliatory."""
        return self.one("tone", "neutral")

    @property
    def audience(self) -> tuple[str, ...]:
        """Whom it addresses, the main one first."""
        return self.of_kind("audience")

    @property
    def themes(self) -> tuple[str, ...]:
        """What it is about."""
        return self.of_kind("theme")

    @property
    def demands(self) -> tuple[str, ...]:
        """What it wants the other side to do."""
        return self.of_kind("demand")

    @property
    def offers(self) -> tuple[str, ...]:
        """What it puts on the table."""
        return self.of_kind("offer")

    @property
    def gestures(self) -> tuple[str, ...]:
        """Praise, regret, apology and the like."""
        return self.of_kind("gesture")

    @property
    def formulas(self) -> tuple[str, ...]:
        """Stock phrases, by slug."""
        return self.of_kind("formula")

    @property
    def words(self) -> str:
        """The statement's own words: its text, or its quotations one a line."""
        return self.text or "\n".join(quote.words for quote in self.quotes)


@dataclass(frozen=True, slots=True)
class Event:
    """A dated act, not words: a test, a summit, an exercise."""

    id: str
    date: date
    kind: str
    summary: str
    date_precision: Precision = "day"
    sources: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A statement that an item reports. ``new``: uttered in this news, not recalled as background."""

    statement: Statement
    new: bool = True


@dataclass(frozen=True, slots=True)
class Coding:
    """What reading one item gave. ``found`` has the statement that the item reports first.

    ``notes`` are judgements on the item itself (kind "relevance", "carries",
    "not-statement"), with their evidence, for ``code --explain``.
    """

    relevant: bool
    carries: Carries = "none"
    found: tuple[Found, ...] = ()
    notes: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """How often one side has used one element (a label, a formula) before a given day."""

    count: int
    last: date
    last_id: str
    last_speaker: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The part of the history that a statement is held against; all of it made before the statement.

    ``recent``: this speaker's last statements to the same main audience, newest first.
    ``level``: likewise of everyone on the same side at the same authority (for the
    DPRK) or of the same side. ``lately``: this speaker's last statements to anyone, newest
    first. ``similar``: candidates for precedent, by labels,
    formulas and rare words, unranked. ``seen``: (kind, label) to its earlier use by
    this side. ``triggers``: statements of other sides, and ``endorsable``: statements of
    the same side, of the last weeks; ``events``: acts of the last weeks. ``frequency``:
    in how many of ``total`` stored statements a word or label occurs, for weighting.
    """

    recent: tuple[Statement, ...] = ()
    level: tuple[Statement, ...] = ()
    lately: tuple[Statement, ...] = ()
    similar: tuple[Statement, ...] = ()
    seen: Mapping[tuple[str, str], Seen] = field(default_factory=dict)
    triggers: tuple[Statement, ...] = ()
    endorsable: tuple[Statement, ...] = ()
    events: tuple[Event, ...] = ()
    frequency: Mapping[str, int] = field(default_factory=dict)
    total: int = 0


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier statement that says nearly the same. ``score`` is 0 to 1; ``shares`` names what both have."""

    id: str
    speaker: str
    date: date
    score: float
    shares: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Omission:
    """A usual element that is absent: present in ``count`` of the last ``n`` of ``whom``."""

    kind: str
    label: str
    count: int
    n: int
    whom: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of ``kind`` (stance, threat, tone) against the last statements to the same audience."""

    kind: str
    before: str
    now: str
    of: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a statement and its past: ``seen`` is None when this side never used it before."""

    kind: str
    label: str
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement answers: a statement or event id, how it was recognised, and the time it took.

    ``relation`` is "answers" or "reaffirms"; ``after`` is None when a day is not known.
    """

    id: str
    relation: Literal["answers", "reaffirms"]
    how: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A statement held against the record: precedents, novelty, omissions, shifts, answers, and one plain sentence."""

    precedents: tuple[Precedent, ...] = ()
    novelty: Novelty | None = None
    elements: tuple[Element, ...] = ()
    omissions: tuple[Omission, ...] = ()
    shifts: tuple[Shift, ...] = ()
    answers: tuple[Answer, ...] = ()
    reading: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of one source between polls; ``address`` differs from the configured one after a 301.

    ``fault`` is "shape" when the last answer came but could not be understood.
    """

    source: str
    address: str = ""
    etag: str = ""
    last_modified: str = ""
    polled: datetime | None = None
    succeeded: datetime | None = None
    newest: datetime | None = None
    next_poll: datetime | None = None
    failures: int = 0
    error: str = ""
    paused: str = ""
    paused_until: datetime | None = None
    entries: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Discord guild, a Slack team, or the console, with its settings as plain JSON values."""

    id: str
    platform: str
    name: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Logged:
    """One change that an admin made: the ``line`` typed, ``what`` in words, what ``undo`` needs.

    ``number`` and ``undone_by`` are the store's.
    """

    workspace: str
    at: datetime
    by: str
    line: str
    what: str
    undo: Mapping[str, object] = field(default_factory=dict)
    number: int = 0
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class AddedFeed:
    """A feed that an admin added from chat: the same keys as an entry of feeds.yaml, plus who and when.

    ``paused`` says why the workspace does not want it for now; empty when it does.
    """

    workspace: str
    entry: Mapping[str, object]
    by: str
    at: datetime
    paused: str = ""
