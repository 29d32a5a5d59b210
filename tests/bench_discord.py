"""How soon Discord is answered, idle and under load; memory beside a bare client; time from start to first answer.

Run: ``python -m tests.bench_discord``. The load is real: a thousand feeds polled from a loopback
server of ours in the same process, charts drawn without a pause by the process that reads the feeds, and an
archive imported by another process on the same database.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

import discord as sdk
from discord.http import Route

from bot import app
from bot.commands import COMMANDS
from bot.pipeline import Round, polled
from bot.platforms.discord_parts.client import Address
from bot.platforms.on_discord import OnDiscord
from bot.settings import Settings
from bot.sources import Source
from bot.worker import InProcess
from store.records import Item, Stamp
from tests.desks import NOON
from tests.servers.discord import Discord, Person
from tests.servers.feeds import Answer, FeedServer

FEEDS, ASKED = 1000, 150
CHARTS = ({"speaker": "kim-yo-jong"}, {"by": "stance"}, {"side": "us", "since": "2018"}, {"topic": "sanctions"})
ASKS = (
    ("statement", {"speaker": "kim-yo-jong"}),
    ("search", {"query": "hostile policy"}),
    ("digest", {"date": "2021-06-22"}),
    ("status", {}),
)


ITEM = Item("feed", "https://feed.example/", "Kim Yo Jong", "“No,” she said.", Stamp(date(2021, 6, 22)), NOON)


def rss(number: int, turn: int) -> bytes:
    """A feed of five entries, one of them about the subject and new at every turn."""
    entries = "".join(
        f"<item><title>Item {number} {turn} {place}: Kim Yo Jong says talks with Washington are off</title>"
        f"<link>https://feed.example/{number}/{turn}/{place}</link>"
        f"<description>{'Some words of no weight. ' * 20}"
        f"“We will not sit down,” Kim Yo Jong said on Tuesday.</description></item>"
        for place in range(5)
    )
    return f'<rss version="2.0"><channel><title>Feed {number}</title>{entries}</channel></rss>'.encode()


def resident() -> float:
    """Megabytes this process holds now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


async def asked(server: Discord, count: int) -> list[float]:
    """Seconds to the first sign of life, for so many questions one after the other."""
    person, guild = Person(), server.guilds[0]
    times = []
    for number in range(count):
        name, options = ASKS[number % len(ASKS)]
        reply = await server.command(person, name, guild, **options)
        times.append(reply.first)
        await asyncio.sleep(0.02)
    return times


async def drawn(server: Discord) -> None:
    """Ask for one chart after the other until cancelled; says how long the pictures took."""
    times, person, guild = list[tuple[float, float]](), Person(), server.guilds[0]
    try:
        for number in itertools.count():
            reply = await server.command(person, "chart", guild, **CHARTS[number % len(CHARTS)])
            assert reply.message["attachments"], reply.text
            times.append((reply.first, reply.took))
    finally:
        told("  charts: first sign", [first for first, _ in times])
        told("  charts: the picture", [took for _, took in times])


def resident_beside(worker: InProcess) -> float:
    """Megabytes that the process beside holds."""
    (process,) = worker._pool._processes or {0: 0}
    pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def told(name: str, times: list[float]) -> None:
    """One line of results."""
    if not times:
        print(f"{name}: none")
        return
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
    print(f"{name}: n {len(times)}, p50 {statistics.median(times) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
          f"worst {ordered[-1] * 1000:.0f} ms")  # fmt: skip


async def load(running: app.App, feeds: FeedServer, worker: InProcess) -> None:
    """Poll a thousand feeds over and over, each time with new items."""
    for turn in itertools.count(1):
        await round_of_feeds(turn, worker, running, feeds)


async def round_of_feeds(turn: int, worker: InProcess, running: app.App, feeds: FeedServer) -> None:
    """One round over all of them, as ``briefbot run`` polls."""
    sources = [Source(f"f{n}", feeds.url(f"/{n}"), f"Feed {n}", scope="dprk") for n in range(FEEDS)]
    for number in range(FEEDS):
        feeds.say(f"/{number}", Answer(rss(number, turn)))
    started, items = time.perf_counter(), 0
    async with running.fetcher() as fetcher:
        async for outcome in polled(sources, Round(running.store, fetcher, worker, running.clock())):
            items += len(outcome.items)
    print(f"  a round over {FEEDS} feeds: {items} new items in {time.perf_counter() - started:.1f} s")


