"""Several servers and the feeds that they add: one poll an address, and each decides for itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.app import App
from bot.settings import Settings
from bot.sources import Source
from bot.wanted import id_for, wanted
from store import Store
from store.records import AddedFeed, FeedState
from tests.desks import NEWS, NOON, REVIEW
from tests.discord_kit import bot, june
from tests.servers.discord import Channel, Discord, Guild, Person

ADMIN = Person.admin()
ONE, TWO = "https://one.example/feed", "https://two.example/feed"


@dataclass
class Servers:
    """Two servers with the bot in them, and the store behind."""

    discord: Discord
    store: Store
    guilds: tuple[Guild, Guild]

    async def say(self, guild: int, command: str, **options: object) -> str:
        """What an admin of one of them is answered."""
        return (await self.discord.command(ADMIN, command, self.guilds[guild], **options)).plain

    def read(self) -> dict[str, str]:
        """What is polled now besides the operator's feeds: address to id."""
        app = App(Settings(), self.store, None, None, (NEWS, REVIEW))
        return {one.address: one.id for one in app.sources() if one not in {NEWS, REVIEW}}


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    """The bot in two servers of the small Discord."""
    with june() as store:
        async with Discord() as discord, bot(discord, store):
            first = discord.guilds[0]
            second = await discord.invite(replace(first, id=str(int(first.id) + 4096), channels=[Channel("talk")]))
            yield Servers(discord, store, (first, second))
            assert discord.violations == []


async def test_different_addresses_never_share_an_id(servers):
    """Both servers' sites call themselves alike: each feed has an id, and so a state, of its own."""
    await servers.say(0, "feeds add", address=ONE, save="yes")
    await servers.say(1, "feeds add", address=TWO, save="yes")
    assert servers.read() == {ONE: "new-feed", TWO: "new-feed-2"}

    servers.store.save_feed_state(FeedState("new-feed", failures=9, error="503", polled=NOON))
    assert "503" in await servers.say(0, "feeds list")
    assert "503" not in await servers.say(1, "feeds list")
    assert " 1 failing" in await servers.say(0, "status")
    assert "failing" not in await servers.say(1, "status")


async def test_one_address_is_read_once_while_anybody_wants_it(servers):
    """Pausing and removing are each server's own; polling ends with the last that wants it; undo brings it back."""
    for guild in (0, 1):
        await servers.say(guild, "feeds add", address=ONE, save="yes")
    assert servers.read() == {ONE: "new-feed"}

    assert "It is read on for others" in await servers.say(0, "feeds pause", feed="new-feed")
    assert "paused: by" in await servers.say(0, "feeds list")
    assert "paused: by" not in await servers.say(1, "feeds list")
    assert servers.read() == {ONE: "new-feed"}

    assert "It is read on" not in await servers.say(1, "feeds pause", feed="new-feed")
    assert servers.read() == {}

    await servers.say(0, "feeds undo")
    assert servers.read() == {ONE: "new-feed"}
    assert "paused: by" not in await servers.say(0, "feeds list")
    assert "paused: by" in await servers.say(1, "feeds list")

    await servers.say(0, "feeds remove", feed="new-feed")
    assert servers.read() == {}
    await servers.say(1, "feeds resume", feed="new-feed")
    assert servers.read() == {ONE: "new-feed"}
    assert "New Feed" not in await servers.say(0, "feeds list")

    await servers.say(0, "feeds undo")
    await servers.say(1, "feeds remove", feed="new-feed")
    assert servers.read() == {ONE: "new-feed"}


async def test_undoing_what_is_gone_by_now_does_nothing(servers):
    """A pause is taken back after the feed was removed: no other feed is touched."""
    await servers.say(0, "feeds add", address=ONE, save="yes")
    await servers.say(0, "feeds pause", feed="new-feed")
    await servers.say(0, "feeds remove", feed="new-feed")
    await servers.say(0, "feeds undo", number=2)

    assert servers.store.feed_states() == []
    assert servers.read() == {}


def added(workspace: str, name: str, address: str, paused: str = "") -> AddedFeed:
    """A feed as a workspace added it."""
    return AddedFeed(workspace, {"id": name, "address": address, "outlet": name}, "Ada", NOON, paused)


def test_ids_that_clash_on_record_are_told_apart():
    """Two feeds stored under one id, one of them the operator's by now: each is read under an id of its own, always."""
    operator = (Source("news", "https://news.example/feed", "News"),)
    rows = [
        added("discord:1", "news", ONE),
        added("discord:2", "x", TWO),
        added("discord:3", "x", "https://3.example/"),
    ]
    ids = [one.source.id for one in wanted(operator, rows)]

    assert len(set(ids)) == len(ids) == 4
    assert ids == [one.source.id for one in wanted(operator, rows)]


def test_what_the_operator_lists_is_read_whoever_paused_it():
    """A feed that was added, and stands in the operator's list by now, is the operator's."""
    operator = (Source("one", ONE, "One"),)

    [only] = wanted(operator, [added("discord:1", "mine", ONE, paused="by Ada")])
    assert (only.source.id, only.stopped) == ("one", False)


@pytest.mark.parametrize(
    ("name", "address", "given"),
    [("one", ONE, "mine"), ("mine", TWO, "mine-2"), ("news", TWO, "news-2"), ("y", TWO, "y")],
)
def test_an_id_belongs_to_one_address_for_ever(name, address, given):
    """An address that was ever added keeps its id; the operator's ids and those of others are not given again."""
    operator = (Source("news", "https://news.example/feed", "News"),)

    assert id_for(name, address, operator, [added("discord:1", "mine", ONE)]) == given
