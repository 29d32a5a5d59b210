"""What a statement is about: cues counted by strength, place and length of the text, weighed by a small logistic model.

The weights are in ``bot/codebook/cues_weights.yaml``; a theme without weights of its
own is judged by the shared ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log, log1p
from typing import Any

from bot.classify.cues import Hit
from bot.classify.reading import Passage
from store.records import Label

_STRENGTHS = ("sure", "strong", "weak")
_OPENING = 3  # sentences in which the subject is usually named
_MOST_EARLY = 2
_USUAL_LENGTH, _SHORTEST = 12, 3  # sentences


def _features(passage: Passage, theme: str) -> tuple[dict[str, float], float]:
    """The features of one theme by name, and the log of its weighted hits."""
    places: dict[str, set[int]] = {}
    titled: dict[str, int] = {}
    for strength in _STRENGTHS:
        group = f"theme/{theme}/{strength}"
        places[strength] = {hit.sentence for hit in passage.every(group)}
        titled[strength] = int(bool(passage.headline.get(group)))
    count = {strength: len(found) for strength, found in places.items()}
    early = {strength: sum(place < _OPENING for place in found) for strength, found in places.items()}
    features = {strength: log1p(count[strength]) for strength in _STRENGTHS}
    features |= {f"{strength}_title": titled[strength] for strength in _STRENGTHS}
    features["early"] = min(early["sure"] + early["strong"], _MOST_EARLY)
    features["weak_early"] = min(early["weak"], _MOST_EARLY)
    features["any"] = min(count["sure"] + count["strong"], 1)
    features["length"] = log(max(len(passage.bounds), _SHORTEST) / _USUAL_LENGTH)
    return features, log1p(2 * count["sure"] + 2 * count["strong"] + count["weak"])


def _probability(passage: Passage, theme: str, weights: Mapping[str, Any]) -> float:
    features, amount = _features(passage, theme)
    score = weights["intercept"] + weights["bias"].get(theme, 0.0) + weights["slope"].get(theme, 0.0) * amount
    score += sum(weights["shared"][name] * value for name, value in features.items())
    return 1 / (1 + exp(-score))


def _hits(passage: Passage, theme: str) -> list[Hit]:
    return [hit for strength in _STRENGTHS for hit in passage.every(f"theme/{theme}/{strength}")]


def themes(passage: Passage, names: tuple[str, ...], weights: Mapping[str, Any]) -> list[Label]:
    """The themes of a statement, most certain first; a theme needs a hit in the text itself."""
    rows = []
    for theme in names:
        hits = _hits(passage, theme)
        if hits and (sure := _probability(passage, theme, weights)) >= weights["enough"]:
            rows.append((sure, theme, hits[0]))
    rows.sort(key=lambda row: (-row[0], row[1]))
    return [
        passage.label("theme", theme, hit, confidence=round(sure, 2), by="theme/cues", rank=rank)
        for rank, (sure, theme, hit) in enumerate(rows)
    ]
