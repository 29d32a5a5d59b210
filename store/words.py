"""How the store cuts text into words: the same for counting, for looking alike, and for queries."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
"""A run of letters or digits, which is also what FTS5's unicode61 takes for a token."""


def tokens(text: str) -> list[str]:
    """The words of a text in order, composed (NFC) and casefolded: the keys of ``Earlier.frequency``."""
    return WORD.findall(unicodedata.normalize("NFC", text).casefold())
