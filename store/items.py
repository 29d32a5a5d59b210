"""Items: saving them under all their addresses, and finding them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from store.file import File, Row
from store.records import Item, Stamp
from store.records_json import from_json, to_json
from store.writes import Mark, Verdict

COLUMNS = "source, url, title, text, day, at, guessed, first_seen, language, guid, author, teaser, id"
SELECT = f"SELECT {COLUMNS} FROM items"  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Between:
    """Days from ``since`` to ``until``, both included; None leaves a side open."""

    since: date | None = None
    until: date | None = None


def instant(value: datetime | None) -> str | None:
    """An instant as it is stored: UTC, always of one width, so that text order is time order.

    Raises:
        ValueError: it has no time zone.
    """
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def read_instant(value: object) -> datetime | None:
    """The instant that ``instant`` wrote."""
    return datetime.fromisoformat(str(value)) if value is not None else None


def new_id(item: Item) -> str:
    """A short id made from what the item is, so that the same entry saved twice is one item."""
    parts = (item.source, item.url, item.guid, item.published.day.isoformat(), item.title, item.text)
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass"))
    return f"I-{digest.hexdigest()[:12]}"


def save(file: File, item: Item) -> Item:
    """Store one item, new or changed, and remember its address; returns it with its id."""
    item = item if item.id else replace(item, id=new_id(item))
    row = (*_values(item), item.id)
    key = file.value(
        """
        INSERT INTO items (source, url, title, text, day, at, guessed, first_seen, language, guid, author, teaser, id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET source = excluded.source, url = excluded.url, title = excluded.title,
            text = excluded.text, day = excluded.day, at = excluded.at, guessed = excluded.guessed,
            first_seen = excluded.first_seen, language = excluded.language, guid = excluded.guid,
            author = excluded.author, teaser = excluded.teaser
        RETURNING key""",
        row,
    )
    file.run(
        "INSERT OR IGNORE INTO item_addresses (source, digest, url, guid, item) VALUES (?, '', ?, ?, ?)",
        (item.source, item.url, item.guid, key),
    )
    return item


def _values(item: Item) -> Row:
    stamp = item.published
    return (
        item.source,
        item.url,
        item.title,
        item.text,
        stamp.day.isoformat(),
        instant(stamp.at),
        stamp.guessed,
        instant(item.first_seen),
        item.language,
        item.guid,
        item.author,
        item.teaser,
    )


def read(row: Row) -> Item:
    """The item in a row of ``COLUMNS``."""
    source, url, title, text, day, at, guessed, first_seen, language, guid, author, teaser, given = row
    return Item(
        source=str(source),
        url=str(url),
        title=str(title),
        text=str(text),
        published=Stamp(date.fromisoformat(str(day)), read_instant(at), str(guessed)),
        first_seen=datetime.fromisoformat(str(first_seen)),
        language=str(language),
        guid=str(guid),
        author=str(author),
        teaser=bool(teaser),
        id=str(given),
    )


def mark(file: File, marks: Sequence[Mark]) -> None:
    """Remember entries as processed; one that became an item later is then known by it."""
    file.many(
        """
        INSERT INTO item_addresses (source, digest, url, guid, item)
        VALUES (?, ?, ?, ?, (SELECT key FROM items WHERE id = ?))
        ON CONFLICT (source, digest, url, guid) DO UPDATE SET item = coalesce(excluded.item, item)""",
        [(mark.source, mark.digest, mark.url, mark.guid, mark.item) for mark in marks],
    )


def absorb(file: File, copy: str, into: str) -> None:
    """Let one item take over the addresses of another, and what was quoted from it; the copy is then forgotten."""
    file.run(
        """
        UPDATE OR IGNORE item_addresses SET item = (SELECT key FROM items WHERE id = ?)
        WHERE item = (SELECT key FROM items WHERE id = ?)""",
        (into, copy),
    )
    file.run('UPDATE quotations SET item = ?, "start" = -1, "end" = -1 WHERE item = ?', (into, copy))
    file.run("UPDATE reports SET item = ? WHERE item = ?", (into, copy))
    file.run("DELETE FROM items WHERE id = ?", (copy,))


def judge(file: File, verdicts: Mapping[str, Verdict]) -> None:
    """Store what reading items gave, by item id."""
    file.many(
        "UPDATE items SET relevant = ?, carries = ?, notes = ? WHERE id = ?",
        [
            (verdict.relevant, verdict.carries, json.dumps(to_json(verdict.notes), ensure_ascii=False), item)
            for item, verdict in verdicts.items()
        ],
    )


def verdict(file: File, item: str) -> Verdict | None:
    """What reading the item gave; None when it was never read or is not stored."""
    row = file.one("SELECT relevant, carries, notes FROM items WHERE id = ? AND relevant IS NOT NULL", (item,))
    if row is None:
        return None
    relevant, carries, notes = row
    return from_json(Verdict, {"relevant": bool(relevant), "carries": carries, "notes": json.loads(str(notes))})


def get(file: File, item: str) -> Item | None:
    """The item with this id."""
    row = file.one(f"{SELECT} WHERE id = ?", (item,))
    return read(row) if row else None


def at(file: File, url: str) -> Item | None:
    """The item that was ever seen under this address; the first stored when there are several."""
    key = file.value("SELECT min(item) FROM item_addresses WHERE url = ? AND item IS NOT NULL", (url,))
    row = file.one(f"{SELECT} WHERE key = ?", (key,))
    return read(row) if row else None


def addresses(file: File, item: str) -> list[str]:
    """Every address the item was seen under."""
    rows = file.all(
        "SELECT DISTINCT url FROM item_addresses WHERE item = (SELECT key FROM items WHERE id = ?) ORDER BY url",
        (item,),
    )
    return [str(url) for (url,) in rows]


def known(file: File, entry: Mark) -> bool:
    """Whether exactly this entry was processed: same source and digest, and the same address or guid."""
    found = file.value(
        """
        SELECT 1 FROM item_addresses WHERE source = :source AND digest = :digest
        AND (url = :url AND :url <> '' OR guid = :guid AND :guid <> '' OR url = :url AND guid = :guid)""",
        {"source": entry.source, "digest": entry.digest, "url": entry.url, "guid": entry.guid},
    )
    return found is not None


def near(file: File, item: Item, days: int) -> list[Item]:
    """Items of the same source published within so many days of this one, itself not among them; oldest first."""
    day, span = item.published.day, timedelta(days=days)
    rows = file.all(
        f"{SELECT} WHERE source = ? AND day BETWEEN ? AND ? AND id <> ? ORDER BY day, key",
        (item.source, (day - span).isoformat(), (day + span).isoformat(), item.id),
    )
    return [read(row) for row in rows]


def published(file: File, between: Between, *, relevant: bool | None, limit: int) -> list[Item]:
    """Items by the day they were published, newest first."""
    rows = file.all(
        f"{SELECT} WHERE day BETWEEN ? AND ? AND (?3 IS NULL OR relevant = ?3) ORDER BY day DESC, key DESC LIMIT ?4",
        (
            (between.since or date.min).isoformat(),
            (between.until or date.max).isoformat(),
            relevant,
            limit,
        ),
    )
    return [read(row) for row in rows]
