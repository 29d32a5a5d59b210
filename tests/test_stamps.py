"""Dates in the forms that feeds and pages print them in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.stamps import MIDNIGHT, first_seen, read_stamp, stamp_in_address
from store.records import Stamp

NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)  # a Monday
SEOUL = "Asia/Seoul"


@pytest.mark.parametrize(
    ("text", "zone", "day", "clock"),
    [
        ("Tue, 22 Jun 2021 07:00:00 GMT", "UTC", "2021-06-22", "07:00"),
        ("Tue, 22 Jun 2021 07:00:00 +0900", "UTC", "2021-06-22", "22:00"),
        ("Tue, 22 Jun 21 07:00 EST", "UTC", "2021-06-22", "12:00"),
        ("Sun,27 Sep 2026 15:04:00 +0900", SEOUL, "2026-09-27", "06:04"),
        ("2021-06-22T07:00:00.123+09:00", "UTC", "2021-06-22", "22:00"),
        ("2021-06-22T07:00:00Z", "UTC", "2021-06-22", "07:00"),
        ("20210622T070000Z", "UTC", "2021-06-22", "07:00"),
        ("2021-06-22 14:05:00-0400", "UTC", "2021-06-22", "18:05"),
        ("June 22, 2021 at 2:05 p.m. EDT", "UTC", "2021-06-22", "18:05"),
        ("22 июня 2021, 14:05 мск", "UTC", "2021-06-22", "11:05"),
        ("1624345200", "UTC", "2021-06-22", "07:00"),
        ("1624345200000", "UTC", "2021-06-22", "07:00"),
        # a stamp in UTC is given the day of the outlet's own zone
        ("Mon, 21 Jun 2021 21:30:00 GMT", SEOUL, "2021-06-22", "21:30"),
    ],
)
def test_full_stamps_need_no_guess(text, zone, day, clock):
    """Day, hour and zone as printed; nothing is assumed."""
    stamp = read_stamp(text, zone, NOW)
    assert stamp is not None
    assert (stamp.day.isoformat(), f"{stamp.at:%H:%M}", stamp.guessed) == (day, clock, "")


@pytest.mark.parametrize(
    ("text", "zone", "clock"),
    [
        ("2021.06.22 14:05", SEOUL, "05:05"),
        ("2021년 6월 22일 오후 2시 5분", SEOUL, "05:05"),
        ("2021年6月22日 14時05分", "Asia/Tokyo", "05:05"),
        ("２０２１年６月２２日 １４：０５", "Asia/Shanghai", "06:05"),
        ("21-06-22 14:05", "Europe/Vienna", "12:05"),
        ("Tue Jun 22 14:05:00 2021", "UTC", "14:05"),
        ("2021-06-22 14:05:09", "America/New_York", "18:05"),
    ],
)
def test_missing_zone_is_the_sources_own_and_said(text, zone, clock):
    """A stamp without a zone is read in the source's, and that is noted."""
    stamp = read_stamp(text, zone, NOW)
    assert stamp is not None
    assert (stamp.day, f"{stamp.at:%H:%M}") == (date(2021, 6, 22), clock)
    assert f"no zone: {zone} taken" in stamp.guessed


