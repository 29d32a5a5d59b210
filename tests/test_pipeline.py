"""The round of polling, over a real server on loopback and a real store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.classify.coding import Coder
from bot.codebook import load
from bot.pipeline import GIVE_UP, Round, due, poll
from bot.sources import Source
from bot.worker import InThread
from store import Store
from tests.servers.feeds import Answer

NOW = datetime(2021, 6, 22, 9, 0, tzinfo=UTC)


def rss(*entries: tuple[str, str, str]) -> bytes:
    """An RSS document of (title, path, text) entries of NOW's morning."""
    items = "".join(
        f"<item><title>{title}</title><link>http://news.invalid/{path}</link><guid>{path}</guid>"
        f"<description>{text}</description><pubDate>Tue, 22 Jun 2021 08:00:00 GMT</pubDate></item>"
        for title, path, text in entries
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


SPOKE = (
    "Kim Yo Jong dismisses US hopes for talks",
    "kim",
    (
        "SEOUL, June 22 - Kim Yo Jong, the North Korean leader's sister, on Tuesday dismissed U.S. hopes for talks. "
        "&quot;It seems that the US may interpret the situation in such a way as to seek a comfort for itself&quot;, "
        "she said in a statement carried by state media KCNA."
    ),
)
AGAIN = (
    "Sister of N. Korean leader rebuffs Washington",
    "sister",
    (
        "North Korea will not be drawn into talks with the United States, Kim Yo Jong said on Tuesday. "
        "&quot;It seems that the US may interpret the situation in such a way as to seek a comfort for itself&quot;, "
        "the leader's sister said in a press statement."
    ),
)
RAIN = ("Monsoon rain reaches Busan", "rain", "Heavy rain is expected on the southern coast until Thursday.")


@pytest.fixture(scope="module")
def coder():
    """One reader for all tests here: it keeps nothing between items."""
    return Coder(load())


@pytest.fixture
def store():
    """An empty store in memory."""
    with Store.open(":memory:") as opened:
        yield opened


@pytest.fixture
def round_(store, fetcher, coder):
    """A round at NOW."""
    return Round(store, fetcher, InThread(coder), NOW, sums=coder.summed)


def source(server, path="/feed", **changes):
    """A source on the server, named like its path."""
    return replace(Source(path.strip("/"), server.url(path), f"Outlet {path}", language="en"), **changes)


async def test_an_item_becomes_a_statement(server, round_, store):
    """What a feed reports is read, kept, and can be asked for."""
    server.say("/feed", Answer(rss(SPOKE, RAIN)))

    [outcome] = await poll([source(server)], round_)

    assert (outcome.status, outcome.entries, len(outcome.items), len(outcome.statements)) == ("read", 2, 2, 1)
    [statement] = store.statements(speaker="kim-yo-jong")
    assert statement.id == outcome.statements[0] == "S-2021-0622-1"
    assert [report.outlet for report in statement.sources] == ["Outlet /feed"]
    assert [item.title for item in store.items(relevant=True)] == [SPOKE[0]]


async def test_two_outlets_report_one_utterance(server, round_, store):
    """Reports of the same words are merged into one statement with both sources."""
    server.say("/one", Answer(rss(SPOKE)))
    server.say("/two", Answer(rss(AGAIN)))

    await poll([source(server, "/one"), source(server, "/two")], round_)

    [statement] = store.statements(speaker="kim-yo-jong")
    assert {report.outlet for report in statement.sources} == {"Outlet /one", "Outlet /two"}


SPOKE_ON = (
    "SEOUL, June 22 - Kim Yo Jong, the North Korean leader's sister, spoke on Tuesday. &quot;It seems that the US may "
    "interpret the situation in such a way as to seek a comfort for itself&quot;, she said in a statement. "
)
REFUSAL = f"{SPOKE_ON}&quot;We will never sit down with the US for talks&quot;, she said."
AND_SEOUL = f"{SPOKE_ON}&quot;The gentlemen in Seoul have nothing to talk about with us&quot;, she added."


@pytest.mark.parametrize("texts", [(REFUSAL, AND_SEOUL), (AND_SEOUL, REFUSAL)])
async def test_the_summary_follows_the_labels_of_a_merged_statement(server, round_, store, texts):
    """What each report adds to an utterance stands in its summary, whichever report came first."""
    for path, text in zip(("/one", "/two"), texts, strict=True):
        server.say(path, Answer(rss(("Kim Yo Jong speaks", path, text))))
        await poll([source(server, path)], round_)

    [statement] = store.statements(speaker="kim-yo-jong")
    assert statement.summary == (
        "Kim Yo Jong rules out talks with South Korea and rules out talks with the United States; no threat."
    )


async def test_a_second_poll_changes_nothing(server, round_, store):
    """The same document again, without validators, adds neither item nor statement nor source."""
    server.say("/feed", Answer(rss(SPOKE, RAIN)))
    await poll([source(server)], round_)
    before = (store.counts(), list(store.export()))

    [outcome] = await poll([source(server)], round_)

    assert (outcome.status, outcome.items, outcome.statements) == ("read", (), ())
    assert (store.counts(), list(store.export())) == before


async def test_copies_of_what_is_known_are_no_new_items(server, round_, store):
    """A feed that gives everything new addresses and dates, or a fuller text, brings nothing new; one entry does."""
    title, _, text = SPOKE
    moved = rss((title, "kim-moved", text), (RAIN[0], "rain-moved", f"{RAIN[2]} Ferries stay in port."))
    later = moved.replace(b"22 Jun 2021 08:00", b"22 Jun 2021 07:30")
    server.say("/feed", Answer(rss(SPOKE, RAIN)), Answer(later), Answer(rss(AGAIN, SPOKE, RAIN)))
    told = [(await poll([source(server)], round_))[0] for _ in range(3)]

    assert [len(outcome.items) for outcome in told] == [2, 0, 1]
    assert store.counts()["items"] == 3


async def test_an_unchanged_feed_is_not_sent_again(server, round_):
    """The stored validator comes back to the server, which answers 304."""
    server.say("/feed", Answer(rss(SPOKE), etag='"v1"'))
    await poll([source(server)], round_)

    [outcome] = await poll([source(server)], round_)

    assert outcome.status == "unchanged"
    assert server.asked[-1].headers["if-none-match"] == '"v1"'


async def test_a_failing_feed_does_not_stop_the_round(server, round_, store):
    """The others are read, and the failing one's state says in words what is wrong."""
    server.say("/bad", Answer(status=503))
    server.say("/feed", Answer(rss(SPOKE)))

    outcomes = await poll([source(server, "/bad"), source(server)], round_)

    assert {outcome.source: outcome.status for outcome in outcomes} == {"bad": "failed", "feed": "read"}
    state = store.feed_state("bad")
    assert state.failures == 1
    assert "503" in state.error


async def test_a_page_that_is_no_feed_is_a_failure(server, round_):
    """A login page in place of the feed is told as such."""
    server.say("/feed", Answer(b"<!doctype html><html><body>Sign in</body></html>", content_type="text/html"))

    [outcome] = await poll([source(server)], round_)

    assert outcome.status == "failed"
    assert outcome.error


async def test_a_bug_in_one_reader_is_contained(server, round_, store):
    """An unexpected error of one source is logged and counted, and the round goes on."""

    class Broken:
        """Fails on one address as no honest fetcher would."""

        async def fetch(self, url, *rest):
            if url.endswith("/bad"):
                raise ZeroDivisionError
            return await round_.fetcher.fetch(url, *rest)

    server.say("/feed", Answer(rss(SPOKE)))

    outcomes = await poll([source(server, "/bad"), source(server)], replace(round_, fetcher=Broken()))

    assert {outcome.source: outcome.status for outcome in outcomes} == {"bad": "failed", "feed": "read"}
    assert store.feed_state("bad").failures == 1


async def test_a_failing_feed_is_tried_less_and_less_often(server, round_, store):
    """The wait doubles with each failure in a row, and one success ends it."""
    feed = source(server, interval=timedelta(minutes=10))
    server.say("/feed", Answer(status=500), Answer(status=500), Answer(status=500), Answer(rss(RAIN)))

    waits = []
    for _ in range(4):
        await poll([feed], round_)
        waits.append(store.feed_state("feed").next_poll - NOW)

    assert [wait / timedelta(minutes=10) for wait in waits] == [1, 2, 4, 1]
    assert store.feed_state("feed").failures == 0


async def test_the_server_s_own_wish_is_respected(server, round_, store):
    """Retry-After is waited for when it is longer than our own pause."""
    server.say("/feed", Answer(status=429, headers={"Retry-After": "7200"}))

    await poll([source(server)], round_)

    assert store.feed_state("feed").next_poll == NOW + timedelta(hours=2)


async def test_a_permanent_move_is_remembered(server, round_):
    """After a 301 the next poll goes straight to the new address."""
    server.say("/old", Answer(status=301, headers={"Location": "/new"}))
    server.say("/new", Answer(rss(RAIN)))

    await poll([source(server, "/old")], round_)
    await poll([source(server, "/old")], round_)

    assert [asked.path for asked in server.asked] == ["/old", "/new", "/new"]


async def test_a_feed_that_is_gone_is_paused(server, round_, store):
    """After a 410 the feed is not due any more, and its state says why."""
    server.say("/feed", Answer(status=410))
    feed = source(server)

    await poll([feed], round_)

    assert store.feed_state("feed").paused == "gone"
    assert due([feed], store, NOW + timedelta(days=30)) == []


async def test_a_feed_that_fails_for_long_is_paused(server, round_, store):
    """A feed that once worked and then fails for weeks is given up."""
    feed = source(server)
    server.say("/feed", Answer(rss(RAIN)), Answer(status=500))
    await poll([feed], round_)

    await poll([feed], replace(round_, now=NOW + GIVE_UP + timedelta(hours=1)))

    assert store.feed_state("feed").paused == "failing"


async def test_a_feed_that_never_answered_is_paused_too(server, round_, store):
    """An address that was wrong from the beginning is given up after some two weeks of tries."""
    feed, now = source(server), NOW
    server.say("/feed", Answer(status=404))
    while not store.feed_state("feed") or not store.feed_state("feed").paused:
        await poll([feed], replace(round_, now=now))
        now = store.feed_state("feed").next_poll

    assert store.feed_state("feed").paused == "failing"
    assert GIVE_UP / 2 < now - NOW < GIVE_UP * 2


@pytest.mark.parametrize("status", [200, 500])
async def test_who_pauses_a_feed_while_it_is_read_has_the_last_word(server, round_, store, status):
    """The answer comes later than the pause, good or bad, and does not undo it; nor does it undo a resumption."""
    feed = source(server)
    server.say("/feed", Answer(rss(RAIN), status=status, delay=0.3))
    for pause in ("somebody", ""):
        reading = asyncio.create_task(poll([feed], round_))
        await asyncio.sleep(0.1)
        if pause:
            store.pause_feed("feed", pause)
        else:
            store.resume_feed("feed")
        await reading
        assert store.feed_state("feed").paused == pause
        assert store.feed_state("feed").polled == NOW


async def test_only_what_is_due_is_polled(server, round_, store):
    """A feed rests for its interval; a new one is due at once."""
    feed = source(server, interval=timedelta(minutes=15))
    server.say("/feed", Answer(rss(RAIN)))
    assert due([feed], store, NOW) == [feed]

    await poll([feed], round_)

    assert due([feed], store, NOW + timedelta(minutes=14)) == []
    assert due([feed], store, NOW + timedelta(minutes=15)) == [feed]


async def test_the_article_page_gives_the_text(server, round_, store):
    """Where the source says so, the text comes from the page behind the entry."""
    more = "<p>Officials in Seoul said that they were weighing her words, and would consult with Washington.</p>"
    page = f"<html><body><article><h1>{SPOKE[0]}</h1><p>{SPOKE[2]}</p>{more}</article></body></html>"
    server.say("/feed", Answer(rss(SPOKE).replace(b"http://news.invalid", server.url("").encode().rstrip(b"/"))))
    server.say("/kim", Answer(page.encode(), content_type="text/html"))

    await poll([source(server, page=True)], round_)

    [item] = store.items()
    assert "Officials in Seoul said" in item.text


async def test_without_the_page_the_feed_s_text_is_taken(server, round_, store):
    """A page that cannot be had loses nothing of what the feed gave."""
    server.say("/feed", Answer(rss(SPOKE).replace(b"http://news.invalid", server.url("").encode().rstrip(b"/"))))
    server.say("/kim", Answer(status=404))

    await poll([source(server, page=True)], round_)

    [statement] = store.statements(speaker="kim-yo-jong")
    assert statement.sources[0].url.endswith("/kim")


RECALLS = (
    "Seoul weighs its next step",
    "seoul",
    (
        "South Korea's unification minister met the U.S. envoy on Tuesday. Kim Yo Jong, the North Korean leader's "
        "sister, has said before that she has no interest in talks with Washington, and Pyongyang has kept to that."
    ),
)


async def test_an_undated_recollection_makes_no_statement(server, round_, store):
    """Background without date and words, on somebody of whom nothing is on record, is not held as an utterance."""
    server.say("/feed", Answer(rss(RECALLS)))

    await poll([source(server)], round_)

    assert store.statements(speaker="kim-yo-jong") == []
