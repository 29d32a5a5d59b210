"""The only wiring: settings become a store, a reader, sources and platforms; started and stopped here."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.archive import load_chronicle
from bot.briefing.charts import Chart, Draw
from bot.briefing.drawing import png
from bot.catalogue import Catalogue
from bot.classify.coding import Coder
from bot.classify.compare import compare
from bot.classify.identity import identify
from bot.classify.identity_statements import likenesses
from bot.classify.speakers import Registry
from bot.codebook import load as load_codebook
from bot.commands import COMMANDS
from bot.commands.command import Caller, Desk, DeskFactory, in_thread
from bot.commands.one_by_one import OneByOne
from bot.delivery.composing import Composer
from bot.delivery.courier import Courier
from bot.errors import SettingsError
from bot.fetch import Fetcher, user_agent
from bot.health import Health, Meter
from bot.jobs import JOBS, Job, Work, tell_failure
from bot.platforms import PLATFORMS
from bot.platforms.platform import Platform
from bot.probe import probe
from bot.settings import Settings
from bot.sources import Problem, Source, read_sources
from bot.wanted import wanted
from bot.worker import InProcess, Worker
from store import Store
from store.errors import CorruptError
from store.records import Workspace

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

JUMP = 5.0
"""Seconds by which the clock may run off the steady one within a second before it counts as set."""


def utc_now() -> datetime:
    """The clock. Everything below this module and ``bot.jobs`` is given the moment instead."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class App:
    """All parts, wired. ``operator`` are the sources of feeds.yaml, ``problems`` what is wrong in it."""

    settings: Settings
    store: Store
    registry: Registry
    coder: Coder
    operator: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()
    clock: Clock = utc_now

    def sources(self) -> tuple[Source, ...]:
        """The operator's sources and those that admins added from chat and have not all paused, each address once."""
        read = [one.source for one in wanted(self.operator, self.store.added_feeds()) if not one.stopped]
        if self.settings.interval is None:
            return tuple(read)
        return tuple(replace(source, interval=self.settings.interval) for source in read)

    def desks(self, fetcher: Fetcher, ended: Mapping[str, str] | None = None, draw: Draw = in_thread) -> DeskFactory:
        """What makes the context of one command: the parts, the moment, the caller's place and rights.

        ``ended``: platforms that are not served any more, with the reason; read at every call.
        """
        queue = OneByOne()

        def desk(caller: Caller) -> Desk:
            now = self.clock()
            return Desk(
                store=self.store,
                people=self.registry,
                catalogue=Catalogue.load(caller.language),
                now=now,
                probe=lambda address: probe(address, fetcher, self.coder, now),
                sources=self.operator,
                workspace=self._workspace(caller.workspace),
                who=caller.who,
                admin=caller.admin,
                compare=compare,
                read=lambda item: asyncio.to_thread(self.coder.code, item),
                known=lambda statement: identify(statement, self.store.statements_near(statement)),
                likenesses=likenesses,
                draw=draw,
                ended=dict(ended or {}),
                queue=queue,
            )

        return desk

    def composer(self) -> Composer:
        """What composes the messages that are owed."""

        def outlets() -> dict[str, str]:
            every = wanted(self.operator, self.store.added_feeds())  # also those that nobody wants for now
            return {one.source.id: one.source.outlet for one in every}

        return Composer(self.store, self.registry.official, compare, outlets, self.settings.language)

    def _workspace(self, id_: str) -> Workspace:
        """The stored workspace, or a new one: "discord:123" is of the platform "discord"."""
        return self.store.workspace(id_) or Workspace(id_, id_.partition(":")[0])

    def worker(self) -> AbstractContextManager[Worker]:
        """What reads items, off the event loop."""
        return InProcess()

    def fetcher(self) -> Fetcher:
        """A reader of the network, within the operator's allow-list."""
        return Fetcher(agent=user_agent(self.settings.contact), allowed=self.settings.allowed_hosts)


@contextmanager
def opened(settings: Settings, *, feeds: bool = True, clock: Clock = utc_now) -> Iterator[App]:
    """An App on an open store with the shipped history in it; closed at the end, also after an error.

    Raises SettingsError for an unreadable feeds.yaml (unless not ``feeds``) and the StoreError tree.
    """
    sources, problems = read_sources(settings.feeds) if feeds else ([], [])
    codebook = load_codebook()
    with Store.open(settings.db) as store:
        if load_chronicle(store):
            log.info("the shipped history is loaded")
        coder = Coder(codebook)
        yield App(settings, store, coder.registry, coder, tuple(sources), tuple(problems), clock)


async def run(app: App, served: Sequence[Platform] | None = None) -> None:
    """Poll, answer and deliver until the person leaves the console or the process is asked to stop.

    ``served``: platforms in place of those of the settings. Nothing is cut in half at the end.

    Raises:
        CorruptError: the database is damaged; nothing was done.
    """
    if faults := app.store.upkeep.quick_check():
        raise CorruptError(
            f"{app.settings.db}: it is damaged ({faults[0]}). Restore a backup, or export what can be read."
        )
    for problem in app.problems:
        log.warning("%s, %s", app.settings.feeds.name, problem)
    served = platforms(app.settings) if served is None else served
    meter = Meter(app.clock())
    with app.worker() as worker:
        courier = Courier(app.composer(), {one.name: one for one in served}, app.clock, draw=drawing(worker))
        async with app.fetcher() as fetcher, health(app, meter):
            work = Work(
                app.store, worker, fetcher, app.sources, courier, meter, app.settings.keep_texts, app.coder.summed
            )
            await _run(app, work, served)


