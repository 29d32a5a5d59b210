"""Finding officials in a text: one walk over its words, then namesakes, second mentions and shadows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from bot.classify import naming
from bot.classify.naming import END, WORD, Mention, Sense, Trie, Vocabulary
from bot.classify.scripts import OtherScripts
from bot.classify.text import Document
from bot.codebook import Codebook, Official

_GAPS = frozenset([" ", "-", "'", ".", ". ", "", "&", " & ", "/", ".'", " - "])
"""What may stand between the words of a name."""
_ABBREVIATED = 4  # letters: behind a longer word a full stop ends the sentence
_LETTERS = 7  # of the longest syllable or two of a given name
_SEATS = {
    "Pyongyang": "dprk", "Seoul": "rok", "Tokyo": "japan", "Beijing": "china", "Moscow": "russia", "Washington": "us",
    "North Korea": "dprk", "South Korea": "rok", "Japan": "japan", "China": "china", "Russia": "russia",
}  # fmt: skip
_SEAT = re.compile(rf"\s(?:in|of)\s(?:the\s)?({'|'.join(_SEATS)})\b")
"""Behind a body that several sides have: where it sits ("the Foreign Ministry in Pyongyang")."""
_WESTERN = frozenset({"us", "russia", "japan", "un", "eu", "g7"})
"""Sides whose surnames are rare enough to mean the same man when he has left his office ("Trump", "Putin")."""
_TITLED = re.compile(
    r"\b(?:[Mm]inist(?:er|ry)|[Ee]nvoy|[Dd]iplomat|[Aa]mbassador|[Ss]ister|[Nn]egotiator|[Dd]irector|DPRK"
    r"|North Korea\w*|[Ss]ecretary|[Hh]ead|[Cc]hief|[Dd]eputy|[Gg]eneral|[Mm]arshal)\b[^.;:!?\"“”]{0,40}$"
)
"""Before a name: whoever is called so is an official, though the name is misspelt."""
_SISTER_OF = re.compile(r"['’]s\s(?:[a-z]+\s){0,2}sister\b")
_HIS_SISTER = re.compile(
    r",?\s(?:the\s)?(?:[a-z]+\s)?sister\s(?:to|of)\s(?:[\w-]+\s){0,3}(?:Kim|leader|tyrant|dictator|ruler|strongman)\b"
)
_STOPS = re.compile(r"(?<![A-Z])[.!?]\s|\n|—\s|--\s")
_CARRIED_BY_THE_NORTH = re.compile(
    r"\b(?:carried|released|published|issued|put out) (?:by|through|on) (?:the )?"
    r"(?:North Korean? |official |North['’]s )?"
    r"(?:state(?:-run)? (?:news )?(?:media|agency)|KCNA|Korean Central News Agency)"
)
"""Then a ministry without a country is the North's, wherever the report was written."""
_NORTH = re.compile(r"\b(?:North Korea\b(?!['’]s)|Pyongyang|the DPRK|N\. ?Korea\b)")
_SOUTH = re.compile(r"\b(?:South Korea|Seoul|S\. ?Korea|Tokyo|Japan|Beijing|China|Moscow|Russia)")
ANOTHER_COUNTRY = re.compile(
    r"\b(?:Swed|Swiss|Switzerland|German|Brit|UK\b|France|French|Austral|Canad|Mongol|Vietnam|Poland|Polish|Ital"
    r"|India|Indonesia|Malaysia|Singapore|Thai|Philippin|Iran|Ukrain|Belarus|Norw|Finland|Finnish|Europe|EU\b|Cuba)"
)
"""Countries with a foreign ministry of their own that deal with the North, at the beginning of their names."""
_QUOTES = re.compile(r":\s[\"'“‘«]")
_FEMALE, _MALE = re.compile(r"\b(?:she|her)\b"), re.compile(r"\b(?:he|his|him)\b")


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass gave. ``home`` is the side that the item comes from by its source or dateline, "" if unknown."""

    mentions: tuple[Mention, ...]
    home: str


def _of_the_north(text: str, at: int) -> bool:
    """Whether the sentence up to here names the North and not the South: then its "ministry" is the North's."""
    start = max((found.end() for found in _STOPS.finditer(text, max(0, at - 200), at)), default=max(0, at - 200))
    others = _SOUTH.search(text, start, at) or ANOTHER_COUNTRY.search(text, start, at)
    return others is None and _NORTH.search(text, start, at) is not None


