"""Fetcher: one address after another read, politely and within bounds."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.addresses import public
from bot.errors import FetchError
from bot.fetch import words
from bot.fetch.answers import Caching, Fetched, Limits, NotModified, caching_of, conditions, fresh_for, retry_after
from bot.fetch.guard import Guard, GuardedResolver
from bot.fetch.unpack import Damaged, Oversize, unpacker

REDIRECTS = {301, 302, 303, 307, 308}
FOR_EVER = {301, 308}
PIECE = 64 * 1024
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"

Sleep = Callable[[float], Awaitable[None]]


def user_agent(contact: str = "", version: str = "0.1") -> str:
    """An honest name, with where to reach the operator: ``briefbot/0.1 (+https://…)``."""
    reach = "".join(character for character in contact if character.isprintable() and character not in "()")
    return f"briefbot/{version} (+{reach})" if reach else f"briefbot/{version}"


@dataclass(slots=True)
class _Host:
    """One host's turnstile: how many at once, and when the next request may start (loop time)."""

    gate: asyncio.Semaphore
    next_start: float = 0.0


@dataclass(slots=True)
class _Trail:
    """Where a request has come to, and the address to remember for ever."""

    url: URL
    lasting: bool = True
    moved_to: str | None = None
    hops: int = 0


class Fetcher:
    """Reads addresses; use as an async context manager.

    ``allowed`` is the operator's allow-list (names, ``host:port``, networks).
    ``resolver``, ``sleep`` and ``chance`` (0 to 1, for jitter) can be given for tests.
    """

    def __init__(  # noqa: PLR0913  six, each named at the call
        self,
        *,
        agent: str = "",
        limits: Limits | None = None,
        allowed: Iterable[str] = (),
        resolver: AbstractResolver | None = None,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._agent = agent or user_agent()
        self._limits = limits or Limits()
        self._guard = Guard(allowed)
        self._resolver = resolver
        self._sleep, self._chance = sleep, chance
        self._hosts: dict[str, _Host] = {}
        self._gate = asyncio.Semaphore(self._limits.at_once)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the one session."""
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self._guard, self._resolver),
            socket_factory=self._guard.make_socket,
            limit=self._limits.at_once,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent, "Accept": ACCEPT, "Accept-Encoding": "gzip, deflate, br"},
            timeout=aiohttp.ClientTimeout(total=self._limits.total, sock_connect=self._limits.connect),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, url: str, caching: Caching = Caching()) -> Fetched | NotModified:  # noqa: B008  immutable
        """Read one address; what may pass is tried again after a pause. Raises FetchError, and nothing else."""
        for attempt in range(1, self._limits.attempts + 1):
            try:
                return await self._follow(url, caching)
            except _Failed as failed:
                last = attempt == self._limits.attempts
                if last or not failed.again:
                    raise failed.told(public(url)) from failed.__cause__
                await self._sleep(self._backoff(attempt))
        raise AssertionError("at least one attempt is made")

    def _backoff(self, attempt: int) -> float:
        """Seconds to wait: exponential, with full jitter so that failing feeds do not return in step."""
        return self._chance() * min(self._limits.backoff * 2.0**attempt, self._limits.backoff_most)

    async def _follow(self, url: str, caching: Caching) -> Fetched | NotModified:
        """One attempt, through all redirects, each of which passes the guard and the turnstile."""
        trail = _Trail(_parsed(url))
        while True:
            try:
                self._guard.check_url(trail.url)
                async with self._turn(trail.url):
                    answer = await self._ask(trail, caching)
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                failure = words.of_error(error, self._limits.total)
                raise _Failed(failure.reason, again=failure.passing, permanent=failure.permanent) from error
            if answer is not None:
                return answer
            if trail.hops > self._limits.redirects:
                raise _Failed("it redirects in circles")

    def _turn(self, url: URL) -> _Turn:
        host = self._hosts.setdefault(url.host or "", _Host(asyncio.Semaphore(self._limits.per_host)))
        return _Turn(host, self._gate, self._limits.pause, self._sleep)

    async def _ask(self, trail: _Trail, caching: Caching) -> Fetched | NotModified | None:
        """One request; None after a redirect, with the trail moved on."""
        if self._session is None:
            raise RuntimeError("the fetcher is not open: use `async with`")
        headers = conditions(caching)
        async with self._session.get(trail.url, headers=headers, allow_redirects=False) as response:
            if response.status in REDIRECTS:
                _move(trail, response)
                return None
            if response.status == HTTPStatus.NOT_MODIFIED and headers:
                kept = caching_of(response.headers, caching)
                return NotModified(public(str(trail.url)), kept, trail.moved_to, fresh_for(response.headers))
            if response.status != HTTPStatus.OK:
                raise _of_status(response)
            body = await self._body(response)
            return Fetched(
                url=public(str(trail.url)),
                body=body,
                content_type=response.headers.get("Content-Type", "")[:200],
                charset=_charset(response),
                caching=caching_of(response.headers, Caching()),
                moved_to=trail.moved_to,
                fresh_for=fresh_for(response.headers),
            )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """The body, unpacked, within both size limits: reading stops where the first is passed."""
        limits, wire = self._limits, 0
        body = bytearray()
        try:
            if (response.content_length or 0) > limits.wire:
                raise Oversize(f"over {limits.wire // 1024} kB")  # noqa: TRY301  one place turns it into words
            plain = unpacker(response.headers.get("Content-Encoding", ""))
            async for piece in response.content.iter_chunked(PIECE):
                wire += len(piece)
                if wire > limits.wire:
                    raise Oversize(f"over {limits.wire // 1024} kB")  # noqa: TRY301
                body += plain.feed(piece, limits.body - len(body))
            plain.finish()
        except Oversize as error:
            response.close()
            raise _Failed(f"the answer is too large ({error})", permanent=True) from error
        except Damaged as error:
            response.close()
            raise _Failed(f"the answer cannot be unpacked: {error}", again=True) from error
        return bytes(body)


class _Failed(Exception):  # noqa: N818  becomes a FetchError once the attempts are used up
    """One attempt failed; ``again``: another one may help."""

    def __init__(
        self,
        reason: str,
        *,
        again: bool = False,
        permanent: bool = False,
        gone: bool = False,
        wait: timedelta | None = None,
    ) -> None:
        super().__init__(reason)
        self.again, self._permanent, self._gone, self._wait = again, permanent, gone, wait

    def told(self, url: str) -> FetchError:
        return FetchError(url, str(self), gone=self._gone, permanent=self._permanent, retry_after=self._wait)


def _of_status(response: aiohttp.ClientResponse) -> _Failed:
    """An error that the server reported; one that names a time is not asked again before it."""
    failure, wait = words.of_status(response.status), retry_after(response.headers)
    gone = response.status == HTTPStatus.GONE
    return _Failed(failure.reason, again=failure.passing and wait is None, gone=gone, wait=wait)


class _Turn:
    """Waits for the host's turnstile, then for the overall one: a waiting host keeps no other from going."""

    def __init__(self, host: _Host, gate: asyncio.Semaphore, pause: float, sleep: Sleep) -> None:
        self._host, self._gate, self._pause, self._sleep = host, gate, pause, sleep

    async def __aenter__(self) -> None:
        await self._host.gate.acquire()
        try:
            now = asyncio.get_running_loop().time()
            wait = self._host.next_start - now
            self._host.next_start = max(now, self._host.next_start) + self._pause
            if wait > 0:
                await self._sleep(wait)
            await self._gate.acquire()
        except BaseException:
            self._host.gate.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._gate.release()
        self._host.gate.release()


def _parsed(url: str) -> URL:
    try:
        return URL(url)
    except (ValueError, TypeError) as error:
        raise _Failed("this is no proper address", permanent=True) from error


def _move(trail: _Trail, response: aiohttp.ClientResponse) -> None:
    """Follow one redirect. The address is worth remembering only while every hop so far is for ever."""
    target = response.headers.get("Location", "")
    try:
        joined = trail.url.join(URL(target))
    except (ValueError, TypeError) as error:
        raise _Failed("it redirects to no proper address") from error
    if not target:
        raise _Failed("it redirects to nowhere")
    if URL(target).user is not None or joined.origin() != trail.url.origin():
        joined = joined.with_user(None)  # credentials go to nobody but the host they were given for
    downgraded = trail.url.scheme == "https" and joined.scheme == "http"
    trail.lasting = trail.lasting and response.status in FOR_EVER and not downgraded
    trail.url = joined.with_fragment(None)
    trail.hops += 1
    if trail.lasting:
        trail.moved_to = public(str(trail.url))


def _charset(response: aiohttp.ClientResponse) -> str:
    return (response.charset or "")[:40].lower()
