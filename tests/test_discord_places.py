"""Where Discord is not a plain channel: groups, forums, locked threads, places where something is not allowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.discord_kit import SPEC, Running, bot, until
from tests.servers.discord import Channel, Discord, Person
from tests.servers.discord.world import GROUP

READER, ADMIN = Person(), Person.admin()


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    """The small Discord; whatever limit was broken fails the test."""
    async with Discord(SPEC if SPEC.is_file() else None) as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def running(discord: Discord) -> AsyncIterator[Running]:
    """The bot, served, with all guilds known."""
    async with bot(discord) as one:
        await until(lambda: discord.gateway.live and len(discord.gateway.live[0].sent) > 1)
        await asyncio.sleep(0.05)
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
