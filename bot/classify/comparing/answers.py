"""What a statement answers, and what it endorses: known by name, by quoted words, by time.

A trigger counts only when the text points at it: it names the person or the office, or it
repeats that side's words in quotation marks. Nearness in time chooses between several.
An answer on record ("in_response_to") stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.classify.comparing.terms import content, name_of, nested
from bot.classify.wording import folded, tokens
from store.records import Answer, Earlier, Event, Statement

MOST = 3
_ENOUGH = 0.6
_NAMED, _OFFICE, _QUOTED = 0.5, 0.4, 0.55
_FRESH, _WEEK = 0.25, 7  # what time adds at most, and the days after which it adds nothing
_SIDES_BY_SURNAME = {"us", "un", "eu", "g7", "russia", "other"}
_SURNAME = 5  # letters; shorter ones are too often another word
_RUN = 2  # words repeated in quotation marks
_EVENT_WORDS = 3
_TITLE = 3  # words; a title of two fits too many
_ENDORSES = re.compile(
    r"\b(?:welcom\w+|(?:fully )?support(?:s|ed)? (?:the|her|his)|reaffirm\w*|reiterat\w*|endors\w+"
    r"|as (?:already )?(?:clarified|stated)|(?:already|recently|clearly) (?:made clear|clarified|stated)"
    r"|made clear (?:her|his|the|our) (?:stand|position|will))",
    re.IGNORECASE,
)
_GOVERNMENT = ("administration", "government", "regime", "cabinet", "era")
_WEAK = frozenset(
    [
        *(
            "minister",
            "ministry",
            "department",
            "director",
            "deputy",
            "vice",
            "first",
            "foreign",
            "president",
            "office",
        ),
        *("secretary", "general", "chairman", "of", "the", "and", "affairs", "state", "states", "united", "spokesman"),
        *("spokesperson", "representative", "special", "central", "committee", "party", "north", "south", "korea"),
        *("for", "to", "national", "council", "korean"),
    ]
)


@dataclass(frozen=True, slots=True)
class _Text:
    """What is searched for pointers: all that is known of the statement's wording, and the spans it quotes."""

    plain: str
    words: str
    quoted: tuple[tuple[str, ...], ...]


def answers(statement: Statement, earlier: Earlier) -> tuple[Answer, ...]:
    """What it answers or reaffirms, surest first; each trigger speaker once."""
    text = _read(statement)
    on_record = list(_on_record(statement, earlier, text))
    done = {answer.id for answer in on_record}
    found: list[tuple[float, Answer, str]] = []
    for trigger in earlier.triggers:
        if name_of(trigger) not in done and trigger.record not in done:
            score, how = _points_at(text, trigger, statement)
            found += [(score, _answer(statement, trigger, "answers", how), trigger.speaker)]
    for other in earlier.endorsable:
        if name_of(other) not in done and other.speaker != statement.speaker and (how := _endorsed(text, other)):
            found += [(1.0, _answer(statement, other, "reaffirms", how), other.speaker)]
    for event in earlier.events:
        if event.id not in done and (how := _acts(text, event)):
            found += [(_ENOUGH, _answer(statement, event, "answers", how), event.id)]
    found.sort(key=lambda row: (-row[0], row[1].after or timedelta.max, row[1].id))
    chosen: dict[str, Answer] = {}
    for score, answer, whose in found:
        if score >= _ENOUGH:
            chosen.setdefault(whose, answer)
    return (*on_record, *chosen.values())[: max(MOST, len(on_record))]


def _read(statement: Statement) -> _Text:
    plain = f"{statement.words}\n{statement.summary}"
    spans = (tuple(tokens(span)) for span in nested(plain))
    return _Text(plain, f" {' '.join(tokens(plain))} ", tuple(span for span in spans if len(span) >= _RUN))


def _on_record(statement: Statement, earlier: Earlier, text: _Text) -> Iterator[Answer]:
    """Links that the record itself gives, with the time taken where the target is at hand."""
    known: dict[str, Statement | Event] = {event.id: event for event in earlier.events}
    for one in (*earlier.endorsable, *earlier.triggers):
        known |= {one.id: one, one.record: one}
    for link in statement.in_response_to:
        target = known.get(link)
        if target is None:
            yield Answer(link, "answers", "on record")
        elif isinstance(target, Statement) and target.side == statement.side:
            yield _answer(statement, target, "reaffirms" if _endorsed(text, target) else "answers", "on record")
        else:
            yield _answer(statement, target, "answers", "on record")


