"""Whom we work for: Discord guilds, Slack teams, the console."""

from __future__ import annotations

import json

from store.file import File, Row
from store.records import Workspace

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
