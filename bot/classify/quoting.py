"""Quoted spans: every kind of quotation mark, nested, over several paragraphs, also where marks are damaged.

One pass over the marks of a text. A straight or single mark is read by its neighbours (what opens
follows a gap, what closes follows a word); an apostrophe is none. A mark left open at the end of its paragraph
goes on in the next one if that begins with a mark of the same kind; otherwise the quotation ends with its
paragraph, so that one lost mark does not turn the rest of the text inside out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_MARKS = re.compile(
    r"""["“”„‟＂«»‹›「」『』《》〈〉〝〞]|''|``|['‘’‚‛＇]|â€œ|â€\x9d|â€™|â€˜|â€|ΓÇ£|ΓÇ¥|ΓÇÖ|ΓÇÿ|Â«|Â»"""
)
_DAMAGED = {
    "â€œ": "“", "â€\x9d": "”", "â€": "”", "â€™": "’", "â€˜": "‘",
    "ΓÇ£": "“", "ΓÇ¥": "”", "ΓÇÖ": "’", "ΓÇÿ": "‘", "Â«": "«", "Â»": "»",
    "‟": "“", "＂": '"', "〝": "“", "〞": "”", "``": "“", "''": '"', "＇": "'", "‛": "‘",
}  # fmt: skip
"""What a mark stands for: UTF-8 read as Windows-1252 or as code page 437, typewriter and full-width forms."""

_CLOSED_BY = {
    "“": '”"', "„": '“”"', "‘": "’'", "‚": "‘’'", "«": "»", "‹": "›", "「": "」", "『": "』", "《": "》", "〈": "〉",
    '"': '"”', "'": "'’", "”": "”", "»": "«",
}  # fmt: skip
_DECADE = re.compile(r"['’‘]\d\ds?\b")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Quoted words: ``text[start:end]`` without the marks, ``text[outer_start:outer_end]`` with them.

    ``depth`` is 1 for an outermost quotation, 2 inside one, and so on. ``mark`` is the opening mark in
    its undamaged form. ``closed`` is false where the closing mark is missing. ``continues`` marks the
    second and later paragraphs of one quotation.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    depth: int
    mark: str
    closed: bool = True
    continues: bool = False


@dataclass(slots=True)
class _Open:
    start: int
    outer_start: int
    mark: str
    depth: int
    continues: bool


def quoted_spans(text: str, paragraphs: list[tuple[int, int]]) -> tuple[Quoted, ...]:
    """All quotations of a text, by start, outer before inner. ``paragraphs`` are (start, end) pairs in order."""
    found: list[Quoted] = []
    carried = ""  # the mark that the paragraph before left open
    for start, end in paragraphs:
        reader = _Paragraph(text, start, end, carried)
        found += reader.read()
        carried = reader.left_open
    return tuple(sorted(_without_unproven(found), key=lambda span: (span.start, -span.end)))


