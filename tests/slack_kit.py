"""The real slack-bolt against the small Slack: a platform on loopback with a store behind it, and people who type."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache

from bot.briefing.message import Message
from bot.catalogue import Catalogue
from bot.classify.coding import Coder
from bot.classify.compare import compare
from bot.classify.identity import identify
from bot.codebook import load
from bot.commands import COMMANDS
from bot.commands.command import Caller, Desk, DeskFactory
from bot.platforms.on_slack import Access, Manner, OnSlack
from bot.platforms.platform import Posted
from bot.platforms.slack_parts.sockets import Patience
from store import Store
from store.records import Workspace
from tests.desks import desk as desk_of
from tests.servers.slack import Slack, until
from tests.servers.slack.limits import BUILT_IN
from tests.servers.slack.world import seen

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


def as_typed(line: str) -> str:
    """A line as it is typed on Slack, which keeps some names to itself."""
    name, _, rest = line.removeprefix("/").partition(" ")
    return f"/brief-{name} {rest}" if name in BUILT_IN else line


class SlackBench:
    """Slack as the platforms' contract sees it: lines are typed, forms are filled in where one opens."""

    name, members = "slack", True

    def __init__(self, here: Served) -> None:
        self._here = here

    async def ask(self, line: str, *, admin: bool = True) -> str:
        """Type the line; a channel is chosen as Slack hands it over, a file is handed in by the form."""
        slack, who = self._here.slack, ADMIN if admin else MEMBER
        forms = len(slack.world.views)
        typed = line.replace("/briefing channel briefing", "/briefing channel <#C0NEWS|news>")
        asked = await slack.command(who, as_typed(typed))
        await until(lambda: len(slack.world.views) > forms or asked.answers)
        if not asked.answers:
            slack.hand_in("F1", b'<opml><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>')
            form = await slack.modal(forms + 1)
            before = form.versions
            await slack.submit(who, form, {"file": slack.file_url("F1")})
            return seen((await slack.settled(form, before + 2)).view)
        return seen((await slack.answered(asked)).body)

    async def share(self, line: str) -> str:
        """Press the answer's button."""
        slack = self._here.slack
        before = len(slack.world.said)
        asked = await slack.command(MEMBER, as_typed(line))
        said = await slack.answered(asked)
        assert said.ephemeral
        await slack.press(MEMBER, said.button("Share"), asked)
        await until(lambda: len(slack.world.said) > before)
        return seen(slack.world.said[-1].body)

    async def post(self, message: Message, key: str) -> Posted:
        """Post in a channel that the bot is in."""
        return await self._here.platform.post("C0NEWS", message, key)

    async def edit(self, posted: Posted, message: Message) -> None:
        """Edit there."""
        await self._here.platform.edit(posted, message)

    def said(self) -> list[str]:
        """The channel's messages."""
        return [seen(one.body) for one in self._here.slack.world.in_channel("C0NEWS")]
