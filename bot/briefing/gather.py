"""What a digest needs, looked up in the history; the digest itself is then a pure function of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.briefing.digest import Brief
from bot.briefing.voice import Told
from store.records import Answer, Comparison, Earlier, Event, FeedState, Item, Statement

_LATEST = timedelta(days=30)  # older than this, a new find is history, not late news
_DAY = timedelta(days=1)
_MANY = 400


Compare = Callable[[Statement, Earlier], Comparison]


class History(Protocol):
    """The questions that a digest asks; ``Store`` answers them."""

    def statement(self, name: str, /) -> Statement | None: ...  # noqa: D102
    def statements(  # noqa: D102
        self, *, since: date | None = None, until: date | None = None, count: int | None = None
    ) -> Sequence[Statement]: ...
    def statements_of(self, item: str, /) -> Sequence[Statement]: ...  # noqa: D102
    def comparison(self, statement: str, /) -> Comparison | None: ...  # noqa: D102
    def compared(self, statement: Statement, compare: Compare, /) -> Comparison: ...  # noqa: D102
    def event(self, event: str, /) -> Event | None: ...  # noqa: D102
    def events(self, since: date | None = None, until: date | None = None) -> Sequence[Event]: ...  # noqa: D102
    def feed_states(self) -> Sequence[FeedState]: ...  # noqa: D102
    def items(  # noqa: D102
        self, *, since: date | None = None, until: date | None = None, relevant: bool | None = None, limit: int = 100
    ) -> Sequence[Item]: ...


@dataclass(frozen=True, slots=True)
class Context:
    """When and where a digest is read. ``compare`` holds a statement against the record when that was not done yet."""

    now: datetime
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    outlets: Mapping[str, str] = field(default_factory=dict)
    compare: Compare | None = None


def gather(history: History, since: date, until: date, context: Context) -> Brief:
    """Everything on record for the days ``since`` to ``until``, both included, in the reader's zone."""
    made = history.statements(since=since, until=until)
    late = late_statements(history, since, until, context.zone)
    last = history.statements(until=since - _DAY, count=1)
    return Brief(
        since=since,
        until=until,
        now=context.now,
        statements=(
            *(tell(one, history, context.compare) for one in made),
            *(tell(one, history, context.compare, late=True) for one in late),
        ),
        events=tuple(history.events(since, until)),
        reports=tuple(_without_statement(history, since, until)),
        feeds=tuple(history.feed_states()),
        last=last[0] if last else None,
        outlets=context.outlets,
    )


def late_statements(history: History, since: date, until: date, zone: ZoneInfo) -> list[Statement]:
    """Those made in the weeks before but first seen during the days."""
    before = history.statements(since=since - _LATEST, until=since - _DAY)
    return [one for one in before if one.first_seen and since <= one.first_seen.astimezone(zone).date() <= until]


def tell(statement: Statement, history: History, compare: Compare | None = None, *, late: bool = False) -> Told:
    """A statement with its comparison and with what that points at."""
    held = history.comparison(statement.id)
    if held is None and compare is not None:
        held = history.compared(statement, compare)
    comparison = with_stated(statement, held or Comparison(), history)
    ids = [answer.id for answer in comparison.answers] + [precedent.id for precedent in comparison.precedents]
    found = {one: history.statement(one) or history.event(one) for one in ids}
    return Told(statement, comparison, {one: record for one, record in found.items() if record is not None}, late)


def with_stated(statement: Statement, comparison: Comparison, history: History) -> Comparison:
    """The comparison, with the answers that the record itself states where none was computed."""
    if comparison.answers:
        return comparison
    answers = (_stated(statement, target, history) for target in statement.in_response_to)
    return replace(comparison, answers=tuple(answer for answer in answers if answer))


def _stated(statement: Statement, target: str, history: History) -> Answer | None:
    record = history.statement(target) or history.event(target)
    if record is None:
        return None
    exact = statement.date_precision == record.date_precision == "day"
    after = statement.date - record.date if exact else None
    return Answer(record.id, "answers", "on record", after)


def _without_statement(history: History, since: date, until: date) -> Iterable[Item]:
    items = history.items(since=since, until=until, relevant=True, limit=_MANY)
    return (item for item in items if not history.statements_of(item.id))
