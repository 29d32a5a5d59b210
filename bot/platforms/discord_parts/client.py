"""The connection: discord.py's own sharded client, with no privileged intents and addresses that can be replaced."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord.http import Route
from yarl import URL

log = logging.getLogger(__name__)

API = Route.BASE
READY_AFTER = 2.0
"""Seconds without a further guild after which all are taken to be known, as discord.py has it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where Discord is: empty for Discord itself, else a REST and a gateway proxy."""

    api: str = ""
    gateway: str = ""


DISCORD_ITSELF = Address()


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is done on what happens; errors in one never end the connection."""

    started: Callable[[Connection], Awaitable[None]]
    ready: Callable[[Connection], Awaitable[None]]
    asked: Callable[[discord.Interaction[Any]], Awaitable[None]]
    joined: Callable[[discord.Guild], Awaitable[None]]
    left: Callable[[discord.Guild], Awaitable[None]]


class Connection(discord.AutoShardedClient):
    """One login. Guilds, channels and roles are known; members, presences and messages are not even asked for."""

    def __init__(self, hooks: Hooks, address: Address = DISCORD_ITSELF, *, ready_after: float = READY_AFTER) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # a bot that never speaks
        point_at(address.api)
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=ready_after,
        )
        self._does = hooks
        if address.gateway:
            self._go_through(URL(address.gateway))

    def _go_through(self, gateway: URL) -> None:
        """Open every socket at the proxy, whatever address Discord gives for connecting or resuming."""
        connect = self.http.ws_connect

        async def through(url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
            return await connect(str(gateway.with_query(URL(url).query)), compress=compress)

        setattr(self.http, "ws_connect", through)  # noqa: B010 - the one place through which all sockets go

    async def setup_hook(self) -> None:
        """Logged in, not yet connected."""
        await self._does.started(self)

    async def on_ready(self) -> None:
        """All guilds are known."""
        await self._does.ready(self)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody chose a command, typed into an option or pressed a button."""
        await self._does.asked(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Somebody added the bot to a server."""
        await self._does.joined(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Somebody took the bot out of a server."""
        await self._does.left(guild)


def point_at(api: str) -> None:
    """Send every REST request to ``api``, Discord's own when it is empty.

    discord.py reads the class attribute for every request, those of interactions included,
    and has no other way of naming an address.
    """
    Route.BASE = api.rstrip("/") or API
