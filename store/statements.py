"""Statements: saving them with all that hangs on them, and reading them back."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import starmap
from typing import cast

from store.counting import count
from store.file import File, Parameters, Row
from store.items import Between, instant, read_instant
from store.labels import overruled, settled, with_corrections
from store.moment import moment
from store.records import Coverage, Label, Precision, Quotation, Report, Statement

GIVEN_ID = re.compile(r"S-\d{4}-\d{4}-([1-9]\d*)")
COLUMNS = (
    "key, id, record, speaker, date, side, date_precision, coverage, office, authority, authority_certain, "
    "channel, summary, text, first_seen"
)
CHILDREN = ("voices", "labels", "quotations", "reports")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statements are asked for; None leaves a question open. ``text`` is a search expression, already safe."""

    speaker: str | None = None
    side: str | None = None
    theme: str | None = None
    between: Between = field(default_factory=Between)
    count: int | None = None
    text: str | None = None
    parts: tuple[str, ...] = ()


def key_of(file: File, name: str) -> int | None:
    """The key of the statement with this id or this record slug."""
    if not name:
        return None
    value = file.value("SELECT key FROM statements WHERE id = ?", (name,))
    if value is None:
        value = file.value("SELECT key FROM statements WHERE record = ?", (name,))
    return value if isinstance(value, int) else None


def save(file: File, statement: Statement) -> tuple[Statement, bool]:
    """Store one statement, new or changed; returns it as stored, and whether it is new.

    One with an empty id whose record is stored already is a change of that. What a
    person judged stays, whatever the new labels are.

    Raises:
        KeyError: it has an id that is not stored.
    """
    key = key_of(file, statement.id or statement.record)
    if key is None and statement.id:
        raise KeyError(f"no statement {statement.id}")
    before = load(file, [key])[0] if key is not None else None
    rows = settled(statement.labels, labels(file, key) if key is not None else [])
    statement = with_corrections(statement, rows)
    statement = replace(statement, id=before.id if before else _new_id(file, statement))
    if statement.record == statement.id:
        statement = replace(statement, record="")
    if statement.first_seen:
        statement = replace(statement, first_seen=read_instant(instant(statement.first_seen)))
    key = _write_row(file, key, statement)
    _write_children(file, key, statement, rows)
    file.shelf.drop(key)
    file.shelf.compared.changed(min(statement.date, before.date) if before else statement.date)
    count(file, before, statement)
    return statement, before is None


def _new_id(file: File, statement: Statement) -> str:
    """The next number of the day; an exported statement that comes back keeps its id if that is free."""
    day = statement.date.isoformat()
    prefix = f"S-{statement.date:%Y-%m%d}-" if statement.date.year > 999 else f"S-{day[:4]}-{day[5:7]}{day[8:]}-"  # noqa: PLR2004
    before = GIVEN_ID.fullmatch(statement.record)
    if before and statement.record.startswith(prefix):
        number = int(before[1])
    else:
        number = file.number("SELECT last FROM statement_numbers WHERE date = ?", (day,)) + 1
    file.run(
        "INSERT INTO statement_numbers VALUES (?, ?) ON CONFLICT (date) DO UPDATE SET last = max(last, excluded.last)",
        (day, number),
    )
    return f"{prefix}{number}"


