"""What the process does, for those who watch it: ``/healthz`` and, for Prometheus, ``/metrics``."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from bot.pipeline import Outcome
from store import Store
from store.errors import StoreError

STALE = timedelta(minutes=15)
"""After so long without a round of polling, the process is not healthy."""

_BEAT = 0.5


@dataclass
class Meter:
    """Counts since the process began. ``stall`` is the longest time, in seconds, that the event loop stood still.

    ``ended``: platforms that cannot be served any more, with the reason.
    """

    started: datetime
    polls: Counter[str] = field(default_factory=Counter)
    items: int = 0
    statements: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    round_ended: datetime | None = None
    stall: float = 0.0
    ended: dict[str, str] = field(default_factory=dict)

    def count(self, outcome: Outcome) -> None:
        """Count what one poll brought."""
        self.polls[outcome.status] += 1
        self.items += len(outcome.items)
        self.statements += len(outcome.statements)

    async def beat(self) -> None:
        """Measure how late the event loop wakes us, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(_BEAT)
            self.stall = max(self.stall, loop.time() - before - _BEAT)


@dataclass(frozen=True, slots=True)
class Health:
    """Answers over HTTP on one port, without a password. It tells numbers only, nothing that anybody said."""

    store: Store
    meter: Meter
    clock: Callable[[], datetime]

    async def serve(self, port: int, host: str) -> web.AppRunner:
        """Begin to answer on that address alone; ``cleanup()`` of what is returned ends it.

        Raises:
            OSError: the port is taken, or the machine has no such address.
        """
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/metrics", self._metrics)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        return runner

    def trouble(self) -> str:
        """Why the process is not healthy; empty when it is."""
        try:
            self.store.counts()
        except StoreError as error:
            return str(error)
        last = self.meter.round_ended or self.meter.started
        behind = self.clock() - last
        return f"no round of polling has ended for {behind}" if behind > STALE else ""

    async def _healthz(self, _request: web.Request) -> web.Response:
        """A platform that ended is told and is no reason to be restarted: that would end the others as well."""
        trouble = self.trouble()
        ended = [f"{name} is not served: {why}" for name, why in self.meter.ended.items()]
        text = "\n".join([trouble or "ok", *ended])
        return web.Response(text=f"{text}\n", status=503 if trouble else 200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        text = "".join(f"{line}\n" for line in metrics(self.store, self.meter, self.clock()))
        return web.Response(text=text, content_type="text/plain", charset="utf-8")


def metrics(store: Store, meter: Meter, now: datetime) -> Iterator[str]:
    """The lines of ``/metrics``."""
    counts, states = store.counts(), store.feed_states()
    yield from _rows("briefbot_polls_total", "counter", "Polls by outcome.", {"status": meter.polls})
    yield from _row("briefbot_new_items_total", "counter", "New items since the start.", meter.items)
    yield from _row("briefbot_new_statements_total", "counter", "Statements new or fuller.", meter.statements)
    yield from _rows("briefbot_errors_total", "counter", "Unexpected errors by job.", {"job": meter.errors})
    yield from _row("briefbot_platforms_ended", "gauge", "Platforms that cannot go on.", len(meter.ended))
    yield from _row("briefbot_items", "gauge", "Items on record.", counts["items"])
    yield from _row("briefbot_statements", "gauge", "Statements on record.", counts["statements"])
    yield from _rows("briefbot_deliveries", "gauge", "Deliveries by state.", {"state": store.outbox.counts()})
    failing = sum(1 for state in states if state.failures)
    yield from _row("briefbot_feeds_failing", "gauge", "Feeds that failed at their last poll.", failing)
    polled = max((state.polled for state in states if state.polled), default=None)
    yield from _lag("briefbot_poll_age_seconds", "Since the last poll of any feed.", polled, now)
    yield from _lag("briefbot_delivery_lag_seconds", "The longest wait overdue.", store.outbox.oldest_due() or now, now)
    yield from _row("briefbot_loop_stall_seconds", "gauge", "Longest stall of the event loop.", round(meter.stall, 3))
    meter.stall = 0.0


def _row(name: str, kind: str, text: str, value: float) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"
    yield f"{name} {value}"


def _rows(
    name: str, kind: str, text: str, values: dict[str, Counter[str]] | dict[str, dict[str, int]]
) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"
    for label, counted in values.items():
        yield from (f'{name}{{{label}="{value}"}} {count}' for value, count in sorted(counted.items()))


def _lag(name: str, text: str, since: datetime | None, now: datetime) -> Iterator[str]:
    if since is not None:
        yield from _row(name, "gauge", text, round(max((now - since).total_seconds(), 0.0), 1))
