"""Hundreds of deaths: ``python -m tests.crash.soak [LIVES] [SEED]`` kills the bot at every step and counts what stands.

A small feed server reports new utterances, a small chat server loses replies and asks to slow
down, and the bot is killed again and again. In the end every utterance must stand exactly once.
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
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as hour_of_day
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from bot.briefing.alerts import Watch, read_rule, with_watches
from bot.briefing.subscription import Subscription, with_subscription
from bot.classify.coding import Coder
from bot.codebook import load
from bot.delivery.composing import texts
from bot.extract import extract
from bot.kinds import KINDS
from bot.sources import Source
from store import Store
from store.records import Item, Workspace
from tests.crash.nursery import POINTS, SPEED
from tests.servers.chat import ChatServer, Said
from tests.servers.feeds import Answer, FeedServer

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2021, 6, 21, 6, 0, tzinfo=UTC)
ALERTS, DIGESTS, ROLE = "alerts", "digests", "77"

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
BLOCK = 4
"""Lives between two days."""


@dataclass
class Utterance:
    """Words that the feeds report. ``on`` are the feeds that have it so far."""

    speaker: str
    words: str
    at: datetime
    on: list[int] = field(default_factory=list)


@dataclass
class World:
    """Everything outside the bot: what was said, who reports it, and the time."""

    feeds: FeedServer
    chat: ChatServer
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
            one = Utterance(speaker, f"The US must know the {' '.join(self.random.sample(WORDS, 12))}", now, [0])
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

    async def life(self, **how: Any) -> str:
        """Let one live and die; how it ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(how) + "\n")
        self._process.stdin.flush()
        line = await asyncio.to_thread(self.read)
        return str(json.loads(line)["ended"])

    def close(self) -> None:
        """End it."""
        with self._process as process:  # closes its pipes and waits
            process.communicate(timeout=20)


@dataclass
class Result:
    """What a run came to. ``faults`` of the chat server; ``wrong`` is empty when all went well."""

    lives: Counter[str]
    utterances: int
    faults: dict[str, int]
    posts: int
    edits: int
    digests: int
    folded: int
    wrong: list[str]

    def told(self) -> str:
        """In lines."""
        faults = ", ".join(f"{count} x {name}" for name, count in sorted(self.faults.items()))
        ends = ", ".join(f"{count} {name}" for name, count in sorted(self.lives.items()))
        return (
            f"{sum(self.lives.values())} lives ({ends}); {self.utterances} utterances; {self.posts} posts asked, "
            f'{self.edits} edits asked, {self.digests} digests, {self.folded} told as "+k more"; faults: {faults}; '
            f"{len(self.wrong)} wrong" + "".join(f"\n  {one}" for one in self.wrong)
        )


