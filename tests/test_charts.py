"""Charts: their bars, their words, and a picture that says the same without colour."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from bot.briefing.binning import MOST, bins
from bot.briefing.charts import LEVELS, Bar, Chart, Level, chart_from, chart_of, count_up, level_of, title_of
from bot.briefing.charts_told import MOST as ALT
from bot.briefing.charts_told import told
from bot.briefing.drawing import HEIGHT, STYLES, WIDTH, png
from bot.briefing.voice import Voice
from bot.catalogue import Catalogue
from store.tallied import Selection, Tally
from tests.desks import history, registry

TODAY = date(2021, 6, 25)
truths = st.booleans()
VOICE = Voice(Catalogue.load(), registry().official)


class Record:
    """A record that holds just these tallies; ``others`` are days on which somebody else spoke."""

    def __init__(self, *tallies, others=()):
        self._tallies, self._days = tallies, sorted({*(one.day for one in tallies), *others})

    def judged(self, _kind, _asked):
        """All of them."""
        return self._tallies

    def days(self, _upto=None):
        """Every day on record."""
        return self._days


def made(counts, by="threat", who="Kim Yo Jong", topic="", today=TODAY, **asked):
    """A chart of a record, with its words."""
    counted = count_up(counts, by, Selection(**asked), today)
    return told(chart_of(counted, title_of(who, topic, by, VOICE), VOICE), VOICE)


def plain_chart(names=("explicit",), bars=((3,),), title="Title"):
    """A chart of given counts, a year a bar."""
    levels = tuple(Level(name, name, sum(bar[place] for bar in bars)) for place, name in enumerate(names))
    years = (date(1990 + place, 1, 1) for place in range(len(bars)))
    shown = (Bar(day, day.replace(month=12, day=31), str(day.year), str(day.year), bar, recorded=True)
             for day, bar in zip(years, bars, strict=True))  # fmt: skip
    return Chart(title, "Statements", "Year", "briefbot's record", "", levels, tuple(shown))


def opened(data):
    """The picture in shades of grey."""
    return Image.open(io.BytesIO(data)).convert("L")


# -- bars


@given(st.dates(), st.dates())
@example(date.min, date.max)
@example(date.max, date.max)
@example(date.min, date.min)
@example(date(9999, 1, 1), date.max)
def test_bars_cover_every_day_once_and_are_few(one, other):
    """Whatever the days, at most forty spans lie side by side and hold them all."""
    first, last = sorted((one, other))
    spans = bins(first, last).spans

    assert 1 <= len(spans) <= MOST
    assert spans[0][0] <= first
    assert spans[-1][1] >= last
    assert all(earlier[1] + timedelta(days=1) == later[0] for earlier, later in pairwise(spans))


@pytest.mark.parametrize(
    ("first", "last", "unit", "count"),
    [
        (TODAY, TODAY, "day", 1),
        (date(2021, 6, 1), date(2021, 6, 30), "day", 30),
        (date(2021, 3, 1), date(2021, 6, 30), "week", 18),
        (date(2020, 7, 1), TODAY, "month", 12),
        (date(2018, 5, 1), TODAY, "month", 38),
        (date(2018, 1, 1), TODAY, "quarter", 14),
        (date(1993, 3, 8), TODAY, "year", 29),
        (date(1948, 1, 1), TODAY, "years", 37),
    ],
)
def test_the_unit_follows_the_span(first, last, unit, count):
    """Days for a month, months for three years, quarters for ten, years for forty."""
    made_of = bins(first, last)

    assert (made_of.unit, len(made_of.spans)) == (unit, count)


def test_thirty_years_add_up_to_the_record():
    """The bars of all Pyongyang's statements hold each once, and the source line names first and last day."""
    found = history().statements(side="dprk")
    chart = made(history().tallies, who="North Korea", sides=("dprk",), today=date(2026, 11, 22))

    assert sum(bar.total for bar in chart.bars) == len(found) == sum(level.count for level in chart.levels)
    assert chart.bars[-3].total == sum(one.date.year == 2024 for one in found)
    assert f"{len(found)} statements, 21 February 1993 to 22 June 2026; last bar incomplete" in chart.source
    assert dict(zip([level.name for level in chart.levels], chart.bars[0].counts, strict=True))["explicit"] == sum(
        one.threat == "explicit" for one in found if one.date.year == 1993
    )


