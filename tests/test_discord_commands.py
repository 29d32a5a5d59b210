"""Every command on Discord, through the real client and over the wire, as people use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.discord_kit import Running, bot
from tests.servers.discord import Discord, Person

SPEC = Path(__file__).resolve().parents[2] / "shared" / "spec" / "discord-openapi.json"


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    """The small Discord; whatever limit was broken fails the test."""
    async with Discord(SPEC if SPEC.is_file() else None) as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def running(discord: Discord) -> AsyncIterator[Running]:
    """The bot, served."""
    async with bot(discord) as one:
        yield one


READER, ADMIN = Person(), Person.admin()


async def test_a_lookup_answers_privately_with_everything_about_the_statement(discord, running):
    """/statement says who, when, the words, the judgements in words, what is new, and links the sources."""
    reply = await discord.command(READER, "statement", discord.guilds[0], speaker="kim-yo-jong", count=1)

    assert reply.ephemeral
    assert reply.first < 1.0
    assert "Kim Yo Jong" in reply.plain
    assert "22 June 2021" in reply.plain
    assert "Sources: [" in reply.text
