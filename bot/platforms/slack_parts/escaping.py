"""Plain text made safe for Slack's mrkdwn, and cut to its limits.

Slack reads control sequences in angle brackets (``<!channel>``, ``<@U1>``, ``<https://…|words>``); they
are escaped as Slack documents. It has no escape for its emphasis marks, so a mark that could
begin or end emphasis gives way to a sign that looks alike and means nothing.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.briefing.clean import cut, one_line
from bot.platforms.links import honest, safe_address

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)|(?<=_)_|_(?=_)")
_QUOTING = re.compile(r"^(\s*)>", re.MULTILINE)
_EMOJI = re.compile(r":(?=[A-Za-z+-][\w+'-]*:)")
_BRACKETS = re.compile(r"[&<>]")
_LONGEST_URL = 1500


def escape(text: str) -> str:
    """The text as Slack will show it literally: no mention, link, emphasis, quotation or emoji."""
    text = _QUOTING.sub(r"\1›", text.translate(_LOOKALIKES))
    text = _EMOJI.sub("∶", _EDGE_UNDERSCORE.sub("ˍ", text))
    return _BRACKETS.sub(lambda match: _ENTITIES[match[0]], text)


def fitted(text: str, limit: int) -> str:
    """The escaped text in at most ``limit`` characters, cut between words before it is escaped."""
    most = limit
    while True:
        shown = escape(cut(text, most))
        over = len(shown) - limit
        if over <= 0 or most <= 0:
            return shown if over <= 0 else ""
        most = min(most, len(text)) - max(1, over // 2)


def link(text: str, url: str, most: int = 80) -> str:
    """A link whose words cannot pose as another site's; only the words where the address is unsafe."""
    address = safe_address(url)
    words = fitted(honest(one_line(text), address), most) if text else ""
    if not address or len(address) > _LONGEST_URL:
        return words
    words = words or fitted(urlsplit(address).hostname or address, most)
    return f"<{address.replace('&', '&amp;')}|{words.replace('|', '¦')}>"


def plain_text(text: str, most: int) -> dict[str, object]:
    """A text object in which Slack reads no markup at all; a dash where nothing is left."""
    return {"type": "plain_text", "text": cut(text, most) or "–", "emoji": False}


def mrkdwn(text: str) -> dict[str, object]:
    """A text object of escaped text; ``verbatim``: names and bare addresses in it stay plain."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


_CONTROL = re.compile(r"<([#@!])?([^<>|]*)(?:\|([^<>]*))?>")


def read_typed(text: str) -> str:
    """What a person typed, from how Slack hands it over: ids for channels, people and groups, addresses for links."""
    return _CONTROL.sub(_plain, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _plain(match: re.Match[str]) -> str:
    kind, value, words = match[1], match[2], match[3]
    if kind == "!" and value.startswith("subteam^"):
        return value.removeprefix("subteam^")
    if kind == "!":
        return f"@{words or value}".replace("@@", "@")
    return value
