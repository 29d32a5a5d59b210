"""What is gained when labels below a confidence are left out: fewer answers, and how many more of them right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluation.judgements import Judged, Judgement

STEPS = 6
"""At most so many confidences are tried."""


@dataclass(frozen=True, slots=True)
class Point:
    """Keeping only labels of at least this confidence: how many stay, their precision and their recall, 0 to 1."""

    confidence: float
    kept: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def curves(judged: Judged) -> dict[str, list[Point]]:
    """The curve of every kind of label that is given with more than one confidence."""
    kinds = dict.fromkeys(row.kind for row in judged.rows)
    found = {kind: curve([row for row in judged.rows if row.kind == kind], judged.wanted[kind]) for kind in kinds}
    return {kind: points for kind, points in found.items() if len(points) > 1}


def curve(rows: Sequence[Judgement], wanted: int) -> list[Point]:
    """Points from keeping everything upwards, at confidences that split the labels about evenly."""
    levels = sorted({row.confidence for row in rows})
    ranked = sorted(row.confidence for row in rows)
    tried = levels if len(levels) <= STEPS else [ranked[len(ranked) * step // STEPS] for step in range(STEPS)]
    return [_point([row for row in rows if row.confidence >= level], level, wanted) for level in dict.fromkeys(tried)]


def _point(kept: Sequence[Judgement], level: float, wanted: int) -> Point:
    right = sum(row.right for row in kept)
    return Point(level, len(kept), right / len(kept) if kept else 1.0, right / wanted if wanted else 1.0)
