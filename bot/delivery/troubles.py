"""Feeds in trouble, pure: what is wrong now, what is new in it, and whom to tell, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.briefing.feeds_told import in_trouble
from bot.delivery.courier import admin_channel
from bot.sources import Source
from store.owed import Delivery, FeedTrouble
from store.records import AddedFeed, FeedState, Workspace
from store.upkeep import Arrivals

USUAL = timedelta(days=28)
"""What is usual of a feed is judged from so long."""
KNOWN = timedelta(days=7)
"""A feed that was read for less has no habits yet."""
MISSED = 12.0
"""So many items must be missing, at the usual rate, before a feed counts as silent …"""
SILENT = timedelta(days=2)
"""… and so long it must have given none."""
EMPTY = timedelta(hours=6)
"""A feed that had entries may be empty for so long before that is a change of shape."""
CALM = timedelta(hours=24)
"""A trouble that comes back within this is the same one; nobody is told again."""
MANY = 5

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """Everything that is known of the feeds at one moment."""

    sources: Sequence[Source]
    states: Mapping[str, FeedState]
    arrivals: Mapping[str, Arrivals]
    now: datetime


def wrong(watched: Watched) -> list[FeedTrouble]:
    """What is wrong with each feed now: one trouble at most, and whether it has moved, which is none to its readers."""
    return [one for source in watched.sources for one in _wrong(source, watched)]


def _wrong(source: Source, watched: Watched) -> list[FeedTrouble]:
    state, came = watched.states.get(source.id), watched.arrivals.get(source.id)
    if state is None or not _is_read(state):
        return []
    found = [_verdict(source, state, came, watched.now)]
    if state.address not in {"", source.address}:
        found.append(("moved", state.address))
    return [FeedTrouble(source.id, kind, watched.now, words) for kind, words in found if kind]


def _is_read(state: FeedState) -> bool:
    """Not paused by a person."""
    return not state.paused or bool(state.failures)


def _verdict(source: Source, state: FeedState, came: Arrivals | None, now: datetime) -> tuple[str, str]:
    if state.paused == "gone":
        return "gone", state.error
    if in_trouble(state):
        return (state.fault or "failing"), state.error
    if state.succeeded is not None and not state.entries and came is not None and state.succeeded - came.last > EMPTY:
        return "shape", f"{state.address or source.address} answers, but has no entries any more"
    if came is not None and (words := _silent(came, now)):
        return "silent", words
    return "", ""


def _silent(came: Arrivals, now: datetime) -> str:
    """Why a feed counts as silent, in words; empty when it does not."""
    quiet = now - came.last
    read = came.last - max(came.first, now - USUAL)
    if quiet < SILENT or read < KNOWN:
        return ""
    daily = came.count / (read / _DAY)
    if daily * (quiet / _DAY) < MISSED:
        return ""
    return f"it usually has {daily:.0f} items a day, and has had none for {quiet.days} days"


@dataclass(frozen=True, slots=True)
class News:
    """What is to be stored, and what of it is to be told: troubles that began, and those that passed."""

    stored: tuple[FeedTrouble, ...] = ()
    began: tuple[FeedTrouble, ...] = ()
    passed: tuple[FeedTrouble, ...] = ()


def news_of(watched: Watched, before: Sequence[FeedTrouble]) -> News:
    """What changed since; ``before`` are all troubles on record, past ones too.

    A trouble ends untold when nobody reads the feed any more: it was removed, or paused by a person.
    """
    now, now_wrong = watched.now, wrong(watched)
    wrong_now = {(one.source, one.kind) for one in now_wrong}
    open_now = {(one.source, one.kind): one for one in before if one.over is None}
    lately = {(one.source, one.kind) for one in before if one.over is not None and now - one.over < CALM}
    began = [
        replace(one, told=(one.source, one.kind) not in lately)
        for one in now_wrong
        if (one.source, one.kind) not in open_now
    ]
    passed = [replace(one, over=now) for key, one in open_now.items() if key not in wrong_now]
    ill = {one.source for one in now_wrong if one.kind != "moved"}
    read = {one.id for one in watched.sources if one.id in watched.states and _is_read(watched.states[one.id])}
    told = [one for one in passed if one.told and one.source in read and (one.kind == "moved" or one.source not in ill)]
    return News((*began, *passed), tuple(one for one in began if one.told), tuple(told))


def notices(
    news: News, added: Sequence[AddedFeed], workspaces: Sequence[Workspace], watched: Watched
) -> tuple[Delivery, ...]:
    """One notice to each admin channel, of the feeds that are its business: its own, and the operator's for operators.

    The operator's feeds are told where an admin channel was chosen; where none was, to the only workspace.
    """
    owners = _owners(added)
    chosen = [one for one in workspaces if one.settings.get("admin_channel")]
    able = [one for one in workspaces if admin_channel(one) and "left" not in one.settings]
    operators = {one.id for one in chosen or (able if len(able) == 1 else [])}
    owed = []
    for one in able:
        mine = News(
            began=tuple(row for row in news.began if _is_for(one, owners.get(row.source), operators)),
            passed=tuple(row for row in news.passed if _is_for(one, owners.get(row.source), operators)),
        )
        for name, told in _told(mine, watched):
            subject = f"feeds {name} {watched.now.isoformat()}"
            owed.append(
                Delivery("notice", one.platform, admin_channel(one), subject, one.id, told, rank=3, owed=watched.now)
            )
    return tuple(owed)


def _owners(added: Sequence[AddedFeed]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for feed in (one for one in added if not one.paused):
        owners.setdefault(str(feed.entry.get("id", "")), set()).add(feed.workspace)
    return owners


def _is_for(workspace: Workspace, owners: set[str] | None, operators: set[str]) -> bool:
    return workspace.id in owners if owners else workspace.id in operators


def _told(news: News, watched: Watched) -> Iterable[tuple[str, dict[str, object]]]:
    """The notices as what they tell: troubles in one, recoveries in another; the whole net in one line."""
    unread = [one for one in news.began if one.kind == "failing"]
    if len(unread) >= MANY and 2 * len(unread) >= len(watched.sources):
        yield "all", {"lead": {"key": "notice.all_feeds", "count": len(unread), "of": len(watched.sources)}}
        news = replace(news, began=tuple(one for one in news.began if one.kind != "failing"))
    if news.began:
        lines = [
            {
                "key": f"notice.{'gone_feed' if one.kind == 'gone' else one.kind}",
                "source": one.source,
                "words": one.words,
            }
            for one in news.began
        ]
        yield "ill", {"lead": {"key": "notice.feeds", "count": len(lines)}, "lines": lines}
    if news.passed:
        lines = [
            {
                "key": "notice.settled" if one.kind == "moved" else "notice.well",
                "source": one.source,
                "lapse": _lapse(one),
            }
            for one in news.passed
        ]
        yield "well", {"lead": {"key": "notice.feeds_well", "count": len(lines)}, "lines": lines}


def _lapse(one: FeedTrouble) -> str:
    hours = round(((one.over or one.since) - one.since) / timedelta(hours=1))
    return f"{round(hours / 24)} days" if hours >= 48 else f"{max(hours, 1)} h"  # noqa: PLR2004 - two days
