"""A statement in the codebook's own words, as plain values: what archives keep and programs read."""

from __future__ import annotations

from store.records import Statement

LISTS = {"gestures": "gesture", "themes": "theme", "demands": "demand", "offers": "offer", "formulas": "formula"}
"""Keys of a record that hold lists of labels, and the kind of label; in the codebook's order."""


def as_record(statement: Statement) -> dict[str, object]:
    """The keys in the codebook's order, up to the labels; sources and answers are the caller's to add."""
    return {
        "id": statement.id,
        "date": statement.date.isoformat(),
        "date_precision": statement.date_precision,
        "coverage": statement.coverage,
        "speaker": statement.speaker,
        "with": list(statement.with_),
        "side": statement.side,
        "office": statement.office,
        "authority": statement.authority,
        "channel": statement.channel,
        "audience": list(statement.audience),
        "summary": statement.summary,
        "quotes": [quote.words for quote in statement.quotes],
        "stance": statement.stance,
        "threat": statement.threat,
        "tone": statement.tone,
        **{key: list(statement.of_kind(kind)) for key, kind in LISTS.items()},
    }
