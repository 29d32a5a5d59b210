"""Posting and editing in channels: once for each key, in turn, and every refusal in words."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
import discord

from bot.briefing.message import Message
from bot.catalogue import Catalogue
from bot.errors import DeliveryError
from bot.platforms.discord_parts.escaping import plain_fitted
from bot.platforms.discord_parts.layout import lay_out
from bot.platforms.discord_parts.sending import Keep, allowed, changes, parameters
from bot.platforms.discord_parts.sheet import Sheet
from bot.platforms.discord_parts.troubles import (
    ARCHIVED,
    HAS_THREAD,
    MISSING_PERMISSIONS,
    WRONG_CHANNEL,
    place_of,
    told,
)
from bot.platforms.pictures import in_words
from bot.platforms.turns import Turns

log = logging.getLogger(__name__)

PLATFORM = "discord"
LOST = (aiohttp.ClientError, OSError, asyncio.TimeoutError)
"""The request may or may not have been carried out: its answer did not come."""

_TRIES, _LOOK_BACK = 4, 100
_SOON = timedelta(seconds=30)
_THREAD_NAME, _NONCE = 100, 25
Result = TypeVar("Result")


def nonce_of(key: str) -> str:
    """A key as the nonce that lets Discord know a repeat: 25 characters, the same for the same key."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:_NONCE]


