"""The database file: opening it, transactions on it, and its failures in plain words."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from store.errors import CorruptError, FullError, LockedError, ReadOnlyError, StoreError
from store.shelf import Shelf

Row = tuple[object, ...]
Parameters = Sequence[object] | dict[str, object]

PATIENCE = 5.0
"""Seconds to wait for another process's write before giving up."""


class File:
    """One connection to one file, used from the thread that opened it.

    Every method raises the StoreError tree where the user or the machine is at
    fault (locked, full, damaged, not writable); other sqlite3 errors are bugs and
    come through unchanged.
    """

    def __init__(self, path: str | Path, *, readonly: bool = False, patience: float = PATIENCE) -> None:
        self.path = str(path)
        self.readonly = readonly
        self.shelf = Shelf()
        with self.plainly():
            self.db = Database(_connect(self.path, readonly=readonly, patience=patience))
            self._prepare()

    def _prepare(self) -> None:
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.execute("PRAGMA cache_size = -32000")
        if not self.readonly and self.path != ":memory:":
            # Readers go on while one writes. FULL, SQLite's default, stays: what was saved survives a power cut.
            self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()

    def close(self) -> None:
        """Close the connection; harmless when it is closed already."""
        with suppress(sqlite3.Error):
            self.db.close()

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query."""
        with self.plainly():
            return self.db.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query."""
        with self.plainly():
            row: Row | None = self.db.execute(sql, parameters).fetchone()
            return row

    def value(self, sql: str, parameters: Parameters = ()) -> object:
        """The first column of the first row, None when there is none."""
        row = self.one(sql, parameters)
        return row[0] if row else None

    def number(self, sql: str, parameters: Parameters = ()) -> int:
        """The one number a query asks for; 0 for NULL or no row."""
        value = self.value(sql, parameters)
        return value if isinstance(value, int) else 0

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Carry out one change; the number of rows it touched."""
        with self.plainly():
            return self.db.execute(sql, parameters).rowcount

    def insert(self, sql: str, parameters: Parameters) -> int:
        """Carry out one INSERT; the new row's key."""
        with self.plainly():
            return self.db.execute(sql, parameters).lastrowid or 0

    def many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Carry out one statement for many rows; only inside ``writing()``."""
        with self.plainly():
            self.db.conn.executemany(sql, rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction; inside another one a savepoint, so that a failed part leaves the rest whole."""
        with self.plainly():
            if self.db.conn.in_transaction:
                try:
                    with self.db.atomic():
                        yield
                except BaseException:
                    self.shelf.clear()
                    raise
                return
            # IMMEDIATE: the lock is waited for before anything is read, so that the write cannot fail half way.
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.commit()
            except BaseException:
                self.shelf.clear()
                self.db.rollback()
                raise

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Tell errors that the user or the machine is at fault for in plain words."""
        try:
            yield
        except sqlite3.Error as error:
            told = told_plainly(error, self.path)
            if told is None:
                raise
            raise told from error


def _connect(path: str, *, readonly: bool, patience: float) -> sqlite3.Connection:
    if path == ":memory:":
        return sqlite3.connect(path)
    if readonly:
        return sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True, timeout=patience)
    try:
        Path(path).absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error)(f"{path}: its folder cannot be made ({error.strerror}). Name another place.") from error
    return sqlite3.connect(path, timeout=patience)


def refused(error: OSError) -> type[StoreError]:
    """Whether there was no room for a file, or no right to write it."""
    return FullError if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else ReadOnlyError


WAYS_OUT: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (
        LockedError,
        "another process is writing to it and did not finish in time. Stop the other briefbot, or try again.",
    ),
    sqlite3.SQLITE_LOCKED: (LockedError, "it is in use by another task. Try again."),
    sqlite3.SQLITE_FULL: (FullError, "the disk is full. Nothing was half written; make room and try again."),
    sqlite3.SQLITE_IOERR_WRITE: (
        FullError,
        "the disk is full, a quota used up, or the disk failing. Nothing was half written; make room and try again.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        CorruptError,
        "the file is damaged. Keep a copy, then restore a backup or try `sqlite3 FILE .recover`.",
    ),
    sqlite3.SQLITE_NOTADB: (
        CorruptError,
        "this is not a database. Name another file, or move this one away to start anew.",
    ),
    sqlite3.SQLITE_READONLY: (
        ReadOnlyError,
        "it may only be read. Give this user the right to write to the file and its folder.",
    ),
    sqlite3.SQLITE_PERM: (ReadOnlyError, "access is not permitted. Check the rights of the file and its folder."),
    sqlite3.SQLITE_CANTOPEN: (
        ReadOnlyError,
        "it cannot be opened. Check that the folder exists and that this user may read and write there.",
    ),
    sqlite3.SQLITE_IOERR: (StoreError, "the disk reported an error. Check the disk; nothing was half written."),
}


def told_plainly(error: sqlite3.Error, path: str) -> StoreError | None:
    """The error as the operator should read it; None when it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    known = WAYS_OUT.get(code, WAYS_OUT.get(code & 0xFF)) if isinstance(code, int) else None
    if known is None:
        return None
    kind, words = known
    return kind(f"{path}: {words} (SQLite says: {error})")
