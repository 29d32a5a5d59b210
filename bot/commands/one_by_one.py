"""Commands one after the other, with room between them for whatever else the event loop has to do.

A command computes on the event loop's thread. When many people ask at once, the loop would run
from one command into the next, and no "thinking …" could go out in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")

LONG = 3
"""So many commands waiting are more than an answer in time can be hoped for."""
_BREATH = 0.01
"""Seconds the loop has for itself between two commands, timers and acknowledgements first."""
_HELD_UP = 1.0
"""Seconds for which acknowledgements that do not go out hold up the commands."""


async def one_at_a_time(many: Iterable[Given], making: Callable[[Given], Result]) -> tuple[Result, ...]:
    """What is made of each, with a turn of the loop after every one: the slow part of a long answer."""
    made: list[Result] = []
    for one in many:
        made.append(making(one))
        await asyncio.sleep(0)
    return tuple(made)


class Turn:
    """Its owner computes; nobody else does meanwhile."""

    def __init__(self, lock: asyncio.Lock) -> None:
        self._lock = lock

    def outside(self, doing: Callable[[Given], Awaitable[Result]]) -> Callable[[Given], Awaitable[Result]]:
        """The same, with others at their turn while it waits for the network or another thread."""

        async def done(given: Given) -> Result:
            self._lock.release()
            try:
                return await doing(given)
            finally:
                await self._lock.acquire()

        return done


class OneByOne:
    """The turns of one process, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._waiting = self._ahead = 0
        self._clear = asyncio.Event()
        self._clear.set()

    @property
    def is_long(self) -> bool:
        """Whether somebody who comes now should be told that it takes a moment."""
        return self._waiting >= LONG

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """While something goes out that a platform waits for, nobody's turn begins."""
        self._ahead += 1
        self._clear.clear()
        try:
            yield
        finally:
            self._ahead -= 1
            if not self._ahead:
                self._clear.set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Wait for one's turn, and hold it; whoever had to wait lets the loop breathe first."""
        at_once = not self._lock.locked()
        self._waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1
        try:
            await (asyncio.sleep(0) if at_once else self._breathe())  # who came together finds the turn taken
            yield Turn(self._lock)
        finally:
            self._lock.release()

    async def _breathe(self) -> None:
        await asyncio.sleep(_BREATH)
        with suppress(TimeoutError):
            async with asyncio.timeout(_HELD_UP):
                await self._clear.wait()
