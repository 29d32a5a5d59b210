"""/check: any text, such as a message somebody wrote, coded and held against the record."""

from __future__ import annotations

from dataclasses import replace

from bot.briefing.cards import card
from bot.briefing.message import Entry, Message, Section
from bot.briefing.voice import Told
from bot.commands.command import Arguments, Command, Desk, Option
from store.records import Item, Stamp, Statement

_NEAREST = 3
_LONGEST = 20_000
_WORDS = 6
_LONG_WORD = 5


async def run(desk: Desk, arguments: Arguments) -> Message:
    """What is said in the text, what is on record of it, and what is new."""
    text = arguments.text("text").strip()
    title, _, _ = text.partition("\n")
    item = Item("check", "", title[:300], text[:_LONGEST], Stamp(desk.today), desk.now, language="")
    coding = await desk.read(item)
    told = [(desk.known(found.statement), found.statement) for found in coding.found]
    if not told:
        return _nothing(desk, text, relevant=coding.relevant)
    entries = tuple(_entry(known, statement, desk) for known, statement in told)
    recorded = sum(known is not None for known, _ in told)
    lead = desk.catalogue.say("check.found", count=len(entries), recorded=recorded)
    return Message(desk.catalogue.say("check.title"), lead=lead, sections=(Section("", entries),), kind="cards")


def _entry(known: Statement | None, statement: Statement, desk: Desk) -> Entry:
    """The statement as it is on record; one that is not, held against the record now."""
    if known is not None:
        return _marked(card(desk.tell(known), desk.voice), desk.catalogue.say("check.on_record", id=known.id))
    told = desk.tell(statement) if desk.compare else Told(statement)
    return _marked(card(told, desk.voice), desk.catalogue.say("check.not_on_record"))


def _marked(entry: Entry, mark: str) -> Entry:
    return replace(entry, notes=(mark, *entry.notes))


def _nothing(desk: Desk, text: str, *, relevant: bool) -> Message:
    """No statement in it: what on record has most of its words."""
    say = desk.catalogue.say
    lead = say("check.no_statement") if relevant else say("check.not_relevant")
    near = _nearest(desk, text)
    if not near:
        return Message(say("check.title"), lead=f"{lead} {say('check.nothing_near')}")
    entries = tuple(card(desk.tell(one), desk.voice) for one in near)
    return Message(
        say("check.title"), lead=f"{lead} {say('check.nearest')}", sections=(Section("", entries),), kind="cards"
    )


def _nearest(desk: Desk, text: str) -> list[Statement]:
    """Statements that share the text's longest words, as many of them together as any does."""
    words = sorted({word.strip("“”\"'.,;:!?()[]") for word in text.split()}, key=lambda word: (-len(word), word))
    long_words = [word for word in words if len(word) >= _LONG_WORD and word.isalpha()][:_WORDS]
    for count in range(len(long_words), 1, -1):
        if found := desk.store.search(" ".join(long_words[:count]), count=_NEAREST):
            return [statement for statement, _ in found]
    return []


CHECK = Command(
    name="check",
    about="command.check",
    run=run,
    options=(Option("text", "text", "option.text", required=True, rest=True),),
    example="Kim Yo Jong said the US may interpret the situation to seek comfort for itself.",
)
