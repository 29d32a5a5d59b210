"""Full-text search over statements and items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from store.file import File
from store.items import COLUMNS as ITEM_COLUMNS
from store.items import Between
from store.items import read as read_item
from store.query import Query
from store.records import Item, Statement
from store.statements import load

SNIPPET = 20
"""Words in an excerpt; excerpts stay short."""


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
