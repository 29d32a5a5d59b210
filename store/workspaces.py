"""Whom we work for: Discord guilds, Slack teams, the console; what their admins changed, and lines behind buttons."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from store.file import File, Row
from store.items import instant
from store.records import Logged, Workspace

SELECT = "SELECT id, platform, name, settings FROM workspaces"


def get(file: File, workspace: str) -> Workspace | None:
    """The workspace with this id."""
    row = file.one(f"{SELECT} WHERE id = ?", (workspace,))
    return _read(row) if row else None


def every(file: File) -> list[Workspace]:
    """All workspaces, by id."""
    return [_read(row) for row in file.all(f"{SELECT} ORDER BY id")]


def save(file: File, workspace: Workspace) -> None:
    """Store a workspace, new or changed."""
    file.run(
        "INSERT OR REPLACE INTO workspaces VALUES (?, ?, ?, ?)",
        (
            workspace.id,
            workspace.platform,
            workspace.name,
            json.dumps(dict(workspace.settings), ensure_ascii=False),
        ),
    )


def _read(row: Row) -> Workspace:
    given, platform, name, settings = row
    return Workspace(str(given), str(platform), str(name), json.loads(str(settings)))


def remove(file: File, workspace: str) -> None:
    """Forget a workspace with everything that was set in it."""
    for table in ("added_feeds", "journal"):
        file.run(f"DELETE FROM {table} WHERE workspace = ?", (workspace,))  # noqa: S608 - constants
    file.run("DELETE FROM workspaces WHERE id = ?", (workspace,))


def log(file: File, logged: Logged) -> int:
    """Write down one change; its number."""
    return file.insert(
        'INSERT INTO journal (workspace, at, "by", line, what, undo) VALUES (?, ?, ?, ?, ?, ?)',
        (logged.workspace, instant(logged.at), logged.by, logged.line, logged.what, json.dumps(dict(logged.undo))),
    )


def journal(file: File, workspace: str, count: int) -> list[Logged]:
    """The last changes, newest first."""
    rows = file.all(
        """
        SELECT workspace, at, "by", line, what, undo, key, undone_by FROM journal
        WHERE workspace = ? ORDER BY key DESC LIMIT ?""",
        (workspace, count),
    )
    return [_read_logged(row) for row in rows]


def mark_undone(file: File, number: int, by: str) -> None:
    """Remember who undid a change."""
    file.run("UPDATE journal SET undone_by = ? WHERE key = ?", (by, number))


def _read_logged(row: Row) -> Logged:
    workspace, at, by, line, what, undo, number, undone_by = row
    return Logged(
        workspace=str(workspace),
        at=datetime.fromisoformat(str(at)),
        by=str(by),
        line=str(line),
        what=str(what),
        undo=json.loads(str(undo)),
        number=int(str(number)),
        undone_by=str(undone_by),
    )


def keep_line(file: File, line: str) -> str:
    """Keep a command line; the key it is found by, the same for the same line."""
    key = hashlib.sha256(line.encode()).hexdigest()[:24]
    file.run("INSERT OR IGNORE INTO lines VALUES (?, ?)", (key, line))
    return key


def kept_line(file: File, key: str) -> str | None:
    """The line kept under a key."""
    value = file.value("SELECT line FROM lines WHERE key = ?", (key,))
    return None if value is None else str(value)
