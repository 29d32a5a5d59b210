"""``briefbot evaluate``: a labelled file read and held against its labels, told to a reader or as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.classify.coding import Coder
from bot.errors import BriefbotError
from bot.evaluate import FIRST_SEEN, Figures, Tally, compare
from bot.evaluation.abstention import Point, curves
from bot.evaluation.judgements import Judged, Judgement, judged, worst
from bot.evaluation.merging import b_cubed, merged, scattered
from bot.rows import item_of

TABLES = ("stance", "threat", "tone")
WORST = 20


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that is known after reading a file: plain figures, single judgements, and how the reports merged.

    ``found`` and ``wanted`` give the statement of each row of which the gold says so; empty without such rows.
    """

    figures: Figures
    judged: Judged
    found: Mapping[str, Hashable]
    wanted: Mapping[str, Hashable]
    stances: Counter[tuple[str, str]]

    def confusion(self, name: str) -> Counter[tuple[str, str]]:
        """How often each label was given (first) where each was wanted (second)."""
        if name == "stance":
            return self.stances
        return Counter((row.found, row.wanted) for row in self.judged.rows if row.kind == name)


def evaluation(path: str | Path, coder: Coder) -> Evaluation:
    """Read a JSON Lines file of labelled items and compare.

    Raises:
        BriefbotError: the file cannot be read, or a line is no labelled item.
    """
    rows = _rows(Path(path))
    readings = [(row, coder.code(item_of(row, FIRST_SEEN))) for row in rows]
    figures = Figures()
    for row, coding in readings:
        compare(figures, row, coding)
    found, wanted = merged([row for row in rows if "gold" in row], coder)
    every = judged(readings)
    return Evaluation(figures, every, found, wanted, _stances(every))


def _rows(path: Path) -> list[dict[str, Any]]:
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BriefbotError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BriefbotError(f"{path}, line {number}: not JSON: {error}") from error
        if not isinstance(row, dict) or not ({"labels", "gold"} & row.keys()) or "id" not in row:
            raise BriefbotError(f'{path}, line {number}: a labelled item needs "id" and "labels" or "gold"')
        rows.append(row)
    return rows


def _stances(every: Judged) -> Counter[tuple[str, str]]:
    """Stance values given and wanted toward one audience; "none" where the gold, or where the reading, has none."""
    table = Counter(
        (row.found.split()[0], row.wanted.split()[0] if row.wanted else "none")
        for row in every.rows
        if row.kind == "stance"
    )
    missed = every.wanted.get("stance", 0) - sum(count for (_, due), count in table.items() if due != "none")
    if missed:
        table["none", "any"] = missed
    return table


def told(done: Evaluation, most: int = WORST) -> str:
    """The evaluation for a reader, plain text."""
    return "\n".join(_lines(done, most)) + "\n"


def _lines(done: Evaluation, most: int) -> Iterator[str]:
    figures = done.figures
    yield f"{figures.items} items"
    if figures.pairs:
        yield f"\n{'one judgement an item':26}{'right':>7}{'kappa':>8}{'n':>6}"
    for name, pairs in figures.pairs.items():
        yield f"{name:26}{figures.rate(name):7.3f}{figures.kappa(name):8.3f}{len(pairs):6}"
    if figures.sets:
        yield f"\n{'several':26}{'F1':>7}{'precision':>11}{'recall':>8}{'n':>6}"
    for name, tally in figures.sets.items():
        yield f"{name:26}{tally.f1:7.3f}{tally.precision:11.3f}{tally.recall:8.3f}{_due(tally):6}"
    if done.wanted:
        precision, recall, f1 = b_cubed(done.found, done.wanted)
        yield f"{'reports merged (B-cubed)':26}{f1:7.3f}{precision:11.3f}{recall:8.3f}{len(done.wanted):6}"
        yield from (f"  {line}" for line in scattered(done.found, done.wanted))
    for name in TABLES:
        yield from _table(name, done.confusion(name))
    for kind, points in curves(done.judged).items():
        yield f"\n{kind}: keeping only what is at least so sure"
        yield from (_point(point) for point in points)
    yield "\nsurest mistakes"
    yield from (line for row in worst(done.judged, most) for line in _mistake(row))
    yield from (f"  {name} | {item} | {what}" for name, item, what in figures.mistakes if " missed" in name)


def _due(tally: Tally) -> int:
    return tally.right + tally.missed


def _table(name: str, counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """Rows: given; columns: wanted."""
    if not counts:
        return
    given, wanted = (sorted({pair[place] for pair in counts}) for place in (0, 1))
    yield f"\n{name + ', given / wanted':26}" + "".join(f"{column[:14]:>15}" for column in wanted)
    for row in given:
        yield f"{row:26}" + "".join(f"{counts[row, column] or '.':>15}" for column in wanted)


def _point(point: Point) -> str:
    return (
        f"  {point.confidence:4.2f}  {point.kept:5} kept   precision {point.precision:.3f}"
        f"   recall {point.recall:.3f}   F1 {point.f1:.3f}"
    )


def _mistake(row: Judgement) -> Iterator[str]:
    yield f"  {row.kind} | {row.item} | {row.found} instead of {row.wanted or 'nothing'} ({row.confidence:.2f})"
    yield f"      {' '.join(row.words.split())}"


def as_json(done: Evaluation, most: int = WORST) -> dict[str, Any]:
    """The evaluation as plain JSON values."""
    figures = done.figures
    precision, recall, f1 = b_cubed(done.found, done.wanted)
    merging = {"precision": precision, "recall": recall, "f1": f1, "n": len(done.wanted)} if done.wanted else None
    return {
        "items": figures.items,
        "single": {
            name: {"right": figures.rate(name), "kappa": figures.kappa(name), "n": len(pairs)}
            for name, pairs in figures.pairs.items()
        },
        "several": {
            name: {"f1": tally.f1, "precision": tally.precision, "recall": tally.recall, "n": _due(tally)}
            for name, tally in figures.sets.items()
        },
        "merged": merging,
        "confusion": {name: _cells(done.confusion(name)) for name in TABLES},
        "abstention": {kind: [_point_row(point) for point in points] for kind, points in curves(done.judged).items()},
        "mistakes": [_mistake_row(row) for row in worst(done.judged, most)],
    }


def _cells(counts: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"given": given, "wanted": wanted, "count": count} for (given, wanted), count in sorted(counts.items())]


def _point_row(point: Point) -> dict[str, float]:
    return {
        "confidence": point.confidence, "kept": point.kept, "precision": point.precision, "recall": point.recall,
        "f1": point.f1,
    }  # fmt: skip


def _mistake_row(row: Judgement) -> dict[str, Any]:
    return {
        "kind": row.kind, "item": row.item, "found": row.found, "wanted": row.wanted, "confidence": row.confidence,
        "words": row.words,
    }  # fmt: skip
