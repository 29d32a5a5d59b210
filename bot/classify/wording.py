"""How far two texts are made of the same words: the ground that identity and comparison stand on.

Pure and independent of the codebook, so that it works in any language: Chinese and
Japanese are cut into characters, everything else into words, case and accents folded.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+")
_SHINGLE = 3
_SAMPLE = 8  # one run in so many goes into the sample that rules most pairs out at once
_REMEMBERED = 512  # texts of a few days of one agency; the runs of a long dispatch take about 60 kB


def folded(text: str) -> str:
    """Text in lower case without accents, widths and ligatures made plain (NFKD; Korean recomposed)."""
    if text.isascii():
        return text.casefold()
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", plain).casefold()


def tokens(text: str) -> list[str]:
    """Words in order, folded: "People’s Army" and "People's army" give the same."""
    return _TOKEN.findall(folded(text))


@dataclass(frozen=True, slots=True)
class Wording:
    """What is compared of one text: number of words, hashed runs of three words, names and numbers in it.

    ``telling`` are the words with a capital or a digit, which tell one telegram from its
    near-identical neighbour; ``sample`` is a fixed part of the runs.
    """

    length: int
    shingles: frozenset[int]
    sample: frozenset[int]
    telling: frozenset[str]


@lru_cache(maxsize=_REMEMBERED)
def wording(text: str) -> Wording:
    """The wording of a text; the last texts are remembered, since neighbours are compared again and again."""
    words = tokens(text)
    runs = range(max(1, len(words) - _SHINGLE + 1)) if words else ()
    shingles = frozenset(zlib.crc32(" ".join(words[at : at + _SHINGLE]).encode()) for at in runs)
    sample = frozenset(run for run in shingles if run % _SAMPLE == 0)
    telling = frozenset(word.casefold() for word in _TOKEN.findall(text) if word[0].isupper() or word[0].isdigit())
    return Wording(len(words), shingles, sample, telling)


def unlike(one: Wording, other: Wording) -> bool:
    """Certainly not copies or excerpts of one another: long enough to tell, and no sampled run in common."""
    return min(len(one.sample), len(other.sample)) >= _SAMPLE and one.sample.isdisjoint(other.sample)


def resemblance(one: Wording, other: Wording) -> float:
    """Shared runs of words over all runs (Jaccard), 0 to 1; 0 when either text is empty."""
    shared = len(one.shingles & other.shingles)
    return shared / (len(one.shingles) + len(other.shingles) - shared) if shared else 0.0


def containment(one: Wording, other: Wording) -> float:
    """Share of the shorter text's runs of words that the other has too, 0 to 1: an excerpt in its source is near 1."""
    least = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / least if least else 0.0


def differ_in_names(one: Wording, other: Wording) -> bool:
    """Has each text a name or number that the other lacks? Words added on one side only are a fuller copy."""
    return bool(one.telling - other.telling) and bool(other.telling - one.telling)


def names_missing(shorter: Wording, longer: Wording) -> float:
    """Share of the shorter text's names and numbers that the longer lacks, 0 to 1: near 0 in an excerpt."""
    return len(shorter.telling - longer.telling) / len(shorter.telling) if shorter.telling else 0.0


def overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Shared words over all words of two short texts such as titles, 0 to 1; two empty ones are alike."""
    mine, theirs = set(one), set(other)
    return len(mine & theirs) / len(mine | theirs) if mine or theirs else 1.0
