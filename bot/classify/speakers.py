"""The registry: who is meant by which words, on which day, with what authority.

Built once from the codebook (a dictionary of first words for Latin script, one regular expression for the
other scripts) and then only read, so one registry serves all threads.
"""

from __future__ import annotations

from datetime import date

from bot.classify.lookup import Finder, Match
from bot.classify.mentions import Scan, Scanner
from bot.classify.naming import Mention, Vocabulary
from bot.classify.text import Document, read
from bot.codebook import Codebook, Official, Tenure

__all__ = ["Match", "Mention", "Registry", "Scan"]


class Registry:
    """Everybody who speaks, found by any name. Cheap to ask, about a tenth of a second to build."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        vocabulary = Vocabulary.of(codebook)
        self._scanner = Scanner(codebook, vocabulary)
        self._finder = Finder(codebook, vocabulary)

    def mentions(self, document: Document | str, day: date) -> list[Mention]:
        """Every mention of a registered person or institution, title first, then by offset; none overlap.

        ``day`` decides between holders of an office and between namesakes. Metonyms ("Pyongyang said")
        are given only with a verb of saying, with strength 0.3. A surname on second mention is given only where
        one bearer is meant (``how`` "surname"); people outside the registry shadow it.
        """
        return [mention for mention in self.scan(document, day).mentions if mention.slug]

    def strangers(self, document: Document | str, day: date) -> list[Mention]:
        """Full names of people outside the registry (``slug`` ""), and later surnames that stand for them.

        ``how`` is "private" for analysts and former officials known to the codebook, "stranger" for others.
        """
        return [mention for mention in self.scan(document, day).mentions if not mention.slug]

    def scan(self, document: Document | str, day: date) -> Scan:
        """Mentions of registered people and of strangers in one pass, and the side that the item comes from."""
        if isinstance(document, str):
            document = read("", document)
        return self._scanner.scan(document, day)

    def find(self, query: str, on: date | None = None, limit: int = 25) -> list[Match]:
        """Who may be meant by what somebody typed: a slug, a name in any spelling or script, a title, a part of a name.

        Best first, score 0 to 1; 1.0 only for an exact name. An ambiguous query gives several with close
        scores; below 0.75 it is a near miss ("did you mean"). ``on`` resolves titles by tenure.
        """
        return self._finder.find(query, on)[:limit]

    def exact(self, query: str) -> str | None:
        """The one slug that a query names exactly (in any spelling or script), else None."""
        return self._finder.exact(query)

    def titled(self, query: str) -> bool:
        """Whether the query is the whole title of an office, with or without its side, that anybody holds or held."""
        return self._finder.titled(query)

    def official(self, slug: str) -> Official | None:
        """The registry's entry, None for an unknown slug."""
        return self.codebook.official(slug)

    def name(self, slug: str) -> str:
        """How a slug is shown: the official's name, or the slug in words when it is unknown."""
        official = self.codebook.official(slug)
        return official.name if official else slug.replace("-", " ").title()

    def side(self, slug: str) -> str:
        """The side of a slug; "other" when it is unknown."""
        official = self.codebook.official(slug)
        return official.side if official else "other"

    def tenure(self, slug: str, day: date) -> Tenure | None:
        """The office held on a day: the weightiest, then the one taken up last; None when none is known."""
        official = self.codebook.official(slug)
        held = [office for office in official.offices if office.holds(day)] if official else []
        held = [office for office in held if office.certain] or held
        return max(held, key=lambda office: (-(office.authority or 9), office.since or date.min), default=None)

    def office(self, slug: str, day: date) -> str:
        """The title of the office held on a day, "" when none is known."""
        held = self.tenure(slug, day)
        return held.words if held else ""

    def authority(self, slug: str, day: date) -> int | None:
        """The codebook's level of an utterance in this name on a day, 1 (most) to 7; None outside the DPRK.

        The level of the office held, else the official's own. Institutions: the level of their own texts
        (``Official.authority_rule`` says how a form word moves it).
        """
        official = self.codebook.official(slug)
        if official is None or official.side != "dprk":
            return None
        held = self.tenure(slug, day)
        return held.authority if held and held.authority else official.authority

    def in_office(self, slug: str, day: date) -> bool:
        """Whether a person holds a known office on a day; institutions outside a known span of existence do not."""
        official = self.codebook.official(slug)
        if official is None:
            return False
        if not official.offices:
            return official.died is None or day <= official.died
        return any(office.holds(day) for office in official.offices)

    def can_speak(self, slug: str, day: date) -> bool:
        """Whether new words are possible on a day: not of the dead, nor of an institution that is gone."""
        official = self.codebook.official(slug)
        if official is None:
            return False
        if official.kind == "institution" and official.offices:
            return any(office.holds(day) for office in official.offices)
        return official.died is None or day <= official.died
