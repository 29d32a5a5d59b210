"""Dates as feeds and pages print them, read into Stamps; what had to be assumed is said in ``Stamp.guessed``.

A stamp is read in three steps: the day, in the first form that fits; then an
hour, if one is printed beside it; then a zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from store.records import Stamp

Reader = Callable[[re.Match[str], date], date]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
RUSSIAN_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2, "msk": 3, "мск": 3,
    "hkt": 8, "sgt": 8, "kst": 9, "jst": 9,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
"""Zone names in hours east of UTC, as RFC 822 and the outlets followed here use them (CST is the American one)."""

MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
MONTH_RU = r"(?P<month>янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[а-я]*\.?"
JUCHE = r"(?:juche|chuch'?e|주체|主体)\s*(?P<juche>\d{1,3})\s*년?\s*(?:\(\s*(?P<year>\d{4})\s*\))?"
CLOCK = re.compile(r"(?<![\d:+-])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)")
COMPACT_CLOCK = re.compile(r"^t(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?")
ASIAN_CLOCK = re.compile(r"(?P<hour>\d{1,2})\s*[시時时点]\s*(?:(?P<minute>\d{1,2})\s*[분分])?(?P<second>)")
AFTERNOON = re.compile(r"(?<![a-z])p\.?\s?m\b|오후|午後|下午")
MORNING = re.compile(r"(?<![a-z])a\.?\s?m\b|오전|午前|上午")
OFFSET = re.compile(r"(?<![\d-])(?:gmt|utc)?\s*([+-])\s?(\d{1,2}):?(\d{2})?(?!\d)")
AHEAD = timedelta(minutes=10)
MIDNIGHT = "midnight: taken for a day without an hour"


def read_stamp(text: str, zone: str, now: datetime) -> Stamp | None:
    """When something was published, or None where no day can be read.

    ``zone`` is the source's, taken where the stamp names none. The day is the one
    printed, or the source's own where the stamp is in UTC. A time later than
    ``now`` (a wrong zone, a wrong year, an embargo) becomes ``now``, and is said.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()[:200]
    home = ZoneInfo(zone)
    try:
        return _epoch(plain, home, now) or _printed(plain, home, now)
    except (ValueError, OverflowError):  # the 31st of June, the year 0, the hour 25
        return None


def stamp_in_address(address: str, now: datetime) -> Stamp | None:
    """The day that many addresses carry (``/2021/06/22/``, ``20210622-03ee.html``); None where there is none."""
    for form in ADDRESS_FORMS:
        found = form.search(address)
        if found:
            try:
                day = date(int(found["year"]), int(found["m"]), int(found["d"]))
            except ValueError:
                continue
            if date(1990, 1, 1) <= day <= now.date() + timedelta(days=1):
                return Stamp(day, guessed="no date: the day in the address taken")
    return None


def first_seen(now: datetime, zone: str) -> Stamp:
    """The stamp of an entry that says nothing of its date."""
    return Stamp(now.astimezone(ZoneInfo(zone)).date(), now.astimezone(UTC), "no date: first seen")


def _epoch(text: str, home: tzinfo, now: datetime) -> Stamp | None:
    if not re.fullmatch(r"\d{10}|\d{13}", text):
        return None
    at = datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)  # noqa: PLR2004  milliseconds
    return _not_ahead(Stamp(at.astimezone(home).date(), at), home, now)


def _printed(text: str, home: tzinfo, now: datetime) -> Stamp | None:
    today = now.astimezone(home).date()
    for form, reader, remark in FORMS:
        found = form.search(text)
        if not found:
            continue
        day, guess = reader(found, today), remark
        if remark == SWAPPABLE:
            day, guess = _swapped(found, day, today)
        inner = CLOCK.search(found[0])  # "Jun 22 07:00:00 2021"
        rest = f"{text[: found.start()]} {inner[0] if inner else ''}{text[found.end() :]}"
        stamp = _with_hour(day, rest, home)
        return _not_ahead(replace(stamp, guessed=_both(guess, stamp.guessed)), home, now)
    return None


