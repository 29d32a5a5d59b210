"""What was said before: only what is certain to be earlier, all of it counted, and found fast."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Store, chronicle
from store.moment import bound, moment
from store.records import Event, Label, Quotation, Statement
from store.writes import Change

DAY = date(2021, 6, 22)
NOON = datetime(2021, 6, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def said(speaker="kim-yo-jong", day=DAY, side="dprk", words="", labels=(), **more):
    """A statement, its labels given as "kind:label"."""
    pairs = [label.split(":") for label in labels]
    rows = tuple(Label(kind, label, rank=rank) for rank, (kind, label) in enumerate(pairs))
    return Statement(speaker, day, side, quotes=(Quotation(words),) if words else (), labels=rows, **more)


def stored(*statements, events=()):
    """A store in memory with these."""
    store = Store.open(":memory:")
    store.save(Change(statements=statements, events=tuple(events)))
    return store


def ids(statements):
    """Their ids, in order."""
    return [one.id for one in statements]


@pytest.mark.parametrize(
    ("one", "other", "before"),
    [
        (said(day=date(2021, 6, 21)), said(), True),
        (said(), said(day=date(2021, 6, 21)), False),
        (said(), said(), False),
        (said(first_seen=NOON - HOUR), said(first_seen=NOON), True),
        (said(first_seen=NOON), said(first_seen=NOON), False),
        (said(first_seen=NOON - HOUR), said(), False),
        (said(), said(first_seen=NOON), False),
        (said(day=date(2021, 6, 1), date_precision="month"), said(), False),
        (said(day=date(2021, 6, 1), date_precision="month"), said(day=date(2021, 7, 1)), True),
        (said(day=date(2021, 5, 31)), said(day=date(2021, 6, 1), date_precision="month"), True),
        (said(day=date(2021, 6, 1)), said(day=date(2021, 6, 15), date_precision="month"), False),
        (said(day=date(2020, 3, 1), date_precision="year"), said(day=date(2020, 12, 31)), False),
        (said(day=date(2020, 3, 1), date_precision="year"), said(day=date(2021, 1, 1)), True),
        (said(day=date(2020, 12, 31)), said(day=date(2021, 9, 9), date_precision="year"), True),
    ],
)
def test_before_means_certainly_before(one, other, before):
    """A vague date comes before nothing until it is over, and has only what was before it began as its past."""
    assert (moment(one) < bound(other)) is before


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.builds(
            said,
            day=st.dates(date(2021, 4, 1), date(2021, 7, 1)),
            side=st.sampled_from(["dprk", "us"]),
            labels=st.lists(st.sampled_from(["theme:a", "theme:b", "audience:us", "formula:f"]), max_size=3),
            date_precision=st.sampled_from(["day", "day", "month"]),
            first_seen=st.sampled_from([None, NOON, NOON + HOUR]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_the_past_is_what_looking_at_every_statement_gives(rows):
    """Counts by index and by looking one by one agree, for every statement; none is in its own past."""
    with stored(*rows) as store:
        every = store.statements()
        for one in every:
            past = [other for other in every if other.id != one.id and moment(other) < bound(one)]
            earlier = store.earlier(one)
            for pair in {(row.kind, row.label) for row in one.labels}:
                same = [other for other in past if other.side == one.side and pair[1] in other.of_kind(pair[0])]
                seen = earlier.seen.get(pair)
                assert (seen.count if seen else 0) == len(same)
                last = max(map(moment, same), default=None)
                assert seen is None or moment(store.statement(seen.last_id)) == last
            allowed = set(ids(past))
            assert set(ids((*earlier.recent, *earlier.level, *earlier.similar, *earlier.endorsable))) <= allowed
            assert all(other.side != one.side and other.date <= one.date for other in earlier.triggers)
            assert earlier.total == len(every)


def test_recent_is_hers_to_the_same_main_audience_newest_first():
    """Twelve at most; others' and those to others are not among them, whether the statement is stored or not."""
    hers = [said(day=DAY - timedelta(days=n), labels=("audience:us", "audience:rok")) for n in range(1, 15)]
    others = [
        said("ri-son-gwon", DAY - HOUR * 24, labels=("audience:us",)),
        said(labels=("audience:rok", "audience:us")),
    ]
    with stored(*hers, *others) as store:
        recent = store.earlier(said(labels=("audience:us",))).recent
        assert [one.date for one in recent] == [one.date for one in hers[:12]]
        assert {one.speaker for one in store.earlier(said(labels=("audience:us",))).level} == {
            "kim-yo-jong",
            "ri-son-gwon",
        }
        unknown = store.earlier(said(day=DAY + timedelta(days=1))).recent
        assert len(unknown) == 12
        assert unknown[0].audience[0] == "rok"


