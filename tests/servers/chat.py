"""A small chat server on loopback, for what every platform has in common: channels, messages, edits, threads, faults.

It knows a repeat by its key for a while, as Discord does by the nonce. Faults are scripted: 429
with Retry-After, 5xx before or after the message was kept, replies that are lost on the way.
``ChatPlatform`` is the other end: a Platform that speaks to it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from bot.briefing.message import Message
from bot.briefing.plain import from_json, to_json
from bot.commands.command import Command, DeskFactory
from bot.errors import DeliveryError
from bot.platforms.platform import Posted

FAULTS = ("429", "500 before", "500 after", "lost")
"""What may happen to a request; after the last two, the message stands although nobody was told."""


@dataclass
class Said:
    """A message that stands in a channel. ``versions`` are all that it ever said, the first one first."""

    id: str
    key: str
    versions: list[Message]
    at: float
    under: str = ""

    @property
    def message(self) -> Message:
        """What it says now."""
        return self.versions[-1]


@dataclass
class ChatServer:
    """Use as an async context manager. ``script`` says what goes wrong, a word of FAULTS for each request.

    ``gone`` channels answer 404, ``forbidden`` ones 403. ``remembers``: seconds for which a key is known.
    """

    remembers: float = 300.0
    delay: float = 0.0
    script: deque[str] = field(default_factory=deque)
    gone: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    channels: dict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    at_once: int = 0
    most_at_once: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def __aenter__(self) -> Self:
        """Start listening."""
        self._open, self._number = defaultdict(int), 0
        app = web.Application()
        app.router.add_post("/channels/{channel}", self._post)
        app.router.add_patch("/channels/{channel}/{id}", self._edit)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = int(site._server.sockets[0].getsockname()[1])  # type: ignore[union-attr]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def titles(self, channel: str) -> list[str]:
        """What stands in a channel outside threads, by title."""
        return [said.message.title for said in self.channels[channel] if not said.under]

    async def _post(self, request: web.Request) -> web.Response:
        channel, body = request.match_info["channel"], await request.json()
        self.requests.append(("post", channel, body["key"]))
        self._open[channel] += 1
        self.most_at_once[channel] = max(self.most_at_once[channel], self._open[channel])
        try:
            await asyncio.sleep(self.delay)
            return await self._answer(request, channel, lambda: self._keep(channel, body))
        finally:
            self._open[channel] -= 1

    def _keep(self, channel: str, body: dict[str, Any]) -> dict[str, str]:
        known = [one for one in self.channels[channel] if one.key == body["key"]]
        if known and time.monotonic() - known[-1].at < self.remembers:
            return {"id": known[-1].id}
        self._number += 1
        said = Said(
            str(self._number), body["key"], [from_json(body["message"])], time.monotonic(), body.get("under", "")
        )
        self.channels[channel].append(said)
        return {"id": said.id}

    async def _edit(self, request: web.Request) -> web.Response:
        channel, id_ = request.match_info["channel"], request.match_info["id"]
        self.requests.append(("edit", channel, id_))
        body = await request.json()
        found = [one for one in self.channels[channel] if one.id == id_]
        if not found:
            return web.json_response({"error": "no such message"}, status=404)

        def change() -> dict[str, str]:
            found[0].versions.append(from_json(body["message"]))
            return {"id": id_}

        return await self._answer(request, channel, change)

    async def _answer(self, request: web.Request, channel: str, doing: Any) -> web.Response:
        if channel in self.gone:
            return web.json_response({"error": "no such channel"}, status=404)
        if channel in self.forbidden:
            return web.json_response({"error": "not allowed"}, status=403)
        fault = self._fault()
        if fault == "429":
            return web.json_response({"error": "slow down"}, status=429, headers={"Retry-After": "1"})
        if fault == "500 before":
            return web.json_response({"error": "trouble"}, status=500)
        told = doing()
        if fault == "500 after":
            return web.json_response({"error": "trouble"}, status=500)
        if fault == "lost" and request.transport is not None:
            request.transport.abort()
        return web.json_response(told)

    def _fault(self) -> str:
        fault = self.script.popleft() if self.script else ""
        if fault:
            self.faults[fault] += 1
        return fault


class ChatPlatform:
    """The other end of a ChatServer, as a Platform."""

    name = "chat"

    def __init__(self, url: str, name: str = "chat") -> None:
        self.name = name
        self._url = url
        self.repeats: list[str] = []

    async def serve(self, commands: Sequence[Command], desk: DeskFactory) -> None:
        """Nobody asks anything here."""
        del commands, desk
        await asyncio.Event().wait()

    async def post(self, channel: str, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Say it."""
        if repeat:
            self.repeats.append(key)
        told = await self._ask("POST", f"/channels/{channel}", {"message": to_json(message), "key": key})
        return Posted(self.name, channel, str(told["id"]))

    async def edit(self, posted: Posted, message: Message) -> Posted:
        """Change it."""
        await self._ask("PATCH", f"/channels/{posted.channel}/{posted.id}", {"message": to_json(message)})
        return posted

    async def follow(self, posted: Posted, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Say it under another."""
        del repeat
        body = {"message": to_json(message), "key": key, "under": posted.id}
        told = await self._ask("POST", f"/channels/{posted.channel}", body)
        return Posted(self.name, posted.channel, str(told["id"]))

    async def _ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            async with aiohttp.request(method, self._url + path, json=body) as answer:
                told = json.loads(await answer.text())
                refuse(answer.status, answer.headers.get("Retry-After", ""), str(told.get("error", "")))
                return dict(told)
        except (aiohttp.ClientError, OSError) as error:
            raise DeliveryError(f"lost: {error}") from error


def refuse(status: int, retry_after: str, words: str) -> None:
    """An answer that is no success as a DeliveryError."""
    if status == 429:
        raise DeliveryError(words, retry_after=timedelta(seconds=float(retry_after)), unsent=True)
    if status == 404:
        raise DeliveryError(words, gone=True)
    if status >= 500:
        raise DeliveryError(words)
    if status >= 400:
        raise DeliveryError(words, permanent=True)
