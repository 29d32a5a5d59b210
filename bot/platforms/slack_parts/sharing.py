"""Posting openly what one person sees: all of it, and in words to them where that cannot be."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from bot.briefing.message import Attachment, Message
from bot.catalogue import Catalogue
from bot.commands.command import Desk
from bot.errors import DeliveryError
from bot.platforms.slack_parts.asking import Places
from bot.platforms.slack_parts.calls import LOST, PLAIN, Calls, RefusedError
from bot.platforms.slack_parts.layout import Look, lay_out
from bot.platforms.slack_parts.posting import Poster
from bot.platforms.slack_parts.replying import Reply
from bot.platforms.slack_parts.troubles import told, unreachable

log = logging.getLogger(__name__)

_DIRECT = "D"
"""What the ids of direct messages begin with."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What sharing needs: whoever posts, and what channels are called."""

    calls: Calls
    poster: Poster
    places: Places

    async def share(self, message: Message, reply: Reply, desk: Desk, key: str) -> None:
        """Post all of a message where the reply stands: what does not fit one Slack message, in its thread.

        ``key``: the same for the same press of a button. Where the bot is not, a response URL may still post.
        """
        look = Look(desk.catalogue, desk.store.keep_line)
        pages = len(lay_out(message, look))
        if reply.posts_anywhere and pages == 1:
            await self._by_reply(message, reply, look)
        elif not reply.channel:
            await self._tell(desk.catalogue.say("slack.share_nowhere"), reply, look)
        else:
            await self._by_post(message, reply, look, key)

    async def hand_over(self, file: Attachment, reply: Reply, desk: Desk) -> None:
        """A file comes by direct message: Slack shows none to one person alone. Where it cannot, that is told."""
        user = desk.who.rpartition("(")[2].rstrip(")")
        notice: dict[str, Any] = {}
        try:
            body = {"channel": user, "text": desk.catalogue.say("slack.files"), **PLAIN}
            notice = await self.calls.call("chat.postMessage", body, again=False)
            await self.poster.file(file.name, file.data, channel=str(notice["channel"]))
        except (RefusedError, *LOST) as error:
            log.warning("a file could not be sent: %s", error or type(error).__name__)
            why = self._why(error, _DIRECT, desk.catalogue)
            words = desk.catalogue.say("slack.no_file", name=file.name, why=why)
            await self._tell(words, reply, Look(desk.catalogue, desk.store.keep_line))
            if notice:
                await self.calls.call("chat.delete", {"channel": notice["channel"], "ts": notice["ts"]})

    async def _by_reply(self, message: Message, reply: Reply, look: Look) -> None:
        pictures = await self.poster.pictures(message.images)
        try:
            for sheet in lay_out(message, replace(look, pictures=pictures)):
                await reply.show(sheet, openly=True)
        except RefusedError as error:
            await self._tell(self._why(error, reply.channel, look.catalogue), reply, look)

    async def _by_post(self, message: Message, reply: Reply, look: Look, key: str) -> None:
        try:
            await self.poster.post(reply.channel, message, key)
        except DeliveryError as error:
            if reply.posts_anywhere and len(lay_out(message, look)) <= reply.most:
                await self._by_reply(message, reply, look)
            else:
                await self._tell(self._why(error.__cause__ or error, reply.channel, look.catalogue), reply, look)
            return
        if not reply.posts_anywhere:  # a modal covers the channel: nothing is seen to happen
            await self.places.learn([reply.channel], look.catalogue)
            where = self.places.place(reply.channel).name
            await self._tell(look.catalogue.say("slack.shared_in", where=where), reply, look)

    def _why(self, error: BaseException, channel: str, catalogue: Catalogue) -> str:
        """A refusal in the language of who pressed the button."""
        where = catalogue.say("slack.direct") if channel.startswith(_DIRECT) else self.places.place(channel).name
        if isinstance(error, RefusedError):
            return str(told(error, where, self.places.bot, catalogue))
        return str(unreachable(error, catalogue))

    async def _tell(self, words: str, reply: Reply, look: Look) -> None:
        await reply.tell(lay_out(Message("", lead=words), look)[0])
