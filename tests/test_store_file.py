"""The file itself: upgrades, a process killed or another one writing, and every failure in plain words."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlite_utils import Database

from store import Store
from store.errors import CorruptError, FullError, LockedError, NewerError, ReadOnlyError, StoreError
from store.records import FeedState, Statement
from store.schema import STEPS
from store.writes import Change

ROOT = Path(__file__).parents[1]
HERS = Statement("kim-yo-jong", date(2021, 6, 22), "dprk", summary="She shuts the door. " * 20)


@pytest.fixture
def path(tmp_path):
    """Where a store may be."""
    return tmp_path / "folder" / "store.db"


def fill(path):
    """A store with one statement."""
    with Store.open(path) as store:
        return store.save(Change(statements=(HERS,))).statements[0]


def run(code, path):
    """Run Python beside us, on the same file."""
    return subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own code


def test_what_was_saved_is_there_next_time(path):
    """The folder is made when missing; the file is sound."""
    saved = fill(path)
    with Store.open(path) as store:
        assert store.statement("S-2021-0622-1") == saved
        assert store.check() == []
    with Store.open(path, readonly=True) as store:
        assert store.statements() == [saved]


def test_an_older_file_is_brought_up_to_date(path):
    """Its data stays, and what came later works."""
    path.parent.mkdir()
    with closing(Database(sqlite3.connect(path))) as db:
        STEPS.apply(db, stop_before="m004_events")
        db.execute("INSERT INTO statement_numbers VALUES ('2021-06-22', 6)")
    with pytest.raises(ReadOnlyError, match="older"):
        Store.open(path, readonly=True)
    with Store.open(path) as store:
        assert store.save(Change(statements=(HERS,), feed=FeedState("kcna"))).created == ("S-2021-0622-7",)
        assert store.events() == []


KILLED = """
import os, signal, sys
from store import Store
from store.schema import STEPS

@STEPS()
def m998_done(db):
    db.execute("CREATE TABLE one (a)")

@STEPS()
def m999_killed(db):
    db.execute("CREATE TABLE two (a)")
    db.execute("DROP TABLE quotations")
    os.kill(os.getpid(), signal.SIGKILL)

