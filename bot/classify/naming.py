"""The words by which officials are named, as one dictionary of first words (a trie), and how text is cut for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from bot.codebook import Codebook, Official, Tenure

WORD = re.compile(r"[^\W\d_]+|\d+")
_ARTICLE = re.compile(r"^(?:the|an?|our|his|her)\s+", re.IGNORECASE)
_REMARK = re.compile(r"\s*\(.*?\)")
HANGUL = re.compile(r"[가-힣]")
_SURNAME_SOUND = {
    "lee": "ri", "li": "ri", "rhee": "ri", "yi": "ri", "park": "pak", "bak": "pak", "choi": "choe", "cho": "jo",
    "jeong": "jong", "chung": "jong", "jung": "jong", "chong": "jong", "gang": "kang", "gwon": "kwon", "yu": "ryu",
    "yoo": "ryu", "lim": "rim", "im": "rim", "roh": "ro", "noh": "ro", "no": "ro", "shin": "sin", "oh": "o", "woo": "u",
    "moon": "mun", "yoon": "yun", "chang": "jang", "baek": "paek", "paik": "paek", "baik": "paek", "seo": "so",
    "suh": "so", "hyun": "hyon", "tae": "thae", "joo": "ju", "heo": "ho", "huh": "ho",
}  # fmt: skip
"""Spellings of a surname to the one in the DPRK's style (officials.yaml, romanisation)."""
_SOUNDS = tuple(
    (re.compile(pattern), plain_form)
    for pattern, plain_form in (
        (r"^(?:jeo|ju|jo|cho|chu)ng$", "jong"), (r"^(?:seo|so|su)ng$", "song"), (r"^(?:youn|yeon|yon)g$", "yong"),
        (r"^(?:seo|so|su)n$", "son"), (r"^hee$", "hui"), (r"^(?:myeo|myu|myo)ng$", "myong"),
        (r"^[kg](?:yeo|yu|yo)ng$", "gyong"), (r"^(?:chu|cheo|cho)l$", "chol"), (r"^(?:hyu|hyeo|hyo)k$", "hyok"),
        (r"^thae$", "tae"), (r"^k(?=ye|wan|won|il|ap)", "g"), (r"eo", "o"), (r"oo", "u"), (r"^eun$|^woon$", "un"),
        (r"^yeo$", "yo"), (r"^(?:geun|kun)$", "gun"),
    )
)  # fmt: skip
_GIVEN = re.compile(
    r"(?:(?:[bcdghjkmnprstwyl]|ch|gw|gy|hy|hw|jy|ky|kw|my|ry|th|s[hs]|[kt]k|lh|py|by)?"
    r"(?:yeo|yae|wae|ae|eo|eu|oe|ui|wa|we|wi|wo|ya|ye|yo|yu|oo|ee|ou|[aeiou])(?:ng|[bcgkmnlprt]|ck)?){1,2}\Z"
)
_TELLING = 5
"""Letters of a given name from which one letter more or less makes no other name."""
END = "\0"
"""Key of a trie node under which the senses of the words so far are kept."""

Trie = dict[str, Any]
"""Lower-case word to the node of what may follow; a node is of the same kind."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a run of words can mean: an official, by what kind of name, in which days.

    ``how``: "name", "weak" (needs context), "title", "cue", "body" (an institution), "home" (a body
    whose side must be found: ``slugs`` by side), "metonym". ``strength`` is 0 to 1.
    """

    slug: str
    how: str
    strength: float
    tenure: Tenure | None = None
    slugs: Mapping[str, str] | None = None

    def holds(self, day: date) -> bool:
        """Whether the words can mean this on the day."""
        return self.tenure is None or self.tenure.holds(day)


