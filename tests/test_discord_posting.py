"""Posting and editing on Discord: once for each key, in turn, and every refusal in words that say what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.briefing.message import Action, Entry, Message, Section
from bot.errors import DeliveryError
from bot.platforms.platform import Posted
from tests.discord_kit import Running, bot, guilds_known
from tests.servers.discord import Channel, Discord, Permission
from tests.servers.discord.world import ANNOUNCEMENT, FORUM, PUBLIC_THREAD

DIGEST = Message(
    "Brief of 22 June", lead="Quiet.", sections=(Section("All", (Entry("One"),)),), kind="digest", private=False
)
CARD = Message(
    "Kim Yo Jong speaks",
    lead="She rejects talks.",
    sections=(Section("", (Entry("Kim *Yo* Jong", detail="  words  ", id="S-2021-0622-1"),)),),
    actions=(Action("run", "/why S-2021-0622-1", "Why"),),
    kind="cards",
    private=False,
    ping="77",
)
MESSAGES = r"/channels/\d+/messages$"


@pytest.fixture
async def running(discord: Discord) -> AsyncIterator[Running]:
    """The bot, served, with all guilds known."""
    async with bot(discord) as one:
        await guilds_known(discord)
        yield one


async def refused(running: Running, channel: str, message: Message = DIGEST) -> DeliveryError:
    """The refusal that posting there meets."""
    with pytest.raises(DeliveryError) as caught:
        await running.platform.post(channel, message, f"key {channel}")
    return caught.value


@pytest.mark.parametrize("fault", [{"lost": True}, {"drop": True}, {"status": 502}, {"status": 429}])
async def test_a_post_is_seen_once_whatever_happens_on_the_way(discord, running, fault):
    """A lost reply, a cut line, a server error, a rate limit: the message is there, and there once."""
    channel = discord.guilds[0].channel("briefing")
    discord.fault("POST", MESSAGES, **fault)
    posted = await running.platform.post(channel.id, DIGEST, "digest 2021-06-22")

    assert [one["id"] for one in channel.messages] == [posted.id]
    assert channel.messages[0]["content"] == "**Brief of 22 June**\nQuiet."


async def test_the_same_key_is_posted_once_also_by_another_process(discord):
    """After a crash between posting and marking, the repeat gives the message that is there already."""
    channel = discord.guilds[0].channel("briefing")
    ids = []
    for _ in range(2):
        async with bot(discord) as running:
            ids.append((await running.platform.post(channel.id, DIGEST, "digest 2021-06-22")).id)
    async with bot(discord) as running:
        ids.append((await running.platform.post(channel.id, DIGEST, "digest 2021-06-23")).id)

    assert ids[0] == ids[1] != ids[2]
    assert len(channel.messages) == 2


@pytest.mark.parametrize(("message", "where"), [(DIGEST, "briefing"), (CARD, "briefing"), (CARD, "asleep")])
async def test_a_repeat_after_hours_is_found_where_history_may_be_read(discord, message, where):
    """The nonce is forgotten by then: what stands is known by its words, in channels and threads; others are not."""
    guild = discord.guilds[0]
    guild.add(Channel("asleep", PUBLIC_THREAD, parent=guild.channel("briefing").id))
    channel = guild.channel(where)
    discord.remembers = 0.0
    async with bot(discord) as running:
        await running.platform.post(channel.id, replace(message, lead="Another one."), "other")
        posted = await running.platform.post(channel.id, message, "k")
    async with bot(discord) as running:
        again = await running.platform.post(channel.id, message, "k", repeat=True)
        assert again == posted
        assert len(channel.messages) == 2
        channel.denied |= Permission.READ_HISTORY
        await running.platform.post(channel.id, message, "k", repeat=True)
        assert len(channel.messages) == 3


async def test_an_edit_replaces_what_was_said(discord, running):
    """The message grows in place; buttons that are gone are gone, also when the first reply was lost."""
    channel = discord.guilds[0].channel("briefing")
    first = Message("Flash", sections=(Section("", (Entry("x"),)),), actions=(Action("run", "/help", "Help"),))
    posted = await running.platform.post(channel.id, first, "s-1")
    discord.fault("PATCH", MESSAGES.replace("$", "/"), lost=True)
    await running.platform.edit(posted, DIGEST)

    [message] = channel.messages
    assert "Brief of 22 June" in message["content"]
    assert message["components"] == []


@pytest.mark.parametrize(
    ("denied", "words"),
    [
        (Permission.SEND_MESSAGES, "Send Messages"),
        (Permission.VIEW_CHANNEL, "View Channel"),
    ],
)
async def test_a_missing_permission_is_named(discord, running, denied, words):
    """The admin reads which permission to give, in which channel, in Discord's own words."""
    channel = await seen(discord, Channel("closed", denied=denied))
    error = await refused(running, channel.id)

    assert error.permanent
    assert "I may not write in #closed" in str(error)
    assert words in str(error)


async def seen(discord: Discord, channel: Channel) -> Channel:
    """A new channel that the bot has been told of."""
    guild = discord.guilds[0]
    guild.add(channel)
    event = "THREAD_CREATE" if channel.type == PUBLIC_THREAD else "CHANNEL_CREATE"
    await discord.gateway.dispatch(event, channel.payload(discord.bot["id"]), guild.id)
    await asyncio.sleep(0.05)
    return channel


async def test_without_embed_links_all_is_said_in_the_text(discord, running):
    """Discord would drop embeds in silence; then the text carries everything."""
    channel = await seen(discord, Channel("plain", denied=Permission.EMBED_LINKS))
    await running.platform.post(channel.id, DIGEST, "plain")

    [message] = channel.messages
    assert message["embeds"] == []
    assert "• One" in message["content"]
    assert discord.dropped_embeds == 0


