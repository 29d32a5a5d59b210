"""A feed's state in words, for the digest's last section and for the feed commands."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.briefing.message import Entry
from bot.briefing.voice import Voice
from store.records import FeedState

PATIENCE = 3
"""Failures in a row before a feed counts as being in trouble."""


def in_trouble(state: FeedState) -> bool:
    """Whether a reader should know: it keeps failing, or was paused because it did."""
    return state.failures >= PATIENCE or (bool(state.paused) and state.failures > 0)


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
