"""A process that lets others live and die: each line on standard input forks a briefbot, which runs until it is killed.

Forking spares the two seconds that importing takes, so that hundreds of lives fit into
minutes. A life is the real thing: the real wiring, scheduler, database, HTTP, and SIGKILL.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot import app, jobs
from bot.classify.coding import Coder
from bot.codebook import load
from bot.delivery.composing import Composer
from bot.fetch import Fetcher, Limits
from bot.platforms.discord_parts.client import Address
from bot.platforms.on_discord import OnDiscord
from bot.platforms.on_slack import Access, Manner, OnSlack
from bot.platforms.platform import Platform
from bot.settings import Settings
from bot.sources import Source
from bot.worker import InThread, Worker
from store import Store, changes
from store.outbox import Outbox

log = logging.getLogger(__name__)

SPEED = 30.0
"""Seconds of the bot's clock in one second."""
BEAT = timedelta(seconds=0.05)
SHORT, PATIENCE = 2.0, 90.0
"""Seconds that a life is given to come to its step, and to leave when idle."""

POINTS: dict[str, tuple[type, str, str]] = {
    "fetched": (Fetcher, "fetch", "after"),
    "coded": (Coder, "code", "after"),
    "before saving": (Store, "save", "before"),
    "inside the transaction": (type(changes), "carry_out", "after"),
    "saved and owed": (Store, "save", "after"),
    "digest owed": (Outbox, "owe", "after"),
    "claimed": (Outbox, "claim", "after"),
    "composed": (Composer, "compose", "after"),
    "before marking": (Outbox, "settle", "before"),
    "marked": (Outbox, "settle", "after"),
    **{
        f"{step} on {platform.name}": (platform, name, when)
        for platform in (OnDiscord, OnSlack)
        for step, name, when in (
            ("before posting", "post", "before"),
            ("posted", "post", "after"),
            ("before editing", "edit", "before"),
            ("edited", "edit", "after"),
            ("followed", "follow", "after"),
        )
    },
}
"""The steps of poll -> store -> owe -> post -> mark -> edit at which a life may be told to end."""


@dataclass(frozen=True)
class Life:
    """How one process lives: ``point`` and ``nth``, or ``seconds``, say when it dies; without, it leaves when idle.

    ``twins``: so many processes live at once, on the same database.
    """

    db: str
    feeds: list[str]
    now: str
    discord: dict[str, str]
    slack: dict[str, str]
    twins: int = 1
    point: str = ""
    nth: int = 1
    seconds: float = 0.0


class Fast(app.App):
    """The App, with a fetcher that does not rest between two requests to a host, and reading at once, in threads."""

    @contextmanager
    def _thread(self) -> Iterator[Worker]:
        yield InThread(self.coder)

    def worker(self) -> AbstractContextManager[Worker]:
        """No process beside this one: starting it would take longer than most lives."""
        return self._thread()

    def fetcher(self) -> Fetcher:
        """A reader without politeness, for loopback."""
        return Fetcher(allowed=("127.0.0.1",), limits=Limits(pause=0, attempts=1))


def arm(point: str, nth: int) -> None:
    """Kill this process at the nth passing of a step. An answer of nothing, as when nothing is due, is no passing."""
    owner, name, when = POINTS[point]
    target: Any = changes if point == "inside the transaction" else owner
    original, passed = getattr(target, name), [0]

    def step(now: str, result: object = None) -> None:
        if now != when or (now == "after" and result in ([], ())):
            return
        passed[0] += 1
        if passed[0] == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    async def waits(*args: Any, **kwargs: Any) -> Any:
        step("before")
        result = await original(*args, **kwargs)
        step("after", result)
        return result

    def does(*args: Any, **kwargs: Any) -> Any:
        step("before")
        result = original(*args, **kwargs)
        step("after", result)
        return result

    setattr(target, name, waits if asyncio.iscoroutinefunction(original) else does)


def live(life: Life, coder: Coder) -> None:
    """Be a briefbot until the end."""
    born, start = time.monotonic(), datetime.fromisoformat(life.now)

    def clock() -> datetime:
        return start + timedelta(seconds=(time.monotonic() - born) * SPEED)

    app.JOBS = tuple(replace(job, every=lambda _: BEAT) for job in jobs.JOBS)
    if life.point:
        arm(life.point, life.nth)
    with Store.open(life.db) as store:
        sources = tuple(
            Source(f"feed-{place}", url, f"Outlet {place}", language="en", interval=timedelta(seconds=SPEED * 0.2))
            for place, url in enumerate(life.feeds)
        )
        settings = Settings(db=Path(life.db), tick=BEAT)
        running = Fast(settings, store, coder.registry, coder, sources, (), clock)
        asyncio.run(_run(running, life, clock))


async def _run(running: app.App, life: Life, clock: Callable[[], datetime]) -> None:
    serving = asyncio.create_task(app.run(running, _platforms(life)))
    if not life.point and not life.seconds:
        await _until_idle(running.store, clock)
        serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


def _platforms(life: Life) -> list[Platform]:
    """The real clients, in a hurry."""
    discord = OnDiscord(life.discord["token"], Address(life.discord["api"], life.discord["gateway"]), ready_after=0.1)
    return [discord, OnSlack(Access(life.slack["bot"], life.slack["app"], life.slack["api"]), Manner(gap=0.0))]


async def _until_idle(store: Store, clock: Callable[[], datetime]) -> None:
    """Wait until every feed was read again and nothing is open for a while."""
    still, begun = 0, clock()
    while still < 8:
        await asyncio.sleep(0.1)
        waiting = store.outbox.counts()
        states = store.feed_states()
        read = bool(states) and all(one.polled is not None and one.polled > begun for one in states)
        nothing = not waiting["owed"] and not waiting["posting"] and not _edits_open(store, clock())
        still = still + 1 if read and nothing else 0


def _edits_open(store: Store, now: datetime) -> bool:
    rows = store.outbox.last(states=("posted",), count=500)
    return any(one.wanted > one.shown for one in rows) and now is not None


def main() -> None:
    """Read lives from standard input, one JSON object a line; tell how each ended on standard output."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    coder = Coder(load())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        life = Life(**json.loads(line))
        begun, children = time.monotonic(), [_born(life, coder) for _ in range(life.twins)]
        ends = [_wait(child, life, begun) for child in children]
        sys.stdout.write(json.dumps({"ended": ends}) + "\n")
        sys.stdout.flush()


def _born(life: Life, coder: Coder) -> int:
    child = os.fork()
    if child:
        return child
    random.seed(os.getpid())
    try:
        live(life, coder)
    except BaseException:
        log.exception("a life ended by itself")
        os._exit(1)
    os._exit(0)


def _wait(child: int, life: Life, begun: float) -> str:
    """Wait for a life to end, killing it when its time has come; how it ended."""
    deadline = begun + (life.seconds or PATIENCE)
    if life.point:
        deadline = begun + SHORT  # the step may not be passed at all: then it ends like this
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "killed" if os.WIFSIGNALED(status) else f"left {os.WEXITSTATUS(status)}"
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "killed late" if life.point else "killed"
        time.sleep(0.002)


if __name__ == "__main__":
    main()
