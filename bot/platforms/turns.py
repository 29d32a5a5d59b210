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
        self._began: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, channel: str, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for the channel to be free, and hold it meanwhile."""
        await self._wait(channel, urgent=urgent)
        try:
            await self._keep_gap(channel)
            yield
        finally:
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

    async def _keep_gap(self, channel: str) -> None:
        clock = asyncio.get_running_loop().time
        if self._gap:
            await asyncio.sleep(self._began.get(channel, -self._gap) + self._gap - clock())
            self._began = {name: at for name, at in self._began.items() if clock() - at < self._gap}
            self._began[channel] = clock()

    def _pass_on(self, channel: str) -> None:
        queue = self._waiting[channel]
        while queue:
            following = heapq.heappop(queue)[2]
            if not following.done():
                following.set_result(None)
                return
        del self._waiting[channel]
