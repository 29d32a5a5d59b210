"""A typed line taken apart: quoted phrases, ``key:value`` and plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTES = {'"': '"', "“": "”", "„": "“", "'": "'", "‘": "’", "「": "」", "«": "»", "《": "》"}
_KEY = re.compile(r"([^\W\d_][\w-]{1,20}):(?!//)")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or quoted phrase; ``key`` is what stood before its colon, in small letters.

    ``whole``: between « and », which hold words together and say no more; a command line of our
    own making uses them where quotation marks would mean a phrase.
    """

    text: str
    key: str = ""
    quoted: bool = False
    whole: bool = False


def read_words(line: str) -> list[Word]:
    """The words of a line in order. A quotation mark that is never closed is a plain character."""
    words: list[Word] = []
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        found = _KEY.match(line, at)
        key, start = (found[1].lower(), found.end()) if found else ("", at)
        text, quoted, end = _value(line, start)
        words.append(Word(text, key, quoted, whole=quoted and line[start] == "«"))
        at = max(end, at + 1)
    return words


def _value(line: str, start: int) -> tuple[str, bool, int]:
    opening = line[start : start + 1]
    if opening in _QUOTES and opening:
        close = _closing(line, start)
        if close > 0:
            return line[start + 1 : close], True, close + 1
    found = _WORD.match(line, start)
    return (found[0], False, found.end()) if found else ("", False, start)


def _closing(line: str, start: int) -> int:
    """Where the phrase ends: a closing mark with a space or nothing after it; -1 when there is none."""
    mark, at = _QUOTES[line[start]], start
    while (at := line.find(mark, at + 1)) > 0:
        if at + 1 == len(line) or line[at + 1].isspace():
            return at
    return -1
