"""The round: due feeds are fetched and read, their new items taken in (``bot.intake``), their state kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.errors import FeedError, FetchError, ParseError
from bot.extract import extract
from bot.fetch import Caching, Fetched, Fetcher, NotModified
from bot.intake import Intake, Owes, Sums, as_told, nobody, placed, repeats, take_in, take_in_repeat
from bot.kinds import KINDS
from bot.sources import Entry, Source
from bot.worker import Worker
from store import Store
from store.records import FeedState, Item
from store.writes import Change, Mark, Saved

log = logging.getLogger(__name__)

GIVE_UP = timedelta(days=14)
"""A feed that has failed for so long is paused; its admin is told and may resume it."""
NEVER = 40
"""Failures after which a feed that never answered is paused: by back-off, some GIVE_UP after the first."""
LONGEST_WAIT = timedelta(hours=12)
"""Back-off never waits longer than this between two tries."""

Status = Literal["read", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one poll of one source gave: ids of new items and of new or changed statements."""

    source: str
    status: Status
    entries: int = 0
    items: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round needs: store, network, worker, the moment it is for, and who is to be told of what.

    ``sums`` makes the summary of a merged statement anew.
    """

    store: Store
    fetcher: Fetcher
    worker: Worker
    now: datetime
    owes: Owes = nobody
    sums: Sums = as_told


def due(sources: Iterable[Source], store: Store, now: datetime) -> list[Source]:
    """The sources whose time has come: never polled, or past their next poll and not paused."""
    states = {state.source: state for state in store.feed_states()}
    return [source for source in sources if _is_due(states.get(source.id), now)]


def _is_due(state: FeedState | None, now: datetime) -> bool:
    if state is None:
        return True
    if state.paused:
        return state.paused_until is not None and state.paused_until <= now
    return state.next_poll is None or state.next_poll <= now


async def poll(sources: Sequence[Source], round_: Round) -> list[Outcome]:
    """Poll every source given, whatever fails; outcomes come in the order in which the answers did."""
    return [outcome async for outcome in polled(sources, round_)]


async def polled(sources: Sequence[Source], round_: Round) -> AsyncIterator[Outcome]:
    """Yield the outcome of each source as soon as its items are in the record.

    Fetching is concurrent (the Fetcher sets the limits); what came is taken in one source
    after another, so that two reports of one utterance always meet in the store.
    """
    tasks = [asyncio.create_task(answered(source, round_)) for source in sources]
    try:
        for finished in asyncio.as_completed(tasks):
            yield await settled(await finished, round_)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source answered: the items it had that are not known yet, and its state before and after."""

    source: Source
    before: FeedState
    state: FeedState
    status: Status
    entries: int = 0
    items: tuple[tuple[Entry, Item], ...] = ()

    @property
    def first(self) -> bool:
        """Whether the source never answered before."""
        return self.before.succeeded is None


async def answered(source: Source, round_: Round) -> Answer:
    """Fetch and read one source; an expected failure becomes a value, a bug is logged and does not stop the round."""
    state = round_.store.feed_state(source.id) or FeedState(source.id)
    try:
        return await _read(source, state, round_)
    except FeedError as error:
        return Answer(source, state, failed(source, state, error, round_.now), "failed")
    except Exception as error:  # a bug in reading one feed must not silence the others
        log.exception("reading %s failed unexpectedly", source.id)
        return Answer(source, state, failed(source, state, FeedError(f"unexpected: {error!r}"), round_.now), "failed")


async def _read(source: Source, state: FeedState, round_: Round) -> Answer:
    address = state.address or source.address
    fetched = await round_.fetcher.fetch(address, Caching(state.etag, state.last_modified))
    if isinstance(fetched, NotModified):
        return Answer(source, state, succeeded(source, state, fetched, round_.now), "unchanged")
    parse = KINDS[source.kind]
    entries = await round_.worker.do(parse, fetched.body, source, content_type=fetched.content_type, now=round_.now)
    fresh = [entry for entry in entries if not round_.store.known(source.id, entry.url, entry.guid, entry.digest)]
    items = [(entry, await _item(entry, source, round_)) for entry in sorted(fresh, key=_age)]
    after = replace(succeeded(source, state, fetched, round_.now), entries=len(entries))
    return Answer(source, state, after, "read", len(entries), tuple(items))


