"""How fast Slack is acknowledged, idle and while a thousand feeds are read; how much memory the platforms take.

``python -m tests.bench_slack`` runs the bot in a process of its own against servers on loopback and prints
one table. ``--seconds`` is how long each phase lasts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from aiohttp import web

from store import Store
from tests.servers.discord import Discord
from tests.servers.slack import Asked, Slack, until

FEEDS = 1000
LINES = (
    "/statement kim-yo-jong since:2021",
    "/digest 2021-06-22",
    "/brief-search hostile policy",
    "/why S-2021-0622-1",
    "/speakers kim",
    "/brief-status",
    "/brief-help",
)
PEOPLE = ("U0ADA", "U0BEN", "U0KIM")
ROOT = Path(__file__).resolve().parents[1]
QUIET = asyncio.subprocess.DEVNULL
SUBJECTS = ("the US hostile policy", "joint military exercises", "sanctions relief", "dialogue without conditions")

BARE_SLACK = """
import asyncio, sys
from slack_bolt.async_app import AsyncApp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient
async def main():
    app = AsyncApp(client=AsyncWebClient(sys.argv[1], sys.argv[3]))
    await AsyncSocketModeHandler(app, sys.argv[2]).start_async()
asyncio.run(main())
"""
BARE_DISCORD = """
import sys
import discord
from discord.http import Route
Route.BASE = sys.argv[2]
discord.AutoShardedClient(intents=discord.Intents(guilds=True), max_messages=None).run(sys.argv[1], log_handler=None)
"""


def feed(number: int, asked: int) -> str:
    """A feed with one item that was not there before, on our subject."""
    about = SUBJECTS[(number + asked) % len(SUBJECTS)]
    title = f"Kim Yo Jong denounces {about}, report {number}-{asked}"
    words = (
        f"PYONGYANG, June 22 (Wire) -- Kim Yo Jong, vice department director of the Central Committee of the "
        f"Workers' Party of Korea, said in a press statement on Tuesday that {about} is the wrong expectation, "
        f"number {number} of round {asked}. \u201cIt would plunge them into a greater disappointment,\u201d she said. "
        f"The United States said it remained open to talks. South Korea's unification ministry said it would watch. "
    ) * 2
    return (
        f"<rss version='2.0'><channel><title>Wire {number}</title><item><title>{title}</title>"
        f"<link>http://127.0.0.1/{number}/{asked}</link><description>{words}</description>"
        f"<pubDate>Tue, 22 Jun 2021 0{asked % 10}:00:00 GMT</pubDate></item></channel></rss>"
    )


async def serve_feeds(port: int) -> None:
    """A thousand feeds, in a process of their own; each has something new at every poll."""
    asked: dict[str, int] = {}

    async def answer(request: web.Request) -> web.Response:
        name = request.match_info["number"]
        asked[name] = asked.get(name, 0) + 1
        return web.Response(text=feed(int(name), asked[name]), content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/{number}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", port).start()  # noqa: S104 - every address of loopback
    await asyncio.Event().wait()


async def started(*command: str, env: dict[str, str] | None = None, cwd: str | None = None) -> Process:
    """A process with our tree on its path."""
    full = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return await asyncio.create_subprocess_exec(
        sys.executable, *command, env=full, cwd=cwd, stdin=QUIET, stdout=QUIET, stderr=QUIET
    )


async def stopped(process: Process) -> None:
    """End it."""
    with suppress(ProcessLookupError):
        process.terminate()
    await process.wait()


def resident(process: Process) -> float:
    """Megabytes of memory that a process holds; 0 when it has ended."""
    if process.returncode is not None:
        return 0
    text = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def settled(process: Process) -> float:
    """Memory once it does not grow any more."""
    await asyncio.sleep(4)
    return resident(process)


async def asked_for(slack: Slack, seconds: float, rate: float = 2.0) -> list[Asked]:
    """People typing for a while."""
    tasks = []
    ends = time.monotonic() + seconds
    chance = random.Random(1)  # noqa: S311 - the same people every time
    while time.monotonic() < ends:
        tasks.append(asyncio.create_task(slack.command(chance.choice(PEOPLE), chance.choice(LINES))))
        await asyncio.sleep(chance.expovariate(rate))
    return list(await asyncio.gather(*tasks))


async def answer_times(slack: Slack, asked: Sequence[Asked]) -> list[float]:
    """Seconds until each answer stood."""
    for one in asked:
        with suppress(TimeoutError):
            await slack.answered(one, within=10)
    return [one.answers[-1].at - one.began for one in asked if one.answers]


def told(name: str, times: Sequence[float], of: int) -> str:
    """One line of the table: median, 99th percentile and most, in milliseconds."""
    if not times:
        return f"{name:44} none of {of}"
    ranked = sorted(times)
    worst = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    lost = f", {of - len(times)} lost" if len(times) < of else ""
    return (
        f"{name:44} median {statistics.median(ranked) * 1000:6.0f} ms, p99 {worst * 1000:6.0f} ms, "
        f"most {ranked[-1] * 1000:6.0f} ms (n={len(times)}{lost})"
    )


def settings(folder: Path, feeds: str) -> dict[str, str]:
    """The environment of a bot with its own database."""
    (folder / "feeds.yaml").write_text(feeds)
    return {
        "BRIEFBOT_DB": str(folder / "bench.db"),
        "BRIEFBOT_FEEDS": str(folder / "feeds.yaml"),
        "BRIEFBOT_ALLOWED_HOSTS": "127.0.0.0/8",
        "BRIEFBOT_LOG_LEVEL": "error",
    }


def slack_env(slack: Slack) -> dict[str, str]:
    """Tokens and address of a small Slack."""
    tokens = {"SLACK_BOT_TOKEN": slack.api.bot_token, "SLACK_APP_TOKEN": slack.api.app_token}
    return tokens | {"SLACK_API_URL": slack.api_url}


async def speed(seconds: float, port: int) -> list[str]:
    """Acknowledgements and answers, idle and under load."""
    lines: list[str] = []
    row = "- {{id: wire-{0}, address: 'http://127.0.{2}.{3}:{1}/{0}', outlet: Wire {0}, kind: rss, interval: 60s}}"
    feeds = "\n".join(row.format(number, port, number // 250, number % 250 + 1) for number in range(FEEDS))
    serving = await started("-m", "tests.bench_slack", "--feeds", str(port))
    for name, listed, env in (
        ("idle", "feeds: []", {}),
        (f"{FEEDS} feeds read, each with news", f"feeds:\n{feeds}", {"BRIEFBOT_TICK": "1s"}),
    ):
        with tempfile.TemporaryDirectory() as folder:
            async with Slack() as slack:
                bot = await started(
                    "-m", "bot", "run", env=settings(Path(folder), listed) | slack_env(slack) | env, cwd=folder
                )
                await slack.connected(within=60)
                await asyncio.sleep(5)
                asked = await asked_for(slack, seconds)
                acks = [one.ack for one in asked if one.ack is not None]
                lines.append(told(f"acknowledged, {name}", acks, len(asked)))
                lines.append(told(f"answered, {name}", await answer_times(slack, asked), len(asked)))
                lines.append(f"{'memory then':44} {resident(bot):.0f} MB")
                await stopped(bot)
                with Store.open(Path(folder) / "bench.db", readonly=True) as store:
                    polled = sum(state.succeeded is not None for state in store.feed_states())
                    lines.append(f"{'feeds and items read meanwhile':44} {polled}, {store.counts()['items']}")
                if slack.world.complaints:
                    lines.append(f"complaints: {slack.world.complaints[:3]}")
    await stopped(serving)
    return lines


def _opened(slack: Slack, before: int) -> bool:
    return slack.opened > before


async def memory() -> list[str]:
    """Resident memory of the bot with one and with both platforms, against clients that do nothing."""
    lines = []
    async with Slack() as slack, Discord() as discord:
        discord_env = {
            "DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }  # fmt: skip
        bare = await started("-c", BARE_SLACK, slack.api.bot_token, slack.api.app_token, slack.api_url)
        other = await started("-c", BARE_DISCORD, discord.token, discord.api_url)
        lines.append(f"{'bare slack-bolt client':44} {await settled(bare):.0f} MB")
        lines.append(f"{'bare discord.py client':44} {resident(other):.0f} MB")
        await stopped(bare)
        await stopped(other)
        for name, env in (
            ("briefbot, console only", {}),
            ("briefbot with Slack", slack_env(slack)),
            ("briefbot with Discord", discord_env),
            ("briefbot with both", slack_env(slack) | discord_env),
        ):
            with tempfile.TemporaryDirectory() as folder:
                began = time.monotonic()
                before = slack.opened
                bot = await started("-m", "bot", "run", env=settings(Path(folder), "feeds: []") | env, cwd=folder)
                if "SLACK_BOT_TOKEN" in env:
                    await until(partial(_opened, slack, before), 60)
                    lines.append(f"{f'{name}: from start to socket':44} {time.monotonic() - began:.1f} s")
                await asyncio.sleep(6)
                lines.append(f"{name:44} {await settled(bot):.0f} MB")
                await stopped(bot)
    return lines


def main() -> None:
    """Run everything."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--feeds", type=int, default=0, help="only serve feeds on this port")
    chosen = options.parse_args()
    if chosen.feeds:
        asyncio.run(serve_feeds(chosen.feeds))
        return
    port = 20_000 + os.getpid() % 20_000
    print("\n".join(asyncio.run(speed(chosen.seconds, port))), flush=True)  # noqa: T201 - the table
    print("\n".join(asyncio.run(memory())))  # noqa: T201 - the table


if __name__ == "__main__":
    main()
