"""Which language a text is in, by its script, and Spanish by its small words."""

from __future__ import annotations

import re

_SPANISH = re.compile(r"\b(?:el|los|las|del|que|para|por|una|con|su|sus|al)\b", re.IGNORECASE)
_SHARE = 10
"""One word in so many, at least, is one of these in Spanish; in English hardly any is."""


def language_of(text: str) -> str:
    """ko, ja, zh or ru by the script, es by its small words, else en."""
    counts = {
        "ko": len(re.findall(r"[\uac00-\ud7a3]", text)),
        "ja": len(re.findall(r"[\u3040-\u30ff]", text)),
        "ru": len(re.findall(r"[\u0400-\u04ff]", text)),
        "zh": len(re.findall(r"[\u4e00-\u9fff]", text)),
    }
    letters = sum(character.isalpha() for character in text)
    if counts["ja"] * 10 > counts["zh"] and counts["ja"] > counts["ko"]:
        counts["ja"] += counts["zh"]
    best = max(counts, key=lambda code: counts[code])
    if counts[best] * 4 > letters:
        return best
    return "es" if len(_SPANISH.findall(text)) * _SHARE > len(text.split()) else "en"
