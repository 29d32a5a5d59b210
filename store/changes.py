"""The one door: a change is carried out whole, inside a transaction that the caller holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from store import deliveries, events, feeds, items, statements
from store.file import File
from store.records import Comparison, Quotation, Report, Statement
from store.records_json import from_json, to_json
from store.writes import Change, Saved

COMPARISON_VERSION = 1
P = TypeVar("P", Quotation, Report)


def carry_out(file: File, change: Change) -> Saved:
    """Store everything in the change.

    Raises:
        KeyError: it names a record that is neither stored nor in the change.
        ValueError: an instant in it has no time zone.
    """
    kept = tuple(items.save(file, item) for item in change.items)
    ids = _Names(tuple(item.id for item in kept))
    for copy, name in change.absorbed.items():
        items.absorb(file, copy, ids.of(name))
    items.judge(file, {ids.of(name): verdict for name, verdict in change.verdicts.items()})
    items.mark(file, [replace(mark, item=ids.of(mark.item)) for mark in change.marks])
    for event in change.events:
        events.save(file, event)
    saved, created = _save_statements(file, change.statements, ids)
    names = _Names(tuple(one.id for one in saved))
    for name, comparison in change.comparisons.items():
        save_comparison(file, names.of(name), _named(comparison, names))
    if change.feed:
        feeds.save(file, change.feed)
    deliveries.touch(file, [one.id for one in saved])
    owed = deliveries.owe(file, [replace(one, subject=names.of(one.subject)) for one in change.owed])
    fresh = tuple(item.id for given, item in zip(change.items, kept, strict=True) if not given.id)
    return Saved(kept, saved, created, owed, fresh)


def _save_statements(
    file: File, given: Sequence[Statement], ids: _Names
) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """Save them in order; what answers another of the change is linked once that one has its id."""
    saved: list[Statement] = []
    created: list[str] = []
    for statement in given:
        one, new = statements.save(file, _with_items(statement, ids))
        saved.append(one)
        if new:
            created.append(one.id)
    names = _Names(tuple(one.id for one in saved))
    for place, one in enumerate(saved):
        if any(name.startswith("#") for name in one.in_response_to):
            named = replace(one, in_response_to=tuple(names.of(name) for name in one.in_response_to))
            saved[place], _ = statements.save(file, named)
    return tuple(saved), tuple(created)


class _Names:
    """Turns "#0" into the id of the record at that position of the change; other names stay."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids

    def of(self, name: str) -> str:
        if not name.startswith("#"):
            return name
        place = int(name[1:])
        if place >= len(self._ids):
            raise KeyError(f"the change has nothing at {name}")
        return self._ids[place]


def _with_items(statement: Statement, ids: _Names) -> Statement:
    return replace(
        statement,
        quotes=tuple(_with_item(quote, ids) for quote in statement.quotes),
        sources=tuple(_with_item(report, ids) for report in statement.sources),
    )


def _with_item(part: P, ids: _Names) -> P:
    return replace(part, item=ids.of(part.item)) if part.item.startswith("#") else part


def _named(comparison: Comparison, names: _Names) -> Comparison:
    return replace(
        comparison,
        precedents=tuple(replace(one, id=names.of(one.id)) for one in comparison.precedents),
        answers=tuple(replace(one, id=names.of(one.id)) for one in comparison.answers),
    )


def save_comparison(file: File, statement: str, comparison: Comparison) -> None:
    """Store the comparison of one statement in place of what was there, and link what it was found to answer.

    Raises:
        KeyError: there is no such statement.
    """
    key = statements.key_of(file, statement)
    if key is None:
        raise KeyError(f"no statement {statement}")
    file.run(
        "INSERT OR REPLACE INTO comparisons VALUES (?, ?, ?)",
        (key, COMPARISON_VERSION, json.dumps(to_json(comparison), ensure_ascii=False)),
    )
    statements.link(file, key, "computed", dict.fromkeys(answer.id for answer in comparison.answers))


def comparison(file: File, statement: str) -> Comparison | None:
    """The stored comparison of a statement; None when there is none, or only one of another version."""
    found = file.value(
        "SELECT comparison FROM comparisons WHERE statement = ? AND version = ?",
        (statements.key_of(file, statement), COMPARISON_VERSION),
    )
    return from_json(Comparison, json.loads(str(found))) if found is not None else None
