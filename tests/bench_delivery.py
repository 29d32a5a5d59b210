"""How soon what a feed shows stands in the channels: ``python -m tests.bench_delivery``.

The whole bot on one side; feeds, Discord and Slack on loopback on the other. Forty outlets report
forty speakers, each wanted in a channel of its own on both platforms. Measured from the answer that
carried an utterance to the message that tells it, with the bot's own rhythm: half of the outlets one
after the other, the others all at once. Servers and bot share one process, which makes it slower.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot import app
from bot.briefing.alerts import Watch, read_rule, with_watches
from bot.classify.coding import Coder
from bot.codebook import load
from bot.fetch import Fetcher, Limits
from bot.platforms.discord_parts.client import Address
from bot.platforms.on_discord import OnDiscord
from bot.platforms.on_slack import Access, Manner, OnSlack
from bot.settings import Settings
from bot.sources import Source
from store import Store
from store.records import Workspace
from tests.crash.world import SPEAKERS, WORDS, Utterance, document, item
from tests.servers.discord import Channel as DiscordChannel
from tests.servers.discord import Discord
from tests.servers.feeds import Answer, FeedServer
from tests.servers.slack import Channel as SlackChannel
from tests.servers.slack import Slack
from tests.servers.slack.world import TEAM, seen

INTERVAL = timedelta(seconds=10)
PATIENCE = 40.0
CHANCE = Random(4)  # noqa: S311 - the same words every time


class Loopback(app.App):
    """The App, let to read this machine."""

    def fetcher(self) -> Fetcher:
        """A reader that needs not be polite to ourselves."""
        return Fetcher(allowed=("127.0.0.1",), limits=Limits(pause=0))


class Scene:
    """Servers, the bot's workspaces in them, and who said what."""

    def __init__(self, feeds: FeedServer, discord: Discord, slack: Slack, coder: Coder) -> None:
        self.feeds, self.discord, self.slack, self.coder = feeds, discord, slack, coder
        self.slugs = [coder.registry.find(name)[0].slug for name in SPEAKERS]
        self.said: dict[int, list[Utterance]] = {number: [] for number in range(len(SPEAKERS))}
        for number in self.said:
            self._publish(number)

    def workspaces(self) -> Iterator[Workspace]:
        """One channel for each speaker on both platforms."""
        guild, world = self.discord.guilds[0], self.slack.world
        channels = [guild.add(DiscordChannel(slug)).id for slug in self.slugs]
        yield self._workspace(f"discord:{guild.id}", "discord", channels)
        channels = [f"C0{number:03}" for number in self.said]
        world.channels |= {id_: SlackChannel(id_, slug) for id_, slug in zip(channels, self.slugs, strict=True)}
        yield self._workspace(f"slack:{TEAM}", "slack", channels)

    def _workspace(self, id_: str, platform: str, channels: list[str]) -> Workspace:
        watches = [
            Watch(slug, read_rule(f"speaker:{slug}"), channel)
            for slug, channel in zip(self.slugs, channels, strict=True)
        ]
        return Workspace(id_, platform, "one", with_watches({}, watches))

    def sources(self) -> tuple[Source, ...]:
        """One feed for each speaker."""
        return tuple(
            Source(f"feed-{number}", self.feeds.url(f"/{number}"), f"Outlet {number}", language="en", interval=INTERVAL)
            for number in self.said
        )

    def speak(self, number: int) -> Utterance:
        """Something new in one feed, in words that are taken for a statement."""
        while True:
            words = f"The US must know the {' '.join(CHANCE.sample(WORDS, 12))}"
            one = Utterance(SPEAKERS[number], words, datetime.now(UTC), on=[0])
            if len(self.coder.code(item(one, 0)).found) == 1:
                break
        self.said[number].append(one)
        self._publish(number)
        return one

    def _publish(self, number: int) -> None:
        told = self.said[number]
        self.feeds.say(f"/{number}", Answer(document(told, 0), etag=f'"{len(told)}"'))

    def shown(self, number: int, after: float) -> float | None:
        """When the feed was first answered after a moment, in seconds (monotonic)."""
        return next((one.at for one in self.feeds.asked if one.path == f"/{number}" and one.at >= after), None)

    def stands(self, words: str) -> list[float]:
        """When messages that quote the words came to stand: on Discord, on Slack."""
        discord = [
            message["_at"]
            for channel in self.discord.guilds[0].channels
            for message in channel.messages
            if words in str(message["embeds"])
        ]
        slack = [one.at for one in self.slack.world.said if words in seen(one.body)]
        return [*discord[:1], *slack[:1]]


async def measured(scene: Scene, numbers: list[int], pause: float) -> list[float]:
    """Seconds from feed to channel for one utterance in each feed; ``pause`` lies between two."""
    began: list[tuple[int, Utterance, float]] = []
    for number in numbers:
        began.append((number, scene.speak(number), time.monotonic()))
        await asyncio.sleep(pause)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not all(len(scene.stands(one.words[:60])) == 2 for _, one, _ in began):  # noqa: ASYNC110 - both platforms
        await asyncio.sleep(0.2)
    waits = []
    for number, one, at in began:
        shown = scene.shown(number, at)
        waits += [stood - shown for stood in scene.stands(one.words[:60]) if shown is not None]
    return waits


def told(name: str, waits: list[float], of: int) -> str:
    """One line: median, 95th percentile, most."""
    ranked = sorted(waits)
    high = ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))]
    return (
        f"{name:22} p50 {statistics.median(ranked):5.2f} s, p95 {high:5.2f} s, most {ranked[-1]:5.2f} s; "
        f"{len(waits)} of {of} arrived\n"
    )


async def main() -> None:
    """Run both phases."""
    coder = Coder(load())
    async with FeedServer() as feeds, Discord() as discord, Slack() as slack:
        scene = Scene(feeds, discord, slack, coder)
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(db=Path(folder) / "bench.db")
            with Store.open(settings.db) as store:
                for workspace in scene.workspaces():
                    store.save_workspace(workspace)
                bot = Loopback(settings, store, coder.registry, coder, scene.sources())
                address = Address(discord.api_url, discord.gateway_url)
                platforms = [
                    OnDiscord(discord.token, address, ready_after=0.1),
                    OnSlack(Access(slack.api.bot_token, slack.api.app_token, slack.api_url), Manner()),
                ]
                running = asyncio.create_task(app.run(bot, platforms))
                await asyncio.sleep(8)
                first, second = list(scene.said)[::2], list(scene.said)[1::2]
                sys.stdout.write(told("one after the other", await measured(scene, first, 0.5), 2 * len(first)))
                sys.stdout.write(told("all at once", await measured(scene, second, 0.0), 2 * len(second)))
                running.cancel()
                await asyncio.wait([running])


if __name__ == "__main__":
    asyncio.run(main())