async def soak(lives: int, seed: int, points: Sequence[str] = tuple(POINTS), *, detail: bool = False) -> Result:
    """Kill the bot so many times; each named step in turn, and random moments in between."""
    ends: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="briefbot-crash-") as folder:
        db = str(Path(folder) / "briefbot.db")
        prepare(db)
        async with FeedServer() as feeds, ChatServer(chance=0.15, remembers=10.0, seed=seed) as chat:
            world = World(feeds, chat, random.Random(seed), Coder(load()), began=time.monotonic())  # noqa: S311
            nursery = Nursery()
            assert await asyncio.to_thread(nursery.read) == "ready"
            common = {"db": db, "feeds": [feeds.url("/0"), feeds.url("/1")], "chat": chat.url}
            world.publish()
            try:
                await nursery.life(**common, now=world.now().isoformat())
                for number in range(lives):
                    for _ in range(12 if number % 25 == 24 else 1):
                        world.speak()
                    how: dict[str, Any] = {"seconds": world.random.uniform(0.05, 1.2)}
                    if number % 2 == 0:
                        how = {"point": points[number // 2 % len(points)], "nth": world.random.choice([1, 1, 1, 2])}
                    end = await nursery.life(**common, now=world.now().isoformat(), **how)
                    ends[f"{end} {how.get('point', 'at random')}" if detail else end] += 1
                    world.ahead += timedelta(minutes=world.random.choice([0, 0, 1, 3]))
                    if number % BLOCK == BLOCK - 1:
                        await nursery.life(**common, now=world.now().isoformat())
                        world.ahead += timedelta(hours=24)
                world.chat.chance = 0.0
                world.ahead += timedelta(minutes=15)
                ends[await nursery.life(**common, now=world.now().isoformat())] += 1
                world.ahead += timedelta(hours=24)
                ends[await nursery.life(**common, now=world.now().isoformat())] += 1
            finally:
                nursery.close()
            return verdict(world, db, ends)


def prepare(db: str) -> None:
    """A database in which one workspace wants every statement of Pyongyang's, and a digest at six."""
    wanted = with_subscription({}, Subscription(channel=DIGESTS, hour=hour_of_day(6)))
    watch = Watch("all", read_rule("side:dprk"), ALERTS, ROLE)
    with Store.open(db) as store:
        store.save_workspace(Workspace("chat:one", "chat", "one", with_watches(wanted, [watch])))


def verdict(world: World, db: str, ends: Counter[str]) -> Result:
    """Hold what stands in the channels against what was said."""
    alone = Counter(one.message.entries[0].id for one in _cards(world))
    with Store.open(db, readonly=True) as store:
        rows = store.outbox.last(count=100_000)
        listed = {name for row in rows if row.kind == "more" for name in texts(row.told["statements"])}
        wrong = [f"{row.key} is {row.state}: {row.error}" for row in rows if row.state not in {"posted", "dropped"}]
        wrong += _untold(world, store, alone, listed) + _outdated(world, store)
        wrong += [f"damaged: {fault}" for fault in store.check()]
    told = [one for one in world.chat.channels[DIGESTS] if one.key.startswith("digest/")]
    wrong += _twice(world, told)
    asked = Counter(kind for kind, _, _ in world.chat.requests)
    return Result(
        ends, len(world.said), dict(world.chat.faults), asked["post"], asked["edit"], len(told), len(listed), wrong
    )


def _cards(world: World) -> list[Said]:
    return [one for one in world.chat.channels[ALERTS] if one.message.kind == "cards" and not one.under]


def _untold(world: World, store: Store, alone: Counter[str], listed: set[str]) -> list[str]:
    """Utterances that are not on record, or were not told exactly once, alone or among others."""
    stored, wrong = store.statements(), []
    if len(stored) != len(world.said):
        wrong.append(f"{len(world.said)} utterances became {len(stored)} statements")
    for said in world.said:
        found = next((one for one in stored if said.words in one.words), None)
        if found is None:
            wrong.append(f"never stored: {said.words}")
        elif alone[found.id] + (found.id in listed) != 1:
            wrong.append(f"{found.id} was told {alone[found.id]} times alone, {found.id in listed} in a list")
    return wrong


def _twice(world: World, digests: list[Said]) -> list[str]:
    """What stands more than once: messages by key, digests by day, statements in digests; and feeds told of wrongly.

    That a feed was silent is true, as days pass between two lives.
    """
    keys = Counter((channel, one.key) for channel, told in world.chat.channels.items() for one in told)
    ids = Counter(entry.id for one in digests for entry in one.message.entries if entry.id)
    days = Counter(one.message.title for one in digests)
    told = [
        entry.headline
        for one in world.chat.channels[DIGESTS]
        if one.key.startswith("notice/")
        for entry in one.message.entries
    ]
    return [
        *(f"{key} stands {count} times" for key, count in keys.items() if count > 1),
        *(f"{name} is in {count} digests" for name, count in ids.items() if count > 1),
        *(f"{title} was posted {count} times" for title, count in days.items() if count > 1),
        *(f"wrongly told: {one}" for one in told if "silent" not in one and "well again" not in one),
    ]


def _outdated(world: World, store: Store) -> list[str]:
    """Alerts that do not show every outlet that the record has."""
    found = []
    for one in _cards(world):
        entry = one.message.entries[0]
        statement = store.statement(entry.id)
        outlets = {report.outlet for report in statement.sources} if statement else set()
        shown = {link.text for link in entry.links}
        if outlets != shown:
            found.append(f"{entry.id} shows {sorted(shown)}, the record has {sorted(outlets)}")
    return found


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    result = asyncio.run(soak(how_many, int(sys.argv[2]) if len(sys.argv) > 2 else 1, detail=True))
    sys.stdout.write(result.told() + "\n")
    sys.exit(bool(result.wrong))
