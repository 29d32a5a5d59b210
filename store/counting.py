"""What is counted as statements come and change: words and labels, and each side's use of labels by month."""

from __future__ import annotations

from store.file import File
from store.moment import moment, month_of
from store.records import LABEL_KINDS, Statement
from store.words import tokens


def count(file: File, before: Statement | None, now: Statement) -> None:
    """Count a statement as it is now instead of as it was."""
    _count_terms(file, _terms(before), _terms(now))
    _count_uses(file, _uses(before), _uses(now))


def _terms(statement: Statement | None) -> set[str]:
    """Its words, and its labels as "kind:label"."""
    if statement is None:
        return set()
    return {f"{kind}:{label}" for kind, label in pairs(statement)}.union(tokens(statement.words))


def _uses(statement: Statement | None) -> set[tuple[str, str, str, int]]:
    if statement is None:
        return set()
    month = month_of(moment(statement))
    return {(statement.side, kind, label, month) for kind, label in pairs(statement)}


def pairs(statement: Statement) -> list[tuple[str, str]]:
    """Its labels as (kind, label), each once, in order."""
    return list(dict.fromkeys((row.kind, row.label) for row in statement.labels if row.kind in LABEL_KINDS))


def _count_terms(file: File, before: set[str], now: set[str]) -> None:
    file.many("UPDATE terms SET statements = statements - 1 WHERE term = ?", [(term,) for term in before - now])
    file.many(
        "INSERT INTO terms VALUES (?, 1) ON CONFLICT (term) DO UPDATE SET statements = statements + 1",
        [(term,) for term in sorted(now - before)],
    )


def _count_uses(file: File, before: set[tuple[str, str, str, int]], now: set[tuple[str, str, str, int]]) -> None:
    file.many(
        "UPDATE uses SET statements = statements - 1 WHERE side = ? AND kind = ? AND label = ? AND month = ?",
        list(before - now),
    )
    file.many(
        """
        INSERT INTO uses VALUES (?, ?, ?, ?, 1)
        ON CONFLICT (side, kind, label, month) DO UPDATE SET statements = statements + 1""",
        list(now - before),
    )
