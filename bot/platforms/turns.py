"""One message at a time for each channel, the urgent first, and no faster than a platform wants them."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Turns for each channel; ``gap`` is how many seconds apart two of them begin at least."""

    def __init__(self, gap: float = 0.0) -> None:
        self._gap = gap
        self._order = itertools.count()
        self._waiting: dict[str, list[tuple[bool, int, asyncio.Future[None]]]] = {}

    @asynccontextmanager
    async def turn(self, channel: str, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for the channel to be free, and hold it meanwhile; among those waiting, the urgent go first."""
        await self._wait(channel, urgent=urgent)
        loop = asyncio.get_running_loop()
        free_at = loop.time() + self._gap
        try:
            yield
        finally:
            if free_at > loop.time():
                loop.call_at(free_at, self._pass_on, channel)
            else:
                self._pass_on(channel)

    async def _wait(self, channel: str, *, urgent: bool) -> None:
        queue = self._waiting.get(channel)
        if queue is None:
            self._waiting[channel] = []
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(queue, (not urgent, next(self._order), mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._pass_on(channel)
            raise

    def _pass_on(self, channel: str) -> None:
        queue = self._waiting[channel]
        while queue:
            following = heapq.heappop(queue)[2]
            if not following.done():
                following.set_result(None)
                return
        del self._waiting[channel]
