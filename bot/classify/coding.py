"""From an item to what it says: the public entry of the classifier.

Document, mentions, relevance, then either the form of a dispatch or the quotations of a news item; the
quotations of one utterance become one statement, which is labelled and weighed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from bot.classify import authority, dates, dispatch, quotations, satire, spanish, utterances
from bot.classify.cues import Cues, load_cues
from bot.classify.furniture import without_glue
from bot.classify.labels import labels
from bot.classify.mentions import Scan
from bot.classify.naming import Mention
from bot.classify.reading import Reading
from bot.classify.relevance import Relevance
from bot.classify.speakers import Registry
from bot.classify.summary import summary
from bot.classify.text import Document, Span
from bot.classify.utterances import Group
from bot.classify.walk import Utterance
from bot.codebook import Codebook
from store.records import Carries, Coding, Found, Item, Label, Quotation, Statement

UNSURE = 0.35
"""Labels below this confidence are left out: the bot says less rather than guess."""
DOUBT = 0.85
"""A "no" of less confidence is looked at again: who speaks may settle it."""
QUOTED = 4
"""So many words of an official of the North make an item one on what the North says."""
OPENING = 4
"""The news is dated within so many sentences, titles and datelines counted."""
SHORT = 8
"""A dispatch of so few sentences is mostly quoted."""
NAMED = 0.7
"""Strength of a mention that is a full name or its second mention."""
KEY_SENTENCES = 6
"""So many sentences of a dispatch are kept as its quotations, those that carry its labels first."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One item, read once."""

    item: Item
    doc: Document
    scan: Scan
    now: date
    last_day: date