@asynccontextmanager
async def served(running: app.App, server: Discord, worker: InProcess) -> AsyncIterator[None]:
    """The bot on Discord."""
    started = time.perf_counter()
    async with running.fetcher() as fetcher:
        platform = OnDiscord(server.token, Address(server.api_url))
        task = asyncio.create_task(platform.serve(COMMANDS, running.desks(fetcher, app.drawing(worker))))
        while not (server.gateway.live and len(server.gateway.live[0].sent) > 1):
            await asyncio.sleep(0.005)
        await server.command(Person(), "status", server.guilds[0])
        print(f"from serve() to the first answer: {time.perf_counter() - started:.2f} s")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def measure(folder: Path, archive: Path | None) -> None:
    """All measurements of one process."""
    settings = Settings(db=folder / "bench.db", allowed_hosts=("127.0.0.1",), interval=timedelta(seconds=1))
    began = time.perf_counter()
    with app.opened(settings, feeds=False) as running:
        print(f"opening store, codebook and registry: {time.perf_counter() - began:.2f} s")
        with InProcess() as worker:
            async with Discord() as server, FeedServer() as feeds, served(running, server, worker):
                await measured(running, server, feeds, worker, importing(settings, archive))


async def measured(running: app.App, server: Discord, feeds: FeedServer, worker: InProcess, archive: importing) -> None:
    """What is measured of a bot that serves: idle, then under more and more load."""
    gc.collect()
    await worker.code(ITEM)
    print(f"resident, idle: {resident():.0f} MB, the process beside {resident_beside(worker):.0f} MB")
    told("idle", await asked(server, ASKED))
    charting = asyncio.create_task(drawn(server))
    told("while charts are drawn", await asked(server, ASKED))
    print(f"resident, charts drawn: {resident():.0f} MB, the process beside {resident_beside(worker):.0f} MB")
    await ended(charting)
    polling = asyncio.create_task(load(running, feeds, worker))
    await asyncio.sleep(1)
    told("while a thousand feeds are polled", await asked(server, ASKED))
    charting = asyncio.create_task(drawn(server))
    told("and charts are drawn", await asked(server, ASKED))
    with archive:
        told("and an archive is imported", await asked(server, ASKED))
    await ended(charting)
    await ended(polling)
    print(f"resident, after the load: {resident():.0f} MB, the process beside {resident_beside(worker):.0f} MB")


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel it and wait until it is over."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class importing:  # noqa: N801 - reads as a word
    """``briefbot import`` of an archive in a process of its own."""

    def __init__(self, settings: Settings, archive: Path | None) -> None:
        self._line = (
            [sys.executable, "-m", "bot", "--db", str(settings.db), "import", str(archive)] if archive else None
        )

    def __enter__(self) -> None:
        null = subprocess.DEVNULL
        self._process = subprocess.Popen(self._line, stdout=null, stderr=null) if self._line else None  # noqa: S603 - ours

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


async def bare() -> None:
    """A bare discord.py client, connected, for comparison."""
    async with Discord() as server:
        Route.BASE = server.api_url
        client = sdk.AutoShardedClient(intents=sdk.Intents(guilds=True), max_messages=None)
        task = asyncio.create_task(client.start(server.token))
        while not server.gateway.live:
            await asyncio.sleep(0.01)
        gc.collect()
        print(f"resident, bare discord.py client (with the test server): {resident():.0f} MB")
        await client.close()
        await asyncio.gather(task, return_exceptions=True)


def main() -> None:
    """Measure; with ``bare``, only the bare client, since memory once held is not given back."""
    if sys.argv[1:] == ["bare"]:
        asyncio.run(bare())
        return
    subprocess.run([sys.executable, "-m", "tests.bench_discord", "bare"], check=True)
    archive = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "kcna-2011.jsonl.gz"
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), archive if archive.is_file() else None))


if __name__ == "__main__":
    main()
