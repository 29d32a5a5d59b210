"""The real client running against the small Discord, for tests: ``async with bot(discord) as running``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from bot.catalogue import Catalogue
from bot.classify.coding import Coder
from bot.classify.compare import compare
from bot.classify.identity import identify
from bot.codebook import load
from bot.commands import COMMANDS
from bot.commands.command import Caller, Command, Desk, DeskFactory
from bot.platforms.discord_parts.client import Address
from bot.platforms.on_discord import OnDiscord
from store import Store
from store.records import Workspace
from tests import desks
from tests.servers.discord import Discord


@cache
def coder() -> Coder:
    """The real coder, built once."""
    return Coder(load())


@dataclass
class Running:
    """A bot that is being served: ``platform`` to post through, ``store`` behind it, ``task`` its ``serve``."""

    platform: OnDiscord
    store: Store
    task: asyncio.Task[None]


def desk_factory(store: Store, now: Callable[[], datetime] = lambda: desks.NOON) -> DeskFactory:
    """Desks as the app makes them: the caller's workspace, name, rights and language."""

    def desk(caller: Caller) -> Desk:
        made = desks.desk(store, admin=caller.admin, now=now())
        place = store.workspace(caller.workspace) or Workspace(caller.workspace, caller.workspace.partition(":")[0])
        return replace(
            made,
            workspace=place,
            who=caller.who,
            catalogue=Catalogue.load(caller.language),
            compare=compare,
            read=lambda item: asyncio.to_thread(coder().code, item),
            known=lambda statement: identify(statement, store.statements_near(statement)),
        )

    return desk


@asynccontextmanager
async def bot(
    discord: Discord,
    store: Store | None = None,
    *,
    commands: tuple[Command, ...] = COMMANDS,
    desk: DeskFactory | None = None,
    gateway: str = "",
) -> AsyncIterator[Running]:
    """Serve until the block is left; on entry the commands are known and the gateway is connected."""
    store = store or desks.june()
    platform = OnDiscord(discord.token, Address(discord.api_url, gateway), ready_after=0.1)
    before = len(discord.gateway.identified)
    task = asyncio.create_task(platform.serve(commands, desk or desk_factory(store)))
    try:
        await until(lambda: len(discord.gateway.identified) > before or task.done())
        yield Running(platform, store, task)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds; fails when it does not in time."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in the small Discord
            await asyncio.sleep(0.01)
