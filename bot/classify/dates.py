"""When something was said: the time expressions of a text, read against the item's own day.

Pure calendar work in plain days; no clock, no time-zone database beyond the two
conversions in :func:`today`. An expression that names no single day, month or
year ("last week", "recently") gives nothing, because a wrong date is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta, timezone

from bot.classify import time_words
from store.records import Precision, Stamp

PYONGYANG = timezone(timedelta(hours=9), "Asia/Pyongyang")
DATELINE_REACH = timedelta(days=3)
"""A dateline further from the item's own day than this is an old text reprinted, or a slip."""

AHEAD = timedelta(days=60)
"""A day without a year that comes up so soon is an appointment, not last year's."""


@dataclass(frozen=True, slots=True)
class When:
    """A day, month or year that the text names at ``text[start:end]``; ``how`` names the kind of expression."""

    day: date
    precision: Precision
    start: int
    end: int
    how: str


def today(stamp: Stamp, text: str) -> date:
    """The day that "Tuesday" and "yesterday" in the text count from.

    It is the dateline's day where there is one close to the item's own, because a
    dispatch from Seoul keeps Seoul's calendar wherever it is printed.
    """
    line = dateline(text, stamp.day)
    return line.day if line and abs(line.day - stamp.day) <= DATELINE_REACH else stamp.day


def latest(stamp: Stamp, day: date) -> date:
    """The last day that can already be past: in Pyongyang it is tomorrow before it is so in Washington."""
    if stamp.at is None:
        return day
    return max(day, stamp.at.astimezone(PYONGYANG).date())


def dateline(text: str, near: date) -> When | None:
    """The dateline in the first lines ("SEOUL, June 22 (Agency) --"), its year taken from ``near``."""
    found = time_words.DATELINE.search(text[:600])
    if not found:
        return None
    month = _month(found["m"])
    day = _make(int(found["y"]), month, int(found["d"])) if found["y"] else _closest(month, int(found["d"]), near)
    return When(day, "day", found.start("m"), found.end("d"), "dateline") if day else None


def looked_back(title: str, now: date) -> date | None:
    """Where the tale of a piece begins that looks back by its title ("Five years after Singapore"), a month early."""
    found = time_words.YEARS_ON.search(title)
    count = time_words.NUMBERS.get(found[1].lower(), 0) if found else 0
    return now.replace(year=now.year - count, day=1) - timedelta(days=30) if count else None


def juche_year(text: str) -> int | None:
    """The year of our era for a Juche year in the text (Juche 1 is 1912)."""
    found = time_words.JUCHE.search(text)
    return int(found[1]) + 1911 if found else None


def expressions(
    text: str,
    now: date,
    *,
    start: int = 0,
    end: int | None = None,
    story: date | None = None,
) -> list[When]:
    """Every time expression in ``text[start:end]``, in order.

    ``now`` is what relative words count from; ``story`` is the day that the text has
    reached when it tells of the past, from which "two days later" and days without a
    year go on. Days that the sentence sets in the future or as a limit are left out.
    """
    stop = len(text) if end is None else end
    found: list[When] = []
    for match in _matches(text, start, stop):
        when = _read(match, now, found[-1].day if found else story or now, story)
        if when is None or time_words.FUTURE.search(text, max(start, match.start() - 24), match.start()):
            continue
        found.append(_westward(when, text, stop))
    return found


