"""A disk without room while something is stored, marked or copied: plain words, nothing lost, nothing left half done.

The room is taken away by the system's limit on the size of files: SQLite's writes fail as they do on a full
disk or over a quota. That a disk reports itself full is tried with SQLite's own limit on pages.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.classify.coding import Coder
from bot.codebook import load
from bot.delivery.news import owed_alerts
from bot.fetch import Fetcher, Limits
from bot.pipeline import Round, poll
from bot.sources import Source
from bot.worker import InThread
from store import Store
from store.errors import FullError
from tests.delivery_kit import CHANNEL, NOW, Clock, courier, news, saved, statement, workspace
from tests.servers.chat import ChatPlatform, ChatServer
from tests.servers.feeds import Answer, FeedServer
from tests.test_pipeline import SPOKE, rss

ROOT = Path(__file__).resolve().parents[1]
LITTLE = 64 * 1024
"""Bytes that a file may have: enough for SQLite's shared memory, too little for a page more in these databases."""


@contextmanager
def full(room: int = LITTLE) -> Iterator[None]:
    """No file of this process can grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def grown(path: Path) -> Store:
    """A store whose log of writes is longer than LITTLE, so that each further write needs more room."""
    store = Store.open(path)
    with store.batch():
        for number in range(60):
            store.save_workspace(workspace(name=f"number {number}", note="x" * 8000))
    assert path.with_name(f"{path.name}-wal").stat().st_size > 2 * LITTLE
    return store


async def test_a_poll_takes_in_later_what_it_could_not_store(tmp_path):
    """Feeds are read while the disk is full: plain words, nothing kept by halves; with room, the next poll has all."""
    path, worker = tmp_path / "briefbot.db", InThread(Coder(load()))
    async with FeedServer() as feeds, Fetcher(allowed=("127.0.0.1",), limits=Limits(pause=0, attempts=1)) as fetcher:
        feeds.say("/feed", Answer(rss(SPOKE)))
        source = Source("feed", feeds.url("/feed"), "Outlet", language="en")
        with grown(path) as store:
            with full(), pytest.raises(FullError, match=r"briefbot\.db.*disk is full.*make room"):
                await poll([source], Round(store, fetcher, worker, NOW))
            assert (store.counts()["items"], store.feed_states()) == (0, [])

            [outcome] = await poll([source], Round(store, fetcher, worker, NOW + timedelta(minutes=1)))
            assert len(outcome.items) == len(outcome.statements) == 1
            assert store.check() == []


async def test_a_full_disk_loses_no_mark(tmp_path):
    """A message arrives while nothing can be written: it is marked as soon as there is room, and not posted again."""
    path = tmp_path / "briefbot.db"
    with grown(path) as store:
        store.save_workspace(workspace())
        one = statement()
        saved(store, one, *owed_alerts([news(one)], [workspace()], NOW))
        async with ChatServer(delay=0.1) as chat:
            carrier = courier(store, {"chat": ChatPlatform(chat.url)}, Clock())
            await carrier.deliver(NOW)
            with full():
                await asyncio.sleep(0.4)
                assert len(chat.channels[CHANNEL]) == 1
                assert store.outbox.counts()["posting"] == 1
            await carrier.drained()
            assert store.outbox.counts()["posted"] == 1
            assert len(chat.channels[CHANNEL]) == 1

    with Store.open(path) as store:
        assert store.outbox.counts()["posted"] == 1
        assert store.check() == []


def test_what_is_refused_is_refused_whole(tmp_path):
    """A statement and its alert are refused together in plain words, and taken together once there is room."""
    with Store.open(tmp_path / "briefbot.db") as store:
        store.save_workspace(workspace())
        one = statement(summary="x" * 20_000)
        owed = owed_alerts([news(one)], store.workspaces(), NOW)
        pages = store._file.number("PRAGMA page_count")
        store._file.db.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(FullError, match="disk is full"):
            saved(store, one, *owed)
        assert (store.counts()["statements"], store.outbox.last()) == (0, [])

        store._file.db.execute("PRAGMA max_page_count = 100000")
        saved(store, one, *owed)
        assert len(store.outbox.last()) == 1


def test_a_backup_without_room_leaves_the_old_one_and_no_other(tmp_path):
    """The copy does not fit: the place is named, the older backup is as it was, and no part of the new one is left."""
    target = tmp_path / "copies" / "backup.db"
    target.parent.mkdir()
    with grown(tmp_path / "briefbot.db") as store:
        store.upkeep.backup(target)
        before = target.read_bytes()
        store.save_workspace(workspace(name="later", note="x" * 100_000))
        with full(2 * LITTLE), pytest.raises(FullError, match=r"backup\.db: .*disk is full"):
            store.upkeep.backup(target)

        assert [one.name for one in target.parent.iterdir()] == ["backup.db"]
        assert target.read_bytes() == before
        assert store.check() == []
        assert store.upkeep.backup(target) > len(before)


@pytest.mark.parametrize("backup", ["backup.db", "missing/backup.db"])
def test_the_command_says_in_one_line_why_there_is_no_backup(tmp_path, backup):
    """``briefbot backup`` without room, or to a folder that is missing: one line, exit code 3, nothing left behind."""
    grown(tmp_path / "briefbot.db").close()
    target = tmp_path / "copies" / backup
    (tmp_path / "copies").mkdir()
    command = [sys.executable, "-m", "bot", "--db", str(tmp_path / "briefbot.db"), "backup", str(target)]
    ended = subprocess.run(  # noqa: S603 - our own code
        ["sh", "-c", f'ulimit -f {2 * LITTLE // 512}; exec "$@"', "sh", *command],  # noqa: S607 - the system's shell
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 3
    assert ended.stderr.startswith(f"briefbot: {target}: ")
    assert ended.stderr.count("\n") == 1
    assert list((tmp_path / "copies").iterdir()) == []
    with Store.open(tmp_path / "briefbot.db") as store:
        assert store.check() == []
