"""Does an item bear on diplomacy with the DPRK? An additive score over readable features (codebook, "Relevance").

The features and their weights are data (``bot/codebook/relevance.yaml``). Every feature that a text shows adds
its weight; the sign of the sum decides, its size gives the confidence, the terms that weighed most are the evidence.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.classify.naming import Mention
from bot.classify.text import Document
from bot.codebook import Codebook
from store.records import Label

_WORD = re.compile(r"[a-z][a-z.]*[a-z]\.?|[a-z]")
_OTHER = re.compile(r"[Ѐ-ӿ぀-ヿ㐀-鿿가-힣]")
_NAMESAKES = re.compile(r"북한산|북한강|평양냉면|평양식")
"""Places and dishes that only sound like the North: a mountain and a river by Seoul, cold noodles."""
_ACCENTS = str.maketrans("áéíóúüñ", "aeiouun")
_LEAD = 300  # letters, about the first two sentences
_VOICE = 500  # letters within which a dispatch says who speaks
_DATELINE = re.compile(r"\s*[A-Z][\w .,'-]{2,60}\([A-Z]{2,6}\) ?-{1,2}\s*")
_SURE = 0.5  # strength from which a mention counts
Counted = dict[int, tuple[int, str]]
_SHOWN = 3
"""Terms named as evidence."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One reason for or against, with its weights for a hit in the title, in the lead, in the text.

    A feature is hit by words (anywhere), by patterns (in title and lead), by officials or by the length of the text.
    The weight ``text`` is given with ``absent`` for having no hit at all, with ``all_`` for a hit in each of those
    groups of features, with ``none`` for a hit in none of them. ``sides``: the hits are officials of these sides.
    """

    name: str
    title: float = 0.0
    lead: float = 0.0
    text: float = 0.0
    absent: bool = False
    all_: tuple[frozenset[int], ...] = ()
    none: tuple[frozenset[int], ...] = ()
    sides: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A feature found: ``value`` is what it adds to the score, ``words`` the term as the text has it."""

    feature: Feature
    value: float
    words: str