def _matches(text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    yield from time_words.ENGLISH.finditer(text, start, stop)
    if "일" in text or "년" in text or "이날" in text:
        yield from time_words.KOREAN.finditer(text, start, stop)
    if "日" in text or "月" in text:
        yield from time_words.JAPANESE.finditer(text, start, stop)


def _westward(when: When, text: str, stop: int) -> When:
    """An evening in Washington is already the next day in Pyongyang."""
    if when.how == "weekday" and time_words.WASHINGTON.match(text[when.end : min(stop, when.end + 45)].lstrip(" ,")):
        return replace(when, day=when.day + timedelta(days=1), how="weekday in Washington")
    return when


def _read(match: re.Match[str], now: date, reached: date, story: date | None) -> When | None:
    groups: Mapping[str, str] = {key: value for key, value in match.groupdict().items() if value is not None}
    for key, reader in _READERS.items():
        if key in groups:
            try:
                found = reader(groups, now, reached, story)
            except (OverflowError, ValueError):  # a day before the year 1, or in a year that has none such
                return None
            return When(found[0], found[1], match.start(), match.end(), found[2]) if found else None
    return None


Reading = tuple[date, Precision, str]
Groups = Mapping[str, str]


def _iso(groups: Groups, _now: date, _reached: date, _story: date | None) -> Reading | None:
    year, month, day = (int(part) for part in groups["iso"].split("-"))
    made = _make(year, month, day)
    return (made, "day", "date") if made else None


def _calendar_day(groups: Groups, now: date, _reached: date, story: date | None) -> Reading | None:
    number = "1" if "month1" in groups else "2"
    month, day = _month(groups["month" + number]), int(groups["day" + number])
    year = groups.get("year" + number)
    made = _make(int(year), month, day) if year else _yearless(month, day, now, story)
    return (made, "day", "date") if made else None


def _weekday(groups: Groups, now: date, _reached: date, _story: date | None) -> Reading | None:
    name = groups.get("weekday1") or groups["weekday2"]
    shift = groups.get("shift", "").lower()
    if shift in {"next", "coming"}:
        return None
    back = (now.weekday() - time_words.WEEKDAYS.index(name.lower())) % 7
    if back == 0 and (shift in {"last", "past"} or "ago" in groups):
        back = 7
    return now - timedelta(days=back), "day", "weekday"


def _feast(groups: Groups, now: date, reached: date, story: date | None) -> Reading | None:
    month, day = time_words.FEASTS[re.sub(r"\s+", " ", groups["feast"].lower().replace("’", "'"))]
    made = _yearless(month, day, now, reached if story else None)
    return (made, "day", "feast") if made else None


def _month_of_year(groups: Groups, now: date, _reached: date, _story: date | None) -> Reading | None:
    word = groups["year3"].lower()
    year = {"this year": now.year, "last year": now.year - 1}.get(word) or int(word)
    return date(year, _month(groups["month3"]), 1), "month", "month"


def _bare_month(groups: Groups, now: date, _reached: date, story: date | None) -> Reading | None:
    month = _month(groups["month4"])
    lead = groups["bare"].split(None, 1)[0].lower()
    if lead == "since" or (lead == "of" and month == 5):  # noqa: PLR2004 -- "of may" is no month
        return None
    base = story if story and now - story > timedelta(days=200) else now
    year = base.year if month <= base.month and not (lead == "last" and month == base.month) else base.year - 1
    return date(year, month, 1), "month", "month"


def _near(groups: Groups, now: date, _reached: date, _story: date | None) -> Reading | None:
    back = 1 if groups["near"].lower() == "yesterday" else 0
    return now - timedelta(days=back), "day", "relative"


def _same_day(_groups: Groups, _now: date, reached: date, _story: date | None) -> Reading | None:
    return reached, "day", "relative"


def _day_off(groups: Groups, now: date, reached: date, _story: date | None) -> Reading | None:
    words = groups["dayoff"].lower()
    if "ago" in words:
        return now - timedelta(days=1), "day", "relative"
    step = -1 if re.search(r"previous|before|earlier", words) else 1
    return reached + timedelta(days=step), "day", "relative"


def _counted(groups: Groups, now: date, reached: date, _story: date | None) -> Reading | None:
    word = groups["count"].lower()
    count = int(word) if word.isdigit() else time_words.NUMBERS[word]
    unit, sense = groups["unit"].lower().rstrip("s"), groups["sense"].lower()
    base = now if sense == "ago" else reached
    sign = 1 if sense in {"later", "after"} else -1
    if not count:
        return None
    if unit in time_words.UNITS:
        # Weeks are round numbers: the day counted from them is a guess, the month mostly is not.
        made = base + timedelta(days=sign * count * time_words.UNITS[unit])
        return made, "day" if unit == "day" or count == 1 else "month", "relative"
    months = base.year * 12 + base.month - 1 + sign * count * (12 if unit == "year" else 1)
    return date(months // 12, months % 12 + 1, 1), "year" if unit == "year" else "month", "relative"


def _anniversary(groups: Groups, now: date, reached: date, story: date | None) -> Reading | None:
    """For "by the second anniversary", told of a day that the story has reached: that day, so many years on."""
    if story is None:
        return None
    made = reached.replace(year=reached.year + 1 + time_words.ORDINALS.index(groups["anniversary"].lower()))
    return (made, "day", "relative") if made <= now else None


def _lagged(groups: Groups, _now: date, reached: date, _story: date | None) -> Reading | None:
    """For "Two days after the president said": the day of what follows, counted back from the main clause."""
    word = groups["lag"].lower()
    count = int(word) if word.isdigit() else time_words.NUMBERS[word]
    unit = groups["lagunit"].lower().rstrip("s")
    return (
        (reached - timedelta(days=count * time_words.UNITS[unit]), "day", "after") if count and unit == "day" else None
    )


def _this_month(groups: Groups, now: date, _reached: date, _story: date | None) -> Reading | None:
    words = groups["thismonth"].lower()
    if words.startswith("later"):
        return None
    first = now.replace(day=1)
    if words.endswith("month"):
        return (first - timedelta(days=1)).replace(day=1) if "last" in words else first, "month", "relative"
    return date(now.year - ("last" in words), 1, 1), "year", "relative"


def _year(groups: Groups, now: date, _reached: date, _story: date | None) -> Reading | None:
    year = int(groups.get("year4") or groups["konly"])
    return (date(year, 1, 1), "year", "year") if year <= now.year else None


def _korean_date(groups: Groups, now: date, _reached: date, story: date | None) -> Reading | None:
    month = int(groups["kmonth"])
    if not 1 <= month <= 12:  # noqa: PLR2004 -- the twelve months
        return None
    year = groups.get("kyear")
    if "kday" not in groups:
        return date(int(year) if year else now.year - (month > now.month), month, 1), "month", "month"
    day = int(groups["kday"])
    made = _make(int(year), month, day) if year else _yearless(month, day, now, story)
    return (made, "day", "date") if made else None


def _korean_day(groups: Groups, now: date, _reached: date, _story: date | None) -> Reading | None:
    day = int(groups["kday2"])
    base = now.replace(day=1)
    if groups.get("krel") in {"지난달", "先月"} or (groups.get("krel") not in {"이달", "今月"} and day > now.day + 1):
        base = (base - timedelta(days=1)).replace(day=1)
    made = _make(base.year, base.month, day)
    return (made, "day", "date") if made else None


def _korean_near(groups: Groups, now: date, reached: date, _story: date | None) -> Reading | None:
    word = groups["knear"]
    if word in {"이날", "同日", "この日"}:
        return reached, "day", "relative"
    return (now if word in {"오늘", "きょう", "今日"} else now - timedelta(days=1)), "day", "relative"


_READERS: Mapping[str, Callable[[Groups, date, date, date | None], Reading | None]] = {
    "iso": _iso,
    "day1": _calendar_day,
    "day2": _calendar_day,
    "weekday1": _weekday,
    "weekday2": _weekday,
    "feast": _feast,
    "month3": _month_of_year,
    "month4": _bare_month,
    "near": _near,
    "sameday": _same_day,
    "dayoff": _day_off,
    "anniversary": _anniversary,
    "lag": _lagged,
    "count": _counted,
    "thismonth": _this_month,
    "year4": _year,
    "kmonth": _korean_date,
    "kday2": _korean_day,
    "konly": _year,
    "knear": _korean_near,
}


def _month(name: str) -> int:
    return time_words.MONTHS.index(name[:3].lower()) + 1


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _closest(month: int, day: int, near: date) -> date | None:
    days = [made for year in (near.year - 1, near.year, near.year + 1) if (made := _make(year, month, day))]
    return min(days, key=lambda made: abs(made - near), default=None)


def _yearless(month: int, day: int, now: date, story: date | None) -> date | None:
    """A day without a year: the last one past; in a tale of years ago, the next after the point reached."""
    if story and now - story > timedelta(days=200):
        days = [made for year in (story.year, story.year + 1) if (made := _make(year, month, day))]
        return next((made for made in days if made >= story), days[-1] if days else None)
    days = [made for year in (now.year + 1, now.year, now.year - 1) if (made := _make(year, month, day))]
    if any(timedelta(days=2) < made - now <= AHEAD for made in days):
        return None
    return next((made for made in days if made <= now + timedelta(days=2)), None)
