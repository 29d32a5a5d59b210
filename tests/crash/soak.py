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
import zlib
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from bot.classify.coding import Coder
from bot.codebook import load
from bot.delivery.composing import texts
from bot.extract import extract
from bot.kinds import KINDS
from bot.sources import Source
from store import Store
from store.owed import Delivery
from store.records import Item, Statement
from tests.crash.nursery import POINTS, SPEED
from tests.crash.stages import Stage, Standing, stages, workspace
from tests.servers.feeds import Answer, FeedServer

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2021, 6, 21, 6, 0, tzinfo=UTC)
MINUTES = 10.0
"""Seconds for which the platforms know a repeat: five minutes of the bot's clock."""
TROUBLE = 0.15
"""How probably something goes wrong with a post or an edit."""

WORDS = """
ability absence anchor answer arrow autumn barrier basket border bridge burden candle canyon castle ceiling chapter
climate cloud compass copper corner cotton courage crystal current danger desert diamond distance dragon echo
engine evening fabric feather fortress fountain frontier garden glacier granite harbour harvest horizon island
journey kingdom ladder lantern legend lesson machine marble meadow mirror morning mountain needle nightmare
orchard palace pattern pepper pillar planet pocket poison powder prairie prophet puzzle quarrel rain ransom ribbon
river rocket ruin saddle sailor school season shadow shelter silence silver smoke spirit storm stranger summer
sword temple thunder timber tower travel treasure tunnel valley velvet village voyage wagon whisper window winter
""".split()  # noqa: SIM905 - a list of a hundred would be longer

SPEAKERS = (
    """
Kim Jong Un, Kim Yo Jong, Pak Ui Chun, Ri Su Yong, Ri Son Gwon, Choe Son Hui, Kim Kye Gwan, Ri Gun, Kim Myong Gil,
Kwon Jong Gun, Jo Chol Su, Kim Son Gyong, Im Chon Il, Pak Myong Guk, Pak Myong Ho, Kim Hyong Jun, Sin Hong Chol,
Kim Yong Jae, So Se Pyong, Ju Yong Chol, Sin Son Ho, Kim In Ryong, Jang Il Hun, Choe Jin Su, Ji Jae Ryong,
Ri Ryong Nam, Kim Yong Chol, Jang Kum Chol, Choe Ryong Hae, Hwang Pyong So, Jo Yong Won, Kim Tok Hun, Kim Jae Ryong,
Ri Pyong Chol, Ri Chan Bok, Hyon Yong Chol, Pak Yong Sik, No Kwang Chol, Ri Yong Gil, Pak Jong Chon, Pak Su Il
""".replace("\n", " ")
    .strip()
    .split(", ")
)
"""Each says one thing a week, so that no two utterances are taken for one."""
SECOND = 0.6
"""How probably a second outlet reports it, at each chance."""
GRAVE = 0.3
"""How probably the second report has a threat that the first left out."""
BLOCK = 4
"""Lives between two days."""


@dataclass
class Utterance:
    """Words that the feeds report. ``on`` are the feeds that have it so far; the second may have a threat besides."""

    speaker: str
    words: str
    at: datetime
    grave: bool = False
    on: list[int] = field(default_factory=list)


@dataclass
class World:
    """Everything outside the bot: what was said, who reports it, and the time."""

    feeds: FeedServer
    stages: tuple[Stage, ...]
    random: random.Random
    coder: Coder
    said: list[Utterance] = field(default_factory=list)
    began: float = 0.0
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The bot's time."""
        return START + self.ahead + timedelta(seconds=(time.monotonic() - self.began) * SPEED)

    def speak(self) -> None:
        """A new utterance, in the first feed; now and then an older one also in the second."""
        self.said.append(self._readable())
        for one in self.said[-4:-1]:
            if 1 not in one.on and one.at > self.now() - timedelta(minutes=40) and self.random.random() < SECOND:
                one.on.append(1)
        self.publish()

    def _readable(self) -> Utterance:
        """Words that the bot takes for a statement, whoever reports them: how well it reads is not asked here."""
        speaker, now = SPEAKERS[len(self.said) % len(SPEAKERS)], self.now()
        while True:
            words = f"The US must know the {' '.join(self.random.sample(WORDS, 12))}"
            one = Utterance(speaker, words, now, self.random.random() < GRAVE, [0])
            if all(len(self.coder.code(item(one, feed)).found) == 1 for feed in (0, 1)):
                return one

    def publish(self) -> None:
        """Let each feed show its last entries."""
        for feed in (0, 1):
            told = [one for one in self.said if feed in one.on][-25:]
            self.feeds.say(f"/{feed}", Answer(document(told, feed)))


