"""When digests are due: one for each local date asked for, in every zone, through every change of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.schedule import Rhythm, due_digest, moment, next_digest, quiet_until, read_quiet

EVERY_DAY = tuple(range(7))
ZONES = sorted(available_timezones() - {"localtime", "posixrules"})
FIRST, LAST = datetime(2019, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


def changes(zone: ZoneInfo) -> list[datetime]:
    """The instants in ten years at which a zone's clocks change, to the minute."""
    found = []
    low = FIRST
    while low < LAST:
        high = low + timedelta(days=7)
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            start, end = low, high
            while end - start > timedelta(minutes=1):
                middle = start + (end - start) / 2
                if middle.astimezone(zone).utcoffset() == start.astimezone(zone).utcoffset():
                    start = middle
                else:
                    end = middle
            found.append(end)
        low = high
    return found


def delivered(rhythm: Rhythm, start: datetime, end: datetime, step: timedelta) -> list[tuple[date, datetime]]:
    """What a process that wakes every ``step`` posts, remembering the date it posted last."""
    posted: list[tuple[date, datetime]] = []
    last = start.astimezone(rhythm.zone).date() - timedelta(days=1)
    now = start
    while now <= end:
        day = due_digest(rhythm, last, now)
        if day is not None:
            posted.append((day, now))
            last = day
        now += step
    return posted


def test_one_digest_for_each_local_date_around_every_clock_change_of_ten_years():
    """In all zones, at the hour of the change and at those beside it, every date gets exactly one digest."""
    seen: set[tuple] = set()
    for name in ZONES:
        zone = ZoneInfo(name)
        for change in changes(zone):
            local = change.astimezone(zone)
            before = (change - timedelta(minutes=2)).astimezone(zone)
            same = (local.time(), before.time(), local.utcoffset(), before.utcoffset())
            if same in seen:
                continue  # the same change on another day or under another name
            seen.add(same)
            for hour in {time(before.hour, 30), time(local.hour, 30), time(0, 0), time(23, 59)}:
                start = change - timedelta(days=1, hours=12)
                posted = delivered(
                    Rhythm(hour, EVERY_DAY, zone), start, change + timedelta(days=2), timedelta(minutes=30)
                )
                days = [day for day, _ in posted]
                assert days == sorted(set(days)), (name, change, hour)
                assert all((b - a).days == 1 for a, b in pairwise(days)), (name, change, hour, days)
                assert len(days) >= 3, (name, change, hour)
    assert len(seen) > 60


@pytest.mark.parametrize("name", ["America/New_York", "Africa/Casablanca"])
def test_ten_years_have_as_many_digests_as_days(name):
    """Woken every hour for ten years, each local date is posted once, within the hour after its time."""
    zone = ZoneInfo(name)
    rhythm = Rhythm(time(2, 30), EVERY_DAY, zone)

    posted = delivered(rhythm, FIRST, LAST, timedelta(hours=1))

    days = [day for day, _ in posted]
    first = days[0]
    assert days == [first + timedelta(days=ahead) for ahead in range(len(days))]
    assert abs(len(days) - (LAST - FIRST).days) <= 1
    for day, at in posted[1:]:
        assert timedelta(0) <= at - moment(day, rhythm.hour, zone) < timedelta(hours=1)


@given(
    name=st.sampled_from(ZONES),
    start=st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None)),
    steps=st.lists(st.floats(0.01, 100), min_size=20, max_size=60),
    hour=st.times(),
    days=st.sets(st.integers(0, 6), min_size=1),
)
@settings(max_examples=120, deadline=None)
def test_however_it_wakes_no_date_comes_twice(name, start, steps, hour, days):
    """Random wakings, hours apart or days: dates ascend, are among those asked for, and none comes before its hour."""
    rhythm = Rhythm(hour, tuple(days), ZoneInfo(name))
    now, last = start.replace(tzinfo=UTC), None
    for step in steps:
        day = due_digest(rhythm, last, now)
        if day is not None:
            assert last is None or day > last
            assert day.weekday() in days
            assert moment(day, hour, rhythm.zone) <= now
            last = day
        assert due_digest(rhythm, last, now) is None
        assert next_digest(rhythm, last, now) > now
        now += timedelta(hours=step)


