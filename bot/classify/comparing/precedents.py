"""The earlier statements that say most nearly the same.

Labels and words are weighed together: labels and formulas by how rare they are in the
store, words sentence against sentence, so that one line in a long text counts as much
as a short text that is only that line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.classify.comparing.terms import (
    content,
    foreign,
    label_weight,
    labelled,
    name_of,
    own_words,
    sentences,
    word_weight,
)
from store.records import Earlier, Precedent, Statement

MOST = 5
LEAST = 0.12
"""Below this score nothing is called a precedent."""

_KINDS = ("audience", "stance", "threat", "gesture", "theme", "demand", "offer", "formula")
_WORDS, _LABELS = 0.6, 0.4
_LONGEST = 25  # words of a precedent that are shown
_SAYING = 3
"""Words from which a piece of a text is shown by itself."""
_CLAIMS = 6  # sentences of a statement that are looked for
_SOUGHT = 24  # words
_WORTH = 3.0
_ACROSS = 0.6  # of two languages no words are shared: one stock phrase in both stands in for them
_ENOUGH = 6.0  # weight that shared words must have to be trusted: two rare words or several common ones
_FULL = 1 - (1 - _WORDS) * (1 - _LABELS)


@dataclass(frozen=True, slots=True)
class _Claim:
    """One sentence of the statement: its weighed words, its pairs of neighbours, and their weights together."""

    words: dict[str, float]
    pairs: frozenset[tuple[str, str]]
    weight: float


_Sought = tuple[list[_Claim], dict[str, float]]


def precedents(statement: Statement, earlier: Earlier, without: Collection[str]) -> tuple[Precedent, ...]:
    """The nearest of ``earlier.similar``, best first, leaving out those in ``without`` (what it quotes or answers)."""
    claims = _claims(statement, earlier)
    rare = _rare(claims)
    barred = {*without, *statement.in_response_to, statement.id, statement.record} - {""}
    rows = [
        _weighed(statement, one, earlier, (claims, rare))
        for one in earlier.similar
        if not {one.id, one.record} & barred and one.side == statement.side
    ]
    rows.sort(key=lambda row: (-row.score, -row.date.toordinal(), row.id))
    return tuple(row for row in rows if row.score >= LEAST)[:MOST]


def _claims(statement: Statement, earlier: Earlier) -> list[_Claim]:
    """The statement's key sentences: its quotations, or for a bare text the sentences with most weight."""
    quoted = [quote.words for quote in statement.quotes]
    lines = [line for words in quoted or [statement.text] for line in sentences(own_words(words))]
    claims = [_claim(line, earlier) for line in lines]
    return sorted((claim for claim in claims if len(claim.words) > 1), key=lambda claim: -claim.weight)[:_CLAIMS]


def _claim(line: str, earlier: Earlier) -> _Claim:
    words = content(line)
    weights = {word: word_weight(word, earlier) for word in words}
    return _Claim(weights, frozenset(pairwise(words)), sum(weights.values()))


def _rare(claims: Iterable[_Claim]) -> dict[str, float]:
    """The rarest words of all claims with their weights, by which sentences worth weighing are found."""
    weights: dict[str, float] = {}
    for claim in claims:
        weights |= claim.words
    return dict(sorted(weights.items(), key=lambda row: (-row[1], row[0]))[:_SOUGHT])


def _weighed(statement: Statement, other: Statement, earlier: Earlier, sought: _Sought) -> Precedent:
    """One candidate with its score; words and labels each count by themselves, together they count more."""
    labels, shared = _labels(statement, other, earlier)
    words, phrase, line = _words(other, earlier, sought)
    if not words and set(statement.formulas) & set(other.formulas) and foreign(statement.words) != foreign(other.words):
        words = _ACROSS
    score = 1 - (1 - _WORDS * words) * (1 - _LABELS * labels)
    shares = (*shared, *([f"words: {phrase}"] if phrase else []))
    return Precedent(
        name_of(other), other.speaker, other.date, round(score / _FULL, 3), shares, _short(line or _key(other, shared))
    )


