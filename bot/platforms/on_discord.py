"""Discord: slash commands, buttons and posts, through discord.py, over one connection that mends itself."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import discord

from bot.briefing.message import Message
from bot.catalogue import Catalogue, languages
from bot.commands.command import Caller, Command, DeskFactory
from bot.errors import BriefbotError, DeliveryError, SettingsError
from bot.platforms.discord_parts.asking import PLATFORM
from bot.platforms.discord_parts.client import DISCORD_ITSELF, READY_AFTER, Address, Connection, Hooks
from bot.platforms.discord_parts.guilds import Guilds
from bot.platforms.discord_parts.interacting import Answerer
from bot.platforms.discord_parts.posting import LOST, Poster
from bot.platforms.discord_parts.registering import Words, described, digest_of
from bot.platforms.platform import Posted
from bot.platforms.turns import Turns
from bot.settings import Settings

log = logging.getLogger(__name__)

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
)
"""All that the invite link asks for; the README says what each is for."""

SCOPES = ("bot", "applications.commands")

_LONGEST_WAIT = 300.0
_TIDY_EVERY = 6 * 3600.0
_CONNECTED_WITHIN = 30.0
_CLOSED_WITHIN = 5.0
_BAD_TOKEN = 4004


class OnDiscord:
    """Discord as a platform. ``language`` is that of notices to admins; answers follow each person's own."""

    name = PLATFORM

    def __init__(
        self,
        token: str,
        address: Address = DISCORD_ITSELF,
        *,
        language: str = "en",
        ready_after: float = READY_AFTER,
    ) -> None:
        self._token, self._address, self._ready_after = token, address, ready_after
        self._catalogue = Catalogue.load(language)
        self._turns = Turns()
        self._poster: asyncio.Future[Poster] | None = None

    async def serve(self, commands: Sequence[Command], desk: DeskFactory) -> None:
        """Answer until cancelled, connecting again after whatever ends the connection.

        Raises:
            SettingsError: Discord does not accept the token or the application; trying again is useless.
        """
        wait = 1.0
        while True:
            connection = _Served(self, commands, desk)
            try:
                await connection.run(self._token)
                wait = 1.0
            except (*LOST, discord.HTTPException, discord.GatewayNotFound, discord.ConnectionClosed) as error:
                if problem := hopeless(error, self._catalogue):
                    raise problem from None
                wait = 1.0 if connection.was_ready else min(wait * 2, _LONGEST_WAIT)
                log.warning(
                    "Discord cannot be reached (%s); the next try is in %.0f s", error or type(error).__name__, wait
                )
            except (discord.LoginFailure, discord.PrivilegedIntentsRequired):
                raise SettingsError(self._catalogue.say("discord.token")) from None
            except Exception:  # what discord.py could not read must not end the service
                wait = min(wait * 2, _LONGEST_WAIT)
                log.exception("the connection to Discord broke; the next try is in %.0f s", wait)
            finally:
                if self._poster is not None and self._poster.done():
                    self._poster = None
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret

    def connected(self, poster: Poster) -> None:
        """From now on posts go through this connection."""
        waiting = self._waiting()
        if not waiting.done():
            waiting.set_result(poster)

    def _waiting(self) -> asyncio.Future[Poster]:
        if self._poster is None:
            self._poster = asyncio.get_running_loop().create_future()
        return self._poster

    async def _posting(self) -> Poster:
        try:
            async with asyncio.timeout(_CONNECTED_WITHIN):
                return await asyncio.shield(self._waiting())
        except TimeoutError:
            raise DeliveryError(self._catalogue.say("discord.unconnected"), unsent=True) from None

    async def post(self, channel: str, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Say something in a channel; the same ``key`` again within minutes does not say it twice.

        Discord knows a repeat by its nonce for some minutes; a later one is looked for by its
        words where history may be read.

        Raises:
            DeliveryError: it could not be delivered; the text says what an admin can do.
        """
        poster = await self._posting()
        return Posted(self.name, channel, await poster.post(channel, message, key, repeat=repeat))

    async def follow(self, posted: Posted, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Say something in the thread of a message, which is begun when there is none.

        Raises:
            DeliveryError: it could not be delivered.
        """
        poster = await self._posting()
        thread = await poster.thread_of(posted.channel, posted.id, message.title)
        return Posted(self.name, thread, await poster.post(thread, message, key, repeat=repeat))

    async def edit(self, posted: Posted, message: Message) -> Posted:
        """Replace what was said.

        Raises:
            DeliveryError: it is gone, or may not be edited now.
        """
        poster = await self._posting()
        await poster.edit(posted.channel, posted.id, message)
        return posted

    def connection(self, hooks: Hooks) -> Connection:
        """A new connection, not yet opened."""
        return Connection(hooks, self._address, ready_after=self._ready_after)

    def poster(self, client: discord.Client, desk: DeskFactory) -> Poster:
        """What posts through a connection."""
        keep = desk(Caller(PLATFORM, PLATFORM)).store.keep_line
        return Poster(client, self._catalogue, keep, self._turns)


class _Served:
    """One connection from login to its end."""

    def __init__(self, platform: OnDiscord, commands: Sequence[Command], desk: DeskFactory) -> None:
        self._platform, self._commands, self._desk = platform, commands, desk
        self._answerer = Answerer(commands, desk)
        self._guilds = Guilds(desk)
        self.was_ready = False
        hooks = Hooks(self._started, self._ready, self._answerer.asked, self._joined, self._left)
        self._client = platform.connection(hooks)
        self._poster = platform.poster(self._client, desk)
        self._tidying: asyncio.Task[None] | None = None

    async def run(self, token: str) -> None:
        """Until the connection ends, for whatever reason."""
        # A task of its own: a cancellation that arrives inside discord.py while it connects can get lost there.
        started = asyncio.create_task(self._client.start(token))
        try:
            await asyncio.wait({started})
            started.result()
        finally:
            await self._close(started)
            if self._tidying:
                self._tidying.cancel()
                with suppress(asyncio.CancelledError):
                    await self._tidying

    async def _close(self, started: asyncio.Task[None]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSED_WITHIN):
                with suppress(AttributeError):  # it never came to a login: there is nothing to close
                    await self._client.close()
                started.cancel()
                await asyncio.gather(started, return_exceptions=True)

    async def _started(self, client: Connection) -> None:
        await sync(client, self._commands, self._desk)
        self._platform.connected(self._poster)

    async def _ready(self, client: Connection) -> None:
        self.was_ready = True
        log.info("Discord: %s is ready in %d servers", client.user, len(client.guilds))
        if self._tidying is None and not client.is_closed():
            self._tidying = asyncio.create_task(self._tidy(client))

    async def _tidy(self, client: Connection) -> None:
        while True:
            self._guilds.tidy({guild.id for guild in client.guilds})
            await asyncio.sleep(_TIDY_EVERY)

    async def _joined(self, guild: discord.Guild) -> None:
        if self._client.is_closed():
            return
        log.info("Discord: added to %s", guild.name)
        await self._guilds.joined(guild, self._poster)

    async def _left(self, guild: discord.Guild) -> None:
        if self._client.is_closed():
            return
        log.info("Discord: removed from %s", guild.name)
        self._guilds.left(guild.id)


async def sync(client: Connection, commands: Sequence[Command], desk: DeskFactory) -> bool:
    """Tell Discord the commands if they changed since it was last told; whether it was told."""
    english = Catalogue.load()
    others = {language: Catalogue.load(language) for language in languages() if language != english.language}
    payload: list[Any] = described(commands, Words(english, others))
    store = desk(Caller(PLATFORM, PLATFORM)).store
    name, digest = f"{PLATFORM}-commands:{client.application_id}", digest_of(payload)
    if client.application_id is None or store.loaded(name) == digest:
        return False
    await client.http.bulk_upsert_global_commands(client.application_id, payload=payload)
    store.mark_loaded(name, digest)
    log.info("Discord was told %d commands", len(payload))
    return True


def hopeless(error: BaseException, catalogue: Catalogue) -> BriefbotError | None:
    """The one clear line for what no retry can mend; None where trying again makes sense."""
    code = error.code if isinstance(error, discord.ConnectionClosed) else 0
    if code == _BAD_TOKEN or (isinstance(error, discord.HTTPException) and error.status == 401):  # noqa: PLR2004 - HTTP
        return SettingsError(catalogue.say("discord.token"))
    if code in {4010, 4011, 4012, 4013, 4014}:
        return SettingsError(catalogue.say("discord.intents", code=code))
    return None


async def invite_link(settings: Settings) -> str:
    """The link that adds the bot to a server with exactly the permissions it needs.

    Raises:
        SettingsError: there is no token, or Discord does not accept it.
        DeliveryError: Discord cannot be reached.
    """
    if not settings.discord_token:
        raise SettingsError("DISCORD_TOKEN is not set; the README says how to get one")
    catalogue = Catalogue.load(settings.language)
    platform = OnDiscord(settings.discord_token, Address(settings.discord_api_url))
    client = platform.connection(Hooks(_nothing, _nothing, _nothing, _nothing, _nothing))
    try:
        async with client:
            await client.login(settings.discord_token)
            return link_for(client.application_id or 0)
    except discord.LoginFailure:
        raise SettingsError(catalogue.say("discord.token")) from None
    except (*LOST, discord.HTTPException) as error:
        raise DeliveryError(catalogue.say("discord.unreachable", words=str(error))) from error


async def _nothing(_what: object) -> None:
    """There is nothing to be done."""


def link_for(application: int) -> str:
    """The invite link of an application."""
    return discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=SCOPES)


def on_discord(settings: Settings) -> OnDiscord | None:
    """Discord, where there is a token."""
    if not settings.discord_token:
        return None
    address = Address(settings.discord_api_url, settings.discord_gateway_url)
    return OnDiscord(settings.discord_token, address, language=settings.language)
