"""``briefbot demo``: a week of the past polled day by day through the real path, then told and asked about."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from bot.app import App
from bot.archive import load_chronicle
from bot.classify.coding import Coder
from bot.codebook import load
from bot.commands import COMMANDS
from bot.demo.server import WEEK, DemoServer, serve
from bot.fetch import Fetcher, Limits
from bot.pipeline import Outcome, Round, due, poll
from bot.platforms.on_console import Console
from bot.settings import Settings
from bot.sources import read_sources
from bot.worker import InThread
from store import Store

EVE = date(2021, 6, 13)
"""The history is loaded up to this day, as it was known when the week began."""

Tell = Callable[[datetime, Sequence[Outcome]], None]

ASKED = (
    "/digest 2021-06-22",
    "/digest 2021-06-23",
    "/statement kim-yo-jong count:2",
    '/search "dialogue and confrontation"',
    "/statement 김여정 topic:joint-exercises since:2021",
    "/speakers foreign minister",
    "/status",
)
"""What the demo asks once the week is over."""


async def run(*, prompt: bool) -> None:
    """Replay the week into a database of its own, show two digests and some lookups; ``prompt``: stay for more."""
    with tempfile.TemporaryDirectory(prefix="briefbot-demo-") as folder, Store.open(Path(folder) / "demo.db") as store:
        load_chronicle(store, until=EVE)
        click.echo(f"The week of 14 to 25 June 2021, replayed; the history before it: {_held(store)}.\n")
        async with serve() as server, _fetcher() as fetcher:
            running = await replayed(store, server, fetcher, show_round)
            await _ask(running, fetcher, prompt=prompt)


def _held(store: Store) -> str:
    counts = store.counts()
    return f"{counts['statements']} statements"


def _fetcher() -> Fetcher:
    """The real fetcher, allowed to read loopback; one request at a time, so that the replay is always the same."""
    return Fetcher(allowed=("127.0.0.1",), limits=Limits(at_once=1, pause=0))


async def replayed(store: Store, server: DemoServer, fetcher: Fetcher, tell: Tell) -> App:
    """Poll the demo's feeds at every moment of WEEK, telling each round; the App as it stands at the end."""
    coder = Coder(load())
    sources, problems = read_sources(server.feeds())
    for now in WEEK:
        server.show(now)
        round_ = Round(store, fetcher, InThread(coder), now.astimezone(UTC), sums=coder.summed)
        # One feed after another: what the demo shows must not depend on which answer came first.
        tell(now, [outcome for source in due(sources, store, now) for outcome in await poll([source], round_)])
    clock = WEEK[-1].astimezone(UTC)
    settings = replace(Settings(), allowed_hosts=("127.0.0.1",))
    return App(settings, store, coder.registry, coder, tuple(sources), tuple(problems), lambda: clock)


def show_round(now: datetime, outcomes: Sequence[Outcome]) -> None:
    """One line for a round that brought something."""
    items = sum(len(outcome.items) for outcome in outcomes)
    statements = {identifier for outcome in outcomes for identifier in outcome.statements}
    unchanged = sum(outcome.status == "unchanged" for outcome in outcomes)
    if items:
        told = f"{items:2} new items, {len(statements)} statements new or fuller, {unchanged} feeds unchanged"
        click.echo(f"  {now:%d %B %H:%M}  {told}")


async def _ask(running: App, fetcher: Fetcher, *, prompt: bool) -> None:
    console, desks = Console(), running.desks(fetcher)
    for line in ASKED:
        click.echo(f"\nbriefbot> {line}\n")
        await console.ask(line, desks)
    if prompt:
        click.echo("\nAsk for more; /help lists the commands, Ctrl-D leaves.\n")
        await console.serve(COMMANDS, desks)
