"""/search: statements by the words in them."""

from __future__ import annotations

from dataclasses import replace

from bot.briefing.cards import Look, card
from bot.briefing.message import Entry, Message, Section
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.one_by_one import one_at_a_time
from store.records import Statement

_SHOWN = 5


async def run(desk: Desk, arguments: Arguments) -> Message:
    """The statements that hold the words, best first."""
    query, say = arguments.text("query"), desk.catalogue.say
    speaker, since, until = arguments.text("speaker"), arguments.first("since"), arguments.last("until")
    count = arguments.count("count", _SHOWN)
    found = desk.store.search(query, speaker=speaker or None, since=since, until=until, count=count + 1)
    title = say("search.title", query=query)
    if not found:
        anywhere = desk.store.search(query, count=1) if speaker or since or until else []
        return _nothing(desk, title, query, anywhere)
    entries = await one_at_a_time(found[:count], lambda hit: _hit(*hit, desk))
    more = say("search.more") if len(found) > count else ""
    return Message(
        title=title, lead=say("search.found", count=len(entries)), sections=(Section("", entries, more),), kind="cards"
    )


def _hit(statement: Statement, snippet: str, desk: Desk) -> Entry:
    """A short card with the place where the words stand."""
    entry = card(desk.tell(statement), desk.voice, Look(full=False, notes="none", links=3))
    return replace(entry, detail=snippet) if snippet else entry


def _nothing(desk: Desk, title: str, query: str, anywhere: list[tuple[Statement, str]]) -> Message:
    say = desk.catalogue.say
    if anywhere:
        lead = f"{say('search.none', query=query)} {say('search.elsewhere')}"
        entry = _hit(*anywhere[0], desk)
        return Message(title=title, lead=lead, sections=(Section("", (entry,)),), kind="cards")
    return Message(title=title, lead=f"{say('search.none', query=query)} {say('search.advice')}")


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
