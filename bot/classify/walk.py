"""What is remembered of an item while it is read: who spoke, what was said, which days were told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.classify import dates
from bot.classify.naming import Mention
from bot.classify.speakers import Registry
from bot.classify.text import Document, Span

CARRIERS = frozenset({"kcna", "kctv", "voice-of-korea", "pyongyang-radio", "rodong-sinmun"})
PERSONAL = frozenset({"he", "she"})


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words at ``text[start:end]`` and whose they are.

    ``slug`` is "" when they make no statement; ``who`` is the phrase that names the source. ``recalled``
    tells that the text looks back on them ("had said", "earlier"). ``clause`` is where the attribution stands.
    An utterance that is only reported in other words has ``direct`` false.
    """

    start: int
    end: int
    slug: str
    who: str
    clause: Span
    rule: str
    when: dates.When | None = None
    recalled: bool = False
    direct: bool = True

    @property
    def named(self) -> bool:
        """Whether the text names the source outright, not by "he" or "the minister"."""
        return any(word[:1].isupper() for word in self.who.split()) and self.who.lower() not in PERSONAL


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who was the subject of a verb of saying."""

    slug: str
    words: str
    kind: str
    at: int


@dataclass(slots=True)
class Walk:
    """What is remembered on the way through one item."""

    doc: Document
    bare: str
    named: tuple[Mention, ...]
    registry: Registry
    now: date
    last_day: date
    history: list[Source] = field(default_factory=list)
    dated: list[tuple[int, str, dates.When, bool]] = field(default_factory=list)
    heading: dates.When | None = None
    story: date | None = None
    scene: date | None = None
    found: list[Utterance] = field(default_factory=list)
    colon: bool = False
    attributed: int = -1

    @property
    def reached(self) -> date | None:
        """The day of which the sentence tells, as far as is known: its own, else where the story has come to."""
        return self.scene or self.story


def is_person(walk: Walk, slug: str) -> bool:
    """Whether a slug is a registered person."""
    official = walk.registry.official(slug)
    return official is not None and official.kind == "person"
