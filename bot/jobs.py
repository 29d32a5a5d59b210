"""What is done again and again: JOBS names each job, how often it wakes, and the function that is given the moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery.courier import Courier
from bot.delivery.digests import owe_digests
from bot.delivery.news import owed_alerts
from bot.delivery.troubles import USUAL, Watched, news_of, notices
from bot.fetch import Fetcher
from bot.health import Meter
from bot.intake import News, Owes, Sums, as_told
from bot.pipeline import Outcome, Round, answered, due, settled
from bot.settings import Settings
from bot.sources import Source
from bot.worker import Worker
from store import Store
from store.errors import StoreError
from store.owed import Delivery

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What jobs work with. ``sources`` is asked anew each time, since admins add feeds while the bot runs.

    ``keep_texts``: how long the texts of items are kept, None for ever. ``awake`` are the jobs running now,
    ``reading`` those of them that poll a feed, by its id.
    ``sums`` makes the summary of a merged statement anew.
    """

    store: Store
    worker: Worker
    fetcher: Fetcher
    sources: Callable[[], tuple[Source, ...]]
    courier: Courier
    meter: Meter
    keep_texts: timedelta | None = None
    sums: Sums = as_told
    awake: set[asyncio.Task[None]] = field(default_factory=set)
    reading: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    taking_in: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class Job:
    """One job: ``every`` reads its rhythm from the settings; ``run`` decides from the store what is due at ``now``."""

    name: str
    every: Callable[[Settings], timedelta]
    run: Callable[[Work, datetime], Coroutine[None, None, None]]


async def poll_due(work: Work, now: datetime) -> None:
    """Begin to poll every feed whose time has come; one that is slow to answer holds up no other."""
    round_ = Round(work.store, work.fetcher, work.worker, now, alerting(work.store, now), work.sums)
    for source in due(work.sources(), work.store, now):
        if source.id not in work.reading:
            task = asyncio.create_task(_poll(work, source, round_))
            work.reading[source.id] = task
            work.awake.add(task)
            task.add_done_callback(work.awake.discard)
    if not work.reading:
        work.meter.round_ended = now


async def _poll(work: Work, source: Source, round_: Round) -> None:
    """Poll one feed, and say what came of it. One is taken in after another: two reports of one utterance must meet."""
    try:
        answer = await answered(source, round_)
        async with work.taking_in:
            outcome = await settled(answer, round_)
        work.meter.count(outcome)
        work.meter.round_ended = round_.now
        tell(outcome, work.store)
    except Exception as error:  # noqa: BLE001 - nobody awaits this: it is told, and the feed is due again at the next round
        work.meter.errors["poll"] += 1
        tell_failure("poll", error)
    finally:
        del work.reading[source.id]


def tell_failure(job: str, error: BaseException) -> None:
    """Log why a job failed: the store's own words, or the whole story of a bug."""
    if isinstance(error, StoreError):
        log.error("%s: %s", job, error)
    else:
        log.error("the job %s failed unexpectedly", job, exc_info=error)


def alerting(store: Store, now: datetime) -> Owes:
    """What news owe to the channels that have a rule they fit."""

    def owes(news: Sequence[News]) -> tuple[Delivery, ...]:
        return owed_alerts(news, store.workspaces(), now) if news else ()

    return owes


async def digests_due(work: Work, now: datetime) -> None:
    """Owe the digests whose hour has come."""
    for one in owe_digests(work.store, now):
        if one.state == "dropped":
            log.info("the digest of %s is not posted in %s: %s", one.subject, one.channel, one.error)
        else:
            log.info("the digest of %s is owed to %s", one.subject, one.channel)


async def deliver_due(work: Work, now: datetime) -> None:
    """Start on everything that is owed and due."""
    await work.courier.deliver(now)


async def watch_feeds(work: Work, now: datetime) -> None:
    """Tell admins of feeds that are newly in trouble or well again; what is told is stored with the telling."""
    store = work.store
    states = {state.source: state for state in store.feed_states()}
    watched = Watched(work.sources(), states, store.upkeep.arrivals(now - USUAL), now)
    with store.batch():
        news = news_of(watched, store.upkeep.troubles(over=True))
        if news.stored:
            store.upkeep.save_troubles(news.stored)
            store.outbox.owe(*notices(news, store.added_feeds(), store.workspaces(), watched))


async def forget_texts(work: Work, now: datetime) -> None:
    """Forget texts of items that are older than the operator wants to keep, a few at a time."""
    if work.keep_texts is None:
        return
    left = 1
    while left:
        left = work.store.upkeep.forget_texts(now - work.keep_texts)
        await asyncio.sleep(0.05)  # in between, others have their turn


def tell(outcome: Outcome, store: Store) -> None:
    """Log one outcome: news at info, a failure as a warning when it is the first in a row."""
    if outcome.status == "failed":
        state = store.feed_state(outcome.source)
        first = state is None or state.failures <= 1 or bool(state.paused)
        log.log(logging.WARNING if first else logging.DEBUG, "%s: %s", outcome.source, outcome.error)
        return
    log.log(
        logging.INFO if outcome.items else logging.DEBUG,
        "%s: %s, %d entries, %d new items",
        outcome.source,
        outcome.status,
        outcome.entries,
        len(outcome.items),
    )
    for identifier in outcome.statements:
        if statement := store.statement(identifier):
            log.info("%s %s: %s", statement.id, statement.speaker, statement.summary)


JOBS = (
    Job("poll", lambda settings: settings.tick, poll_due),
    Job("digests", lambda _: timedelta(seconds=10), digests_due),
    Job("deliver", lambda _: timedelta(seconds=1), deliver_due),
    Job("feeds", lambda _: timedelta(minutes=1), watch_feeds),
    Job("texts", lambda _: timedelta(hours=6), forget_texts),
)