class Relevance:
    """The features of the codebook, ready to be looked up in a text. Built once, then only read."""

    def __init__(self, codebook: Codebook) -> None:
        table = codebook.relevance
        self.bias = float(table["bias"])
        numbers = {row["name"]: number for number, row in enumerate(table["features"])}
        groups = {name: frozenset(numbers[member] for member in row) for name, row in table["groups"].items()}
        self.features = tuple(_feature(row, groups) for row in table["features"])
        self._asked = {n for n, one in enumerate(self.features) if one.all_ or one.none or one.absent}
        self._side_of = {official.slug: official.side for official in codebook.officials}
        self._by_side: dict[str, list[int]] = {}
        for number, feature in enumerate(self.features):
            for side in feature.sides:
                self._by_side.setdefault(side, []).append(number)
        self._spans = [(number, *row["length"]) for number, row in enumerate(table["features"]) if "length" in row]
        self._patterns = [
            (re.compile("|".join(row["patterns"])), number)
            for number, row in enumerate(table["features"])
            if "patterns" in row
        ]
        self._whole: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._phrases: dict[str, list[tuple[str, int]]] = {}
        self._others: list[tuple[str, int]] = []
        for number, row in enumerate(table["features"]):
            for term in row.get("terms", ()):
                self._add(str(term), number)
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._features_of = lru_cache(maxsize=20_000)(self._look_up)

    def judge(self, document: Document, mentions: Iterable[Mention] = ()) -> Label:
        """Whether the item is relevant, as a label of kind "relevance" ("yes", "no") with evidence and confidence."""
        hits = self.hits(document, mentions)
        score = self.bias + sum(hit.value for hit in hits)
        side = 1 if score > 0 else -1
        telling = sorted((hit for hit in hits if hit.value * side > 0), key=lambda hit: -abs(hit.value))
        shown = list(dict.fromkeys(hit.words for hit in telling if hit.words))[:_SHOWN]
        start, end = _where(document.plain, shown[0]) if shown else (-1, -1)
        return Label(
            kind="relevance",
            label="yes" if score > 0 else "no",
            evidence="; ".join(shown),
            start=start,
            end=end,
            confidence=round(1 / (1 + math.exp(-abs(score))), 2),
            by="relevance/" + ("+".join(hit.feature.name.replace(" ", "-") for hit in telling[:_SHOWN]) or "nothing"),
        )

    def hits(self, document: Document, mentions: Iterable[Mention] = ()) -> list[Hit]:
        """Every feature of the item with what it adds, in the order of the features."""
        zones = self.zones(document, mentions)
        anywhere = {number for zone in zones for number in zone}
        return [hit for number in sorted(self._asked | anywhere) for hit in self._hits_of(number, zones, anywhere)]

    def zones(self, document: Document, mentions: Iterable[Mention] = ()) -> tuple[Counted, Counted, Counted]:
        """Feature number to (hits, first term) in the title, in title and lead, and in title and text."""
        title, text = document.plain_title, document.plain
        begin = _dateline(text)
        lead = f"{title}\n{text[begin : begin + _LEAD]}"
        zones = self._counted(title), self._counted(lead), self._counted(f"{title}\n{text[begin:]}")
        self._match(title, f"{title}\n{text[begin : begin + _VOICE]}", zones)
        for number, least, most in self._spans:
            if least <= len(text) < most:
                _note(zones[2], number, 1, "")
        for mention in mentions:
            if mention.strength >= _SURE and (mention.in_title or mention.start >= begin):
                words = (title if mention.in_title else text)[mention.start : mention.end]
                for number in self._by_side.get(self._side_of.get(mention.slug, ""), ()):
                    _note(zones[2], number, 1, words)
                    if mention.in_title or mention.start < begin + _LEAD:
                        _note(zones[1], number, 1, words)
                    if mention.in_title:
                        _note(zones[0], number, 1, words)
        return zones

    def _hits_of(self, number: int, zones: tuple[Counted, Counted, Counted], anywhere: set[int]) -> Iterator[Hit]:
        feature = self.features[number]
        if feature.all_ or feature.none:
            if all(group & anywhere for group in feature.all_) and not any(group & anywhere for group in feature.none):
                yield Hit(feature, feature.text, "")
        elif feature.absent:
            if number not in anywhere:
                yield Hit(feature, feature.text, "")
        else:
            title, lead, text = (zone.get(number) for zone in zones)
            if title:
                yield Hit(feature, feature.title, title[1])
            if lead:
                yield Hit(feature, feature.lead, lead[1])
            if text:
                yield Hit(feature, feature.text * (2 - 0.5 ** (text[0] - 1)), text[1])

    def _match(self, title: str, lead: str, zones: tuple[Counted, Counted, Counted]) -> None:
        """Note the patterns that the title or the lead shows; one hit of a feature is enough."""
        for pattern, number in self._patterns:
            found = pattern.search(title)
            if found:
                zones[0].setdefault(number, (1, found[0]))
            found = found or pattern.search(lead)
            if found:
                zones[1].setdefault(number, (1, found[0]))
                zones[2].setdefault(number, (1, found[0]))

    def _add(self, term: str, number: int) -> None:
        if _OTHER.search(term):
            self._others.append((term.rstrip("*"), number))
        elif " " in term or "-" in term:
            self._phrases.setdefault(_WORD.findall(term)[0], []).append((term.rstrip("*"), number))
        elif term.endswith("*"):
            self._stems.setdefault(term[:-1], []).append(number)
        else:
            self._whole.setdefault(term, []).append(number)

    def _look_up(self, word: str) -> tuple[int, ...]:
        numbers = list(self._whole.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            numbers += self._stems.get(word[:length], ())
        return tuple(dict.fromkeys(numbers))

    def _counted(self, text: str) -> Counted:
        """Feature number to (hits, the first term found)."""
        low = text.lower() if text.isascii() else text.lower().translate(_ACCENTS)
        found: dict[int, tuple[int, str]] = {}
        for word, count in Counter(_WORD.findall(low)).items():
            for number in self._features_of(word):
                _note(found, number, count, word)
            for phrase, number in self._phrases.get(word, ()):
                times = low.count(phrase)
                if times:
                    _note(found, number, times, phrase)
        if not low.isascii() and _OTHER.search(low):
            low = _NAMESAKES.sub("", low)
            for term, number in self._others:
                count = low.count(term)
                if count:
                    _note(found, number, count, term)
        return found


def _feature(row: Mapping[str, Any], groups: Mapping[str, frozenset[int]]) -> Feature:
    weights = row.get("weights", {})
    return Feature(
        name=row["name"],
        title=float(weights.get("title", 0.0)),
        lead=float(weights.get("lead", 0.0)),
        text=float(weights.get("text", 0.0)),
        absent=row.get("absent", False),
        all_=tuple(groups[name] for name in row.get("all", ())),
        none=tuple(groups[name] for name in row.get("none", ())),
        sides=frozenset(row.get("sides", ())),
    )


def _dateline(text: str) -> int:
    """Where the text begins behind a dateline ("Pyongyang, June 22 (KCNA) --"): that names a place, not a subject."""
    found = _DATELINE.match(text)
    return found.end() if found else 0


def _where(text: str, words: str) -> tuple[int, int]:
    """Start and end of the words in the text, up to the end of the last word; -1 when they stand only in the title."""
    found = re.search(rf"(?<![a-z]){re.escape(words)}\w*", text, re.IGNORECASE)
    return found.span() if found else (-1, -1)


def _note(found: dict[int, tuple[int, str]], number: int, count: int, words: str) -> None:
    before = found.get(number)
    found[number] = (count + before[0], before[1]) if before else (count, words)
