"""Which label rows hold: those of rules, unless a person said otherwise.

A person's row (``by`` starts with "person:") wins over every rule's row of the same
kind, for a stance of the same audience. A person's row with an empty label says
"none of this kind".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from store.records import Label, Statement


def given_by_person(row: Label) -> bool:
    """Whether a person gave this label."""
    return row.by.startswith("person:")


def overruled(row: Label, rows: Sequence[Label]) -> bool:
    """Whether a person's row among ``rows`` puts this one out of force."""
    return not given_by_person(row) and (row.kind, row.of) in _judged(rows)


def _judged(rows: Sequence[Label]) -> set[tuple[str, str]]:
    return {(row.kind, row.of) for row in rows if given_by_person(row)}


def settled(given: Sequence[Label], stored: Sequence[Label]) -> list[Label]:
    """All rows to be stored when ``given`` replaces ``stored``.

    Persons' rows stay until a person judges the same again; the rows they overrule stay
    beside them (they are not among the labels that a reader sees, so a reader who saves
    the statement again does not mean to drop them).
    """
    renewed = _judged(given)
    kept = [row for row in stored if given_by_person(row) and (row.kind, row.of) not in renewed]
    people = renewed | _judged(kept)
    coded = {(row.kind, row.of) for row in given if not given_by_person(row)}
    beneath = [row for row in stored if not given_by_person(row) and (row.kind, row.of) in people - coded]
    return [*given, *kept, *beneath]


def with_corrections(statement: Statement, rows: Sequence[Label]) -> Statement:
    """The statement with the labels in force, and with the fields that a person put right."""
    judged = _judged(rows)
    held = (row for row in rows if given_by_person(row) or (row.kind, row.of) not in judged)
    statement = replace(statement, labels=tuple(row for row in held if row.label))
    fields = {row.kind: row.label for row in rows if given_by_person(row) and row.label}
    return replace(
        statement,
        speaker=fields.get("speaker", statement.speaker),
        side=fields.get("side", statement.side),
        channel=fields.get("channel", statement.channel),
        authority=int(fields["authority"]) if "authority" in fields else statement.authority,
    )
