"""What a statement is about: cues counted by strength, place and length of the text."""

from __future__ import annotations

from collections.abc import Mapping

from bot.classify.reading import Passage
from store.records import Label

_OPENING = 3  # sentences in which the subject is usually named
_CUE = {"sure": 1.6, "strong": 1.0, "weak": 0.4}


def _points(passage: Passage, theme: str) -> float:
    """Weighted sentences that speak of a theme, the title counted double; more than three add little."""
    total = 0.0
    for strength, worth in _CUE.items():
        group = f"theme/{theme}/{strength}"
        places = {hit.sentence for hit in passage.every(group)}
        early = sum(1 for place in places if place < _OPENING)
        total += worth * (min(len(places), 4) + 0.5 * early + 2.0 * bool(passage.headline.get(group)))
    return total


def _needed(passage: Passage, theme: str, weights: Mapping[str, float]) -> float:
    """Points that make a theme: more in a long text, where much is mentioned in passing."""
    length = min(len(passage.bounds), 40)
    return weights.get(theme, 1.0) * (weights.get("base", 0.9) + weights.get("per_sentence", 0.04) * length)


def themes(passage: Passage, names: tuple[str, ...], weights: Mapping[str, float]) -> list[Label]:
    """The themes of a statement, most prominent first."""
    rows = []
    for theme in names:
        points = _points(passage, theme)
        needed = _needed(passage, theme, weights)
        hits = passage.every(f"theme/{theme}/strong") or passage.every(f"theme/{theme}/weak")
        if points >= needed and hits:
            rows.append((points / needed, theme, hits[0]))
    rows.sort(key=lambda row: (-row[0], row[1]))
    return [
        passage.label(
            "theme", theme, hit, confidence=round(min(0.95, 0.4 + 0.2 * ratio), 2), by="theme/cues", rank=rank
        )
        for rank, (ratio, theme, hit) in enumerate(rows)
    ]
