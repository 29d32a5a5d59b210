"""What is owed, through the real Discord client: alert, edit, thread, digest; a killed process; a deleted channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
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
from tests.discord_kit import Running, bot, guilds_known
from tests.servers.discord import Channel, Discord


@pytest.fixture
async def running(discord: Discord) -> AsyncIterator[Running]:
    """The bot, served over an empty store, with all guilds known."""
    with Store.open(":memory:") as store:
        async with bot(discord, store) as one:
            await guilds_known(discord)
            yield one


def subscribed(discord: Discord, store: Store, role: str = "") -> Channel:
    """The server wants its digest and every statement of Pyongyang's in one channel."""
    guild = discord.guilds[0]
    channel = guild.channel("briefing")
    settings = with_subscription({}, Subscription(channel=channel.id))
    settings = with_watches(settings, [Watch("all", read_rule("side:dprk"), role=role)])
    store.save_workspace(Workspace(f"discord:{guild.id}", "discord", "Ministry", settings))
    return channel


async def test_an_alert_its_edit_and_its_thread(discord, running):
    """One message calls the one role and is edited when more is known; its thread tells the change and calls nobody."""
    store, clock = running.store, Clock()
    channel = subscribed(discord, store, role="4242")
    carrier = courier(store, {"discord": running.platform}, clock)
    one = statement()
    one = saved(store, one, *owed_alerts([news(one)], store.workspaces(), NOW))
    await carrier.drained()
    [said] = channel.messages
    assert said["content"].startswith("<@&4242>")

    clock.move(minutes=1)
    grave = replace(one, labels=(*one.labels, Label("threat", "explicit")))
    store.save(Change(statements=(grave,), comparisons={"#0": Comparison()}))
    await carrier.drained()

    [said] = channel.messages
    assert "explicit threat" in str(said)
    thread = discord.channel(said["id"])
    [follow] = thread.messages
    assert "told before: no threat" in str(follow)
    assert "<@&" not in follow["content"]


async def test_a_process_that_died_after_posting(discord, running):
    """Another process repeats the key: Discord knows the nonce, the message stands once and is marked."""
    store, clock = running.store, Clock()
    channel = subscribed(discord, store)
    one = statement()
    saved(store, one, *owed_alerts([news(one)], store.workspaces(), NOW))
    [row] = store.outbox.last()
    dead = courier(store, {"discord": running.platform}, clock)
    await running.platform.post(channel.id, dead.composer.compose(row, NOW), row.key)

    await courier(store, {"discord": running.platform}, clock).drained()

    assert len(channel.messages) == 1
    assert store.outbox.last()[0].message == channel.messages[0]["id"]


async def test_the_digest_at_its_hour(discord, running):
    """Owed at eight, posted once, with the statement in it."""
    store, clock = running.store, Clock(NOW.replace(hour=8, minute=1))
    channel = subscribed(discord, store)
    saved(store, statement(first_seen=clock()))
    for _ in range(3):
        owe_digests(store, clock())
        await courier(store, {"discord": running.platform}, clock).drained()
        clock.move(minutes=30)

    [said] = channel.messages
    assert "North Korea brief, 22 June 2021" in str(said)
    assert "Kim Yo Jong" in str(said)


async def test_a_deleted_channel_is_parked(discord, running):
    """The channel is gone: one request, everything for it parked with the words for the admin."""
    store, clock = running.store, Clock()
    channel = subscribed(discord, store)
    await discord.delete_channel(channel)
    for number in range(3):
        one = statement(number)
        saved(store, one, *owed_alerts([news(one)], store.workspaces(), NOW))
    carrier = courier(store, {"discord": running.platform}, clock)
    before = len(discord.asked)
    await carrier.drained()
    clock.move(hours=2)
    await carrier.drained()

    assert store.outbox.counts()["parked"] == 3
    assert len([one for one in discord.asked[before:] if one.method == "POST"]) <= 1
    assert "/briefing channel" in store.outbox.last()[0].error
