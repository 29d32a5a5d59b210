"""The whole process: from a feed to a channel in seconds, watched over HTTP, ended without cutting anything in half."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot import app
from bot.app import App, health, keep_time, run
from bot.classify.coding import Coder
from bot.codebook import load
from bot.delivery.news import owed_alerts
from bot.errors import SettingsError
from bot.fetch import Fetcher, Limits
from bot.health import Meter
from bot.settings import Settings
from bot.sources import Source
from store import Store
from store.deliveries import Claim
from store.errors import CorruptError, ReadOnlyError
from store.owed import Delivery
from store.records import Item, Quotation, Stamp
from store.writes import Change
from tests.crash.world import SPEAKERS, Utterance, document
from tests.delivery_kit import CHANNEL, NOW, TODAY, Clock, courier, news, saved, statement, workspace
from tests.ports import free_port, get
from tests.servers.chat import ChatPlatform, ChatServer
from tests.servers.feeds import Answer, FeedServer


class Eager(App):
    """An App whose fetcher may read loopback without resting."""

    def fetcher(self):
        """A reader for loopback."""
        return Fetcher(allowed=("127.0.0.1",), limits=Limits(pause=0, attempts=1))


async def test_from_a_feed_to_the_channel(tmp_path):
    """Five utterances, each posted once; numbers over HTTP; SIGTERM ends it cleanly."""
    port = free_port()
    coder = Coder(load())
    settings = Settings(db=tmp_path / "briefbot.db", tick=timedelta(seconds=0.5), http_port=port)
    with Store.open(settings.db) as store:
        store.save_workspace(workspace("side:dprk"))
        async with FeedServer() as feeds, ChatServer() as chat:
            source = Source("feed", feeds.url("/feed"), "Outlet", language="en", interval=timedelta(seconds=1))
            feeds.say("/feed", Answer(document([], 0)))
            running = Eager(settings, store, coder.registry, coder, (source,))
            serving = asyncio.create_task(run(running, [ChatPlatform(chat.url)]))
            await asyncio.sleep(1.5)
            said = [spoken(number) for number in range(5)]
            for number in range(1, 6):
                feeds.say("/feed", Answer(document(said[:number], 0)))
                await asyncio.sleep(0.7)
            await until(lambda: len(alerts(store)) >= 5, 60)
            assert len([one for one in chat.channels["brief"] if one.key.startswith("alert/")]) == 5
            assert await get(port, "/healthz") == (200, "ok\n")
            status, text = await get(port, "/metrics")
            assert status == 200
            assert 'briefbot_deliveries{state="posted"}' in text
            assert "briefbot_new_statements_total 5" in text
            assert "briefbot_loop_stall_seconds" in text
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(serving, 10)
            assert store.outbox.counts()["posting"] == 0


async def test_a_slow_feed_holds_up_no_other(tmp_path, caplog):
    """One never answers; the other is read again and again meanwhile. Stopping in the middle of it is no error."""
    settings = Settings(db=tmp_path / "briefbot.db", tick=timedelta(seconds=0.1))
    coder = Coder(load())
    with Store.open(settings.db) as store:
        async with FeedServer() as feeds, ChatServer() as chat:
            feeds.say("/slow", Answer(document([], 0), delay=60))
            feeds.say("/fast", Answer(document([], 0)))
            sources = tuple(
                Source(name, feeds.url(f"/{name}", host), name, interval=timedelta(seconds=0.2))
                for name, host in (("slow", "localhost"), ("fast", "127.0.0.1"))
            )
            serving = asyncio.create_task(
                run(Eager(settings, store, coder.registry, coder, sources), [ChatPlatform(chat.url)])
            )
            await until(lambda: feeds.paths().count("/fast") >= 4, 60)
            assert feeds.paths().count("/slow") == 1
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(serving, 10)
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


def alerts(store):
    """The alerts that were posted and are marked so."""
    return [one for one in store.outbox.last(states=("posted",)) if one.kind == "alert"]


def spoken(number: int) -> Utterance:
    """Something said just now."""
    words = ("candle bridge harbour", "mirror temple ladder", "desert garden lantern", "velvet cloud anchor", "canyon")
    return Utterance(SPEAKERS[number + 1], f"The US must know the {words[number]} number {number}", datetime.now(UTC))


async def until(holds, seconds: float = 12.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in the chat server
            await asyncio.sleep(0.05)


class Scheduler:
    """As much of a scheduler as is asked here."""

    def __init__(self):
        self.woken = []

    def get_jobs(self):
        """Its one job."""
        return [self]

    def modify(self, next_run_time):
        """The job is woken."""
        self.woken.append(next_run_time)


@pytest.mark.parametrize(("jump", "woken"), [(-3600, 1), (2 * 86400, 1), (1, 0)])
async def test_when_the_clock_was_set_every_job_is_woken(jump, woken):
    """An hour back, or two days of sleep: what is due is looked for at once, not when the old hour comes again."""
    shown = iter([NOW, *[NOW + timedelta(seconds=jump)] * 3])
    scheduler = Scheduler()
    keeping = asyncio.create_task(keep_time(scheduler, lambda: next(shown)))
    await asyncio.sleep(1.2)
    keeping.cancel()

    assert len(scheduler.woken) == woken


async def test_health_is_told_on_this_machine_alone_unless_opened(tmp_path):
    """By default only loopback answers; another address of the machine answers when it was named."""
    port = free_port()
    with Store.open(tmp_path / "briefbot.db") as store:
        here = App(Settings(http_port=port), store, None, None)
        async with health(here, Meter(here.clock())):
            assert await get(port, "/healthz") == (200, "ok\n")
            with pytest.raises(aiohttp.ClientConnectorError):
                await get(port, "/healthz", "127.0.0.2")
        opened = replace(here, settings=Settings(http_port=port, http_address="0.0.0.0"))  # noqa: S104 - what is tried
        async with health(opened, Meter(here.clock())):
            assert await get(port, "/healthz", "127.0.0.2") == (200, "ok\n")


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.7"])
async def test_an_address_that_cannot_be_listened_on_is_told(tmp_path, address):
    """A port that is taken, or an address of another machine, ends the start with the settings' names."""
    with Store.open(tmp_path / "briefbot.db") as store, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = Settings(http_port=other.getsockname()[1], http_address=address)
        here = App(settings, store, None, None)
        with pytest.raises(SettingsError, match=f"BRIEFBOT_HTTP_ADDRESS {address}, BRIEFBOT_HTTP_PORT"):
            async with health(here, Meter(here.clock())):
                pass