async def _run(app: App, work: Work, served: Sequence[Platform]) -> None:
    scheduler = scheduled(work, app)
    scheduler.start()
    keeping = asyncio.create_task(keep_time(scheduler))
    try:
        await serve(app, work, served)
    finally:
        keeping.cancel()
        scheduler.shutdown(wait=False)
        for task in work.awake:
            task.cancel()
        await asyncio.gather(*work.awake, return_exceptions=True)


@asynccontextmanager
async def health(app: App, meter: Meter) -> AsyncIterator[None]:
    """Measure the event loop, and answer on the address and port of the settings, if there is a port.

    Raises:
        SettingsError: it cannot be had.
    """
    beating, settings = asyncio.create_task(meter.beat()), app.settings
    runner = None
    try:
        if settings.http_port:
            try:
                runner = await Health(app.store, meter, app.clock).serve(settings.http_port, settings.http_address)
            except OSError as error:
                where = f"BRIEFBOT_HTTP_ADDRESS {settings.http_address}, BRIEFBOT_HTTP_PORT {settings.http_port}"
                raise SettingsError(f"{where}: this cannot be listened on: {error.strerror}") from error
        yield
    finally:
        beating.cancel()
        if runner is not None:
            await runner.cleanup()


def scheduled(work: Work, app: App) -> AsyncIOScheduler:
    """The scheduler with every job of JOBS; it only wakes them, what is due is decided from the store."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for job in JOBS:
        scheduler.add_job(
            _wake,
            "interval",
            args=(job, work, app.clock),
            seconds=job.every(app.settings).total_seconds(),
            next_run_time=utc_now(),
            id=job.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    return scheduler


async def keep_time(scheduler: AsyncIOScheduler, clock: Clock = utc_now) -> None:
    """Wake every job at once when the machine's clock was set, back or forth, or the machine slept; until cancelled.

    The scheduler waits for an hour of the clock: after the clock jumped back, it would
    sleep until that hour comes again.
    """
    loop = asyncio.get_running_loop()
    while True:
        ticks, shown = loop.time(), clock()
        await asyncio.sleep(1)
        jumped = (clock() - shown).total_seconds() - (loop.time() - ticks)
        if abs(jumped) > JUMP:
            log.warning("the clock jumped by %.0f s; everything that is due is looked for now", jumped)
            for job in scheduler.get_jobs():
                job.modify(next_run_time=clock())


async def _wake(job: Job, work: Work, clock: Clock) -> None:
    """One run of a job; what fails is counted and told, and done again at the next waking."""
    task = asyncio.create_task(job.run(work, clock()))
    work.awake.add(task)
    task.add_done_callback(work.awake.discard)
    await asyncio.wait({task})  # it is cancelled when the process is asked to stop, and that is no error
    if not task.cancelled() and (error := task.exception()) is not None:
        work.meter.errors[job.name] += 1
        tell_failure(job.name, error)


def platforms(settings: Settings) -> list[Platform]:
    """The platforms that have what they need; the console when no other has."""
    made = [platform for make in PLATFORMS if (platform := make(settings)) is not None]
    return [platform for platform in made if platform.name != "console"] or made


def drawing(worker: Worker) -> Draw:
    """Drawing by the worker, ahead of its other work: somebody waits for the picture."""

    async def draw(chart: Chart) -> bytes:
        return await worker.soon(png, chart)

    return draw


async def serve(app: App, work: Work, served: Sequence[Platform]) -> None:
    """Serve every platform until one of them is left, or SIGINT or SIGTERM comes; what is being posted arrives.

    A platform that cannot go on is told of once, and the others go on without it.

    Raises:
        SettingsError: the last platform cannot go on.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no signal handlers on the loop
            loop.add_signal_handler(number, stop.set)
    desks = app.desks(work.fetcher, work.meter.ended, drawing(work.worker))
    serving = {asyncio.create_task(one.serve(COMMANDS, desks)): one.name for one in served}
    waiting = asyncio.create_task(stop.wait())
    last = await left(serving, waiting, work)
    if not stop.is_set() and not sys.stdin.isatty() and not failures(last):
        log.info("nobody is at the console any more; polling goes on until the process is stopped")
        await waiting
    await work.courier.close()
    for task in (*last, waiting):
        task.cancel()
    await asyncio.gather(*last, waiting, return_exceptions=True)
    for error in failures(last):
        raise error


async def left(
    serving: Mapping[asyncio.Task[None], str], waiting: asyncio.Task[bool], work: Work
) -> list[asyncio.Task[None]]:
    """Wait until a platform is left, the last one cannot go on, or ``waiting`` ends; the tasks served to the end."""
    going = dict(serving)
    while True:
        await asyncio.wait([*going, waiting], return_when=asyncio.FIRST_COMPLETED)
        for task in [task for task in going if task.done()]:
            error = next(iter(failures([task])), None)
            if not isinstance(error, SettingsError) or len(going) == 1:
                return list(going)
            name = going.pop(task)
            log.error("%s is not served any more: %s", name, error)
            work.meter.ended[name] = str(error)
            work.courier.without(name)
        if waiting.done():
            return list(going)


def failures(tasks: Iterable[asyncio.Task[None]]) -> list[BaseException]:
    """What ended tasks were ended by, other than being cancelled."""
    ended = [task for task in tasks if task.done() and not task.cancelled()]
    return [error for task in ended if (error := task.exception()) is not None]