def test_nothing_on_record_is_no_chart():
    """Where there is nothing to count, there is nothing to draw."""
    assert count_up(Record(), "threat", Selection(), TODAY) is None


def test_one_statement_is_one_bar():
    """The smallest chart: one statement of today, in words and as a picture."""
    chart = made(Record(Tally(TODAY, "explicit", sure=True, full=True, count=1)))

    assert [bar.total for bar in chart.bars] == [1]
    assert "Highest: 25 June 2021 with 1 (explicit threat 1)." in chart.alt
    assert "25 June 2021 |# 1" in chart.table
    assert opened(png(chart)).size == (WIDTH, HEIGHT)


def test_absence_is_only_told_of_full_texts():
    """An excerpt without a threat is no "no threat", and a guess is unclear."""
    assert level_of(Tally(TODAY, "none", sure=True, full=True, count=1), "threat") == "none"
    assert level_of(Tally(TODAY, "none", sure=True, full=False, count=1), "threat") == "excerpt"
    assert level_of(Tally(TODAY, "", sure=True, full=True, count=1), "stance") == "silent"
    assert level_of(Tally(TODAY, "", sure=True, full=False, count=1), "stance") == "excerpt"
    assert level_of(Tally(TODAY, "explicit", sure=False, full=True, count=1), "threat") == "unclear"
    assert level_of(Tally(TODAY, "unheard-of", sure=True, full=True, count=1), "threat") == "unclear"


def test_gaps_of_the_record_are_told_from_others_speaking():
    """A month in which others spoke is a nought; one in which nobody did is marked as a gap."""
    spoke = [Tally(date(2020, month, 3), "implied", sure=True, full=True, count=2) for month in (1, 12)]
    chart = made(Record(*spoke, others=(date(2020, 4, 9),)), today=date(2020, 12, 31))
    by_month = {bar.label: bar for bar in chart.bars}

    assert by_month["April 2020"].recorded
    assert not by_month["May 2020"].recorded
    assert "April 2020: 0; May 2020 to November 2020: nothing on record from anybody;" in chart.alt
    assert "April 2020 | 0" in chart.table
    assert "May 2020 | nothing on record from anybody" in chart.table


def test_a_chart_never_begins_before_the_record():
    """Asked for since the year 1850, it begins where the record does."""
    chart = made(history().tallies, sides=("dprk",), since=date(1850, 1, 1))

    assert chart.bars[0].label == "1993"


# -- words


