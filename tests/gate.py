"""The quality gate: ``python -m tests.gate`` fails when the reading of a labelled set falls below a pinned floor.

``tests/gate.json`` holds for each corpus its digest, and for each figure the floor, the figure at pinning, and the
least that it may ever be pinned at. ``--update`` pins anew and never lowers a floor without ``--allow-regression``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.classify.coding import Coder
from bot.codebook import load
from bot.evaluate import Tally
from bot.evaluation.merging import b_cubed
from bot.evaluation.report import Evaluation, evaluation

ROOT = Path(__file__).resolve().parents[1]
PINNED = ROOT / "tests" / "gate.json"
GOLD = ROOT.parent / "shared" / "gold"
FLIPS = 2
"""So many items more may be wrong before a floor is broken."""

Measure = Callable[[Evaluation], tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the gate: which corpus, what is measured (the figure and of how many), and what it must be at least.

    ``readers`` is how far two careful readers agree, None where that is not known.
    """

    name: str
    corpus: str
    least: float
    measure: Measure
    readers: float | None = None


def _kappa(name: str) -> Measure:
    return lambda done: (done.figures.kappa(name), len(done.figures.pairs.get(name, ())))


def _right(name: str) -> Measure:
    return lambda done: (done.figures.rate(name), len(done.figures.pairs.get(name, ())))


def _f1(name: str) -> Measure:
    def measure(done: Evaluation) -> tuple[float, int]:
        tally = done.figures.tally(name)
        return tally.f1, tally.right + tally.missed

    return measure


def _f1_of_yes(name: str) -> Measure:
    """F1 of the answer "True" among single judgements."""

    def measure(done: Evaluation) -> tuple[float, int]:
        pairs = done.figures.pairs.get(name, [])
        tally = Tally(
            right=sum(pair == ("True", "True") for pair in pairs),
            given=sum(pair == ("True", "False") for pair in pairs),
            missed=sum(pair == ("False", "True") for pair in pairs),
        )
        return tally.f1, len(pairs)

    return measure


def _merging(done: Evaluation) -> tuple[float, int]:
    return b_cubed(done.found, done.wanted)[2], len(done.wanted)


FIGURES = (
    Figure("relevance κ", "dev", 0.85, _kappa("relevance"), 0.93),
    Figure("speaker, of relevant statements", "dev", 0.90, _right("speaker"), 0.91),
    Figure("authority within the level", "dev", 0.85, _right("authority"), 0.95),
    Figure("stance, F1 of (audience, value)", "dev", 0.70, _f1("stance"), 0.91),
    Figure("threat κ", "dev", 0.65, _kappa("threat"), 0.89),
    Figure("themes F1", "dev", 0.75, _f1("themes"), 0.90),
    Figure("demands F1", "dev", 0.65, _f1("demands"), 0.92),
    Figure("relevance F1", "press-dev", 0.92, _f1_of_yes("news relevance")),
    Figure("quotation found and rightly attributed, F1", "press-dev", 0.80, _f1("quotations")),
    Figure("statement date right, of those datable", "press-dev", 0.85, _right("statement date")),
    Figure("reports merged, B-cubed F1", "press-dev", 0.92, _merging),
    Figure("not-statements kept out", "press-dev", 0.85, _right("not-statements kept out")),
)


class RefusedError(Exception):
    """A floor would be lowered, or pinned below what is asked at least; the text says which."""


def floor(figure: float, n: int, least: float) -> float:
    """A floor a few items below the figure, to three decimals, and never below what is asked at least."""
    return max(least, math.floor((figure - FLIPS / max(n, 1)) * 1000) / 1000)


def row(figure: float, n: int, least: float) -> dict[str, float]:
    """What is pinned of one figure."""
    return {"floor": floor(figure, n, least), "pinned": round(figure, 3), "least": least, "n": n}


