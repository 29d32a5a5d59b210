"""Many people at once on Discord: everybody is told in time that they are heard, and answered in their order."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from bot.briefing.message import Message
from bot.commands.command import Arguments, Command, Desk, Option, Probed
from bot.errors import FetchError
from tests.discord_kit import bot, desk_factory, june
from tests.servers.discord import Person

CROWD = 8


async def ponder(_desk: Desk, _arguments: Arguments) -> Message:
    """Keep the event loop's thread busy, as a long comparison does."""
    time.sleep(0.25)  # noqa: ASYNC251 - the thread is to be held
    return Message("Pondered")


async def wait(desk: Desk, arguments: Arguments) -> Message:
    """Wait for the network, until the test lets go."""
    try:
        await desk.probe(arguments.text("address"))
    except FetchError:
        return Message("Waited")
    return Message("Found")


PONDER = Command("ponder", "command.help", ponder)
WAIT = Command("wait", "command.help", wait, (Option("address", "text", "option.address"),))


async def test_everybody_in_a_crowd_is_heard_in_time(discord):
    """Together the commands hold the loop for longer than Discord waits, and each is acknowledged before that."""
    discord.patience = 1.5
    store = june()
    async with bot(discord, store, commands=(PONDER,), desk=desk_factory(store)):
        asked = [await discord.start(Person(), "ponder", discord.guilds[0]) for _ in range(CROWD)]
        replies = [await discord.settled(one) for one in asked]

    assert [reply.plain for reply in replies] == ["Pondered"] * CROWD
    assert replies[-1].deferred


async def test_who_waits_for_the_network_holds_up_nobody(discord):
    """A feed that is slow to answer keeps only the one waiting who asked for it."""
    store, let_go = june(), asyncio.Event()
    made = desk_factory(store)

    async def slow(address: str) -> Probed:
        await let_go.wait()
        raise FetchError(address, "no such host")

    async with bot(discord, store, commands=(PONDER, WAIT), desk=lambda caller: replace(made(caller), probe=slow)):
        waiting = await discord.start(Person(), "wait", discord.guilds[0], address="x")
        pondered = await discord.command(Person(), "ponder", discord.guilds[0])
        assert not waiting.shown
        let_go.set()
        waited = await discord.settled(waiting)

    assert (pondered.plain, waited.plain) == ("Pondered", "Waited")
