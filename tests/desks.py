"""A desk for the command tests: the shipped chronicle in a real store in memory, at a given moment."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from bot.briefing.charts import Bar, Chart, Level
from bot.briefing.drawing import png
from bot.catalogue import Catalogue
from bot.classify.identity_statements import likenesses
from bot.classify.speakers import Registry
from bot.codebook import load
from bot.commands import COMMANDS
from bot.commands.command import Desk, Probed
from bot.errors import FetchError
from bot.sources import Source
from store import Store, chronicle
from store.records import Coding, Found, Item, Stamp, Statement
from store.writes import Change

NOON = datetime(2021, 6, 25, 12, tzinfo=UTC)
NEWS = Source(id="dawn", address="https://dawn.example/feed", outlet="The Dawn Bulletin")
REVIEW = Source(id="review", address="https://review.example/rss", outlet="Strait Review")


@cache
def registry() -> Registry:
    """The real registry, built once."""
    return Registry(load())


@cache
def history() -> Store:
    """The whole chronicle; only to be read."""
    store = Store.open(":memory:")
    store.save(Change(statements=tuple(chronicle.statements()), events=tuple(chronicle.events())))
    return store


def june(until: str = "2021-06-30") -> Store:
    """A small store of its own for tests that write: the chronicle of 2021 up to a day."""
    store = Store.open(":memory:")
    kept = (one for one in chronicle.statements() if "2021-01-01" <= one.date.isoformat() <= until)
    acts = (one for one in chronicle.events() if "2021-01-01" <= one.date.isoformat() <= until)
    store.save(Change(statements=tuple(kept), events=tuple(acts)))
    return store


@cache
def pencil() -> bytes:
    """A first chart, drawn once: loading the library takes a second, which no answer that is waited for should bear."""
    bar = Bar(NOON.date(), NOON.date(), "today", "today", (1,), recorded=True)
    return png(Chart("Warming up", "Statements", "Day", "", "", (Level("explicit", "explicit", 1),), (bar,)))


async def probe(address: str) -> Probed:
    """A site that gives one relevant item and one that is not, or nothing at all."""
    if "nothing" in address:
        raise FetchError(address, "no such host")
    entry = {"id": "new-feed", "address": address, "outlet": "New Feed"}
    told = Found(Statement("kim-yo-jong", NOON.date(), "dprk"))
    items = (
        (_item("Sister of the leader rejects talks"), Coding(relevant=True, carries="statement", found=(told,))),
        (_item("Rice harvest good"), Coding(relevant=False)),
    )
    return Probed(entry, items)


def _item(title: str) -> Item:
    return Item("new-feed", f"https://new.example/{len(title)}", title, "", Stamp(NOON.date()), NOON)


def desk(store: Store | None = None, *, admin: bool = True, now: datetime = NOON) -> Desk:
    """A desk over the chronicle, or over a store of the test's own."""
    return Desk(
        store=store or history(),
        people=registry(),
        catalogue=Catalogue.load(),
        now=now,
        probe=probe,
        sources=(NEWS, REVIEW),
        who="Ada",
        admin=admin,
        commands=COMMANDS,
        likenesses=likenesses,
    )
