"""A message laid out for Discord, before any SDK object: plain frozen data, within all limits."""

from __future__ import annotations

from dataclasses import dataclass

from bot.briefing.message import Attachment, Image
from bot.platforms.discord_parts.escaping import size
from bot.platforms.discord_parts.pressing import Press

CONTENT, PANEL, TOGETHER, PANELS, TITLE, FOOTER = 2000, 4096, 6000, 10, 256, 2048
ROWS, IN_ROW, LABEL, URL = 5, 5, 80, 512


@dataclass(frozen=True, slots=True)
class Button:
    """One button: it does something, or leads to ``url``."""

    label: str
    press: Press | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One embed: texts are Markdown, already safe; the footer is plain. ``image`` names an attached file."""

    title: str = ""
    text: str = ""
    footer: str = ""
    image: str = ""

    @property
    def size(self) -> int:
        """What it counts towards the limit on all embeds together."""
        return size(self.title) + size(self.text) + size(self.footer)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one Discord message holds: ``content`` first, then the panels, then rows of buttons."""

    content: str = ""
    panels: tuple[Panel, ...] = ()
    rows: tuple[tuple[Button, ...], ...] = ()
    images: tuple[Image, ...] = ()
    files: tuple[Attachment, ...] = ()
    kind: str = "notice"
    role: str = ""
