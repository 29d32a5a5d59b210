"""``code --explain``: one coding for a reader: the text with what each passage gave, and each label with its rule."""

from __future__ import annotations

from collections.abc import Iterator

from store.records import Coding, Found, Item, Label

WIDTH = 34


def explained(item: Item, coding: Coding) -> str:
    """The item's coding as plain text: the judgements on the item, then each statement with its labels."""
    return "\n".join(_lines(item, coding)) + "\n"


def _lines(item: Item, coding: Coding) -> Iterator[str]:
    yield item.title or item.text[:80]
    yield f"  {'relevant' if coding.relevant else 'not relevant'}, carries {coding.carries}"
    yield from (_label(note) for note in coding.notes)
    for found in coding.found:
        yield from _found(found)
    yield from _text(item.text, coding)


def _text(text: str, coding: Coding) -> Iterator[str]:
    """The text line by line, under each line the judgements whose words begin in it, marked where they stand."""
    rows = [label for label in coding.notes if label.start >= 0]
    rows += [label for found in coding.found for label in found.statement.labels if label.start >= 0]
    yield "  text"
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip():
            yield f"    | {line}"
        here = sorted((row for row in rows if start <= row.start <= end), key=lambda row: row.start)
        yield from (f"    ^ {row.start}-{row.end} {_name(row)} [{row.by}]" for row in here)
        start = end + 1


def _found(found: Found) -> Iterator[str]:
    statement = found.statement
    level = f", level {statement.authority}{'' if statement.authority_certain else '?'}" if statement.authority else ""
    told = "new" if found.new else "background"
    yield f"  {statement.speaker}, {statement.date} ({statement.date_precision}), {told}"
    yield f"    {statement.channel}, {statement.coverage}{level}: {statement.summary}"
    for quote in statement.quotes:
        yield f"    {quote.start}-{quote.end}: “{quote.words}”"
    yield from (_label(label) for label in statement.labels)


def _label(label: Label) -> str:
    told = _name(label)
    words = f" “{label.evidence}”" if label.evidence else ""
    return f"    {told:{WIDTH}}{words} [{label.by}, {label.confidence:.2f}]"


def _name(label: Label) -> str:
    return f"{label.kind} {label.of + ' ' if label.of else ''}{label.label}"
