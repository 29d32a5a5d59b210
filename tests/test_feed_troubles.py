"""Feeds in trouble: found for the right reason, told once, told once more when they are well, and no nagging."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.troubles import USUAL, Watched, news_of, notices, wrong
from bot.jobs import watch_feeds
from bot.sources import Source
from store import Store
from store.records import AddedFeed, FeedState, Item, Stamp
from store.upkeep import Arrivals
from store.writes import Change
from tests.delivery_kit import CHANNEL, NOW, TODAY, workspace

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FEED = Source("dawn", "https://dawn.example/feed", "The Dawn Bulletin")
WELL = FeedState("dawn", polled=NOW, succeeded=NOW, entries=20)
LIVELY = Arrivals(140, NOW - 60 * DAY, NOW - HOUR)


def verdict(state=WELL, came=LIVELY, now=NOW):
    """What is wrong with the feed: kind and words; None when nothing is."""
    found = wrong(Watched([FEED], {state.source: state}, {"dawn": came} if came else {}, now))
    return (found[0].kind, found[0].words) if found else None


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, None),
        ({"failures": 1, "error": "503"}, None),
        ({"failures": 3, "error": "503"}, "failing"),
        ({"failures": 3, "error": "no feed", "fault": "shape"}, "shape"),
        ({"failures": 1, "paused": "gone", "error": "410"}, "gone"),
        ({"failures": 400, "paused": "failing", "error": "503"}, "failing"),
        ({"paused": "by Ada"}, None),
        ({"address": "https://new.example/feed"}, "moved"),
    ],
)
def test_each_trouble_by_its_name(changes, kind):
    """From what is known of the feed; one failure is none, and a feed that a person paused is left alone."""
    found = verdict(replace(WELL, **changes))
    assert (found[0] if found else None) == kind


def test_a_feed_without_entries_has_changed_its_shape():
    """It answers, and what used to be full is empty for hours; a feed that never had any is left alone."""
    empty = replace(WELL, entries=0)

    assert verdict(empty, replace(LIVELY, last=NOW - 7 * HOUR))[0] == "shape"
    assert verdict(empty) is None
    assert verdict(empty, None) is None


@pytest.mark.parametrize(
    ("daily", "quiet", "silent"),
    [(5, 3, True), (5, 1.9, False), (5, 2.2, False), (1, 5, False), (1, 13, True), (50, 1, False), (50, 2, True)],
)
def test_silence_is_judged_by_what_is_usual(daily, quiet, silent):
    """Five a day and none for three days is silence; one a week and none for five days is not."""
    last = NOW - quiet * DAY
    read = USUAL - quiet * DAY
    found = verdict(came=Arrivals(round(daily * (read / DAY)), NOW - 60 * DAY, last))

    assert (found is not None and found[0] == "silent") is silent


def test_silence_is_told_in_numbers():
    """The words say what is usual and for how long there was nothing."""
    assert verdict(came=Arrivals(125, NOW - 60 * DAY, NOW - 3 * DAY))[1] == (
        "it usually has 5 items a day, and has had none for 3 days"
    )


@pytest.fixture
def store():
    """A store with one workspace, whose admins chose a channel."""
    with Store.open(":memory:") as opened:
        opened.save_workspace(workspace(rule="", admin_channel="admins"))
        yield opened


class Work:
    """What the job needs."""

    def __init__(self, store, *sources):
        self.store = store
        self.sources = lambda: sources or (FEED,)


async def seen(store, *states, now=NOW, sources=()):
    """Let the job look at these states; what was newly owed."""
    before = {one.number for one in store.outbox.last(count=100)}
    for state in states:
        store.save_feed_state(state)
    await watch_feeds(Work(store, *sources), now)
    return [one for one in reversed(store.outbox.last(count=100)) if one.number not in before]


async def test_one_notice_and_one_when_it_recovers(store):
    """However long it lasts, the admins hear of it twice: when it begins and when it is over."""
    bad = replace(WELL, failures=3, error="503", succeeded=NOW - DAY)
    [first] = await seen(store, bad)
    for hours in range(1, 30):
        assert await seen(store, replace(bad, failures=3 + hours), now=NOW + hours * HOUR) == []
    [last] = await seen(store, WELL, now=NOW + 30 * HOUR)

    assert (first.channel, first.told["lines"]) == (
        "admins",
        [{"key": "notice.failing", "source": "dawn", "words": "503"}],
    )
    assert last.told["lines"] == [{"key": "notice.well", "source": "dawn", "lapse": "30 h"}]
    assert await seen(store, WELL, now=NOW + 31 * HOUR) == []


async def test_a_feed_that_moved_is_told_of_until_its_address_is_right(store):
    """Told when it moves, not again while it fails and recovers, and once more when the list has the new address."""
    moved = replace(WELL, address="https://new.example/feed")
    [first] = await seen(store, moved)
    [fails] = await seen(store, replace(moved, failures=3, error="503"), now=NOW + HOUR)
    [well] = await seen(store, moved, now=NOW + 30 * HOUR)
    assert await seen(store, moved, now=NOW + 31 * HOUR) == []
    [settled] = await seen(store, moved, now=NOW + 40 * HOUR, sources=[replace(FEED, address=moved.address)])

    keys = [one.told["lines"][0]["key"] for one in (first, fails, well, settled)]
    assert keys == ["notice.moved", "notice.failing", "notice.well", "notice.settled"]


@pytest.mark.parametrize(
    ("sources", "changes"), [([replace(FEED, id="other")], {}), ([], {"paused": "by Ada on 22 June 2021"})]
)
async def test_what_nobody_reads_any_more_does_not_recover(store, sources, changes):
    """A feed in trouble that is removed, or paused by a person, is not told as well again."""
    await seen(store, replace(WELL, failures=3, error="503"))

    assert await seen(store, replace(WELL, **changes), now=NOW + HOUR, sources=sources) == []


async def test_a_flapping_feed_is_no_nuisance(store):
    """Bad and well again every hour for a day: two messages, not forty-eight."""
    bad = replace(WELL, failures=3, error="503")
    told = []
    for hour in range(24):
        told += await seen(store, bad if hour % 2 == 0 else WELL, now=NOW + hour * HOUR)

    assert len(told) == 2


async def test_when_the_net_is_down_one_line_is_told(store):
    """Two hundred feeds that fail at once are one notice, not two hundred."""
    sources = [replace(FEED, id=f"feed-{number}") for number in range(200)]
    states = [replace(WELL, source=one.id, failures=3, error="no route") for one in sources]

    [told] = await seen(store, *states, sources=sources)

    assert told.told["lead"] == {"key": "notice.all_feeds", "count": 200, "of": 200}


def test_each_admin_hears_of_his_own_feeds():
    """A feed added in one workspace is that one's business; the operator's feeds are told where admins asked for it."""
    one, two, three = (
        workspace(rule="", admin_channel="admins"),
        workspace(rule="", name="two", admin_channel="ops"),
        workspace(rule="", name="three"),
    )
    other = replace(FEED, id="own")
    states = {name: replace(WELL, source=name, failures=3, error="503") for name in ("dawn", "own")}
    watched = Watched([FEED, other], states, {}, NOW)
    news = news_of(watched, [])
    added = [AddedFeed("chat:three", {"id": "own"}, "Ada", NOW)]

    owed = notices(news, added, [one, two, three], watched)

    told = {row.channel: [line["source"] for line in row.told["lines"]] for row in owed}
    assert told == {"admins": ["dawn"], "ops": ["dawn"], f"{CHANNEL}-three": ["own"]}


async def test_silence_from_the_record(store):
    """From stored items: lively for a month, then nothing, then a notice, then an item and a notice that it is well."""
    for number in range(100):
        at = NOW - 25 * DAY + number * 5 * HOUR
        item = Item("dawn", f"https://dawn.example/{number}", f"Item {number}", "", Stamp(TODAY, at), at)
        store.save(Change(items=(item,)))
    assert await seen(store, WELL, now=NOW - 4 * DAY) == []

    [told] = await seen(store, WELL, now=NOW)
    assert told.told["lines"][0]["key"] == "notice.silent"

    late = Item("dawn", "https://dawn.example/late", "Late", "", Stamp(TODAY, NOW), NOW + HOUR)
    store.save(Change(items=(late,)))
    [well] = await seen(store, WELL, now=NOW + HOUR)
    assert well.told["lines"][0]["key"] == "notice.well"
