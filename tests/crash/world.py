"""Everything outside the bot: what is said, which feeds report it, what time it is, and where the bot talks."""

from __future__ import annotations

import random
import time
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from bot.classify.coding import Coder
from bot.extract import extract
from bot.kinds import KINDS
from bot.sources import Source
from store.records import Item
from tests.crash.nursery import SPEED
from tests.crash.stages import Stage
from tests.servers.feeds import Answer, FeedServer

START = datetime(2021, 6, 21, 6, 0, tzinfo=UTC)

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
