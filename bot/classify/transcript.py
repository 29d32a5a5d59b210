"""Transcripts of briefings: who speaks stands in capitals at the head of a paragraph, with a colon.

The answers of somebody whom the registry knows are his words, without quotation marks. What is
asked is nobody's statement. A briefing goes through the whole world: only the turns on the North are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.classify.dispatch import Named
from bot.classify.text import Document, Span

LEAST_TURNS = 2
TELLING = 7
"""Words that a sentence must have to be kept: "Thank you for that question" says nothing."""
_TURN = re.compile(
    r"(?P<label>(?:(?:MR|MS|MRS|DR|GEN|SECRETARY|AMBASSADOR|PRESIDENT|VICE PRESIDENT|PRIME MINISTER|MINISTER"
    r"|SPECIAL REPRESENTATIVE|DEPUTY SECRETARY|ADMIRAL|SENATOR)\.? )?[A-Z][A-Z'’.-]+(?: [A-Z][A-Z'’.-]+){0,2}|Q\.?)"
    r"\s?:\s+"
)
_ASKED = re.compile(r"(?:QUESTION|Q\.?|REPORTER|INTERVIEWER|MODERATOR|OPERATOR)(?: \d+)?$")
_NORTH = re.compile(r"\b(?:North Korean?s?|DPRK|Pyongyang|Kim Jong[ -]?[Uu]n|Kim Yo[ -]?[Jj]ong|Korean Peninsula)\b")
_ELSEWHERE = re.compile(
    r"\b(?:Iran|Russian?|Ukrain\w+|Israel\w*|Gaza|Syria|Afghan\w+|Cuba|Venezuela|Europe\w*|Ethiopia|Yemen|Myanmar|Taiwan"
    r"|Belarus|Haiti|Mexico|India|Pakistan|Turkey|Hong Kong|passports?|visas?)\b"
    r"|\b(?:different|another|new|other) (?:topic|subject)\b|\b(?:change|switch|move to) (?:topics?|subjects?)\b"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One paragraph and those that go on with it: who is said to speak, where that stands, and the words behind it."""

    label: str
    start: int
    words: Span

    @property
    def asks(self) -> bool:
        """Whether it is a question from the room."""
        return _ASKED.match(self.label) is not None


def turns(doc: Document) -> list[Turn]:
    """The turns of a transcript in order, [] for any other text: somebody must ask and somebody answer."""
    found: list[Turn] = []
    for paragraph in doc.paragraphs:
        head = _TURN.match(doc.text, paragraph.start, paragraph.end)
        if head:
            found.append(Turn(head["label"].strip(), paragraph.start, Span(head.end(), paragraph.end)))
        elif found:
            found[-1] = Turn(found[-1].label, found[-1].start, Span(found[-1].words.start, paragraph.end))
    asks = {turn.asks for turn in found}
    return found if len(found) >= LEAST_TURNS and asks == {True, False} else []


def answers(doc: Document, named: Sequence[Named]) -> Iterator[tuple[str, Span]]:
    """Slug and span of every telling sentence on the North that somebody known says in answer."""
    on = False
    for turn in turns(doc):
        words = doc.text[turn.words.start : turn.words.end]
        if turn.asks:
            on = bool(_NORTH.search(words)) or (on and not _ELSEWHERE.search(words))
            continue
        on = on or bool(_NORTH.search(words))
        slug = _speaker(doc, turn, named)
        if not slug or not on:
            continue
        for sentence in doc.sentences_in(Span(turn.start, turn.words.end)):
            start = max(sentence.start, turn.words.start)
            if len(doc.text[start : sentence.end].split()) > TELLING:
                yield slug, Span(start, sentence.end)


def _speaker(doc: Document, turn: Turn, named: Sequence[Named]) -> str:
    """Whom the label names: the one mentioned in it, else the one whose name ends in its last word."""
    surname = turn.label.rsplit(maxsplit=1)[-1].strip(".").lower()
    label = range(turn.start, turn.words.start)
    inside = [one.slug for one in named if one.slug and one.start in label]
    others = [one.slug for one in named if one.slug and doc.text[one.start : one.end].lower().endswith(surname)]
    return next(iter([*inside, *others]), "")
