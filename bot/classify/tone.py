"""How a statement sounds: hostile, critical, neutral or conciliatory."""

from __future__ import annotations

from collections.abc import Mapping

from bot.classify.reading import Passage
from store.records import Label


def tone(passage: Passage, weights: Mapping[str, float]) -> Label:
    """One label, from how densely insults, blame and warm words stand."""
    sizes = {name: len(passage.every(f"tone/{name}")) for name in ("insult", "strong", "critical", "warm")}
    length = max(6, len(passage.bounds))
    insult = (sizes["insult"] + sizes["strong"]) / length
    sour = sizes["critical"] / length
    warm = sizes["warm"] / length
    if insult >= weights.get("hostile", 0.33):
        value = "hostile"
    elif insult + sour >= weights.get("critical", 0.5) and insult * 2 + sour > warm * weights.get("warm", 0.7):
        value = "critical"
    elif warm >= weights.get("conciliatory", 1.0):
        value = "conciliatory"
    else:
        value = "neutral"
    name = {"hostile": "insult", "critical": "critical", "conciliatory": "warm"}.get(value, "")
    hits = passage.every(f"tone/{name}")
    return passage.label("tone", value, hits[0] if hits else None, confidence=0.6, by="tone/density")
