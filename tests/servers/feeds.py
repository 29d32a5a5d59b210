"""A small HTTP server on loopback for feeds, spoken over the wire and scripted by the test.

``server.say("/feed", Answer(...), Answer(...))`` queues answers for a path; the last one is repeated.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted answer.

    ``pieces`` are sent with chunked coding in place of ``body``; ``delay`` seconds pass before the
    head; ``drop`` closes the connection ("head": before anything is said, "body": in the middle
    of it). An ``etag`` or ``modified`` is sent along, and answered by 304 when it comes back.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/rss+xml"
    etag: str = ""
    modified: str = ""
    pieces: tuple[bytes, ...] = ()
    delay: float = 0.0
    drop: str = ""
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; header names in lower case."""

    path: str
    headers: Mapping[str, str]
    at: float


class FeedServer:
    """Serves on 127.0.0.1 at a port of the system's choice; use as an async context manager."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.open = self.most_open = 0
        self._script: dict[str, list[Answer]] = defaultdict(list)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        """Start listening."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening and drop what is open."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._writers):
                writer.close()
            await self._server.wait_closed()

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            raise RuntimeError("the server is not started")
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        """The address of a path here."""
        return f"http://{host}:{self.port}{path}"

    def say(self, path: str, *answers: Answer) -> None:
        """Script a path anew."""
        self._script[path] = list(answers)

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [asked.path for asked in self.asked]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.open += 1
                self.most_open = max(self.open, self.most_open)
                try:
                    kept = await self._answer(head, writer)
                finally:
                    self.open -= 1
                if not kept:
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, head: bytes, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection is kept."""
        first, *lines = head.decode("latin-1").splitlines()
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        asked = Asked(first.split()[1], headers, asyncio.get_running_loop().time())
        self.asked.append(asked)
        answer = self._next(asked.path.partition("?")[0])
        await asyncio.sleep(answer.delay)
        if answer.drop == "head":
            return False
        if answer.raw:
            writer.write(answer.raw)
            await writer.drain()
            return False
        return await self._write(_conditional(answer, asked), writer)

    def _next(self, path: str) -> Answer:
        queue = self._script.get(path)
        if not queue:
            return Answer(b"not scripted", status=404)
        return queue.pop(0) if len(queue) > 1 else queue[0]

    async def _write(self, answer: Answer, writer: asyncio.StreamWriter) -> bool:
        writer.write(_head(answer))
        if answer.drop == "body":
            writer.write(answer.body[: len(answer.body) // 2])
            await writer.drain()
            return False
        if answer.pieces:
            for piece in answer.pieces:
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                await writer.drain()
            writer.write(b"0\r\n\r\n")
        elif answer.status != HTTPStatus.NOT_MODIFIED:
            writer.write(answer.body)
        await writer.drain()
        return True


def _conditional(answer: Answer, asked: Asked) -> Answer:
    match = answer.etag and asked.headers.get("if-none-match") == answer.etag
    since = answer.modified and asked.headers.get("if-modified-since") == answer.modified
    if not (match or since):
        return answer
    return Answer(status=304, etag=answer.etag, modified=answer.modified, headers=answer.headers)


def _head(answer: Answer) -> bytes:
    headers = {"Content-Type": answer.content_type, **answer.headers}
    if answer.etag:
        headers["ETag"] = answer.etag
    if answer.modified:
        headers["Last-Modified"] = answer.modified
    if answer.pieces:
        headers["Transfer-Encoding"] = "chunked"
    elif answer.status != HTTPStatus.NOT_MODIFIED and "Content-Length" not in headers:
        headers["Content-Length"] = str(len(answer.body))
    lines = [f"HTTP/1.1 {answer.status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
