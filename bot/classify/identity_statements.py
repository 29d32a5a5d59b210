"""The same utterance, already known? Speaker, day and words decide.

Score of a candidate, 0 to 1, with its reasons: who (the same speaker, a fellow signer,
or a near-namesake that a misprint or a machine translation made), when (days apart in
the speaker's own time zone, widened where only a month or a year is known), and what:

===========================  ==================================================================
words of one in the other    a quotation, or most of it, stands in the other's words
another translation          several rare words in common, though no phrase is
full text against full text  mostly the same runs of words, else two statements
no words to compare          reported speech, or another language: only on the same day or the next, and
                             only when one candidate fits
different words, one day     two excerpts of one speech when form, audience and themes agree;
                             two statements when they do not
===========================  ==================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from bot.classify.comparing.terms import foreign
from bot.classify.wording import containment, overlap, resemblance, tokens, wording
from store.records import Statement

SAME = 0.5
"""Score from which two are one utterance."""

_NAMESAKE = 0.85
_NAME_WORDS = 0.6  # evidence of words that a near-namesake or a fellow signer needs
_SPOKEN = {"speech", "party-report", "parliament", "un-address", "field-guidance"}
_OPEN = {"other", "news-report", "talks-remark"}  # what a report says when it does not know the form
_STOP = frozenset(
    [
        *(
            "the",
            "a",
            "an",
            "and",
            "or",
            "but",
            "of",
            "to",
            "in",
            "on",
            "at",
            "for",
            "with",
            "by",
            "from",
            "as",
            "that",
        ),
        *(
            "this",
            "these",
            "those",
            "it",
            "its",
            "is",
            "are",
            "was",
            "were",
            "be",
            "been",
            "has",
            "have",
            "had",
            "will",
        ),
        *(
            "would",
            "can",
            "could",
            "should",
            "may",
            "might",
            "not",
            "no",
            "nor",
            "so",
            "than",
            "then",
            "there",
            "their",
        ),
        *(
            "they",
            "them",
            "he",
            "she",
            "his",
            "her",
            "we",
            "our",
            "us",
            "you",
            "your",
            "i",
            "my",
            "if",
            "what",
            "which",
        ),
        *("who", "when", "where", "how", "all", "any", "more", "most", "also", "only", "into", "over", "about"),
        *("against", "north", "south", "korea", "korean", "dprk", "united", "states", "american", "said", "says"),
    ]
)
_CLOSED, _AJAR = {"rejects", "rejects-unless"}, {"conditional", "open"}
_TELLING = 12  # words
_LATELY = 14  # days before an item within which its undated words are looked for first
_NEXT_DAYS = 2  # within which a report without words can be of a known statement
_TEXT, _INSIDE = 0.3, 0.7  # full texts: runs shared, or the shorter in the longer
_KEPT = 0.6  # of a quotation's neighbouring words
_FEW_RARE, _LEAST_RARE, _LETTERS = 3, 4, 3
_THEMES = 0.3
_DIGIT_OR_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Likeness:
    """A candidate, how surely it is the same utterance (0 to 1), and why, one reason a line of ``/why``."""

    statement: Statement
    score: float
    reasons: tuple[str, ...]


def identify(found: Statement, candidates: Iterable[Statement]) -> Statement | None:
    """The candidate that is the same utterance, or None when it is new."""
    ranked = likenesses(found, candidates)
    return ranked[0].statement if ranked and ranked[0].score >= SAME else None


def likenesses(found: Statement, candidates: Iterable[Statement]) -> list[Likeness]:
    """All candidates with scores and reasons, likeliest first; the order of the input does not matter.

    Where nothing but day and speaker speaks for several, none of them is taken.
    """
    every = [likeness(found, one) for one in candidates]
    every.sort(
        key=lambda row: (
            -row.score,
            abs((row.statement.date - found.date).days),
            row.statement.record,
            row.statement.id,
        )
    )
    wordless = [row for row in every if row.score >= SAME and "no words to compare" in row.reasons]
    if (
        len(wordless) > 1
        and wordless[0] is every[0]
        and _gap(found, wordless[1].statement) <= _gap(found, every[0].statement)
    ):
        reason = "several of that day fit"
        return [Likeness(row.statement, min(row.score, SAME - 0.01), (*row.reasons, reason)) for row in every]
    return every


def likeness(found: Statement, other: Statement) -> Likeness:
    """How surely two statements are one utterance."""
    who, who_reason = _who(found, other)
    if not who:
        return Likeness(other, 0.0, (who_reason,))
    gap = _gap(found, other)
    when = f"{gap} days apart" if gap else "the same day"
    if gap > _tolerance(found, other):
        return Likeness(other, 0.0, (who_reason, when))
    share, what = _words(found, other)
    reasons = (who_reason, when, what)
    if who < 1:
        return Likeness(other, share * who if share >= _NAME_WORDS else 0.0, reasons)
    coarse = found.date_precision != "day" or other.date_precision != "day"
    return Likeness(other, _weigh(found, other, gap if not coarse else max(gap, 1), (share, what)), reasons)


def _weigh(found: Statement, other: Statement, gap: int, words: tuple[float, str]) -> float:
    share, what = words
    if what == "no words to compare":
        agree = _agreement(found, other)
        return agree * (0.9 if gap == 0 else 0.6) if gap <= _NEXT_DAYS else 0.0
    lately = gap <= _LATELY and found.date_precision != "day"
    if share >= (SAME if gap <= 1 or lately else _NAME_WORDS):
        return share
    if gap == 0 and what == "different words":
        return 0.8 * _agreement(found, other, strict=True)
    return 0.0


def _who(found: Statement, other: Statement) -> tuple[float, str]:
    if found.speaker == other.speaker:
        return 1.0, "the same speaker"
    if found.speaker in other.with_ or other.speaker in found.with_:
        return 0.99, "a fellow signer"
    if found.side != other.side and "other" not in (found.side, other.side):
        return 0.0, "another side"
    if found.speaker.startswith(other.speaker + "-") or other.speaker.startswith(found.speaker + "-"):
        return 0.95, "the same institution"
    if f"{found.side}-government" in (found.speaker, other.speaker):
        return 0.9, "its government"
    close = SequenceMatcher(None, found.speaker, other.speaker, autojunk=False).ratio() >= _NAMESAKE
    return (0.9, "a near-namesake") if close else (0.0, "another speaker")


def _gap(found: Statement, other: Statement) -> int:
    return abs((found.date - other.date).days)


def _tolerance(found: Statement, other: Statement) -> int:
    """Days that two datings of one utterance may differ by."""
    widths = {"day": 0, "month": 31, "year": 366}
    width = max(widths[found.date_precision], widths[other.date_precision])
    return width or 3


def _words(found: Statement, other: Statement) -> tuple[float, str]:
    """Evidence of the words, 0 to 1, and its name."""
    if not _comparable(found.words, other.words):
        return 0.0, "no words to compare"
    if found.text and other.text:
        alike = resemblance(wording(found.text), wording(other.text))
        inside = containment(wording(found.text), wording(other.text))
        return (
            (max(alike, inside - 0.1), "full texts alike")
            if alike >= _TEXT or inside >= _INSIDE
            else (0.0, "other full text")
        )
    quoted = max(_quoted(found, other), _quoted(other, found))
    if quoted >= SAME:
        return quoted, "words of one in the other"
    rare = _rare(found.words, other.words)
    if rare >= SAME:
        return rare, "another translation"
    return max(quoted, rare), "other than the full text" if found.text or other.text else "different words"


def _comparable(one: str, other: str) -> bool:
    """Are there words on both sides, in the same script and language?"""
    if not _DIGIT_OR_LETTER.search(one) or not _DIGIT_OR_LETTER.search(other):
        return False
    return _latin(one) == _latin(other) and _in_english(one) == _in_english(other)


def _in_english(text: str) -> bool:
    """Is a text long enough to tell English? One in another language shares no words with it."""
    return len(text.split()) < _TELLING or not foreign(text)


def _latin(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return sum(char < "ɐ" for char in letters) * 2 >= len(letters)


def _quoted(one: Statement, other: Statement) -> float:
    """How much of the best-kept quotation of one stands in the other's words; short ones count for less."""
    there = tokens(other.words)
    pairs = set(pairwise(there))
    return max((_kept(tokens(quote.words), pairs) for quote in one.quotes), default=0.0)


