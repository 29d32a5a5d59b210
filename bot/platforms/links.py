"""Addresses from feeds made safe to stand behind words, and words that may not pose as another site's."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from bot.briefing.clean import web_address

_URL_SAFE = "/?#:@!$&'+,;=%~-._"
_LOOKS_LIKE_SITE = re.compile(r"\b[\w-]+\.[a-z]{2,}\b", re.IGNORECASE)


def safe_address(url: str) -> str:
    """The address with everything encoded that could end a link on any platform; empty when it is none."""
    checked = web_address(url)
    if not checked:
        return ""
    parts = urlsplit(checked)
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (UnicodeError, ValueError):
        return ""
    if not re.fullmatch(r"[a-z0-9.\-_]+", host, re.IGNORECASE):
        return ""
    rest = quote(parts._replace(scheme="", netloc="").geturl(), safe=_URL_SAFE)
    return f"{parts.scheme.lower()}://{host}{port}{rest}"


def honest(text: str, address: str) -> str:
    """Words that look like an address are followed by the site that the link really leads to."""
    host = urlsplit(address).hostname or ""
    named = _LOOKS_LIKE_SITE.findall(text)
    if not named or any(host == name.lower() or host.endswith(f".{name.lower()}") for name in named):
        return host if "://" in text and host else text
    return f"{text} ({host})" if host else text
