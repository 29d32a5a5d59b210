"""A chart in words and in characters: its alt text, and a table for places that show no pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.briefing.charts import Bar, Chart
from bot.briefing.clean import cut
from bot.briefing.voice import Voice

MOST = 980
"""Characters of an alt text: Slack takes 1,000 with an upload, Discord 1,024."""

_WIDE = 40
_SIGNS = {
    "explicit": "#", "deterrent": "=", "implied": "/", "none": ".", "excerpt": ":", "unclear": "?",
    "rejects": "#", "rejects-unless": "=", "conditional": "/", "ambivalent": "x", "open": "+", "silent": ".",
}  # fmt: skip


def told(chart: Chart, voice: Voice) -> Chart:
    """The chart with its alt text and its table."""
    return replace(chart, alt=alt_of(chart, voice), table="\n".join(_table(chart)))


def alt_of(chart: Chart, voice: Voice) -> str:
    """The numbers in words: as exact as the length allows, from every part of every bar down to the highest alone."""
    total = sum(level.count for level in chart.levels)
    head = voice.say("chart.alt", title=chart.title, source=chart.source, across=chart.across)
    parts = _joined(f"{level.words} {level.count}" for level in chart.levels)
    summary = f"{head} {voice.say('chart.alt_levels', count=total, parts=parts)} {_peak(chart, voice)}"
    ways: tuple[Callable[[], str], ...] = (
        lambda: voice.say("chart.alt_bars", bars="; ".join(_bars(chart, _in_parts(chart), voice))),
        lambda: voice.say("chart.alt_totals", bars="; ".join(_bars(chart, _totals, voice))),
        lambda: voice.say("chart.alt_totals", bars=_joined(f"{bar.label} {bar.total}" for bar in _highest(chart.bars))),
        lambda: "",
    )
    texts = (f"{summary} {way()}".strip() for way in ways)
    return next((text for text in texts if len(text) <= MOST), cut(summary, MOST))


def _peak(chart: Chart, voice: Voice) -> str:
    """The highest bar in full; the latest of several."""
    bar = _highest(chart.bars)[0]
    return voice.say("chart.alt_peak", label=bar.label, count=bar.total, parts=_joined(_parts(bar, chart)))


def _highest(bars: Sequence[Bar]) -> list[Bar]:
    """The five highest bars, the highest first and of several the latest."""
    return sorted((bar for bar in bars if bar.total), key=lambda bar: (-bar.total, -bar.first.toordinal()))[:5]


def _parts(bar: Bar, chart: Chart) -> Iterator[str]:
    for level, count in zip(chart.levels, bar.counts, strict=True):
        if count:
            yield f"{level.words} {count}"


def _in_parts(chart: Chart) -> Callable[[Bar], str]:
    return lambda bar: f"{bar.total} ({_joined(_parts(bar, chart))})"


def _totals(bar: Bar) -> str:
    return str(bar.total)


def _bars(chart: Chart, shown: Callable[[Bar], str], voice: Voice) -> Iterator[str]:
    """Every bar with its number; runs of empty ones in one breath."""
    for (empty, recorded), run in groupby(chart.bars, key=lambda bar: (not bar.total, bar.recorded or bool(bar.total))):
        bars = list(run)
        if not empty:
            yield from (f"{bar.label}: {shown(bar)}" for bar in bars)
            continue
        last = bars[-1].label
        span = last if len(bars) == 1 else voice.say("date.span", first=bars[0].label, last=last)
        yield f"{span}: {0 if recorded else chart.gap}"


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _table(chart: Chart) -> Iterator[str]:
    """A line a bar, a sign a statement (or a share of them), each level with a sign of its own."""
    most = max((bar.total for bar in chart.bars), default=0)
    scale = max(1.0, most / _WIDE)
    wide = max((len(bar.label) for bar in chart.bars), default=0)
    for bar in chart.bars:
        signs = "".join(_run(bar, chart, scale))
        yield f"{bar.label:>{wide}} |{signs} {bar.total or ('0' if bar.recorded else chart.gap)}"
    yield ""
    yield from (f"{_SIGNS[level.name]} {level.words}: {level.count}" for level in chart.levels)
    yield chart.source


def _run(bar: Bar, chart: Chart, scale: float) -> Iterator[str]:
    """The signs of one bar; its parts end where their sums do, and each that is there shows."""
    done, upto = 0, 0
    for level, count in zip(chart.levels, bar.counts, strict=True):
        upto += count
        end = max(round(upto / scale), done + 1) if count else done
        yield _SIGNS[level.name] * (end - done)
        done = end
