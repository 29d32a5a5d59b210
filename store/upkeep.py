"""Keeping the file and the feeds in good order: backups, retention, how far the record reaches, feeds in trouble."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from store import items, statements
from store.errors import CorruptError, LockedError, StoreError
from store.file import File, refused, told_plainly
from store.items import instant, read_instant
from store.owed import FeedTrouble, Tide
from store.records import Item, Statement


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came from one feed: ``count`` items since an instant, the ``first`` ever and the ``last``."""

    count: int
    first: datetime
    last: datetime


class Upkeep:
    """Questions and chores of one open store. Every method raises the StoreError tree as ``Store`` does."""

    def __init__(self, file: File) -> None:
        self._file = file

    def backup(self, path: str | Path) -> int:
        """Copy the database as it is now to ``path``, while it is in use; the size of the copy in bytes.

        The copy is whole or not there at all; it is checked before it takes the place of an
        older one.

        Raises:
            StoreError: the place cannot be written, the disk is full, or the copy is not sound.
        """
        target = Path(path)
        if target.exists() and self._file.path != ":memory:" and target.samefile(self._file.path):
            raise StoreError(f"{path}: this is the database itself. Name another file for its backup.")
        part = target.with_name(f"{target.name}.part")
        try:
            with closing(sqlite3.connect(part)) as copy:
                self._file.db.conn.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                if (found := copy.execute("PRAGMA quick_check").fetchone()) != ("ok",):
                    raise CorruptError(f"{path}: the copy is not sound ({found[0]}); the old backup was left alone.")
            part.replace(target)
        except sqlite3.Error as error:
            told = told_plainly(error, str(path))
            if isinstance(told, CorruptError | LockedError):  # not the place is at fault, but what is copied
                told = told_plainly(error, self._file.path)
            raise told or error from error
        except OSError as error:
            raise refused(error)(
                f"{path}: the backup cannot be written ({error.strerror}). Name another place."
            ) from error
        finally:
            part.unlink(missing_ok=True)
        return target.stat().st_size

    def quick_check(self) -> list[str]:
        """What is wrong inside the file, without a look at every index entry; empty when it is sound."""
        return [str(row[0]) for row in self._file.all("PRAGMA quick_check") if row[0] != "ok"]

    def tide(self, before: datetime | None = None) -> Tide:
        """How far the record reaches now, or reached with what was first seen before an instant."""
        if before is None:
            return Tide(
                self._file.number("SELECT max(key) FROM statements"), self._file.number("SELECT max(key) FROM items")
            )
        told = (instant(before),)
        return Tide(
            self._file.number("SELECT max(key) FROM statements WHERE coalesce(first_seen, '') < ?", told),
            self._file.number("SELECT max(key) FROM items WHERE first_seen < ?", told),
        )

    def statements_between(self, after: Tide, upto: Tide) -> list[Statement]:
        """The statements that came in after one tide and up to another, from feeds only; oldest first."""
        keys = self._file.all(
            "SELECT key FROM statements WHERE key > ? AND key <= ? AND first_seen IS NOT NULL ORDER BY key",
            (after.statements, upto.statements),
        )
        return statements.load(self._file, [cast("int", key) for (key,) in keys])

    def items_between(self, after: Tide, upto: Tide) -> list[Item]:
        """The relevant items that came in between two tides, oldest first."""
        rows = self._file.all(
            f"{items.SELECT} WHERE key > ? AND key <= ? AND relevant = 1 ORDER BY key", (after.items, upto.items)
        )
        return [items.read(row) for row in rows]

    def arrivals(self, since: datetime) -> dict[str, Arrivals]:
        """What came from each feed since an instant."""
        rows = self._file.all(
            """
            SELECT source, sum(first_seen >= ?1), min(first_seen), max(first_seen) FROM items GROUP BY source""",
            (instant(since),),
        )
        return {
            str(source): Arrivals(
                cast("int", count), datetime.fromisoformat(str(first)), datetime.fromisoformat(str(last))
            )
            for source, count, first, last in rows
        }

    def forget_texts(self, before: datetime, most: int = 200) -> int:
        """Empty the texts of items first seen before an instant, so many at a time; how many were emptied.

        Statements, with their quotations and links, stay; where in the text a quotation stood
        is forgotten with the text.
        """
        with self._file.writing():
            rows = self._file.all(
                "SELECT key, id FROM items WHERE first_seen < ? AND text <> '' LIMIT ?", (instant(before), most)
            )
            self._file.many("UPDATE items SET text = '' WHERE key = ?", [(key,) for key, _ in rows])
            self._file.many(
                'UPDATE quotations SET "start" = -1, "end" = -1 WHERE item = ?', [(given,) for _, given in rows]
            )
            return len(rows)

    def troubles(self, *, over: bool = False) -> list[FeedTrouble]:
        """The feeds in trouble now; with ``over`` also the troubles that have passed, oldest first."""
        rows = self._file.all(
            """
            SELECT source, kind, since, words, told, over FROM feed_troubles
            WHERE ?1 OR over IS NULL ORDER BY since, source, kind""",
            (over,),
        )
        return [
            FeedTrouble(
                str(source),
                str(kind),
                datetime.fromisoformat(str(since)),
                str(words),
                bool(told),
                read_instant(ended),
            )
            for source, kind, since, words, told, ended in rows
        ]

    def save_troubles(self, troubles: Sequence[FeedTrouble]) -> None:
        """Store troubles, new or changed."""
        with self._file.writing():
            self._file.many(
                "INSERT OR REPLACE INTO feed_troubles VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (one.source, one.kind, instant(one.since), one.words, one.told, instant(one.over))
                    for one in troubles
                ],
            )
