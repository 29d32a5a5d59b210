"""Full-text search. What people type is never query syntax: it is cut into words, and each is quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from store.file import File
from store.items import COLUMNS as ITEM_COLUMNS
from store.items import Between
from store.items import read as read_item
from store.records import Item, Statement
from store.statements import load
from store.words import WORD

PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')
QUOTATION_MARKS = re.compile("[“”„‟«»「」『』]")
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Kana and Han: scripts without spaces, in which a word cannot be found by an index of whole runs."""

MOST_PIECES = 32
SNIPPET = 20
"""Words in an excerpt; excerpts stay short."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query made safe: an FTS5 expression, and parts to be looked for letter by letter. Both empty: nothing asked."""

    expression: str = ""
    parts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.expression or self.parts)


def understand(text: str) -> Query:
    """What a person's query asks: every word, "quoted phrases" in one piece, hangul words by their beginning."""
    cleaned = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    words: list[str] = []
    parts: list[str] = []
    for phrase, word in PIECE.findall(QUOTATION_MARKS.sub('"', cleaned))[:MOST_PIECES]:
        found = WORD.findall(phrase or word)
        if any(UNSPACED.search(token) for token in found):
            parts.extend(found)
        elif found:
            star = "*" if HANGUL.search(found[-1]) else ""
            words.append(f'"{" ".join(found)}"{star}')
    return Query(" ".join(words), tuple(parts))


def statements(
    file: File, query: Query, *, speaker: str | None, between: Between, count: int
) -> list[tuple[Statement, str]]:
    """The statements that hold all that is asked, best first, each with an excerpt of at most twenty words."""
    if not query:
        return []
    clauses, values = _conditions(query, "statements_fts", "s.summary || ' ' || s.quoted || ' ' || s.text")
    if speaker is not None:
        clauses.append("s.key IN (SELECT statement FROM voices WHERE speaker = ?)")
        values.append(speaker)
    for clause, day in (("s.date >= ?", between.since), ("s.date <= ?", between.until)):
        if day is not None:
            clauses.append(clause)
            values.append(day.isoformat())
    rank, snippet = _ranking(query, "statements_fts", "2.0, 4.0, 1.0, 2.0")
    sql = (
        f"SELECT s.key, {snippet} FROM statements_fts CROSS JOIN statements s ON s.key = statements_fts.rowid "  # noqa: S608 - constants
        f"WHERE {' AND '.join(clauses)} ORDER BY {rank}s.date DESC, s.key DESC LIMIT ?"
    )
    rows = file.all(sql, [*values, count])
    found = load(file, [cast("int", row[0]) for row in rows])
    excerpts = [str(row[1] or "") for row in rows]
    return [(one, given or excerpt(one.words, query.parts)) for one, given in zip(found, excerpts, strict=True)]


def items(file: File, query: Query, *, between: Between, count: int) -> list[tuple[Item, str]]:
    """The items that hold all that is asked, best first, each with an excerpt of at most twenty words."""
    if not query:
        return []
    clauses, values = _conditions(query, "items_fts", "s.title || ' ' || s.text")
    for clause, day in (("s.day >= ?", between.since), ("s.day <= ?", between.until)):
        if day is not None:
            clauses.append(clause)
            values.append(day.isoformat())
    rank, snippet = _ranking(query, "items_fts", "4.0, 1.0")
    columns = ", ".join(f"s.{name}" for name in ITEM_COLUMNS.split(", "))
    sql = (
        f"SELECT {snippet}, {columns} FROM items_fts CROSS JOIN items s ON s.key = items_fts.rowid "  # noqa: S608 - constants
        f"WHERE {' AND '.join(clauses)} ORDER BY {rank}s.day DESC, s.key DESC LIMIT ?"
    )
    rows = file.all(sql, [*values, count])
    found = [(read_item(row[1:]), str(row[0] or "")) for row in rows]
    return [(item, given or excerpt(f"{item.title}\n{item.text}", query.parts)) for item, given in found]


def _conditions(query: Query, table: str, text: str) -> tuple[list[str], list[object]]:
    """SQL conditions from constants alone, and their values."""
    clauses = [f"instr({text}, ?)"] * len(query.parts)
    values: list[object] = [*query.parts]
    if query.expression:
        clauses.append(f"{table} MATCH ?")
        values.append(query.expression)
    return clauses, values


def _ranking(query: Query, table: str, weights: str) -> tuple[str, str]:
    """The ORDER BY's first part and the excerpt's expression; neither exists without a MATCH."""
    if not query.expression:
        return "", "''"
    return f"bm25({table}, {weights}), ", f"snippet({table}, -1, '', '', '…', {SNIPPET})"


def excerpt(text: str, parts: Sequence[str]) -> str:
    """Some words of a text around the first of the parts it holds."""
    place = min((place for part in parts if (place := text.find(part)) >= 0), default=0)
    start = max(place - 20, 0)
    words = " ".join(text[start : start + 80].split())
    return f"{'…' if start else ''}{words}{'…' if start + 80 < len(text) else ''}"
