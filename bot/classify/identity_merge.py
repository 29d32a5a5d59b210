"""Two reports of one utterance made one record, the same in whatever order they come.

The better account gives what can be said only once: a person's correction before the
chronicle, the chronicle before rules, a full text before an excerpt, an excerpt before
somebody's paraphrase. What can be said many times is collected: sources, quotations,
what it answers, fellow signers, and the labels of accounts that rest on equally much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.classify.wording import tokens
from store.records import LABEL_KINDS, Label, Quotation, Report, Statement

_COVERAGE = ("relayed", "translated", "partial", "full")
_PRECISION = ("year", "month", "day")
_SINGLE = {
    "threat": ("none", "implied", "deterrent", "explicit"),
    "tone": ("conciliatory", "neutral", "critical", "hostile"),
}
_CHRONICLE = "chronicle"
_VARIANT = 0.75  # shared words of two wordings of one quotation


def merge(stored: Statement, found: Statement) -> Statement:
    """What is stored, with all that the newly found report adds.

    Keeps ``stored.id``. Merging the same report again changes nothing, and the
    order of several reports does not matter but for the order of lists.
    """
    better, other = sorted((stored, found), key=_weight, reverse=True)
    dated = max(stored, found, key=_dating)
    sure = max((better, other), key=lambda one: (one.authority is not None, one.authority_certain))
    return replace(
        better,
        id=stored.id or found.id,
        record=stored.record or found.record,
        date=dated.date,
        date_precision=dated.date_precision,
        with_=_union(better.with_, other.with_),
        office=better.office or other.office,
        authority=sure.authority,
        authority_certain=sure.authority_certain,
        channel=better.channel if better.channel != "other" else other.channel,
        summary=better.summary or other.summary,
        text=better.text or other.text,
        coverage=max(better.coverage, other.coverage, key=_COVERAGE.index),
        quotes=_quotes([*stored.quotes, *found.quotes]),
        labels=_labels(better, other),
        in_response_to=_union(stored.in_response_to, found.in_response_to),
        sources=_sources([*stored.sources, *found.sources]),
        first_seen=min((at for at in (stored.first_seen, found.first_seen) if at), default=None),
    )


def _weight(statement: Statement) -> tuple[bool, bool, int, int, str]:
    """By what the better of two accounts is chosen; the end only makes the choice a fixed one."""
    by_person = any(label.by.startswith("person:") for label in statement.labels)
    chronicled = bool(statement.record) or any(label.by == _CHRONICLE for label in statement.labels)
    tie = f"{statement.speaker} {statement.channel} {statement.office} {statement.summary}"
    return (by_person, chronicled, _COVERAGE.index(statement.coverage), len(statement.words), tie)


def _dating(statement: Statement) -> tuple[int, bool, bool, int, float, int]:
    """By whom to date: a day before a month, the chronicle, the text itself, a day that is told; then the earlier."""
    told = max((label.confidence for label in statement.labels if label.kind == "date"), default=0.5)
    return (
        _PRECISION.index(statement.date_precision),
        any(label.by.startswith("person:") for label in statement.labels if label.kind == "date"),
        bool(statement.record),
        _COVERAGE.index(statement.coverage) if statement.coverage == "full" else 0,
        told,
        -statement.date.toordinal(),
    )


def _union(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*one, *other]))


def _sources(reports: Iterable[Report]) -> tuple[Report, ...]:
    """Each address once, in the order met, with whatever any of its mentions knows."""
    kept: dict[str, Report] = {}
    for report in reports:
        old = kept.get(report.url, report)
        filled = {
            name: getattr(old, name) or getattr(report, name) for name in ("outlet", "published", "item", "title")
        }
        kept[report.url] = replace(old, **filled)
    return tuple(kept.values())


def _quotes(quotes: list[Quotation]) -> tuple[Quotation, ...]:
    """The longest wording of each quotation, in the order met; what is part of another, or a variant of it, goes."""
    cut = {quote: tokens(quote.words) for quote in quotes}
    ranked = sorted(
        cut, key=lambda quote: (-len(cut[quote]), not quote.direct, quote.start < 0, quote.words, quote.item)
    )
    kept: list[Quotation] = []
    for quote in ranked:
        if cut[quote] and not any(_says(cut[longer], cut[quote]) for longer in kept):
            kept.append(quote)
    return tuple(quote for quote in cut if quote in kept)


def _says(longer: list[str], words: list[str]) -> bool:
    """Does the longer quotation contain these words, in one run or as a variant of itself?"""
    if f" {' '.join(words)} " in f" {' '.join(longer)} ":
        return True
    shared = len(set(longer) & set(words)) / len(set(longer) | set(words))
    return len(words) >= 5 and shared >= _VARIANT  # noqa: PLR2004 - below that two phrases are easily alike


def _labels(better: Statement, other: Statement) -> tuple[Label, ...]:
    """Labels by kind: a person's win, then the chronicle's; then the fuller account's, of equal ones all."""
    kinds = dict.fromkeys([*LABEL_KINDS, *(row.kind for one in (better, other) for row in one.labels)])
    return tuple(row for kind in kinds for row in _of_kind(kind, better, other))


def _of_kind(kind: str, better: Statement, other: Statement) -> list[Label]:
    mine, theirs = ([row for row in one.labels if row.kind == kind] for one in (better, other))
    for authority in ("person:", _CHRONICLE):
        if settled := [row for row in (*mine, *theirs) if row.by.startswith(authority)]:
            return _settled(kind, settled)
    if kind in LABEL_KINDS and _silent(better, other):
        return []
    first, second = (_COVERAGE.index(one.coverage) for one in (better, other))
    if first != second:
        return _settled(kind, mine if first > second else theirs)
    return _settled(kind, [*mine, *theirs])


def _silent(*accounts: Statement) -> bool:
    """Did the chronicle read the full text, so that a kind it does not name is known to be absent?"""
    return any(one.record and one.coverage == "full" for one in accounts)


def _settled(kind: str, rows: list[Label]) -> list[Label]:
    """Each label once, the surest; of a kind that allows one only, or one an audience, the surest alone."""
    surest: dict[tuple[str, str], Label] = {}
    for row in sorted(rows, key=lambda row: _sureness(kind, row), reverse=True):
        single = kind in _SINGLE or kind not in LABEL_KINDS
        surest.setdefault(("", "") if single else ("" if kind == "stance" else row.label, row.of), row)
    return sorted(surest.values(), key=lambda row: (row.rank, -row.confidence, row.label, row.of))


def _sureness(kind: str, row: Label) -> tuple[float, int, int, str, str, int]:
    order = _SINGLE.get(kind, ())
    strength = order.index(row.label) if row.label in order else 0
    return (row.confidence, strength, len(row.evidence), f"{row.label} {row.of}", row.by, -row.rank)
