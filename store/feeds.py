"""What is known of each feed between polls, and the feeds that admins added from chat."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import cast

from store.file import File, Row
from store.items import instant, read_instant
from store.records import AddedFeed, FeedState

SELECT = """
    SELECT source, address, etag, last_modified, polled, succeeded, newest, next_poll, failures, error, paused,
        paused_until, entries, fault FROM feed_states"""


def state(file: File, source: str) -> FeedState | None:
    """What is known of one source; None when it was never polled."""
    row = file.one(f"{SELECT} WHERE source = ?", (source,))
    return _read(row) if row else None


def states(file: File) -> list[FeedState]:
    """What is known of every source that was ever polled, by its id."""
    return [_read(row) for row in file.all(f"{SELECT} ORDER BY source")]


def save(file: File, state: FeedState) -> None:
    """Store what is known of a source in place of what was known."""
    file.run(
        "INSERT OR REPLACE INTO feed_states VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            state.source,
            state.address,
            state.etag,
            state.last_modified,
            instant(state.polled),
            instant(state.succeeded),
            instant(state.newest),
            instant(state.next_poll),
            state.failures,
            state.error,
            state.paused,
            instant(state.paused_until),
            state.entries,
            state.fault,
        ),
    )


def _read(row: Row) -> FeedState:
    source, address, etag, last_modified, polled, succeeded, newest, next_poll, failures, *rest = row
    error, paused, paused_until, entries, fault = rest
    return FeedState(
        source=str(source),
        address=str(address),
        etag=str(etag),
        last_modified=str(last_modified),
        polled=read_instant(polled),
        succeeded=read_instant(succeeded),
        newest=read_instant(newest),
        next_poll=read_instant(next_poll),
        failures=cast("int", failures),
        error=str(error),
        paused=str(paused),
        paused_until=read_instant(paused_until),
        entries=cast("int", entries),
        fault=str(fault),
    )


def pause(file: File, source: str, reason: str, until: datetime | None) -> None:
    """Mark the source as not to be polled."""
    save(file, replace(state(file, source) or FeedState(source), paused=reason, paused_until=until))


def resume(file: File, source: str) -> None:
    """Mark the source as to be polled at once, its failures forgiven."""
    known = state(file, source) or FeedState(source)
    save(file, replace(known, paused="", paused_until=None, next_poll=None, failures=0, error="", fault=""))


def add(file: File, feed: AddedFeed) -> None:
    """Add a feed; one that the workspace has under the same "id" is taken out first and can be restored."""
    name = str(feed.entry["id"])
    remove(file, feed.workspace, name, by=feed.by, at=feed.at)
    file.run(
        'INSERT INTO added_feeds (workspace, name, entry, "by", at, paused) VALUES (?, ?, ?, ?, ?, ?)',
        (
            feed.workspace,
            name,
            json.dumps(dict(feed.entry), ensure_ascii=False),
            feed.by,
            instant(feed.at),
            feed.paused,
        ),
    )


def remove(file: File, workspace: str, name: str, *, by: str, at: datetime) -> bool:
    """Take a feed out, keeping it with who and when; false when the workspace has none of that id."""
    return bool(
        file.run(
            """
            UPDATE added_feeds SET removed_by = ?, removed_at = ?
            WHERE workspace = ? AND name = ? AND removed_at IS NULL""",
            (by, instant(at), workspace, name),
        )
    )


def restore(file: File, workspace: str, name: str) -> bool:
    """Put back the feed of this id that was removed last; false when there is none, or one is in its place."""
    return bool(
        file.run(
            """
            UPDATE added_feeds SET removed_by = NULL, removed_at = NULL
            WHERE key = (SELECT max(key) FROM added_feeds WHERE workspace = ?1 AND name = ?2)
            AND removed_at IS NOT NULL""",
            (workspace, name),
        )
    )


def pause_wish(file: File, workspace: str, name: str, why: str) -> bool:
    """Say why a workspace does not want a feed that it added, or with "" that it does; false when it has none such."""
    return bool(
        file.run(
            "UPDATE added_feeds SET paused = ? WHERE workspace = ? AND name = ? AND removed_at IS NULL",
            (why, workspace, name),
        )
    )


def added(file: File, workspace: str | None, *, ever: bool = False) -> list[AddedFeed]:
    """The feeds added, without those removed unless ``ever``; oldest first, of every workspace when none is named."""
    rows = file.all(
        """
        SELECT workspace, entry, "by", at, paused FROM added_feeds
        WHERE (?2 OR removed_at IS NULL) AND (?1 IS NULL OR workspace = ?1) ORDER BY key""",
        (workspace, ever),
    )
    return [_read_added(row) for row in rows]


def removed(file: File, workspace: str) -> list[tuple[AddedFeed, str, datetime]]:
    """The feeds that were removed, with who removed them and when; newest first."""
    rows = file.all(
        """
        SELECT workspace, entry, "by", at, paused, removed_by, removed_at FROM added_feeds
        WHERE removed_at IS NOT NULL AND workspace = ? ORDER BY removed_at DESC, key DESC""",
        (workspace,),
    )
    return [(_read_added(row[:5]), str(row[5]), datetime.fromisoformat(str(row[6]))) for row in rows]


def _read_added(row: Row) -> AddedFeed:
    workspace, entry, by, at, paused = row
    return AddedFeed(str(workspace), json.loads(str(entry)), str(by), datetime.fromisoformat(str(at)), str(paused))
