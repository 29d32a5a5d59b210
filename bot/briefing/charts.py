"""Charts as data: how many statements in each stretch of time, and how threatening or rejecting they were.

Pure: counts in, a frozen ``Chart`` out with all its words and numbers; ``drawing`` makes a picture
of it elsewhere. The gravest judgement stands at the foot of each bar, where bars can be compared.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, Protocol

from bot.briefing.binning import Bins, bins
from bot.briefing.clean import cut, one_line
from bot.briefing.voice import Voice
from store.tallied import Selection, Tally

By = Literal["threat", "stance"]

LEVELS: Mapping[By, tuple[str, ...]] = {
    "threat": ("explicit", "deterrent", "implied", "none", "excerpt", "unclear"),
    "stance": ("rejects", "rejects-unless", "conditional", "ambivalent", "open", "silent", "excerpt", "unclear"),
}
"""What each part of a bar may be, from its foot up. ``excerpt``: nothing of the kind, in what is quoted."""

GRAVE: Mapping[By, tuple[str, ...]] = {
    "threat": ("explicit", "deterrent", "implied"),
    "stance": ("rejects", "rejects-unless"),
}
"""The levels that the bottom line counts together."""

_ABSENT: Mapping[By, str] = {"threat": "none", "stance": "silent"}
_TOPIC, _TITLE = 60, 160
_FINE = frozenset({"day", "week"})
_ALL_TICKS = {"month": 13, "quarter": 8}


class Counts(Protocol):
    """What a chart asks of the record; ``Store.tallies`` answers."""

    def judged(self, kind: str, asked: Selection) -> Sequence[Tally]: ...  # noqa: D102
    def days(self, upto: int | None = None) -> Sequence[date]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Counted:
    """The numbers behind a chart: the tallies, the days that it spans, and those on which anything is on record."""

    by: By
    tallies: tuple[Tally, ...]
    first: date
    last: date
    recorded: tuple[date, ...]

    @property
    def total(self) -> int:
        """All statements in it."""
        return sum(tally.count for tally in self.tallies)


@dataclass(frozen=True, slots=True)
class Level:
    """One part of the bars: the codebook's word, ours for readers, and how many statements it has in all."""

    name: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of time: ``counts`` follow the chart's levels.

    ``label`` names it in full, ``tick`` on the axis, where it is empty for most.
    ``recorded`` is false for a gap in the record: a month or more of which nobody's statement is on record.
    """

    first: date
    last: date
    label: str
    tick: str
    counts: tuple[int, ...]
    recorded: bool

    @property
    def total(self) -> int:
        """All its statements."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with all its words, ready to be drawn, read out (``alt``) or printed (``table``)."""

    title: str
    up: str
    across: str
    source: str
    gap: str
    levels: tuple[Level, ...]
    bars: tuple[Bar, ...]
    alt: str = ""
    table: str = ""

    def numbers(self) -> dict[str, object]:
        """As plain JSON values."""
        told = asdict(self)
        for bar in told["bars"]:
            bar |= {"first": bar["first"].isoformat(), "last": bar["last"].isoformat()}
        return told


Draw = Callable[[Chart], Awaitable[bytes]]
"""Draws a chart as PNG, somewhere else than on the event loop."""


def chart_from(numbers: Mapping[str, Any]) -> Chart:
    """The chart that ``Chart.numbers`` told of; TypeError or KeyError when it did not."""
    levels = tuple(Level(**level) for level in numbers["levels"])
    return Chart(**{**numbers, "levels": levels, "bars": tuple(_bar_from(bar) for bar in numbers["bars"])})


def _bar_from(bar: Mapping[str, Any]) -> Bar:
    first, last = (date.fromisoformat(bar[name]) for name in ("first", "last"))
    return Bar(**{**bar, "first": first, "last": last, "counts": tuple(bar["counts"])})


def count_up(counts: Counts, by: By, asked: Selection, today: date) -> Counted | None:
    """The numbers for a chart; None when nothing of what is asked for is on record.

    It spans the days asked for, but nothing before the record begins; without an end, up to today.
    """
    tallies = counts.judged(by, asked)
    if not tallies:
        return None
    recorded = counts.days(asked.upto)
    first = max(asked.since, recorded[0]) if asked.since else tallies[0].day
    last = max(min(asked.until or today, today), tallies[-1].day)
    return Counted(by, tuple(tallies), min(first, tallies[0].day), last, tuple(recorded))


