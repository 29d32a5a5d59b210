"""A chart drawn as PNG. matplotlib weighs sixty megabytes: only the process that draws loads it, when it first does.

The picture stands on light ground of its own, so that it reads the same in dark and light
surroundings, and its letters are large enough for a phone. Parts of a bar differ by hatching and
by lightness; colour comes on top. The same chart gives the same bytes.
"""

from __future__ import annotations

import gc
import io
import logging
import textwrap
import threading
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.briefing.charts import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

WIDTH, HEIGHT = 1080, 810
"""Pixels of the picture."""

_DOTS = 216  # pixels an inch: a phone shows the picture at about a third of its size
_GROUND, _INK, _FAINT, _GAP = "#fbfaf7", "#1c1c1c", "#6a6a66", "#e4e2dc"
_TICKS = 7
_TITLE_LINE, _SOURCE_LINE = 45, 90
_DRAWING = threading.Lock()
"""matplotlib's settings are the whole process's: one drawing at a time."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a level looks: lightness falls as gravity rises, and no two that meet have one hatching."""

    colour: str
    hatch: str = ""
    lines: str = _INK


STYLES = {
    "explicit": Style("#6d1318"),
    "deterrent": Style("#b23f22", "\\\\\\\\", "#ffffff"),
    "implied": Style("#eda64a", "////"),
    "none": Style("#bcd3e6"),
    "rejects": Style("#6d1318"),
    "rejects-unless": Style("#b23f22", "\\\\\\\\", "#ffffff"),
    "conditional": Style("#eda64a", "////"),
    "ambivalent": Style("#d9c9a3", "xxxx"),
    "open": Style("#7fb0cf", "||"),
    "silent": Style("#dbe4ea"),
    "excerpt": Style("#f7f9fa", "...."),
    "unclear": Style("#ffffff", "+++"),
}