Store.open(sys.argv[1])
"""


def test_a_killed_upgrade_leaves_the_old_version_usable(path):
    """All steps that were pending are undone together, and this version opens the file."""
    saved = fill(path)
    with run(KILLED, path) as process:
        assert process.wait() == -signal.SIGKILL
    with Store.open(path) as store:
        assert store.statements() == [saved]
        assert store.check() == []


def test_a_newer_file_is_refused_and_left_alone(path):
    """A step that this version does not know means that a newer one wrote it."""
    fill(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('briefbot', 'm998_x', '')")
    with pytest.raises(NewerError, match=r"store\.db.*newer briefbot"):
        Store.open(path)


def test_another_program_s_database_is_refused(path):
    """Nothing is written into what is not ours."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE contacts (name)")
    with pytest.raises(CorruptError, match="not briefbot's"):
        Store.open(path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_a_file_that_is_no_database(path):
    """The message names the file and the way out; the file stays as it is."""
    path.parent.mkdir()
    path.write_text("dear diary, " * 200)
    with pytest.raises(CorruptError, match=r"store\.db: this is not a database.*move this one away"):
        Store.open(path)
    assert path.read_text() == "dear diary, " * 200


def test_a_damaged_file_is_told(path):
    """Damage found while reading is told as such, and check() finds it or says so too."""
    with Store.open(path) as store:
        store.save(Change(statements=(HERS,) * 200))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 4)
        file.write(b"\xff" * (size // 2))
    with pytest.raises(CorruptError, match="damaged"), Store.open(path) as store:
        store.statements()


def test_a_locked_file_is_told_and_nothing_is_half_written(path):
    """While another process writes, reading goes on; a write waits, then says who is in the way."""
    saved = fill(path)
    with Store.open(path, patience=0.05) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match=r"store\.db: another process.*try again"):
            store.save(Change(statements=(HERS,)))
        assert store.statements() == [saved]
        other.rollback()
        assert store.save(Change(statements=(HERS,))).created == ("S-2021-0622-2",)


def test_a_full_disk_is_told_and_nothing_is_half_written(path):
    """The change that did not fit is undone whole; smaller ones go on once there is room."""
    saved = fill(path)
    with Store.open(path) as store:
        pages = store._file.number("PRAGMA page_count")
        store._file.value(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(FullError, match=r"store\.db: the disk is full.*make room"):
            store.save(Change(statements=(HERS,) * 500))
        assert store.statements() == [saved]
        assert store.counts()["labels"] == 0
        store._file.value("PRAGMA max_page_count = 1000000")
        assert store.save(Change(statements=(HERS,))).created == ("S-2021-0622-2",)
        assert store.check() == []


def test_a_file_that_may_only_be_read(path):
    """Lookups go on; a write says why it cannot be."""
    fill(path)
    with Store.open(path, readonly=True) as store:
        with pytest.raises(ReadOnlyError, match=r"store\.db: it may only be read"):
            store.save(Change(statements=(HERS,)))
        assert len(store.statements()) == 1


def test_a_place_where_nothing_can_be_made(tmp_path):
    """A folder that is a file, a file that is a folder, a file that is not there."""
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "store.db", tmp_path):
        with pytest.raises(StoreError, match=str(place)):
            Store.open(place)
    with pytest.raises(ReadOnlyError, match="cannot be opened"):
        Store.open(tmp_path / "none.db", readonly=True)


def test_our_own_mistakes_are_not_dressed_up(path):
    """Only what the user or the machine is at fault for becomes a StoreError."""
    with Store.open(path) as store, pytest.raises(sqlite3.OperationalError, match="no such table"):
        store._file.all("SELECT * FROM nowhere")


WRITER = """
import sys
from dataclasses import replace
from datetime import date
from store import Store
from store.records import Statement
from store.writes import Change

with Store.open(sys.argv[1]) as store:
    print("ready", flush=True)
    for n in range(60):
        one = Statement("mfa", date(2021, 6, 23), "dprk", summary=str(n))
        store.save(Change(statements=(one, replace(one, side="us"))))
"""


def test_one_process_reads_while_another_writes(path):
    """The reader sees each change whole or not at all, and sees what changed since it last looked."""
    saved = fill(path)
    with run(WRITER, path) as process, Store.open(path) as store:
        assert process.stdout.readline() == "ready\n"
        seen = [0]
        while seen[-1] < 120 and (process.poll() is None or seen[-1] == 0):
            written = store.statements(speaker="mfa")
            assert len(written) % 2 == 0
            assert store.statement(saved.id) == saved
            seen.append(len(written))
        assert process.wait() == 0
        assert seen == sorted(seen)
        assert store.counts()["statements"] == 121
        assert store.check() == []


CHANGER = """
import sys
from dataclasses import replace
from store import Store
from store.writes import Change

with Store.open(sys.argv[1]) as store:
    store.save(Change(statements=(replace(store.statements()[0], summary="changed elsewhere"),)))
"""


def test_a_change_by_another_process_is_seen(path):
    """What this process read before is not what it shows after."""
    saved = fill(path)
    with Store.open(path) as store:
        assert store.statement(saved.id).summary == saved.summary
        with run(CHANGER, path) as process:
            assert process.wait() == 0
        assert store.statement(saved.id).summary == "changed elsewhere"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write(tmp_path):
    """The folder's rights are what the message speaks of."""
    tmp_path.chmod(0o500)
    with pytest.raises(ReadOnlyError, match="folder"):
        Store.open(tmp_path / "store.db")


@pytest.mark.parametrize("link", [False, True])
def test_the_database_is_no_place_for_its_own_backup(tmp_path, link):
    """Neither by its name nor by a link to it: what runs would go on writing into a file that is gone."""
    path, place = tmp_path / "briefbot.db", tmp_path / ("link.db" if link else "briefbot.db")
    with Store.open(path) as store:
        if link:
            place.symlink_to(path)
        before = path.stat().st_ino
        with pytest.raises(StoreError, match="this is the database itself"):
            store.upkeep.backup(place)
        assert path.stat().st_ino == before