class Coder:
    """Reads items by one codebook. Built once, its tables when the first item comes; then only read: safe to share."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.registry = Registry(codebook)

    @cached_property
    def _cues(self) -> Cues:
        return load_cues()

    @cached_property
    def _relevance(self) -> Relevance:
        return Relevance(self.codebook)

    def code(self, item: Item) -> Coding:
        """Relevance, statements and evidence of one item. Any text is accepted; nothing is raised for it."""
        now = dates.today(item.published, item.text)
        doc = Document.of(replace(item, text=without_glue(item.text)))
        page = _Page(item, doc, self.registry.scan(doc, now), now, dates.latest(item.published, now))
        relevant = satire.satire(doc) or self._relevance.judge(doc, page.scan.mentions)
        if (
            relevant.by != "relevance/satire"
            and relevant.label != "yes"
            and relevant.confidence < DOUBT
            and self._northern_voice(page)
        ):
            relevant = replace(relevant, label="yes", by="relevance/northern-voice")
        if relevant.label != "yes":
            return Coding(relevant=False, notes=(relevant,))
        named = [one for one in page.scan.mentions if one.slug and not one.in_title and one.how != "metonym"]
        own = [one for one in named if _person(self.registry, one) and self.registry.side(one.slug) == "dprk"]
        in_spanish = item.language == "es" and dispatch.is_carrier(item)
        form = spanish.read(doc, now) if in_spanish else dispatch.read(item, own)
        if form is not None:
            return self._dispatch(page, form, relevant)
        return self._press(page, relevant)

    def _northern_voice(self, page: _Page) -> bool:
        """Whether an item of the press that hardly falls short quotes an official of the North at some length."""
        if dispatch.is_carrier(page.item):
            return False
        spoken = quotations.read(page.doc, page.scan.mentions, self.registry, page.now, page.last_day)
        own = [one for one in spoken if one.direct and one.named and self.registry.side(one.slug) == "dprk"]
        return sum(len(page.item.text[one.start : one.end].split()) for one in own) >= QUOTED

    def _dispatch(self, page: _Page, form: dispatch.Dispatch, relevant: Label) -> Coding:
        statement = self._of_dispatch(page, form)
        others = self._others(page, form, statement)
        carries = _note("carries", form.carries, page.item.text, form.lead, form.rule)
        return Coding(
            relevant=True,
            carries=form.carries,
            found=(Found(statement), *others),
            notes=(relevant, carries),
        )

    def _of_dispatch(self, page: _Page, form: dispatch.Dispatch) -> Statement:
        item = page.item
        day = form.made.day if form.made else page.now
        lead = item.text[form.lead[0] : form.lead[1]]
        weight = authority.of_dispatch(form, lead, self.registry, day)
        side = self.registry.side(form.issuer) if self.registry.official(form.issuer) else form.side
        body = form.body
        found = self._labels(
            Reading(
                item.text,
                (body,),
                whole=True,
                speaker=form.issuer,
                side=side,
                channel=form.channel,
                day=day,
                language=item.language,
                title=item.title,
                relayed=form.rule == "dispatch/relayed" and side != "dprk",
            ),
        )
        reasons = [
            _note("speaker", form.issuer, item.text, form.lead, form.rule),
            _note("channel", form.channel, item.text, form.lead, form.rule),
            *_date_note(item.text, form.made),
            Label("authority", str(weight.level), by=weight.rule),
        ]
        statement = Statement(
            speaker=form.issuer,
            date=day,
            side=side,
            coverage=form.coverage,
            office=self.registry.office(form.issuer, day),
            authority=weight.level,
            authority_certain=weight.certain,
            channel=form.channel,
            text=item.text[body[0] : body[1]].strip() if form.coverage == "full" else "",
            quotes=_key_sentences(page, form, found),
            labels=(*found, *(reason for reason in reasons if reason.label != "None")),
        )
        return self.summed(statement)

    def _others(self, page: _Page, form: dispatch.Dispatch, statement: Statement) -> tuple[Found, ...]:
        """Words of the other side that a dispatch recalls: background, and only from people by name."""
        foreign = [
            one
            for one in page.scan.mentions
            if one.slug and one.strength >= NAMED and not one.in_title and _person(self.registry, one)
        ]
        if not any(self.registry.side(one.slug) not in {"dprk", "other"} for one in foreign):
            return ()
        spoken = quotations.read(page.doc, foreign, self.registry, page.now, page.last_day)
        spoken = [one for one in spoken if one.slug and one.named and self.registry.side(one.slug) != statement.side]
        groups = utterances.grouped(spoken, self.registry, page.doc.text)
        made = (self._of_press(page, group, recalled=True, background=True) for group in groups)
        return tuple(Found(one, new=False) for one in made if one.speaker != form.issuer)

    def _press(self, page: _Page, relevant: Label) -> Coding:
        spoken = quotations.read(page.doc, page.scan.mentions, self.registry, page.now, page.last_day)
        spoken = (
            spoken if any(one.slug for one in spoken) else [*spoken, *quotations.headline(page.doc, page.scan.mentions)]
        )
        groups = utterances.grouped(spoken, self.registry, page.doc.text)
        opinion = utterances.opinion(page.doc)
        judged = utterances.judged(groups, page.now, opinion=bool(opinion), opening=_opening(page))
        found = tuple(Found(self._of_press(page, group, recalled=not group.new), new=group.new) for group in judged)
        found = tuple(sorted(found, key=lambda one: not one.new))
        past = bool(opinion) or utterances.retrospective(groups, page.now)
        carries: Carries = "none" if past else "statement" if any(one.new for one in found) else "report"
        refused = [_refusal(page.item.text, one) for one in spoken if not one.slug]
        note = Label("carries", carries, evidence=opinion, by="carries/opinion" if opinion else "carries/quotations")
        return Coding(relevant=True, carries=carries, found=found, notes=(relevant, note, *refused))

    def _of_press(self, page: _Page, group: Group, *, recalled: bool, background: bool = False) -> Statement:
        item, first = page.item, group.members[0]
        known = group.when
        day = known.day if known else page.now
        clause = item.text[first.clause.start : first.clause.end]
        side = self.registry.side(group.slug)
        weight = authority.of_press(group.slug, clause, self.registry, day)
        context = " ".join(item.text[one.clause.start : one.clause.end] for one in group.members)
        name, words = authority.channel(clause, context, side)
        if first.rule == "transcript":
            name, words = "press-conference", ""
        found = self._labels(_reading(page, group, side, name, day))
        reasons = [
            _note("speaker", group.slug, item.text, (first.clause.start, first.clause.end), first.rule),
            Label("channel", name, evidence=words, by="channel/attribution"),
            *_date_note(item.text, known),
            Label("authority", str(weight.level), by=weight.rule),
        ]
        statement = Statement(
            speaker=group.slug,
            date=day,
            side=side,
            date_precision=known.precision if known else "year" if recalled else "month",
            coverage="partial" if any(one.direct for one in group.members) else "relayed",
            office=self.registry.office(group.slug, day),
            authority=weight.level,
            authority_certain=weight.certain,
            channel=name,
            quotes=tuple(
                _quotation(item, one)
                for one in group.quotable(
                    reported=not page.doc.quoted and not background and not _SPUN.search(item.text)
                )
            ),
            labels=(*found, *(reason for reason in reasons if reason.label != "None")),
        )
        return self.summed(statement)

    def _labels(self, reading: Reading) -> list[Label]:
        return [label for label in labels(reading, self._cues) if label.confidence >= UNSURE]

    def summed(self, statement: Statement) -> Statement:
        """The statement with a summary made from its labels as they are, for when they were merged with others."""
        return replace(statement, summary=summary(statement, self.registry.name(statement.speaker), self.codebook))


def code(item: Item, codebook: Codebook) -> Coding:
    """Code one item; build a :class:`Coder` once instead where there are many."""
    return Coder(codebook).code(item)


def _person(registry: Registry, mention: Mention) -> bool:
    official = registry.official(mention.slug)
    return official is not None and official.kind == "person"


def _reading(page: _Page, group: Group, side: str, channel: str, day: date) -> Reading:
    spans = sorted(
        {(one.clause.start, one.clause.end) if not one.direct else (one.start, one.end) for one in group.members}
    )
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return Reading(
        page.item.text, tuple(apart), whole=False, quoted=(), speaker=group.slug, side=side, channel=channel, day=day,
        language=page.item.language,
    )  # fmt: skip


def _opening(page: _Page) -> dates.When | None:
    """The day that the first sentence of the story names, the dateline's apart."""
    line = dates.dateline(page.item.text, page.now)
    after = line.end if line else 0
    for sentence in [one for one in page.doc.sentences if one.end > after][:OPENING]:
        start = max(sentence.start, after)
        found = dates.expressions(page.doc.plain, page.now, start=start, end=sentence.end)
        days = [when for when in found if when.precision == "day" and when.day <= page.last_day]
        if days and not re.search(r"\bwill\b", page.doc.plain[start : sentence.end]):
            return days[0]
    return None


