"""One number by which "made before" can be asked of an index.

Only what is certain counts. A statement known to the month or the year may have been
made on its last day, so it comes before nothing until that day is over; asked for its own
past, it may have been made on the first, so only what was before that day counts. Within one
day the order is that of first sight, and where that is not known (the chronicle) neither of
two statements is before the other.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime

from store.records import Precision, Statement

_SHIFT = 41
_UNKNOWN = (1 << _SHIFT) - 1
DAY = 1 << _SHIFT
"""The moments of one day."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def first_day(day: date, precision: Precision) -> date:
    """The first day that the date may mean."""
    if precision == "day":
        return day
    return day.replace(day=1) if precision == "month" else day.replace(month=1, day=1)


def last_day(day: date, precision: Precision) -> date:
    """The last day that the date may mean."""
    if precision == "day":
        return day
    month = day.month if precision == "month" else 12
    return day.replace(month=month, day=calendar.monthrange(day.year, month)[1])


def moment(statement: Statement) -> int:
    """Where the statement stands as something earlier: it is before X if ``moment(it) < bound(X)``."""
    seen = _seen(statement)
    return (last_day(statement.date, statement.date_precision).toordinal() << _SHIFT) + (seen or _UNKNOWN)


def bound(statement: Statement) -> int:
    """What is earlier than the statement has a smaller moment."""
    return start_of(first_day(statement.date, statement.date_precision)) + (_seen(statement) or 0)


def start_of(day: date) -> int:
    """The least moment of a day."""
    return day.toordinal() << _SHIFT


def month_of(moment: int) -> int:
    """The month that a moment is in, as year * 12 + month - 1."""
    day = date.fromordinal(moment >> _SHIFT)
    return day.year * 12 + day.month - 1


def start_of_month(month: int) -> int:
    """The least moment of a month."""
    return start_of(date(month // 12, month % 12 + 1, 1))


def _seen(statement: Statement) -> int | None:
    """Hundredths of a second since 1970, at least 1; None when the order within the day is not known."""
    if statement.first_seen is None or statement.date_precision != "day":
        return None
    hundredths = int((statement.first_seen - _EPOCH).total_seconds() * 100)
    return min(max(hundredths, 1), _UNKNOWN - 1)
