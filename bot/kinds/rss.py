"""RSS 0.9x to 2.0, RDF and Atom, through feedparser, which is given bytes only and never an address."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import feedparser

from bot.charset import decode
from bot.errors import ParseError
from bot.kinds.reading import Raw, distinct, entry_of, plain
from bot.sources import Entry, Source

WEB_PAGE = re.compile(r"(?is)^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b")
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
COMPLETE = re.compile(r"(?i)</(\w+:)?(rss|feed|rdf)\s*>")
PAGE_TITLE = re.compile(r"(?is)<title[^>]*>(.{1,200}?)</title>")


def parse(body: bytes, source: Source, *, content_type: str = "", now: datetime) -> list[Entry]:
    """The entries of a feed, in its order; an empty list for a feed without any. Raises ParseError."""
    text = decode(body, content_type=content_type, language=source.language)
    if not text.strip():
        raise ParseError(f"{source.id}: the answer is empty")
    if WEB_PAGE.match(text[:4000]):
        raise ParseError(f"{source.id}: a web page came instead of a feed{_titled(text)}")
    parsed = _parsed(text, source)
    raws = [_raw(entry, _language(parsed)) for entry in parsed["entries"]]
    entries = [entry for raw in raws if (entry := entry_of(raw, source, now))]
    if not entries and not parsed.get("version"):
        raise ParseError(f"{source.id}: this is neither RSS nor Atom")
    if not entries and parsed.get("bozo") and not COMPLETE.search(text):
        raise ParseError(f"{source.id}: the feed breaks off before its first entry")
    return distinct(entries)


def _parsed(text: str, source: Source) -> Mapping[str, Any]:
    utf8 = DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": source.address}
    try:
        result: Mapping[str, Any] = feedparser.parse(io.BytesIO(utf8), response_headers=headers)
    except Exception as error:
        raise ParseError(f"{source.id}: the feed cannot be read ({type(error).__name__})") from error
    return result


def _titled(text: str) -> str:
    found = PAGE_TITLE.search(text[:20000])
    return f" (“{plain(found[1])[:80]}”)" if found and plain(found[1]) else ""


def _language(parsed: Mapping[str, Any]) -> str:
    return str(parsed.get("feed", {}).get("language") or "")


def _raw(entry: Mapping[str, Any], language: str) -> Raw:
    contents = [part for part in entry.get("content", ()) if part.get("value")]
    longest: Mapping[str, Any] = max(contents, key=lambda part: len(part["value"]), default={})
    return Raw(
        link=_link(entry),
        title=_text(entry, "title"),
        guid=_text(entry, "id"),
        content=str(longest.get("value", "")),
        summary=_text(entry, "summary"),
        dates=_dates(entry),
        author=_text(entry, "author"),
        language=str(longest.get("language") or language),
        base=str(longest.get("base") or entry.get("title_detail", {}).get("base") or ""),
    )


def _text(entry: Mapping[str, Any], key: str) -> str:
    """A field, empty where it is missing. ``keys()`` because feedparser's ``in`` and ``get`` consult aliases."""
    return str(entry[key] or "") if key in set(entry.keys()) else ""


def _dates(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The dates as printed; "updated" (also dc:date) only behind the others, since an edit is no publication."""
    return tuple(_text(entry, key) for key in ("published", "created", "updated"))


def _link(entry: Mapping[str, Any]) -> str:
    original = _text(entry, "feedburner_origlink")
    alternates = [link.get("href", "") for link in entry.get("links", ()) if link.get("rel") == "alternate"]
    return original or next((href for href in alternates if href), "") or _text(entry, "link")
