"""Web addresses as the bot keeps and shows them."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

TRACKING = re.compile(r"(?i)^utm_[a-z_]+=")


def clean(address: str) -> str:
    """The address without tracking parameters (``utm_…``), everything else untouched.

    An article's id often stands in the query string, so nothing else may go.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address.strip()
    fragment = "" if TRACKING.match(parts.fragment) else parts.fragment
    return urlunsplit(parts._replace(query=_without_tracking(parts.query), fragment=fragment))


def _without_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if not TRACKING.match(pair))


def join(base: str, address: str) -> str:
    """``address`` made absolute; empty where it leads to no web page (``javascript:``, ``mailto:``, nonsense)."""
    try:
        absolute = urljoin(base, re.sub(r"[\t\r\n]", "", address.strip()))
    except ValueError:
        return ""
    return clean(absolute) if is_web(absolute) else ""


def is_web(address: str) -> bool:
    """Whether this is an http or https address that names a host."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def public(address: str) -> str:
    """The address fit for logs and messages: without user name and password."""
    try:
        parts = urlsplit(address)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:
        return re.sub(r"//[^/@]*@", "//", address)