def _answer(
    statement: Statement, target: Statement | Event, relation: Literal["answers", "reaffirms"], how: str
) -> Answer:
    exact = statement.date_precision == target.date_precision == "day"
    name = name_of(target) if isinstance(target, Statement) else target.id
    return Answer(name, relation, how, statement.date - target.date if exact else None)


def _points_at(text: _Text, trigger: Statement, statement: Statement) -> tuple[float, str]:
    """How surely the text means this trigger, and by what it was recognised."""
    pointers = list(_pointers(text, trigger))
    if not pointers:
        return 0.0, ""
    days = abs((statement.date - trigger.date).days)
    score = sum(weight for weight, _ in pointers) + _FRESH * max(0.0, 1 - days / _WEEK)
    return score, ", ".join(how for _, how in pointers)


def _pointers(text: _Text, trigger: Statement) -> Iterator[tuple[float, str]]:
    if name := _named(text, trigger):
        yield _NAMED, f"names {name}"
    elif office := _office(text, trigger):
        yield _OFFICE, f"names the office: {office}"
    if words := _repeats(text, trigger):
        yield _QUOTED, f"quotes “{words}”"


def _named(text: _Text, trigger: Statement) -> str:
    """The name by which the text calls the trigger's speaker, "" when it does not."""
    full = trigger.speaker.replace("-", " ")
    if _calls(text, full):
        return full
    surname = full.split()[-1]
    fits = trigger.side in _SIDES_BY_SURNAME and len(surname) >= _SURNAME and surname not in _WEAK and " " in full
    return surname if fits and _calls(text, surname) else ""


def _calls(text: _Text, name: str) -> bool:
    """Does the text call somebody by this name, and not only that person's government?"""
    after = (text.words[match.end() :].split(" ", 1)[0] for match in re.finditer(f" {re.escape(name)} ", text.words))
    return any(word not in _GOVERNMENT for word in after)


def _office(text: _Text, trigger: Statement) -> str:
    """Two neighbouring words of the office that are not in every title ("security adviser")."""
    words = tokens(trigger.office.replace("Advisor", "Adviser"))
    said = text.words.replace("advisor", "adviser")
    for at in range(len(words) - 1):
        pair = words[at : at + 2]
        if not set(pair) & _WEAK and f" {' '.join(pair)} " in said:
            return " ".join(pair)
    return ""


def _repeats(text: _Text, trigger: Statement) -> str:
    """The trigger's words that stand in quotation marks in the text, "" when none do."""
    theirs = f" {' '.join(tokens(trigger.words))} "
    for span in text.quoted:
        phrase = " ".join(span[1:] if span[0] in ("a", "an", "the") else span)
        if len(content(phrase)) >= _RUN and f" {phrase} " in theirs:
            return phrase
    return ""


def _endorsed(text: _Text, other: Statement) -> str:
    """How the text endorses this statement of its own side, "" when it does not: a word of assent and the name."""
    assent = _ENDORSES.search(text.plain)
    if assent is None:
        return ""
    if name := _named(text, other):
        return f"“{assent[0].lower()}”, names {name}"
    office = tokens(other.office.split(",")[0])
    named = len(office) >= _TITLE and f" {' '.join(office)} " in text.words
    return f"“{assent[0].lower()}”, names the {' '.join(office)}" if named else ""


def _acts(text: _Text, event: Event) -> str:
    """The proper name of an act, when the text has it ("Ulchi Freedom Shield")."""
    for run in re.findall(r"(?:[A-Z][\w’'-]+ ){1,4}[A-Z][\w’'-]+", event.summary):
        words = tokens(run)
        if len(words) >= _EVENT_WORDS and f" {' '.join(words)} " in text.words and not set(words) <= _WEAK:
            return f"names {run}"
    return ""


def quoted_ids(statement: Statement, found: Sequence[Answer], others: Iterable[Statement]) -> set[str]:
    """Ids and records of what the statement answers, endorses or quotes at length: no precedents of it."""
    barred = {answer.id for answer in found}
    spans = [span for span in _read(statement).quoted if len(span) > 2 * _RUN]
    longest = {max(span, key=len) for span in spans}
    for other in others if spans else ():
        plain = folded(other.words)
        if not any(word in plain for word in longest):
            continue
        words = f" {' '.join(tokens(plain))} "
        if any(f" {' '.join(span)} " in words for span in spans):
            barred |= {other.id, other.record}
    return barred - {""}