class Poster:
    """Posts through one connection. ``keep`` stores lines too long for a button."""

    def __init__(self, client: discord.Client, catalogue: Catalogue, keep: Keep, turns: Turns) -> None:
        self._client, self._catalogue, self._keep, self._turns = client, catalogue, keep, turns

    async def post(self, channel: str, message: Message, key: str, *, repeat: bool = False) -> str:
        """Say it in the channel, a forum or a thread; the message's id, or "thread/message" for a forum.

        ``repeat``: an earlier try may have arrived so long ago that Discord has forgotten the nonce.

        Raises:
            DeliveryError: it could not be delivered; a repeat with the same key is harmless.
        """

        async def send(said: Message) -> str:
            sheet = self._sheet(channel, said)
            try:
                stands = await self._standing(channel, sheet) if repeat else ""
                return stands or await self._in_channel(channel, sheet, nonce_of(key))
            except discord.HTTPException as error:
                if error.code == MISSING_PERMISSIONS and sheet.images:  # in a thread that the gateway did not tell of
                    return await send(in_words(said))
                if error.code != WRONG_CHANNEL:
                    raise
            return await self._in_forum(channel, sheet, said)

        async with self._turns.turn(channel, urgent=message.urgent or bool(message.ping)):
            return await self._in_words(channel, lambda: send(message))

    async def edit(self, channel: str, id_: str, message: Message) -> None:
        """Replace what was said.

        Raises:
            DeliveryError: it is gone, or may not be edited now.
        """
        thread, _, inside = id_.rpartition("/")
        place = thread or channel
        sheet = self._sheet(channel, message)
        async with self._turns.turn(place, urgent=False):
            await self._in_words(place, lambda: self._opened(place, lambda: self._change(place, inside, sheet)))

    async def thread_of(self, channel: str, id_: str, title: str) -> str:
        """The thread of a message: the forum thread it opened, else the one under it, begun when there is none.

        Raises:
            DeliveryError: it cannot be begun.
        """
        if forum := id_.rpartition("/")[0]:
            return forum
        name = plain_fitted(title, _THREAD_NAME) or "briefbot"

        async def begin() -> None:
            try:
                await self._client.http.start_thread_with_message(
                    int(channel), int(id_), name=name, auto_archive_duration=1440
                )
            except discord.HTTPException as error:
                if error.code != HAS_THREAD:
                    raise

        await self._in_words(channel, lambda: again(begin), threads=True)
        return id_

    def _sheet(self, channel: str, message: Message) -> Sheet:
        """The first sheet; without pictures where no files may be attached, since Discord would refuse it whole."""
        may_attach = place_of(self._client, channel).pictures
        return lay_out(message if may_attach else in_words(message), self._catalogue)[0]

    async def _change(self, channel: str, id_: str, sheet: Sheet) -> None:
        target = self._channel(channel).get_partial_message(int(id_))
        await again(lambda: target.edit(**changes(sheet, self._keep, embeds=self._may_embed(channel))))

    async def _in_words(self, channel: str, doing: Callable[[], Awaitable[Result]], *, threads: bool = False) -> Result:
        try:
            return await doing()
        except discord.HTTPException as error:
            raise told(error, place_of(self._client, channel, threads=threads), self._catalogue) from error
        except LOST as error:
            words = self._catalogue.say("discord.unreachable", words=str(error) or type(error).__name__)
            raise DeliveryError(words, retry_after=_SOON) from error

    async def _in_channel(self, channel: str, sheet: Sheet, nonce: str) -> str:
        target = self._channel(channel)

        async def send() -> discord.Message:
            made = parameters(sheet, self._keep, embeds=self._may_embed(channel))
            return await target.send(**made, nonce=nonce)

        sent = await self._opened(channel, lambda: again(send))
        return str(sent.id)

    async def _standing(self, channel: str, sheet: Sheet) -> str:
        """The id of a message of ours that says just this, where history may be read; else empty.

        The invite does not ask for that permission, but most servers give it to everyone.
        """
        made = parameters(sheet, self._keep, embeds=self._may_embed(channel))
        wanted = _words(made["content"], made["embeds"])
        try:
            async for one in self._channel(channel).history(limit=_LOOK_BACK):
                if one.author == self._client.user and _words(one.content, one.embeds) == wanted:
                    return str(one.id)
        except (discord.HTTPException, *LOST) as error:
            log.info("it cannot be seen whether a message stands already: %s", error)
        return ""

    def _channel(self, channel: str) -> discord.PartialMessageable:
        if not channel.isdigit():
            raise DeliveryError(self._catalogue.say("discord.channel_gone", where=channel), gone=True)
        return self._client.get_partial_messageable(int(channel))

    def _may_embed(self, channel: str) -> bool:
        """Without Embed Links, Discord would drop the embeds in silence: then all is said in the text."""
        return "embed_links" not in place_of(self._client, channel).missing

    async def _opened(self, channel: str, doing: Callable[[], Awaitable[Result]]) -> Result:
        """Do it; in a thread that went to sleep, wake it first."""
        try:
            return await doing()
        except discord.HTTPException as error:
            if error.code != ARCHIVED:
                raise
        await self._client.http.edit_channel(int(channel), archived=False)
        return await doing()

    async def _in_forum(self, channel: str, sheet: Sheet, message: Message) -> str:
        """A forum takes no messages, only threads: one for each message, found again by its name after a lost reply."""
        name = plain_fitted(message.title, _THREAD_NAME) or "briefbot"

        async def find_or_start() -> str:
            return await self._thread_called(channel, name) or await self._start_thread(channel, name, sheet)

        return await again(find_or_start)

    async def _thread_called(self, channel: str, name: str) -> str:
        """The thread of this name that the bot began in the forum, if it is still active."""
        forum = self._client.get_channel(int(channel))
        if not isinstance(forum, discord.ForumChannel) or self._client.user is None:
            return ""
        active = await self._client.http.get_active_threads(forum.guild.id)
        ours = [
            thread["id"]
            for thread in active["threads"]
            if str(thread["parent_id"]) == channel
            and thread["name"] == name
            and str(thread["owner_id"]) == str(self._client.user.id)
        ]
        return f"{ours[0]}/{ours[0]}" if ours else ""

    async def _start_thread(self, channel: str, name: str, sheet: Sheet) -> str:
        made = parameters(sheet, self._keep, embeds=self._may_embed(channel))
        payload: dict[str, Any] = {"name": name, "auto_archive_duration": 1440} | self._tag(channel)
        with discord.http.handle_message_parameters(
            **made, channel_payload=payload, previous_allowed_mentions=allowed(sheet.role)
        ) as parts:
            started = await self._client.http.start_thread_in_forum(int(channel), params=parts)
        return f"{started['id']}/{started['id']}"

    def _tag(self, channel: str) -> dict[str, Any]:
        """Where a forum takes nothing without a tag, its first that anybody may use."""
        forum = self._client.get_channel(int(channel))
        if not isinstance(forum, discord.ForumChannel) or not forum.flags.require_tag:
            return {}
        return {"applied_tags": [str(one.id) for one in forum.available_tags if not one.moderated][:1]}


def _words(content: str, embeds: Sequence[discord.Embed]) -> list[str]:
    """All that a message says, as Discord keeps it."""
    told = [part for one in embeds for part in (one.title, one.description, one.footer.text)]
    return [(part or "").strip() for part in (content, *told)]


async def again(doing: Callable[[], Awaitable[Result]]) -> Result:
    """Do it, and again where the answer was lost; only for what is harmless to repeat."""
    for try_ in range(_TRIES - 1):
        try:
            return await doing()
        except discord.HTTPException:
            raise
        except LOST as error:
            log.info("Discord's answer was lost (%s), asking again", type(error).__name__)
            await asyncio.sleep(0.2 * 2**try_)
    return await doing()