@dataclass(frozen=True, slots=True)
class Mention:
    """A registered official (``slug``), or a stranger (``slug`` ""), named at ``text[start:end]``.

    ``how``: "name", "variant" (an unlisted romanisation), "title", "cue", "body", "weak", "surname", "metonym"; of
    strangers "stranger" or "private". ``strength``: 1 a full name, 0.85 a title in its tenure, 0.7 a second
    mention, 0.5 and less where the context must confirm it. With ``in_title`` the offsets are into the title.
    """

    slug: str
    start: int
    end: int
    how: str
    strength: float
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything by which officials are named, built once: see the functions of the same names."""

    trie: Trie
    scripts: Mapping[str, list[Sense]]
    surnames: Mapping[str, tuple[Official, ...]]
    korean: frozenset[str]
    variants: Mapping[str, str]

    @classmethod
    def of(cls, codebook: Codebook) -> Vocabulary:
        """The vocabulary of a codebook."""
        return cls(
            trie=dictionary(codebook),
            scripts=other_scripts(codebook),
            surnames=surnames(codebook),
            korean=korean_surnames(codebook),
            variants=variants(codebook),
        )


def words_of(text: str) -> list[str]:
    """The words of a name in lower case, without accents, hyphens and dots."""
    return [plain(word) for word in WORD.findall(text.replace("’", "'"))]


@lru_cache(maxsize=4096)
def plain(word: str) -> str:
    """A word in lower case without accents; scripts other than Latin as they are."""
    low = word.lower()
    if low.isascii() or low[0] >= "\u1100":
        return low
    return "".join(mark for mark in unicodedata.normalize("NFD", low) if not unicodedata.combining(mark))


def holders(officials: Iterable[Official], pattern: str, side: str) -> list[tuple[Official, Tenure]]:
    """Who has had an office whose title matches the pattern, with the tenure."""
    wanted = re.compile(pattern, re.IGNORECASE)
    return [
        (official, office)
        for official in officials
        if official.side == side and official.kind == "person"
        for office in official.offices
        if wanted.search(office.words)
    ]


def dictionary(codebook: Codebook) -> Trie:
    """All Latin-script names, titles, cues, bodies and metonyms as a trie of lower-case words."""
    trie: Trie = {}
    for words, sense in _entries(codebook):
        _add(trie, words, sense)
    return trie


def other_scripts(codebook: Codebook) -> dict[str, list[Sense]]:
    """Spellings in Korean, Japanese, Chinese and Russian to what they mean."""
    senses: dict[str, list[Sense]] = {}
    for official in codebook.officials:
        how, strength = ("name", 1.0) if official.kind == "person" else ("body", 0.9)
        spellings = (*official.hangul, *official.hanja, *official.other_scripts, *official.names, *official.weak_names)
        for words in dict.fromkeys(spellings):
            if not words.isascii() and not re.search(r"[A-Za-zÀ-ɏ]", words):
                weak = words in official.weak_names
                senses.setdefault(words, []).append(
                    Sense(official.slug, "weak" if weak else how, 0.4 if weak else strength)
                )
        for cue in official.cues:
            if HANGUL.search(cue.words):
                senses.setdefault(cue.words, []).append(Sense(official.slug, "cue", 0.9, cue))
    for words, sense in _korean_titles(codebook):
        senses.setdefault(words, []).append(sense)
    return senses


def surnames(codebook: Codebook) -> dict[str, tuple[Official, ...]]:
    """Lower-case surname of second mention to the people who bear it."""
    found: dict[str, list[Official]] = {}
    for official in codebook.officials:
        for word in words_of(official.surname)[-1:]:
            found.setdefault(word, []).append(official)
    return {word: tuple(bearers) for word, bearers in found.items()}


def korean_surnames(codebook: Codebook) -> frozenset[str]:
    """Every Korean surname in the spellings of both Koreas, in lower case."""
    spellings = {word for official in codebook.officials if official.hangul for word in words_of(official.surname)}
    for row in codebook.romanisation["surnames"]:
        spellings.update(word for part in row for word in words_of(HANGUL.sub(" ", part)))
    return frozenset(spellings.union(codebook.aliases["korean_surnames"]))


def variants(codebook: Codebook) -> dict[str, str]:
    """How a Korean name sounds (see ``sound``) to the one official that it can be; ambiguous sounds are left out."""
    found: dict[str, set[str]] = {}
    for official in codebook.officials:
        if official.kind == "person" and official.hangul:
            for name in (official.name, *official.names):
                words = words_of(name)
                if len(words) == 3:  # noqa: PLR2004 - surname and two syllables; fewer are too few to go by
                    found.setdefault(sound(words), set()).add(official.slug)
    return {key: slugs.pop() for key, slugs in found.items() if len(slugs) == 1}


def sound(words: list[str]) -> str:
    """A Korean name with the differences between romanisations taken out: "Choi Seon-hee" and "Choe Son Hui" agree."""
    surname = _SURNAME_SOUND.get(words[0], words[0]) if words else ""
    return "-".join([surname, *map(_syllable_sound, words[1:])])


def one_off(one: str, other: str) -> bool:
    """Whether two given names, as they sound, differ by one letter: put in, left out or changed."""
    one, other = sorted((one.replace("-", ""), other.replace("-", "")), key=len)
    if len(other) - len(one) > 1 or len(one) < _TELLING:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[same:] == other[same + 1 :] or one[same + 1 :] == other[same + 1 :]


def is_given(word: str) -> bool:
    """Whether a word looks like one or two syllables of a Korean given name."""
    return bool(_GIVEN.match(word))


@lru_cache(maxsize=2048)
def _syllable_sound(syllable: str) -> str:
    for pattern, plain_form in _SOUNDS:
        syllable = pattern.sub(plain_form, syllable)
    return syllable


def _entries(codebook: Codebook) -> Iterator[tuple[list[str], Sense]]:
    for official in codebook.officials:
        yield from _of_official(official)
    yield from _titles(codebook)
    yield from _bodies(codebook)
    for person in codebook.private:
        for name in (person.name, *person.names):
            for part in _REMARK.sub("", name).split(", "):
                yield words_of(part), Sense("", "private", 1.0)
    for slug, names in codebook.aliases["metonyms"].items():
        for name in names:
            yield words_of(name), Sense(slug, "metonym", 0.3)


def _of_official(official: Official) -> Iterator[tuple[list[str], Sense]]:
    how, strength = ("name", 1.0) if official.kind == "person" else ("body", 0.9)
    for name in (official.name, *official.names):
        for part in _REMARK.sub("", name).split(" / "):
            yield words_of(_ARTICLE.sub("", part, count=1)), Sense(official.slug, how, strength)
    for name in official.weak_names:
        yield words_of(_ARTICLE.sub("", name, count=1)), Sense(official.slug, "weak", 0.4)
    for cue in official.cues:
        if not HANGUL.search(cue.words) and official.kind == "person":
            bare = _ARTICLE.sub("", _REMARK.sub("", cue.words), count=1)
            yield words_of(bare), Sense(official.slug, "cue", 0.85, cue)


def _titles(codebook: Codebook) -> Iterator[tuple[list[str], Sense]]:
    adjectives = codebook.aliases["sides"]
    for role in codebook.aliases["roles"]:
        for side in role["sides"]:
            held = holders(codebook.officials, role["office"], side)
            before = [words_of(adjective) for adjective in adjectives[side]] + ([[]] if role.get("alone") else [])
            for official, tenure in held:
                for start in before:
                    for title in role["words"]:
                        yield [*start, *words_of(title)], Sense(official.slug, "title", 0.85, tenure)


def _bodies(codebook: Codebook) -> Iterator[tuple[list[str], Sense]]:
    adjectives = codebook.aliases["sides"]
    for body in codebook.aliases["bodies"]:
        for words in map(words_of, body["words"]):
            if not body.get("explicit"):
                yield words, Sense("", "home", 0.6, slugs=body["of"])
            for side, slug in body["of"].items():
                for adjective in adjectives[side]:
                    yield [*words_of(adjective), *words], Sense(slug, "body", 0.9)


def _korean_titles(codebook: Codebook) -> Iterator[tuple[str, Sense]]:
    roles = {word: role for role in codebook.aliases["roles"] for word in role["words"]}
    for entry in codebook.aliases["korean_titles"]:
        for official, tenure in holders(codebook.officials, roles[entry["role"]]["office"], entry["side"]):
            for words in entry["words"]:
                yield words, Sense(official.slug, "title", 0.85, tenure)


def _add(trie: Trie, words: list[str], sense: Sense) -> None:
    if not words or not words[0].isascii():
        return
    node = trie
    for word in words:
        node = node.setdefault(word, {})
    senses: list[Sense] = node.setdefault(END, [])
    same = (sense.slug, sense.how, sense.tenure)
    if not any((known.slug, known.how, known.tenure) == same for known in senses):
        senses.append(sense)
