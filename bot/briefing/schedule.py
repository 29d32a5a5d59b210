"""When a digest is due, and when alerts are held back: pure, in any time zone, through every clock change.

A digest belongs to a local date. Whether that date has its digest is known from the
record, not from a timer, so that waking twice, late or never again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.briefing.subscription import read_hour

LOOKED_BACK = 7
"""Days: a digest that could not be posted for longer is not made up for on its own, the next one covers it."""

_DAY = timedelta(days=1)
_QUIET = re.compile(r"\s*(\S+)\s*(?:-|–|to)\s*(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The hour of a digest, on which days of the week (Monday is 0), in which zone."""

    hour: time
    days: tuple[int, ...]
    zone: ZoneInfo


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime | None:
    """The instant (UTC) at which a clock in the zone shows the hour on that day; None for a day that was left out.

    An hour that occurs twice counts the first time. One that is skipped is taken as if
    the clock had not been changed: 02:30 becomes 03:30 where the clock goes from 02:00 to 03:00.
    """
    if not _exists(day, zone):
        return None
    return datetime.combine(day, hour, zone).astimezone(UTC)


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Zones that crossed the date line have left out whole days."""
    noon = datetime.combine(day, time(12), zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def due_digest(rhythm: Rhythm, delivered: date | None, now: datetime) -> date | None:
    """The local date whose digest is due at ``now``; None when none is.

    ``delivered`` is the last local date that has one. However many dates were missed, only
    the last is due: its digest covers all that came since the last.
    """
    return next((day for day in _past(rhythm, now) if delivered is None or day > delivered), None)


def _past(rhythm: Rhythm, now: datetime) -> Iterator[date]:
    """The last date whose hour has come, if it is within LOOKED_BACK days."""
    today = now.astimezone(rhythm.zone).date()
    for back in range(-1, LOOKED_BACK + 1):
        day = today - back * _DAY
        if day.weekday() not in rhythm.days:
            continue
        at = moment(day, rhythm.hour, rhythm.zone)
        if at is not None and at <= now:
            yield day
            return


def next_digest(rhythm: Rhythm, delivered: date | None, now: datetime) -> datetime:
    """The instant, in the zone, of the first digest after ``now`` whose date has none yet."""
    first = now.astimezone(rhythm.zone).date() - _DAY
    for ahead in range(2 * LOOKED_BACK + 3):
        day = first + ahead * _DAY
        if day.weekday() not in rhythm.days or (delivered is not None and day <= delivered):
            continue
        at = moment(day, rhythm.hour, rhythm.zone)
        if at is not None and at > now:
            return at.astimezone(rhythm.zone)
    raise ValueError("no day of the week was chosen")


def zone_of(settings: Mapping[str, object]) -> ZoneInfo:
    """A workspace's own time zone; UTC unless it has set one that exists."""
    try:
        return ZoneInfo(str(settings.get("timezone", "UTC")))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def read_quiet(typed: str) -> tuple[time, time] | None:
    """Quiet hours such as "22:00-07:00" or "10 pm to 7 am"; None when it is no such thing."""
    match = _QUIET.fullmatch(re.sub(r"\s+(am|pm)\b", r"\1", typed, flags=re.IGNORECASE))
    first, last = (read_hour(match[1]), read_hour(match[2])) if match else (None, None)
    return (first, last) if first is not None and last is not None and first != last else None


def quiet_until(settings: Mapping[str, object], now: datetime) -> datetime | None:
    """Until when a workspace wants to hear no alert; None when it may be told now."""
    quiet = read_quiet(str(settings.get("quiet", "")))
    if quiet is None:
        return None
    zone = zone_of(settings)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        first = moment(day, quiet[0], zone)
        last = moment(day if quiet[1] > quiet[0] else day + _DAY, quiet[1], zone)
        if first is not None and last is not None and first <= now < last:
            return last
    return None
