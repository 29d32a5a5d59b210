"""The history that ships with the store, and the form in which statements and events travel as JSON Lines.

The keys and their order are the codebook's ("Chronicle record"). One key more,
"text", comes last where a statement's own words are known in full. A source whose day
of publication is not known has "published": "" (null is read as the same).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TypeVar, cast, get_args

from store.as_record import LISTS, as_record
from store.records import Coverage, Event, Label, Precision, Quotation, Report, Statement

BY = "chronicle"

Record = Mapping[str, object]
T = TypeVar("T")


def statements(path: Path | None = None) -> Iterator[Statement]:
    """The statements of a file of records, of the shipped chronicle when none is named; events are passed over.

    Raises:
        ValueError: a line is no record; the message names the line.
    """
    for number, record in _lines(path, "statements.jsonl"):
        if "speaker" in record:
            yield _read(from_record, record, number)


def events(path: Path | None = None) -> Iterator[Event]:
    """The events of a file of records, of the shipped chronicle when none is named; statements are passed over.

    Raises:
        ValueError: a line is no record; the message names the line.
    """
    for number, record in _lines(path, "events.jsonl"):
        if "speaker" not in record:
            yield _read(event_from_record, record, number)


def _lines(path: Path | None, shipped: str) -> Iterator[tuple[int, Record]]:
    source = path or files("store.chronicle").joinpath(shipped)
    with source.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, _object(line, number)


def _object(line: str, number: int) -> Record:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {number}: not JSON ({error.msg})") from error
    if not isinstance(record, dict):
        raise ValueError(f"line {number}: not a JSON object")  # noqa: TRY004 - the caller reads one kind of error
    return record


def _read(reader: Callable[[Record], T], record: Record, number: int) -> T:
    try:
        return reader(record)
    except KeyError as error:
        raise ValueError(f"line {number}: the record has no {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"line {number}: {error}") from error


def from_record(record: Record) -> Statement:
    """One record as a statement with an empty ``id``; its labels are by "chronicle" and certain.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is no such record.
    """
    return Statement(
        speaker=_text(record, "speaker"),
        date=date.fromisoformat(_text(record, "date")),
        side=_text(record, "side"),
        date_precision=cast("Precision", _one_of(record, "date_precision", get_args(Precision))),
        coverage=cast("Coverage", _one_of(record, "coverage", get_args(Coverage))),
        with_=tuple(_texts(record, "with")),
        office=_text(record, "office"),
        authority=_level(record),
        channel=_text(record, "channel"),
        summary=_text(record, "summary"),
        text=_text(record, "text") if "text" in record else "",
        quotes=tuple(Quotation(words) for words in _texts(record, "quotes")),
        labels=tuple(_labels(record)),
        in_response_to=tuple(_texts(record, "in_response_to")),
        sources=tuple(_sources(record)),
        record=_text(record, "id"),
    )


def to_record(statement: Statement) -> dict[str, object]:
    """The statement as a record, keys in the codebook's order; ``from_record`` reads it back."""
    record = as_record(statement) | {
        "id": statement.record or statement.id,
        "in_response_to": list(statement.in_response_to),
        "sources": [_source(report) for report in statement.sources],
    }
    return {**record, "text": statement.text} if statement.text else record


def event_from_record(record: Record) -> Event:
    """One event record.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is no such record.
    """
    return Event(
        id=_text(record, "id"),
        date=date.fromisoformat(_text(record, "date")),
        kind=_text(record, "kind"),
        summary=_text(record, "summary"),
        date_precision=cast("Precision", _one_of(record, "date_precision", get_args(Precision))),
        sources=tuple(_sources(record)),
    )


def event_to_record(event: Event) -> dict[str, object]:
    """The event as a record, keys in the codebook's order."""
    return {
        "id": event.id,
        "date": event.date.isoformat(),
        "date_precision": event.date_precision,
        "kind": event.kind,
        "summary": event.summary,
        "sources": [_source(report) for report in event.sources],
    }


def _labels(record: Record) -> Iterator[Label]:
    for rank, audience in enumerate(_texts(record, "audience")):
        yield Label("audience", audience, by=BY, rank=rank)
    stance = record["stance"]
    if not isinstance(stance, Mapping):
        raise TypeError('"stance" is not an object')
    for rank, (audience, value) in enumerate(stance.items()):
        yield Label("stance", str(value), of=str(audience), by=BY, rank=rank)
    for kind in ("threat", "tone"):
        yield Label(kind, _text(record, kind), by=BY)
    for key, kind in LISTS.items():
        for rank, label in enumerate(_texts(record, key)):
            yield Label(kind, label, by=BY, rank=rank)


def _sources(record: Record) -> Iterator[Report]:
    given = record["sources"]
    if not isinstance(given, list):
        raise TypeError('"sources" is not a list')
    for source in given:
        published = "" if source["published"] is None else _text(source, "published")
        yield Report(url=_text(source, "url"), outlet=_text(source, "outlet"), published=published)


def _source(report: Report) -> dict[str, str]:
    return {"url": report.url, "outlet": report.outlet, "published": report.published}


def _text(record: Record, key: str) -> str:
    value = record[key]
    if not isinstance(value, str):
        raise TypeError(f'"{key}" is not a text')
    return value


def _texts(record: Record, key: str) -> list[str]:
    values = record[key]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(f'"{key}" is not a list of texts')
    return values


def _level(record: Record) -> int | None:
    value = record["authority"]
    if value is not None and not isinstance(value, int):
        raise TypeError('"authority" is neither a number nor null')
    return value


def _one_of(record: Record, key: str, values: tuple[str, ...]) -> str:
    value = _text(record, key)
    if value not in values:
        raise ValueError(f'"{key}" is "{value}", none of {", ".join(values)}')
    return value