@pytest.mark.parametrize(
    "text",
    ["2021-06-22", "2021.06.22", "[2021.06.22]", "2021. 6. 22.", "2021년 6월 22일", "20210622", "22 June 2021",
    "June 22nd, 2021",
     "Juche 110 (2021) June 22", "Juche 110(2021).6.22", "June 22, Juche 110 (2021)",
     "주체110(2021)년 6월 22일", "Juche110 June 22",
     "22/06/2021", "06/22/2021", "22 июня 2021", "2021/6/22"],
)  # fmt: skip
def test_a_day_stays_a_day(text):
    """Without an hour there is no instant, whatever the form; Juche years count from 1912."""
    assert read_stamp(text, SEOUL, NOW) == Stamp(date(2021, 6, 22))


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        ("08/07/2020", "2020-07-08", "day taken"),
        ("09/10/2026", "2026-09-10", "does not lie ahead"),
        ("Sun,27 Sep", "2026-09-27", "no year"),
        ("Sat, 27 Sep", "2025-09-27", "no year"),
        ("December 1", "2025-12-01", "no year"),
        ("29 Feb", "2024-02-29", "no year"),
        ("6월 22일", "2026-06-22", "no year"),
        ("Juche 113 (2024)", "2024-01-01", "only a year"),
        ("Tue, 22 Jun 2021 00:00:00 +0000", "2021-06-22", MIDNIGHT),
        ("26-09-15", "2026-09-15", "two digits"),
    ],
)
def test_doubtful_days_say_what_was_assumed(text, day, words):
    """Day or month first, missing years, bare years and midnights are read and marked."""
    stamp = read_stamp(text, "UTC", NOW)
    assert stamp is not None
    assert stamp.day.isoformat() == day
    assert stamp.at is None
    assert words in stamp.guessed


@pytest.mark.parametrize("text", ["Tue, 15 Sep 2037 10:00:00 GMT", "Mon, 28 Sep 2026 19:00:00 GMT", "2099-01-01"])
def test_nothing_is_published_in_the_future(text):
    """A stamp that lies ahead (a wrong zone, a wrong year) becomes now, and says so."""
    stamp = read_stamp(text, SEOUL, NOW)
    assert stamp is not None
    assert stamp.day == date(2026, 9, 28)
    assert stamp.at in {None, NOW}
    assert "lies ahead" in stamp.guessed


@pytest.mark.parametrize(
    "text", ["", "soon", "31 June 2021", "2021-13-40", "0000-00-00", "yesterday", "::", "99999999999999"]
)
def test_what_is_no_date_is_none(text):
    """Impossible days and other words give no stamp rather than a wrong one."""
    assert read_stamp(text, "UTC", NOW) is None


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://example.org/2021/06/22/talks.html", "2021-06-22"),
        ("http://example.kp/item/2021/202106/news22/20210622-03ee.html", "2021-06-22"),
        ("https://example.org/world/2021-6-2-talks", "2021-06-02"),
        ("https://example.org/view/AKR20210622051800504", None),
        ("https://example.org/2031/06/22/later", None),
        ("https://example.org/2021/13/45/x", None),
    ],
)
def test_day_in_an_address(address, day):
    """Many addresses carry their day; numbers that only look like one are left alone."""
    stamp = stamp_in_address(address, NOW)
    assert (stamp.day.isoformat() if stamp else None) == day


def test_entry_without_any_date_is_dated_when_first_seen():
    """The day is the source's own, and the guess is said."""
    late = datetime(2026, 9, 28, 20, tzinfo=UTC)
    assert first_seen(late, SEOUL) == Stamp(date(2026, 9, 29), late, "no date: first seen")


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(
            [
                "2021",
                "06",
                "22",
                "Jun",
                "-",
                "/",
                ".",
                " ",
                ":",
                "14",
                "05",
                "Juche",
                "(",
                ")",
                "pm",
                "+09",
                "년",
                "0",
                "99",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_any_text_gives_a_stamp_that_is_not_ahead_or_none(text):
    """Whatever is printed, reading it never fails and never leads into the future."""
    stamp = read_stamp(text, SEOUL, NOW)
    if stamp is not None:
        assert stamp.day <= (NOW + timedelta(hours=14)).date()
        assert stamp.at is None or stamp.at <= NOW + timedelta(minutes=10)


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(1995, 1, 1, 0, 1), datetime(2026, 9, 27), timezones=st.just(UTC)))  # noqa: DTZ001  hypothesis adds the zone
def test_printed_instants_are_read_back(at):
    """What is printed in the usual forms is read back to the second."""
    at = at.replace(microsecond=0)
    for form in ("%a, %d %b %Y %H:%M:%S GMT", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%dT%H%M%SZ", "%Y.%m.%d %H:%M:%S +0000"):
        stamp = read_stamp(at.strftime(form), "UTC", NOW)
        assert stamp is not None
        assert (stamp.day, stamp.at or at) == (at.date(), at)
