"""The one door: live items, archives and the chronicle all come into the record through here.

Look up, decide, write: the pure modules are given what the store holds, and one
``save`` writes what they decided, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.classify.compare import compare
from bot.classify.identity import Placement, identify, merge, place
from store import Store
from store.owed import Delivery
from store.records import Coding, Comparison, Event, Item, Report, Stamp, Statement
from store.writes import Change, Mark, Saved, Verdict

DAYS = {"day": 7, "month": 31, "year": 366}
"""How far from its date a statement's other reports may be dated, by how precisely the date is known."""

MOST = 200
"""So many statements of one side are looked through when only a capital is named."""


@dataclass(frozen=True, slots=True)
class News:
    """A statement as it is about to be saved, for deciding whom to tell.

    ``uttered``: said in this news, not recalled as background. ``published`` is the report's
    own stamp; ``first``: its feed is being read for the first time.
    """

    statement: Statement
    comparison: Comparison
    uttered: bool
    published: Stamp
    first: bool = False


Sums = Callable[[Statement], Statement]
Owes = Callable[[Sequence[News]], tuple[Delivery, ...]]


def nobody(_news: Sequence[News]) -> tuple[Delivery, ...]:
    """Nothing is owed to anybody, as when archives are read."""
    return ()


def as_told(statement: Statement) -> Statement:
    """The summary of the better account stays."""
    return statement


@dataclass(frozen=True, slots=True)
class Intake:
    """The record to write to. ``compares``: hold what is new against the history at once, not only when asked.

    ``owes`` says what the statements of one change owe to channels; ``first``: the feed was never read before.
    ``sums`` makes the summary of a merged statement anew, from the labels that it has now.
    """

    store: Store
    compares: bool = True
    owes: Owes = nobody
    first: bool = False
    sums: Sums = as_told


def placed(item: Item, intake: Intake) -> Placement:
    """Where an item belongs in the record: new, a copy, or a fuller copy of a stored one."""
    return place(item, intake.store.item_at(item.url) if item.url else None, intake.store.items_near(item))


def repeats(placement: Placement) -> bool:
    """Is there nothing in it that is not stored already, so that reading it again is needless?"""
    return placement.into is not None and not placement.changed and not placement.absorbed


def take_in(placement: Placement, coding: Coding, outlet: str, mark: Mark, intake: Intake) -> Saved:
    """Save one read item with all its statements, each merged with what is known of it and held against the history."""
    item = placement.item
    report = Report(item.url, outlet, item.published.day.isoformat(), "#0", item.title)
    weighed = Weighed(intake)
    for found in coding.found:
        quotes = tuple(replace(quote, item="#0") for quote in found.statement.quotes)
        reported = replace(found.statement, quotes=quotes, sources=(report,), first_seen=item.first_seen)
        weighed.add(reported, recalled=not found.new)
    comparisons = weighed.comparisons()
    return intake.store.save(
        Change(
            items=(item,),
            absorbed={other.id: "#0" for other in placement.absorbed},
            verdicts={"#0": Verdict(coding.relevant, coding.carries, coding.notes)},
            statements=tuple(weighed.statements),
            comparisons=comparisons,
            marks=(mark,),
            owed=intake.owes(weighed.news(comparisons, item.published)),
        )
    )


def take_in_repeat(placement: Placement, mark: Mark, intake: Intake) -> Saved:
    """Remember only that a known item was seen here as well."""
    return intake.store.save(Change(marks=(replace(mark, item=placement.item.id),)))


def take_in_record(statement: Statement, intake: Intake) -> Saved:
    """Save one coded statement, as the chronicle and exports hold them; nothing is written when nothing is new."""
    weighed = Weighed(intake)
    weighed.add(statement)
    if not weighed.statements:
        return Saved()
    return intake.store.save(Change(statements=tuple(weighed.statements), comparisons=weighed.comparisons()))


def take_in_events(events: Sequence[Event], intake: Intake) -> Saved:
    """Save dated acts."""
    return intake.store.save(Change(events=tuple(events)))


@dataclass(slots=True)
class Weighed:
    """The statements of one change, merged with what is stored and with one another."""

    intake: Intake
    statements: list[Statement] = field(default_factory=list)
    uttered: list[bool] = field(default_factory=list)

    def add(self, found: Statement, *, recalled: bool = False) -> None:
        """Merge one found statement into the one it repeats; a new one is appended.

        What one item dates differently is two statements: its writer told them apart. What is
        only ``recalled`` and matches nothing on record becomes a statement of its own when its
        words and its time are known; else there is nothing to hold on to.
        """
        here = identify(found, [one for one in self.statements if one.date == found.date])
        if here is not None:
            place = self.statements.index(here)
            self.statements[place] = self._merged(here, found)
            self.uttered[place] |= not recalled
            return
        known = self._known(found)
        if known is None and recalled and not _stands_alone(found):
            return
        settled = self._merged(known, found) if known else found
        if settled != known:
            self.statements.append(settled)
            self.uttered.append(not recalled)

    def _merged(self, known: Statement, found: Statement) -> Statement:
        """Both accounts in one; what the chronicle or an archive says in its own words of a statement stays said."""
        merged = merge(known, found)
        return merged if merged.record else self.intake.sums(merged)

    def news(self, comparisons: Mapping[str, Comparison], published: Stamp) -> list[News]:
        """The statements of the change as news of one report."""
        return [
            News(one, comparisons.get(f"#{place}", Comparison()), self.uttered[place], published, self.intake.first)
            for place, one in enumerate(self.statements)
        ]

    def _known(self, found: Statement) -> Statement | None:
        store = self.intake.store
        if found.record and (same := store.statement(found.record)):
            return same
        taken = {one.id for one in self.statements}
        near = [*store.statements_near(found, days=DAYS[found.date_precision]), *self._of_side(found)]
        return identify(found, [one for one in near if one.id not in taken])

    def _of_side(self, found: Statement) -> list[Statement]:
        """For what a capital "said": all that its people said in those days, since words may tell whose it was."""
        if found.speaker != f"{found.side}-government":
            return []
        span = timedelta(days=DAYS[found.date_precision])
        since, until = found.date - span, found.date + span
        return self.intake.store.statements(side=found.side, since=since, until=until, count=MOST)

    def comparisons(self) -> dict[str, Comparison]:
        """Each statement of the change against the history, by its place in the change."""
        if not self.intake.compares:
            return {}
        store = self.intake.store
        return {
            f"#{place}": compare(statement, store.earlier(statement)) for place, statement in enumerate(self.statements)
        }


def _stands_alone(recalled: Statement) -> bool:
    """Is enough known of a recalled utterance to keep it without an earlier report?"""
    return recalled.date_precision != "year" and any(quote.direct for quote in recalled.quotes)
