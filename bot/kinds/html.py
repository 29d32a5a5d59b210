"""List pages without a feed, read by the CSS selectors that feeds.yaml gives (``kind: html``)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import lxml.html
from lxml import etree

from bot.addresses import is_web, join
from bot.charset import decode
from bot.errors import ParseError
from bot.kinds.reading import Raw, distinct, entry_of
from bot.sources import Entry, Selectors, Source
from bot.stamps import read_stamp


def parse(body: bytes, source: Source, *, content_type: str = "", now: datetime) -> list[Entry]:
    """The entries that the list page shows. Raises ParseError, also when the selectors find nothing."""
    text = decode(body, content_type=content_type, language=source.language)
    page = document(text)
    if page is None:
        raise ParseError(f"{source.id}: the page is empty or no HTML")
    try:
        items = page.cssselect(source.selectors.item)
        raws = [_raw(item, source.selectors, _base(page, source)) for item in items]
    except (ValueError, TypeError, etree.LxmlError) as error:
        raise ParseError(f"{source.id}: the page cannot be read ({error})") from error
    entries = distinct(
        entry for raw in raws if join(raw.base, raw.link) and (entry := entry_of(_dated(raw, source, now), source, now))
    )
    if not entries:
        raise ParseError(f"{source.id}: the selector {source.selectors.item!r} finds no entry: has the page changed?")
    return entries


def document(text: str) -> Any | None:  # noqa: ANN401  lxml ships no types
    """The parsed page, or None where there is nothing to parse."""
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _base(page: Any, source: Source) -> str:  # noqa: ANN401
    found = [str(href) for href in page.xpath("//base/@href")]
    return found[0] if found and is_web(found[0]) else source.address


def _raw(item: Any, selectors: Selectors, base: str) -> Raw:  # noqa: ANN401
    link = item if item.tag == "a" else _first(item, selectors.link)
    date = _first(item, selectors.date)
    printed = _words(date)
    title = _words(_first(item, selectors.title)) if selectors.title else _words(link)
    return Raw(
        link=link.get("href", "") if link is not None else "",
        title=title.replace(printed, " ") if printed and title != printed else title,
        dates=(printed,),
        base=base,
    )


def _dated(raw: Raw, source: Source, now: datetime) -> Raw:
    """A date that cannot be read is none: what the selector found was something else."""
    if any(read_stamp(text, source.zone, now) for text in raw.dates):
        return raw
    return replace(raw, dates=())


def _first(item: Any, selector: str) -> Any | None:  # noqa: ANN401
    found = item.cssselect(selector) if selector else []
    return found[0] if found else None


def _words(element: Any | None) -> str:  # noqa: ANN401
    return " ".join(str(element.text_content()).split()) if element is not None else ""
