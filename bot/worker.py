"""Where the heavy, pure work is done, so that the event loop goes on answering people.

In a thread it still competes for the interpreter; ``briefbot run`` therefore keeps one
process beside itself for it. What is handed over must be a module's own function.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache, partial
from typing import ParamSpec, Protocol, Self, TypeVar

from bot.classify.coding import Coder
from bot.codebook import load
from store.records import Coding, Item

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

AHEAD = 4
"""So much work of ``do`` is handed over at a time: what a person waits for goes before the rest."""
LESS_URGENT = 5
"""How much the process gives way to others (``nice``): people wait for answers, nobody for a coding."""


class Worker(Protocol):
    """Does pure work off the event loop."""

    async def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result, or the exception that it raised."""

    async def soon(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same, for somebody who waits: before most of what is still to be done."""

    async def code(self, item: Item) -> Coding:
        """An item, read."""


class InThread:
    """Works in threads of this process; for single rounds, replays and tests."""

    def __init__(self, coder: Coder) -> None:
        self._coder = coder

    async def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function in a thread."""
        return await asyncio.to_thread(function, *args, **kwargs)

    async def soon(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function in a thread."""
        return await self.do(function, *args, **kwargs)

    async def code(self, item: Item) -> Coding:
        """Read an item in a thread."""
        return await asyncio.to_thread(self._coder.code, item)


class InProcess:
    """Works in one process beside this one; use as a context manager. A process that dies is replaced."""

    def __init__(self) -> None:
        self._pool = _pool()
        self._room = asyncio.Semaphore(AHEAD)

    def __enter__(self) -> Self:
        self._pool.submit(_coder)  # so that the first item does not wait for the codebook
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function in the process, after what was asked for earlier."""
        async with self._room:
            return await self.soon(function, *args, **kwargs)

    async def soon(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function in the process; once more in a new one if the first died of it."""
        work = partial(function, *args, **kwargs)
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except BrokenProcessPool:
            log.warning("the reading process ended unexpectedly and is started again")
            if self._pool is pool:  # nobody else has replaced it meanwhile
                self._pool = _pool()
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def code(self, item: Item) -> Coding:
        """Read an item in the process."""
        return await self.do(read, item)


def read(item: Item) -> Coding:
    """An item, read by this process's own coder."""
    return _coder().code(item)


@cache
def _coder() -> Coder:
    return Coder(load())


def _pool() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=context, initializer=_settle_in)


def _settle_in() -> None:
    """Give way to the process that answers, leave Ctrl-C to it, and end when it ends, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(LESS_URGENT)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
