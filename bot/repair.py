"""Encoding damage put right: text whose UTF-8 bytes somebody read in another encoding.

Each rule takes a run of characters that hardly occurs in honest text, turns it
back into the bytes it came from, and keeps the result only if those are valid UTF-8.
"""

from __future__ import annotations

import html
import re

LATIN = re.compile(
    r"[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u203a\u20ac\u2122]{1,3}"
)
"""A UTF-8 lead byte and its followers as Windows-1252 shows them: ``â€™``, ``Ã©``."""
LATIN_CUT = re.compile(r"â€(?=[\s,.;:!?)\]]|$)")
"""A closing quotation mark whose last byte, a control character in Windows-1252, was lost."""
DOS = re.compile(r"ΓÇ.|┬.|├.")
"""Likewise as code page 437 shows them: ``10┬╗``, ``ΓÇÖ``."""
CYRILLIC = re.compile(r"вЂ.")
"""Likewise as Windows-1251 shows them: ``вЂ™``."""
CHINESE = re.compile(r"鈥[\u4e00-\u9fff\ue000-\uf8ff]")
"""Likewise as GBK shows them: ``People鈥檚``; the second character has swallowed the next letter."""
CHINESE_CUT = re.compile(r"(?P<before>\s?)鈥[?\ufffd]?(?=\s|$)")
"""What is left where the following byte was lost: ``(AP) 鈥 Kim``, ``talks,鈥?``."""
INVISIBLE = dict.fromkeys([*range(9), *range(14, 32), *range(127, 160), 0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[a-zA-Z]{2,8});")
SPACES = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")


def repaired(text: str) -> str:
    """The text with encoding damage and doubly escaped entities put right, and spaces made plain."""
    for _ in range(2):  # damage is sometimes done twice
        text = LATIN.sub(_latin, text)
    text = LATIN_CUT.sub("”", text)
    text = DOS.sub(lambda found: _through(found[0], "cp437"), text)
    text = CYRILLIC.sub(lambda found: _through(found[0], "cp1251"), text)
    if "鈥" in text:
        text = CHINESE.sub(lambda found: _through(found[0], "gb18030"), text)
        text = CHINESE_CUT.sub(lambda found: " —" if found["before"] else "”", text)
    for _ in range(2):
        if ENTITY.search(text):
            text = html.unescape(text)
    return SPACES.sub(" ", text.translate(INVISIBLE))


def _through(run: str, encoding: str) -> str:
    try:
        return run.encode(encoding).decode("utf-8")
    except UnicodeError:
        return run


def _latin(found: re.Match[str]) -> str:
    """The run put right; it may have taken a character too many, which is kept as it is."""
    run = found[0]
    for end in range(len(run), 1, -1):
        try:
            whole = b"".join(_byte(character) for character in run[:end]).decode("utf-8")
        except UnicodeError:
            continue
        if whole.isprintable() or whole == "\u00a0":  # a control character was no letter to begin with
            return whole + run[end:]
    return run


def _byte(character: str) -> bytes:
    """Windows-1252 has five gaps, which senders fill as Latin-1 does."""
    return bytes([ord(character)]) if ord(character) < 256 else character.encode("cp1252")  # noqa: PLR2004  one byte
