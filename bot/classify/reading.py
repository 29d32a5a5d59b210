"""The words of one statement, and everything that is found in them in a single pass."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.classify.cues import Cues, Hit, Span, normalise, sentences
from store.records import Label

_DOUBLE = re.compile(r"\"([^\"\n]{1,400})\"|“([^“”\n]{1,400})”|«([^«»\n]{1,400})»")
_SINGLE = re.compile(r"(?<!\w)['‘]([^'’\n]{2,120})['’](?!\w)")
_TITLE_BEFORE = re.compile(r"(?:titled|title|statement|commentary|article|headlined|entitled)\s*:?\s*$")


_OWN_WORDS = 8
"""In a relayed text so many words between quotation marks are the speaker's own; fewer are marked as somebody's."""
_DATELINE = re.compile(r"^[A-Z][\w.,/’' ]{1,60}\([\w .&-]{2,40}\)\s*[-–—]{1,3}\s")
"""Where and by whom it was written: "SEOUL, June 22 (Agency) --" names a city, nobody addressed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be labelled: a statement's own words and what is known of who uttered them.

    ``text`` is the item's text, ``spans`` the parts of it that are the statement (all
    of it when empty). ``whole`` says that the spans are a full text, in which quotation marks
    hold words of others or words refused; otherwise they are quotations and the
    reported speech around them, in which only nested marks do. ``quoted`` replaces that guess by
    spans known to be others' words. ``audience`` lists sides that are known to be addressed, main first.
    ``relayed`` marks what an agency passes on of somebody without an office of state: a paper, a civic group.
    """

    text: str
    spans: tuple[Span, ...] = ()
    whole: bool = True
    quoted: tuple[Span, ...] | None = None
    speaker: str = ""
    side: str = "dprk"
    channel: str = "other"
    audience: tuple[str, ...] = ()
    day: date | None = None
    language: str = "en"
    title: str = ""
    relayed: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A Reading with its sentences, the words in it that are others', and all cue hits by group.

    ``hits`` are in ``reading.text``; ``headline`` holds those in the title. ``nearby`` are the sides named
    in the same paragraphs, for excerpts that name nobody.
    """

    reading: Reading
    normal: str
    bounds: tuple[Span, ...]
    hits: dict[str, list[Hit]]
    headline: dict[str, list[Hit]]
    nearby: tuple[str, ...] = ()

    def own(self, group: str) -> list[Hit]:
        """The hits of a group that are the speaker's own words."""
        return [hit for hit in self.hits.get(group, ()) if not hit.quoted]

    def every(self, group: str) -> list[Hit]:
        """All hits of a group, others' words included."""
        return self.hits.get(group, [])

    def sentence(self, index: int) -> str:
        """The normalised words of one sentence."""
        if not self.bounds:
            return ""
        start, end = self.bounds[min(index, len(self.bounds) - 1)]
        return self.normal[start:end]

    def in_sentence(self, group: str, index: int) -> list[Hit]:
        """The speaker's own hits of a group in one sentence."""
        return [hit for hit in self.hits.get(group, ()) if hit.sentence == index and not hit.quoted]

    def reported(self, hit: Hit) -> bool:
        """Whether a hit stands in what the other side is reported to say, within a full text of the DPRK's."""
        if self.reading.side != "dprk" or not self.reading.whole:
            return False
        if self.in_sentence("stance/own_voice", hit.sentence):
            return False
        return any(row.end <= hit.start for row in self.in_sentence("stance/reported", hit.sentence))

    def asks(self, hit: Hit) -> bool:
        """Whether the speaker asks for something in the sentence of a hit, not others before it."""
        others = any(row.start < hit.start for row in self.in_sentence("frame/others_ask", hit.sentence))
        return not others and bool(self.in_sentence("frame/ask", hit.sentence))

    def evidence(self, hit: Hit) -> Span:
        """The clause around a hit, trimmed to at most some 30 words: what a reader is shown."""
        if not self.bounds:
            return hit.start, hit.end
        start, end = self.bounds[min(hit.sentence, len(self.bounds) - 1)]
        start, end = max(start, hit.start - 120), min(end, hit.end + 120)
        while start < hit.start and start and self.normal[start - 1].isalnum():
            start += 1
        while end > hit.end and end < len(self.normal) and self.normal[end].isalnum():
            end -= 1
        text = self.normal[start:end]
        return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))

    def label(self, kind: str, label: str, hit: Hit | None, **more: object) -> Label:
        """A Label with its evidence, which is always verbatim in the reading's text."""
        start, end = self.evidence(hit) if hit else (-1, -1)
        words = self.reading.text[start:end] if hit else ""
        return Label(kind=kind, label=label, evidence=words, start=start, end=end, **more)  # type: ignore[arg-type]


def quoted_spans(text: str, *, whole: bool) -> list[Span]:
    """Spans between quotation marks that hold others' words, in order and without overlap."""
    spans = []
    for found in _DOUBLE.finditer(text):
        if not whole:
            spans += [(found.start() + hit.start(), found.start() + hit.end()) for hit in _SINGLE.finditer(found[0])]
        elif not _TITLE_BEFORE.search(text[max(0, found.start() - 24) : found.start()]):
            spans.append(found.span())
    if not whole and not spans:
        spans = [found.span() for found in _SINGLE.finditer(text) if '"' not in text and "“" not in text]
    return spans


def _outside_blanked(normal: str, spans: Sequence[Span]) -> str:
    if not spans:
        return normal
    out, last = [], 0
    for start, end in sorted(spans):
        begin, stop = max(last, start), max(last, end)
        out += ["\n" * (min(begin, len(normal)) - last), normal[begin:stop]]
        last = min(stop, len(normal))
    out.append("\n" * (len(normal) - last))
    return "".join(out)


def passage(reading: Reading, cues: Cues) -> Passage:
    """Read a statement once: sentences, others' words, and every cue in it and in its title."""
    normal = _outside_blanked(normalise(reading.text), reading.spans)
    bounds = sentences(normal)
    quoted = reading.quoted if reading.quoted is not None else quoted_spans(reading.text, whole=reading.whole)
    if reading.relayed:
        quoted = [span for span in quoted if len(normal[span[0] : span[1]].split()) < _OWN_WORDS]
    hits = cues.find(normal, bounds, sorted(quoted))
    title = normalise(reading.title)
    named = any(group.startswith("party/") for group in hits)
    nearby = () if reading.whole or named else _nearby(reading, cues)
    return Passage(reading, normal, tuple(bounds), hits, cues.find(title, [(0, len(title))]), nearby)


def _nearby(reading: Reading, cues: Cues) -> tuple[str, ...]:
    """The sides named in the paragraphs that the spans stand in, most often first."""
    text = reading.text
    around = {
        (text.rfind("\n", 0, max(0, start)) + 1, end if (stop := text.find("\n", end)) < 0 else stop)
        for start, end in reading.spans
    }
    normal = normalise("\n".join(_DATELINE.sub("", text[start:end]) for start, end in sorted(around)))
    found = cues.find(normal, sentences(normal))
    sides = [group.partition("/")[2] for group in found if group.startswith("party/")]
    return tuple(sorted(sides, key=lambda side: -len(found[f"party/{side}"])))
