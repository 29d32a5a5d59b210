"""/status: what is stored, how fresh it is, and which feeds are in trouble."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefing.feeds_told import feed_entry, feeds_counted, in_trouble
from bot.briefing.message import Entry, Message, Section
from bot.commands.command import Arguments, Command, Desk
from bot.commands.deliveries import lead
from bot.commands.digest import outlets
from bot.commands.feeds_wanted import states_here
from store.records import FeedState

_SHOWN = 5


async def run(desk: Desk, _arguments: Arguments) -> Message:
    """The state of the bot in a few lines."""
    say, counts = desk.catalogue.say, desk.store.counts()
    states = list(states_here(desk).values())
    bad = [state for state in states if in_trouble(state)]
    names = outlets(desk)
    feeds = Section(
        say("digest.trouble"),
        tuple(
            feed_entry(state, desk.voice, now=desk.now, outlet=names.get(state.source, "")) for state in bad[:_SHOWN]
        ),
        say("digest.more", count=len(bad) - _SHOWN) if len(bad) > _SHOWN else "",
    )
    held = Section(say("status.held"), tuple(_held(desk, counts)))
    return Message(
        title=say("status.title"),
        lead=_freshness(desk, states),
        sections=(held, feeds) if bad else (held,),
        kind="list",
    )


def _held(desk: Desk, counts: dict[str, int]) -> list[Entry]:
    held = [
        Entry(desk.catalogue.say(f"status.{what}", count=counts.get(what, 0)))
        for what in ("statements", "events", "items")
    ]
    if not desk.admin:
        return held
    ended = [Entry(desk.catalogue.say("status.ended", name=name, why=why)) for name, why in desk.ended.items()]
    return [*held, Entry(lead(desk, desk.workspace.id)), *ended]


def _freshness(desk: Desk, states: Sequence[FeedState]) -> str:
    say = desk.catalogue.say
    feeds = feeds_counted(states, desk.voice)
    last = desk.store.statements(count=1)
    newest = (
        say("digest.last", who=desk.voice.named(last[0]), when=desk.voice.when(last[0]), id=last[0].id)
        if last
        else say("digest.last_none")
    )
    return f"{_read(desk, states)} {feeds} {newest}"


def _read(desk: Desk, states: Sequence[FeedState]) -> str:
    """When a feed last answered; else whether any was tried at all."""
    answered = [state.succeeded for state in states if state.succeeded]
    if answered:
        ago = desk.catalogue.lapse(max(desk.now - max(answered), desk.now - desk.now))
        return desk.catalogue.say("status.read", ago=ago)
    return desk.catalogue.say("status.unanswered" if any(state.polled for state in states) else "status.unread")


STATUS = Command(name="status", about="command.status", run=run)
