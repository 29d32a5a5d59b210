"""Digests that are owed and posted: one a local date, all that came in between, nothing twice, whatever happens."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest

from bot.briefing.subscription import subscription_of, with_subscription
from bot.delivery.digests import owe_digests
from bot.jobs import digests_due
from store import Store
from store.records import Event, Item, Stamp
from store.writes import Change, Verdict
from tests.delivery_kit import CHANNEL, TODAY, Clock, courier, saved, statement, workspace
from tests.servers.chat import ChatPlatform, ChatServer

START = datetime(2021, 6, 20, 7, 59, tzinfo=UTC)


@pytest.fixture
async def chat():
    """A small chat server."""
    async with ChatServer() as running:
        yield running


@pytest.fixture
def store():
    """A store with one workspace whose digest comes at 08:00 UTC."""
    with Store.open(":memory:") as opened:
        opened.save_workspace(workspace(rule=""))
        yield opened


@pytest.fixture
def clock():
    """A clock a minute before the hour."""
    return Clock(START)


@pytest.fixture
def carrier(store, chat, clock):
    """A courier of one process."""
    return courier(store, {"chat": ChatPlatform(chat.url)}, clock)


async def wake(store, carrier, clock, **lapse):
    """Let time pass and do what is due then."""
    clock.move(**lapse)
    owe_digests(store, clock())
    await carrier.drained()


def said(chat, channel=CHANNEL):
    """The digests that stand in the channel: title, and the ids told."""
    return [
        (one.message.title, [entry.id for entry in one.message.entries if entry.id]) for one in chat.channels[channel]
    ]


def came(store, number, at, **changes):
    """A statement that came in at an instant; its id."""
    return saved(store, statement(number, **{"day": at.date(), "first_seen": at, **changes})).id


def change(store, **changes):
    """Set something of the digest."""
    known = store.workspace("chat:one")
    wanted = replace(subscription_of(known.settings), **changes)
    store.save_workspace(replace(known, settings=with_subscription(known.settings, wanted)))


async def test_one_digest_a_day_tells_what_came_since_the_last(store, chat, carrier, clock):
    """Each statement is in exactly one digest, also one that was fetched before the hour and saved after it."""
    first = came(store, 1, clock())
    await wake(store, carrier, clock, minutes=2)
    straggler = came(store, 2, clock() - timedelta(minutes=5))
    for _ in range(20):
        await wake(store, carrier, clock, minutes=60)
    second = came(store, 3, clock())
    await wake(store, carrier, clock, hours=5)

    assert said(chat) == [
        ("North Korea brief, 20 June 2021", [first]),
        ("North Korea brief, 21 June 2021", [straggler, second]),
    ]


async def test_an_empty_day_has_its_digest_too(store, chat, carrier, clock):
    """People who rely on it see that nothing happened."""
    await wake(store, carrier, clock, minutes=2)

    [(title, ids)] = said(chat)
    assert (title, ids) == ("North Korea brief, 20 June 2021", [])
    assert chat.channels[CHANNEL][0].message.lead.startswith("Nothing")


async def test_asleep_for_days_there_is_one_digest_of_it_all(store, chat, carrier, clock):
    """Ten days away: one digest, with its span in the title, and everything in it."""
    await wake(store, carrier, clock, minutes=2)
    ids = [came(store, number, START + timedelta(days=number)) for number in range(1, 4)]

    await wake(store, carrier, clock, days=10)
    await wake(store, carrier, clock, hours=1)

    assert len(said(chat)) == 2
    title, told = said(chat)[1]
    assert title == "North Korea brief, 20 June 2021 to 30 June 2021"
    assert sorted(told) == sorted(ids)


async def test_the_platform_s_bad_days_make_one_digest(store, chat, carrier, clock):
    """Three days in which nothing can be posted: one digest then, that tells all; the others are dropped, visibly."""
    await wake(store, carrier, clock, minutes=2)
    carrier.platforms = {}
    ids = []
    for number in range(1, 4):
        ids.append(came(store, number, clock()))
        await wake(store, carrier, clock, days=1)
    carrier.platforms = {"chat": ChatPlatform(chat.url)}
    await carrier.drained()

    assert len(said(chat)) == 2
    assert sorted(said(chat)[1][1]) == sorted(ids)
    assert [row.error for row in store.outbox.last(states=["dropped"])] == [
        "it never came; the digest of 2021-06-23 tells it too",
        "it never came; the digest of 2021-06-22 tells it too",
    ]


async def test_a_lost_reply_makes_no_second_digest(store, chat, carrier, clock):
    """The digest stands though its answer was lost: it is repeated by key, and the next begins where it ended."""
    chat.script.append("lost")
    first = came(store, 1, clock())
    await wake(store, carrier, clock, minutes=2)
    second = came(store, 2, clock())
    await wake(store, carrier, clock, minutes=2)
    await wake(store, carrier, clock, days=1)

    assert [ids for _, ids in said(chat)] == [[first], [second]]


async def test_late_items_are_marked(store, chat, carrier, clock):
    """What was made days before and comes in now says so; what is long past is history and is left out."""
    await wake(store, carrier, clock, minutes=2)
    came(store, 1, clock(), day=(START - timedelta(days=4)).date())
    came(store, 2, clock(), day=(START - timedelta(days=400)).date())
    await wake(store, carrier, clock, days=1)

    [entry] = [entry for entry in chat.channels[CHANNEL][1].message.entries if entry.id]
    assert entry.notes[0] == "reported late: made on 16 June 2021"


async def test_reports_and_events_come_once(store, chat, carrier, clock):
    """Relevant items without a statement and dated acts are told in one digest, not in two."""
    await wake(store, carrier, clock, minutes=2)
    item = Item("dawn", "https://dawn.example/1", "Seoul weighs its words", "", Stamp(TODAY), clock())
    act = Event("e-1", clock().date() + timedelta(days=1), "missile-test", "Two missiles")
    store.save(Change(items=(item,), verdicts={"#0": Verdict(relevant=True)}, events=(act,)))
    for _ in range(3):
        await wake(store, carrier, clock, days=1)

    told = [[entry.headline for entry in one.message.entries] for one in chat.channels[CHANNEL]]
    assert sum("Seoul weighs its words" in lines for lines in told) == 1
    assert sum(any("Two missiles" in line for line in lines) for lines in told) == 1


async def test_a_channel_chosen_in_the_afternoon_waits_for_tomorrow(store, chat, carrier, clock):
    """Nothing is posted on the spot; the first digest tells the day before it."""
    clock.move(hours=6)
    early = came(store, 1, clock() - timedelta(hours=5))
    await wake(store, carrier, clock, minutes=1)
    assert said(chat) == []

    await wake(store, carrier, clock, hours=18)
    assert said(chat) == [("North Korea brief, 21 June 2021", [early])]


async def test_a_pause_is_kept_and_made_up_for(store, chat, carrier, clock):
    """Paused, nothing comes; resumed, it comes at the next hour, not at once."""
    await wake(store, carrier, clock, minutes=2)
    change(store, paused=True)
    one = came(store, 1, clock())
    await wake(store, carrier, clock, days=1)
    change(store, paused=False)
    await wake(store, carrier, clock, hours=1)
    assert len(said(chat)) == 1

    await wake(store, carrier, clock, days=1)
    assert [ids for _, ids in said(chat)] == [[], [one]]


async def test_the_log_tells_what_is_owed_and_what_is_dropped(store, caplog):
    """A paused channel's digest is not called owed: it is dropped, and the reason is told."""
    caplog.set_level("INFO")
    await digests_due(SimpleNamespace(store=store), START + timedelta(minutes=2))
    change(store, paused=True)
    await digests_due(SimpleNamespace(store=store), START + timedelta(days=1, minutes=2))

    assert caplog.messages == [
        f"the digest of 2021-06-20 is owed to {CHANNEL}",
        f"the digest of 2021-06-21 is not posted in {CHANNEL}: the digest is paused",
    ]