def _labels(statement: Statement, other: Statement, earlier: Earlier) -> tuple[float, list[str]]:
    """How nearly the labels are the same, 0 to 1, and the names of the shared ones, the rarest first.

    Half of it is the shared weight over all of both, half over what ours has that could be shared at all.
    """
    mine, theirs = labelled(statement, _KINDS), labelled(other, _KINDS)
    weights = {pair: label_weight(*pair, earlier) for pair in mine | theirs}
    shared = sorted(mine & theirs, key=lambda pair: (-weights[pair], pair))
    whole = sum(weights.values())
    usable = sum(weights[pair] for pair in mine if earlier.seen.get(pair) or pair in theirs)
    both = sum(weights[pair] for pair in shared)
    return (both / whole + both / usable) / 2 if both else 0.0, [f"{kind}: {label}" for kind, label in shared]


def _words(other: Statement, earlier: Earlier, sought: _Sought) -> tuple[float, str, str]:
    """How nearly one sentence of theirs says one of ours, 0 to 1, the words both use in a row, and their sentence."""
    claims, rare = sought
    best = (0.0, "", "")
    for line in _telling_lines(other, rare):
        said = content(line)
        pairs = set(pairwise(said))
        for claim in claims:
            if (alike := _alike(claim, said, pairs, earlier)) > best[0]:
                best = (alike, _phrase(claim, said), line)
    return best


def _telling_lines(other: Statement, rare: Mapping[str, float]) -> list[str]:
    """Their sentences whose share of the sought words weighs enough to be looked at."""
    text = other.text.casefold()
    lines = dict.fromkeys(line for quote in other.quotes for line in sentences(quote.words))
    if text and _heavy(text, rare):
        lines |= dict.fromkeys(sentences(own_words(other.text)))
    return [line for line in lines if _heavy(line.casefold(), rare)]


def _heavy(line: str, rare: Mapping[str, float]) -> bool:
    return sum(weight for word, weight in rare.items() if word in line) >= _WORTH


def _alike(claim: _Claim, said: Sequence[str], pairs: set[tuple[str, str]], earlier: Earlier) -> float:
    """Shared words by weight (as a share of both sentences' mean), more when neighbours stay neighbours."""
    shared = sum(weight for word, weight in claim.words.items() if word in said)
    if not shared:
        return 0.0
    theirs = sum(word_weight(word, earlier) for word in set(said))
    kept = len(claim.pairs & pairs) / max(1, min(len(claim.pairs), len(pairs)))
    least = shared / min(claim.weight, theirs)
    even = 2 * shared / (claim.weight + theirs)
    trust = min(1.0, shared / _ENOUGH)
    return trust * (0.45 * even + 0.25 * least + 0.3 * kept)


def _phrase(claim: _Claim, said: Sequence[str]) -> str:
    """The words of theirs that ours has too, in their order."""
    return " ".join(dict.fromkeys(word for word in said if word in claim.words))


def _key(other: Statement, shared: Sequence[str]) -> str:
    """The precedent's own words for the rarest label that both share, never a reporter's; else its key quotation."""
    own = other.words
    told = [row for row in other.labels if row.evidence and row.evidence in own]
    evidence = {f"{row.kind}: {row.label}": row.evidence for row in told}
    telling = next((evidence[name] for name in shared if name in evidence), "")
    first = next((quote.words for quote in other.quotes if len(quote.words.split()) >= _SAYING), "")
    return _whole(telling, own) or first or next(iter(sentences(other.text)), "")


def _whole(words: str, own: str) -> str:
    """Words that say something by themselves: a mere name or two become the sentence that they stand in."""
    if len(words.split()) >= _SAYING:
        return words
    return next((one for one in sentences(own) if words and words in one), "")


def _short(line: str) -> str:
    words = line.split()
    return " ".join(words[:_LONGEST]) + (" …" if len(words) > _LONGEST else "")