def document(told: list[Utterance], feed: int) -> bytes:
    """An RSS document."""
    entries = "".join(entry(one, feed) for one in told)
    return f"<rss version='2.0'><channel><title>News</title>{entries}</channel></rss>".encode()


def entry(one: Utterance, feed: int) -> str:
    """One report of an utterance, as outlets write them."""
    day = f"{one.at:%B} {one.at.day}"
    start = "SEOUL" if feed == 0 else "TOKYO"
    text = (
        f"{start}, {day} - {one.speaker}, a senior North Korean official, on {one.at:%A} dismissed U.S. hopes for "
        f"talks. &quot;{one.words}&quot;, {one.speaker} said in a statement carried by state media KCNA."
    )
    if feed == 1 and one.grave:
        text += f" &quot;We will launch a merciless strike at the {one.words.split()[5]}&quot;, {one.speaker} said."
    mark = f"{feed}-{zlib.crc32(one.words.encode())}"
    return (
        f"<item><title>{one.speaker} speaks of the {one.words.split()[5]} {one.words.split()[6]}</title>"
        f"<link>http://news.invalid/{mark}</link><guid>{mark}</guid><description>{text}</description>"
        f"<pubDate>{format_datetime(one.at)}</pubDate></item>"
    )


def item(one: Utterance, feed: int) -> Item:
    """What the bot makes of one report."""
    source = Source(f"feed-{feed}", "http://news.invalid/", "Outlet", language="en")
    [read] = KINDS["rss"](document([one], feed), source, content_type="application/rss+xml", now=one.at)
    return extract(None, read, source, one.at)


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


@dataclass
class Result:
    """What a run came to. ``troubles`` of the platforms; ``wrong`` is empty when all went well."""

    lives: Counter[str]
    utterances: int
    troubles: Counter[str]
    posts: int
    edits: int
    standing: Counter[str]
    listed: int
    wrong: list[str]

    def told(self) -> str:
        """In lines."""
        return (
            f"{sum(self.lives.values())} lives ({_counted(self.lives)}); {self.utterances} utterances; "
            f"{self.posts} posts and {self.edits} edits asked; standing: {_counted(self.standing)}; "
            f'{self.listed} told as "+k more"; troubles: {_counted(self.troubles)}; {len(self.wrong)} wrong'
        ) + "".join(f"\n  {one}" for one in self.wrong)


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(found.items()))


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
            feeds, places = await stack.enter_async_context(FeedServer()), await stages(stack)
            for number, place in enumerate(places):
                place.chaos.__init__(TROUBLE, plan.seed + number)  # type: ignore[misc]
                place.forgets(plan.remembers[number])
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


def verdict(world: World, db: str, ends: Counter[str]) -> Result:
    """Hold what stands in the channels against what was said."""
    standing = [one for place in world.stages for one in place.standing()]
    with Store.open(db, readonly=True) as store:
        rows, stored = store.outbox.last(count=100_000), store.statements()
        wrong = [f"damaged: {fault}" for fault in store.check()]
    if len(stored) != len(world.said):
        wrong.append(f"{len(world.said)} utterances became {len(stored)} statements")
    wrong += [f"{count} lives ended by themselves: {end}" for end, count in ends.items() if end.startswith("left 1")]
    wrong += [f"{row.key} is {row.state}: {row.error}" for row in rows if row.state not in {"posted", "dropped"}]
    for place in world.stages:
        here = [one for one in standing if one.platform == place.name]
        owed = [row for row in rows if row.platform == place.name]
        wrong += [f"{place.name}: {one}" for one in place.broken()]
        wrong += _unlike(place, here, owed)
        wrong += _untold(place, here, owed, _found(world, stored))
        wrong += _digests(place, here, world)
    posts, edits = (sum(counts) for counts in zip(*(place.asked() for place in world.stages), strict=True))
    troubles = sum((place.chaos.struck for place in world.stages), Counter[str]())
    kinds = Counter(f"{row.kind}s" for row in rows if row.state == "posted")
    listed = sum(len(texts(row.told["statements"])) for row in rows if row.kind == "more")
    return Result(ends, len(world.said), troubles, posts, edits, kinds, listed, wrong)