def broken(pinned: Mapping[str, Mapping[str, float]], measured: Mapping[str, float]) -> list[str]:
    """One line for each figure below its floor, not pinned, or no longer measured."""
    lines = [
        f"{name}: {measured[name]:.3f} is below the floor {kept['floor']:.3f} (pinned at {kept['pinned']:.3f})"
        for name, kept in pinned.items()
        if name in measured and measured[name] < kept["floor"]
    ]
    lines += [f"{name}: pinned and no longer measured" for name in pinned if name not in measured]
    return lines + [f"{name}: measured and not pinned" for name in measured if name not in pinned]


def pinned_anew(
    old: Mapping[str, Mapping[str, float]], new: Mapping[str, Mapping[str, float]], *, regression: bool
) -> dict[str, dict[str, float]]:
    """The new floors; one that was higher before stays, unless a regression is allowed and the figure needs it.

    Raises:
        RefusedError: a figure is below its old floor and no regression is allowed, or below the least it may be.
    """
    short = [name for name, kept in new.items() if kept["pinned"] < kept["least"] and not regression]
    lowered = [name for name, kept in new.items() if name in old and kept["pinned"] < old[name]["floor"]]
    if short:
        raise RefusedError(f"below what is asked at least: {', '.join(short)}")
    if lowered and not regression:
        raise RefusedError(f"would lower the floor of: {', '.join(lowered)}")
    kept_up = {
        name: {**kept, "floor": max(kept["floor"], old[name]["floor"])}
        for name, kept in new.items()
        if name in old and name not in lowered
    }
    return {name: dict(kept_up.get(name, kept)) for name, kept in new.items()}


def digest(path: Path) -> str:
    """A corpus's digest, so that a floor is never held against other texts."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def measured(gold: Path) -> dict[str, dict[str, float]]:
    """Read both sets; each figure as it would be pinned."""
    coder = Coder(load())
    done = {corpus: evaluation(gold / f"{corpus}.jsonl", coder) for corpus in {figure.corpus for figure in FIGURES}}
    return {figure.name: row(*figure.measure(done[figure.corpus]), figure.least) for figure in FIGURES}


def main(arguments: list[str]) -> int:
    """Measure, and hold against the floors or pin them; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.gate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--update", action="store_true", help="pin the floors anew")
    parser.add_argument("--allow-regression", action="store_true", help="let --update lower a floor")
    options = parser.parse_args(arguments)
    corpora = {figure.corpus: GOLD / f"{figure.corpus}.jsonl" for figure in FIGURES}
    if not all(path.is_file() for path in corpora.values()):
        sys.stdout.write("gate: SKIPPED, ../shared/gold is not here\n")
        return 0
    digests = {corpus: digest(path) for corpus, path in corpora.items()}
    pinned: dict[str, Any] = json.loads(PINNED.read_text("utf-8")) if PINNED.exists() else {"corpora": {}, "floors": {}}
    if not options.update and pinned["corpora"] != digests:
        _tell("gate: the labelled sets are not those that the floors were pinned on; run with --update")
        return 1
    now = measured(GOLD)
    if options.update:
        return _update(pinned["floors"], now, digests, regression=options.allow_regression)
    return _hold(pinned["floors"], now)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _update(old: dict[str, Any], now: dict[str, Any], digests: dict[str, str], *, regression: bool) -> int:
    try:
        floors = pinned_anew(old, now, regression=regression)
    except RefusedError as refused:
        _tell(f"gate: {refused}")
        return 1
    text = json.dumps({"corpora": digests, "floors": floors}, ensure_ascii=False, indent=2, sort_keys=False)
    PINNED.write_text(text + "\n", "utf-8")
    sys.stdout.write(f"gate: {len(floors)} floors pinned\n")
    return 0


def _hold(floors: dict[str, Any], now: dict[str, Any]) -> int:
    for name, kept in now.items():
        sys.stdout.write(
            f"{name:44} {kept['pinned']:.3f}   floor {floors.get(name, kept)['floor']:.3f}   n {kept['n']}\n"
        )
    lines = broken(floors, {name: kept["pinned"] for name, kept in now.items()})
    for line in lines:
        _tell(f"gate: {line}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
