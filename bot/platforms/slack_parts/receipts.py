"""Acknowledging before working: work waits until everything that has come in is acknowledged.

Commands read the store on the event loop, some for a tenth of a second. Were they to begin at
once, the acknowledgement of what comes in meanwhile would wait for all of them; so each begins
only when nothing waits for an acknowledgement, one after the other.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

_LONGEST = 1.0
_ROUNDS = 3  # of the loop, in which a socket's data becomes an open receipt


class Receipts:
    """How many acknowledgements are owed, and whose turn it is to work when none is."""

    def __init__(self) -> None:
        self._open = 0
        self._none = asyncio.Event()
        self._none.set()
        self._turnstile = asyncio.Lock()

    def begin(self) -> Receipt:
        """Something came in; it is current for every task that starts from here."""
        self._open += 1
        self._none.clear()
        receipt = Receipt(self)
        _CURRENT.set(receipt)
        return receipt

    def end(self) -> None:
        """One less is owed."""
        self._open -= 1
        if not self._open:
            self._none.set()

    async def pass_through(self) -> None:
        """Wait until nothing is owed, though not for ever, and let the loop look for more in between."""
        async with self._turnstile:
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)
            try:
                async with asyncio.timeout(_LONGEST):
                    await self._none.wait()
            except TimeoutError:
                return


class Receipt:
    """One acknowledgement that is owed."""

    def __init__(self, receipts: Receipts) -> None:
        self._receipts = receipts
        self._given = asyncio.Event()

    def give(self) -> None:
        """It was acknowledged, or will never be."""
        if not self._given.is_set():
            self._given.set()
            self._receipts.end()

    async def given(self) -> None:
        """Wait until it is acknowledged and there is time for work."""
        await self._given.wait()
        await self._receipts.pass_through()


_CURRENT: ContextVar[Receipt | None] = ContextVar("receipt", default=None)


async def acknowledged() -> None:
    """Wait until what this task works on is acknowledged, and everything else that came in."""
    if (receipt := _CURRENT.get()) is not None:
        await receipt.given()