async def test_a_damaged_database_is_told_before_anything_is_done(tmp_path):
    """The start looks at the file, says in plain words what is wrong, and does not run on it."""
    path = tmp_path / "briefbot.db"
    with Store.open(path) as store:
        for number in range(40):
            store.save_workspace(workspace(name=f"number {number}", note="x" * 3000))
    data = bytearray(path.read_bytes())
    data[len(data) - 40_000 : len(data) - 20_000] = os.urandom(20_000)
    path.write_bytes(data)

    with Store.open(path) as store:
        running = App(Settings(db=path), store, None, None)
        with pytest.raises(CorruptError, match="damaged"):
            await run(running, [])


def test_a_live_database_is_backed_up(tmp_path):
    """The copy is whole and sound while another connection is in the middle of writing; an older one is replaced."""
    path, copy = tmp_path / "briefbot.db", tmp_path / "copy.db"
    copy.write_text("old")
    with Store.open(path) as store, Store.open(path) as writer:
        store.save_workspace(workspace())
        with writer.batch():
            writer.save_workspace(workspace(name="two"))
            assert store.upkeep.backup(copy) == copy.stat().st_size
    with Store.open(copy) as restored:
        assert [one.id for one in restored.workspaces()] == ["chat:one"]
        assert restored.check() == []
    assert sorted(one.name for one in tmp_path.glob("copy*") if "-" not in one.name) == ["copy.db"]


def test_killed_in_the_middle_of_a_migration(tmp_path):
    """The step is undone, and the next start takes it."""
    path = tmp_path / "briefbot.db"
    code = f"""
import os, signal
from sqlite_utils import Database
from store import Store
execute = Database.execute
def watch(self, sql, *rest):
    if "CREATE TABLE feed_troubles" in sql:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(self, sql, *rest)
Database.execute = watch
Store.open({str(path)!r})
"""
    root = Path(app.__file__).resolve().parents[1]
    died = subprocess.run([sys.executable, "-c", code], cwd=root, check=False)  # noqa: S603 - our own code
    assert died.returncode == -signal.SIGKILL

    with Store.open(path) as store:
        assert store.outbox.counts()["owed"] == 0
        assert store.upkeep.troubles() == []
        assert store.check() == []


def test_texts_are_forgotten_and_statements_stay(tmp_path):
    """After the time that the operator set, an item's text is gone; what was said, and where, is not."""
    with Store.open(tmp_path / "briefbot.db") as store:
        text = "She said: It seems that the US may seek a comfort."
        quoted = Quotation(text[10:], 10, len(text), "kim-yo-jong", "#0")
        old = Item("dawn", "https://dawn.example/1", "Sister speaks", text, Stamp(TODAY, NOW), NOW)
        one = statement(quotes=(quoted,))
        store.save(Change(items=(old,), statements=(one,)))

        assert store.upkeep.forget_texts(NOW + timedelta(seconds=1)) == 1
        assert store.upkeep.forget_texts(NOW + timedelta(seconds=1)) == 0

        assert store.items()[0].text == ""
        [kept] = store.statements()
        assert kept.quotes == (replace(quoted, start=-1, end=-1, item=kept.quotes[0].item),)
        assert store.search_items("comfort") == []
        assert store.search("comfort")


async def test_a_locked_database_loses_no_mark(tmp_path):
    """Somebody holds the file while a message arrives: it is marked as soon as the file can be written."""
    path = tmp_path / "briefbot.db"
    with Store.open(path, patience=0.05) as store:
        store.save_workspace(workspace())
        one = statement()
        saved(store, one, *owed_alerts([news(one)], store.workspaces(), NOW))
        async with ChatServer(delay=0.1) as chat:
            carrier = courier(store, {"chat": ChatPlatform(chat.url)}, Clock())
            await carrier.deliver(NOW)
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(0.4)
            assert len(chat.channels[CHANNEL]) == 1
            assert store.outbox.counts()["posting"] == 1
            other.execute("ROLLBACK")
            other.close()
            await carrier.drained()

    with Store.open(path) as store:
        assert store.outbox.counts()["posted"] == 1


def test_a_file_that_may_only_be_read_is_told(tmp_path):
    """Delivering from a database that cannot be written begins nothing."""
    path = tmp_path / "briefbot.db"
    with Store.open(path) as store:
        store.outbox.owe(Delivery("notice", "chat", "brief", "n", owed=NOW))
    with Store.open(path, readonly=True) as store, pytest.raises(ReadOnlyError, match="may only be read"):
        store.outbox.claim(Claim("me", NOW, timedelta(seconds=60), ("chat",)))
