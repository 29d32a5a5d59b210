"""How soon Discord is answered, idle and under load; memory beside a bare client; time from start to first answer.

Run: ``python -m tests.bench_discord``. The load is real: a thousand feeds polled from a loopback
server of ours in the same process, and an archive imported by another process on the same database.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
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
from tests.servers.discord import Discord, Person
from tests.servers.feeds import Answer, FeedServer

FEEDS, ASKED = 1000, 150
ASKS = (
    ("statement", {"speaker": "kim-yo-jong"}),
    ("search", {"query": "hostile policy"}),
    ("digest", {"date": "2021-06-22"}),
    ("status", {}),
)


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


def told(name: str, times: list[float]) -> None:
    """One line of results."""
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
    print(f"{name}: n {len(times)}, p50 {statistics.median(times) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
          f"worst {ordered[-1] * 1000:.0f} ms")  # fmt: skip


async def load(running: app.App, feeds: FeedServer) -> None:
    """Poll a thousand feeds over and over, each time with new items."""
    turn = 0
    async with running.fetcher() as fetcher:
        while True:
            turn += 1
            sources = [Source(f"f{n}", feeds.url(f"/{n}"), f"Feed {n}", scope="dprk") for n in range(FEEDS)]
            for number in range(FEEDS):
                feeds.say(f"/{number}", Answer(rss(number, turn)))
            started, items = time.perf_counter(), 0
            async for outcome in polled(sources, Round(running.store, fetcher, running.coder, running.clock())):
                items += len(outcome.items)
            print(f"  a round over {FEEDS} feeds: {items} new items in {time.perf_counter() - started:.1f} s")


@asynccontextmanager
async def served(running: app.App, server: Discord) -> AsyncIterator[None]:
    """The bot on Discord."""
    started = time.perf_counter()
    async with running.fetcher() as fetcher:
        platform = OnDiscord(server.token, Address(server.api_url))
        task = asyncio.create_task(platform.serve(COMMANDS, running.desks(fetcher)))
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
    sys.setswitchinterval(0.001)  # as app.run does
    with app.opened(settings, feeds=False) as running:
        print(f"opening store, codebook and registry: {time.perf_counter() - began:.2f} s")
        async with Discord() as server, FeedServer() as feeds, served(running, server):
            gc.collect()
            print(f"resident, idle: {resident():.0f} MB")
            told("idle", await asked(server, ASKED))
            polling = asyncio.create_task(load(running, feeds))
            await asyncio.sleep(1)
            told("while a thousand feeds are polled", await asked(server, ASKED))
            with importing(settings, archive):
                told("and an archive is imported", await asked(server, ASKED))
            polling.cancel()
            with suppress(asyncio.CancelledError):
                await polling
            print(f"resident, after the load: {resident():.0f} MB")


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
