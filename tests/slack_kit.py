"""The real slack-bolt against the small Slack: a platform on loopback with a store behind it, and people who type."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache

from bot.catalogue import Catalogue
from bot.classify.coding import Coder
from bot.classify.compare import compare
from bot.classify.identity import identify
from bot.codebook import load
from bot.commands import COMMANDS
from bot.commands.command import Caller, Desk, DeskFactory
from bot.platforms.on_slack import Access, Manner, OnSlack
from bot.platforms.slack_parts.sockets import Patience
from store import Store
from store.records import Workspace
from tests.desks import desk as desk_of
from tests.servers.slack import Slack

QUICK = Patience(ping=0.4, hello=0.5, drain=1.0, work=3.0, retry=0.2)
ADMIN, OWNER, MEMBER, KOREAN = "U0ADA", "U0OWN", "U0BEN", "U0KIM"


@cache
def coder() -> Coder:
    """The real coder, built once."""
    return Coder(load())


@dataclass
class Served:
    """A platform that serves, the Slack it serves, and the store behind."""

    slack: Slack
    platform: OnSlack
    store: Store
    task: asyncio.Task[None]

    @property
    def complaints(self) -> list[str]:
        """What Slack would have refused, or readers should never see."""
        return self.slack.world.complaints


def desks(store: Store) -> DeskFactory:
    """Desks over a store, in the caller's language and with the caller's rights and workspace."""

    def make(caller: Caller) -> Desk:
        made = desk_of(store, admin=caller.admin)
        workspace = store.workspace(caller.workspace) or Workspace(caller.workspace, "slack")
        return replace(
            made,
            who=caller.who,
            workspace=workspace,
            catalogue=Catalogue.load(caller.language),
            compare=compare,
            read=lambda item: asyncio.to_thread(coder().code, item),
            known=lambda statement: identify(statement, store.statements_near(statement)),
        )

    return make


@asynccontextmanager
async def served(
    store: Store, slack: Slack | None = None, desk: DeskFactory | None = None, **manner: object
) -> AsyncIterator[Served]:
    """A platform that is connected to a small Slack. At the end nothing may have been complained of."""
    coder()  # built before anything is timed
    settled = Manner(**({"gap": 0.0, "patience": QUICK} | manner))  # type: ignore[arg-type]
    async with slack or Slack() as world:
        platform = OnSlack(Access(world.api.bot_token, world.api.app_token, world.api_url), settled)
        task = asyncio.create_task(platform.serve(COMMANDS, desk or desks(store)))
        try:
            await world.connected()
            yield Served(world, platform, store, task)
        finally:
            task.cancel()
            await asyncio.wait([task])
    assert not world.world.complaints
