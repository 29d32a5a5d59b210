"""Source kinds: one file each with ``parse``; a new one is named here and in ``bot.sources.KIND_NAMES``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.kinds import html, jsonfeed, rss
from bot.sources import Entry, Source


class Kind(Protocol):
    """Reads a document of one kind."""

    def __call__(self, body: bytes, source: Source, *, content_type: str = "", now: datetime) -> list[Entry]:
        """The entries, in the document's order. Raises ParseError and nothing else, whatever the bytes."""


KINDS: Mapping[str, Kind] = {"rss": rss.parse, "json": jsonfeed.parse, "html": html.parse}
