"""What is done again and again: JOBS names each job, how often it wakes, and the function that is given the moment."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.fetch import Fetcher
from bot.pipeline import Outcome, Round, due, polled
from bot.settings import Settings
from bot.sources import Source
from bot.worker import Worker
from store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What jobs work with. ``sources`` is asked anew each time, since admins add feeds while the bot runs."""

    store: Store
    worker: Worker
    fetcher: Fetcher
    sources: Callable[[], tuple[Source, ...]]


@dataclass(frozen=True, slots=True)
class Job:
    """One job: ``every`` reads its rhythm from the settings; ``run`` decides from the store what is due at ``now``."""

    name: str
    every: Callable[[Settings], timedelta]
    run: Callable[[Work, datetime], Awaitable[None]]


async def poll_due(work: Work, now: datetime) -> None:
    """Poll every feed whose time has come, and say what came of it."""
    round_ = Round(work.store, work.fetcher, work.worker, now)
    async for outcome in polled(due(work.sources(), work.store, now), round_):
        tell(outcome, work.store)


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


JOBS = (Job("poll", lambda settings: settings.tick, poll_due),)
