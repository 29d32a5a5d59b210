"""Posting and editing in channels: once for each key, in turn, and every refusal in words.

A message's key goes along twice: as metadata, by which a message that may have arrived is found
where history may be read, and as ``client_msg_id``, by which Slack answers a repeat with the
message that stands already. What does not fit one message follows in its thread.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from bot.briefing.message import Image, Message
from bot.catalogue import Catalogue
from bot.platforms.slack_parts.asking import Places
from bot.platforms.slack_parts.calls import LOST, PLAIN, Calls, RefusedError
from bot.platforms.slack_parts.layout import Keep, Look, Sheet, lay_out
from bot.platforms.slack_parts.troubles import told, unreachable
from bot.platforms.turns import Turns

EVENT = "briefbot_delivery"
"""The ``event_type`` of our metadata; its payload has the key."""

log = logging.getLogger(__name__)

_KEYS = 5000
_PAUSES = (0.2, 0.4, 0.8)
_LOOK_BACK = 100
_NOT_READY = ("invalid_blocks", "invalid_blocks_format")
_FILE_TRIES, _FILE_WAIT, _ALT = 6, 0.5, 1000
_SPACE = uuid.UUID("6f3d9d7e-5a67-5b58-9f0b-3d1f6f2b8a10")
Result = TypeVar("Result")


def message_id(channel: str, key: str) -> str:
    """A key as the id that lets Slack know a repeat: the same for the same key in the same channel."""
    return str(uuid.uuid5(_SPACE, f"{channel}/{key}"))


class Poster:
    """Posts through one set of calls."""

    def __init__(self, calls: Calls, catalogue: Catalogue, keep: Keep, turns: Turns, places: Places) -> None:
        self._calls, self._catalogue, self._keep, self._turns, self._places = calls, catalogue, keep, turns, places
        self._posted: OrderedDict[str, str] = OrderedDict()

    async def post(self, channel: str, message: Message, key: str, *, thread: str = "", repeat: bool = False) -> str:
        """Say it; the ids of the message and of what follows in its thread, joined by commas.

        ``thread``: the message under which it is said. ``repeat``: an earlier try may have said
        it, or a part of it, and is looked for.

        Raises:
            DeliveryError: it could not be delivered; a repeat with the same key is harmless.
        """
        known = message_id(channel, key)
        urgent = message.urgent or bool(message.ping)
        async with self._turns.turn(channel, urgent=urgent):
            if known in self._posted:
                return self._posted[known]
            sheets = await self._sheets(message)
            first = await self._once(channel, sheets[0], key, thread, repeat=repeat)
        posted = [first]
        for place, sheet in enumerate(sheets[1:], 2):
            async with self._turns.turn(channel, urgent=urgent):
                posted.append(await self._once(channel, sheet, f"{key}#{place}", thread or first, repeat=repeat))
        self._remember(known, ",".join(posted))
        return ",".join(posted)

    async def edit(self, channel: str, ids: str, message: Message) -> str:
        """Replace what was said, with what followed it; the ids of the parts there are now.

        Raises:
            DeliveryError: it is gone, or may not be edited now.
        """
        posted = ids.split(",")
        sheets = await self._sheets(message)
        async with self._turns.turn(channel, urgent=False):
            for ts, sheet in zip(posted, sheets, strict=False):
                await self._in_words(channel, partial(self._change, channel, ts, sheet))
            for ts in posted[len(sheets) :]:
                body = {"channel": channel, "ts": ts}
                await self._in_words(channel, partial(self._calls.call, "chat.delete", body))
        now = posted[: len(sheets)]
        for place, sheet in enumerate(sheets[len(posted) :], len(posted) + 1):
            async with self._turns.turn(channel, urgent=False):
                # Its words are in its key: a part that was taken away before must not be taken for this one.
                key = f"{posted[0]}#{place}/{zlib.crc32(sheet.text.encode()):x}"
                now.append(await self._once(channel, sheet, key, posted[0]))
        return ",".join(now)

    async def _once(self, channel: str, sheet: Sheet, key: str, thread: str, *, repeat: bool = False) -> str:
        """Say one part, unless it stands already; what may have arrived is looked for before it is said again."""

        async def attempt(*, again: bool) -> str:
            stands = await self._standing(channel, key, thread) if again else ""
            return stands or await self._say(channel, sheet, key, thread)

        async def insist() -> str:
            for number, pause in enumerate(_PAUSES):
                try:
                    return await attempt(again=repeat or number > 0)
                except RefusedError as error:
                    if not error.passing or error.wait is not None:
                        raise
                except LOST as error:
                    log.info("a message may have arrived (%s), looking again", type(error).__name__)
                await asyncio.sleep(pause)
            return await attempt(again=True)

        return await self._in_words(channel, insist)

    async def _standing(self, channel: str, key: str, thread: str) -> str:
        """The id of the message with this key, in a thread if one is given, where the token may read it; else empty.

        Our manifest asks for no history scope: an operator who wants a look-up besides
        ``client_msg_id`` grants channels:history, and nothing here changes.
        """
        body: dict[str, object] = {"channel": channel, "limit": _LOOK_BACK, "include_all_metadata": "true"}
        try:
            if thread:
                seen = await self._calls.call("conversations.replies", body | {"ts": thread}, form=True)
            else:
                seen = await self._calls.call("conversations.history", body, form=True)
        except (RefusedError, *LOST):
            return ""
        for one in seen.get("messages", ()):
            metadata = one.get("metadata") or {}
            if metadata.get("event_type") == EVENT and metadata.get("event_payload", {}).get("key") == key:
                return str(one["ts"])
        return ""

    async def _sheets(self, message: Message) -> list[Sheet]:
        pictures = await self.pictures(message.images)
        return lay_out(message, Look(self._catalogue, self._keep, pictures=pictures))

    async def _say(self, channel: str, sheet: Sheet, key: str, thread: str = "") -> str:
        body: dict[str, object] = {
            "channel": channel, "text": sheet.text, "blocks": list(sheet.blocks), **PLAIN,
            "client_msg_id": message_id(channel, key),
            "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
        }  # fmt: skip
        if thread:
            body["thread_ts"] = thread
        answer = await self._with_files(sheet, lambda: self._calls.call("chat.postMessage", body, again=False))
        return str(answer["ts"])

    async def _change(self, channel: str, ts: str, sheet: Sheet) -> Mapping[str, Any]:
        body = {"channel": channel, "ts": ts, "text": sheet.text, "blocks": list(sheet.blocks), "parse": "none"}
        return await self._with_files(sheet, lambda: self._calls.call("chat.update", body))

    async def _with_files(self, sheet: Sheet, doing: Callable[[], Awaitable[Result]]) -> Result:
        """Do it, and again while Slack is not done with an image that was just uploaded."""
        uploaded = any(block["type"] == "image" for block in sheet.blocks)
        for _ in range(_FILE_TRIES if uploaded else 0):
            try:
                return await doing()
            except RefusedError as error:
                if error.error not in _NOT_READY:
                    raise
            await asyncio.sleep(_FILE_WAIT)
        return await doing()

    async def pictures(self, images: Sequence[Image]) -> dict[str, str]:
        """``upload``, or nothing where that fails: a picture is an addition, its words stand in for it."""
        try:
            names = await self.upload(images)
            return {name: file for name, file in names.items() if await self._settled(file)}
        except (RefusedError, *LOST) as error:
            log.warning("a picture could not be uploaded to Slack and is told in words: %s", error)
            return {}

    async def _settled(self, file: str) -> bool:
        """Whether Slack is done with an upload: it looks files over first, and refuses messages that show them before.

        Where we may not ask, the message will tell.
        """
        for _ in range(_FILE_TRIES):
            try:
                told = await self._calls.call("files.info", {"file": file}, form=True)
            except RefusedError:
                return True
            if told["file"].get("mimetype"):
                return True
            await asyncio.sleep(_FILE_WAIT)
        return False

    async def upload(self, images: Sequence[Image]) -> dict[str, str]:
        """Upload images for use in a message; their file ids by name."""
        return {one.name: await self.file(one.name, one.data, alt=one.alt) for one in images}

    async def file(self, name: str, data: bytes, *, alt: str = "", channel: str = "") -> str:
        """Upload one file, to be shared in ``channel`` if one is given; its id."""
        described = {"filename": name, "length": len(data)} | ({"alt_txt": alt[:_ALT]} if alt else {})
        begun = await self._calls.call("files.getUploadURLExternal", described, form=True)
        async with self._calls.session.post(str(begun["upload_url"]), data=data) as answer:
            answer.raise_for_status()
        file = str(begun["file_id"])
        done: dict[str, object] = {"files": [{"id": file, "title": name}]}
        await self._calls.call("files.completeUploadExternal", done | ({"channel_id": channel} if channel else {}))
        return file

    async def _in_words(self, channel: str, doing: Callable[[], Awaitable[Result]]) -> Result:
        try:
            return await doing()
        except RefusedError as error:
            await self._places.learn([channel], self._catalogue)
            raise told(error, self._places.place(channel).name, self._places.bot, self._catalogue) from error
        except LOST as error:
            raise unreachable(error, self._catalogue) from error

    def _remember(self, known: str, posted: str) -> None:
        self._posted[known] = posted
        while len(self._posted) > _KEYS:
            self._posted.popitem(last=False)