class _Paragraph:
    """Reads the marks of one paragraph, keeping a stack of what is open."""

    def __init__(self, text: str, start: int, end: int, carried: str) -> None:
        self.text, self.start, self.end, self.carried = text, start, end, carried
        self.stack: list[_Open] = []
        self.found: list[Quoted] = []
        self.left_open = ""
        self.last_single = -1
        self.before_closing: set[int] = set()  # single marks that are followed by one that can close

    def read(self) -> list[Quoted]:
        marks = list(_MARKS.finditer(self.text, self.start, self.end))
        singles = [found for found in marks if _DAMAGED.get(found.group(), found.group()) in "'‘’"]
        self.last_single = next((found.start() for found in reversed(singles) if self._can_close(found)), -1)
        self.before_closing = {mark.start() for mark, after in pairwise(singles) if self._can_close(after)}
        for mark in marks:
            self._take(mark)
        if self.stack:
            self._end_paragraph()
        return self.found

    def _take(self, mark: re.Match[str]) -> None:
        sign = _DAMAGED.get(mark.group(), mark.group())
        if sign in "'‘’‚":
            self._take_single(mark, sign)
            return
        closes = self._closes(sign)
        opens = sign in _CLOSED_BY and sign not in "”»"
        if closes and opens:  # straight, or “ after „
            closes = sign != '"' or not (self._after_gap(mark) and not self._before_gap(mark))
        if closes:
            self._close(mark, sign)
        elif not self._before_gap(mark) and (opens or (sign == "»" and self._after_gap(mark))):
            self._open(mark, sign)

    def _take_single(self, mark: re.Match[str], sign: str) -> None:
        if self._closes(sign) and self._can_close(mark) and not self._possessive(mark):
            self._close(mark, sign)
        elif (sign in "‘‚" or (sign == "'" and mark.start() < self.last_single)) and self._stands_before_words(mark):
            self._open(mark, sign)

    def _stands_before_words(self, mark: re.Match[str]) -> bool:
        if _DECADE.match(self.text, mark.start()):
            return False
        return self._after_gap(mark) and not self._before_gap(mark)

    def _closes(self, sign: str) -> bool:
        return any(sign in _CLOSED_BY[entry.mark] for entry in self.stack)

    def _open(self, mark: re.Match[str], sign: str) -> None:
        continues = bool(self.carried) and mark.start() == self.start and sign == self.carried
        self.stack.append(_Open(mark.end(), mark.start(), sign, len(self.stack) + 1, continues))

    def _close(self, mark: re.Match[str], sign: str) -> None:
        while self.stack:
            entry = self.stack.pop()
            if sign in _CLOSED_BY[entry.mark]:
                self._add(entry, mark.start(), mark.end(), closed=True)
                return

    def _end_paragraph(self) -> None:
        self.left_open = self.stack[0].mark
        for entry in self.stack:
            if entry.mark not in "'‘‚":
                self._add(entry, self.end, self.end, closed=False)

    def _add(self, entry: _Open, end: int, outer_end: int, *, closed: bool) -> None:
        if end > entry.start:
            self.found.append(
                Quoted(entry.start, end, entry.outer_start, outer_end, entry.depth, entry.mark, closed, entry.continues)
            )

    def _after_gap(self, mark: re.Match[str]) -> bool:
        before = self.text[mark.start() - 1 : mark.start()] if mark.start() > self.start else ""
        return not before or not (before.isalnum() or before in ".,!?;:)]}%…")

    def _before_gap(self, mark: re.Match[str]) -> bool:
        after = self.text[mark.end() : mark.end() + 1] if mark.end() < self.end else ""
        return not after or after.isspace() or after in ".,!?;:)]}"

    def _can_close(self, mark: re.Match[str]) -> bool:
        before = self.text[mark.start() - 1 : mark.start()] if mark.start() > self.start else " "
        after = self.text[mark.end() : mark.end() + 1] if mark.end() < self.end else ""
        return not before.isspace() and not after.isalnum()

    def _possessive(self, mark: re.Match[str]) -> bool:
        """The apostrophe of "the troops' return": after an s, before a small letter, the closing mark yet to come."""
        before, after = self.text[mark.start() - 1], self.text[mark.end() : mark.end() + 2]
        return before == "s" and after[:1] == " " and after[1:].islower() and mark.start() in self.before_closing


def _without_unproven(found: list[Quoted]) -> Iterator[Quoted]:
    """Drop unclosed straight quotations that no later paragraph continues: a lost or doubled mark, not a quotation.

    Unclosed curly ones stay (they say which way they open); so do those that a next paragraph takes up.
    """
    outer = [span for span in found if span.depth == 1]
    taken_up = {id(a) for a, b in pairwise(outer) if b.continues and not a.closed}
    for span in found:
        if span.closed or span.mark != '"' or id(span) in taken_up or span.continues:
            yield span
