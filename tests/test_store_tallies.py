"""Counting in the database: by day and main label, of just the statements that are asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from store import Store
from store.records import Label, Statement
from store.tallied import Selection
from store.writes import Change
from tests.desks import history


def counted(tallies):
    """Statements by what they were judged."""
    counts = Counter()
    for one in tallies:
        counts[one.value] += one.count
    return counts


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        (Selection(), {}),
        (Selection(speaker="kim-yo-jong"), {"speaker": "kim-yo-jong"}),
        (Selection(sides=("us",)), {"side": "us"}),
        (Selection(themes=("sanctions",), sides=("dprk",)), {"theme": "sanctions", "side": "dprk"}),
        (
            Selection(text="hostile policy", since=date(2018, 1, 1), until=date(2021, 6, 30)),
            {"text": "hostile policy", "since": date(2018, 1, 1), "until": date(2021, 6, 30)},
        ),
    ],
)
def test_it_counts_what_a_lookup_finds(asked, same):
    """Every statement that a lookup would list is counted once, under its own threat and day."""
    found = history().statements(**same)
    tallies = history().tallies.judged("threat", asked)

    assert found
    assert counted(tallies) == Counter(one.threat for one in found)
    assert {one.day for one in tallies} == {one.date for one in found}


def test_the_main_label_counts_and_absence_is_told_apart():
    """Of several stances that of the lowest rank; none at all is empty; full texts and guesses are marked."""
    day = date(2021, 6, 22)
    two = (Label("stance", "open", "rok", rank=1), Label("stance", "rejects", "us", confidence=0.3, rank=0))
    bare = Statement("kim-yo-jong", day, "dprk", coverage="full")
    with Store.open(":memory:") as store:
        store.save(Change(statements=(replace(bare, labels=two), bare)))

        told = [(one.value, one.sure, one.full, one.count) for one in store.tallies.judged("stance", Selection())]

    assert sorted(told) == [("", True, True, 1), ("rejects", False, True, 1)]


def test_what_came_after_a_tide_does_not_count():
    """A digest that is composed again tells what it told."""
    with Store.open(":memory:") as store:
        store.save(Change(statements=(Statement("kim-yo-jong", date(2021, 6, 22), "dprk"),)))
        tide = store.upkeep.tide().statements
        store.save(Change(statements=(Statement("kim-jong-un", date(2021, 6, 23), "dprk"),)))

        assert [one.day.day for one in store.tallies.judged("threat", Selection(upto=tide))] == [22]
        assert [day.day for day in store.tallies.days(tide)] == [22]
        assert [day.day for day in store.tallies.days()] == [22, 23]


def test_words_that_ask_for_nothing_find_nothing():
    """A topic of marks alone is no topic, and query syntax is none either."""
    assert history().tallies.judged("threat", Selection(text="?!")) == []
    assert history().tallies.judged("threat", Selection(text='") OR 1 --')) == []