async def test_chosen_days_only(store, chat, carrier, clock):
    """On Mondays and Thursdays, each digest reaches back to the one before."""
    change(store, days=(0, 3))
    clock.move(minutes=2)
    for _ in range(15):
        await wake(store, carrier, clock, days=1)

    assert [one.message.title.rpartition(" to ")[2] for one in chat.channels[CHANNEL]] == [
        "21 June 2021",
        "24 June 2021",
        "28 June 2021",
        "1 July 2021",
        "5 July 2021",
    ]


async def test_the_hour_and_the_zone_may_change(store, chat, carrier, clock):
    """Whatever an admin changes during the day, no local date comes twice."""
    await wake(store, carrier, clock, minutes=2)
    change(store, hour=time(18))
    await wake(store, carrier, clock, hours=11)
    known = store.workspace("chat:one")
    store.save_workspace(replace(known, settings={**known.settings, "timezone": "America/New_York"}))
    await wake(store, carrier, clock, hours=4)
    assert len(said(chat)) == 1

    await wake(store, carrier, clock, hours=24)
    assert len(said(chat)) == 2


async def test_a_clock_that_jumps_back_repeats_nothing(store, chat, carrier, clock):
    """A day that had its digest has it still when the clock says that it has not come yet."""
    await wake(store, carrier, clock, minutes=2)
    for lapse in (1, 1, -2, 1, 1, 1):
        one = came(store, clock().day, clock())
        await wake(store, carrier, clock, days=lapse)

    titles = [title for title, _ in said(chat)]
    assert len(titles) == len(set(titles)) == 4
    ids = [one for _, told in said(chat) for one in told]
    assert len(ids) == len(set(ids))
    assert one in ids


async def test_two_processes_owe_one_digest(tmp_path, chat, clock):
    """Both decide at the same time; the database lets one of them."""
    path = tmp_path / "briefbot.db"
    with Store.open(path) as one, Store.open(path) as other:
        one.save_workspace(workspace(rule=""))
        clock.move(minutes=2)
        counts = await asyncio.gather(*(asyncio.to_thread(lambda: _owe_in_its_own(path, clock())) for _ in range(4)))
        assert sum(counts) == 1
        await asyncio.gather(
            courier(one, {"chat": ChatPlatform(chat.url)}, clock).drained(),
            courier(other, {"chat": ChatPlatform(chat.url)}, clock).drained(),
        )

    assert len(said(chat)) == 1


def _owe_in_its_own(path, now) -> int:
    with Store.open(path) as store:
        return len(owe_digests(store, now))


async def test_the_filters_hold(store, chat, carrier, clock):
    """A digest of one side's statements tells only those."""
    change(store, sides=("us",))
    came(store, 1, clock())
    await wake(store, carrier, clock, minutes=2)

    assert said(chat) == [("North Korea brief, 20 June 2021", [])]
