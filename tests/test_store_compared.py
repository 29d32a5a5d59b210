"""Comparisons made when somebody asks: once, until something comes in that they may rest on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from store import Store
from store.records import Comparison, Earlier, Event, Statement
from store.writes import Change

DAY = date(2021, 6, 22)


class Counting:
    """A comparison that tells how often it was made and how much past it saw."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def __call__(self, _statement: Statement, earlier: Earlier) -> Comparison:
        """Tell how many earlier ones there are."""
        self.seen.append(len(earlier.lately))
        return Comparison(reading=str(len(earlier.lately)))


def said(store: Store, day: date) -> Statement:
    """A statement of that day, stored."""
    return store.save(Change(statements=(Statement("kim-yo-jong", day, "dprk"),))).statements[0]


def test_the_same_question_is_answered_from_memory():
    """Asked again, nothing is compared anew, and the answer is the same."""
    compare = Counting()
    with Store.open(":memory:") as store:
        one = said(store, DAY)

        assert store.compared(one, compare) == store.compared(one, compare)
    assert len(compare.seen) == 1


def test_what_was_said_before_makes_it_anew_and_what_was_said_later_does_not():
    """An earlier statement that comes in late counts at once; today's news leave what was held of the past."""
    compare = Counting()
    with Store.open(":memory:") as store:
        one = said(store, DAY)
        store.compared(one, compare)
        said(store, date(2021, 6, 23))
        store.compared(one, compare)
        assert compare.seen == [0]

        said(store, date(2021, 6, 1))
        assert store.compared(one, compare).reading == "1"
        store.save(Change(events=(Event("e", date(2021, 6, 20), "test", "A test."),)))
        store.compared(one, compare)
    assert compare.seen == [0, 1, 1]


def test_a_changed_statement_is_compared_anew():
    """The comparison is that of the words as they are now."""
    compare = Counting()
    with Store.open(":memory:") as store:
        one = said(store, DAY)
        store.compared(one, compare)
        store.compared(replace(one, summary="Other words."), compare)
    assert len(compare.seen) == 2


def test_what_another_process_saves_counts(tmp_path: Path):
    """A statement imported by another process is part of the past at once."""
    compare = Counting()
    with Store.open(tmp_path / "a.db") as store, Store.open(tmp_path / "a.db") as other:
        one = said(store, DAY)
        store.compared(one, compare)
        said(other, date(2021, 6, 1))

        assert store.compared(one, compare).reading == "1"


def test_what_was_undone_is_forgotten():
    """A comparison made inside a transaction that failed does not stay."""
    compare = Counting()
    with Store.open(":memory:") as store:
        one = said(store, DAY)
        try:
            with store.batch():
                said(store, date(2021, 6, 1))
                assert store.compared(one, compare).reading == "1"
                raise KeyError  # noqa: TRY301 - a transaction that fails
        except KeyError:
            pass

        assert store.compared(one, compare).reading == "0"
