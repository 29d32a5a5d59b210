"""JSON rows in and out: the form in which items come to ``code`` and ``import`` and codings leave.

An item row has ``title`` (or ``headline``), ``text``, ``date`` or ``published``, and
may have ``id``, ``source``, ``url`` (or ``link``) and ``language``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import BriefbotError
from bot.language import language_of
from bot.stamps import read_stamp
from store.records import Coding, Found, Item, Label, Statement

MANY = {
    "gestures": "gesture",
    "themes": "theme",
    "demands": "demand",
    "offers": "offer",
    "formulas": "formula",
    "audience": "audience",
}
"""The codebook's plural keys, and the kind of label each holds."""


class RowError(BriefbotError):
    """A row that is no item; the text says what is missing."""


def read_row(line: str) -> dict[str, Any]:
    """The JSON object on one line.

    Raises:
        RowError: it is none.
    """
    try:
        row = json.loads(line)
    except ValueError as error:
        raise RowError(f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise RowError("not a JSON object")
    return row


def item_of(row: Mapping[str, Any], first_seen: datetime) -> Item:
    """The Item that a row describes.

    Raises:
        RowError: it has neither title nor text, no date, or a value of the wrong type.
    """
    title, text = _text(row, "title", "headline"), _text(row, "text")
    if not title and not text:
        raise RowError("an item needs a title or a text")
    when = _text(row, "published", "date")
    stamp = read_stamp(when, "UTC", first_seen)
    if stamp is None:
        raise RowError(f"{when!r} is no date; write 2021-06-22 or 2021-06-22T08:00:00+09:00")
    return Item(
        source=_text(row, "source") or "archive",
        url=_text(row, "url", "link"),
        title=title,
        text=text,
        published=stamp,
        first_seen=first_seen,
        language=_text(row, "language") or language_of(f"{title} {text[:400]}"),
        guid=str(row.get("id") or ""),
    )


def _text(row: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        value = row.get(key)
        if value is not None and not isinstance(value, str):
            raise RowError(f"{key} must be text, not {type(value).__name__}")
        if value:
            return value
    return ""


def coding_row(identifier: object, coding: Coding) -> dict[str, Any]:
    """The JSON row of one coding, in the codebook's keys."""
    return {
        "id": identifier,
        "relevant": coding.relevant,
        "carries": coding.carries,
        "statements": [found_row(found) for found in coding.found],
    }


def found_row(found: Found) -> dict[str, Any]:
    """One found statement: its facts, its labels, the verbatim quotations and the evidence."""
    statement = found.statement
    return {
        "speaker": statement.speaker,
        "with": list(statement.with_),
        "side": statement.side,
        "authority": statement.authority,
        "authority_certain": statement.authority_certain,
        "channel": statement.channel,
        "date_made": statement.date.isoformat(),
        "date_precision": statement.date_precision,
        "coverage": statement.coverage,
        "stance": statement.stance,
        "threat": statement.threat,
        "tone": statement.tone,
        **{key: list(statement.of_kind(kind)) for key, kind in MANY.items()},
        "summary": statement.summary,
        "new": found.new,
        "quotes": [{"words": quote.words, "start": quote.start, "end": quote.end} for quote in statement.quotes],
        "evidence": evidence_rows(statement),
    }


def evidence_rows(statement: Statement) -> list[dict[str, Any]]:
    """Every label with the words it rests on, the rule that gave it, and how sure it is."""
    return [evidence_row(label) for label in statement.labels]


def evidence_row(label: Label) -> dict[str, Any]:
    """One label as JSON."""
    return {
        "kind": label.kind,
        "label": label.label,
        **({"of": label.of} if label.of else {}),
        "words": label.evidence,
        "start": label.start,
        "end": label.end,
        "by": label.by,
        "confidence": round(label.confidence, 3),
    }
