"""What every source kind shares: from raw fields to an Entry, and a document's entries made distinct."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.addresses import clean, is_web, join
from bot.sources import Entry, Source, digest
from bot.stamps import read_stamp, stamp_in_address
from store.records import Stamp

TITLE_WORDS = 14
TITLE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Raw:
    """The fields of one entry as the document has them. ``dates`` come best first; ``base`` resolves the link."""

    link: str = ""
    title: str = ""
    guid: str = ""
    content: str = ""
    summary: str = ""
    dates: tuple[str, ...] = ()
    author: str = ""
    language: str = ""
    base: str = ""


def entry_of(raw: Raw, source: Source, now: datetime) -> Entry | None:
    """The Entry, or None where there is neither a title nor any text."""
    content, summary = raw.content.strip(), raw.summary.strip()
    title = plain(raw.title)[:TITLE_LENGTH] or _first_words(content or summary)
    if not title:
        return None
    address = _address(raw, source) or f"{source.address}#{digest(title, content or summary)}"
    return Entry(
        url=address,
        title=title,
        guid=raw.guid.strip()[:1000],
        content=content,
        summary="" if summary == content else summary,
        published=_published(raw.dates, address, source, now),
        author=plain(raw.author)[:200],
        language=raw.language[:2].lower() if re.match(r"(?i)^[a-z]{2}(-|_|$)", raw.language) else "",
    )


def plain(text: str) -> str:
    """One line of text without markup."""
    without = re.sub(r"</?[a-zA-Z][^<>]*>", " ", text)
    unescaped = html.unescape(without)
    return " ".join(re.sub(r"</?[a-z]+[^<>]*>", " ", unescaped).split())


def distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Each entry once, in the document's order; a guid that several entries share is none, and is dropped."""
    once = list({(entry.url, entry.digest): entry for entry in entries}.values())
    shared = Counter(guid for guid, _ in {(entry.guid, entry.url) for entry in once})
    return [replace(entry, guid="") if shared[entry.guid] > 1 else entry for entry in once]


def _address(raw: Raw, source: Source) -> str:
    base = raw.base if is_web(raw.base) else source.address
    link = join(base, raw.link) if raw.link.strip() else ""
    if link:
        return link
    return clean(raw.guid) if is_web(raw.guid.strip()) else ""


def _published(dates: tuple[str, ...], address: str, source: Source, now: datetime) -> Stamp | None:
    """The first date that can be read; the address decides where there is none, or only a year."""
    stamps = (read_stamp(text, source.zone, now) for text in dates if text.strip())
    stamp = next((stamp for stamp in stamps if stamp), None)
    if stamp is None or stamp.guessed.startswith("only a year"):
        in_address = stamp_in_address(address, now)
        if in_address and (stamp is None or in_address.day.year == stamp.day.year):
            return in_address
    return stamp


def _first_words(text: str) -> str:
    words = plain(text).split()
    return " ".join(words[:TITLE_WORDS])[:120] + ("…" if len(words) > TITLE_WORDS else "")
