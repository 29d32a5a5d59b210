"""Whose words stand in the quotation marks of a news item, and when they were spoken.

One walk through the item, sentence by sentence, that remembers who spoke last. Every
quotation gets a speaker whom the registry knows, or a reason why it makes no statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.classify import dates, korean
from bot.classify.attribution import (
    SCARE_WORDS,
    Dating,
    Scene,
    Sources,
    attribute,
    looks_back,
    refused,
    reported,
    utter,
)
from bot.classify.discourse import CARRIERS, Source, Utterance, Walk, is_person, resolve
from bot.classify.naming import Mention
from bot.classify.quoting import Quoted
from bot.classify.speakers import Registry
from bot.classify.subjects import Referent, Saying, referents, sayings
from bot.classify.text import Document, Span

LONGEST = 3000
"""No real sentence has more characters; what is longer is damage, and only its beginning is searched for speakers."""
WEAK = 0.5
"""Mentions below this strength name a country or an acronym rather than a speaker."""
TOPIC = 80
"""Who is named within so many characters of a sentence's beginning is what it is about."""
_HEADING = re.compile(
    r"^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s)?\d{1,2}\s[A-Z][a-z]{2,8}\b"
    r"|^[A-Z][a-z]{2,8}\s\d{1,2},?\s\d{4}\b"
)
_THOSE_OF = re.compile(r"^\W*(?:That|Those|This|It|The words)\b[^.]{0,40}?\b(?:is|are|was|were)\b", re.IGNORECASE)
_CARRIED = re.compile(
    r"\b(?:carried|published|released|reported|aired|run|relayed) (?:\w+ )?by [^,;]{0,60}$", re.IGNORECASE
)
_CAPTION = re.compile(
    r"^\W*(?:\((?:image|file photo|photo|picture|photo caption|caption)|©|image:|photo:|file photo|stock photo)",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"^\W*(?:related|read more|more news|don['’]t miss|you may also like|see also|also read|sign up"
    r"|recommended|advertisement|more from|top stories"
    r"|most read|watch|listen|subscribe|newsletter|share this|follow us)\b",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"\W*(?:\d+ comments?|comments(?: \(\d+\))?|reader comments|join the discussion)\W*$", re.IGNORECASE | re.MULTILINE
)
_ROLE_ONLY = frozenset({"spokesperson", "spokesman", "spokeswoman", "official", "officials", "statement"})


def read(
    doc: Document,
    named: Sequence[Mention],
    registry: Registry,
    now: date,
    last_day: date | None = None,
) -> list[Utterance]:
    """Every quotation of the item with its source, and sayings of known speakers in reported speech, in order.

    ``named`` are the registry's mentions with strangers (slug ""); ``now`` is the day that the item's
    own words count from and ``last_day`` the last day that can be past (Pyongyang is ahead).
    """
    own = _usable(doc, [one for one in named if not one.in_title])
    walk = Walk(doc, doc.unquoted(), own, registry, now, last_day or now)
    outer = [quote for quote in doc.quoted if quote.depth == 1]
    for paragraph in doc.paragraphs:
        if _COMMENTS.match(doc.text, paragraph.start, paragraph.end):
            walk.found += [refused(quote, "readers' comments") for quote in outer if quote.start >= paragraph.start]
            break
        words = doc.text[paragraph.start : paragraph.end]
        if _CAPTION.match(words) or _TEASER.match(words):
            walk.found += [refused(quote, "furniture") for quote in outer if quote.start in paragraph]
            continue
        if _HEADING.match(words):
            days = dates.expressions(doc.text, now, start=paragraph.start, end=min(paragraph.end, paragraph.start + 40))
            walk.heading = days[0] if days else walk.heading
        for unit, quotes in _units(doc, paragraph, outer):
            if korean.is_korean(doc.text, unit.start, unit.end):
                _korean_unit(walk, unit, quotes)
            else:
                _unit(walk, unit, quotes, paragraph)
    return _dated(walk)


