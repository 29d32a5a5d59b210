"""Socket Mode: sockets opened, listened to, and replaced before the old one goes.

The connection is ours rather than slack_sdk's client: that one closes a socket before it opens
the next, keeps trying an address that works only once, and never tires of a token that was
revoked. What comes in is handed to slack-bolt as its own adapter would hand it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.platforms.slack_parts.calls import HOPELESS, LOST, Calls, RefusedError
from bot.platforms.slack_parts.receipts import Receipt, Receipts

log = logging.getLogger(__name__)

_OK = 200
_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait.

    ``ping``: between pings, a pong must come within half of it. ``hello``: for that of a new socket.
    ``drain``: for an old socket to be heard out. ``work``: for work in hand when all ends.
    ``retry``: between tries to connect, at most.
    """

    ping: float = 10.0
    hello: float = 10.0
    drain: float = 20.0
    work: float = 10.0
    retry: float = 120.0


PATIENT = Patience()


class Line:
    """One socket. ``ready``: Slack said hello; ``over``: it must be replaced, for ``reason``; ``closed``: its end."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.ready, self.over, self.closed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.reason = ""

    def end(self, reason: str) -> None:
        """It must be replaced."""
        if not self.over.is_set():
            self.reason = reason
            self.over.set()


class Sockets:
    """Keeps one socket in use, and hands what comes in to ``app``."""

    def __init__(self, app: AsyncApp, app_token: str, calls: Calls, patience: Patience = PATIENT) -> None:
        self._app, self._app_token, self._calls, self._patience = app, app_token, calls, patience
        self._line: Line | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._handling: set[asyncio.Task[None]] = set()
        self._seen: OrderedDict[str, dict[str, Any] | None] = OrderedDict()
        self._receipts = Receipts()
        self.opened = 0

    @property
    def connected(self) -> bool:
        """Whether a socket is in use that Slack has greeted."""
        return self._line is not None and self._line.ready.is_set() and not self._line.over.is_set()

    async def serve(self) -> None:
        """Listen until cancelled, on a new socket whenever the old one has to go.

        Raises:
            RefusedError: Slack will not open one, whatever is tried.
        """
        try:
            while True:
                line = self._line = await self._opened()
                await line.over.wait()
                log.info("the socket is replaced: %s", line.reason)
                self._start(self._drain(line), self._tasks)
        finally:
            await self._close()

    async def _opened(self) -> Line:
        """A socket that Slack has greeted; what fails is tried again, ever more slowly."""
        wait = 0.25
        while True:
            try:
                line = await self._open()
            except RefusedError as error:
                if error.error in HOPELESS:
                    raise
                log.warning("Slack opens no socket (%s); the next try is in %.0f s", error, wait)
            except LOST as error:
                told = error or type(error).__name__
                log.warning("Slack cannot be reached (%s); the next try is in %.0f s", told, wait)
            else:
                return line
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            wait = min(wait * 2, self._patience.retry)

    async def _open(self) -> Line:
        client = self._calls.client
        answer = await self._calls.insist(
            "apps.connections.open", lambda: client.apps_connections_open(app_token=self._app_token)
        )
        # aiohttp pings when it has heard nothing for so long, and closes when no pong comes: that finds the deaf.
        ws = await self._calls.session.ws_connect(str(answer["url"]), heartbeat=self._patience.ping, proxy=client.proxy)
        line = Line(ws)
        self.opened += 1
        self._start(self._listen(line), self._tasks)
        try:
            async with asyncio.timeout(self._patience.hello):
                await line.ready.wait()
        except TimeoutError:
            line.end("no hello came")
            await ws.close()
            raise
        return line

    async def _listen(self, line: Line) -> None:
        try:
            async for message in line.ws:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._heard(line, str(message.data))
        finally:
            cause = line.ws.exception()
            line.end(f"it was closed ({cause})" if cause else "it was closed")
            line.ready.set()
            line.closed.set()

    def _heard(self, line: Line, data: str) -> None:
        try:
            told = json.loads(data)
        except ValueError:
            log.warning("Slack sent what is no JSON")
            return
        kind = told.get("type")
        if kind == "hello":
            line.ready.set()
        elif kind == "disconnect":
            line.end(f"Slack asks for it ({told.get('reason', 'no reason given')})")
        elif request := SocketModeRequest.from_dict(told):
            self._start(self._handle(line, request, self._receipts.begin()), self._handling)

    async def _handle(self, line: Line, request: SocketModeRequest, receipt: Receipt) -> None:
        """Let slack-bolt answer; what was answered before is only acknowledged again."""
        key = str(request.payload.get("event_id") or request.envelope_id)
        try:
            if key not in self._seen:
                self._remember(key, None)
                response = await run_async_bolt_app(self._app, request)
                if response.status != _OK:
                    log.warning("%s went unanswered (%s)", request.type, response.status)
                    return
                self._remember(key, _payload(response))
            await self._acknowledge(line, SocketModeResponse(request.envelope_id, self._seen.get(key)))
        finally:
            receipt.give()

    def _remember(self, key: str, payload: dict[str, Any] | None) -> None:
        self._seen[key] = payload
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    async def _acknowledge(self, line: Line, response: SocketModeResponse) -> None:
        text = json.dumps(response.to_dict())
        for way in dict.fromkeys((line, self._line)):
            if way is not None and not way.ws.closed:
                try:
                    await way.ws.send_str(text)
                except LOST:
                    continue
                if not way.over.is_set():  # one that is being closed may take it and never pass it on
                    return

    async def _drain(self, line: Line) -> None:
        """Hear an old socket out: Slack may still use it until the new one is in use."""
        try:
            async with asyncio.timeout(self._patience.drain):
                await line.closed.wait()
        finally:
            await line.ws.close()

    def _start(self, doing: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(_quietly(doing))
        among.add(task)
        task.add_done_callback(among.discard)

    async def _close(self) -> None:
        """Let what is in hand be acknowledged, then hang up."""
        if self._handling:
            await asyncio.wait(self._handling, timeout=self._patience.work)
        for task in list(self._tasks):
            task.cancel()
        if self._line is not None:
            await self._line.ws.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _quietly(doing: Coroutine[Any, Any, None]) -> None:
    """An error in one task is logged; it must not take the others along."""
    try:
        await doing
    except TimeoutError:
        return
    except Exception:
        log.exception("a mistake in the program while listening to Slack")


def _payload(response: BoltResponse) -> dict[str, Any] | None:
    """What an acknowledgement carries, as slack-bolt's own adapter reads it from the response."""
    if not response.body:
        return None
    kind = response.first_headers().get("content-type", "")
    return dict(json.loads(response.body)) if kind.startswith("application/json") else {"text": response.body}
