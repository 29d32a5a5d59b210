"""Events: dated acts."""

from __future__ import annotations

import json
from datetime import date
from typing import cast

from store.file import File, Row
from store.items import Between
from store.records import Event, Precision, Report
from store.records_json import from_json, to_json

SELECT = "SELECT id, date, kind, summary, date_precision, sources FROM events"


def save(file: File, event: Event) -> None:
    """Store one event, new or changed."""
    file.shelf.compared.clear()
    file.run(
        "INSERT OR REPLACE INTO events (id, date, kind, summary, date_precision, sources) VALUES (?, ?, ?, ?, ?, ?)",
        (
            event.id,
            event.date.isoformat(),
            event.kind,
            event.summary,
            event.date_precision,
            json.dumps(to_json(event.sources), ensure_ascii=False),
        ),
    )


def get(file: File, event: str) -> Event | None:
    """The event with this id."""
    row = file.one(f"{SELECT} WHERE id = ?", (event,))
    return _read(row) if row else None


def during(file: File, between: Between) -> list[Event]:
    """Events of these days, oldest first."""
    rows = file.all(
        f"{SELECT} WHERE date BETWEEN ? AND ? ORDER BY date, id",
        ((between.since or date.min).isoformat(), (between.until or date.max).isoformat()),
    )
    return [_read(row) for row in rows]


def _read(row: Row) -> Event:
    given, day, kind, summary, precision, sources = row
    return Event(
        id=str(given),
        date=date.fromisoformat(str(day)),
        kind=str(kind),
        summary=str(summary),
        date_precision=cast("Precision", precision),
        sources=tuple(from_json(Report, source) for source in json.loads(str(sources))),
    )