def _kept(words: Sequence[str], pairs: set[tuple[str, str]]) -> float:
    mine = list(pairwise(words))
    telling = [word for word in words if word not in _STOP]
    if not mine or not telling:
        return 0.0
    kept = sum(pair in pairs for pair in mine) / len(mine)
    return (kept if kept >= _KEPT else 0.0) * min(1.0, (len(words) + len(telling)) / 10 + 0.1)


def _rare(one: str, other: str) -> float:
    """Share of the shorter side's content words that the other has too, when at least three are."""
    mine, theirs = (
        {word for word in tokens(text) if word not in _STOP and len(word) >= _LETTERS} for text in (one, other)
    )
    shared = len(mine & theirs)
    least = min(len(mine), len(theirs))
    return shared / least if shared >= _FEW_RARE and least >= _LEAST_RARE else 0.0


def _agreement(found: Statement, other: Statement, *, strict: bool = False) -> float:
    """Do form, audience, themes and stance allow one utterance? 1 when nothing speaks against it, else 0."""
    if not _forms_agree(found.channel, other.channel, strict=strict):
        return 0.0
    if found.audience and other.audience and not _addressed_alike(found, other):
        return 0.0
    if strict and any(_opposed(value, other.stance.get(side, value)) for side, value in found.stance.items()):
        return 0.0
    if strict and found.themes and other.themes:
        return 1.0 if overlap(found.themes, other.themes) >= _THEMES else 0.0
    return 1.0


def _opposed(one: str, other: str) -> bool:
    """Does one stance close the door on talks and the other not? Two excerpts of one text may differ by less."""
    return (one in _CLOSED and other in _AJAR) or (other in _CLOSED and one in _AJAR)


def _addressed_alike(found: Statement, other: Statement) -> bool:
    """Do both speak to somebody in common, or take the same line on talks on the same matter?

    Whom an excerpt addresses is often guessed from the side that it names most.
    """
    if set(found.audience) & set(other.audience):
        return True
    return bool(found.stance.items() & other.stance.items() and set(found.themes) & set(other.themes))


def _forms_agree(one: str, other: str, *, strict: bool) -> bool:
    if one == other:
        return True
    if strict and "joint-statement" in (one, other):
        return False
    if one in _OPEN or other in _OPEN:
        return True
    return not strict or {one, other} <= _SPOKEN
