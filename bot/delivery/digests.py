"""Owing digests: for each channel the local date that is due, once, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

from bot.briefing.schedule import due_digest, moment
from bot.briefing.subscription import subscription_of
from bot.briefing.window import Window, base_of, last_day, next_window, rhythm_of, span
from store import Store
from store.owed import Delivery
from store.records import Workspace

FRESH = timedelta(minutes=5)
"""A channel's first digest is that of the day if its hour came within FRESH; if earlier, the next day's."""


def owe_digests(store: Store, now: datetime) -> list[Delivery]:
    """Owe every digest that is due now; those that were newly owed."""
    return [one for workspace in store.workspaces() for one in _of(workspace, store, now)]


def _of(workspace: Workspace, store: Store, now: datetime) -> Iterator[Delivery]:
    wanted = subscription_of(workspace.settings)
    if not wanted.channel or "left" in workspace.settings:
        return
    rhythm = rhythm_of(workspace)
    earlier = store.outbox.digests(workspace.platform, wanted.channel)
    if due_digest(rhythm, last_day(earlier), now) is None:
        return
    with store.batch():  # decided anew under the write lock: another process may be about to owe the same
        earlier = store.outbox.digests(workspace.platform, wanted.channel)
        day = due_digest(rhythm, last_day(earlier), now)
        if day is not None:
            window = next_window(earlier, store.upkeep, now, span(wanted))
            one = _owed(workspace, day, window, now)
            if not earlier and _passed(workspace, day, now):
                one = _base(one, day, workspace, store)
            store.outbox.drop(base_of(earlier).waiting, f"it never came; the digest of {day} tells it too")
            yield from store.outbox.owe(one)


def _owed(workspace: Workspace, day: date, window: Window, now: datetime) -> Delivery:
    wanted = subscription_of(workspace.settings)
    one = Delivery("digest", workspace.platform, wanted.channel, day.isoformat(), workspace.id, window.told(), owed=now)
    return replace(one, state="dropped", error="the digest is paused", told={}) if wanted.paused else one


def _passed(workspace: Workspace, day: date, now: datetime) -> bool:
    return now - _hour(workspace, day) > FRESH


def _hour(workspace: Workspace, day: date) -> datetime:
    """The instant of a day that was found due; it has one."""
    rhythm = rhythm_of(workspace)
    return cast("datetime", moment(day, rhythm.hour, rhythm.zone))


def _base(one: Delivery, day: date, workspace: Workspace, store: Store) -> Delivery:
    """In place of a digest whose hour had passed when its channel was chosen: where the first one will begin."""
    hour = _hour(workspace, day)
    tide = store.upkeep.tide(hour)
    told = {**Window(tide, tide, hour, hour).told(), "base": True}
    return replace(one, state="dropped", error="the channel was chosen after that day's hour", told=told)
