"""The digest of a day or of several: what was said, by whom, and what is unusual about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.briefing.bottom_line import bottom_line, by_weight
from bot.briefing.cards import Look, card, links
from bot.briefing.feeds_told import feed_entry, in_trouble
from bot.briefing.message import Entry, Link, Message, Section
from bot.briefing.voice import Told, Voice, sentence
from store.records import Event, FeedState, Item, Statement

SIDES = ("us", "rok", "japan", "china", "russia", "un", "eu", "g7", "other")
"""The order in which other capitals are told."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How many of each a digest shows before "+k more"."""

    pyongyang: int = 4
    others: int = 5
    side: int = 2
    events: int = 4
    reports: int = 4
    trouble: int = 3


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything that a digest tells, already looked up: the days ``since`` to ``until``, both included.

    ``reports`` are relevant items that carry no statement; ``last`` is the newest
    statement before the days, for an empty one. ``outlets`` names sources by id. ``upto``: the
    tide of the record (store/owed.py) at which it was gathered, None for now.
    """

    since: date
    until: date
    now: datetime
    statements: tuple[Told, ...] = ()
    events: tuple[Event, ...] = ()
    reports: tuple[Item, ...] = ()
    feeds: tuple[FeedState, ...] = ()
    last: Statement | None = None
    outlets: Mapping[str, str] = field(default_factory=dict)
    caps: Caps = Caps()
    upto: int | None = None

    def with_caps(self, caps: Caps) -> Brief:
        """The same, told at another length."""
        return replace(self, caps=caps)


def digest(brief: Brief, voice: Voice) -> Message:
    """The digest, the same for the same brief. It is meant for a channel, so it is not private."""
    pyongyang = sorted((told for told in brief.statements if told.statement.side == "dprk"), key=_in_turn)
    others = [told for told in brief.statements if told.statement.side != "dprk"]
    others.sort(key=lambda told: (_place(told), _in_turn(told)))
    sections = (
        _pyongyang(pyongyang, brief, voice),
        _others(others, brief, voice),
        _events(brief, voice),
        _reports(brief, voice),
        _trouble(brief, voice),
    )
    return Message(
        title=voice.say("digest.title", when=days(brief.since, brief.until, voice)),
        lead=bottom_line(pyongyang, others, voice) if brief.statements else _nothing(brief, voice),
        sections=tuple(section for section in sections if section.entries),
        footer=voice.say("digest.footer") if brief.statements else "",
        kind="digest",
        private=False,
    )


def days(since: date, until: date, voice: Voice) -> str:
    """As in "22 June 2021", or "14 June 2021 to 20 June 2021"."""
    first, last = voice.catalogue.day(since), voice.catalogue.day(until)
    return first if since == until else voice.say("date.span", first=first, last=last)


def _in_turn(told: Told) -> tuple[bool, tuple[int, int, str, str]]:
    """News of the days before late news of earlier ones."""
    return told.late, by_weight(told)


def _place(told: Told) -> int:
    side = told.statement.side
    return SIDES.index(side) if side in SIDES else len(SIDES)


def _nothing(brief: Brief, voice: Voice) -> str:
    empty = voice.say("digest.empty", when=days(brief.since, brief.until, voice))
    if brief.events or brief.reports:
        empty = sentence(voice.say("lead.silent"))
    if brief.last is None:
        return f"{empty} {voice.say('digest.last_none')}"
    last = brief.last
    return f"{empty} {voice.say('digest.last', who=voice.named(last), when=voice.when(last), id=last.id)}"


def _pyongyang(told: Sequence[Told], brief: Brief, voice: Voice) -> Section:
    look = Look(dated=brief.since != brief.until, full=False, notes="brief")
    most = brief.caps.pyongyang
    more = voice.say("digest.more_pyongyang", count=len(told) - most) if len(told) > most else ""
    return Section(voice.say("digest.pyongyang"), tuple(card(one, voice, look) for one in told[:most]), more)


def _others(told: Sequence[Told], brief: Brief, voice: Voice) -> Section:
    look = Look(dated=brief.since != brief.until, sided=True, full=False, notes="answers")
    shown: list[Told] = []
    for one in told:
        of_side = sum(other.statement.side == one.statement.side for other in shown)
        if of_side < brief.caps.side and len(shown) < brief.caps.others:
            shown.append(one)
    more = _more(len(told) - len(shown), voice)
    return Section(voice.say("digest.others"), tuple(card(one, voice, look) for one in shown), more)


def _events(brief: Brief, voice: Voice) -> Section:
    events = sorted(brief.events, key=lambda event: (event.date, event.id))
    dated = brief.since != brief.until
    entries = [event_entry(event, voice, dated=dated) for event in events[: brief.caps.events]]
    return Section(voice.say("digest.events"), tuple(entries), _more(len(events) - len(entries), voice))


def event_entry(event: Event, voice: Voice, *, dated: bool = True) -> Entry:
    """One act, with its sources."""
    line = voice.say("event.line", kind=voice.label("event", event.kind), summary=event.summary)
    line = voice.say("card.dated", when=voice.when(event), head=line) if dated else line
    return Entry(headline=line, links=links(event.sources, 3))


def _reports(brief: Brief, voice: Voice) -> Section:
    items = list(_once(sorted(brief.reports, key=lambda item: (item.published.day, item.title, item.url))))
    entries = [
        Entry(headline=item.title, links=(Link(brief.outlets.get(item.source, item.source), item.url),))
        for item in items[: brief.caps.reports]
    ]
    return Section(voice.say("digest.reports"), tuple(entries), _more(len(items) - len(entries), voice))


def _once(items: Iterable[Item]) -> Iterable[Item]:
    seen: set[str] = set()
    for item in items:
        title = item.title.casefold().strip()
        if title and title not in seen:
            seen.add(title)
            yield item


def _trouble(brief: Brief, voice: Voice) -> Section:
    bad = sorted((state for state in brief.feeds if in_trouble(state)), key=lambda state: state.source)
    most = brief.caps.trouble
    entries = [
        feed_entry(state, voice, now=brief.now, outlet=brief.outlets.get(state.source, "")) for state in bad[:most]
    ]
    return Section(voice.say("digest.trouble"), tuple(entries), _more(len(bad) - len(entries), voice))


def _more(count: int, voice: Voice) -> str:
    return voice.say("digest.more", count=count) if count > 0 else ""