def _with_hour(day: date, rest: str, home: tzinfo) -> Stamp:
    clock = _clock(rest.strip())
    if clock is None:
        return Stamp(day)
    offset = _offset(rest)
    if clock == time(0, 0):
        return Stamp(day, guessed=MIDNIGHT)
    at = datetime.combine(day, clock, offset if offset is not None else home)
    printed = day if offset is None or offset.utcoffset(None) else at.astimezone(home).date()
    return Stamp(printed, at.astimezone(UTC), "" if offset is not None else f"no zone: {home} taken")


def _clock(rest: str) -> time | None:
    found = CLOCK.search(rest) or COMPACT_CLOCK.search(rest) or ASIAN_CLOCK.search(rest)
    if not found:
        return None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if AFTERNOON.search(rest) and hour < 12:  # noqa: PLR2004  the clock's noon
        hour += 12
    elif MORNING.search(rest) and hour == 12:  # noqa: PLR2004
        hour = 0
    return time(hour % 24, minute, min(second, 59))


def _offset(rest: str) -> timezone | None:
    after = CLOCK.sub(" ", COMPACT_CLOCK.sub(" ", rest.strip()))
    found = OFFSET.search(after)
    if found:
        span = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(span if found[1] == "+" else -span)
    names = (ZONES[word] for word in re.findall(r"[a-zа-я]+", after) if word in ZONES)
    hours = next(names, None)
    return timezone(timedelta(hours=hours)) if hours is not None else None


def _not_ahead(stamp: Stamp, home: tzinfo, now: datetime) -> Stamp:
    """``now`` where the stamp lies ahead of it: nothing is published in the future."""
    if stamp.at is not None and stamp.at > now + AHEAD:
        remark = f"{stamp.at:%Y-%m-%d %H:%M} UTC lies ahead: first seen taken"
        return Stamp(now.astimezone(home).date(), now.astimezone(UTC), _both(stamp.guessed, remark))
    if stamp.at is None and stamp.day > (now + timedelta(hours=14)).date():
        return Stamp(now.astimezone(home).date(), None, _both(stamp.guessed, f"{stamp.day} lies ahead: today taken"))
    return stamp


def _both(first: str, second: str) -> str:
    return "; ".join(part for part in (first, second) if part)


def _year(found: re.Match[str]) -> int:
    """The year in the match; two digits are of this century, and Juche 1 is 1912."""
    groups = found.groupdict()
    if not groups.get("year"):
        return int(groups["juche"]) + 1911
    year = int(groups["year"])
    return year + 2000 if len(groups["year"]) == 2 else year  # noqa: PLR2004  two digits


def _month(word: str) -> int:
    for names in (MONTHS, RUSSIAN_MONTHS):
        for number, name in enumerate(names, 1):
            if word.startswith(name) and not (name == "ма" and word.startswith("мар")):
                return number
    return int(word)


def _full(found: re.Match[str], today: date) -> date:
    del today
    return date(_year(found), _month(found["month"]), int(found["day"]))


def _yearless(found: re.Match[str], today: date) -> date:
    """The latest such day that is not ahead; a weekday printed with it decides between years."""
    weekday = (found.groupdict().get("weekday") or "")[:3]
    days = list(_candidates(_month(found["month"]), int(found["day"]), today))
    fitting = [day for day in days if not weekday or WEEKDAYS[day.weekday()] == weekday]
    return (fitting or days)[0]


def _candidates(month: int, day: int, today: date) -> Iterator[date]:
    found = 0
    for year in range(today.year + 1, today.year - 9, -1):
        if (month, day) == (2, 29) and year % 4:
            continue
        candidate = date(year, month, day)
        if candidate <= today + timedelta(days=1):
            found += 1
            yield candidate
    if not found:
        raise ValueError("no such day")


