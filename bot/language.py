"""Which language a text is in, by its script."""

from __future__ import annotations

import re


def language_of(text: str) -> str:
    """ko, ja, zh or ru by the script, else en."""
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
    return best if counts[best] * 4 > letters else "en"