def _found(world: World, stored: Sequence[Statement]) -> dict[str, tuple[Utterance, Statement | None]]:
    """Each utterance, by its words, with its statement."""
    return {said.words: (said, next((one for one in stored if said.words in one.words), None)) for said in world.said}


def _unlike(place: Stage, here: list[Standing], owed: list[Delivery]) -> list[str]:
    """What stands and is not on the books, or the other way round; and who was called more than once."""
    posted = {place.key(row.key): row.key for row in owed if row.state == "posted"}
    counts = Counter(one.key.partition("#2")[0] for one in here if "#2" not in one.key)
    calls = Counter(posted.get(one.key, one.key) for one in here if one.pings)
    return [
        *(f"{posted.get(key, key)} stands {count} times" for key, count in counts.items() if count > 1),
        *(f"{key} stands and is not known to" for key in counts.keys() - posted.keys()),
        *(f"{posted[key]} was posted and does not stand" for key in posted.keys() - counts.keys()),
        *(f"{key} calls people {count} times" for key, count in calls.items() if count > 1 or "alert/" not in key),
    ]


def _untold(
    place: Stage, here: list[Standing], owed: list[Delivery], found: dict[str, tuple[Utterance, Statement | None]]
) -> list[str]:
    """Utterances that are not on record, or not told once, alone or among others; and alerts that are out of date."""
    listed = {name for row in owed if row.kind == "more" for name in texts(row.told["statements"])}
    wrong = []
    for words, (_, statement) in found.items():
        if statement is None:
            wrong.append(f"never stored: {words}")
            continue
        key = place.key(f"alert/{place.name}/{place.alerts}/{statement.id}")
        alone = [one for one in here if one.key == key]
        if len(alone) + (statement.id in listed) != 1:
            wrong.append(
                f"{place.name}: {statement.id} was told {len(alone)} times, {statement.id in listed} in a list"
            )
        wanted = {report.outlet for report in statement.sources} | ({"explicit threat"} & _grave(statement))
        wrong += [
            f"{place.name}: the alert of {statement.id} does not show {part}"
            for one in alone
            for part in sorted({" ".join(words.split()[:8]), *wanted})
            if part not in one.text
        ]
    return wrong


def _grave(statement: Statement) -> set[str]:
    return {"explicit threat"} if statement.threat == "explicit" else set()


def _digests(place: Stage, here: list[Standing], world: World) -> list[str]:
    """Days with two digests, utterances in two digests, and feeds told of wrongly: that one was silent is true."""
    told = [one for one in here if one.channel == place.digests]
    digests = [one.text for one in told if "North Korea brief" in one.text]
    days = Counter(text[text.index("North Korea brief") :].splitlines()[0] for text in digests)
    twice = Counter(said.words for said in world.said for text in digests if f"> “{said.words[:60]}" in text)
    notices = [one.text for one in told if "North Korea brief" not in one.text and not one.under]
    wrongly = [text for text in notices if "silent" not in text and "well again" not in text]
    return [
        *(f"{place.name}: {day} was posted {count} times" for day, count in days.items() if count > 1),
        *(f"{place.name}: “{words}” is in {count} digests" for words, count in twice.items() if count > 1),
        *(f"{place.name}: wrongly told: {text}" for text in wrongly),
    ]


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