def _whole_year(found: re.Match[str], today: date) -> date:
    year = _year(found)
    return today if year == today.year else date(year, 1, 1)


def _swapped(found: re.Match[str], day: date, today: date) -> tuple[date, str]:
    """Day before month, unless only the other order is possible or not ahead."""
    first, second = int(found["day"]), int(found["month"])
    if first == second or max(first, second) > 12:  # noqa: PLR2004  months end at twelve
        return day, ""
    if day > today + timedelta(days=1):
        return date(_year(found), first, second), "day or month first: the order that does not lie ahead taken"
    return day, SWAPPABLE


def _slashed(found: re.Match[str], today: date) -> date:
    del today
    first, second = int(found["day"]), int(found["month"])
    if second > 12:  # noqa: PLR2004  months end at twelve: the American order
        first, second = second, first
    return date(_year(found), second, first)


def _form(pattern: str, reader: Reader, remark: str = "") -> tuple[re.Pattern[str], Reader, str]:
    return re.compile(pattern), reader, remark


SWAPPABLE = "day or month first: day taken"
YEARLESS = "no year: the last such day taken"
YEAR = r"(?P<year>\d{4}|\d{2}(?![\d:]))"
WEEKDAY = r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*,?\s*)"

FORMS = (
    _form(JUCHE + rf"[\s,.년]*{MONTH}\s*(?P<day>\d{{1,2}})(?!\d)", _full),
    _form(rf"{MONTH}\s*(?P<day>\d{{1,2}}),?\s*{JUCHE}", _full),
    _form(JUCHE + r"[\s,.년年]*(?P<month>\d{1,2})\s*[.월月/-]\s*(?P<day>\d{1,2})\s*[.일日]?", _full),
    _form(r"(?P<year>\d{4})\s*[년年]\s*(?P<month>\d{1,2})\s*[월月]\s*(?P<day>\d{1,2})\s*[일日号]?", _full),
    _form(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*([-./])\s*(?P<month>\d{1,2})\s*\2\s*(?P<day>\d{1,2})(?!\d)\.?", _full),
    _form(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?!\d)", _full),
    _form(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]*(?:of\s+)?{MONTH}[\s,-]*{YEAR}",
        _full,
    ),
    _form(rf"{MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+)(?P<year>\d{{4}})(?!\d)", _full),
    _form(rf"{MONTH}\s+(?P<day>\d{{1,2}})(?=\s+\d{{1,2}}:).*?(?P<year>\d{{4}})\s*$", _full),
    _form(rf"(?<!\d)(?P<day>\d{{1,2}})\s+{MONTH_RU},?\s*(?P<year>\d{{4}})", _full),
    _form(r"^(?P<year>\d{2})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)", _full, "year of two digits first"),
    _form(r"(?<!\d)(?P<day>\d{1,2})([-./])(?P<month>\d{1,2})\2(?P<year>\d{4})(?!\d)", _slashed, SWAPPABLE),
    _form(rf"{WEEKDAY}?(?<!\d)(?P<day>\d{{1,2}})\s*{MONTH}", _yearless, YEARLESS),
    _form(rf"{WEEKDAY}?{MONTH}\s*(?P<day>\d{{1,2}})(?!\d)", _yearless, YEARLESS),
    _form(r"(?P<month>\d{1,2})\s*[월月]\s*(?P<day>\d{1,2})\s*[일日]", _yearless, YEARLESS),
    _form(rf"(?<!\d)(?P<day>\d{{1,2}})\s+{MONTH_RU}", _yearless, YEARLESS),
    _form(JUCHE, _whole_year, "only a year"),
)
"""Forms of a day, most certain first: (pattern, reader, what is assumed)."""

ADDRESS_FORMS = (
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})[/-](?P<m>0?[1-9]|1[0-2])[/-](?P<d>[0-3]?\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d{3})"),
)
