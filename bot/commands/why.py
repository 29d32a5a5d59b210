"""/why: what each judgement on a statement rests on, its sources, and why its precedents were chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.briefing.against import notes, share_words
from bot.briefing.bottom_line import reading
from bot.briefing.cards import card, headline
from bot.briefing.clean import cut_words
from bot.briefing.message import Action, Entry, Link, Message, Quote, Section
from bot.briefing.voice import Told, Voice
from bot.commands.command import Arguments, Command, Desk, Option
from bot.errors import CommandError
from store.records import LABEL_KINDS, Label, Precedent, Report, Statement

_EVIDENCE_WORDS = 25
_NEAR, _APART = 3, 2
"""Days around a statement in which others may be taken for it, and how many of them are shown."""
_SHOWN = {"labels": ("labels",), "sources": ("sources",), "precedents": ("precedents",)}
_ALL = ("labels", "precedents", "sources")


async def run(desk: Desk, arguments: Arguments) -> Message:
    """Everything stored about one statement, or the part asked for."""
    statement = desk.store.statement(arguments.text("statement"))
    if statement is None:
        raise CommandError(desk.catalogue.say("error.statement", typed=arguments.text("statement")))
    told = desk.tell(statement)
    parts = _SHOWN.get(arguments.text("show"), _ALL)
    sections = {"labels": _labels, "precedents": _precedents, "sources": _sources}
    whole = card(told, desk.voice)
    return Message(
        title=desk.catalogue.say("why.title", id=statement.id),
        lead="\n".join(part for part in (headline(told, desk.voice), reading(told, desk.voice)) if part),
        sections=tuple(sections[part](told, desk) for part in parts),
        footer=desk.catalogue.say("why.footer"),
        actions=tuple(action for action in whole.actions if action.argument != f"/why {statement.id}"),
        kind="list",
    )


def _labels(told: Told, desk: Desk) -> Section:
    rows = desk.store.labels(told.statement.id)
    order = {kind: place for place, kind in enumerate(LABEL_KINDS)}
    rows = sorted(rows, key=lambda row: (order.get(row.kind, len(order)), row.rank))
    return Section(desk.catalogue.say("why.labels"), tuple(_label(row, desk.voice) for row in rows))


def _label(row: Label, voice: Voice) -> Entry:
    """One judgement with the words it rests on; "on record" where the record gives none."""
    kind = voice.say(f"kind.{row.kind}") if f"kind.{row.kind}" in voice.catalogue else row.kind
    name = voice.label(row.kind, row.label)
    key = "why.label_of" if row.of else "why.label"
    by_rule = row.by and row.by != "chronicle"
    given = voice.say("why.by", who=row.by, percent=round(row.confidence * 100)) if by_rule else ""
    return Entry(
        headline=voice.say(key, kind=kind, name=name, whom=voice.side(row.of)),
        quote=Quote(cut_words(row.evidence, _EVIDENCE_WORDS)) if row.evidence else None,
        notes=(given,) if given else (),
    )


def _precedents(told: Told, desk: Desk) -> Section:
    comparison, voice = told.comparison, desk.voice
    entries = [Entry(headline=note) for note in notes(told, voice, precedents=False)]
    if comparison.novelty:
        entries.append(Entry(voice.say("against.novelty", what=voice.label("novelty", comparison.novelty))))
    entries += [_precedent(precedent, voice) for precedent in comparison.precedents]
    return Section(voice.say("why.precedents"), tuple(entries) or (Entry(voice.say("why.uncompared")),))


def _precedent(precedent: Precedent, voice: Voice) -> Entry:
    shares = (
        (voice.say("against.shares", what=", ".join(share_words(share, voice) for share in precedent.shares)),)
        if precedent.shares
        else ()
    )
    return Entry(
        headline=voice.say(
            "why.precedent", who=voice.name(precedent.speaker), when=voice.catalogue.day(precedent.date)
        ),
        quote=Quote(cut_words(precedent.words, _EVIDENCE_WORDS)) if precedent.words else None,
        notes=(voice.say("why.score", percent=round(precedent.score * 100)), *shares),
        id=precedent.id,
        actions=(Action("run", f"/why {precedent.id}", voice.say("card.why")),),
    )


def _sources(told: Told, desk: Desk) -> Section:
    """Every report of the statement, why it was merged into it, and what was kept apart though it is near."""
    say = desk.catalogue.say
    entries = tuple(_report(report, told.statement, desk) for report in told.statement.sources)
    key = f"coverage.{told.statement.coverage}"
    note = say("why.merged", count=len(entries), coverage=say(key))
    return Section(say("why.sources"), (Entry(note), *entries, *_apart(told.statement, desk)))


def _report(report: Report, statement: Statement, desk: Desk) -> Entry:
    headline = f"{report.outlet}, {report.published}" if report.published else report.outlet
    reasons = _merged(report, statement, desk)
    notes = (desk.catalogue.say("why.same", reasons="; ".join(reasons)),) if reasons else ()
    return Entry(headline=headline, detail=report.title, notes=notes, links=(Link(report.url, report.url),))


def _merged(report: Report, statement: Statement, desk: Desk) -> tuple[str, ...]:
    """What the report has in common with all the others: its own quotations held against theirs."""
    own = tuple(quote for quote in statement.quotes if report.item and quote.item == report.item)
    rest = tuple(quote for quote in statement.quotes if quote.item != report.item)
    if desk.likenesses is None or not own or not rest:
        return ()
    alone, others = (replace(statement, quotes=quotes, text="") for quotes in (own, rest))
    return desk.likenesses(alone, [others])[0].reasons


def _apart(statement: Statement, desk: Desk) -> Iterator[Entry]:
    """Statements of the same voice and nearly the same day that were taken for others."""
    if desk.likenesses is None:
        return
    near = desk.store.statements_near(statement, days=_NEAR)
    ranked = desk.likenesses(statement, [one for one in near if one.id != statement.id])
    for row in [row for row in ranked if row.reasons][:_APART]:
        who = desk.voice.named(row.statement)
        said = desk.catalogue.say("why.apart", who=who, when=desk.voice.when(row.statement), id=row.statement.id)
        yield Entry(headline=said, notes=("; ".join(row.reasons),), id=row.statement.id)


WHY = Command(
    name="why",
    about="command.why",
    run=run,
    options=(
        Option("statement", "statement", "option.statement", required=True),
        Option("show", "choice", "option.show", choices=tuple(_SHOWN)),
    ),
    example="S-2021-0622-1",
)