def png(chart: Chart) -> bytes:
    """The chart as a PNG of ``WIDTH`` by ``HEIGHT`` pixels."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it warns of folders that it may not write
    matplotlib: Any = import_module("matplotlib")
    with _DRAWING, matplotlib.rc_context():
        matplotlib.rcdefaults()  # whatever this machine's own settings are
        matplotlib.rcParams.update({"text.parse_math": False, "hatch.linewidth": 0.7})
        figure = _figure(chart)
        data = io.BytesIO()
        figure.savefig(data, format="png", metadata={"Software": None})
        figure.clear()
    gc.collect(1)  # figures are full of cycles
    return data.getvalue()


def _figure(chart: Chart) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - see above
    from matplotlib.figure import Figure  # noqa: PLC0415 - see above

    figure = Figure(figsize=(WIDTH / _DOTS, HEIGHT / _DOTS), dpi=_DOTS, facecolor=_GROUND)
    FigureCanvasAgg(figure)
    title = textwrap.wrap(_drawable(chart.title), _TITLE_LINE)[:3]
    source = textwrap.wrap(_drawable(chart.source), _SOURCE_LINE)[:3]
    figure.text(0.03, 0.97, "\n".join(title), va="top", fontproperties=_font(11.3, bold=True), color=_INK)
    rows = _legend(figure, chart, 0.97 - 0.058 * len(title))
    figure.text(0.03, 0.02, "\n".join(source), va="bottom", fontproperties=_font(7), color=_FAINT)
    top = 0.97 - 0.058 * len(title) - 0.044 * rows - 0.05
    low = 0.135 + 0.036 * len(source) + (0.035 if any("\n" in bar.tick for bar in chart.bars) else 0)
    _plot(figure.add_axes((0.115, low, 0.865, top - low)), chart)
    return figure


def _legend(figure: Figure, chart: Chart, top: float) -> int:
    """The levels with their sums, in the order of the bars from the foot up; how many rows they take."""
    from matplotlib.patches import Patch  # noqa: PLC0415 - see above

    keys = [
        Patch(
            facecolor=STYLES[level.name].colour,
            hatch=STYLES[level.name].hatch,
            hatchcolor=STYLES[level.name].lines,
            edgecolor=_INK,
            linewidth=0.6,
            label=f"{_drawable(level.words)}: {level.count}",
        )
        for level in chart.levels
    ]
    if chart.gap:
        keys.append(Patch(facecolor=_GAP, linewidth=0, label=_drawable(chart.gap)))
    figure.legend(
        handles=keys,
        loc="upper left",
        bbox_to_anchor=(0.018, top),
        ncols=2,
        prop=_font(8.4),
        frameon=False,
        labelcolor=_INK,
        handlelength=2.2,
        handleheight=1.1,
        labelspacing=0.35,
        columnspacing=1.6,
        borderaxespad=0.2,
    )
    return -(-len(keys) // 2)


def _plot(axes: Axes, chart: Chart) -> None:
    places = range(len(chart.bars))
    feet = [0] * len(chart.bars)
    for number, level in enumerate(chart.levels):
        counts = [bar.counts[number] for bar in chart.bars]
        style = STYLES[level.name]
        look: dict[str, Any] = {
            "color": style.colour,
            "hatch": style.hatch,
            "hatchcolor": style.lines,
            "edgecolor": _INK,
        }
        axes.bar(places, counts, 0.82, feet, linewidth=0.6, zorder=2, **look)
        feet = [foot + count for foot, count in zip(feet, counts, strict=True)]
    for place in places:
        if not chart.bars[place].recorded:
            axes.axvspan(place - 0.5, place + 0.5, color=_GAP, linewidth=0, zorder=0)
    _axes(axes, chart, max(feet, default=0))


def _axes(axes: Axes, chart: Chart, most: int) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - see above

    axes.set_facecolor(_GROUND)
    axes.set_xlim(-0.6, max(len(chart.bars), 3) - 0.4)
    axes.set_ylim(0, max(most * 1.06, 2))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y", color=_GAP, linewidth=0.8, zorder=1)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_INK)
    ticks = _thinned(chart)
    axes.set_xticks(list(ticks), [_drawable(one) for one in ticks.values()])
    axes.tick_params(colors=_INK, length=3, width=0.8)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(_font(8.4))
    axes.set_xlabel(_drawable(chart.across), fontproperties=_font(8.4), color=_INK, labelpad=3)
    axes.set_ylabel(_drawable(chart.up), fontproperties=_font(8.4), color=_INK, labelpad=3)


def _thinned(chart: Chart) -> dict[int, str]:
    """At most ``_TICKS`` of the ticks, by place; years that are round if they are many."""
    ticks = {place: bar.tick for place, bar in enumerate(chart.bars) if bar.tick}
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000):
        round_ = {place: text for place, text in ticks.items() if chart.bars[place].first.year % step == 0}
        if all(text.isdigit() for text in ticks.values()) and len(round_) <= _TICKS:
            return round_
    step = -(-len(ticks) // _TICKS) or 1
    return dict(list(ticks.items())[::step])


@cache
def _file(*, bold: bool) -> str:
    """The font that comes with matplotlib, so that the machine's own fonts change nothing."""
    matplotlib: Any = import_module("matplotlib")
    return f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"


def _font(points: float, *, bold: bool = False) -> FontProperties:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - see above

    return FontProperties(fname=_file(bold=bold), size=points)


@cache
def _letters() -> frozenset[int]:
    """The characters that both fonts have."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - see above

    plain, bold = (FT2Font(_file(bold=heavy)).get_charmap() for heavy in (False, True))
    return frozenset(plain) & frozenset(bold)


def _drawable(text: str) -> str:
    """The text, with "…" for each run of characters that the font lacks, such as hangul; the alt text has them all."""
    shown = "".join(char if ord(char) in _letters() or char == "\n" else "\x00" for char in text)
    while "\x00\x00" in shown or "\x00 \x00" in shown:
        shown = shown.replace("\x00 \x00", "\x00").replace("\x00\x00", "\x00")
    return shown.replace("\x00", "…")
