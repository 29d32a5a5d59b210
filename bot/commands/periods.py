"""Dates as people type them, read against a given day: "2021", "2021-06", "22 June", "last week", "지난주"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.stamps import MONTHS

_DAY = timedelta(days=1)
_NUMBERS = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?")
_KOREAN = re.compile(r"(\d{4})년(?:\s*(\d{1,2})월)?(?:\s*(\d{1,2})일)?")
_RANGE = re.compile(r"(.+?)\s*(?:\.\.+|–|—|\s-\s|\sto\s)\s*(.+)")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?(?:\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?")
_MONTH_YEAR = re.compile(r"([a-z]{3,9})\.?,?(?:\s+(\d{4}))?")
_AGO = re.compile(r"(\d{1,4})\s+(day|week|month|year)s?\s+ago")
_PAST = re.compile(r"(?:(?:the\s+)?(?:last|past)\s+)?(\d{1,4})\s+(day|week|month|year)s?")
_UNITS = {"day": 1, "week": 7}
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a typed date means, both ends included; ``typed`` is how it was typed."""

    first: date
    last: date
    typed: str = ""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def read_period(text: str, today: date) -> Period | None:
    """What a typed date means on the day ``today``; None when it is no date.

    A month or day without a year is the latest one that is not in the future.
    Weeks begin on Monday. "2021-06..2021-08" and "May 2021 to June 2021" are ranges.
    """
    words = " ".join(text.strip().lower().split())
    if not words:
        return None
    try:
        span = _single(words, today) or _range(words, today)
    except (ValueError, OverflowError):  # 31 June, year 0
        return None
    return Period(span[0], span[1], text.strip()) if span else None


Span = tuple[date, date]


def _single(words: str, today: date) -> Span | None:
    readers: tuple[Callable[[str, date], Span | None], ...] = (_named, _numbers, _by_month_name, _counted)
    return next((span for reader in readers if (span := reader(words, today))), None)


def _range(words: str, today: date) -> Span | None:
    found = _RANGE.fullmatch(words)
    if not found:
        return None
    first, last = _single(found[1], today), _single(found[2], today)
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def _named(words: str, today: date) -> Span | None:
    monday = today - _DAY * today.weekday()
    month = today.replace(day=1)
    spans: dict[tuple[str, ...], Callable[[], Span]] = {
        ("today", "now", "오늘"): lambda: (today, today),
        ("yesterday", "어제"): lambda: (today - _DAY, today - _DAY),
        ("week", "past week", "7d"): lambda: (today - 6 * _DAY, today),
        ("this week", "이번 주", "이번주"): lambda: (monday, monday + 6 * _DAY),
        ("last week", "지난 주", "지난주"): lambda: (monday - _WEEK * _DAY, monday - _DAY),
        ("this month", "이번 달", "이번달"): lambda: _month(today.year, today.month),
        ("last month", "지난 달", "지난달"): lambda: _month((month - _DAY).year, (month - _DAY).month),
        ("this year", "올해"): lambda: _year(today.year),
        ("last year", "작년", "지난해"): lambda: _year(today.year - 1),
    }
    return next((span() for names, span in spans.items() if words in names), None)


def _numbers(words: str, _today: date) -> Span | None:
    found = _NUMBERS.fullmatch(words) or _KOREAN.fullmatch(words)
    if not found:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    if month is None:
        return None if day else _year(year)
    if day is None:
        return _month(year, int(month))
    exact = date(year, int(month), int(day))
    return exact, exact


def _by_month_name(words: str, today: date) -> Span | None:
    if found := _DAY_MONTH.fullmatch(words):
        return _named_day(found[2], found[1], found[3], today)
    if found := _MONTH_DAY.fullmatch(words):
        return _named_day(found[1], found[2], found[3], today)
    found = _MONTH_YEAR.fullmatch(words)
    month = _month_number(found[1]) if found else 0
    if not found or not month:
        return None
    year = int(found[2]) if found[2] else today.year - (month > today.month)
    return _month(year, month)


def _named_day(name: str, day: str, year: str | None, today: date) -> Span | None:
    month = _month_number(name)
    if not month:
        return None
    exact = date(int(year) if year else today.year, month, int(day))
    if year is None and exact > today:
        exact = exact.replace(year=today.year - 1)
    return exact, exact


def _counted(words: str, today: date) -> Span | None:
    """As in "3 days ago", which is that day; "3 weeks" and "last 3 weeks" are the days since."""
    if found := _AGO.fullmatch(words):
        exact = _back(today, int(found[1]), found[2])
        return exact, exact
    if found := _PAST.fullmatch(words):
        return _back(today, int(found[1]), found[2]) + _DAY, today
    return None


def _back(today: date, count: int, unit: str) -> date:
    if unit in _UNITS:
        return today - timedelta(days=count * _UNITS[unit])
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _month_number(name: str) -> int:
    """1 to 12, 0 for no month; "sept" and "september" alike."""
    for number, short in enumerate(MONTHS, 1):
        if name.startswith(short) and calendar.month_name[number].lower().startswith(name[: len(name)]):
            return number
    return 9 if name == "sept" else 0


def _month(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _year(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31)
