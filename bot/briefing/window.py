"""A scheduled digest: all that came in since the last one, so that nothing falls between two, whatever the clocks do.

A window runs from one tide of the record to another, not from hour to hour: what was saved
after the last digest was composed is in the next one, even if it was fetched before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol, cast

from bot.briefing.digest import Brief, Caps, digest
from bot.briefing.gather import Context, History, tell
from bot.briefing.message import Message
from bot.briefing.schedule import Rhythm, zone_of
from bot.briefing.subscription import Subscription, subscription_of
from bot.briefing.voice import Voice
from store.owed import Delivery, Tide
from store.records import Item, Statement, Workspace

LONGEST = timedelta(days=31)
"""A digest never reaches back further, however long the bot was away."""

_LATEST = timedelta(days=30)  # a statement made longer before is history that was read late, not late news
_ABOUT_A_DAY = timedelta(hours=36)
_LONG = Caps(pyongyang=6, others=6, side=3, events=6, reports=4)


class Tides(Protocol):
    """What came in between two tides; ``Store.upkeep`` answers."""

    def tide(self, before: datetime | None = None) -> Tide: ...  # noqa: D102
    def statements_between(self, after: Tide, upto: Tide) -> Sequence[Statement]: ...  # noqa: D102
    def items_between(self, after: Tide, upto: Tide) -> Sequence[Item]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Window:
    """What one digest covers. ``seen``: ids of events that an earlier digest told."""

    after: Tide
    upto: Tide
    since: datetime
    until: datetime
    seen: tuple[str, ...] = ()

    def told(self) -> dict[str, object]:
        """As plain JSON values."""
        return {
            "after": [self.after.statements, self.after.items],
            "upto": [self.upto.statements, self.upto.items],
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "seen": list(self.seen),
        }


def window_of(told: Mapping[str, object]) -> Window:
    """The window that ``told`` wrote."""
    after, upto = (cast("Sequence[int]", told[name]) for name in ("after", "upto"))
    return Window(
        Tide(*after),
        Tide(*upto),
        datetime.fromisoformat(str(told["since"])),
        datetime.fromisoformat(str(told["until"])),
        tuple(str(one) for one in cast("Sequence[object]", told.get("seen", ()))),
    )


@dataclass(frozen=True, slots=True)
class Base:
    """Where the next window of a channel begins; ``waiting`` are digests that it takes in because they never came."""

    window: Window | None = None
    waiting: tuple[int, ...] = ()


def base_of(earlier: Sequence[Delivery]) -> Base:
    """The last window that was, or may have been, posted, from a channel's digests, newest first."""
    waiting: list[int] = []
    for one in earlier:
        if one.state in {"posted", "posting"} or one.unsure or (one.state == "dropped" and one.told.get("base")):
            return Base(window_of(one.told), tuple(waiting))
        if one.state in {"owed", "parked"}:
            waiting.append(one.number)
    return Base(None, tuple(waiting))


def next_window(earlier: Sequence[Delivery], tides: Tides, now: datetime, span: timedelta) -> Window:
    """What a digest composed now covers; the first one of a channel reaches back ``span``."""
    base, upto = base_of(earlier).window, tides.tide()
    if base is None:
        return Window(tides.tide(now - span), upto, now - span, now)
    since = max(base.until, now - LONGEST)
    after = base.upto if since == base.until else _furthest(base.upto, tides.tide(since))
    return Window(after, upto, min(since, now), now, base.seen)


def _furthest(one: Tide, other: Tide) -> Tide:
    return Tide(max(one.statements, other.statements), max(one.items, other.items))


def gather_window(history: History, tides: Tides, window: Window, context: Context) -> Brief:
    """All that came in during the window; what was made before it is marked as late."""
    since, until = (at.astimezone(context.zone).date() for at in (window.since, window.until))
    found = [one for one in tides.statements_between(window.after, window.upto) if one.date >= since - _LATEST]
    items = tides.items_between(window.after, window.upto)
    last = history.statements(until=since - timedelta(days=1), count=1)
    return Brief(
        since=since,
        until=until,
        now=context.now,
        statements=tuple(tell(one, history, context.compare, late=one.date < since) for one in found),
        events=tuple(event for event in history.events(since, until) if event.id not in window.seen),
        reports=tuple(item for item in items if not history.statements_of(item.id)),
        feeds=tuple(history.feed_states()),
        last=last[0] if last else None,
        outlets=context.outlets,
        caps=_LONG if window.until - window.since > _ABOUT_A_DAY else Caps(),
        upto=window.upto.statements,
    )


def window_digest(brief: Brief, window: Window, wanted: Subscription, voice: Voice) -> Message:
    """The digest as it is posted: filtered, and named after its own day when it covers about one."""
    message = digest(wanted.filtered(brief), voice)
    if window.until - window.since > _ABOUT_A_DAY:
        return message
    return replace(message, title=voice.say("digest.title", when=voice.catalogue.day(brief.until)))


def rhythm_of(workspace: Workspace) -> Rhythm:
    """When a workspace wants its digest."""
    wanted = subscription_of(workspace.settings)
    return Rhythm(wanted.hour, wanted.days, zone_of(workspace.settings))


def last_day(earlier: Sequence[Delivery]) -> date | None:
    """The last local date that was dealt with, from a channel's digests, newest first."""
    return max((date.fromisoformat(one.subject) for one in earlier), default=None)


def span(wanted: Subscription) -> timedelta:
    """How far the very first digest reaches back: a day, or as long as the longest gap between the days chosen."""
    days = sorted(wanted.days) or [0]
    gaps = [(after - before) % 7 or 7 for before, after in zip(days, [*days[1:], days[0]], strict=True)]
    return timedelta(days=max(gaps))
