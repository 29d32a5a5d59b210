"""Where Discord is not a plain channel: groups, forums, locked threads, places where something is not allowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.briefing.message import Entry, Image, Message, Section
from bot.commands.command import Arguments, Command, Desk
from bot.errors import DeliveryError
from tests.discord_kit import Running, bot, guilds_known
from tests.servers.discord import Channel, Discord, Permission, Person
from tests.servers.discord.world import FORUM, GROUP, PUBLIC_THREAD, tag

DIGEST = Message("Brief", lead="Quiet.", sections=(Section("", (Entry("One"),)),), kind="digest", private=False)
READER, ADMIN = Person(), Person.admin()


@pytest.fixture
async def running(discord: Discord) -> AsyncIterator[Running]:
    """The bot, served, with all guilds known."""
    async with bot(discord) as one:
        await guilds_known(discord)
        yield one


async def test_among_friends_an_answer_is_private_until_it_is_shared(discord, running):
    """In a group only the one who asks sees the answer, its pages turn in place, and Share shows it to all."""
    group = Channel("friends", GROUP)
    first = await discord.command(READER, "statement", group, speaker="kim-yo-jong", count=1)
    turned = await discord.press(READER, first, "Next", group)
    chart = await discord.command(READER, "chart", group, speaker="kim-yo-jong")
    assert group.messages == []
    shared = await discord.press(READER, first, "Share", group)

    assert (first.ephemeral, chart.ephemeral, shared.ephemeral) == (True, True, False)
    assert turned.updated
    assert chart.message["attachments"]
    assert len(group.messages) == 1


class Vanishing(dict[str, bytes]):
    """Files that are gone when somebody comes for them."""

    def __setitem__(self, name: str, data: bytes) -> None:
        """Keep nothing."""


async def seen(discord: Discord, channel: Channel) -> Channel:
    """A new channel that the bot has been told of."""
    discord.guilds[0].add(channel)
    event = "THREAD_CREATE" if channel.type == PUBLIC_THREAD else "CHANNEL_CREATE"
    await discord.gateway.dispatch(event, channel.payload(discord.bot["id"]), channel.guild)
    await asyncio.sleep(0.05)
    return channel


async def test_the_permission_for_threads_is_named_alone(discord, running):
    """Where no thread may be begun, the admin reads just that permission, not those that are given."""
    channel = await seen(discord, Channel("flat", denied=Permission.CREATE_PUBLIC_THREADS))
    posted = await running.platform.post(channel.id, DIGEST, "d")
    with pytest.raises(DeliveryError) as caught:
        await running.platform.follow(posted, DIGEST, "f")

    assert "Create Public Threads" in str(caught.value)
    assert "Send Messages" not in str(caught.value)
    assert "Embed Links" not in str(caught.value)


@pytest.mark.parametrize("known", [True, False])
async def test_without_attach_files_a_picture_goes_out_in_words(discord, running, known):
    """The alt text stands in for the picture, also in a thread that the gateway has not told of."""
    parent = discord.guilds[0].channel("briefing")
    thread = Channel("quiet", PUBLIC_THREAD, parent=parent.id, denied=Permission.ATTACH_FILES)
    if known:
        thread = await seen(discord, Channel("no-files", denied=Permission.ATTACH_FILES))
    else:
        discord.guilds[0].add(thread)
    pictured = Message("Week", images=(Image("Three bars, growing.", b"png"),), private=False)
    await running.platform.post(thread.id, pictured, "p")

    [message] = thread.messages
    assert message["attachments"] == []
    assert "Three bars, growing." in str(message["embeds"])


async def test_a_locked_thread_is_refused_when_it_is_chosen(discord, running):
    """The admin learns of it while choosing, not from a digest that never came."""
    parent = discord.guilds[0].channel("briefing")
    thread = await seen(discord, Channel("closed", PUBLIC_THREAD, parent=parent.id, locked=True))
    reply = await discord.command(ADMIN, "briefing channel", discord.guilds[0], channel=thread.id)

    assert "#closed is locked" in reply.plain
    assert running.store.journal(f"discord:{discord.guilds[0].id}") == []


async def test_a_forum_that_wants_a_tag_gets_its_first_open_one(discord, running):
    """Tags for moderators are passed over; where no other is left, the admin is told what to do."""
    tags = [tag("Official", moderated=True), tag("News"), tag("Other")]
    forum = await seen(discord, Channel("forum", FORUM, tag_wanted=True, tags=tags))
    closed = await seen(discord, Channel("strict", FORUM, tag_wanted=True, tags=tags[:1]))
    await running.platform.post(forum.id, DIGEST, "f")
    with pytest.raises(DeliveryError) as caught:
        await running.platform.post(closed.id, DIGEST, "f")

    [asked] = [one for one in discord.asked if one.path == f"/channels/{forum.id}/threads"]
    assert asked.body["applied_tags"] == [tags[1]["id"]]
    assert "only with a tag" in str(caught.value)


async def test_a_deleted_channel_is_no_number_in_the_settings(discord, running):
    """/briefing show says that the channel is gone and what to do, not nineteen digits."""
    guild = discord.guilds[0]
    channel = guild.channel("briefing")
    await discord.command(ADMIN, "briefing channel", guild, channel=channel.id)
    await discord.delete_channel(channel)
    await asyncio.sleep(0.05)
    reply = await discord.command(ADMIN, "briefing show", guild)

    assert channel.id not in reply.plain
    assert "was deleted, or I cannot see it. Choose another with /briefing channel" in reply.plain


async def test_a_file_that_cannot_be_fetched_is_asked_for_again(discord, running):
    """The admin reads that nothing was changed and what to do; it is no mistake in the program."""
    discord.files = Vanishing()
    reply = await discord.command(ADMIN, "feeds import", discord.guilds[0], file=b"<opml/>")

    assert "could not be fetched from Discord" in reply.plain
    assert "send the command again" in reply.plain


async def test_the_part_that_is_looked_at_is_what_is_shared(discord):
    """The second part of a long list is shared as it stands; alone with the bot there is no Share."""
    wide = tuple(Entry(f"Entry {number}", detail="words " * 150) for number in range(12))

    async def run(_desk: Desk, _arguments: Arguments) -> Message:
        return Message("Long", sections=(Section("", wide),), kind="list")

    commands = (Command("long", "command.help", run), Command("ours", "command.help", run, admin=True))
    guild = discord.guilds[0]
    async with bot(discord, commands=commands):
        first = await discord.command(READER, "long", guild)
        second = await discord.press(READER, first, "On to part 2", guild)
        shared = await discord.press(READER, second, "Share", guild)
        others = [await discord.command(READER, "long"), await discord.command(ADMIN, "ours", guild)]

    assert shared.message["embeds"] == second.message["embeds"] != first.message["embeds"]
    assert guild.channels[0].messages[-1]["id"] == shared.message["id"]
    assert not [one for reply in others for one in reply.buttons if one["label"] == "Share"]


@pytest.mark.parametrize(
    ("mentionable", "granted", "called"),
    [(False, Permission(0), False), (True, Permission(0), True), (False, Permission.MENTION_EVERYONE, True)],
)
async def test_a_role_that_cannot_be_called_is_refused_when_it_is_chosen(discord, mentionable, granted, called):
    """Only a mentionable role can be called, or any by a bot that may; else the admin reads which switch it takes."""
    guild = discord.guilds[0]
    guild.roles, guild.granted = {"77": Permission(0)}, guild.granted | granted
    guild.mentionable = {"77"} if mentionable else set()
    channel = guild.channel("briefing")
    async with bot(discord) as running:
        await guilds_known(discord)
        given = {"side": "dprk", "role": "77", "channel": channel.id, "save": "yes"}
        reply = await discord.command(ADMIN, "alerts add", guild, **given)
        await running.platform.post(channel.id, replace(DIGEST, ping="77"), "k")
        assert bool(running.store.workspace(f"discord:{guild.id}")) is called

    assert ("Allow anyone to @mention this role" in reply.plain) is not called
    assert channel.messages[0]["mention_roles"] == (["77"] if called else [])
