"""Counting statements by day and judgement, inside the database: a chart of thirty years reads no statement."""

from __future__ import annotations

import json
from datetime import date
from typing import cast

from store.file import File
from store.query import understand
from store.tallied import Selection, Tally

_OF_THEMES = """s.key IN (
    SELECT statement FROM labels WHERE kind = 'theme' AND live AND label IN (SELECT value FROM json_each(?)))"""


class Tallies:
    """The counts of one open file; ``Store.tallies``."""

    def __init__(self, file: File) -> None:
        self._file = file

    def judged(self, kind: str, asked: Selection, *, sure: float = 0.5) -> list[Tally]:
        """How many statements of each day have which main label of a kind ("threat", "stance"), oldest first.

        The main label is that of the lowest rank; from the confidence ``sure`` on it is no guess.
        """
        query = understand(asked.text)
        if asked.text and not query:
            return []
        clauses, values = _where(asked, query.expression, query.parts)
        rows = self._file.all(
            f"""
            SELECT date, label, confidence >= ?, coverage = 'full', count(*) FROM (
                SELECT s.date, s.coverage, coalesce(l.label, '') AS label, coalesce(l.confidence, 1) AS confidence,
                    min(coalesce(l.rank * 1000 + l.position, 0))
                FROM statements s LEFT JOIN labels l ON l.statement = s.key AND l.kind = ? AND l.live
                WHERE {" AND ".join(clauses)} GROUP BY s.key)
            GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",  # noqa: S608 - constants
            (sure, kind, *values),
        )
        return [
            Tally(date.fromisoformat(str(day)), str(value), bool(certain), bool(full), cast("int", count))
            for day, value, certain, full, count in rows
        ]

    def number(self, asked: Selection) -> int:
        """How many statements are asked for; a text without a word asks for none, as in ``Store.search``."""
        query = understand(asked.text)
        if asked.text and not query:
            return 0
        clauses, values = _where(asked, query.expression, query.parts)
        return self._file.number(f"SELECT count(*) FROM statements s WHERE {' AND '.join(clauses)}", values)  # noqa: S608 - constants

    def days(self, upto: int | None = None) -> list[date]:
        """Every day on which anybody's statement is on record, oldest first."""
        rows = self._file.all("SELECT DISTINCT date FROM statements WHERE key <= ? ORDER BY date", (_tide(upto),))
        return [date.fromisoformat(str(day)) for (day,) in rows]


def _tide(upto: int | None) -> int:
    return upto if upto is not None else 2**62


def _where(asked: Selection, expression: str, parts: tuple[str, ...]) -> tuple[list[str], list[object]]:
    """SQL conditions from constants alone, and their values."""
    clauses = ["s.date BETWEEN ? AND ?", "s.key <= ?"]
    days = ((asked.since or date.min).isoformat(), (asked.until or date.max).isoformat())
    values = list[object]([*days, _tide(asked.upto)])
    questions = (
        ("s.key IN (SELECT statement FROM voices WHERE speaker = ?)", asked.speaker),
        ("s.side IN (SELECT value FROM json_each(?))", json.dumps(asked.sides) if asked.sides else ""),
        (_OF_THEMES, json.dumps(asked.themes) if asked.themes else ""),
        ("s.key IN (SELECT rowid FROM statements_fts WHERE statements_fts MATCH ?)", expression),
        *(("instr(s.summary || ' ' || s.quoted || ' ' || s.text, ?)", part) for part in parts),
    )
    for clause, value in questions:
        if value:
            clauses.append(clause)
            values.append(value)
    return clauses, values
