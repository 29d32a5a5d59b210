"""Hundreds of deaths: ``python -m tests.crash.soak [LIVES] [SEED]`` kills the bot at every step and counts what stands.

A small feed server reports new utterances; the small Discord and the small Slack lose replies
and requests, are in trouble and ask to slow down; and the bot, now one process and now two on
one database, is killed again and again. In the end every utterance must stand exactly once in
either place.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.classify.coding import Coder
from bot.codebook import load
from store import Store
from tests.crash.nursery import POINTS
from tests.crash.stages import stages, workspace
from tests.crash.verdict import Result, verdict
from tests.crash.world import World
from tests.servers.feeds import FeedServer

ROOT = Path(__file__).resolve().parents[2]
MINUTES = 10.0
"""Seconds for which the platforms know a repeat: five minutes of the bot's clock."""
BLOCK = 4
"""Lives between two days."""


class Nursery:
    """The process that forks lives."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self) -> str:
        """The next line it says; blocking."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    async def life(self, **how: Any) -> list[str]:
        """Let one live and die, or twins; how each ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(how) + "\n")
        self._process.stdin.flush()
        line = await asyncio.to_thread(self.read)
        return list(json.loads(line)["ended"])

    def close(self) -> None:
        """End it."""
        with self._process as process:  # closes its pipes and waits
            process.communicate(timeout=20)


@dataclass(frozen=True)
class Plan:
    """How a run goes. ``remembers``: seconds for which the platforms know a repeat, on Slack 0 for "look it up".

    ``twins``: how probably two processes live at once. ``detail``: count how lives ended by the step.
    """

    lives: int
    seed: int = 1
    points: Sequence[str] = tuple(POINTS)
    twins: float = 0.3
    remembers: tuple[float, float] = (MINUTES, MINUTES)
    detail: bool = False


async def soak(plan: Plan) -> Result:
    """Kill the bot so many times; each named step in turn, and random moments in between."""
    with tempfile.TemporaryDirectory(prefix="briefbot-crash-") as folder:
        db = str(Path(folder) / "briefbot.db")
        async with AsyncExitStack() as stack:
            feeds, places = await stack.enter_async_context(FeedServer()), await stages(stack, plan.seed)
            for place, seconds in zip(places, plan.remembers, strict=True):
                place.forgets(seconds)
            with Store.open(db) as store:
                for place in places:
                    store.save_workspace(workspace(place))
            world = World(feeds, places, random.Random(plan.seed), Coder(load()), began=time.monotonic())  # noqa: S311
            world.publish()
            ends = await _lives(plan, world, db)
            return verdict(world, db, ends)


async def _lives(plan: Plan, world: World, db: str) -> Counter[str]:
    nursery, ends = Nursery(), Counter[str]()
    common: dict[str, Any] = {"db": db, "feeds": [world.feeds.url("/0"), world.feeds.url("/1")]}
    common |= {place.name: place.address for place in world.stages}

    async def live(**how: Any) -> list[str]:
        return await nursery.life(**common, now=world.now().isoformat(), **how)

    assert await asyncio.to_thread(nursery.read) == "ready"
    try:
        ends.update(await live())
        for number in range(plan.lives):
            for _ in range(12 if number % 25 == 24 else 1):
                world.speak()
            how: dict[str, Any] = {"seconds": world.random.uniform(0.2, 1.5)}
            if number % 2 == 0:
                point = plan.points[number // 2 % len(plan.points)]
                how = {"point": point, "nth": world.random.choice([1, 1, 1, 2])}
            twins = 1 + (world.random.random() < plan.twins)
            for end in await live(twins=twins, **how):
                ends[f"{end} {how.get('point', 'at random')}" if plan.detail else end] += 1
            world.ahead += timedelta(minutes=world.random.choice([0, 0, 1, 3]))
            if number % BLOCK == BLOCK - 1:
                ends.update(await live())
                world.ahead += timedelta(hours=24)
        for place in world.stages:
            place.chaos.chance = 0.0
        for later in (timedelta(minutes=15), timedelta(hours=24)):
            world.ahead += later
            ends.update(await live())
    finally:
        nursery.close()
    return ends


async def long(lives: int, seed: int) -> list[Result]:
    """Two runs: one in which the platforms know repeats for minutes, one in which Slack is looked through instead."""
    return [
        await soak(Plan(lives // 2, seed, detail=True)),
        await soak(Plan(lives - lives // 2, seed + 1, remembers=(MINUTES, 0.0), detail=True)),
    ]


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    results = asyncio.run(long(how_many, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
    for result in results:
        sys.stdout.write(result.told() + "\n")
    sys.exit(any(result.wrong for result in results))