@dataclass(slots=True)
class _Walk:
    """The state of one walk: the words of the text, what was found, and who bore a surname last."""

    text: str
    day: date
    home: str
    words: list[tuple[str, int, int]]
    datelined: bool = False
    found: list[Mention] = field(default_factory=list)
    bearers: dict[str, list[Mention]] = field(default_factory=dict)

    def gap(self, index: int) -> str:
        """What stands between the word at ``index`` and the next one."""
        return self.text[self.words[index][2] : self.words[index + 1][1]]

    def capital(self, index: int) -> bool:
        return self.text[self.words[index][1]].isupper()


class Scanner:
    """Finds mentions; holds only what is built from the codebook."""

    def __init__(self, codebook: Codebook, vocabulary: Vocabulary) -> None:
        self._codebook = codebook
        self._trie = vocabulary.trie
        self._surnames, self._korean = vocabulary.surnames, vocabulary.korean
        self._variants = vocabulary.variants
        self._starts = frozenset([*self._trie, *self._surnames, *self._korean])
        self._scripts = OtherScripts(codebook, vocabulary.scripts)
        aliases = codebook.aliases
        self._before = frozenset(aliases["before_surname"].split())
        self._common = frozenset(aliases["common_surnames"].split())
        self._ranks = frozenset(aliases["ranks"].split())
        verbs = re.sub(r"\s+", "", aliases["saying"])
        self._says = re.compile(
            r"(?:[\s,]+(?:on|last|this|has|have|had|also|again|later|then|was|is|will|\w+ly|\w+day|week|month)){0,4}"
            rf"[\s,]+{verbs}\b"
        )
        self._near = lru_cache(maxsize=1024)(self._nearest)
        self._homes: dict[str, re.Pattern[str]] = {
            side: re.compile("|".join(map(re.escape, words)), re.IGNORECASE) for side, words in aliases["homes"].items()
        }
        self._soldiers = frozenset(
            official.slug
            for official in codebook.officials
            if any(re.search(r"General Staff|KPA|Army|Defen[cs]e", office.words) for office in official.offices)
        )

    def scan(self, document: Document, day: date) -> Scan:
        """One pass over title and text."""
        home = self.home(document)
        datelined = not any(pattern.search(document.source) for pattern in self._homes.values())
        body = self._walk(document.plain, day, home, datelined=datelined)
        title = self._title(document.plain_title, body)
        return Scan((*title, *body.found), home)

    def home(self, document: Document) -> str:
        """The side that an item comes from, by its source, else by the dateline at its start; "" if unknown."""
        for words in (document.source, document.plain[:60].split("\n")[0]):
            for side, pattern in self._homes.items():
                if words and pattern.search(words):
                    carried = words is not document.source and _CARRIED_BY_THE_NORTH.search(document.plain)
                    return "dprk" if carried else side
        return ""

    def _title(self, title: str, body: _Walk) -> list[Mention]:
        """A bare surname in a headline is its first bearer in the text, else the leader (headlines drop the name)."""
        walk = self._walk(title, body.day, body.home, headline=body)
        return [replace(mention, in_title=True) for mention in walk.found]

    def _walk(
        self, text: str, day: date, home: str, headline: _Walk | None = None, *, datelined: bool = False
    ) -> _Walk:
        low = text.lower()
        if len(low) == len(text):
            words = [(match[0], *match.span()) for match in WORD.finditer(low)]
        else:
            words = [(match[0].lower(), *match.span()) for match in WORD.finditer(text)]
        walk = _Walk(text, day, home, words, datelined)
        index, count, starts = 0, len(words), self._starts
        while index < count:
            word = words[index][0]
            known = word in starts if word.isascii() else naming.plain(word) in starts
            index = self._step(walk, index, headline) if known else index + 1
        if not text.isascii():
            walk.found += self._scripts.find(text, day, walk.found)
            walk.found.sort(key=lambda mention: mention.start)
        return walk

    def _step(self, walk: _Walk, index: int, headline: _Walk | None) -> int:
        """Read on from one word: the longest name that begins here, a surname, or nothing. Returns the next index."""
        word = walk.words[index][0]
        node = self._trie.get(word if word.isascii() else naming.plain(word))
        if node is not None:
            for end, senses in reversed(list(self._paths(walk, index, node))):
                mention = self._pick(walk, index, end, senses)
                if mention is not None:
                    self._keep(walk, self._sister(walk, mention))
                    return end
        if (word in self._surnames or word in self._korean) and walk.capital(index):
            return self._surname(walk, index, headline)
        return index + 1

    def _sister(self, walk: _Walk, mention: Mention) -> Mention:
        """For "Kim Jong-un's sister": her, not him."""
        hers = _SISTER_OF.match(walk.text, mention.end) if mention.slug == "kim-jong-un" else None
        return replace(mention, slug="kim-yo-jong", end=hers.end(), how="cue", strength=0.85) if hers else mention

    def _paths(self, walk: _Walk, index: int, node: Trie) -> Iterator[tuple[int, list[Sense]]]:
        """Every known run of words that begins here: the index behind it, and its senses; shortest first."""
        words = walk.words
        while True:
            index += 1
            if END in node:
                yield index, node[END]
            if index >= len(words) or len(node) == (END in node):
                return
            gap = walk.gap(index - 1)
            if gap not in _GAPS or (gap == ". " and len(words[index - 1][0]) > _ABBREVIATED):
                return
            word = words[index][0]
            following: Trie | None = node.get(word if word.isascii() else naming.plain(word))
            if following is None:
                return
            node = following

    def _pick(self, walk: _Walk, start: int, end: int, senses: list[Sense]) -> Mention | None:
        """What a run of words means here and on this day, if anything."""
        first, last = walk.words[start][1], walk.words[end - 1][2]
        hows = {sense.how for sense in senses}
        if "metonym" in hows:
            return self._metonym(walk, first, last, senses)
        if "home" in hows and not walk.capital(start):  # "the foreign ministry", whosever name "Foreign Ministry" is
            senses = [sense for sense in senses if sense.how == "home"]
        elif hows & {"name", "weak", "private"}:
            single_weak = hows == {"weak"} and end - start == 1 and walk.words[start][0] in self._surnames
            if single_weak or not walk.capital(start) or self._goes_on(walk, start, end):
                return None
        sense = self._meant(walk, start, [sense for sense in senses if sense.holds(walk.day)])
        if sense is None:
            return None
        place = _SEAT.match(walk.text, last) if sense.slugs is not None else None
        home = _SEATS[place[1]] if place else walk.home
        if not place and sense.how == "home" and walk.datelined and _of_the_north(walk.text, first):
            home = "dprk"
        slug = sense.slug if sense.slugs is None else sense.slugs.get(home, "")
        if not slug and sense.slugs is not None and len(sense.slugs) == 1 and home:
            slug = next(iter(sense.slugs.values()))
        if not slug and sense.how == "home":
            return None
        return Mention(slug, first, last, "body" if sense.how == "home" else sense.how, sense.strength)

    def _metonym(self, walk: _Walk, first: int, last: int, senses: list[Sense]) -> Mention | None:
        if not walk.text[first].isupper() or walk.text[first:last] == "Us":
            return None
        if not self._says.match(walk.text, last) and not _QUOTES.match(walk.text, last):
            return None
        slug = next(sense.slug for sense in senses if sense.how == "metonym")
        return Mention(slug, first, last, "metonym", 0.3)

    def _goes_on(self, walk: _Walk, start: int, end: int) -> bool:
        """Whether a name is only part of a longer one: "Kim Yo Jong-ho", "Kim Song" in "Kim Song Nam"."""
        if start and walk.gap(start - 1) == "-":
            return True
        if end >= len(walk.words) or walk.words[start][0] not in self._korean:
            return False
        gap, following = walk.gap(end - 1), walk.words[end][0]
        if gap == "-":
            return naming.is_given(following)
        short = end - start == 2  # noqa: PLR2004 - surname and one syllable
        return short and gap == " " and walk.capital(end) and self._is_given(following)

    def _meant(self, walk: _Walk, start: int, senses: list[Sense]) -> Sense | None:
        """The one sense that fits: in office on the day, with a military rank or without; None if two remain."""
        slugs = {sense.slug for sense in senses}
        if len(slugs) <= 1:
            return max(senses, key=lambda sense: sense.strength, default=None)
        named = [mention.slug for mention in walk.found if mention.slug in slugs and mention.how == "name"]
        if named:
            return next(sense for sense in senses if sense.slug == named[-1])
        ranked = any(word in self._ranks for word, *_ in walk.words[max(0, start - 4) : start])
        soldiers = [sense for sense in senses if (sense.slug in self._soldiers) == ranked]
        senses = soldiers or senses
        serving = [sense for sense in senses if self._serves(sense.slug, walk.day)]
        serving = serving or [sense for sense in senses if not sense.slug] or senses
        return serving[0] if len({sense.slug for sense in serving}) == 1 else None

    def _serves(self, slug: str, day: date) -> bool:
        official = self._codebook.official(slug)
        return official is not None and any(office.holds(day) for office in official.offices)

    def _keep(self, walk: _Walk, mention: Mention) -> None:
        walk.found.append(mention)
        official = self._codebook.official(mention.slug)
        if official is not None and official.kind == "person":
            for surname in naming.words_of(official.surname)[-1:]:
                walk.bearers.setdefault(surname, []).append(mention)
        if not mention.slug:
            words = naming.words_of(walk.text[mention.start : mention.end])
            for word in {words[0], words[-1]}:  # the order of a stranger's name is not known
                walk.bearers.setdefault(word, []).append(mention)

    def _surname(self, walk: _Walk, index: int, headline: _Walk | None) -> int:
        """A surname that begins no known name: a stranger's full name, an unlisted spelling, or a second mention."""
        end = self._given(walk, index)
        first, last = walk.words[index][1], walk.words[end - 1][2]
        if end > index + 1:
            sound = naming.sound([word for word, *_ in walk.words[index:end]])
            slug = self._variants.get(sound, "")
            if not slug and _TITLED.search(walk.text, max(0, first - 60), first):
                slug = self._near(sound)
            if not slug and sound.startswith("kim-") and _HIS_SISTER.match(walk.text, last):
                slug = "kim-yo-jong"
            self._keep(walk, Mention(slug, first, last, "variant" if slug else "stranger", 0.7))
        elif headline is None and self._western(walk, index):
            self._keep(walk, Mention("", walk.words[index - 1][1], last, "stranger", 1.0))
        elif walk.words[index][0] in self._surnames:
            mention = self._bare(walk, index, headline)
            if mention is not None:
                walk.found.append(mention)
        return end

    def _nearest(self, sound: str) -> str:
        """The one official of the North whose name a misprint or a machine has made into this one, else ""."""
        surname, _, given = sound.partition("-")
        close = {
            slug
            for known, slug in self._variants.items()
            if known.startswith(surname + "-") and naming.one_off(known.partition("-")[2], given)
        }
        close = {slug for slug in close if (one := self._codebook.official(slug)) and one.side == "dprk"}
        return close.pop() if len(close) == 1 else ""

    def _given(self, walk: _Walk, index: int) -> int:
        """The index behind the given name of a Korean name that begins with the surname at ``index``."""
        end = index + 1
        if walk.words[index][0] not in self._korean:
            return end
        while end < len(walk.words) and end <= index + 3:
            gap, word = walk.gap(end - 1), walk.words[end][0]
            joined = gap == "-" and end > index + 1
            apart = gap == " " and walk.capital(end) and end <= index + 2
            if not (joined or apart) or not self._is_given(word, joined=joined):
                break
            end += 1
        return end if end > index + 1 or not self._introduced(walk, index) else end + 1

    def _introduced(self, walk: _Walk, index: int) -> bool:
        """Whether a surname and any capitalised word are introduced as a person: "Kim Nobody, a professor"."""
        end = index + 1
        if end >= len(walk.words) or walk.gap(index) != " " or not walk.capital(end):
            return False
        word, _, behind = walk.words[end]
        return word not in self._before and walk.text.startswith((", a ", ", the ", ", who "), behind)

    def _is_given(self, word: str, *, joined: bool = False) -> bool:
        """Whether a word can be a syllable (or two, written as one) of a Korean given name."""
        if joined:
            return len(word) < _LETTERS
        return word not in self._before and naming.is_given(word)

    def _western(self, walk: _Walk, index: int) -> bool:
        """Whether the word before makes this a full name in Western order ("Nina Trump"), not at a sentence's start."""
        if not index or walk.gap(index - 1) != " " or not walk.capital(index - 1):
            return False
        word, start, _ = walk.words[index - 1]
        before = walk.text[max(0, start - 2) : start].strip(" \"'(")
        return word not in self._before and bool(before) and before[-1] not in ".!?\n:" and word not in self._trie

    def _bare(self, walk: _Walk, index: int, headline: _Walk | None) -> Mention | None:
        """A surname alone: its last bearer in the text; in a headline the first of the text, or the leader."""
        word, start, end = walk.words[index]
        titled = bool(index) and walk.words[index - 1][0] in self._before and walk.capital(index - 1)
        told = bool(walk.bearers.get(word)) and walk.text[end : end + 1] == ","
        if word in self._common and not titled and not told and not self._says.match(walk.text, end):
            return None
        bearers = walk.bearers.get(word) or (headline.bearers.get(word, [])[:1] if headline else [])
        if bearers:
            bearer = self._agreeing(walk, end, bearers)
            strength = 0.7 if bearer.slug else 1.0
            return Mention(bearer.slug, start, end, "surname" if bearer.slug else bearer.how, strength)
        serving = [official for official in self._surnames[word] if self._stands_alone(official, word, walk, headline)]
        return Mention(serving[0].slug, start, end, "weak", 0.5) if len(serving) == 1 else None

    def _stands_alone(self, official: Official, word: str, walk: _Walk, headline: _Walk | None) -> bool:
        """Whether a surname without any full name can mean this official: a known short form, in office."""
        known = word in [weak.lower() for weak in official.weak_names]
        known = known or (headline is not None and official.authority == 1)
        once = official.side in _WESTERN and any(
            office.since and office.since <= walk.day for office in official.offices
        )
        return known and (once or self._serves(official.slug, walk.day))

    def _agreeing(self, walk: _Walk, end: int, bearers: list[Mention]) -> Mention:
        """The last bearer whose gender agrees with the pronoun that follows in the sentence."""
        following = walk.text[end : end + 160].split(". ")[0]
        female, male = _FEMALE.search(following), _MALE.search(following)
        if bool(female) == bool(male):
            return bearers[-1]
        wanted = "f" if female else "m"
        for bearer in reversed(bearers):
            official = self._codebook.official(bearer.slug)
            if official is None or official.gender == wanted:
                return bearer
        return bearers[-1]
