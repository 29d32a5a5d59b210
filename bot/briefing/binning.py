"""The bars of a chart over time: days, weeks, months, quarters or years, so that a phone can show them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MOST = 40
"""A chart never has more bars."""

Unit = Literal["day", "week", "month", "quarter", "year", "years"]

_DAY = timedelta(days=1)
_WEEK = 7
_DAYS, _WEEKS = 31, 26
_MONTHS: tuple[tuple[Unit, int], ...] = (("month", 1), ("quarter", 3), ("year", 12))
_YEARS = (2, 5, 10, 20, 50, 100, 250)


@dataclass(frozen=True, slots=True)
class Bins:
    """Spans of days, both ends included, side by side and of one kind; ``length`` is how many units each has."""

    unit: Unit
    spans: tuple[tuple[date, date], ...]
    length: int = 1


def bins(first: date, last: date) -> Bins:
    """The finest calendar spans that cover the days ``first`` to ``last`` with at most ``MOST`` bars."""
    days = (last - first).days + 1
    if days <= _DAYS:
        return Bins("day", tuple((first + _DAY * place, first + _DAY * place) for place in range(days)))
    if days <= _WEEKS * _WEEK:
        return Bins("week", tuple(_weeks(first, last)))
    lengths = (*_MONTHS, *(("years", 12 * years) for years in _YEARS))
    unit, months = next((unit, months) for unit, months in lengths if _count(first, last, months) <= MOST)
    return Bins(unit, tuple(_spans(first, last, months)), max(months // 12, 1))


def _count(first: date, last: date, months: int) -> int:
    return _month(last) // months - _month(first) // months + 1


def _weeks(first: date, last: date) -> Iterator[tuple[date, date]]:
    """From Monday to Sunday."""
    monday = first - _DAY * first.weekday()
    for place in range((last - monday).days // _WEEK + 1):
        begin = monday.toordinal() + place * _WEEK
        yield date.fromordinal(begin), date.fromordinal(min(begin + _WEEK - 1, date.max.toordinal()))


def _spans(first: date, last: date, months: int) -> Iterator[tuple[date, date]]:
    """Stretches of so many months, counted from the year 0, so that a decade begins with its round year."""
    begin = _month(first) // months * months
    for month in range(begin, _month(last) + 1, months):
        yield _first_day(max(month, 12)), _first_day(month + months) - _DAY if month + months < _END else date.max


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


_END = _month(date.max) + 1


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
