"""How good the reading is: a file of labelled items is read and held against its labels.

Two kinds of rows are understood, also mixed in one file: dispatches with ``labels`` (one statement an
item) and news items with ``gold`` (every attributed utterance and every quotation that must not become one).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.classify.coding import Coder
from bot.codebook import load
from bot.rows import item_of
from store.records import Coding, Found, Quotation

FIRST_SEEN = datetime(2100, 1, 1, tzinfo=UTC)
"""After every labelled item, so that no date of theirs is taken for one of the future."""
SETS = {
    "themes": "theme",
    "demands": "demand",
    "offers": "offer",
    "gestures": "gesture",
    "formulas": "formula",
    "audience": "audience",
}
SAME_WORDS = 0.6
"""Two quotations are the same when this share of the shorter one's words stands in the longer."""


@dataclass(slots=True)
class Tally:
    """Right, wrongly given and missed; from these come precision, recall and F1."""

    right: int = 0
    given: int = 0
    missed: int = 0

    def add(self, found: set[Any], wanted: set[Any]) -> None:
        """Count one item's set of labels."""
        self.right += len(found & wanted)
        self.given += len(found - wanted)
        self.missed += len(wanted - found)

    @property
    def precision(self) -> float:
        """Share of the given that is right; 1 when nothing was given."""
        return self.right / (self.right + self.given) if self.right + self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the wanted that was given; 1 when nothing was wanted."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return (
            2 * self.right / (2 * self.right + self.given + self.missed)
            if self.right + self.given + self.missed
            else 1.0
        )


@dataclass(slots=True)
class Figures:
    """What an evaluation gave: single judgements as (found, wanted) pairs, sets as tallies, and the mistakes."""

    items: int = 0
    pairs: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    sets: dict[str, Tally] = field(default_factory=dict)
    mistakes: list[tuple[str, str, str]] = field(default_factory=list)

    def judge(self, name: str, found: object, wanted: object, item: str) -> None:
        """Note one single judgement."""
        self.pairs.setdefault(name, []).append((str(found), str(wanted)))
        if str(found) != str(wanted):
            self.mistakes.append((name, item, f"{found} instead of {wanted}"))

    def tally(self, name: str) -> Tally:
        """The tally of a set-valued label."""
        return self.sets.setdefault(name, Tally())

    def rate(self, name: str) -> float:
        """Share of single judgements that are right."""
        pairs = self.pairs.get(name, [])
        return sum(found == wanted for found, wanted in pairs) / len(pairs) if pairs else 1.0

    def kappa(self, name: str) -> float:
        """Cohen's κ of the single judgements: agreement beyond what the label frequencies alone would give."""
        pairs = self.pairs.get(name, [])
        if not pairs:
            return 1.0
        found, wanted = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
        chance = sum(found[label] * wanted[label] for label in wanted) / len(pairs) ** 2
        return (self.rate(name) - chance) / (1 - chance) if chance < 1 else 1.0

    def confusion(self, name: str) -> Counter[tuple[str, str]]:
        """How often each label was given (first) where each was wanted (second)."""
        return Counter(self.pairs.get(name, []))


def evaluate(path: str | Path, coder: Coder | None = None) -> Figures:
    """Read every row of a JSON Lines file and compare.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is not JSON.
    """
    coder = coder or Coder(load())
    with Path(path).open(encoding="utf-8") as lines:
        return measure((json.loads(line) for line in lines if line.strip()), coder)


def measure(rows: Iterable[Mapping[str, Any]], coder: Coder) -> Figures:
    """Compare the codings of the rows with their labels."""
    figures = Figures()
    for row in rows:
        compare(figures, row, coder.code(item_of(row, FIRST_SEEN)))
    return figures


def compare(figures: Figures, row: Mapping[str, Any], coding: Coding) -> None:
    """Add one row's coding, held against its labels, to the figures."""
    figures.items += 1
    if "gold" in row:
        _news(figures, row, coding)
    elif "labels" in row:
        _dispatch(figures, row, coding)


def _dispatch(figures: Figures, row: Mapping[str, Any], coding: Coding) -> None:
    gold, name = row["labels"], str(row["id"])
    figures.judge("relevance", coding.relevant, bool(gold["relevant"]), name)
    if not gold["relevant"]:
        return
    figures.judge("carries", coding.carries, gold["carries"], name)
    statement = coding.found[0].statement if coding.found else None
    for key in ("speaker", "authority", "channel", "side"):
        if gold[key] is not None:
            figures.judge(key, getattr(statement, key, None), gold[key], name)
    if gold["authority"] is not None:
        level = statement.authority if statement else None
        figures.judge(
            "authority within one", level is not None and abs(level - gold["authority"]) <= 1, wanted=True, item=name
        )
    if gold["date_made"]:
        figures.judge("date_made", statement and statement.date, gold["date_made"], name)
    for key in ("threat", "tone"):
        if gold[key] is not None:
            figures.judge(key, getattr(statement, key, None), gold[key], name)
    figures.tally("stance").add(set(statement.stance.items()) if statement else set(), set(gold["stance"].items()))
    for key, kind in SETS.items():
        figures.tally(key).add(set(statement.of_kind(kind)) if statement else set(), set(gold[key] or ()))


