"""Where an answer goes: to a response URL, into a modal; and what to do when that way is closed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Protocol

from bot.catalogue import Catalogue
from bot.platforms.slack_parts.calls import LOST, PLAIN, Calls, RefusedError, retry_after
from bot.platforms.slack_parts.forms import View, answer_view, waiting
from bot.platforms.slack_parts.layout import Block, Sheet

log = logging.getLogger(__name__)

WAIT = "⏳ "
"""What a notice of waiting begins with."""

_TOLD, _VIEW_BLOCKS = "told", 100
_TRIES = 3
_OK, _TOO_MANY, _TROUBLE = 200, 429, 500


class Reply(Protocol):
    """One way to answer one person, in so many messages at most.

    ``channel``: where it stands, or empty. ``posts_anywhere``: it can be seen by all where the bot is not.
    """

    most: int
    channel: str
    posts_anywhere: bool

    async def announce(self, catalogue: Catalogue) -> None:
        """Say that it takes a moment."""

    async def show(self, sheet: Sheet, *, openly: bool = False) -> None:
        """Show the answer, in place of the announcement if there was one.

        Raises:
            RefusedError: it may not be shown ``openly``.
        """

    async def tell(self, sheet: Sheet) -> None:
        """Say something beside the answer, which stays."""


@dataclass
class ByUrl:
    """Through the response URL of what somebody did: five messages within thirty minutes, wherever they are.

    ``replace``: the answer takes the place of the message whose button was pressed.
    When the URL is used up, the answer goes to the person directly.
    """

    calls: Calls
    url: str
    channel: str
    user: str
    replace: bool = False
    most: int = 4
    posts_anywhere: bool = True

    async def announce(self, catalogue: Catalogue) -> None:
        """A line that the answer replaces; not where a message stands that will change anyhow."""
        if not self.replace:
            text = WAIT + catalogue.say("slack.wait")
            await self._send({"response_type": "ephemeral", "text": text, "replace_original": False})
            self.replace = True

    async def show(self, sheet: Sheet, *, openly: bool = False) -> None:
        """Show it to the person, or ``openly`` to the whole channel."""
        body = {
            "response_type": "in_channel" if openly else "ephemeral",
            "text": sheet.text,
            "blocks": list(sheet.blocks),
            "replace_original": self.replace and not openly,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        self.replace = False
        words = sheet.in_words
        tried = [body] if words == sheet else [body, body | {"blocks": list(words.blocks)}]
        for one in tried:  # a picture that Slack does not take must not cost the answer
            if await self._send(one):
                return
        await self._directly(words, openly=openly)

    async def tell(self, sheet: Sheet) -> None:
        """Say it to the person, below."""
        self.replace = False
        await self.show(sheet)

    async def _send(self, body: dict[str, Any]) -> bool:
        """Whether Slack took it; what was lost on the way is sent again in its own place."""
        for try_ in range(_TRIES):
            try:
                async with self.calls.session.post(self.url, json=body) as answer:
                    if answer.status == _OK:
                        return True
                    if answer.status == _TOO_MANY:
                        await asyncio.sleep(retry_after(answer.headers).total_seconds())
                    elif answer.status < _TROUBLE:
                        log.info("the response URL is used up (%d)", answer.status)
                        return False
                    else:
                        await asyncio.sleep(0.2 * 2**try_)
            except LOST as error:
                log.info("an answer was lost on the way (%s), sending it again", type(error).__name__)
                body = body | {"replace_original": body["response_type"] == "ephemeral"}
                await asyncio.sleep(0.2 * 2**try_)
        return False

    async def _directly(self, sheet: Sheet, *, openly: bool) -> None:
        """In the channel where the bot is in it; to one person, else in a direct message."""
        said: dict[str, object] = {"text": sheet.text, "blocks": list(sheet.blocks), **PLAIN}
        if openly:
            await self.calls.call("chat.postMessage", said | {"channel": self.channel}, again=False)
            return
        try:
            await self.calls.call("chat.postEphemeral", said | {"channel": self.channel, "user": self.user})
        except RefusedError as error:
            log.info("%s cannot be answered in %s: %s", self.user, self.channel, error)
            await self.calls.call("chat.postMessage", said | {"channel": self.user}, again=False)


@dataclass
class InModal:
    """In a modal that is open; ``channel`` is where it was opened, for sharing, ``shown`` what stands in it."""

    calls: Calls
    view: str
    catalogue: Catalogue
    channel: str = ""
    most: int = 1
    shown: tuple[Block, ...] = ()
    posts_anywhere: bool = False

    async def announce(self, catalogue: Catalogue) -> None:
        """Show that it takes a moment."""
        await self._update(waiting(catalogue, self.channel))

    async def show(self, sheet: Sheet, *, openly: bool = False) -> None:
        """Replace what the modal shows; it shows nothing to others."""
        del openly
        self.shown = sheet.blocks
        await self._update(answer_view(sheet, self.catalogue, self.channel))

    async def tell(self, sheet: Sheet) -> None:
        """On top of what the modal shows, in place of what was told before."""
        told = tuple({**block, "block_id": f"{_TOLD}{place}"} for place, block in enumerate(sheet.blocks))
        kept = tuple(one for one in self.shown if not str(one.get("block_id", "")).startswith(_TOLD))
        blocks = (*told, *kept)[:_VIEW_BLOCKS]
        await self._update(answer_view(Sheet(sheet.text, blocks), self.catalogue, self.channel))

    async def _update(self, view: View) -> None:
        try:
            await self.calls.call("views.update", {"view_id": self.view, "view": view})
        except RefusedError as error:
            if error.error != "not_found":  # closed meanwhile: nobody is waiting for it
                raise
