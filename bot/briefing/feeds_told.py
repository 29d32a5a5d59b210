"""A feed's state in words, for the digest's last section and for the feed commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.briefing.message import Entry
from bot.briefing.voice import Voice
from store.records import FeedState

PATIENCE = 3
"""Failures in a row before a feed counts as being in trouble."""


def in_trouble(state: FeedState) -> bool:
    """Whether a reader should know: it keeps failing, or was paused because it did."""
    return state.failures >= PATIENCE or (bool(state.paused) and state.failures > 0)


STANDINGS = ("answering", "failing", "paused", "unread")


def standing(state: FeedState) -> str:
    """One of STANDINGS: how a feed did when last tried; "paused" only where a person paused one that was well."""
    if state.failures:
        return "failing"
    if state.paused:
        return "paused"
    return "answering" if state.polled else "unread"


def standings(states: Iterable[FeedState]) -> dict[str, int]:
    """How many feeds stand how, without those that none does; what all that tell of feeds count by."""
    counted = Counter(standing(state) for state in states)
    return {name: counted[name] for name in STANDINGS if counted[name]}


def feeds_counted(states: Iterable[FeedState], voice: Voice) -> str:
    """One sentence: "3 feeds: 1 answering, 1 failing and 1 not read yet."."""
    counted = standings(states)
    parts = [voice.say(f"feeds.count.{name}", count=count) for name, count in counted.items()]
    total = sum(counted.values())
    if not total:
        return voice.say("feeds.nothing")
    return voice.say("feeds.counted", count=total, what=voice.catalogue.joined(parts))


def feed_entry(state: FeedState, voice: Voice, *, now: datetime, outlet: str = "") -> Entry:
    """One feed, with what is wrong and since when."""
    return Entry(headline=outlet or state.source, notes=(feed_words(state, voice, now=now),))


def feed_words(state: FeedState, voice: Voice, *, now: datetime) -> str:
    """One sentence on how a feed does."""
    if state.paused:
        return voice.say("feed.paused", why=state.paused)
    if state.failures:
        since = _since(state, voice, now=now)
        return voice.say(
            "feed.failing", count=state.failures, error=state.error or voice.say("words.unclear"), since=since
        )
    if state.polled is None:
        return voice.say("feed.unread")
    return voice.say(
        "feed.well", ago=voice.catalogue.lapse(max(now - state.polled, timedelta(0))), entries=state.entries
    )


def _since(state: FeedState, voice: Voice, *, now: datetime) -> str:
    if state.succeeded is None:
        return voice.say("feed.never")
    return voice.say("feed.since", ago=voice.catalogue.lapse(max(now - state.succeeded, timedelta(0))))