def _news(figures: Figures, row: Mapping[str, Any], coding: Coding) -> None:
    gold, name = row["gold"], str(row["id"])
    figures.judge("news relevance", coding.relevant, bool(gold["relevant"]), name)
    figures.judge("news carries", coding.carries, gold["carries"], name)
    _quotations(figures, name, coding, gold["statements"])
    quotes = [quote for found in coding.found for quote in found.statement.quotes]
    for refused in gold["not_statements"]:
        kept_out = not any(same_words(quote.words, refused["words"]) for quote in quotes)
        figures.judge("not-statements kept out", kept_out, wanted=True, item=f"{name}: {refused['words'][:60]}")
    for wanted in gold["statements"]:
        _statement(figures, name, coding, wanted)


def _quotations(figures: Figures, name: str, coding: Coding, statements: Sequence[Mapping[str, Any]]) -> None:
    """Each quotation once: right when the same words are given to the same speaker."""
    tally = figures.tally("quotations")
    wanted = [(statement["speaker"], words) for statement in statements for words in statement["quotes"]]
    given = [quote for found in coding.found for quote in found.statement.quotes]
    left = list(given)
    for speaker, words in wanted:
        match = [quote for quote in given if quote.speaker == speaker and same_words(quote.words, words)]
        if match:
            tally.right += 1
            left = [quote for quote in left if quote not in match]
        else:
            tally.missed += 1
            figures.mistakes.append(("quotation missed", name, f"{speaker}: {words[:70]}"))
    tally.given += len(left)
    figures.mistakes += [("quotation too many", name, f"{quote.speaker}: {quote.words[:70]}") for quote in left]


def _statement(figures: Figures, name: str, coding: Coding, wanted: Mapping[str, Any]) -> None:
    found = match(coding.found, wanted)
    figures.tally("statements").add({True} if found else set(), {True})
    if found is None:
        figures.mistakes.append(("statement missed", name, f"{wanted['speaker']} {wanted['date_made']}"))
    if wanted["date_made"]:
        made = found.statement if found else None
        right = made is not None and made.date_precision == "day" and made.date.isoformat() == wanted["date_made"]
        figures.judge("statement date", wanted["date_made"] if right else made and made.date, wanted["date_made"], name)
    if found and wanted["date_made"]:
        right = found.statement.date_precision == "day" and found.statement.date.isoformat() == wanted["date_made"]
        figures.judge("date of those found", right, wanted=True, item=f"{name} {wanted['speaker']}")
    if found:
        figures.judge("new or background", found.new, wanted["new"], f"{name} {wanted['speaker']}")
        figures.judge("news threat", found.statement.threat, wanted["threat"], f"{name} {wanted['speaker']}")
        figures.tally("news stance").add(set(found.statement.stance.items()), set(wanted["stance"].items()))


def match(found: Sequence[Found], wanted: Mapping[str, Any]) -> Found | None:
    """The found statement of the same speaker that shares most quotations, then the same day."""
    own = [one for one in found if one.statement.speaker == wanted["speaker"]]

    def score(one: Found) -> tuple[int, bool]:
        shared = sum(_quoted(one.statement.quotes, words) for words in wanted["quotes"])
        return shared, one.statement.date.isoformat() == wanted["date_made"]

    return max(own, key=score, default=None)


def _quoted(quotes: Sequence[Quotation], words: str) -> bool:
    return any(same_words(quote.words, words) for quote in quotes)


def same_words(one: str, other: str) -> bool:
    """Whether two quotations hold the same words: the shorter one's stand, in order, mostly in the longer."""
    first, second = sorted((_plain(one), _plain(other)), key=len)
    if not first:
        return False
    text = f" {' '.join(second)} "
    if f" {' '.join(first)} " in text:
        return True
    runs = sum(f" {a} {b} " in text for a, b in pairwise(first))
    return len(first) > 1 and runs / (len(first) - 1) >= SAME_WORDS


def _plain(words: str) -> list[str]:
    return re.findall(r"[\w’']+", words.lower().replace("’", "'"))


def report(figures: Figures, worst: int = 20) -> str:
    """The figures as plain text, a line each, with the worst mistakes last."""
    lines = [f"{figures.items} items"]
    for name, pairs in figures.pairs.items():
        lines.append(f"{name:26} {figures.rate(name):.3f} right   kappa {figures.kappa(name):.3f}   n {len(pairs)}")
    for name, tally in figures.sets.items():
        lines.append(
            f"{name:26} {tally.f1:.3f} F1   precision {tally.precision:.3f}   recall {tally.recall:.3f}"
            f"   n {tally.right + tally.missed}",
        )
    lines += [f"  {name} | {item} | {what}" for name, item, what in figures.mistakes[:worst]]
    return "\n".join(lines)
