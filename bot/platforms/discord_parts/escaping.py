"""Plain text made safe for Discord's Markdown, and cut to its limits.

Discord reads Markdown, mentions (``<@1>``, ``@everyone``), masked links, time stamps and
bare addresses in whatever a bot sends. A backslash before a punctuation mark makes it
plain, so every mark that can begin something gets one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.briefing.clean import cut, one_line
from bot.platforms.links import honest, safe_address

_ANYWHERE = re.compile(r"([\\`*_~|<>\[\]@#])")
_LINE_START = re.compile(r"^(\s*)([-+]|\d{1,9}(?=[.)]))", re.MULTILINE)
_ADDRESS = re.compile(r"(?<=[A-Za-z]):(?=//)")
_LONGEST_URL = 700


def size(text: str) -> int:
    """The length in UTF-16 code units, the strictest way in which Discord may count."""
    return len(text) + sum(char > "\uffff" for char in text)


def escape(text: str) -> str:
    """The text as Discord will show it literally: no emphasis, heading, list, quotation, mention, link or time."""
    text = _ANYWHERE.sub(r"\\\1", text)
    text = _LINE_START.sub(_escaped_start, text)
    return _ADDRESS.sub(r"\:", text)


def _escaped_start(match: re.Match[str]) -> str:
    space, mark = match[1], match[2]
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def fitted(text: str, limit: int) -> str:
    """The escaped text in at most ``limit`` code units, cut between words before it is escaped."""
    most = limit
    while True:
        shown = escape(cut(text, most))
        over = size(shown) - limit
        if over <= 0 or most <= 0:
            return shown if over <= 0 else ""
        most = min(most, len(text)) - max(1, over // 2)


def plain_fitted(text: str, limit: int) -> str:
    """The same where Discord reads no Markdown: footers, buttons, alt texts, names."""
    most = limit
    shown = cut(text, most)
    while size(shown) > limit:
        most -= size(shown) - limit
        shown = cut(text, most)
    return shown


def link(text: str, url: str, most: int = 80) -> str:
    """A masked link whose words cannot pose as another site's; only the words where the address is unsafe."""
    address = safe_address(url)
    words = fitted(honest(one_line(text), address), most) if text else ""
    if not address or size(address) > _LONGEST_URL:
        return words
    return f"[{words or fitted(urlsplit(address).hostname or 'link', most)}]({address})"
