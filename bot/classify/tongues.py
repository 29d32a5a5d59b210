"""Korean and Japanese sentences and transcripts on the walk through an item: whose words they are, and of which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.classify import dates, japanese, korean, transcript
from bot.classify.attribution import SCARE_WORDS, refused, utter
from bot.classify.quoting import Quoted
from bot.classify.subjects import Referent
from bot.classify.text import Span
from bot.classify.walk import CARRIERS, Source, Utterance, Walk


def transcribed(walk: Walk) -> list[Utterance]:
    """The answers of a transcript, of the day that its head names."""
    head = walk.doc.paragraphs[0]
    days = dates.expressions(walk.doc.text, walk.now, start=head.start, end=head.end)
    when = next((one for one in days if one.precision == "day" and one.day <= walk.last_day), None)
    return [
        Utterance(words.start, words.end, slug, walk.registry.name(slug), words, "transcript", when)
        for slug, words in transcript.answers(walk.doc, walk.named)
    ]


def japanese_unit(walk: Walk, unit: Span, quotes: Sequence[Quoted], days: Sequence[dates.When]) -> None:
    """One Japanese sentence: its topic, its quotations and its indirect speech."""
    spoken = japanese.speakers(walk.bare, unit.start, unit.end, walk.named)
    topic = next((one for one in spoken if one.slug not in CARRIERS), None)
    recalled = bool(japanese.RECALLED.search(walk.bare, unit.start, unit.end))
    source = _source(walk, topic, unit.start)
    when = days[0] if days else None
    for quote in quotes:
        if not japanese.governed(walk.bare, quote.outer_end, unit.end) or not source.slug:
            walk.found.append(refused(quote, "scare-quotes"))
            continue
        walk.found.append(replace(utter(quote, source, unit, "quotation/ja", when), recalled=recalled))
    if not source.slug or not japanese.reports(walk.bare, unit.start, unit.end):
        return
    walk.history.append(source)
    if when:
        walk.dated.append((unit.start, source.slug, when, recalled))
    if not quotes:
        made = Utterance(unit.start, unit.end, source.slug, source.words, unit, "reported/ja", when, recalled)
        walk.found.append(replace(made, direct=False))


def korean_unit(walk: Walk, unit: Span, quotes: Sequence[Quoted], days: Sequence[dates.When]) -> None:
    """One Korean sentence: its topics, and the verb of saying that each quotation leans on."""
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
        source = _source(walk, topic, quote.outer_start)
        own = [one for one in days if one.start < quote.outer_start]
        recalled = bool(korean.RECALLED.search(walk.bare, unit.start, unit.end))
        made = replace(utter(quote, source, unit, "quotation/ko", own[-1] if own else None), recalled=recalled)
        walk.found.append(made)
        used.add(made.slug)
        walk.history.append(source)
        if made.slug and made.when:
            walk.dated.append((quote.start, made.slug, made.when, recalled))
    _korean_reported(walk, unit, spoken, used, when)


def _source(walk: Walk, topic: Referent | None, at: int) -> Source:
    if topic is None or topic.kind == "pronoun":
        past = next((one for one in reversed(walk.history) if one.kind != "topic"), None)
        return replace(past, at=at) if past else Source("", "", "unknown", at)
    if topic.kind == "title":
        bearer = _bearer(walk, topic.words)
        return replace(bearer, at=at) if bearer else Source("", topic.words, "unknown", at)
    return Source(topic.slug, topic.words, "name" if topic.slug else "unknown", topic.start)


def _korean_reported(
    walk: Walk, unit: Span, spoken: Sequence[Referent], used: set[str], when: dates.When | None
) -> None:
    last = _korean_topic(walk, spoken)
    if last is None or not korean.SAID_AT_END.search(walk.bare, unit.start, unit.end):
        return
    recalled = bool(korean.RECALLED.search(walk.bare, unit.start, unit.end))
    if when:
        walk.dated.append((unit.start, last.slug, when, recalled))
    if last.slug in CARRIERS:
        _carried(walk, unit, spoken, recalled=recalled)
    if last.slug in used or last.slug in CARRIERS:
        return
    source = Source(last.slug, last.words, "name", last.start)
    walk.history.append(source)
    made = Utterance(
        unit.start, unit.end, last.slug, last.words, unit, "reported/ko", when=when, recalled=recalled, direct=False
    )
    walk.found.append(made)


def _carried(walk: Walk, unit: Span, spoken: Sequence[Referent], *, recalled: bool) -> None:
    """For "조선중앙통신은 22일 김 위원장이 전날 …": the day within the report is the speaker's."""
    inner = next((one for one in spoken if one.words.endswith(("이", "가"))), None)
    if inner is None:
        return
    slug = inner.slug or (bearer.slug if inner.kind == "title" and (bearer := _bearer(walk, inner.words)) else "")
    days = [when for when in _inner_days(walk, unit) if when.start > inner.start and when.precision == "day"]
    if slug and days:
        walk.dated.append((unit.start, slug, days[0], recalled))


def _inner_days(walk: Walk, unit: Span) -> list[dates.When]:
    found = dates.expressions(walk.bare, walk.now, start=unit.start, end=unit.end, story=walk.story)
    return [when for when in found if when.day <= walk.last_day]


def _korean_topic(walk: Walk, spoken: Sequence[Referent]) -> Referent | None:
    """Who says what the sentence reports: its topic (은, 는), else its first subject; a bare title its last bearer."""
    first = next((one for one in spoken if one.words.endswith(("은", "는"))), None)
    if first is not None and first.kind == "title":
        bearer = _bearer(walk, first.words)
        return replace(first, slug=bearer.slug) if bearer else None
    known = [one for one in spoken if one.slug and one.slug not in CARRIERS]
    return first if first is not None and first.slug else next(iter(known), None)


def _bearer(walk: Walk, words: str) -> Source | None:
    """The last speaker of the surname that begins "김 대표는"; a Western order puts it second ("성 김")."""
    for past in reversed(walk.history):
        if past.slug and any(part.startswith(words[0]) for part in past.words.split()[:2]):
            return past
    return None
