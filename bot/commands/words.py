"""A typed line taken apart: quoted phrases, ``key:value`` and plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_QUOTES = {'"': '"', "“": "”", "„": "“", "'": "'", "‘": "’", "「": "」", "«": "»", "《": "》"}
_KEY = re.compile(r"([^\W\d_][\w-]{1,20})(?::(?!//)|=)")
_WORD = re.compile(r"\S+")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"\\": "\\\\", "»": "\\»", "\n": "\\n", "\r": "\\r"}
_MEANT = {"n": "\n", "r": "\r"}
_PLAIN = re.compile(r"[\w<#@./+][^\s\"'“”„‘’「」«»《》\\]*(?<![,;])")
_SPACED = re.compile(r"[^\s\"\\](?:[^\s\"\\]| (?! ))*[^\s\"\\]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or quoted phrase; ``key`` is what stood before its colon (or =), in small letters.

    ``whole``: a value between « and », which hold it together and say no more; a command line of our
    own making uses them where quotation marks would mean a phrase. ``typed`` is the word as it was
    typed, ``source`` the same without the key: both with their marks.
    """

    text: str
    key: str = ""
    quoted: bool = False
    whole: bool = False
    typed: str = field(default="", compare=False)
    source: str = field(default="", compare=False)


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
        text, quoted, end = _value(line, start, held=bool(key))
        whole = bool(key) and quoted and line[start] == "«"
        words.append(Word(text, key, quoted, whole, typed=line[at:end], source=line[start:end]))
        at = max(end, at + 1)
    return words


def _value(line: str, start: int, *, held: bool) -> tuple[str, bool, int]:
    """The text, whether it was quoted, and its end; a value that is ``held`` by « and » may have marks escaped."""
    opening = line[start : start + 1]
    if opening in _QUOTES and opening:
        held = held and opening == "«"
        close = _closing(line, start, escaping=held)
        if close > 0:
            text = line[start + 1 : close]
            return (_unescaped(text) if held else text), True, close + 1
    found = _WORD.match(line, start)
    return (found[0], False, found.end()) if found else ("", False, start)


def _closing(line: str, start: int, *, escaping: bool) -> int:
    """Where the phrase ends: a closing mark with a space or nothing after it; -1 when there is none."""
    mark, at = _QUOTES[line[start]], start + 1
    while at < len(line):
        if escaping and line[at] == "\\":
            at += 2
            continue
        if line[at] == mark and (at + 1 == len(line) or line[at + 1].isspace()):
            return at
        at += 1
    return -1


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text)


def written_word(key: str, value: str, *, phrases: bool = False, held: bool = False) -> str:
    """``key:value`` as ``read_words`` reads it again, whatever the value holds.

    Simple values stand as people type them, words in quotation marks, all else between « and » with their own
    marks and breaks escaped. ``phrases``: quotation marks around it would mean a phrase; ``held``: without
    marks it would go on into what follows.
    """
    if not held and _PLAIN.fullmatch(value) and not value.startswith("//"):
        return f"{key}:{value}"
    if _SPACED.fullmatch(value) and not phrases:
        return f'{key}:"{value}"'
    return f"{key}:«{''.join(_ESCAPES.get(mark, mark) for mark in value)}»"
