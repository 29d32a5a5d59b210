"""One contract, every platform: whatever a command can do on one it does on all."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.briefing.message import Message
from bot.commands import COMMANDS
from bot.commands.command import Caller, DeskFactory
from bot.commands.reading import find_command, read_options
from bot.platforms.on_console import Console
from bot.platforms.platform import Posted
from store import Store
from tests.desks import pencil
from tests.discord_kit import Running, bot, desk_factory, june
from tests.platform_contract import CONTRACT, Bench
from tests.servers.discord import Discord, Person, Reply
from tests.servers.discord.world import unmarked
from tests.slack_kit import SlackBench, served

PLAYED = Caller("discord:0", "reader", admin=True)


class ConsoleBench:
    """The console, with a string in place of a terminal."""

    name, members = "console", False

    def __init__(self, desk: DeskFactory) -> None:
        self._out = io.StringIO()
        self._console = Console(out=self._out, errors=self._out)
        self._desk = desk
        self._posts: list[str] = []

    async def ask(self, line: str, *, admin: bool = True) -> str:
        """Type a line."""
        assert admin
        before = len(self._out.getvalue())
        await self._console.ask(line, self._desk)
        return self._out.getvalue()[before:]

    async def share(self, line: str) -> str:
        """There is nobody else at a console."""
        assert await self.ask(line)
        return ""

    async def post(self, message: Message, key: str) -> Posted:
        """Print in the channel."""
        before = len(self._out.getvalue())
        posted = await self._console.post("console", message, key)
        if text := self._out.getvalue()[before:]:
            self._posts.append(text)
        return posted

    async def edit(self, posted: Posted, message: Message) -> None:
        """Print the new words."""
        before = len(self._out.getvalue())
        await self._console.edit(posted, message)
        self._posts.append(self._out.getvalue()[before:])

    def said(self) -> list[str]:
        """What was printed by posts."""
        return self._posts


class DiscordBench:
    """Discord: lines are chosen from menus, option by option, as people do it there."""

    name, members = "discord", True

    def __init__(self, discord: Discord, running: Running, store: Store) -> None:
        self._discord, self._running = discord, running
        self._desk = desk_factory(store)
        self._people = {True: Person.admin(), False: Person()}
        self._channel = discord.guilds[0].channel("briefing")

    async def ask(self, line: str, *, admin: bool = True) -> str:
        """Choose the command and fill in the options that the line names."""
        return (await self._chosen(line, admin=admin)).plain

    async def share(self, line: str) -> str:
        """Press the answer's button."""
        guild, person = self._discord.guilds[0], self._people[False]
        reply = await self._chosen(line, admin=False)
        assert reply.ephemeral
        shared = await self._discord.press(person, reply, "Share", guild)
        assert not shared.ephemeral
        return shared.plain

    async def _chosen(self, line: str, *, admin: bool) -> Reply:
        desk = replace(self._desk(PLAYED), commands=COMMANDS)
        command, name, rest = find_command(line, desk)
        raw = dict(read_options(command, name, rest, desk))
        if "channel" in raw:
            raw["channel"] = self._channel.id
        if "file" in raw:
            raw["file"] = b'<opml><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
        return await self._discord.command(self._people[admin], name, self._discord.guilds[0], **raw)

    async def post(self, message: Message, key: str) -> Posted:
        """Post in the briefing channel."""
        return await self._running.platform.post(self._channel.id, message, key)

    async def edit(self, posted: Posted, message: Message) -> None:
        """Edit there."""
        await self._running.platform.edit(posted, message)

    def said(self) -> list[str]:
        """The channel's messages."""
        return [unmarked(Reply(one, ephemeral=False, first=0, took=0).text) for one in self._channel.messages]


@asynccontextmanager
async def bench(name: str) -> AsyncIterator[Bench]:
    """The bench of one platform."""
    pencil()
    with june() as store:
        if name == "console":
            yield ConsoleBench(desk_factory(store))
            return
        if name == "slack":
            async with served(store) as here:
                yield SlackBench(here)
            return
        async with Discord() as discord, bot(discord, store) as running:
            yield DiscordBench(discord, running, store)
            assert discord.violations == []


@pytest.mark.parametrize("platform", ["console", "discord", "slack"])
@pytest.mark.parametrize("check", CONTRACT, ids=lambda check: check.__name__)
async def test_the_contract_holds(platform, check):
    """Every check of tests/platform_contract.py passes on every platform."""
    async with bench(platform) as one:
        await check(one)
