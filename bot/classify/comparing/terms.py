"""Words and labels of statements, weighed by how rare they are in the store."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from bot.classify.wording import tokens
from store.records import Earlier, Statement

CORE = ("demand", "offer", "stance", "threat", "formula", "gesture")
"""Kinds of label that make a claim; audience, theme and tone only frame it."""

_NESTED = re.compile(r"[\"“«「]([^\"“”«»「」\n]{3,400})[\"”»」]|(?<!\w)[‘']([^’'\n]{3,160})[’'](?!\w)")
_SENTENCE = re.compile(r"(?<=[.!?。])[\"”’']?\s+|\n+")
_TELLING, _ENGLISH = 5, 0.12
_STOP = frozenset(
    [
        *("a", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "for", "from", "had"),
        *(
            "has",
            "have",
            "he",
            "her",
            "his",
            "i",
            "if",
            "in",
            "into",
            "is",
            "it",
            "its",
            "no",
            "nor",
            "not",
            "of",
            "on",
        ),
        *("or", "our", "she", "should", "so", "than", "that", "the", "their", "them", "then", "there", "these", "they"),
        *("this", "those", "to", "us", "was", "we", "were", "what", "when", "which", "who", "will", "with", "would"),
        *("you", "your", "u", "s"),
    ]
)


@lru_cache(maxsize=4096)
def content(text: str) -> tuple[str, ...]:
    """The words of a text that carry meaning, in order, folded; the lines looked at last are remembered."""
    return tuple(word for word in tokens(text) if word not in _STOP)


def foreign(text: str) -> bool:
    """Is this not English? Told by the share of English function words; a text of a few words passes for English."""
    words = tokens(text)
    return len(words) >= _TELLING and sum(word in _STOP for word in words) < _ENGLISH * len(words)


def nested(text: str) -> list[str]:
    """The spans in quotation marks inside a statement's own words: others' words, or scare quotes."""
    return [one or other for one, other in _NESTED.findall(text)]


def own_words(text: str) -> str:
    """The words with the quoted spans of others left out, so that likeness is never borrowed."""
    return _NESTED.sub(" ", text)


def sentences(text: str) -> list[str]:
    """A text cut where sentences end."""
    return [part for part in _SENTENCE.split(text) if part.strip()]


def labelled(statement: Statement, kinds: Iterable[str]) -> set[tuple[str, str]]:
    """(kind, label) of the kinds asked for; no threat is no element."""
    wanted = frozenset(kinds)
    return {(row.kind, row.label) for row in statement.labels if row.kind in wanted and row.label != "none"}


def rarity(count: int, total: int) -> float:
    """Weight of something that ``count`` of ``total`` statements have: the rarer, the more."""
    return math.log1p(total / (1 + count))


def word_weight(word: str, earlier: Earlier) -> float:
    """Weight of a word by the store's count of statements that have it."""
    return rarity(earlier.frequency.get(word, 0), max(earlier.total, 1))


def label_weight(kind: str, label: str, earlier: Earlier) -> float:
    """Weight of a label by the store's count of statements that carry it."""
    return rarity(earlier.frequency.get(f"{kind}:{label}", 0), max(earlier.total, 1))


def name_of(statement: Statement) -> str:
    """What people call it before the store has given an id."""
    return statement.id or statement.record
