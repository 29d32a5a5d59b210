"""What a lookup was narrowed to, in words that follow its subject."""

from __future__ import annotations

from datetime import date

from bot.commands.command import Desk
from bot.commands.resolving import themes


def asked_in_words(desk: Desk, topic: str, since: date | None, until: date | None) -> str:
    """As in " on sanctions since 1 January 2021", with a space before it; empty when nothing narrows it."""
    say, day = desk.catalogue.say, desk.catalogue.day
    parts = (
        say("statement.on", topic=topic_named(desk, topic)) if topic else "",
        say("statement.since", day=day(since)) if since else "",
        say("statement.until", day=day(until)) if until else "",
    )
    return "".join(f" {part}" for part in parts if part)


def topic_named(desk: Desk, topic: str) -> str:
    """A theme's name, or words in quotation marks."""
    return desk.catalogue.name("theme", topic) if topic in themes(desk) else f"“{topic}”"
