"""Hostile text made harmless, and long text cut, before it becomes part of a message."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANK_LETTERS = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters by category that draw nothing
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_HEAPED = re.compile(f"({_MARK}{{3}}){_MARK}+")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ELLIPSIS = "…"


def clean(text: str) -> str:
    """The same words on one or more tidy lines, without anything a reader cannot see.

    Control, bidirectional, zero-width, private and unassigned characters go; runs of
    white space become one space; a letter keeps at most three combining marks; the result
    is NFC, so that hangul typed on any machine is the same text.
    """
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text).replace("\t", " "))
    text = "".join(char for char in text if char == "\n" or _shown(char))
    lines = (" ".join(line.split()) for line in _HEAPED.sub(r"\1", text).split("\n"))
    return unicodedata.normalize("NFC", "\n".join(line for line in lines if line))


def _shown(char: str) -> bool:
    return unicodedata.category(char) not in _HIDDEN and char not in _BLANK_LETTERS


def one_line(text: str) -> str:
    """``clean`` on a single line."""
    return clean(text).replace("\n", " ")


def web_address(url: str) -> str:
    """The address if it is a plain http or https one, else empty: nothing else becomes a link."""
    url = url.strip()
    if any(char.isspace() or not _shown(char) for char in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else ""


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words, with "…" where something is left out.

    A single word longer than the limit (or a script without spaces) is cut inside.
    """
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    head = text[:limit]
    space = max(head.rfind(" "), head.rfind("\n"))
    if space < limit // 2:  # no fair word boundary: a long word, or Chinese and Japanese
        return head[: limit - 1].rstrip() + _ELLIPSIS
    return head[:space].rstrip(" \n,;:–—-") + _ELLIPSIS


def cut_words(text: str, words: int) -> str:
    """At most ``words`` words, with "…" where something is left out."""
    parts = text.split()
    return text if len(parts) <= words else " ".join(parts[:words]).rstrip(",;:–—-") + _ELLIPSIS
