"""What is asked of a server and what comes back, and the headers that carry it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_FRESH = timedelta(days=1)
LONGEST_WAIT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Caching:
    """What the server gave to ask again with: ``ETag`` and ``Last-Modified``, verbatim."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body, decompressed. ``url`` is where it was found; ``moved_to`` the permanent new address, if one was told.

    ``fresh_for`` is how long the server asks not to be polled again.
    """

    url: str
    body: bytes
    content_type: str = ""
    charset: str = ""
    caching: Caching = Caching()
    moved_to: str | None = None
    fresh_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing new since the last time; ``caching`` is what to ask with next."""

    url: str
    caching: Caching = Caching()
    moved_to: str | None = None
    fresh_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the fetcher: times in seconds, sizes in bytes.

    ``wire`` bounds what is transferred, ``body`` what it unpacks to. ``at_once`` and
    ``per_host`` bound concurrency; ``pause`` lies between two requests to one
    host. ``attempts`` counts the first try.
    """

    connect: float = 10.0
    total: float = 30.0
    wire: int = 8 * 1024 * 1024
    body: int = 16 * 1024 * 1024
    redirects: int = 5
    at_once: int = 16
    per_host: int = 1
    pause: float = 1.0
    attempts: int = 3
    backoff: float = 1.0
    backoff_most: float = 20.0


def conditions(caching: Caching) -> dict[str, str]:
    """Request headers that ask only for what is new."""
    asked = {"If-None-Match": caching.etag, "If-Modified-Since": caching.last_modified}
    return {name: value for name, value in asked.items() if value and value.isprintable()}


def caching_of(headers: Mapping[str, str], before: Caching) -> Caching:
    """The new validators; a 304 that repeats none leaves those it answered."""
    etag, modified = headers.get("ETag", "").strip(), headers.get("Last-Modified", "").strip()
    return Caching(etag[:500], modified[:100]) if etag or modified else before


def fresh_for(headers: Mapping[str, str]) -> timedelta | None:
    """Cache-Control's max-age less the age it already has, at most a day; None where caching is not wanted."""
    control = headers.get("Cache-Control", "").lower()
    found = re.search(r"(?<![a-z-])max-age\s*=\s*\"?(\d{1,10})", control)
    if not found or "no-cache" in control or "no-store" in control:
        return None
    age = headers.get("Age", "").strip()
    left = int(found[1]) - (int(age) if age.isdecimal() and len(age) < 10 else 0)  # noqa: PLR2004  a sane number
    return min(timedelta(seconds=left), LONGEST_FRESH) if left > 0 else None


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After in seconds or as a date, at most a week.

    A date is read against the answer's own Date header: the server's clock counts, not ours.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return min(timedelta(seconds=int(value[:9])), LONGEST_WAIT)
    until, said = _instant(value), _instant(headers.get("Date", ""))
    if until is None or said is None or until <= said:
        return None
    return min(until - said, LONGEST_WAIT)


def _instant(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