def _quotation(item: Item, one: Utterance) -> Quotation:
    return Quotation(item.text[one.start : one.end], one.start, one.end, one.slug, item.id, one.direct)


def _refusal(text: str, one: Utterance) -> Label:
    reason = one.who or one.rule
    return Label("not-statement", reason, evidence=text[one.start : one.end], start=one.start, end=one.end, by=one.rule)


def _note(kind: str, label: str, text: str, span: tuple[int, int], rule: str) -> Label:
    return Label(kind, label, evidence=text[span[0] : span[1]], start=span[0], end=span[1], by=rule)


def _date_note(text: str, when: dates.When | None) -> list[Label]:
    if when is None:
        return [Label("date", "unknown", confidence=0.3, by="dates/item")]
    return [
        Label(
            "date",
            when.precision,
            evidence=text[when.start : when.end],
            start=when.start,
            end=when.end,
            confidence=0.95 if when.precision == "day" else 0.6,
            by=f"dates/{when.how.replace(' ', '-')}",
        ),
    ]


_SPUN = re.compile(
    r"\b(?:translated|translation was made) (?:automatically|by machine)|\bmachine[- ]translat"
    r"|\bauto(?:matic(?:ally)?)?[- ]translat"
    r"|select it and press Ctrl|best summary I could|\bsummar(?:y|ized) (?:was )?(?:generated )?by (?:a bot|AI)\b",
    re.IGNORECASE,
)
"""Words that a program translated or summed up are nobody's verbatim (traps 65, 66, 80)."""

_STRENGTH = {"stance": 0, "threat": 1, "offer": 2, "demand": 3, "gesture": 4, "formula": 5}


def _key_sentences(page: _Page, form: dispatch.Dispatch, found: Sequence[Label]) -> tuple[Quotation, ...]:
    """The sentences of a dispatch to quote: those set apart as its words, then those that its labels rest on."""
    start, end = form.body
    inside = [one for one in page.doc.sentences if start <= one.start and one.end <= end]
    own = [one for one in inside if not _telling(page, one)]
    own = [one for one in own if not any(quote.start in one for quote in page.doc.quoted)] or own
    first = [*_set_apart(page, inside), *(one for one in own if _FIRST_PERSON.search(page.doc.words(one)))]
    ranked = sorted((one for one in found if one.kind in _STRENGTH), key=lambda one: _STRENGTH[one.kind])
    resting = [sentence for label in ranked if (sentence := page.doc.sentence_at(label.start)) in own]
    short = form.coverage == "partial" or len(inside) <= SHORT
    chosen = list(dict.fromkeys([*(first if short else ()), *(one for one in resting if one is not None)])) or own
    text = page.item.text
    kept = sorted((one.start, one.end) for one in chosen[:KEY_SENTENCES])
    return tuple(Quotation(text[a:b], a, b, form.issuer, page.item.id) for a, b in kept)


def _set_apart(page: _Page, inside: Sequence[Span]) -> list[Span]:
    """The sentences that a colon introduces, up to the next one that tells instead of quoting."""
    found, quoting = [], False
    for one in inside:
        words = page.doc.words(one)
        if words.rstrip().endswith(":"):
            quoting = True
        elif quoting and not _SAID.search(words) and not _telling(page, one):
            found.append(one)
        else:
            quoting = False
    return found


_FIRST_PERSON = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:[Hh]e|[Ss]he|[Ii]t|statement|minister|director|secretary|ministry)\s(?:\w+\s)?(?:said|says"
    r"|stressed|noted|concluded|added)\b|\bwould be\b"
)
_TELLING = re.compile(
    r"^(?:He|She)\s(?:would|will|could|has|had|is|was)\b"
    r"|^(?:(?:The|He|She|It)\s?(?:\w+\s){0,3}?(?:noted(?! that)|recalled|dealt|referred|refers|took up|first"
    r"|went on|continued|drew|described|gave)\b|On this\b)"
    r"|:\s*$",
)


def _telling(page: _Page, sentence: Span) -> bool:
    """Whether a sentence tells of the statement instead of giving its words."""
    return bool(_TELLING.search(page.doc.words(sentence)))