def _age(entry: Entry) -> tuple[str, str]:
    """Oldest first; a date-only entry counts as its day's beginning, an undated one as the oldest."""
    stamp = entry.published
    return (stamp.day.isoformat(), stamp.at.isoformat() if stamp.at else "") if stamp else ("", "")


async def _item(entry: Entry, source: Source, round_: Round) -> Item:
    """The item behind an entry, read from its page where the source says so, else from the feed."""
    page: Fetched | None = None
    if source.page and entry.url:
        try:
            answer = await round_.fetcher.fetch(entry.url, Caching())
            page = answer if isinstance(answer, Fetched) else None
        except FetchError as error:
            log.info("%s: page not read, taking what the feed gives: %s", source.id, error)
    return await round_.worker.do(extract, page, entry, source, round_.now)


def succeeded(source: Source, state: FeedState, answer: Fetched | NotModified, now: datetime) -> FeedState:
    """The state after a good answer: when to come back, where to, and with which validators."""
    wait = max(source.interval, min(answer.fresh_for or timedelta(0), LONGEST_WAIT))
    return replace(
        state,
        address=answer.moved_to or state.address,
        etag=answer.caching.etag,
        last_modified=answer.caching.last_modified,
        polled=now,
        succeeded=now,
        next_poll=now + wait,
        failures=0,
        error="",
        fault="",
        paused="",
        paused_until=None,
    )


def failed(source: Source, state: FeedState, error: FeedError, now: datetime) -> FeedState:
    """The state after a failure: wait longer each time; pause what is gone or has failed for GIVE_UP."""
    failures = state.failures + 1
    wait = min(source.interval * 2 ** min(failures - 1, 10), LONGEST_WAIT)
    if isinstance(error, FetchError) and error.retry_after:
        wait = max(wait, error.retry_after)
    return replace(
        state,
        polled=now,
        next_poll=now + wait,
        failures=failures,
        error=str(error),
        fault="shape" if isinstance(error, ParseError) else "",
        paused=state.paused or _verdict(state, error, now),
    )


def _verdict(state: FeedState, error: FeedError, now: datetime) -> str:
    """Why a failing feed is paused; empty while it is still tried."""
    if isinstance(error, FetchError) and error.gone:
        return "gone"
    if state.succeeded is None:
        return "failing" if state.failures >= NEVER else ""
    return "failing" if now - state.succeeded > GIVE_UP else ""


async def settled(answer: Answer, round_: Round) -> Outcome:
    """Take in what a source answered, then keep its state: a kill in between only repeats known entries."""
    intake = Intake(round_.store, owes=round_.owes, first=answer.first, sums=round_.sums)
    taken = [await _take_in(entry, item, answer.source, round_.worker, intake) for entry, item in answer.items]
    with round_.store.batch():
        round_.store.save(Change(feed=_kept(answer, round_.store.feed_state(answer.source.id))))
    return Outcome(
        source=answer.source.id,
        status=answer.status,
        entries=answer.entries,
        items=tuple(dict.fromkeys(id_ for saved in taken for id_ in saved.fresh)),
        statements=tuple(dict.fromkeys(row.id for saved in taken for row in saved.statements)),
        error=answer.state.error,
    )


def _kept(answer: Answer, now: FeedState | None) -> FeedState:
    """The state to be kept: who paused or resumed the feed while it was being read has the last word."""
    before, after = answer.before, answer.state
    if now is None or (now.paused, now.paused_until) == (before.paused, before.paused_until):
        return after
    return replace(after, paused=now.paused, paused_until=now.paused_until)


async def _take_in(entry: Entry, item: Item, source: Source, worker: Worker, intake: Intake) -> Saved:
    """Place, read and save one live item; reading it, the heavy part, does not hold up the event loop.

    What was looked up is looked up again in the transaction that writes, since another
    process, or another feed, may have brought the same meanwhile; then it is read anew.
    """
    mark = Mark(source.id, entry.url, entry.guid, entry.digest, item="#0")
    while True:
        placement = placed(item, intake)
        if repeats(placement):
            return take_in_repeat(placement, mark, intake)
        coding = await worker.code(placement.item)
        with intake.store.batch():
            if placed(item, intake) == placement:
                return take_in(placement, coding, source.outlet, mark, intake)
