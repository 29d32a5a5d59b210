"""Archives in JSON Lines: chronicle records, exports and plain items, through the same door as live items."""

from __future__ import annotations

import gzip
import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

from bot.classify.coding import Coder
from bot.errors import BriefbotError
from bot.intake import Intake, placed, repeats, take_in, take_in_events, take_in_record, take_in_repeat
from bot.rows import RowError, item_of, read_row
from bot.sources import digest
from store import Store, chronicle
from store.records import Coding, Item
from store.writes import Mark, Saved

BATCH = 25
"""Rows saved in one transaction: few, so that a bot on the same file waits for milliseconds only."""


@dataclass(slots=True)
class Tally:
    """What an import did: counts by what the rows were, and the rows refused with the reason."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def add(self, kind: str, saved: Saved) -> None:
        """Count one row and what came of it."""
        self.counts[kind] += 1
        self.counts["new statements"] += len(saved.created)


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """A JSON Lines file, plain or gzipped; "-" is standard input. An unreadable one raises BriefbotError."""
    try:
        if str(path) == "-":
            yield sys.stdin
        elif path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8") as file:
                yield file
        else:
            with path.open(encoding="utf-8") as file:
                yield file
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BriefbotError(f"{path} cannot be read: {error}") from error


def load(lines: Iterable[str], coder: Coder, intake: Intake, now: datetime) -> Iterator[Tally]:
    """Take in every line, yielding the same growing Tally after each; a wrong line is refused, the rest goes on."""
    tally = Tally()
    numbered = enumerate(lines, 1)
    while batch := [pair for _, pair in zip(range(BATCH), numbered, strict=False)]:
        rows = [(number, _read(line, coder, intake, now)) for number, line in batch if line.strip()]
        with intake.store.batch():
            for number, row in rows:
                try:
                    tally.add(*_take_in(row, coder, intake, now))
                except RowError as error:
                    tally.refused.append((number, str(error)))
        yield from (tally for _ in batch)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line, read: ``item`` and its coding where it is an item; ``wrong`` where it is nothing of ours."""

    data: dict[str, Any]
    item: Item | None = None
    coding: Coding | None = None
    wrong: str = ""


def _read(line: str, coder: Coder, intake: Intake, now: datetime) -> _Row:
    """The slow part, done before the file is locked, so that a bot on the same file goes on answering."""
    try:
        data = read_row(line)
        if "speaker" in data or "kind" in data:
            return _Row(data)
        item = item_of(data, now)
    except RowError as error:
        return _Row({}, wrong=str(error))
    known = intake.store.known(item.source, item.url, item.guid, digest(item.title, item.text))
    return _Row(data, item, None if known else coder.code(item))


def _take_in(read: _Row, coder: Coder, intake: Intake, now: datetime) -> tuple[str, Saved]:
    """One row by what it is: a coded statement, an event, or an item."""
    if read.wrong:
        raise RowError(read.wrong)
    row = read.data
    try:
        if "speaker" in row:
            return "statements", take_in_record(chronicle.from_record(row), intake)
        if "kind" in row:
            return "events", take_in_events([chronicle.event_from_record(row)], intake)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RowError(f"no chronicle record: {error!r}") from None
    item = read.item or item_of(row, now)
    mark = Mark(item.source, item.url, item.guid, digest(item.title, item.text), "#0")
    if intake.store.known(mark.source, mark.url, mark.guid, mark.digest):
        return "copies", Saved()
    placement = placed(item, intake)
    if repeats(placement):
        return "copies", take_in_repeat(placement, mark, intake)
    same = read.coding is not None and placement.item == item
    coding = read.coding if same and read.coding else coder.code(placement.item)
    return "items", take_in(placement, coding, item.source, mark, intake)


def shipped_version() -> str:
    """A digest of the shipped history, so that a changed file is loaded again."""
    folder = files(chronicle)
    texts = [folder.joinpath(name).read_bytes() for name in ("events.jsonl", "statements.jsonl")]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:16]


def load_chronicle(store: Store, until: date | None = None) -> int:
    """Load the shipped history, unless exactly this version of it is loaded; the number of records read.

    ``until``: only records of that day or before, for replaying a week of the past.
    """
    version = f"{shipped_version()} {until or ''}".strip()
    if store.loaded("chronicle") == version:
        return 0
    intake = Intake(store, compares=False)
    statements = [row for row in chronicle.statements() if until is None or row.date <= until]
    events = [row for row in chronicle.events() if until is None or row.date <= until]
    with store.batch():
        take_in_events(events, intake)
        for statement in statements:
            take_in_record(statement, intake)
        store.mark_loaded("chronicle", version)
    return len(statements) + len(events)