def title_of(who: str, topic: str, by: By, voice: Voice) -> str:
    """What a chart is of; ``topic`` is named already, or empty."""
    topic = cut(one_line(topic), _TOPIC)
    subject = voice.say("chart.on", who=one_line(who), topic=topic) if topic else one_line(who)
    return cut(voice.say("chart.title", subject=subject, by=voice.say(f"chart.by.{by}")), _TITLE)


def chart_of(counted: Counted, title: str, voice: Voice) -> Chart:
    """The chart, without alt text and table (``charts_told`` adds them). Levels that nothing has are left out."""
    spans = bins(counted.first, counted.last)
    names = LEVELS[counted.by]
    filled = _fill(counted, spans)
    sums = {name: sum(counts[name] for counts in filled) for name in names}
    levels = tuple(Level(name, voice.say(f"chart.{counted.by}.{name}"), sums[name]) for name in names if sums[name])
    labels = [_label(span, spans, voice) for span in spans.spans]
    ticks = list(_ticks(spans, voice))
    bars = tuple(
        Bar(*span, label, tick, tuple(counts[level.name] for level in levels), _known(span, spans, counted))
        for span, label, tick, counts in zip(spans.spans, labels, ticks, filled, strict=True)
    )
    return Chart(
        title=title,
        up=voice.say("chart.up"),
        across=voice.say(f"chart.across.{spans.unit}", count=spans.length),
        source=_source(counted, spans, voice),
        gap=voice.say("chart.gap") if any(not bar.recorded for bar in bars) else "",
        levels=levels,
        bars=bars,
    )


def level_of(tally: Tally, by: By) -> str:
    """The part of the bar that a tally belongs to. That something is absent is only said of full texts."""
    value = tally.value or _ABSENT[by]
    if not tally.sure:
        return "unclear"
    if value == _ABSENT[by] and not tally.full:
        return "excerpt"
    return value if value in LEVELS[by] else "unclear"


def _fill(counted: Counted, spans: Bins) -> list[Counter[str]]:
    """The statements of each span by level."""
    filled: list[Counter[str]] = [Counter() for _ in spans.spans]
    ends = [last for _, last in spans.spans]
    for tally in counted.tallies:
        filled[bisect_left(ends, tally.day)][level_of(tally, counted.by)] += tally.count
    return filled


def _known(span: tuple[date, date], spans: Bins, counted: Counted) -> bool:
    """Whether anybody's statement of these days is on record, or they are too few to tell of a gap."""
    if spans.unit in _FINE:
        return True
    days, place = counted.recorded, bisect_left(counted.recorded, span[0])
    return place < len(days) and days[place] <= span[1]


def _source(counted: Counted, spans: Bins, voice: Voice) -> str:
    """Where the numbers come from, and whether the last bar has days to come."""
    day = voice.catalogue.day
    first, last = counted.tallies[0].day, counted.tallies[-1].day
    said = voice.say("chart.source", count=counted.total, first=day(first), last=day(last))
    return said if spans.spans[-1][1] <= counted.last else f"{said}; {voice.say('chart.unfinished')}"


def _label(span: tuple[date, date], spans: Bins, voice: Voice) -> str:
    """A bar's name in full: "22 June 2021", "second quarter of 2021", "1990 to 1999"."""
    first, last = span
    match spans.unit:
        case "day":
            return voice.catalogue.day(first)
        case "week":
            return voice.say("chart.week_of", day=voice.catalogue.day(first))
        case "month":
            return voice.catalogue.day(first, "month")
        case "quarter":
            return voice.say("chart.quarter_of", quarter=first.month // 3 + 1, year=first.year)
        case "year":
            return str(first.year)
        case _:
            return voice.say("date.span", first=first.year, last=last.year)


def _ticks(spans: Bins, voice: Voice) -> Iterator[str]:
    """What stands under each bar, for most nothing: years where they begin, months only where there are few."""
    every = len(spans.spans) <= _ALL_TICKS.get(spans.unit, 0)
    for place, (first, _) in enumerate(spans.spans):
        new_year = first.month == 1 or place == 0
        short = voice.say(f"month.{first.month}")[:3]
        if spans.unit in _FINE:
            yield voice.say("chart.tick_day", day=first.day, month=short)
        elif every:
            name = short if spans.unit == "month" else voice.say("chart.tick_quarter", quarter=first.month // 3 + 1)
            yield f"{name}\n{first.year}" if new_year else name
        else:
            yield str(first.year) if first.month == 1 else ""
