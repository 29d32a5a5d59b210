"""How the bot speaks: the catalogue of a language together with the names of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.catalogue import Catalogue
from store.records import Comparison, Event, Statement


class Person(Protocol):
    """What the briefing must know of a speaker: the codebook's ``Official`` has it."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def gender(self) -> str: ...  # noqa: D102

    @property
    def kind(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as a reader is told of it: with its comparison, and what that comparison points at, by id.

    ``late``: it was made before the days that the digest is of, and came in during them.
    """

    statement: Statement
    comparison: Comparison = field(default_factory=Comparison)
    about: Mapping[str, Statement | Event] = field(default_factory=dict)
    late: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """``official`` finds a speaker by slug (``Codebook.official``)."""

    catalogue: Catalogue
    official: Callable[[str], Person | None]

    def say(self, key: str, **values: object) -> str:
        """The catalogue's text."""
        return self.catalogue.say(key, **values)

    def name(self, slug: str) -> str:
        """A speaker's display name; an unregistered slug is spelled out."""
        person = self.official(slug)
        return person.name if person else " ".join(part.capitalize() for part in slug.split("-"))

    def named(self, statement: Statement) -> str:
        """The speaker's name, with those who signed too."""
        together = [self.name(slug) for slug in statement.with_]
        name = self.name(statement.speaker)
        return f"{name} {self.say('card.together', who=self.catalogue.joined(together))}" if together else name

    def whose(self, slug: str) -> str:
        """The word "her", "his" or "its"."""
        person = self.official(slug)
        return self.say(f"whose.{person.gender if person and person.gender in {'m', 'f'} else 'other'}")

    def is_institution(self, slug: str) -> bool:
        """Whether the speaker is no single person."""
        person = self.official(slug)
        return person is not None and person.kind == "institution"

    def side(self, side: str) -> str:
        """A side or audience in running text: "the US"."""
        key = f"{side}.name"
        return self.say(key) if key in self.catalogue else side

    def sides(self, sides: Iterable[str]) -> str:
        """Several of them: "the US and South Korea"."""
        return self.catalogue.joined([self.side(side) for side in sides])

    def label(self, kind: str, label: str) -> str:
        """The plain words of a codebook label."""
        return self.catalogue.name(kind, label)

    def labels(self, kind: str, labels: Iterable[str]) -> str:
        """Several of them, joined."""
        return self.catalogue.joined([self.label(kind, label) for label in labels])

    def when(self, record: Statement | Event) -> str:
        """A record's date in words, as precise as it is known."""
        return self.catalogue.day(record.date, record.date_precision)

    def after(self, lapse: timedelta | None) -> str:
        """A response time in words; empty when unknown or none."""
        return self.catalogue.lapse(lapse) if lapse and lapse > timedelta(0) else ""


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
