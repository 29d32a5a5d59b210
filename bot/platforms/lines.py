"""Lines from standard input while the loop runs on: from a pipe or file, without ever blocking the end."""

from __future__ import annotations

import asyncio
import codecs
import os
from collections.abc import AsyncIterator, Callable
from threading import Thread

_CHUNK = 65536
_Put = Callable[[str | None], None]


async def read_lines(descriptor: int) -> AsyncIterator[str]:
    """Each line of a pipe, file or terminal, as UTF-8 with wrong bytes replaced, until its end.

    A thread waits in the read; it is a daemon and holds no lock of Python's own input,
    so that a process which is told to stop does not wait for a line that never comes.
    It reads a duplicate of the descriptor: when the caller closes its own, the number may be
    given to another file, which a thread still waiting would then read empty.
    """
    loop = asyncio.get_running_loop()
    own = os.dup(descriptor)
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def put(line: str | None) -> None:
        try:
            loop.call_soon_threadsafe(queue.put_nowait, line)
        except RuntimeError:  # the loop has ended before its input did
            return

    Thread(target=_read, args=(own, put), daemon=True, name="console input").start()
    while (line := await queue.get()) is not None:
        yield line


def _read(descriptor: int, put: _Put) -> None:
    """Put each line, then None; closes the descriptor."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    while True:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except OSError:  # a terminal that was hung up
            chunk = b""
        *lines, rest = (rest + decoder.decode(chunk, final=not chunk)).split("\n")
        for line in lines:
            put(line)
        if not chunk:
            break
    os.close(descriptor)
    if rest:
        put(rest)
    put(None)
