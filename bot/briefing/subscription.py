"""What a workspace asked for: its digest (where, when, in what language, of what), as plain settings and back.

The settings of a workspace are JSON values; everything that reads them does so through here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import cast

from bot.briefing.digest import Brief
from store.records import Statement

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = tuple(range(7))
_KEY = "briefing"
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_NOON = 12
_DAY_NAMES = {
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "weekdays": (0, 1, 2, 3, 4),
    "weekly": (0,),
    "weekend": (5, 6),
}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A workspace's digest. ``hour`` is in the workspace's own time zone; ``days`` count from Monday, 0.

    Empty ``sides`` or ``themes`` leave nothing out. ``language`` is empty for the bot's own.
    """

    channel: str = ""
    hour: time = time(8)
    days: tuple[int, ...] = EVERY_DAY
    language: str = ""
    sides: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    paused: bool = False

    def wants(self, statement: Statement) -> bool:
        """Whether the filters let a statement through."""
        of_side = not self.sides or statement.side in self.sides
        return of_side and (not self.themes or bool(set(self.themes) & set(statement.themes)))

    def filtered(self, brief: Brief) -> Brief:
        """The brief with only the statements that are wanted."""
        return replace(brief, statements=tuple(told for told in brief.statements if self.wants(told.statement)))


def subscription_of(settings: Mapping[str, object]) -> Subscription:
    """The digest that a workspace's settings describe; what is missing or makes no sense is the default."""
    stored = settings.get(_KEY)
    told = cast("Mapping[str, object]", stored) if isinstance(stored, Mapping) else {}
    return Subscription(
        channel=str(told.get("channel", "")),
        hour=read_hour(str(told.get("hour", ""))) or time(8),
        days=tuple(day for day in _numbers(told.get("days")) if day in EVERY_DAY) or EVERY_DAY,
        language=str(told.get("language", "")),
        sides=_texts(told.get("sides")),
        themes=_texts(told.get("themes")),
        paused=told.get("paused") is True,
    )


def with_subscription(settings: Mapping[str, object], wanted: Subscription) -> dict[str, object]:
    """The settings with this digest in them."""
    told: dict[str, object] = {
        "channel": wanted.channel,
        "hour": f"{wanted.hour:%H:%M}",
        "days": list(wanted.days),
        "language": wanted.language,
        "sides": list(wanted.sides),
        "themes": list(wanted.themes),
        "paused": wanted.paused,
    }
    return {**settings, _KEY: told}


def read_hour(typed: str) -> time | None:
    """An hour such as "8", "08:00", "8.30" or "7 pm"; None when it is none."""
    match = _CLOCK.fullmatch(typed.strip())
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half and not 1 <= hour <= _NOON:
        return None
    hour = hour % _NOON + (_NOON if half == "pm" else 0) if half else hour
    return time(hour, minute) if hour <= 23 and minute <= 59 else None  # noqa: PLR2004 - the clock


def read_days(typed: str) -> tuple[int, ...] | None:
    """Days such as "daily", "weekdays", "mon, wed, fri" or "monday to friday"; None when it names none."""
    words = " ".join(typed.casefold().replace(",", " ").replace("–", " to ").replace("-", " to ").split())
    if words in _DAY_NAMES:
        return _DAY_NAMES[words]
    found: list[int] = []
    parts = words.split()
    for place, word in enumerate(parts):
        if word == "to" and found and place + 1 < len(parts) and parts[place + 1][:3] in DAYS:
            found += range(found[-1] + 1, DAYS.index(parts[place + 1][:3]))
        elif word[:3] in DAYS:
            found.append(DAYS.index(word[:3]))
        elif word not in {"and", "to"}:
            return None
    return tuple(sorted(set(found))) or None


def _texts(stored: object) -> tuple[str, ...]:
    return tuple(str(one) for one in stored) if isinstance(stored, Sequence) and not isinstance(stored, str) else ()


def _numbers(stored: object) -> tuple[int, ...]:
    return tuple(int(one) for one in _texts(stored) if one.isdigit())
