"""Officials in Korean, Japanese, Chinese and Russian text: full spellings, titles, and a surname with a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from bot.classify.naming import Mention, Sense
from bot.codebook import Codebook

_SHORT = 2  # syllables: so short a name must stand alone, or be followed by a particle
_PARTICLE = r"(?=(?:은|는|이|가|을|를|의|와|과|도|에게|에|께서|씨)?(?![가-힣]))"
_TITLED = re.compile(
    r"(?<![가-힣])([가-힣])\s?(국무위원장|위원장|부부장|총비서|외무상|국방상|부상|대사|장관|대통령|총리|실장|국장|대변인|특별대표|대표)"
)


class OtherScripts:
    """The spellings that are not in Latin script, as one regular expression a first letter."""

    def __init__(self, codebook: Codebook, senses: Mapping[str, list[Sense]]) -> None:
        self._codebook = codebook
        self._senses = senses
        self._first = re.compile(f"[{''.join({words[0] for words in self._senses})}]")
        self._patterns = {
            letter: re.compile("|".join(map(_pattern, sorted(words, key=len, reverse=True))))
            for letter, words in _by_letter(self._senses).items()
        }

    def find(self, text: str, day: date, known: Iterable[Mention]) -> list[Mention]:
        """Mentions in other scripts that do not overlap those already known, by offset."""
        taken = [(mention.start, mention.end) for mention in known]
        found = [mention for mention in self._named(text, day) if _free(mention.start, mention.end, taken)]
        taken += [(mention.start, mention.end) for mention in found]
        return sorted([*found, *self._titled(text, found, taken)], key=lambda mention: mention.start)

    def _named(self, text: str, day: date) -> Iterator[Mention]:
        done = 0
        for letter in self._first.finditer(text):
            match = self._patterns[letter.group()].match(text, letter.start()) if letter.start() >= done else None
            if match is not None:
                done = match.end()
                sense = self._meant(self._lookup(match.group()), day)
                if sense is not None:
                    yield Mention(sense.slug, match.start(), match.end(), sense.how, sense.strength)

    def _lookup(self, words: str) -> list[Sense]:
        """The senses of matched words; of a Russian name also with a case ending."""
        for cut in range(min(4, len(words))):
            senses = self._senses.get(words[: len(words) - cut] if cut else words)
            if senses:
                return senses
        return []

    def _meant(self, senses: list[Sense], day: date) -> Sense | None:
        valid = [sense for sense in senses if sense.holds(day)]
        if len({sense.slug for sense in valid}) > 1:
            valid = [sense for sense in valid if self._serves(sense.slug, day)]
        return valid[0] if len({sense.slug for sense in valid}) == 1 else None

    def _serves(self, slug: str, day: date) -> bool:
        official = self._codebook.official(slug)
        return official is not None and any(office.holds(day) for office in official.offices)

    def _titled(self, text: str, named: list[Mention], taken: list[tuple[int, int]]) -> Iterator[Mention]:
        """Second mentions such as 김 위원장: the last bearer of that surname named before."""
        for match in _TITLED.finditer(text):
            bearers = [
                mention
                for mention in named
                if mention.start < match.start() and mention.how == "name" and text[mention.start] == match.group(1)
            ]
            if bearers and _free(match.start(), match.end(), taken):
                yield Mention(bearers[-1].slug, match.start(), match.end(), "surname", 0.7)


def _by_letter(spellings: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for words in spellings:
        groups.setdefault(words[0], []).append(words)
    return groups


def _pattern(words: str) -> str:
    """How a spelling is met in running text: Russian with case endings, short Korean names only standing alone."""
    if re.match(r"[А-яЁё]", words):
        return rf"\b{re.escape(words)}(?:а|у|ом|ем|е|ой|ым|и|ы|я|ю)?\b"
    if len(words) == _SHORT and re.fullmatch(r"[가-힣]+", words):
        return rf"(?<![가-힣]){words}{_PARTICLE}"
    return re.escape(words)


def _free(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return all(end <= begin or start >= stop for begin, stop in taken)
