"""What is owed, through the real slack-bolt: alert, edit, thread, digest; a killed process; an archived channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.briefing.alerts import Watch, read_rule, with_watches
from bot.briefing.subscription import Subscription, with_subscription
from bot.delivery.digests import owe_digests
from bot.delivery.news import owed_alerts
from store import Store
from store.records import Comparison, Label, Workspace
from store.writes import Change
from tests.delivery_kit import NOW, Clock, courier, news, saved, statement
from tests.servers.slack.world import TEAM, seen
from tests.slack_kit import served

CHANNEL = "C0NEWS"


@pytest.fixture
async def here():
    """A served platform over a store whose one channel wants its digest and every statement of Pyongyang's."""
    with Store.open(":memory:") as store:
        settings = with_subscription({}, Subscription(channel=CHANNEL))
        settings = with_watches(settings, [Watch("all", read_rule("side:dprk"))])
        store.save_workspace(Workspace(f"slack:{TEAM}", "slack", "Ministry", settings))
        async with served(store) as running:
            yield running


def alerted(store):
    """A new statement, with the alert that is owed for it."""
    one = statement()
    return saved(store, one, *owed_alerts([news(one)], store.workspaces(), NOW))


def in_channel(here, *, thread=""):
    """What stands in the channel, or under one of its messages."""
    said = here.slack.world.in_channel(CHANNEL)
    return [one for one in said if one.body.get("thread_ts", "") == thread]


async def test_an_alert_grows_and_its_thread_tells_the_change(here):
    """One message is edited when more is known; what turned out otherwise is said in its thread."""
    clock = Clock()
    carrier = courier(here.store, {"slack": here.platform}, clock)
    one = alerted(here.store)
    await carrier.drained()
    [said] = in_channel(here)

    clock.move(minutes=1)
    grave = (*one.labels, Label("threat", "explicit"))
    here.store.save(Change(statements=(replace(one, labels=grave),), comparisons={"#0": Comparison()}))
    await carrier.drained()

    [again] = in_channel(here)
    [follow] = in_channel(here, thread=said.ts)
    assert again.ts == said.ts
    assert "explicit threat" in seen(again.body)
    assert "told before: no threat" in seen(follow.body)


async def test_a_process_that_died_after_posting(here):
    """Another process repeats the key: the message stands once and is marked."""
    clock = Clock()
    alerted(here.store)
    [row] = here.store.outbox.last()
    dead = courier(here.store, {"slack": here.platform}, clock)
    await here.platform.post(CHANNEL, dead.composer.compose(row, NOW), row.key)

    await courier(here.store, {"slack": here.platform}, clock).drained()

    [said] = in_channel(here)
    assert here.store.outbox.last()[0].message == said.ts


async def test_the_digest_at_its_hour(here):
    """Owed at eight, posted once, however often it is looked for."""
    clock = Clock(NOW.replace(hour=8, minute=1))
    saved(here.store, statement(first_seen=clock()))
    for _ in range(3):
        owe_digests(here.store, clock())
        await courier(here.store, {"slack": here.platform}, clock).drained()
        clock.move(minutes=30)

    [said] = in_channel(here)
    assert "North Korea brief, 22 June 2021" in seen(said.body)


async def test_an_archived_channel_is_parked(here):
    """One request, then everything for it waits for a person."""
    clock = Clock()
    here.slack.world.channels[CHANNEL].archived = True
    alerted(here.store)
    carrier = courier(here.store, {"slack": here.platform}, clock)

    await carrier.drained()
    clock.move(hours=2)
    await carrier.drained()

    assert here.store.outbox.counts()["parked"] == 1
    assert in_channel(here) == []
