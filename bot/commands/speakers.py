"""/speakers: who is on record, or who is meant by a name, title or script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.briefing.message import Action, Entry, Message, Section
from bot.commands.command import Arguments, Command, Desk, Option

_SHOWN = 15


async def run(desk: Desk, arguments: Arguments) -> Message:
    """Those who match, or those with most statements."""
    query, say = arguments.text("query"), desk.catalogue.say
    recorded = {slug: (count, last) for slug, count, last in desk.store.speakers()}
    slugs = [match.slug for match in desk.people.find(query, desk.today)] if query else list(recorded)
    if not slugs:
        return Message(title=say("speakers.title"), lead=say("error.speaker", typed=query))
    entries = tuple(_entry(slug, recorded.get(slug), desk) for slug in slugs[:_SHOWN])
    more = say("digest.more", count=len(slugs) - _SHOWN) if len(slugs) > _SHOWN else ""
    lead = say("speakers.found", query=query, count=len(slugs)) if query else say("speakers.all", count=len(recorded))
    sections = (Section("", entries, more),)
    actions = _chart(slugs[0], recorded, desk) if query else ()
    return Message(title=say("speakers.title"), lead=lead, sections=sections, actions=actions, kind="list")


def _chart(slug: str, recorded: Mapping[str, tuple[int, date]], desk: Desk) -> tuple[Action, ...]:
    """The way to a chart of the likeliest match, where there is more than one statement to count."""
    label = desk.catalogue.say("chart.button_of", who=desk.voice.name(slug))
    return (Action("run", f"/chart speaker:{slug}", label),) if recorded.get(slug, (0,))[0] > 1 else ()


def _entry(slug: str, on_record: tuple[int, date] | None, desk: Desk) -> Entry:
    say = desk.catalogue.say
    side = say(f"{desk.people.side(slug)}.heading")
    headline = say("speakers.line", who=desk.voice.name(slug), side=side, slug=slug)
    if on_record is None:
        return Entry(headline, notes=(say("speakers.none"),))
    count, last = on_record
    note = say("speakers.record", count=count, last=desk.catalogue.day(last))
    return Entry(headline, notes=(note,), actions=(Action("run", f"/statement speaker:{slug}", say("speakers.read")),))


SPEAKERS = Command(
    name="speakers",
    about="command.speakers",
    run=run,
    options=(Option("query", "text", "option.name", rest=True),),
    example="foreign minister",
)
