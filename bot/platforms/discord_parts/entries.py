"""One entry of a message as Markdown: reading order first, nothing told by colour or sign alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.briefing.message import Entry, Link
from bot.catalogue import Catalogue
from bot.platforms.discord_parts.escaping import escape, fitted, link, size

MOST = 3200
"""An entry never takes more, so that one always fits a message together with lead and footer."""

_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
_HEADLINE, _QUOTE, _CHIPS, _LINKS = 300, 500, 500, 900


def entry_text(entry: Entry, catalogue: Catalogue, *, headline: str = "", most: int = MOST) -> str:
    """The entry in at most ``most`` code units. ``headline`` is its first line, empty when a title shows it already."""
    if is_line(entry) and headline:
        return f"• {headline}"
    lines = [f"**{headline}**"] if headline else []
    if entry.quote and entry.quote.words:
        by = f" — {fitted(entry.quote.by, 100)}" if entry.quote.by else ""
        lines.append(f"> “{fitted(entry.quote.words.replace(chr(10), ' '), _QUOTE)}”{by}")
    if entry.chips:
        lines.append(fitted(" · ".join(entry.chips), _CHIPS))
    last = _last_line(entry, catalogue)
    room = most - sum(size(line) + 1 for line in lines) - size(last) - 1
    lines += _body(entry, catalogue, room)
    return "\n".join(line for line in [*lines, last] if line)


def is_line(entry: Entry) -> bool:
    """Whether it is a single line, to stand in a list."""
    return not (entry.quote or entry.chips or entry.detail or entry.notes or entry.links or entry.id)


def headline_of(entry: Entry, number: int, most: int = _HEADLINE) -> str:
    """The headline, safe; with its number where buttons refer to it."""
    return f"{number}. {fitted(entry.headline, most - 5)}" if number else fitted(entry.headline, most)


def _body(entry: Entry, catalogue: Catalogue, room: int) -> list[str]:
    """Detail and notes within ``room``; what is cut ends with a link to the rest."""
    wanted = [line for line in entry.detail.split("\n") if line] + [f"• {note}" for note in entry.notes]
    shown = [escape(line) for line in wanted]
    if sum(size(line) + 1 for line in shown) <= room:
        return shown
    tail = _to_the_rest(entry, catalogue)
    kept = fitted("\n".join(wanted), max(room - size(tail) - 1, 0))
    return [f"{kept} {tail}".strip()]


def _to_the_rest(entry: Entry, catalogue: Catalogue) -> str:
    """A link to where the whole can be read; the command that shows it where there is no address."""
    for one in entry.links:
        if (shown := link(catalogue.say("discord.read_on"), one.url)).startswith("["):
            return shown
    return fitted(f"/why {entry.id}", 60) if entry.id else ""


def _last_line(entry: Entry, catalogue: Catalogue) -> str:
    """The sources and the id."""
    shown = _links(entry.links)
    head = f"{catalogue.say('card.sources')}: {shown}" if shown else ""
    mark = f"`{entry.id}`" if _ID.fullmatch(entry.id) else fitted(entry.id, 60)
    return " ".join(part for part in (head, mark) if part)


def _links(links: Sequence[Link]) -> str:
    shown: list[str] = []
    room = _LINKS
    for one in links:
        text = link(one.text, one.url)
        if text and size(text) + 3 <= room:
            shown.append(text)
            room -= size(text) + 3
    return " · ".join(shown)
