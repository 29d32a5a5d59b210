"""What a comparison says, in sentences: answers, absences, shifts, what was last said when, precedents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.briefing.clean import cut_words
from bot.briefing.voice import Told, Voice
from store.records import Answer, Element, Event, Omission, Precedent, Shift, Statement

LONG_AGO = timedelta(days=60)
"""An element not said for this long is worth a line."""

_WORDS_SHOWN = 25
_AT_ONCE = 3


def notes(told: Told, voice: Voice, *, most: int = 2, precedents: bool = True) -> tuple[str, ...]:
    """The sentences worth a reader's time, most telling first; at most ``most`` of a kind, precedent last."""
    comparison = told.comparison
    omissions = [omission_note(omission, told.statement, voice) for omission in comparison.omissions[:most]]
    shifts = [shift_note(shift, voice) for shift in comparison.shifts[:most]]
    past = _past(told, voice)
    nearest = [precedent_note(row, voice) for row in comparison.precedents[:1]] if precedents else []
    return (*answer_notes(told, voice, most=most), *omissions, *shifts, *past, *nearest)


def answer_notes(told: Told, voice: Voice, *, most: int = 2) -> tuple[str, ...]:
    """Whom it answers or endorses, surest first."""
    found = (answer_note(answer, told, voice) for answer in told.comparison.answers[:most])
    return tuple(note for note in found if note)


def answer_note(answer: Answer, told: Told, voice: Voice) -> str:
    """Whom or what it answers, and after how long; empty when that record is not at hand."""
    target = told.about.get(answer.id)
    if target is None:
        return ""
    whom = target_name(target, voice)
    if answer.relation == "reaffirms":
        return voice.say("against.reaffirms", whom=whom, when=voice.when(target))
    after = voice.after(answer.after)
    if after:
        return voice.say("against.answers", whom=whom, when=voice.when(target), after=after)
    same_day = target.date == told.statement.date and target.date_precision == "day"
    return voice.say("against.answers_same_day" if same_day else "against.answers_undated", whom=whom)


def target_name(target: Statement | Event, voice: Voice) -> str:
    """A statement's speaker, or an event's words in quotation marks."""
    if isinstance(target, Event):
        return voice.say("against.event", what=cut_words(target.summary, 12).rstrip("."))
    return voice.named(target)


def omission_note(omission: Omission, statement: Statement, voice: Voice) -> str:
    """What is usual and absent, always with the rate and the number it rests on."""
    whose = whose_last(omission, statement, voice)
    if omission.kind in {"threat", "stance"}:
        return voice.say(f"against.omitted_{omission.kind}", count=omission.count, whose=whose)
    what = element_words(omission.kind, omission.label, voice)
    return voice.say("against.omitted", what=what, count=omission.count, whose=whose)


def whose_last(omission: Omission, statement: Statement, voice: Voice) -> str:
    """The group that sets the habit: "her last 10", "the last 10 at this level", "the last 10 from the US"."""
    if omission.whom in {statement.speaker, ""}:
        return voice.say("against.own_last", whose=voice.whose(statement.speaker), n=omission.n)
    if omission.whom.startswith("level"):
        return voice.say("against.level_last", n=omission.n)
    return voice.say("against.side_last", side=voice.side(omission.whom), n=omission.n)


def shift_note(shift: Shift, voice: Voice) -> str:
    """What changed, from what to what."""
    if shift.kind == "stance":
        before, now = (_stance_words(value, shift.of, voice) for value in (shift.before, shift.now))
        return voice.say("against.shift_stance", whom=voice.side(shift.of), before=before, now=now)
    before, now = (voice.say(f"chip.{shift.kind}.{value}") for value in (shift.before, shift.now))
    return voice.say(f"against.shift_{shift.kind}", before=before, now=now)


def _stance_words(value: str, of: str, voice: Voice) -> str:
    return voice.say(f"chip.stance.{value}", whom=voice.side(of))


def _past(told: Told, voice: Voice) -> Iterator[str]:
    """What this side never said before, and what it had not said for long."""
    fresh = [element for element in told.comparison.elements if element.seen is None and _telling(element)]
    if fresh:
        what = voice.catalogue.joined([element_words(row.kind, row.label, voice) for row in fresh[:_AT_ONCE]])
        yield voice.say("against.first", what=what)
    old = [row for row in told.comparison.elements if row.seen and _long_ago(row.seen.last, told.statement.date)]
    for element in sorted(filter(_telling, old), key=_last_seen)[:1]:
        yield _last_said(element, told.statement, voice)


def _telling(element: Element) -> bool:
    return element.kind not in {"audience", "tone"} and not (element.kind == "threat" and element.label == "none")


def _long_ago(last: date, now: date) -> bool:
    return now - last > LONG_AGO


def _last_seen(element: Element) -> tuple[date, str, str]:
    return (element.seen.last if element.seen else date.min, element.kind, element.label)


def _last_said(element: Element, statement: Statement, voice: Voice) -> str:
    seen = element.seen
    if seen is None:
        return ""
    what = element_words(element.kind, element.label, voice)
    what, when = what[:1].upper() + what[1:], voice.catalogue.day(seen.last)
    if seen.last_speaker == statement.speaker:
        return voice.say("against.last_said_self", what=what, when=when)
    return voice.say("against.last_said", what=what, when=when, who=voice.name(seen.last_speaker))


def element_words(kind: str, label: str, voice: Voice) -> str:
    """One element in running text: "the demand to stop military exercises"; a stance as "rejects" or "us:rejects"."""
    if kind == "stance":
        of, _, value = label.rpartition(":")
        key = f"chip.stance.{value}"
        return (
            _stance_words(value, of, voice) if of and key in voice.catalogue else voice.say(f"element.stance.{value}")
        )
    if kind == "threat":
        return voice.say(f"chip.threat.{label}") if f"chip.threat.{label}" in voice.catalogue else label
    what = voice.side(label) if kind == "audience" else voice.label(kind, label)
    key = f"element.{kind}"
    return voice.say(key, what=what) if key in voice.catalogue else what


def share_words(share: str, voice: Voice) -> str:
    """What a precedent shares, as compare names it ("theme: sanctions", "words: a dream"), in words."""
    kind, _, label = share.partition(": ")
    known = f"{kind}.{label}" in voice.catalogue or kind == "formula"
    return element_words(kind, label, voice) if known else share


def precedent_note(precedent: Precedent, voice: Voice) -> str:
    """The earlier statement that says most nearly the same."""
    values = {"who": voice.name(precedent.speaker), "when": voice.catalogue.day(precedent.date), "id": precedent.id}
    if not precedent.words:
        return voice.say("against.precedent_bare", **values)
    return voice.say("against.precedent", words=cut_words(precedent.words, _WORDS_SHOWN), **values)
