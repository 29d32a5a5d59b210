"""What is well and what is not: database, feeds, tokens, clock, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.briefing.feeds_told import standings
from bot.settings import Settings
from bot.sources import Problem, Source
from store import Store
from store.records import FeedState

Level = Literal["ok", "note", "fault"]
AHEAD = timedelta(hours=1)
"""The clock may be behind the newest stored moment by this much before it is called wrong."""

OVERDUE = timedelta(minutes=30)
"""A message that should have been posted so long ago is worth a line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``remedy`` says what to do, and is empty when nothing is."""

    level: Level
    subject: str
    text: str
    remedy: str = ""


def examine(
    store: Store, settings: Settings, sources: tuple[Source, ...], problems: tuple[Problem, ...], now: datetime
) -> Iterator[Finding]:
    """Look at everything, worst things included; yields findings in a fixed order."""
    yield from database(store, settings)
    yield from feeds(store, settings, sources, problems)
    yield from deliveries(store, now)
    yield from tokens(settings)
    yield from clock(store, now)


def database(store: Store, settings: Settings) -> Iterator[Finding]:
    """Integrity, and how much is in it."""
    counts = ", ".join(f"{count} {name}" for name, count in store.counts().items())
    faults = store.check()
    for fault in faults:
        yield Finding("fault", "database", fault, f"restore {settings.db} from a copy, or export what can be read")
    if not faults:
        yield Finding("ok", "database", f"{settings.db} is sound: {counts}")


def feeds(
    store: Store, settings: Settings, sources: tuple[Source, ...], problems: tuple[Problem, ...]
) -> Iterator[Finding]:
    """The list itself, then each feed in trouble."""
    for problem in problems:
        yield Finding("fault", settings.feeds.name, str(problem), "mend that entry; the other feeds work")
    if not sources:
        yield Finding("fault", "feeds", "no feed is configured", f"add entries to {settings.feeds}")
    known = {state.source: state for state in store.feed_states()}
    states = [known.get(source.id, FeedState(source.id)) for source in sources]
    for state in (one for one in states if one.failures or one.paused):
        tried = f"failed {state.failures} times" if state.failures > 1 else "failed once"
        held = f"paused ({state.paused})" if state.paused else ""
        told = ", ".join(filter(None, (tried if state.failures else "", held)))
        yield Finding("note", state.source, ": ".join(filter(None, (told, state.error))), f"/feeds test {state.source}")
    if states:
        yield _counted(states)


def _counted(states: list[FeedState]) -> Finding:
    """How many feeds answer, fail, are paused or were not read yet: in the numbers of /status and /feeds."""
    counted = standings(states)
    named = {"unread": "not read yet"}
    told = ", ".join(f"{count} {named.get(name, name)}" for name, count in counted.items())
    if counted.get("failing") and not counted.get("answering"):
        return Finding("note", "feeds", f"{len(states)} feeds: {told}", "is this machine connected to the network?")
    remedy = "briefbot run reads them" if counted.get("unread") == len(states) else ""
    return Finding("ok", "feeds", f"{len(states)} feeds: {told}", remedy)


def deliveries(store: Store, now: datetime) -> Iterator[Finding]:
    """What waits for channels, and why what was given up was."""
    counts = store.outbox.counts()
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    oldest = store.outbox.oldest_due()
    if oldest is not None and now - oldest > OVERDUE:
        last = store.outbox.last(states=("owed",), count=1)
        why = f" ({last[0].error})" if last and last[0].error else ""
        yield Finding("note", "deliveries", f"waiting since {oldest:%Y-%m-%d %H:%M} UTC{why}", "is the bot running?")
    for one in store.outbox.last(states=("parked",), count=5):
        yield Finding("note", f"{one.platform} {one.channel}", f"{one.kind} parked: {one.error}", "/deliveries retry")
    yield Finding("ok", "deliveries", told)


def tokens(settings: Settings) -> Iterator[Finding]:
    """Which platforms can be served."""
    slack = (settings.slack_bot_token, settings.slack_app_token)
    if settings.discord_token or all(slack):
        names = [name for name, token in (("Discord", settings.discord_token), ("Slack", all(slack))) if token]
        yield Finding("ok", "platforms", f"tokens for {' and '.join(names)} are set")
    else:
        yield Finding("ok", "platforms", "no tokens: the console is served")


async def slack(settings: Settings) -> list[Finding]:
    """Tokens, scopes and socket, asked of Slack itself; nothing where Slack is not wanted."""
    bot_token, app_token = settings.slack_bot_token, settings.slack_app_token
    if not (bot_token or app_token):
        return []
    from bot.platforms.slack_parts.checking import check  # noqa: PLC0415 - loading that only its users should pay

    return [
        Finding("ok" if one.well else "fault", "Slack", one.text, one.remedy)
        async for one in check(bot_token, app_token, settings.slack_api_url)
    ]


def clock(store: Store, now: datetime) -> Iterator[Finding]:
    """Is the moment plausible, and is zone data there?"""
    try:
        ZoneInfo("Asia/Pyongyang")
    except ZoneInfoNotFoundError:
        yield Finding("fault", "clock", "there is no time zone data", "install the tzdata package")
    polled = [state.polled for state in store.feed_states() if state.polled is not None]
    newest = max(polled, default=None)
    if newest is not None and newest > now + AHEAD:
        told = f"it is {now:%Y-%m-%d %H:%M} UTC, but a feed was polled at {newest:%Y-%m-%d %H:%M} UTC"
        yield Finding("fault", "clock", told, "set the machine's clock")
    else:
        yield Finding("ok", "clock", f"{now:%Y-%m-%d %H:%M} UTC")