def _usable(doc: Document, named: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions that can be speakers: no bare role words or weak names, no title that a name follows."""
    kept: list[Mention] = []
    for index, one in enumerate(named):
        after = named[index + 1] if index + 1 < len(named) else None
        explained = after is not None and one.how in {"title", "cue"} and after.how in {"name", "variant", "stranger"}
        if explained and after is not None and not doc.text[one.end : after.start].strip(" ,"):
            continue
        explains = bool(kept) and one.how in {"title", "cue"} and kept[-1].how in {"name", "variant", "stranger"}
        if explains and doc.text[kept[-1].end : one.start] in {", ", ", the ", ", then "}:
            continue
        if doc.text[one.start : one.end].lower() in _ROLE_ONLY or (one.how == "weak" and one.strength < WEAK):
            continue
        kept.append(one)
    return tuple(kept)


def _units(doc: Document, paragraph: Span, outer: Sequence[Quoted]) -> list[tuple[Span, list[Quoted]]]:
    """Sentences, joined where a quotation runs over their boundary, each with the quotations that begin in it."""
    units: list[tuple[Span, list[Quoted]]] = []
    here = [quote for quote in outer if paragraph.start <= quote.outer_start < paragraph.end]
    start = -1
    for sentence in doc.sentences_in(paragraph):
        start = sentence.start if start < 0 else start
        if any(quote.outer_start < sentence.end < quote.outer_end - 1 for quote in here):
            continue
        unit = Span(start, sentence.end)
        units.append((unit, [quote for quote in here if quote.outer_start in unit]))
        start = -1
    if start >= 0:
        unit = Span(start, paragraph.end)
        units.append((unit, [quote for quote in here if quote.outer_start in unit]))
    return units


def _unit(walk: Walk, unit: Span, quotes: list[Quoted], paragraph: Span) -> None:
    """One sentence: who speaks in it, and which of its quotations are whose."""
    end = min(unit.end, unit.start + LONGEST)
    people = referents(walk.bare, unit.start, end, walk.named)
    outer = [(quote.outer_start, quote.outer_end) for quote in quotes]
    said = sayings(walk.bare, unit.start, end, people, outer)
    sources = [(saying, resolve(walk, saying.subject, unit, people)) for saying in said]
    sources = [(saying, source or _bulleted(walk, saying, unit)) for saying, source in sources]
    days = _days(walk, unit)
    dating = Dating(days, [saying for saying, source in sources if source])
    scene = Scene(unit, paragraph, people, sources, dating)
    for saying, source in sources:
        if source and source.slug and (when := dating.of(saying)):
            walk.dated.append((saying.start, source.slug, when, looks_back(walk, saying, unit)))
    used: set[str] = set()
    first = len(walk.found)
    for quote in quotes:
        made = attribute(walk, quote, scene)
        if made.when is None and walk.heading:
            made = replace(made, when=walk.heading)
        used.add(made.slug)
        walk.found.append(made)
    reported(walk, scene, used)
    _remember(walk, scene, walk.found[first:])
    _those_of(walk, sources, unit, first)
    walk.colon = walk.doc.text[unit.start : unit.end].rstrip().endswith(":")
    if any(source and source.slug for _, source in sources):
        walk.attributed = paragraph.start


def _korean_unit(walk: Walk, unit: Span, quotes: list[Quoted]) -> None:
    """One Korean sentence: its topics, and the verb of saying that each quotation leans on."""
    days = _days(walk, unit)
    when = days[0] if days else None
    spoken = korean.speakers(walk.bare, unit.start, unit.end, walk.named)
    used: set[str] = set()
    for quote in quotes:
        long = len(walk.doc.words(quote).split()) > SCARE_WORDS
        if not korean.governed(walk.bare, quote.outer_end, unit.end, loosely=long):
            walk.found.append(refused(quote, "scare-quotes"))
            continue
        before = [one for one in spoken if one.start < quote.outer_start]
        topic = next(iter([*reversed(before), *spoken]), None)
        source = _korean_source(walk, topic, quote.outer_start)
        own = [one for one in days if one.start < quote.outer_start]
        recalled = bool(korean.RECALLED.search(walk.bare, unit.start, unit.end))
        made = replace(utter(quote, source, unit, "quotation/ko", own[-1] if own else None), recalled=recalled)
        walk.found.append(made)
        used.add(made.slug)
        walk.history.append(source)
        if made.slug and made.when:
            walk.dated.append((quote.start, made.slug, made.when, recalled))
    _korean_reported(walk, unit, spoken, used, when)


def _korean_source(walk: Walk, topic: Referent | None, at: int) -> Source:
    if topic is None or topic.kind == "pronoun":
        past = next((one for one in reversed(walk.history) if one.kind != "topic"), None)
        return replace(past, at=at) if past else Source("", "", "unknown", at)
    return Source(topic.slug, topic.words, "name" if topic.slug else "unknown", topic.start)


def _korean_reported(
    walk: Walk, unit: Span, spoken: Sequence[Referent], used: set[str], when: dates.When | None
) -> None:
    last = next((one for one in spoken if one.slug), None)
    if last is None or not korean.SAID_AT_END.search(walk.bare, unit.start, unit.end):
        return
    recalled = bool(korean.RECALLED.search(walk.bare, unit.start, unit.end))
    if when:
        walk.dated.append((unit.start, last.slug, when, recalled))
    if last.slug in used or last.slug in CARRIERS:
        return
    source = Source(last.slug, last.words, "name", last.start)
    walk.history.append(source)
    made = Utterance(
        unit.start, unit.end, last.slug, last.words, unit, "reported/ko", when=when, recalled=recalled, direct=False
    )
    walk.found.append(made)


def _those_of(walk: Walk, sources: Sources, unit: Span, first: int) -> None:
    """For "“…” That was the riddle she offered": the sentence behind a quotation names its source."""
    if first == 0 or not _THOSE_OF.match(walk.bare[unit.start : unit.end]):
        return
    last = walk.found[first - 1]
    source = next((source for _, source in sources if source and source.slug), None)
    if source and last.end <= unit.start <= last.end + 12 and (not last.slug or last.rule.endswith("continued")):
        walk.found[first - 1] = replace(last, slug=source.slug, who=source.words, rule="quotation/those-of")


def _days(walk: Walk, unit: Span) -> list[dates.When]:
    line = dates.dateline(walk.doc.text, walk.now)
    start = line.end if line and line.start in unit else unit.start
    found = dates.expressions(walk.bare, walk.now, start=start, end=unit.end, story=walk.story)
    found = [when for when in found if when.day <= walk.last_day or when.how == "weekday in Washington"]
    found = [
        replace(when, how="carried") if _CARRIED.search(walk.bare, unit.start, when.start) else when for when in found
    ]
    if days := [when for when in found if when.precision == "day" and when.how in {"date", "relative"}]:
        walk.story = days[-1].day
    return found


def _bulleted(walk: Walk, saying: Saying, unit: Span) -> Source | None:
    """For "* Says talks are over": a bullet without a subject goes on with whoever spoke before."""
    if saying.subject is not None or re.search(r"\w", walk.bare[unit.start : saying.start]):
        return None
    return next((replace(past, at=saying.start) for past in reversed(walk.history) if past.kind != "topic"), None)


def _remember(walk: Walk, scene: Scene, made: Sequence[Utterance]) -> None:
    """Keep who spoke, or whom the sentence is about, for "he" and "the minister" in the next one."""
    unit = scene.unit
    spoke = [source for _, source in scene.sources if source and source.slug not in CARRIERS]
    walk.history += spoke
    heard = {source.slug for source in spoke} | {""}
    walk.history += [Source(one.slug, one.who, "name", one.start) for one in made if one.slug not in heard]
    if spoke or made:
        return
    first = next((one for one in scene.people if one.start - unit.start < TOPIC and _topical(walk, one)), None)
    if first is None and scene.people and scene.people[0].kind == "unknown" and scene.people[0].start == unit.start:
        walk.history.append(Source("", scene.people[0].words, "topic", unit.start))
    source = resolve(walk, first, unit, scene.people)
    if source and is_person(walk, source.slug):
        walk.history.append(replace(source, kind="topic"))
        if when := scene.dating.first():
            walk.dated.append((unit.start, source.slug, when, False))


def _topical(walk: Walk, one: Referent) -> bool:
    if one.kind == "name":
        return is_person(walk, one.slug)
    return one.kind == "title" and one.words.lower().endswith("sister")


def _dated(walk: Walk) -> list[Utterance]:
    """Utterances without a day of their own take the one that the text gave for the speaker's like words."""
    out = []
    for one in sorted(walk.found, key=lambda found: (found.start, -found.end)):
        if one.when is not None or not one.slug:
            out.append(one)
            continue
        like = [
            (at, when) for at, slug, when, back in walk.dated if _kin(slug) == _kin(one.slug) and back == one.recalled
        ]
        before = [when for at, when in like if at <= one.end]
        after = [when for at, when in like if at > one.end]
        out.append(replace(one, when=before[-1] if before else after[0] if after and not one.recalled else None))
    return out


def _kin(slug: str) -> str:
    """A ministry and its spokesperson are one for the calendar."""
    return slug.removesuffix("-spokesperson")