async def test_a_deleted_channel_is_told_and_not_retried(discord, running):
    """Gone is gone: one request, and words that name the way out."""
    channel = discord.guilds[0].channel("briefing")
    await discord.delete_channel(channel)
    before = len(discord.asked)
    error = await refused(running, channel.id)

    assert error.gone
    assert "does not exist any more" in str(error)
    assert "/briefing channel" in str(error)
    assert len(discord.asked) == before + 1


async def test_an_archived_thread_is_woken_and_a_locked_one_told(discord, running):
    """Editing in a thread that went to sleep opens it; a locked thread needs a person."""
    thread = await seen(discord, Channel("thread", PUBLIC_THREAD, parent=discord.guilds[0].channels[0].id))
    posted = await running.platform.post(thread.id, DIGEST, "t")
    thread.archived = True
    await running.platform.edit(posted, Message("Later"))
    assert "Later" in thread.messages[0]["content"]

    thread.locked = True
    error = await refused(running, thread.id)
    assert "locked" in str(error)


@pytest.mark.parametrize("lost", [False, True])
async def test_a_forum_gets_a_thread_once(discord, running, lost):
    """A forum takes threads: one for each message, also when the first reply is lost; it can be edited later."""
    forum = await seen(discord, Channel("forum", FORUM))
    if lost:
        discord.fault("POST", "/threads$", lost=True)
    posted = await running.platform.post(forum.id, DIGEST, "f")
    again = await running.platform.post(forum.id, DIGEST, "f")
    await running.platform.edit(posted, Message("Brief, longer"))

    threads = [one for one in discord.guilds[0].channels if one.parent == forum.id]
    assert [one.name for one in threads] == ["Brief of 22 June"]
    assert posted == again
    assert "Brief, longer" in threads[0].messages[0]["content"]


async def test_announcement_channels_and_direct_messages_are_plain_places(discord, running):
    """A digest can go to an announcement channel."""
    channel = await seen(discord, Channel("news", ANNOUNCEMENT))
    posted = await running.platform.post(channel.id, DIGEST, "n")

    assert posted == Posted("discord", channel.id, channel.messages[0]["id"])


async def test_rate_limits_are_respected_before_they_are_hit(discord, running):
    """The headers say how much is left: nothing is refused for being too fast, and nothing is lost."""
    discord.bucket = (3, 0.4)
    channel = discord.guilds[0].channel("briefing")
    await asyncio.gather(*(running.platform.post(channel.id, DIGEST, f"key {n}") for n in range(8)))

    assert len(channel.messages) == 8
    assert discord.limited == 0


async def test_the_urgent_go_first(discord, running):
    """An alert does not wait behind digests for the same channel."""
    channel = discord.guilds[0].channel("briefing")
    discord.fault("POST", MESSAGES, status=429, wait=0.3)
    routine = [
        asyncio.create_task(running.platform.post(channel.id, Message(f"Routine {n}"), f"r{n}")) for n in range(3)
    ]
    await asyncio.sleep(0.1)
    urgent = asyncio.create_task(running.platform.post(channel.id, Message("Urgent", urgent=True), "u"))
    await asyncio.gather(*routine, urgent)

    assert ["Urgent" in one["content"] for one in channel.messages] == [False, True, False, False]


async def test_a_post_given_up_leaves_the_way_free(discord, running):
    """Cancelled while it waited or while it was sent, a post blocks nobody."""
    channel = discord.guilds[0].channel("briefing")
    discord.fault("POST", MESSAGES, status=429, wait=0.3)
    first = asyncio.create_task(running.platform.post(channel.id, DIGEST, "1"))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(running.platform.post(channel.id, DIGEST, "2"))
    await asyncio.sleep(0.05)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    async with asyncio.timeout(5):
        await running.platform.post(channel.id, DIGEST, "3")

    assert len(channel.messages) == 1


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [(50007, 403, "no direct messages"), (50035, 400, "refused a message"), (0, 401, "token")],
)
async def test_every_refusal_is_in_words(discord, running, code, status, words):
    """Whatever Discord answers, the admin reads a sentence."""
    discord.fault("POST", MESSAGES, status=status, code=code)
    error = await refused(running, discord.guilds[0].channels[0].id)

    assert error.permanent
    assert words in str(error)


async def test_what_cannot_be_a_channel_is_refused(discord, running):
    """A name in place of an id is no channel of Discord's."""
    assert (await refused(running, "#general")).gone


async def test_editing_what_was_deleted_and_too_often(discord, running):
    """A deleted message is gone; one edited too often is tried again later."""
    channel = discord.guilds[0].channels[0]
    posted = await running.platform.post(channel.id, DIGEST, "e")
    discord.fault("PATCH", MESSAGES.replace("$", "/"), status=400, code=30046)
    with pytest.raises(DeliveryError) as often:
        await running.platform.edit(posted, DIGEST)
    channel.messages.clear()
    with pytest.raises(DeliveryError) as gone:
        await running.platform.edit(posted, DIGEST)

    assert (often.value.retry_after, often.value.permanent) == (timedelta(hours=1), False)
    assert gone.value.gone


async def test_a_role_is_pinged_and_nobody_else(discord, running):
    """An alert calls the one role that an admin chose."""
    channel = discord.guilds[0].channels[0]
    await running.platform.post(channel.id, Message("Alert", lead="@everyone <@1>", ping="77", urgent=True), "a")

    [message] = channel.messages
    assert message["content"].startswith("<@&77> **Alert**")
    assert message["allowed_mentions"] == {"parse": [], "roles": ["77"]}
