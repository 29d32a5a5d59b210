"""Every single judgement of a reading against the gold, with its confidence and the words it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluate import match
from store.records import Coding, Label, Statement

SINGLE = ("threat", "tone")
MANY = {
    "themes": "theme",
    "demands": "demand",
    "offers": "offer",
    "gestures": "gesture",
    "formulas": "formula",
    "audience": "audience",
}
SHOWN = 240
"""Letters of a text that stand in for evidence."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One label as given; ``wanted`` is what the gold has instead ("" for nothing), the same when it is right."""

    kind: str
    found: str
    wanted: str
    confidence: float
    item: str
    words: str

    @property
    def right(self) -> bool:
        """Whether the gold says the same."""
        return self.found == self.wanted


@dataclass(frozen=True, slots=True)
class Judged:
    """All judgements of an evaluation, and how many labels of each kind the gold has."""

    rows: tuple[Judgement, ...]
    wanted: Mapping[str, int]


def judged(readings: Sequence[tuple[Mapping[str, Any], Coding]]) -> Judged:
    """Compare each coding with its row, label by label."""
    rows: list[Judgement] = []
    wanted: dict[str, int] = {}
    for row, coding in readings:
        gold = row.get("labels") or row.get("gold") or {}
        rows += _relevance(row, coding, gold)
        wanted["relevance"] = wanted.get("relevance", 0) + 1
        for statement, due in _pairs(coding, row):
            rows += _labels(statement, due, row)
            for kind, count in _due(due).items():
                wanted[kind] = wanted.get(kind, 0) + count
    return Judged(tuple(rows), wanted)


def _relevance(row: Mapping[str, Any], coding: Coding, gold: Mapping[str, Any]) -> Iterator[Judgement]:
    for note in coding.notes:
        if note.kind == "relevance":
            due = "yes" if gold.get("relevant") else "no"
            yield Judgement("relevance", note.label, due, note.confidence, str(row["id"]), _text(row))


def _pairs(coding: Coding, row: Mapping[str, Any]) -> Iterator[tuple[Statement | None, Mapping[str, Any]]]:
    """Each statement of the gold with the one found for it."""
    if "labels" in row:
        if row["labels"]["relevant"]:
            yield (coding.found[0].statement if coding.found else None), row["labels"]
        return
    for due in row["gold"]["statements"]:
        found = match(coding.found, due)
        yield (found.statement if found else None), due


def _due(gold: Mapping[str, Any]) -> dict[str, int]:
    return {
        "stance": len(gold.get("stance") or ()),
        **{kind: 1 for kind in SINGLE if gold.get(kind)},
        **{key: len(gold.get(key) or ()) for key in MANY if key in gold},
    }


def _labels(statement: Statement | None, gold: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[Judgement]:
    if statement is None:
        return
    item = str(row["id"])
    for label in statement.labels:
        if label.kind == "stance":
            due = (gold.get("stance") or {}).get(label.of)
            yield _one(label, f"{label.label} {label.of}", f"{due} {label.of}" if due else "", row)
        elif label.kind in SINGLE and gold.get(label.kind):
            yield _one(label, label.label, str(gold[label.kind]), row)
    for key, kind in MANY.items():
        if key in gold:
            due_set = set(gold[key] or ())
            rows = {label.label: label for label in statement.labels if label.kind == kind}
            for name, label in rows.items():
                yield Judgement(
                    key, name, name if name in due_set else "", label.confidence, item, label.evidence or _text(row)
                )


def _one(label: Label, found: str, wanted: str, row: Mapping[str, Any]) -> Judgement:
    return Judgement(label.kind, found, wanted, label.confidence, str(row["id"]), label.evidence or _text(row))


def _text(row: Mapping[str, Any]) -> str:
    words = " ".join(f"{row.get('title', '')}: {row.get('text', '')}".split())
    return words if len(words) <= SHOWN else words[:SHOWN] + " …"


def worst(judged: Judged, most: int) -> list[Judgement]:
    """The wrong judgements that were surest, one of a kind and item at most."""
    wrong = sorted((row for row in judged.rows if not row.right), key=lambda row: (-row.confidence, row.kind, row.item))
    first: dict[tuple[str, str], Judgement] = {}
    for row in wrong:
        first.setdefault((row.kind, row.item), row)
    return list(first.values())[:most]