def test_a_missing_hour_and_a_repeated_one():
    """02:30 that does not exist comes an hour later by the clock; 01:30 that exists twice comes the first time."""
    york = ZoneInfo("America/New_York")

    assert moment(date(2021, 3, 14), time(2, 30), york) == datetime(2021, 3, 14, 7, 30, tzinfo=UTC)
    assert moment(date(2021, 11, 7), time(1, 30), york) == datetime(2021, 11, 7, 5, 30, tzinfo=UTC)
    again = datetime(2021, 11, 7, 6, 30, tzinfo=UTC)
    assert due_digest(Rhythm(time(1, 30), EVERY_DAY, york), date(2021, 11, 7), again) is None


def test_a_day_that_was_left_out_has_no_digest():
    """Samoa went from 29 to 31 December 2011: nothing is owed for the 30th."""
    apia = ZoneInfo("Pacific/Apia")

    posted = delivered(
        Rhythm(time(8), EVERY_DAY, apia),
        datetime(2011, 12, 28, tzinfo=UTC),
        datetime(2012, 1, 1, 12, tzinfo=UTC),
        timedelta(minutes=20),
    )

    assert [day.day for day, _ in posted] == [27, 28, 29, 31, 1]


def test_asleep_for_days_one_digest_is_due():
    """After ten days only the last date is due."""
    rhythm = Rhythm(time(8), EVERY_DAY, ZoneInfo("Asia/Seoul"))
    now = datetime(2021, 6, 22, 3, tzinfo=UTC)

    assert due_digest(rhythm, date(2021, 6, 12), now) == date(2021, 6, 22)
    assert due_digest(rhythm, date(2021, 6, 22), now) is None


@pytest.mark.parametrize("names", [("Asia/Seoul", "America/New_York"), ("America/New_York", "Asia/Seoul")])
def test_a_change_of_zone_repeats_no_date(names):
    """Whichever way a workspace moves, each date still comes at most once, and none after the move is left out."""
    here, there = (Rhythm(time(8), EVERY_DAY, ZoneInfo(name)) for name in names)
    moved = datetime(2021, 6, 22, 15, tzinfo=UTC)
    now, last, days = datetime(2021, 6, 20, tzinfo=UTC), date(2021, 6, 19), []
    while now < datetime(2021, 6, 27, tzinfo=UTC):
        if day := due_digest(here if now < moved else there, last, now):
            days.append(day)
            last = day
        now += timedelta(minutes=10)

    assert days == sorted(set(days))
    assert [day for day in days if day.day >= 23] == [date(2021, 6, day) for day in range(23, days[-1].day + 1)]


def test_a_weekly_digest_is_made_up_for_within_the_week():
    """Monday's digest is still due on Thursday, and not on the next Monday once that one's own is due."""
    rhythm = Rhythm(time(8), (0,), ZoneInfo("UTC"))

    assert due_digest(rhythm, date(2021, 6, 14), datetime(2021, 6, 24, 12, tzinfo=UTC)) == date(2021, 6, 21)
    assert next_digest(rhythm, date(2021, 6, 21), datetime(2021, 6, 24, 12, tzinfo=UTC)).date() == date(2021, 6, 28)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("22:00-07:00", (time(22), time(7))),
        ("10 pm to 7 am", (time(22), time(7))),
        ("1-5", (time(1), time(5))),
        ("always", None),
        ("8-8", None),
        ("25-3", None),
    ],
)
def test_quiet_hours_are_read(typed, read):
    """Hours in the ways people write them; no span is none."""
    assert read_quiet(typed) == read


def test_quiet_hours_over_midnight():
    """From ten to seven in Seoul: held until seven, whichever side of midnight it is."""
    wants = {"timezone": "Asia/Seoul", "quiet": "22:00-07:00"}
    seven = datetime(2021, 6, 21, 22, tzinfo=UTC)

    assert quiet_until(wants, datetime(2021, 6, 21, 13, 30, tzinfo=UTC)) == seven
    assert quiet_until(wants, datetime(2021, 6, 21, 20, tzinfo=UTC)) == seven
    assert quiet_until(wants, seven) is None
    assert quiet_until({}, seven) is None


@given(name=st.sampled_from(ZONES), at=st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None)))
@settings(max_examples=100, deadline=None)
def test_quiet_hours_end(name, at):
    """In any zone at any moment, what is held is held for less than a day and then let go."""
    wants, now = {"timezone": name, "quiet": "22:00-07:00"}, at.replace(tzinfo=UTC)
    until = quiet_until(wants, now)

    if until is not None:
        assert now < until < now + timedelta(hours=12)
        assert quiet_until(wants, until) is None