@given(
    st.text(max_size=3000),
    st.text(max_size=3000),
    st.lists(
        st.builds(Tally, st.dates(), st.sampled_from(LEVELS["stance"]), truths, truths, st.integers(1, 10**6)),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from(["threat", "stance"]),
)  # fmt: skip
def test_alt_text_fits_whatever_comes(who, topic, tallies, by):
    """Any name, topic and numbers: within Slack's thousand characters, never empty, and told back whole from JSON."""
    tallies.sort(key=lambda one: one.day)
    chart = made(Record(*tallies), by, who, topic, today=max(TODAY, tallies[-1].day))

    assert 0 < len(chart.alt) <= ALT < 1000
    assert str(sum(one.count for one in tallies)) in chart.source
    assert chart_from(chart.numbers()) == chart


def test_alt_text_carries_every_number_that_fits():
    """Two months are told bar by bar with their parts; thirty years by their sums, levels and highest bar."""
    month = made(history().tallies, sides=("dprk",), since=date(2021, 5, 1), until=TODAY)
    thirty = made(history().tallies, sides=("dprk",), today=date(2026, 11, 22))

    assert month.alt.startswith("Stacked bar chart. Kim Yo Jong: statements by threat. One bar: Week")
    assert "week of 21 June 2021: 2 (no threat 2)" in month.alt
    assert "explicit threat 78" in thirty.alt
    assert "Highest: 2023 with 45 (explicit threat 6" in thirty.alt
    assert all(f"{bar.label}: {bar.total}" in thirty.alt for bar in thirty.bars)


def test_the_table_has_the_numbers_of_the_bars():
    """Each bar a line, a sign a statement, each level its own sign; a bar of thousands still fits a line."""
    chart = told(plain_chart(("explicit", "none"), ((2, 1), (0, 3))), VOICE)
    wide = told(plain_chart(("explicit", "none"), ((1, 900_000), (0, 0))), VOICE)

    assert chart.table.splitlines()[:2] == ["1990 |##. 3", "1991 |... 3"]
    assert "# explicit: 2" in chart.table
    assert wide.table.splitlines()[0].startswith("1990 |#.")
    assert max(len(line) for line in wide.table.splitlines()) < 80


# -- the picture


def test_the_same_chart_is_the_same_picture():
    """Byte for byte, also after another was drawn; other numbers are another picture."""
    chart = made(history().tallies, speaker="kim-yo-jong")
    first = png(chart)
    other = png(plain_chart())

    assert png(chart) == first != other
    assert opened(first).format is None
    assert Image.open(io.BytesIO(first)).format == "PNG"
    assert opened(first).size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("by", ["threat", "stance"])
def test_parts_differ_without_colour(by):
    """Turned to grey, no two parts look alike: they differ clearly in lightness or in their lines."""
    names = LEVELS[by]
    bars = tuple(tuple(5 * (place == at) for at in range(len(names))) for place in range(len(names)))
    grey = opened(png(plain_chart(names, bars)))
    left, right = 0.115 * WIDTH, 0.98 * WIDTH
    step = (right - left) / (len(names) + 0.2)
    looks = []
    for place in range(len(names)):
        middle = left + step * (place + 0.6)
        looks.append(look(grey.crop((int(middle) - 20, int(HEIGHT * 0.6), int(middle) + 20, int(HEIGHT * 0.72)))))

    for one, other in combinations(range(len(names)), 2):
        apart = sum((a - b) ** 2 for a, b in zip(looks[one], looks[other], strict=True)) ** 0.5
        assert apart > 8, (names[one], names[other], looks[one], looks[other])


def look(tile):
    """A tile's mean lightness, and how much it changes across, downwards and along both diagonals."""
    wide, high = tile.size
    dots = list(tile.tobytes())
    rows = [dots[at * wide : (at + 1) * wide] for at in range(high)]

    def change(across, down):
        pairs = [
            abs(rows[y][x] - rows[y + down][x + across])
            for y in range(high - down)
            for x in range(max(0, -across), wide - max(0, across))
        ]
        return sum(pairs) / len(pairs)

    return (sum(dots) / len(dots), change(2, 0), change(0, 2), change(2, 2), change(-2, 2))


def test_the_library_is_not_loaded_with_the_program():
    """Whoever imports the whole program, as the process that answers does, has not loaded the drawing library."""
    line = "import sys, bot.app, bot.__main__; sys.exit('matplotlib' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", line], check=False).returncode == 0  # noqa: S603 - our own


def test_every_level_has_a_look():
    """No part of any chart is left without a style."""
    assert {name for names in LEVELS.values() for name in names} == set(STYLES)


@pytest.mark.parametrize(
    "title",
    ["$x^2$ \\frac{1}{0} $", "제재와 대화 «»", "\u202e<b>& %s {0} \x00", "W" * 160, "a\nb\n\n\nc", "🚀 𝕏", " "],
)
def test_hostile_titles_stay_words(title):
    """Formulas are not set, scripts that the font lacks give way, and nothing of it raises or warns."""
    assert opened(png(plain_chart(title=title))).size == (WIDTH, HEIGHT)


def test_large_and_small_numbers_are_drawn():
    """A million in one bar, forty bars, and bars without anything."""
    many = plain_chart(("explicit", "none"), tuple((place % 3, 10**6 * (place == 7)) for place in range(40)))
    empty = plain_chart(("none",), ((0,),))

    assert opened(png(many)).size == opened(png(empty)).size == (WIDTH, HEIGHT)
