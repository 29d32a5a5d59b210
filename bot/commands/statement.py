"""/statement: what somebody said, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.briefing.cards import card
from bot.briefing.message import Action, Message, Section
from bot.commands.asked import asked_in_words
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.one_by_one import one_at_a_time
from bot.commands.resolving import command_line, themes
from store.records import Statement

_PAGE = 3


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: ``topic`` is a theme or words."""

    speaker: str
    topic: str = ""
    since: date | None = None
    until: date | None = None


async def run(desk: Desk, arguments: Arguments) -> Message:
    """One page of a speaker's statements, each as a card."""
    query = Query(arguments.text("speaker"), arguments.text("topic"), arguments.first("since"), arguments.last("until"))
    count, page = arguments.count("count", _PAGE), arguments.count("page", 1)
    found = _find(desk, query)
    shown = found[(page - 1) * count : page * count]
    if not shown:
        return _nothing(desk, query, len(found), -(-len(found) // count))
    entries = await one_at_a_time(shown, lambda one: card(desk.tell(one), desk.voice))
    name = desk.voice.name(query.speaker)
    more = len(found) - page * count
    return Message(
        title=desk.catalogue.say("statement.title", who=name),
        lead=_lead(desk, query, len(found), page, count),
        sections=(
            Section("", entries, desk.catalogue.say("statement.more", count=more, page=page + 1) if more > 0 else ""),
        ),
        actions=_ways(desk, arguments, page, more, len(found)),
        kind="cards",
    )


def _find(desk: Desk, query: Query, *, dated: bool = True) -> list[Statement]:
    is_theme = query.topic in themes(desk)
    return desk.store.statements(
        speaker=query.speaker,
        theme=query.topic if is_theme else None,
        text=query.topic if query.topic and not is_theme else None,
        since=query.since if dated else None,
        until=query.until if dated else None,
    )


def _lead(desk: Desk, query: Query, total: int, page: int, count: int) -> str:
    said = desk.catalogue.say("statement.found", count=total, what=_asked(desk, query))
    if total <= count and page == 1:
        return said
    first = (page - 1) * count + 1
    return f"{said} {desk.catalogue.say('statement.page', first=first, last=min(total, page * count))}"


def _asked(desk: Desk, query: Query) -> str:
    return asked_in_words(desk, query.topic, query.since, query.until)


def _nothing(desk: Desk, query: Query, total: int, last: int) -> Message:
    """What there is instead: the same topic at other times, else the speaker's last statement."""
    say = desk.catalogue.say
    name = desk.voice.name(query.speaker)
    title = say("statement.title", who=name)
    if total:
        return Message(title=title, lead=say("statement.no_page", count=total, last=last))
    lead = say("statement.none", who=name, what=_asked(desk, query))
    undated = _find(desk, query, dated=False) if query.topic and (query.since or query.until) else []
    others = undated or _nearest(desk.store.statements(speaker=query.speaker), query)
    if not others:
        return Message(title=title, lead=f"{lead} {say('statement.never', who=name)}")
    key = "statement.same_topic" if undated else "statement.nearest"
    entry = card(desk.tell(others[0]), desk.voice)
    return Message(title=title, lead=f"{lead} {say(key)}", sections=(Section("", (entry,)),), kind="cards")


def _nearest(statements: list[Statement], query: Query) -> list[Statement]:
    """The statement nearest to the days asked for; the newest when none were."""
    day = query.until or query.since
    if query.topic or day is None:
        return statements[:1]
    return sorted(statements, key=lambda one: (abs((one.date - day).days), one.id))[:1]


def _ways(desk: Desk, arguments: Arguments, page: int, more: int, total: int) -> tuple[Action, ...]:
    """To the page before, to the same as a chart where there is more than one to count, to the page after."""
    given = {name: getattr(value, "typed", str(value)) for name, value in arguments.values.items()}
    asked = {name: given[name] for name in given if name in {"speaker", "topic", "since", "until"}}
    ways = (
        (page > 1, command_line("statement", {**given, "page": str(page - 1)}), "page.previous"),
        (total > 1, command_line("chart", asked), "chart.button"),
        (more > 0, command_line("statement", {**given, "page": str(page + 1)}), "page.next"),
    )
    return tuple(Action("run", line, desk.catalogue.say(key)) for is_open, line, key in ways if is_open)


STATEMENT = Command(
    name="statement",
    about="command.statement",
    run=run,
    options=(
        Option("speaker", "speaker", "option.speaker", required=True),
        Option("topic", "theme", "option.topic"),
        Option("since", "date", "option.since"),
        Option("until", "date", "option.until"),
        Option("count", "count", "option.count", most=10),
        Option("page", "count", "option.page", most=1000),
    ),
    example="kim-yo-jong topic:sanctions since:2021",
)