def test_level_is_the_same_side_and_authority():
    """For another side, which has no authority, it is the whole side."""
    with stored(
        said("mfa", date(2021, 6, 1), authority=3),
        said("kcna", date(2021, 6, 2), authority=6),
        said("joe-biden", date(2021, 6, 3), side="us"),
        said("sung-kim", date(2021, 6, 4), side="us"),
    ) as store:
        assert ids(store.earlier(said(authority=3)).level) == ["S-2021-0601-1"]
        assert ids(store.earlier(said(side="us")).level) == ["S-2021-0604-1", "S-2021-0603-1"]


def test_triggers_endorsable_and_events_are_of_the_last_weeks():
    """Of other sides, of the same side, and acts; what is older than a month is left out."""
    events = [
        Event("old", date(2021, 5, 1), "talks", ""),
        Event("new", DAY, "talks", ""),
        Event("next", DAY + HOUR * 24, "talks", ""),
    ]
    with stored(
        said("sung-kim", date(2021, 6, 21), side="us"),
        said("sung-kim", date(2021, 4, 21), side="us"),
        said("ned-price", DAY, side="us", first_seen=NOON - HOUR),
        said("moon-jae-in", DAY, side="rok", first_seen=NOON + HOUR),
        said("kim-jong-un", date(2021, 6, 17), authority=1),
        said("kcna", date(2021, 6, 17), authority=6),
        events=events,
    ) as store:
        earlier = store.earlier(said(first_seen=NOON, authority=3))
        assert [one.speaker for one in earlier.triggers] == ["ned-price", "sung-kim"]
        assert [one.speaker for one in earlier.endorsable] == ["kim-jong-un"]
        assert [event.id for event in earlier.events] == ["new"]
        unordered = store.earlier(said())
        assert {one.speaker for one in unordered.triggers} == {"ned-price", "moon-jae-in", "sung-kim"}


def test_a_correction_counts_and_what_it_overruled_does_not():
    """Uses are counted by the labels in force; a changed statement is counted once."""
    with stored(
        said(day=date(2021, 5, 5), labels=("theme:sanctions",)), said(day=date(2021, 5, 6), labels=("theme:sanctions",))
    ) as store:
        (first,) = store.statements(until=date(2021, 5, 5))
        asks = said(labels=("theme:sanctions", "theme:drones"))
        assert store.earlier(asks).seen["theme", "sanctions"].count == 2
        person = Label("theme", "drones", by="person:ana")
        store.save(Change(statements=(replace(first, labels=(*first.labels, person), date=date(2021, 4, 4)),)))
        seen = store.earlier(asks).seen
        assert (seen["theme", "sanctions"].count, seen["theme", "drones"].count) == (1, 1)
        assert seen["theme", "drones"].last == date(2021, 4, 4)
        assert store.earlier(asks).frequency == {"theme:sanctions": 1, "theme:drones": 1}


def test_frequency_counts_statements_not_occurrences():
    """A word said twice in one statement counts once; a word never said is absent."""
    with stored(said(words="Power for power"), said("mfa", words="power")) as store:
        assert store.earlier(said(words="power of words")).frequency == {"power": 2}


def test_the_words_of_2021_lead_to_those_of_years_before():
    """In the chronicle, the line of June 2021 finds the earlier "ready for both dialogue and confrontation"."""
    with stored(*chronicle.statements()) as store:
        line = said("kim-jong-un", date(2021, 6, 17), words="get prepared for both dialogue and confrontation")
        similar = store.earlier(line).similar
        assert any("both dialogue and confrontation" in one.words for one in similar)
        assert all(one.date < date(2021, 6, 17) and one.side == "dprk" for one in similar)
        assert len(similar) <= 150


def test_a_shared_rare_formula_is_found_among_many():
    """However many statements say other things later, the one with the same formula is a candidate."""
    rare = said(day=date(2000, 1, 1), words="sea of fire", labels=("formula:sea-of-fire", "theme:alliance"))
    common = [
        said(day=date(2001, 1, 1) + timedelta(days=n), words="as usual", labels=("theme:alliance",)) for n in range(400)
    ]
    with stored(rare, *common) as store:
        assert "S-2000-0101-1" in ids(store.earlier(said(labels=("formula:sea-of-fire",))).similar)
        assert "S-2000-0101-1" in ids(store.earlier(said(words="a sea of fire")).similar)
