"""Decompression in bounded steps, so that a bomb is noticed at the limit and not after it.

The HTTP library is told to leave bodies packed: only so can both sizes be
counted, on the wire and unpacked, and the memory used stay near the limit.
"""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # it ships no type hints

STEP = 256 * 1024
GZIP = 16 + zlib.MAX_WBITS


class Oversize(Exception):  # noqa: N818  told in the fetcher's words, never raised out of it
    """The body is larger than it may be."""


class Damaged(Exception):  # noqa: N818  likewise
    """The body is not packed as its header says."""


class Unpacker(Protocol):
    """Takes the wire's pieces and gives plain ones."""

    def feed(self, piece: bytes, room: int) -> bytes:
        """At most ``room`` bytes. Raises Oversize when there would be more, Damaged when the packing is broken."""

    def finish(self) -> None:
        """Raises Damaged when the end is missing."""


def unpacker(encoding: str) -> Unpacker:
    """For a Content-Encoding header. Raises Damaged for one that was not asked for."""
    name = encoding.strip().lower()
    if name in {"gzip", "x-gzip", "deflate"}:
        return _Zlib(raw_allowed=name == "deflate")
    if name == "br":
        return _Brotli()
    if name in {"", "identity"}:
        return _Plain()
    raise Damaged(f"it is packed as {name[:30]!r}, which was not asked for")


class _Plain:
    def feed(self, piece: bytes, room: int) -> bytes:
        if len(piece) > room:
            raise Oversize("unpacked")
        return piece

    def finish(self) -> None:
        """Nothing can be missing."""


class _Zlib:
    """gzip (also of several members) and deflate (with or without the zlib header)."""

    def __init__(self, *, raw_allowed: bool) -> None:
        self._bits = 0 if raw_allowed else GZIP
        self._stream = zlib.decompressobj(self._bits) if self._bits else None
        self._fed = False

    def feed(self, piece: bytes, room: int) -> bytes:
        if self._stream is None:
            # A zlib header has method 8 in its low bits and is a multiple of 31; some servers send none.
            headed = len(piece) > 1 and piece[0] & 15 == 8 and (piece[0] * 256 + piece[1]) % 31 == 0  # noqa: PLR2004
            self._bits = zlib.MAX_WBITS if headed else -zlib.MAX_WBITS
            self._stream = zlib.decompressobj(self._bits)
        self._fed = True
        parts: list[bytes] = []
        while piece:
            part, piece = self._step(piece)
            room -= len(part)
            if room < 0:
                raise Oversize("unpacked")
            parts.append(part)
        return b"".join(parts)

    def _step(self, piece: bytes) -> tuple[bytes, bytes]:
        """One bounded step: what came out, and the input that is left."""
        stream = self._stream
        if stream is None or stream.eof:
            if not piece.startswith(b"\x1f\x8b"):  # padding after the end
                return b"", b""
            stream = self._stream = zlib.decompressobj(self._bits)
        try:
            part = stream.decompress(piece, STEP)
        except zlib.error as error:
            raise Damaged("it is not packed as it says") from error
        return part, stream.unused_data if stream.eof else stream.unconsumed_tail

    def finish(self) -> None:
        if self._fed and self._stream is not None and not self._stream.eof:
            raise Damaged("it breaks off")


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._fed = False

    def feed(self, piece: bytes, room: int) -> bytes:
        self._fed = True
        parts: list[bytes] = []
        while piece or not self._stream.can_accept_more_data():
            try:
                part = self._stream.process(piece, output_buffer_limit=STEP)
            except brotli.error as error:
                raise Damaged("it is not packed as it says") from error
            piece = b""
            room -= len(part)
            if room < 0:
                raise Oversize("unpacked")
            parts.append(part)
            if not part or self._stream.is_finished():
                break
        return b"".join(parts)

    def finish(self) -> None:
        if self._fed and not self._stream.is_finished():
            raise Damaged("it breaks off")
