"""/search: statements by the words in them."""

from __future__ import annotations

from dataclasses import replace

from bot.briefing.cards import Look, card
from bot.briefing.message import Entry, Message, Section
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.one_by_one import one_at_a_time
from bot.commands.resolving import example
from bot.errors import CommandError
from store.query import pieces
from store.records import Statement
from store.tallied import Selection

_SHOWN = 5


async def run(desk: Desk, arguments: Arguments) -> Message:
    """The statements that hold the words, best first."""
    query, say = arguments.text("query"), desk.catalogue.say
    speaker, since, until = arguments.text("speaker"), arguments.first("since"), arguments.last("until")
    if not pieces(query):
        raise CommandError(say("search.no_words", typed=query, example=example(SEARCH, SEARCH.name)))
    count = arguments.count("count", _SHOWN)
    found = desk.store.search(query, speaker=speaker or None, since=since, until=until, count=count)
    title = say("search.title", query=query)
    if not found:
        narrowed = bool(speaker or since or until)
        none = say("search.none_within" if narrowed else "search.none", query=query)
        return _nothing(desk, title, none, desk.store.search(query, count=1) if narrowed else [])
    entries = await one_at_a_time(found, lambda hit: _hit(*hit, desk))
    number = desk.store.tallies.number(Selection(speaker=speaker, since=since, until=until, text=query))
    more = say("search.more", count=number - len(found)) if number > len(found) else ""
    return Message(
        title=title, lead=say("search.found", count=number), sections=(Section("", entries, more),), kind="cards"
    )


def _hit(statement: Statement, snippet: str, desk: Desk) -> Entry:
    """A short card with the place where the words stand."""
    entry = card(desk.tell(statement), desk.voice, Look(full=False, notes="none", links=3))
    return replace(entry, detail=snippet) if snippet else entry


def _nothing(desk: Desk, title: str, none: str, anywhere: list[tuple[Statement, str]]) -> Message:
    say = desk.catalogue.say
    if anywhere:
        lead = f"{none}\n{say('search.elsewhere')}"
        entry = _hit(*anywhere[0], desk)
        return Message(title=title, lead=lead, sections=(Section("", (entry,)),), kind="cards")
    return Message(title=title, lead=f"{none}\n{say('search.advice')}")


SEARCH = Command(
    name="search",
    about="command.search",
    run=run,
    options=(
        Option("query", "query", "option.query", required=True, rest=True),
        Option("speaker", "speaker", "option.speaker"),
        Option("since", "date", "option.since"),
        Option("until", "date", "option.until"),
        Option("count", "count", "option.count", most=15),
    ),
    example='"hostile policy" speaker:choe-son-hui since:2021',
)
