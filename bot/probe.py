"""Trying an address for an admin: the feed behind it, its latest items, and how they would be coded."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from urllib.parse import urlsplit

from bot.classify.coding import Coder
from bot.commands.command import Probed
from bot.discover import discover
from bot.errors import FeedError, FetchError, ParseError
from bot.extract import extract
from bot.fetch import Fetched, Fetcher
from bot.kinds import KINDS
from bot.sources import Entry, Source, check_source
from store.records import Coding, Item

SHOWN = 5
"""Items that an admin sees before deciding."""


async def probe(address: str, fetcher: Fetcher, coder: Coder, now: datetime) -> Probed:
    """Read an address once: a feed, or a site's page whose feed is looked for.

    Raises:
        FeedError: nothing there can be read as a feed, in words that say why.
    """
    page = await _fetched(address, fetcher)
    try:
        return await _probed(page, address, coder, now)
    except ParseError as error:
        for candidate in discover(page, address):
            try:
                return await _probed(await _fetched(candidate, fetcher), candidate, coder, now)
            except FeedError:
                continue
        raise ParseError(f"{address}: no feed was found there or behind it") from error


async def _fetched(address: str, fetcher: Fetcher) -> Fetched:
    answer = await fetcher.fetch(address)
    if not isinstance(answer, Fetched):
        raise FetchError(address, "the server sent nothing new to a first request")
    return answer


async def _probed(page: Fetched, address: str, coder: Coder, now: datetime) -> Probed:
    """The feed on one page, as an entry of feeds.yaml and its newest items coded. Raises ParseError when it is none."""
    kind = "json" if "json" in page.content_type else "rss"
    entry = {
        "id": _identifier(address),
        "address": address,
        "outlet": urlsplit(address).hostname or address,
        "kind": kind,
    }
    source, problems = check_source(entry)
    if source is None:
        raise ParseError("; ".join(map(str, problems)))
    entries = await asyncio.to_thread(KINDS[kind], page.body, source, content_type=page.content_type, now=now)
    coded = [await asyncio.to_thread(_coded, row, source, coder, now) for row in entries[:SHOWN]]
    return Probed(entry, tuple(coded))


def _coded(entry: Entry, source: Source, coder: Coder, now: datetime) -> tuple[Item, Coding]:
    item = extract(None, entry, source, now)
    return item, coder.code(item)


def _identifier(address: str) -> str:
    """A short name for a feed, from its address: "www.example.org/rss/nk.xml" gives "example-org-rss-nk"."""
    parts = urlsplit(address)
    words = re.findall(r"[a-z0-9]+", f"{parts.hostname or ''} {parts.path}".lower())
    return "-".join(word for word in words if word not in {"www", "xml", "feed", "http"})[:60] or "feed"
