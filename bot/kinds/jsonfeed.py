"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently: any object with a list of items."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.charset import CONTROL, decode
from bot.errors import ParseError
from bot.kinds.reading import Raw, distinct, entry_of
from bot.sources import Entry, Source


def parse(body: bytes, source: Source, *, content_type: str = "", now: datetime) -> list[Entry]:
    """The entries of a JSON Feed, in its order. Raises ParseError."""
    text = decode(body, content_type=content_type, language=source.language)
    if text.lstrip().startswith("<"):
        raise ParseError(f"{source.id}: a web page or an XML feed came instead of a JSON Feed")
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{source.id}: this is not proper JSON") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ParseError(f"{source.id}: this is no JSON Feed: it has no list of items")
    language = _text(feed, "language")
    raws = [_raw(item, language) for item in items if isinstance(item, dict)]
    return distinct(entry for raw in raws if (entry := entry_of(raw, source, now)))


def _raw(item: Mapping[str, object], language: str) -> Raw:
    return Raw(
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        guid=_text(item, "id"),
        content=_text(item, "content_html") or _text(item, "content_text"),
        summary=_text(item, "summary"),
        dates=(_text(item, "date_published"), _text(item, "date_modified")),
        author=_author(item),
        language=_text(item, "language") or language,
    )


def _text(item: Mapping[str, object], key: str) -> str:
    """A field as text; ids are numbers in some feeds."""
    value = item.get(key)
    if isinstance(value, str):
        # Escapes can bring in what the text itself may not hold: half a surrogate pair, control characters.
        return value.encode("utf-8", "replace").decode().translate(CONTROL)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else ""


def _author(item: Mapping[str, object]) -> str:
    """Names of version 1.1's ``authors``, or of 1.0's ``author``."""
    listed = item.get("authors")
    people = listed if isinstance(listed, list) else [item.get("author")]
    return ", ".join(name for person in people if isinstance(person, dict) and (name := _text(person, "name")))
