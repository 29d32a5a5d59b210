"""Which statements are news, to whom, and what a feed's archive, a burst of copies or a re-dated feed may not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.briefing.alerts import Watch, fires, read_rule, with_watches, written
from bot.classify.coding import Coder
from bot.codebook import load
from bot.delivery.news import is_news, owed_alerts
from bot.jobs import alerting
from bot.pipeline import Round, poll
from bot.sources import Source
from bot.worker import InThread
from store import Store
from store.records import Comparison, Label, Shift, Stamp
from tests.delivery_kit import CHANNEL, NOW, TODAY, news, statement, workspace
from tests.servers.feeds import Answer

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def coder():
    """One reader for all tests here."""
    return Coder(load())


@pytest.fixture
def store():
    """A store with one workspace that wants to hear of Kim Yo Jong."""
    with Store.open(":memory:") as opened:
        opened.save_workspace(workspace())
        yield opened


def report(number: int, minutes: int = 30, day: int = 22) -> str:
    """One entry on an utterance of its own, printed so many minutes before nine."""
    who = ("Kim Yo Jong", "Ri Son Gwon", "Choe Son Hui", "Kim Kye Gwan", "Kim Myong Gil", "Kwon Jong Gun")[number % 6]
    words = ("candle bridge harbour", "mirror temple ladder", "desert garden lantern", "silver thunder anchor")
    said = f"The US must know the {words[number % 4]} {words[(number + 1) % 4]} number {number}"
    at = NOW.replace(day=day) - timedelta(minutes=minutes)
    text = (
        f"SEOUL, June {day} - {who}, a senior North Korean official, on {at:%A} dismissed U.S. hopes for talks. "
        f"&quot;{said}&quot;, {who} said in a statement carried by state media KCNA."
    )
    return (
        f"<item><title>{who} speaks of number {number}</title><link>http://news.invalid/{number}</link>"
        f"<guid>{number}</guid><description>{text}</description>"
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    )


def feed(*entries: str) -> bytes:
    """An RSS document."""
    return f"<rss version='2.0'><channel><title>News</title>{''.join(entries)}</channel></rss>".encode()


async def read(store, fetcher, coder, server, now=NOW):
    """Poll the feed once, as the job does."""
    source = Source("feed", server.url("/feed"), "Outlet", language="en")
    return await poll([source], Round(store, fetcher, InThread(coder), now, alerting(store, now)))


async def test_what_a_feed_brings_is_owed_with_it(store, fetcher, coder, server):
    """A statement that fits a rule is owed to the channel when the poll is over; another's is not."""
    server.say("/feed", Answer(feed(report(0), report(1))))

    [outcome] = await read(store, fetcher, coder, server)

    assert len(outcome.statements) == 2
    [owed] = store.outbox.last()
    assert store.statement(owed.subject).speaker == "kim-yo-jong"
    assert (owed.kind, owed.channel, owed.told["names"]) == ("alert", CHANNEL, ["sister"])


async def test_a_new_feed_does_not_pour_out_its_archive(store, fetcher, coder, server):
    """On the first reading only what was printed in the last hours is news; from then on, all that is new."""
    store.save_workspace(workspace("side:dprk"))
    server.say("/feed", Answer(feed(report(0, 30), *(report(number, 60 * (4 + number) + 7) for number in range(1, 6)))))
    await read(store, fetcher, coder, server)
    assert len(store.outbox.last()) == 1

    server.say("/feed", Answer(feed(report(7, -60))))
    await read(store, fetcher, coder, server, NOW + timedelta(hours=2))
    assert len(store.outbox.last()) == 2


async def test_a_feed_that_re_dates_and_renames_everything_says_nothing_new(store, fetcher, coder, server):
    """New guids, new addresses, new dates for old texts: known by what they say, nobody is called again."""
    server.say("/feed", Answer(feed(report(0))))
    await read(store, fetcher, coder, server)
    again = report(0, minutes=-10).replace("news.invalid/0", "news.invalid/new").replace("<guid>0", "<guid>new")
    server.say("/feed", Answer(feed(again)))

    await read(store, fetcher, coder, server, NOW + timedelta(hours=1))

    assert len(store.outbox.last()) == 1


def test_one_alert_a_channel_however_many_rules_fit():
    """Two rules of one channel make one alert that names both; a rule for another channel makes its own."""
    place = workspace()
    watches = [
        Watch("all", read_rule("side:dprk")),
        Watch("sister", read_rule("speaker:kim-yo-jong"), role="7"),
        Watch("elsewhere", read_rule("theme:sanctions"), channel="ops"),
        Watch("never", read_rule("threat:explicit")),
    ]
    place = replace(place, settings=with_watches(place.settings, watches))

    owed = owed_alerts([news(statement())], [place], NOW)

    assert [(one.channel, one.told["names"], one.told["ping"], one.rank) for one in owed] == [
        (CHANNEL, ["all", "sister"], "7", 0),
        ("ops", ["elsewhere"], "", 1),
    ]


def test_a_workspace_that_was_left_is_owed_nothing():
    """After the bot was removed from a server nothing is posted there."""
    assert owed_alerts([news(statement())], [workspace(left="2021-06-01")], NOW) == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"uttered": False}, False),
        ({"published": Stamp(TODAY, NOW - timedelta(hours=25))}, False),
        ({"published": Stamp(TODAY)}, True),
        ({"published": Stamp(TODAY - 2 * DAY)}, False),
        ({"published": Stamp(TODAY, NOW, "no date: first seen")}, True),
        ({"published": Stamp(TODAY, NOW, "no date: first seen"), "first": True}, False),
        ({"published": Stamp(TODAY, NOW - timedelta(hours=4)), "first": True}, False),
        ({"statement": statement(day=TODAY - 5 * DAY)}, False),
        ({"statement": statement(day=TODAY - DAY)}, True),
        ({"statement": statement(date_precision="month")}, False),
    ],
)
def test_what_is_news(changes, told):
    """Uttered in this report, lately, printed lately; more strictly so when a feed is new."""
    assert is_news(news(statement(), **changes), NOW) is told


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("speaker:kim-yo-jong", True),
        ("side:us", False),
        ("authority:3", True),
        ("authority:2", False),
        ("theme:sanctions and not threat:implied", True),
        ("threat:explicit or novelty:new", True),
        ("threat:explicit or (novelty:formulaic and side:dprk)", False),
        ("shift:stance", True),
        ("shift:tone", False),
        ("formula:hostile-policy", True),
        ('words:"comfort for itself"', True),
        ("not (speaker:kim-yo-jong or side:rok)", False),
    ],
)
def test_rules(rule, holds):
    """Every condition, alone and combined; a rule written out reads as itself."""
    one = statement(labels=(Label("theme", "sanctions"), Label("formula", "hostile-policy")))
    compared = Comparison(novelty="new", shifts=(Shift("stance", "open", "rejects"),))

    assert fires(read_rule(rule), one, compared) is holds
    assert read_rule(written(read_rule(rule))) == read_rule(rule)
