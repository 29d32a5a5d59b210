"""How a statement sounds: hostile, critical, neutral or conciliatory, from how densely insults and warm words stand."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, sqrt

from bot.classify.reading import Passage
from store.records import Label

_KINDS = ("insult", "strong", "critical", "warm")
_SENTENCE = 20  # words; densities are per so many
_SHORTEST = 4  # sentences' worth of words, so that one word does not make a short text
_SHOWN = {"hostile": ("strong", "insult"), "critical": ("critical",), "conciliatory": ("warm",), "neutral": ()}


def _features(passage: Passage, *, threatens: bool, welcomes: bool) -> dict[str, float]:
    length = max(_SHORTEST, len(passage.normal.split()) / _SENTENCE)
    features = {kind: sqrt(len(passage.every(f"tone/{kind}")) / length) for kind in _KINDS}
    features |= {"dprk": float(passage.reading.side == "dprk"), "threat": float(threatens), "open": float(welcomes)}
    features["title"] = float(bool(passage.headline.get("tone/insult")))
    return features


def tone(passage: Passage, weights: Mapping[str, Mapping[str, float]], *, threatens: bool, welcomes: bool) -> Label:
    """One label; ``threatens`` and ``welcomes`` tell of the threat and of an open stance, which colour the tone."""
    features = _features(passage, threatens=threatens, welcomes=welcomes)
    scores = {
        value: row["intercept"] + sum(row[name] * size for name, size in features.items())
        for value, row in weights.items()
    }
    value = max(scores, key=lambda name: scores[name])
    sure = 1 / sum(exp(min(50.0, score - scores[value])) for score in scores.values())
    hits = [hit for kind in _SHOWN[value] for hit in passage.every(f"tone/{kind}")]
    return passage.label(
        "tone", value, hits[0] if hits else None, confidence=round(max(sure, 0.4), 2), by="tone/density"
    )
