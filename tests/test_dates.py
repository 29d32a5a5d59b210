"""When something was said: expressions against the item's own day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify import dates
from store.records import Stamp

TUESDAY = date(2021, 6, 22)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("she said on Tuesday", date(2021, 6, 22), "day"),
        ("he told ABC on Sunday", date(2021, 6, 20), "day"),
        ("a meeting last Tuesday", date(2021, 6, 15), "day"),
        ("said on March 18", date(2021, 3, 18), "day"),
        ("said on Dec. 5, 2019,", date(2019, 12, 5), "day"),
        ("on 14 May", date(2021, 5, 14), "day"),
        ("In March 2021 it said", date(2021, 3, 1), "month"),
        ("In November he said", date(2020, 11, 1), "month"),
        ("last month", date(2021, 5, 1), "month"),
        ("in 2019", date(2019, 1, 1), "year"),
        ("two years ago", date(2019, 6, 1), "year"),
        ("yesterday", date(2021, 6, 21), "day"),
        ("two days earlier", date(2021, 6, 20), "day"),
        ("2021-06-17", date(2021, 6, 17), "day"),
        ("지난 17일 열린 회의", date(2021, 6, 17), "day"),
        ("30일 담화에서", date(2021, 5, 30), "day"),
        ("2021년 3월 18일", date(2021, 3, 18), "day"),
        ("on Christmas Eve", date(2020, 12, 24), "day"),
    ],
)
def test_an_expression_names_its_day(text, day, precision):
    """Weekdays are the last such day, days without a year the last one past, Korean days this month's or the last's."""
    found = dates.expressions(text, TUESDAY)
    assert [(when.day, when.precision) for when in found][:1] == [(day, precision)]
    assert text[found[0].start : found[0].end].strip()


@pytest.mark.parametrize(
    "text", ["until Friday", "next Monday", "last week", "31 June", "at 13 o'clock", "July 20,000"]
)
def test_what_names_no_past_day_gives_nothing(text):
    """A limit, an appointment, a week and a day that does not exist date nothing."""
    assert dates.expressions(text, TUESDAY) == []


def test_a_tale_of_the_past_goes_on_from_the_day_it_has_reached():
    """In a story of December 2019, "Dec. 9" is that year's and "the next day" follows the day before it."""
    story = date(2019, 12, 3)
    found = dates.expressions("On Dec. 9 he wrote. The next day he flew.", date(2020, 12, 22), story=story)
    assert [when.day for when in found] == [date(2019, 12, 9), date(2019, 12, 10)]


def test_a_day_after_dates_what_follows_it():
    """What was denied "on Sunday, a day after the president said so" was said on Saturday."""
    found = dates.expressions("denied on Sunday, a day after the president said so", date(2020, 4, 19))
    assert [(when.day, when.how) for when in found][1] == (date(2020, 4, 18), "after")


def test_an_evening_in_washington_is_the_next_day_in_pyongyang():
    """Monday evening, Washington time, is Tuesday where the statement was made."""
    found = dates.expressions("said on Monday evening, Washington time", date(2021, 6, 21))
    assert found[0].day == date(2021, 6, 22)


def test_the_dateline_is_what_weekdays_count_from():
    """A dispatch from Seoul printed the evening before in New York keeps Seoul's calendar."""
    stamp = Stamp(date(2018, 5, 24), datetime(2018, 5, 24, 23, 48, tzinfo=UTC))
    assert dates.today(stamp, "SEOUL, May 25 (Agency) - He said on Friday") == date(2018, 5, 25)
    assert dates.latest(stamp, date(2018, 5, 24)) == date(2018, 5, 25)


def test_a_dateline_of_long_ago_does_not_move_the_item():
    """A reprint keeps its own day; the old dateline is no "today"."""
    assert dates.today(Stamp(TUESDAY), "SEOUL, May 2 (Agency) - text") == TUESDAY


def test_juche_years_count_from_1912():
    """Juche 110 is 2021."""
    assert dates.juche_year("Pyongyang, June 22 Juche 110 (KCNA)") == 2021
    assert dates.juche_year("Pyongyang") is None


@given(st.text(max_size=300), st.dates())
@settings(max_examples=150, deadline=None)
def test_any_text_on_any_day_is_read(text, day):
    """No text and no calendar edge raises, and every span lies in the text."""
    for when in dates.expressions(text, day):
        assert 0 <= when.start < when.end <= len(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "99 years ago",
                "two weeks earlier",
                "Feb 29",
                "the next day",
                "31일",
                "2월 30일",
                "in 2019",
                "Monday",
                "at New Year",
            ]
        )
    ),
    st.sampled_from([date.min, date.max, date(2024, 2, 29), TUESDAY]),
)
@settings(max_examples=100, deadline=None)
def test_expressions_at_the_ends_of_the_calendar(parts, day):
    """Days before the year 1 or after 9999 are left out instead of raising."""
    dates.expressions(", ".join(parts), day)
