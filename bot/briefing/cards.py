"""One statement as a part of a message: who, the key quotation, judgements in words, the record, the sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.briefing.against import answer_notes, notes
from bot.briefing.chips import chips
from bot.briefing.clean import cut_words
from bot.briefing.message import Action, Entry, Link, Quote
from bot.briefing.voice import Told, Voice
from bot.language import language_of
from store.as_record import as_record
from store.records import Quotation, Report, Statement

LONGEST_QUOTE = 25
"""Words of a quotation shown: excerpts stay short."""

_SHORTEST_QUOTE = 6
_SCRIPTS = {"ko", "ja", "zh", "ru"}


@dataclass(frozen=True, slots=True)
class Look:
    """How much of a statement is shown: ``dated`` and ``sided`` headlines, ``full`` for themes, demands and buttons.

    ``notes``: nothing of the record, only whom it answers, a line of each kind, or all.
    """

    dated: bool = True
    sided: bool = False
    full: bool = True
    notes: Literal["none", "answers", "brief", "all"] = "all"
    links: int = 12


FULL = Look()


def card(told: Told, voice: Voice, look: Look = FULL) -> Entry:
    """One statement, as an Entry."""
    statement = told.statement
    said = [*chips(statement, voice), *_coverage(statement, voice)] if look.full else chips(statement, voice)
    quotation = key_quotation(statement, voice.catalogue.language)
    return Entry(
        headline=headline(told, voice, look),
        detail=_detail(statement, quotation, voice, look),
        quote=Quote(_shown(quotation)) if quotation and quotation.direct else None,
        chips=tuple(said),
        notes=(
            *_late(told, voice),
            *_notes(told, voice, look),
            *(_content(statement, voice) if look.full else ()),
        ),
        links=links(statement.sources, look.links),
        id=statement.id,
        actions=buttons(statement, voice) if look.full else buttons(statement, voice)[:1],
        record=record(statement),
    )


def _shown(quotation: Quotation) -> str:
    return cut_words(quotation.words.rstrip(" ,;"), LONGEST_QUOTE)


def _detail(statement: Statement, quotation: Quotation | None, voice: Voice, look: Look) -> str:
    """The summary where it is wanted; reported speech stands here, never in quotation marks.

    A report that only tells of the words, and in a script of its own, says less to the reader than the summary.
    """
    told = quotation is not None and not quotation.direct and _readable(quotation, voice.catalogue.language)
    reported = voice.say("card.reported", words=_shown(quotation)) if quotation and told else ""
    summary = statement.summary if look.full or not (told or (quotation and quotation.direct)) else ""
    return "\n".join(part for part in (summary, reported) if part)


def _notes(told: Told, voice: Voice, look: Look) -> tuple[str, ...]:
    if look.notes == "none":
        return ()
    if look.notes == "answers":
        return answer_notes(told, voice, most=1)
    return notes(told, voice, most=1 if look.notes == "brief" else 2)


def headline(told: Told, voice: Voice, look: Look = FULL) -> str:
    """As in "22 June 2021: Kim Yo Jong, Vice Department Director, WPK Central Committee (press statement)"."""
    statement = told.statement
    bare = voice.is_institution(statement.speaker) or not statement.office
    head = voice.named(statement)
    head = head if bare else voice.say("card.headline", who=head, office=statement.office)
    if statement.channel != "other":
        head = voice.say("card.form", head=head, channel=voice.label("channel", statement.channel))
    values = {"head": head, "when": voice.when(statement), "side": voice.say(f"{statement.side}.heading")}
    sided = look.sided and statement.side != "other"
    if look.dated:
        return voice.say("card.dated_sided" if sided else "card.dated", **values)
    return voice.say("card.sided", **values) if sided else head


def key_quotation(statement: Statement, language: str = "en") -> Quotation | None:
    """The quotation that carries the statement: one that a judgement on talks, threat or demand rests on.

    Without such evidence, the first direct one that names the side addressed and is long
    enough to mean something by itself; else the first. One in the reader's own script goes before.
    """
    known = [quote for quote in statement.quotes if _readable(quote, language)]
    direct = [quote for quote in statement.quotes if quote.direct]
    quotes = [quote for quote in direct if quote in known] or known or direct or list(statement.quotes)
    return max(quotes, key=lambda quote: _weight(quote, statement), default=None)


def _readable(quote: Quotation, language: str) -> bool:
    """Whether the words stand in the script of the reader's language."""
    return language_of(quote.words) not in _SCRIPTS - {language}


def _weight(quote: Quotation, statement: Statement) -> tuple[int, int, int]:
    rests = [row for row in statement.labels if row.evidence and row.evidence.lower() in quote.words.lower()]
    weight = {"stance": 4, "threat": 3, "demand": 2, "offer": 2, "formula": 1}
    long_enough = len(quote.words.split()) >= _SHORTEST_QUOTE or len(quote.words) >= 4 * _SHORTEST_QUOTE
    return (int(long_enough), sum(weight.get(row.kind, 0) for row in rests), int(_names_audience(quote, statement)))


def _names_audience(quote: Quotation, statement: Statement) -> bool:
    words = {
        "us": r"\bU\.?S\.?\b|\bUnited States\b|\bAmerica",
        "rok": r"\b[Ss]outh\b|\bROK\b|\bSeoul\b",
        "dprk": r"\bDPRK\b|\bNorth\b|\bPyongyang\b",
        "japan": r"\bJapan",
    }
    return any(re.search(words[side], quote.words) for side in statement.audience[:1] if side in words)


def _late(told: Told, voice: Voice) -> tuple[str, ...]:
    key = "digest.late" if told.late else ""
    if not told.late and told.statement.date_precision != "day":
        key = "digest.approximate"
    return (voice.say(key, when=voice.when(told.statement)),) if key else ()


def _coverage(statement: Statement, voice: Voice) -> tuple[str, ...]:
    return () if statement.coverage == "full" else (voice.say(f"chip.coverage.{statement.coverage}"),)


def _content(statement: Statement, voice: Voice) -> tuple[str, ...]:
    rows = (
        ("card.themes", "theme", statement.themes),
        ("card.demands", "demand", statement.demands),
        ("card.offers", "offer", statement.offers),
        ("card.gestures", "gesture", statement.gestures),
    )
    return tuple(voice.say(key, what=voice.labels(kind, labels)) for key, kind, labels in rows if labels)


def links(reports: tuple[Report, ...], most: int) -> tuple[Link, ...]:
    """One link an outlet, the original before those who relay it; what is beyond ``most`` is dropped."""
    by_outlet: dict[str, Report] = {}
    for report in reports:
        by_outlet.setdefault(report.outlet, report)
    return tuple(Link(report.outlet, report.url) for report in list(by_outlet.values())[:most])


def buttons(statement: Statement, voice: Voice) -> tuple[Action, ...]:
    """What a reader may want next of this statement."""
    if not statement.id:
        return ()
    return (
        Action("run", f"/why {statement.id}", voice.say("card.why")),
        Action("run", f"/why {statement.id} show:sources", voice.say("card.sources")),
        Action("run", f"/why {statement.id} show:precedents", voice.say("card.precedents")),
        Action("share", statement.id, voice.say("card.share")),
    )


def record(statement: Statement) -> dict[str, object]:
    """The statement in the codebook's own words, for programs."""
    return as_record(statement) | {
        "quotes": [cut_words(quote.words, LONGEST_QUOTE) for quote in statement.quotes],
        "sources": [{"url": report.url, "outlet": report.outlet} for report in statement.sources],
    }
