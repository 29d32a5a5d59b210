"""Finding an official by what a person types: slugs, names in any spelling and script, titles, parts, near misses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.classify import naming
from bot.classify.naming import END, Sense, Vocabulary
from bot.codebook import Codebook, Official

_NEAR = 0.45
"""Share of letter pairs from which a spelling counts as a near miss."""
_TELLING = 4
"""Letters from which a surname alone is worth comparing with what was typed."""


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who may be meant. ``score`` is 1.0 for an exact name; ``why`` names what matched."""

    slug: str
    name: str
    score: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One spelling of one official, ready to be compared: its words, and its letter pairs."""

    slug: str
    shown: str
    words: tuple[str, ...]
    pairs: frozenset[str]
    weak: bool


class Finder:
    """Answers queries from the codebook's spellings; holds nothing else."""

    def __init__(self, codebook: Codebook, vocabulary: Vocabulary) -> None:
        self._codebook = codebook
        self._trie = vocabulary.trie
        self._scripts = vocabulary.scripts
        self._variants = vocabulary.variants
        self._spellings = tuple(spelling for official in codebook.officials for spelling in _spellings(official))
        self._offices = tuple(
            (official.slug, tuple(naming.words_of(office.words)), office)
            for official in codebook.officials
            for office in official.offices
        )
        self._similar = lru_cache(maxsize=4096)(self._compared)

    def exact(self, query: str) -> str | None:
        """The one slug that the query names exactly, None if nobody or several."""
        wanted = query.strip()
        slug = wanted.lower().replace(" ", "-")
        if slug in self._codebook.by_slug:
            return slug
        slugs = set(self._named(wanted))
        if len(slugs) != 1:
            sounded = self._variants.get(naming.sound(naming.words_of(wanted)))
            return sounded if not slugs else None
        return slugs.pop()

    def find(self, query: str, on: date | None) -> list[Match]:
        """Everybody who may be meant, best first; officials in office before others, the DPRK's before others."""
        best: dict[str, Match] = {}
        for match in self._matches(query.strip(), on):
            if match.slug not in best or best[match.slug].score < match.score:
                best[match.slug] = match
        return sorted(best.values(), key=lambda match: self._rank(match, on))

    def titled(self, query: str) -> bool:
        """Whether the query is the whole title of an office that anybody holds or held."""
        words = naming.words_of(query)
        words = words[1:] if words[:1] == ["the"] else words
        held = any(match.why == "title" for match in self._held(query.strip(), None))
        return held or (bool(words) and any(list(title) == words for _, title, _ in self._offices))

    def _rank(self, match: Match, on: date | None) -> tuple[float, bool, int, bool, str]:
        official = self._codebook.by_slug[match.slug]
        serving = any(office.until is None if on is None else office.holds(on) for office in official.offices)
        return (-match.score, not serving, official.authority or 9, official.side != "dprk", match.slug)

    def _matches(self, query: str, on: date | None) -> Iterator[Match]:
        slug = self.exact(query) if query else None
        if slug is not None:
            yield self._match(slug, 1.0, "exact")
        for named in self._named(query):
            yield self._match(named, 0.95, "name")
        yield from self._held(query, on)
        yield from self._inside(query)
        yield from self._in_office(query, on)
        words = naming.words_of(query)
        if words:
            yield from self._similar(tuple(words))
        elif not query:
            yield from (self._match(official.slug, 0.1, "all") for official in self._codebook.officials)

    def _match(self, slug: str, score: float, why: str) -> Match:
        return Match(slug, self._codebook.by_slug[slug].name, round(score, 3), why)

    def _senses(self, query: str) -> list[Sense]:
        words = naming.words_of(query)
        return self._under(words) or (self._under(words[1:]) if words[:1] == ["the"] else [])

    def _under(self, words: list[str]) -> list[Sense]:
        node = self._trie
        for word in words:
            node = node.get(word, {})
        senses: list[Sense] = node.get(END, [])
        return senses

    def _named(self, query: str) -> Iterator[str]:
        """Slugs that have exactly this name, in any script."""
        for sense in (*self._senses(query), *self._scripts.get(query, ())):
            if sense.slug and sense.how != "title" and sense.tenure is None:
                yield sense.slug

    def _held(self, query: str, on: date | None) -> Iterator[Match]:
        """Holders of a title: those of the day, or all with the last one first."""
        office, of, side = query.partition(" of ")
        turned = self._senses(f"{side}'s {office}") if of else []  # "the president of South Korea"
        for sense in (*self._senses(query), *turned, *self._scripts.get(query, ())):
            if sense.tenure is not None:
                now = sense.tenure.until is None if on is None else sense.tenure.holds(on)
                if now or on is None:
                    yield self._match(sense.slug, 0.92 if now else 0.6, "title")
            for slug in (sense.slugs or {}).values():
                yield self._match(slug, 0.8, "body")

    def _in_office(self, query: str, on: date | None) -> Iterator[Match]:
        """Holders of an office whose title is the query or has its words, of any side; those of the day first."""
        wanted = naming.words_of(query)
        for slug, title, office in self._offices if wanted else ():
            if all(word in title for word in wanted):
                now = office.until is None if on is None else office.holds(on)
                score = 0.8 + 0.1 * len(wanted) / len(title) if now else 0.5
                yield self._match(slug, score, office.words)

    def _inside(self, query: str) -> Iterator[Match]:
        """A spelling in another script within the query ("김여정 부부장"), or begun by it."""
        if query.isascii():
            return
        for words, senses in self._scripts.items():
            if words in query or (words.startswith(query) and len(query) > 1):
                for sense in senses:
                    if sense.tenure is None:
                        yield self._match(sense.slug, 0.9 if words in query else 0.8, "spelling")

    def _compared(self, words: tuple[str, ...]) -> tuple[Match, ...]:
        """Parts of names, beginnings of names, and near misses; the same titles are asked for again and again."""
        pairs = _pairs(words)
        scored = ((spelling, _likeness(words, pairs, spelling)) for spelling in self._spellings)
        return tuple(self._match(spelling.slug, score, spelling.shown) for spelling, score in scored if score)


def _spellings(official: Official) -> Iterator[_Spelling]:
    seen = set()
    surname = (official.surname,) if len(official.surname) >= _TELLING else ()
    for name in (official.slug, official.name, *official.names, *official.weak_names, *surname):
        words = tuple(naming.words_of(name))
        if words and words[0].isascii() and words not in seen:
            seen.add(words)
            weak = name in official.weak_names and name not in surname
            yield _Spelling(official.slug, name, words, _pairs(words), weak)


def _likeness(words: tuple[str, ...], pairs: frozenset[str], spelling: _Spelling) -> float:
    """0 to 0.88: all words are words of the name; begin words of the name; or share most letter pairs with it."""
    if all(word in spelling.words for word in words):
        return 0.8 + 0.08 * len(words) / len(spelling.words)
    if all(any(part.startswith(word) for part in spelling.words) for word in words):
        return 0.76 + 0.04 * sum(map(len, words)) / sum(map(len, spelling.words))
    shared = 2 * len(pairs & spelling.pairs) / (len(pairs) + len(spelling.pairs))
    return 0.74 * shared if shared >= _NEAR and not spelling.weak else 0.0


def _pairs(words: tuple[str, ...]) -> frozenset[str]:
    """Pairs of neighbouring letters of a name written as one word, with its ends marked."""
    joined = "^" + "".join(words) + "$"
    return frozenset(joined[index : index + 2] for index in range(len(joined) - 1))