def _write_row(file: File, key: int | None, statement: Statement) -> int:
    row = _values(statement)
    if key is None:
        return file.insert(
            """
            INSERT INTO statements (id, record, speaker, date, side, date_precision, coverage, office, authority,
                authority_certain, channel, summary, text, first_seen, moment, audience, quoted, names)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            row,
        )
    file.run(
        """
        UPDATE statements SET id = ?, record = ?, speaker = ?, date = ?, side = ?, date_precision = ?, coverage = ?,
            office = ?, authority = ?, authority_certain = ?, channel = ?, summary = ?, text = ?, first_seen = ?,
            moment = ?, audience = ?, quoted = ?, names = ? WHERE key = ?""",
        (*row, key),
    )
    return key


def _values(statement: Statement) -> Row:
    return (
        statement.id,
        statement.record or None,
        statement.speaker,
        statement.date.isoformat(),
        statement.side,
        statement.date_precision,
        statement.coverage,
        statement.office,
        statement.authority,
        statement.authority_certain,
        statement.channel,
        statement.summary,
        statement.text,
        instant(statement.first_seen),
        moment(statement),
        next(iter(statement.audience), ""),
        "\n".join(quote.words for quote in statement.quotes),
        " ".join((statement.speaker, *statement.with_)).replace("-", " "),
    )


def _write_children(file: File, key: int, statement: Statement, rows: Sequence[Label]) -> None:
    for table in CHILDREN:
        file.run(f"DELETE FROM {table} WHERE statement = ?", (key,))  # noqa: S608 - a constant
    file.run("DELETE FROM links WHERE statement = ? AND origin = 'stated'", (key,))
    voices = dict.fromkeys((statement.speaker, *statement.with_))
    day = statement.date.isoformat()
    file.many(
        "INSERT INTO voices VALUES (?, ?, ?, ?)", [(key, place, voice, day) for place, voice in enumerate(voices)]
    )
    where = (statement.side, moment(statement))
    file.many(
        "INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(key, place, *_label(row), not overruled(row, rows), *where) for place, row in enumerate(rows)],
    )
    file.many(
        "INSERT INTO quotations VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (key, place, quote.words, quote.start, quote.end, quote.speaker, quote.item, quote.direct)
            for place, quote in enumerate(statement.quotes)
        ],
    )
    file.many(
        "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (key, place, report.url, report.outlet, report.published, report.item, report.title)
            for place, report in enumerate(statement.sources)
        ],
    )
    link(file, key, "stated", statement.in_response_to)


def _label(row: Label) -> Row:
    return (row.kind, row.label, row.of, row.evidence, row.start, row.end, row.confidence, row.by, row.rank)


def link(file: File, key: int, origin: str, targets: Iterable[str]) -> None:
    """Replace what the statement is said ("stated") or was computed ("computed") to answer."""
    file.run("DELETE FROM links WHERE statement = ? AND origin = ?", (key, origin))
    file.many("INSERT INTO links VALUES (?, ?, ?, ?)", [(key, origin, n, target) for n, target in enumerate(targets)])


def labels(file: File, key: int) -> list[Label]:
    """Every label row of a statement, those that a person overruled too."""
    rows = file.all(
        """
        SELECT kind, label, "of", evidence, "start", "end", confidence, "by", rank FROM labels
        WHERE statement = ? ORDER BY position""",
        (key,),
    )
    return list(starmap(Label, rows))


def load(file: File, keys: Sequence[int]) -> list[Statement]:
    """The statements with these keys, whole, in the order of the keys."""
    file.shelf.see(file.number("PRAGMA data_version"))
    found = file.shelf.take(keys)
    if missing := [key for key in keys if key not in found]:
        fresh = _load(file, missing)
        file.shelf.put(fresh)
        found |= fresh
    return [found[key] for key in keys if key in found]


def _load(file: File, keys: Sequence[int]) -> dict[int, Statement]:
    listed = (json.dumps(list(keys)),)
    rows = file.all(f"SELECT {COLUMNS} FROM statements WHERE key IN (SELECT value FROM json_each(?))", listed)  # noqa: S608 - constants
    parts = _Parts(file, listed)
    return {cast("int", row[0]): _read(row, parts) for row in rows}


class _Parts:
    """The rows that hang on some statements, by statement key, each table read once."""

    def __init__(self, file: File, listed: tuple[str]) -> None:
        self.voices = _grouped(file, "SELECT statement, speaker FROM voices", "position > 0", listed)
        self.labels = _grouped(
            file,
            'SELECT statement, kind, label, "of", evidence, "start", "end", confidence, "by", rank FROM labels',
            "live AND label <> ''",
            listed,
        )
        self.quotes = _grouped(
            file, 'SELECT statement, words, "start", "end", speaker, item, direct FROM quotations', "1", listed
        )
        self.reports = _grouped(file, "SELECT statement, url, outlet, published, item, title FROM reports", "1", listed)
        self.links = _grouped(file, "SELECT statement, target FROM links", "origin = 'stated'", listed)


def _grouped(file: File, select: str, where: str, listed: tuple[str]) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    sql = f"{select} WHERE statement IN (SELECT value FROM json_each(?)) AND {where} ORDER BY statement, position"  # noqa: S608 - constants only
    for row in file.all(sql, listed):
        groups[cast("int", row[0])].append(row[1:])
    return groups


def _read(row: Row, parts: _Parts) -> Statement:
    key = cast("int", row[0])
    (given, record, speaker, day, side, precision, coverage, office, authority, certain, channel, *rest) = row[1:]
    summary, text, first_seen = rest
    return Statement(
        speaker=str(speaker),
        date=date.fromisoformat(str(day)),
        side=str(side),
        date_precision=cast("Precision", precision),
        coverage=cast("Coverage", coverage),
        with_=tuple(str(voice) for (voice,) in parts.voices.get(key, ())),
        office=str(office),
        authority=cast("int | None", authority),
        authority_certain=bool(certain),
        channel=str(channel),
        summary=str(summary),
        text=str(text),
        quotes=tuple(_quote(part) for part in parts.quotes.get(key, ())),
        labels=tuple(starmap(Label, parts.labels.get(key, ()))),
        in_response_to=tuple(str(target) for (target,) in parts.links.get(key, ())),
        sources=tuple(starmap(Report, parts.reports.get(key, ()))),
        record=str(record or ""),
        first_seen=read_instant(first_seen),
        id=str(given),
    )


def _quote(row: Row) -> Quotation:
    words, start, end, speaker, item, direct = cast("tuple[str, int, int, str, str, int]", row)
    return Quotation(words, start, end, speaker, item, bool(direct))


def find(file: File, wanted: Wanted) -> list[Statement]:
    """The statements asked for, newest first."""
    clauses, values = _where(wanted)
    sql = f"SELECT s.key FROM statements s WHERE {' AND '.join(clauses)} ORDER BY s.date DESC, s.moment DESC, s.key DESC LIMIT ?"  # noqa: S608, E501
    return load(file, keys(file, sql, [*values, wanted.count if wanted.count is not None else -1]))


def _where(wanted: Wanted) -> tuple[list[str], list[object]]:
    """SQL conditions from constants alone, and their values."""
    clauses, values = (
        ["s.date BETWEEN ? AND ?"],
        list[object]([(wanted.between.since or date.min).isoformat(), (wanted.between.until or date.max).isoformat()]),
    )
    questions = (
        ("s.key IN (SELECT statement FROM voices WHERE speaker = ?)", wanted.speaker),
        ("s.side = ?", wanted.side),
        ("s.key IN (SELECT statement FROM labels WHERE kind = 'theme' AND live AND label = ?)", wanted.theme),
        ("s.key IN (SELECT rowid FROM statements_fts WHERE statements_fts MATCH ?)", wanted.text or None),
        *(("instr(s.summary || ' ' || s.quoted || ' ' || s.text, ?)", part) for part in wanted.parts),
    )
    for clause, value in questions:
        if value is not None:
            clauses.append(clause)
            values.append(value)
    return clauses, values


def keys(file: File, sql: str, values: Parameters) -> list[int]:
    """The keys that a query gives."""
    return [cast("int", row[0]) for row in file.all(sql, values)]


def near(file: File, statement: Statement, days: int) -> list[Statement]:
    """Statements sharing a voice with this one, dated within so many days; itself not among them, oldest first.

    A ministry, its departments and its spokesperson ("mfa", "mfa-spokesperson") are one voice here.
    """
    span = timedelta(days=days)
    voices = json.dumps([statement.speaker, *statement.with_, *_above(statement.speaker)])
    found = keys(
        file,
        """
        SELECT DISTINCT s.key FROM voices v JOIN statements s ON s.key = v.statement
        WHERE s.id <> ?5 AND (v.speaker IN (SELECT value FROM json_each(?1)) AND v.date BETWEEN ?3 AND ?4
            OR v.speaker > ?2 || '-' AND v.speaker < ?2 || '.' AND v.date BETWEEN ?3 AND ?4)
        ORDER BY s.date, s.key""",
        (voices, statement.speaker, _shifted(statement.date, -span), _shifted(statement.date, span), statement.id),
    )
    return load(file, found)


def _above(speaker: str) -> list[str]:
    """The slugs that a slug continues: "mfa" for "mfa-spokesperson"."""
    parts = speaker.split("-")
    return ["-".join(parts[:place]) for place in range(1, len(parts))]


def _shifted(day: date, span: timedelta) -> str:
    """A day further on, at most the last that a calendar has."""
    try:
        return (day + span).isoformat()
    except OverflowError:
        return (date.max if span > timedelta(0) else date.min).isoformat()


def of_item(file: File, item: str) -> list[Statement]:
    """The statements that an item reports or quotes."""
    found = keys(
        file,
        """
        SELECT statement FROM reports WHERE item = ?1 AND item <> ''
        UNION SELECT statement FROM quotations WHERE item = ?1 AND item <> '' ORDER BY 1""",
        (item,),
    )
    return load(file, found)


def answers_to(file: File, names: Sequence[str]) -> list[Statement]:
    """The statements that answer one known under any of these names (id, record slug, event id); oldest first."""
    found = keys(
        file,
        """
        SELECT DISTINCT s.key FROM links l JOIN statements s ON s.key = l.statement
        WHERE l.target IN (SELECT value FROM json_each(?)) ORDER BY s.moment, s.key""",
        (json.dumps(list(names)),),
    )
    return load(file, found)


def speakers(file: File) -> list[tuple[str, int, date]]:
    """Every speaker with the number of statements and the day of the last; most statements first."""
    rows = file.all("SELECT speaker, count(*), max(date) FROM voices GROUP BY speaker ORDER BY 2 DESC, 1")
    return [(str(speaker), cast("int", count), date.fromisoformat(str(last))) for speaker, count, last in rows]


def every(file: File) -> Iterator[Statement]:
    """All statements by date, read a few hundred at a time."""
    ordered = keys(file, "SELECT key FROM statements ORDER BY date, key", ())
    for start in range(0, len(ordered), 500):
        yield from load(file, ordered[start : start + 500])
