"""The statement history: one SQLite file, one method a question, one transaction a write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from store import changes, chronicle, events, feeds, history, items, search, statements, workspaces
from store.errors import CorruptError, NewerError, ReadOnlyError
from store.file import PATIENCE, File
from store.items import Between
from store.outbox import Outbox
from store.query import understand
from store.records import AddedFeed, Comparison, Earlier, Event, FeedState, Item, Label, Logged, Statement, Workspace
from store.schema import STEPS
from store.shelf import Compare
from store.tallies import Tallies
from store.upkeep import Upkeep
from store.writes import Change, Mark, Saved, Verdict


class Store:
    """One open database file, used from the thread that opened it.

    Every method raises the StoreError tree (store/errors.py), in words that name the
    file and the way out, when the file is locked, damaged or not writable or the disk is
    full; nothing is ever half written. ``outbox`` is what is owed to channels, ``upkeep``
    what keeps the file and the feeds in good order, ``tallies`` counts statements for charts.
    """

    def __init__(self, file: File) -> None:
        self._file = file
        self.outbox = Outbox(file)
        self.upkeep = Upkeep(file)
        self.tallies = Tallies(file)

    @classmethod
    def open(cls, path: str | Path, *, readonly: bool = False, patience: float = PATIENCE) -> Store:
        """Open the file, making it and its folder when missing, and bring its tables up to date.

        ``patience`` is how many seconds a write waits for another process. ":memory:" keeps nothing.

        Raises:
            StoreError: it cannot be opened, is no database of ours, or comes from a newer version.
        """
        file = File(path, readonly=readonly, patience=patience)
        try:
            _bring_up_to_date(file, STEPS)
        except BaseException:
            file.close()
            raise
        return cls(file)

    def close(self) -> None:
        """Close the file; harmless when it is closed already."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- the one door

    def save(self, change: Change) -> Saved:
        """Store a change whole, in one transaction, and give what was stored, with ids.

        New statements get "S-YYYY-MMDD-n", n the next number of the day they were made; an
        id once given stays, whatever is changed later, and is never given again. Labels
        by a person outlive any later save.

        Raises:
            KeyError: it names a record that is neither stored nor in the change.
            ValueError: an instant in it has no time zone.
        """
        with self._file.writing():
            return changes.carry_out(self._file, change)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Several saves in one transaction, for imports: all of them or, when an error leaves the block, none.

        A save that fails and is caught inside leaves the others whole. Other processes can
        read meanwhile but not write, so make batches of a few hundred.
        """
        with self._file.writing():
            yield

    # -- items

    def item(self, item: str) -> Item | None:
        """The item with this id."""
        return items.get(self._file, item)

    def item_at(self, url: str) -> Item | None:
        """The item that was ever seen under this address."""
        return items.at(self._file, url)

    def addresses(self, item: str) -> list[str]:
        """Every address that an item was seen under."""
        return items.addresses(self._file, item)

    def known(self, source: str, url: str, guid: str, digest: str) -> bool:
        """Whether exactly this entry was processed: its source and digest, under its address or its guid."""
        return items.known(self._file, Mark(source, url, guid, digest))

    def items_near(self, item: Item, *, days: int = 3) -> list[Item]:
        """Candidates for "the same dispatch": of the same source, published within so many days; oldest first."""
        return items.near(self._file, item, days)

    def items(
        self, *, since: date | None = None, until: date | None = None, relevant: bool | None = None, limit: int = 100
    ) -> list[Item]:
        """Items by the day they were published, both days included, newest first; ``relevant`` None asks for all."""
        return items.published(self._file, Between(since, until), relevant=relevant, limit=limit)

    def verdict(self, item: str) -> Verdict | None:
        """What reading the item gave; None when it was never read."""
        return items.verdict(self._file, item)

    # -- statements

    def statement(self, name: str) -> Statement | None:
        """The statement with this id ("S-2021-0622-1") or this record slug."""
        key = statements.key_of(self._file, name)
        return statements.load(self._file, [key])[0] if key is not None else None

    def statements(  # noqa: PLR0913 - every one is a question that readers ask
        self,
        *,
        speaker: str | None = None,
        side: str | None = None,
        theme: str | None = None,
        since: date | None = None,
        until: date | None = None,
        count: int | None = None,
        text: str | None = None,
    ) -> list[Statement]:
        """The statements for which all this holds, newest first; both days included.

        ``speaker`` also finds joint statements. ``text`` is a search as in ``search``; one
        that holds no word finds nothing.
        """
        query = understand(text or "")
        if text is not None and not query:
            return []
        wanted = statements.Wanted(speaker, side, theme, Between(since, until), count, query.expression, query.parts)
        return statements.find(self._file, wanted)

    def statements_near(self, statement: Statement, *, days: int = 7) -> list[Statement]:
        """Candidates for "the same utterance": sharing a speaker, dated within so many days; never itself."""
        return statements.near(self._file, statement, days)

    def statements_of(self, item: str) -> list[Statement]:
        """The statements that an item reports or quotes."""
        return statements.of_item(self._file, item)

    def labels(self, statement: str) -> list[Label]:
        """Every label row of a statement, with those that a person overruled."""
        key = statements.key_of(self._file, statement)
        return statements.labels(self._file, key) if key is not None else []

    def comparison(self, statement: str) -> Comparison | None:
        """How the statement was held against the record when it was saved."""
        return changes.comparison(self._file, statement)

    def answered_by(self, name: str) -> list[Statement]:
        """The statements that answer this statement or event, as said by a record or as found; oldest first."""
        one = self.statement(name)
        names = {name, *((one.id, one.record) if one else ())} - {""}
        return statements.answers_to(self._file, sorted(names))

    def earlier(self, statement: Statement) -> Earlier:
        """Everything that ``compare`` needs, made before the statement (store/moment.py says what that means)."""
        return history.earlier(self._file, statement)

    def compared(self, statement: Statement, compare: Compare) -> Comparison:
        """The statement held against the record by ``compare``; made once as long as its past stays the same."""
        shelf = self._file.shelf
        shelf.see(self._file.number("PRAGMA data_version"))
        made = shelf.compared.take(statement, compare)
        if made is None:
            made = compare(statement, self.earlier(statement))
            shelf.compared.put(statement, compare, made)
        return made

    def speakers(self) -> list[tuple[str, int, date]]:
        """Every speaker with the number of statements and the day of the last; most statements first."""
        return statements.speakers(self._file)

    def search(
        self,
        query: str,
        *,
        speaker: str | None = None,
        since: date | None = None,
        until: date | None = None,
        count: int = 20,
    ) -> list[tuple[Statement, str]]:
        """The statements that hold all words of the query, best first, each with an excerpt; any text is safe.

        "Quoted words" must stand together; a hangul word is found with any particle after
        it. A query without a word finds nothing.
        """
        understood = understand(query)
        return search.statements(self._file, understood, speaker=speaker, between=Between(since, until), count=count)

    def search_items(
        self, query: str, *, since: date | None = None, until: date | None = None, count: int = 20
    ) -> list[tuple[Item, str]]:
        """The items that hold all words of the query, as ``search`` does for statements."""
        return search.items(self._file, understand(query), between=Between(since, until), count=count)

    # -- events

    def event(self, event: str) -> Event | None:
        """The event with this id."""
        return events.get(self._file, event)

    def events(self, since: date | None = None, until: date | None = None) -> list[Event]:
        """The events of these days, both included, oldest first."""
        return events.during(self._file, Between(since, until))

    # -- feeds

    def feed_state(self, source: str) -> FeedState | None:
        """What is known of one source; None when it was never polled."""
        return feeds.state(self._file, source)

    def feed_states(self) -> list[FeedState]:
        """What is known of every source that was ever polled."""
        return feeds.states(self._file)

    def save_feed_state(self, state: FeedState) -> None:
        """Remember what is now known of a source."""
        with self._file.writing():
            feeds.save(self._file, state)

    def pause_feed(self, source: str, reason: str, *, until: datetime | None = None) -> None:
        """Poll the source no more, for good or until an instant; ``reason`` is shown to readers."""
        with self._file.writing():
            feeds.pause(self._file, source, reason, until)

    def resume_feed(self, source: str) -> None:
        """Poll the source again, at once."""
        with self._file.writing():
            feeds.resume(self._file, source)

    def added_feeds(self, workspace: str | None = None, *, ever: bool = False) -> list[AddedFeed]:
        """The feeds that admins added, without those removed unless ``ever``; oldest first, of one workspace or all."""
        return feeds.added(self._file, workspace, ever=ever)

    def pause_wish(self, workspace: str, name: str, why: str) -> bool:
        """Say why a workspace does not want a feed that it added, or with "" that it does; false when there is none."""
        with self._file.writing():
            return feeds.pause_wish(self._file, workspace, name, why)

    def removed_feeds(self, workspace: str) -> list[tuple[AddedFeed, str, datetime]]:
        """The feeds that were removed, with who removed each and when; newest first."""
        return feeds.removed(self._file, workspace)

    def add_feed(self, feed: AddedFeed) -> None:
        """Add a feed; one of the same "id" in the workspace gives way and can be restored.

        Raises:
            KeyError: the entry has no "id".
        """
        with self._file.writing():
            feeds.add(self._file, feed)

    def remove_feed(self, workspace: str, name: str, *, by: str, at: datetime) -> bool:
        """Take out an added feed by the "id" of its entry; false when there is none."""
        with self._file.writing():
            return feeds.remove(self._file, workspace, name, by=by, at=at)

    def restore_feed(self, workspace: str, name: str) -> bool:
        """Undo the last removal of a feed; false when nothing of that id was removed, or one is in its place."""
        with self._file.writing():
            return feeds.restore(self._file, workspace, name)

    # -- workspaces

    def workspace(self, workspace: str) -> Workspace | None:
        """The workspace with this id."""
        return workspaces.get(self._file, workspace)

    def workspaces(self) -> list[Workspace]:
        """All workspaces."""
        return workspaces.every(self._file)

    def save_workspace(self, workspace: Workspace) -> None:
        """Store a workspace, new or changed."""
        with self._file.writing():
            workspaces.save(self._file, workspace)

    def remove_workspace(self, workspace: str) -> None:
        """Forget a workspace: its settings, its feeds, its journal."""
        with self._file.writing():
            workspaces.remove(self._file, workspace)

    def log(self, logged: Logged) -> int:
        """Write down what an admin changed; the number it can be undone by."""
        with self._file.writing():
            return workspaces.log(self._file, logged)

    def journal(self, workspace: str, count: int = 20) -> list[Logged]:
        """What admins changed last, newest first."""
        return workspaces.journal(self._file, workspace, count)

    def mark_undone(self, number: int, *, by: str) -> None:
        """Remember that a change was undone, and by whom."""
        with self._file.writing():
            workspaces.mark_undone(self._file, number, by)

    def keep_line(self, line: str) -> str:
        """Keep a command line that is too long for a button; the key it is found by."""
        with self._file.writing():
            return workspaces.keep_line(self._file, line)

    def kept_line(self, key: str) -> str | None:
        """The command line kept under a key; None when there is none."""
        return workspaces.kept_line(self._file, key)

    # -- the whole

    def loaded(self, name: str) -> str | None:
        """The digest of the version of an archive that was loaded; None when it never was."""
        value = self._file.value("SELECT digest FROM archives WHERE name = ?", (name,))
        return str(value) if value is not None else None

    def mark_loaded(self, name: str, digest: str) -> None:
        """Remember that this version of an archive was loaded."""
        with self._file.writing():
            self._file.run("INSERT OR REPLACE INTO archives VALUES (?, ?)", (name, digest))

    def counts(self) -> dict[str, int]:
        """How much is stored, by what."""
        tables = ("items", "statements", "quotations", "labels", "reports", "comparisons", "events", "workspaces")
        return {table: self._file.number(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608 - constants

    def check(self) -> list[str]:
        """What is wrong inside the file, in SQLite's words; empty when it is sound. Reads the whole file."""
        found = [str(row[0]) for row in self._file.all("PRAGMA integrity_check")]
        orphans = self._file.all("PRAGMA foreign_key_check")
        troubles = [trouble for trouble in found if trouble != "ok"]
        return troubles + [f"a row of {table} refers to a missing row of {parent}" for table, _, parent, _ in orphans]

    def export(self) -> Iterator[dict[str, object]]:
        """Everything as chronicle records, statements then events, oldest first; reading them in again adds nothing."""
        for statement in statements.every(self._file):
            yield chronicle.to_record(statement)
        for event in self.events():
            yield chronicle.event_to_record(event)


def _bring_up_to_date(file: File, steps: Migrations) -> None:
    """Take the steps that are missing, each in its own transaction; refuse files that are not ours or newer."""
    with file.plainly():
        applied = {step.name for step in steps.applied(file.db)}
        pending = steps.pending(file.db)
        with Database(memory=True) as empty:
            every = {step.name for step in steps.pending(empty)}
        tables = set(file.db.table_names())
    if applied - every:
        raise NewerError(
            f"{file.path}: it was written by a newer briefbot. Install that version, or name another file."
        )
    if not applied and tables - {steps.migrations_table}:
        raise CorruptError(f"{file.path}: this database is not briefbot's. Name another file.")
    if pending and file.readonly:
        raise ReadOnlyError(f"{file.path}: its tables are older than this briefbot. Open it for writing once.")
    if pending:
        _take(file, steps)


def _take(file: File, steps: Migrations) -> None:
    """Apply what is pending; two processes that start together take turns."""
    with file.writing():
        steps.apply(file.db)
