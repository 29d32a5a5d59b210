"""The real client running against the small Discord, for tests: ``async with bot(discord) as running``."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.catalogue import Catalogue
from bot.classify.coding import Coder
from bot.classify.compare import compare
from bot.classify.identity import identify
from bot.codebook import load
from bot.commands import COMMANDS
from bot.commands.command import Caller, Command, Desk, DeskFactory
from bot.commands.one_by_one import OneByOne
from bot.platforms.discord_parts.client import Address
from bot.platforms.on_discord import OnDiscord
from store import Store, chronicle
from store.records import Workspace
from store.writes import Change
from tests import desks
from tests.servers.discord import Discord

SPEC = Path(__file__).resolve().parents[2] / "shared" / "spec" / "discord-openapi.json"
"""Discord's own description of its interface; requests are held against it where it is present."""


@cache
def coder() -> Coder:
    """The real coder, built once."""
    return Coder(load())


@cache
def _shelf() -> TemporaryDirectory[str]:
    """A folder for the databases of these tests, gone at the end."""
    return TemporaryDirectory(prefix="briefbot-")


@cache
def _filled() -> Path:
    """The chronicle of early 2021 in a database, written once."""
    path = Path(_shelf().name) / "june.db"
    with Store.open(path) as store:
        kept = (one for one in chronicle.statements() if "2021-01-01" <= one.date.isoformat() <= "2021-06-30")
        store.save(Change(statements=tuple(kept)))
    return path


def june() -> Store:
    """A database of the test's own with the chronicle of early 2021 in it."""
    path = Path(_shelf().name) / f"{next(_NUMBERS)}.db"
    shutil.copy(_filled(), path)
    return Store.open(path)


_NUMBERS = count()


@dataclass
class Running:
    """A bot that is being served: ``platform`` to post through, ``store`` behind it, ``task`` its ``serve``."""

    platform: OnDiscord
    store: Store
    task: asyncio.Task[None]


def desk_factory(store: Store, now: Callable[[], datetime] = lambda: desks.NOON) -> DeskFactory:
    """Desks as the app makes them: the caller's workspace, name, rights and language."""
    queue = OneByOne()

    def desk(caller: Caller) -> Desk:
        made = desks.desk(store, admin=caller.admin, now=now())
        place = store.workspace(caller.workspace) or Workspace(caller.workspace, caller.workspace.partition(":")[0])
        return replace(
            made,
            workspace=place,
            queue=queue,
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
    own = store is None
    store = store or june()
    coder()  # made before anybody asks, as the app does
    platform = OnDiscord(discord.token, Address(discord.api_url, gateway), ready_after=0.1)
    before = len(discord.gateway.identified)
    task = asyncio.create_task(platform.serve(commands, desk or desk_factory(store)))
    try:
        await until(lambda: len(discord.gateway.identified) > before or task.done())
        yield Running(platform, store, task)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if own:
            store.close()


async def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds; fails when it does not in time."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in the small Discord
            await asyncio.sleep(0.01)


async def guilds_known(discord: Discord) -> None:
    """Wait until the gateway has told the bot of its servers."""
    await until(lambda: discord.gateway.live and len(discord.gateway.live[0].sent) > 1)
    await asyncio.sleep(0.05)
