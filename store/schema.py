"""The tables, as steps that every file goes through in order. Append only; a step that shipped is never edited.

A step uses SQL alone, no code of ours, so that it does the same for ever; and
``db.execute`` one statement at a time, since ``executescript`` would commit a
half-done step.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

STEPS = Migrations("briefbot")


@STEPS()
def m001_items(db: Database) -> None:
    """Items, every address and guid each was seen under, and what reading them gave.

    KCNA prints one dispatch under up to six addresses, and feeds change their guids:
    an entry is known by source, digest and either of the two.
    """
    db.execute("""
        CREATE TABLE items (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            source TEXT NOT NULL,
            url TEXT NOT NULL,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            day TEXT NOT NULL,
            at TEXT,
            guessed TEXT NOT NULL,
            first_seen TEXT NOT NULL,
            language TEXT NOT NULL,
            guid TEXT NOT NULL,
            author TEXT NOT NULL,
            teaser INTEGER NOT NULL,
            relevant INTEGER,
            carries TEXT NOT NULL DEFAULT 'none',
            notes TEXT NOT NULL DEFAULT '[]'
        )""")
    db.execute("CREATE INDEX items_source_day ON items (source, day)")
    db.execute("CREATE INDEX items_day ON items (day, relevant)")
    db.execute("""
        CREATE TABLE item_addresses (
            source TEXT NOT NULL,
            digest TEXT NOT NULL,
            url TEXT NOT NULL,
            guid TEXT NOT NULL,
            item INTEGER REFERENCES items (key) ON DELETE CASCADE,
            PRIMARY KEY (source, digest, url, guid)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX item_addresses_url ON item_addresses (url, item)")
    db.execute("CREATE INDEX item_addresses_item ON item_addresses (item)")


@STEPS()
def m002_statements(db: Database) -> None:
    """Statements and what hangs on them.

    ``moment`` orders statements for "made before" (see store/history.py); it, the side
    and ``live`` (not overruled by a person) are repeated on every label so that
    one index answers when a side used a label before; ``uses`` counts the same by month
    (year * 12 + month - 1), so that counting does not grow with the history. The long texts
    stand last, where they are not in the way of reading the rest of a row.
    """
    db.execute("""
        CREATE TABLE statements (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            record TEXT,
            speaker TEXT NOT NULL,
            date TEXT NOT NULL,
            side TEXT NOT NULL,
            date_precision TEXT NOT NULL,
            coverage TEXT NOT NULL,
            office TEXT NOT NULL,
            authority INTEGER,
            authority_certain INTEGER NOT NULL,
            channel TEXT NOT NULL,
            first_seen TEXT,
            moment INTEGER NOT NULL,
            audience TEXT NOT NULL,
            names TEXT NOT NULL,
            summary TEXT NOT NULL,
            quoted TEXT NOT NULL,
            text TEXT NOT NULL
        )""")
    db.execute("CREATE UNIQUE INDEX statements_record ON statements (record) WHERE record IS NOT NULL")
    db.execute("CREATE INDEX statements_date ON statements (date)")
    db.execute("CREATE INDEX statements_side ON statements (side, date)")
    db.execute("CREATE INDEX statements_moment ON statements (moment, side)")
    db.execute("CREATE INDEX statements_of_speaker ON statements (speaker, audience, moment)")
    db.execute("CREATE INDEX statements_at_level ON statements (side, authority, audience, moment)")
    db.execute("CREATE TABLE statement_numbers (date TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID")
    db.execute("""
        CREATE TABLE voices (
            statement INTEGER NOT NULL REFERENCES statements (key) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            speaker TEXT NOT NULL,
            date TEXT NOT NULL,
            PRIMARY KEY (statement, position)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX voices_speaker ON voices (speaker, date)")
    db.execute("""
        CREATE TABLE labels (
            statement INTEGER NOT NULL REFERENCES statements (key) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL,
            label TEXT NOT NULL,
            "of" TEXT NOT NULL,
            evidence TEXT NOT NULL,
            "start" INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            confidence REAL NOT NULL,
            "by" TEXT NOT NULL,
            rank INTEGER NOT NULL,
            live INTEGER NOT NULL,
            side TEXT NOT NULL,
            moment INTEGER NOT NULL,
            PRIMARY KEY (statement, position)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX labels_use ON labels (side, kind, label, moment) WHERE live")
    db.execute("CREATE INDEX labels_label ON labels (kind, label) WHERE live")
    db.execute("""
        CREATE TABLE quotations (
            statement INTEGER NOT NULL REFERENCES statements (key) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            words TEXT NOT NULL,
            "start" INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            speaker TEXT NOT NULL,
            item TEXT NOT NULL,
            direct INTEGER NOT NULL,
            PRIMARY KEY (statement, position)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX quotations_item ON quotations (item) WHERE item <> ''")
    db.execute("""
        CREATE TABLE reports (
            statement INTEGER NOT NULL REFERENCES statements (key) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            url TEXT NOT NULL,
            outlet TEXT NOT NULL,
            published TEXT NOT NULL,
            item TEXT NOT NULL,
            title TEXT NOT NULL,
            PRIMARY KEY (statement, position)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX reports_item ON reports (item) WHERE item <> ''")
    db.execute("""
        CREATE TABLE links (
            statement INTEGER NOT NULL REFERENCES statements (key) ON DELETE CASCADE,
            origin TEXT NOT NULL,
            position INTEGER NOT NULL,
            target TEXT NOT NULL,
            PRIMARY KEY (statement, origin, position)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX links_target ON links (target)")
    db.execute("""
        CREATE TABLE comparisons (
            statement INTEGER PRIMARY KEY REFERENCES statements (key) ON DELETE CASCADE,
            version INTEGER NOT NULL,
            comparison TEXT NOT NULL
        )""")
    db.execute("""
        CREATE TABLE uses (
            side TEXT NOT NULL,
            kind TEXT NOT NULL,
            label TEXT NOT NULL,
            month INTEGER NOT NULL,
            statements INTEGER NOT NULL,
            PRIMARY KEY (side, kind, label, month)
        ) WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE terms (term TEXT PRIMARY KEY, statements INTEGER NOT NULL) WITHOUT ROWID""")


@STEPS()
def m003_search(db: Database) -> None:
    """Full-text search over statements and items, kept by triggers so that no way of writing can miss it.

    The index refers to the tables instead of repeating their text. Porter stemming
    makes "sanction" find "sanctions"; it leaves other scripts alone.
    """
    for table, columns in (("statements", ("summary", "quoted", "text", "names")), ("items", ("title", "text"))):
        listed = ", ".join(columns)
        old = ", ".join(f"old.{column}" for column in columns)
        new = ", ".join(f"new.{column}" for column in columns)
        fts = f"{table}_fts"
        db.execute(
            f"CREATE VIRTUAL TABLE {fts} USING fts5({listed}, content='{table}', content_rowid='key', "
            "tokenize='porter unicode61 remove_diacritics 2')"
        )
        forget = f"INSERT INTO {fts} ({fts}, rowid, {listed}) VALUES ('delete', old.key, {old});"  # noqa: S608 - constants
        learn = f"INSERT INTO {fts} (rowid, {listed}) VALUES (new.key, {new});"  # noqa: S608 - constants
        db.execute(f"CREATE TRIGGER {fts}_insert AFTER INSERT ON {table} BEGIN {learn} END")
        db.execute(f"CREATE TRIGGER {fts}_delete AFTER DELETE ON {table} BEGIN {forget} END")
        db.execute(f"CREATE TRIGGER {fts}_update AFTER UPDATE OF {listed} ON {table} BEGIN {forget} {learn} END")


@STEPS()
def m004_events(db: Database) -> None:
    """Events: dated acts that statements answer."""
    db.execute("""
        CREATE TABLE events (
            id TEXT PRIMARY KEY,
            date TEXT NOT NULL,
            kind TEXT NOT NULL,
            summary TEXT NOT NULL,
            date_precision TEXT NOT NULL,
            sources TEXT NOT NULL
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX events_date ON events (date)")


@STEPS()
def m005_feeds_and_workspaces(db: Database) -> None:
    """What is known of each feed between polls, feeds added from chat, and who we work for.

    A removed feed keeps its row with who and when, so that the removal can be undone.
    """
    db.execute("""
        CREATE TABLE feed_states (
            source TEXT PRIMARY KEY,
            address TEXT NOT NULL,
            etag TEXT NOT NULL,
            last_modified TEXT NOT NULL,
            polled TEXT,
            succeeded TEXT,
            newest TEXT,
            next_poll TEXT,
            failures INTEGER NOT NULL,
            error TEXT NOT NULL,
            paused TEXT NOT NULL,
            paused_until TEXT,
            entries INTEGER NOT NULL
        ) WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE added_feeds (
            key INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            name TEXT NOT NULL,
            entry TEXT NOT NULL,
            "by" TEXT NOT NULL,
            at TEXT NOT NULL,
            removed_by TEXT,
            removed_at TEXT
        )""")
    db.execute("CREATE UNIQUE INDEX added_feeds_name ON added_feeds (workspace, name) WHERE removed_at IS NULL")
    db.execute("""
        CREATE TABLE workspaces (
            id TEXT PRIMARY KEY,
            platform TEXT NOT NULL,
            name TEXT NOT NULL,
            settings TEXT NOT NULL
        ) WITHOUT ROWID""")
    db.execute("CREATE TABLE archives (name TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID")


@STEPS()
def m006_lines(db: Database) -> None:
    """Command lines too long for a chat platform's button, by the short key that the button carries."""
    db.execute("CREATE TABLE lines (key TEXT PRIMARY KEY, line TEXT NOT NULL) WITHOUT ROWID")


@STEPS()
def m007_journal(db: Database) -> None:
    """What admins changed in their workspace: who, when, the line typed, and the line that undoes it."""
    db.execute("""
        CREATE TABLE journal (
            key INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            at TEXT NOT NULL,
            "by" TEXT NOT NULL,
            line TEXT NOT NULL,
            what TEXT NOT NULL,
            undo TEXT NOT NULL,
            undone_by TEXT NOT NULL DEFAULT ''
        )""")
    db.execute("CREATE INDEX journal_workspace ON journal (workspace, key)")


@STEPS()
def m008_deliveries(db: Database) -> None:
    """What is owed to which channel, and feeds in trouble.

    The unique index is what keeps a digest to one a local day, and an alert to one a
    statement, whatever processes or clocks do. ``open`` is 1 while anything is left to do, so
    that looking for work does not grow with what was done.
    """
    db.execute("""
        CREATE TABLE deliveries (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            platform TEXT NOT NULL,
            channel TEXT NOT NULL,
            subject TEXT NOT NULL,
            workspace TEXT NOT NULL,
            told TEXT NOT NULL,
            rank INTEGER NOT NULL,
            owed TEXT NOT NULL,
            due TEXT NOT NULL,
            state TEXT NOT NULL,
            "by" TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            unsure INTEGER NOT NULL,
            error TEXT NOT NULL,
            message TEXT NOT NULL,
            posted TEXT,
            wanted INTEGER NOT NULL,
            shown INTEGER NOT NULL,
            look TEXT NOT NULL,
            edits INTEGER NOT NULL,
            edited TEXT,
            open INTEGER NOT NULL
        )""")
    db.execute("CREATE UNIQUE INDEX deliveries_once ON deliveries (kind, platform, channel, subject)")
    db.execute("CREATE INDEX deliveries_open ON deliveries (platform, channel, rank, number) WHERE open = 1")
    db.execute("CREATE INDEX deliveries_subject ON deliveries (subject, kind)")
    db.execute("CREATE INDEX deliveries_channel ON deliveries (platform, channel, posted)")
    db.execute("CREATE INDEX deliveries_workspace ON deliveries (workspace, number)")
    db.execute("CREATE INDEX deliveries_state ON deliveries (state)")
    db.execute("CREATE INDEX items_first_seen ON items (first_seen, source)")
    db.execute("""
        CREATE TABLE feed_troubles (
            source TEXT NOT NULL,
            kind TEXT NOT NULL,
            since TEXT NOT NULL,
            words TEXT NOT NULL,
            told INTEGER NOT NULL,
            over TEXT,
            PRIMARY KEY (source, kind, since)
        ) WITHOUT ROWID""")
    db.execute("ALTER TABLE feed_states ADD COLUMN fault TEXT NOT NULL DEFAULT ''")


@STEPS()
def m009_paused_wishes(db: Database) -> None:
    """Why a workspace does not want a feed that it added for now: another that added it too still does."""
    db.execute("ALTER TABLE added_feeds ADD COLUMN paused TEXT NOT NULL DEFAULT ''")
