"""What is owed to which channel: owing it once, handing it out to one process at a time, marking what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from store.file import File, Row
from store.items import instant, read_instant
from store.owed import Delivery, DeliveryKind, DeliveryState

COLUMNS = (
    'kind, platform, channel, subject, workspace, told, rank, owed, due, state, "by", attempts, unsure, error, '
    "message, posted, wanted, shown, look, edits, edited, number"
)
SELECT = f"SELECT {COLUMNS} FROM deliveries"  # noqa: S608 - constants only

EDIT_RANK = 5
"""An edit comes after everything that is still to be said."""
HORIZON = timedelta(hours=25)
"""Nothing is ever put off for longer, so what is due later than that was written before the clock jumped back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants work, when, and for how long it may be held. ``platforms``: those that can be posted to."""

    by: str
    now: datetime
    lease: timedelta
    platforms: tuple[str, ...]
    most: int = 20


def owe(file: File, given: Sequence[Delivery], now: datetime | None = None) -> tuple[Delivery, ...]:
    """Store what is newly owed; what is owed already stays as it is and is not among those returned."""
    fresh: list[Delivery] = []
    for one in given:
        owed = one.owed or now
        if owed is None:
            raise ValueError(f"{one.key} was owed at no time")
        full = replace(one, owed=owed, due=one.due or owed)
        number = file.value(
            """
            INSERT INTO deliveries (kind, platform, channel, subject, workspace, told, rank, owed, due, state, "by",
                attempts, unsure, error, message, posted, wanted, shown, look, edits, edited, open)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, ?, '', NULL, ?, 0, '', 0, NULL, ?)
            ON CONFLICT (kind, platform, channel, subject) DO NOTHING RETURNING number""",
            (
                full.kind,
                full.platform,
                full.channel,
                full.subject,
                full.workspace,
                json.dumps(dict(full.told), ensure_ascii=False),
                full.rank,
                instant(full.owed),
                instant(full.due),
                full.state,
                full.error,
                full.wanted,
                full.state == "owed",
            ),
        )
        if number is not None:
            fresh.append(replace(full, number=cast("int", number)))
    return tuple(fresh)


def touch(file: File, statements: Sequence[str]) -> None:
    """What was said of these statements is out of date: to be edited where it was posted, else composed anew."""
    file.many(
        """
        UPDATE deliveries SET wanted = wanted + 1, open = (state IN ('owed', 'posting', 'posted'))
        WHERE (kind = 'alert' AND subject = ?1)
        OR (kind = 'more' AND EXISTS (SELECT 1 FROM json_each(told, '$.statements') WHERE value = ?1))""",
        [(one,) for one in statements],
    )


def claim(file: File, wanted: Claim) -> list[Delivery]:
    """Hand out at most one piece of work a channel, the most urgent first; nobody else gets it before the lease ends.

    A piece that somebody held and never marked comes with ``unsure``. Instants beyond
    what anything is put off for stem from before the clock jumped back, and do not count.
    """
    now = wanted.now
    asked: dict[str, object] = {
        "now": instant(now),
        "plausible": instant(now + 2 * wanted.lease),
        "horizon": instant(now + HORIZON),
        "platforms": json.dumps(wanted.platforms),
        "most": wanted.most,
        "edit": EDIT_RANK,
    }
    rows = file.all(
        f"""
        WITH held AS (
            SELECT DISTINCT platform, channel FROM deliveries
            WHERE open = 1 AND "by" <> '' AND due > :now AND due <= :plausible
        ), ready AS (
            SELECT number, row_number() OVER (
                PARTITION BY platform, channel
                ORDER BY CASE WHEN state = 'posted' THEN :edit ELSE rank END, number) AS turn
            FROM deliveries AS one
            WHERE open = 1 AND platform IN (SELECT value FROM json_each(:platforms))
            AND (due <= :now OR due > CASE WHEN "by" <> '' THEN :plausible ELSE :horizon END)
            AND NOT EXISTS (SELECT 1 FROM held WHERE held.platform = one.platform AND held.channel = one.channel)
        )
        {SELECT} WHERE number IN (SELECT number FROM ready WHERE turn = 1) ORDER BY rank, number LIMIT :most""",  # noqa: S608 - constants
        asked,
    )
    return [_held(file, _read(row), wanted) for row in rows]


def _held(file: File, one: Delivery, wanted: Claim) -> Delivery:
    """Take hold of one; whoever held it before and did not mark it may have said it."""
    first = one.state != "posted"
    taken = replace(
        one,
        state="posting" if first else "posted",
        by=wanted.by,
        due=wanted.now + wanted.lease,
        attempts=one.attempts + 1 if first else one.attempts,
        unsure=one.unsure or (first and one.by != ""),
    )
    file.run(
        'UPDATE deliveries SET state = ?, "by" = ?, due = ?, attempts = ?, unsure = ? WHERE number = ?',
        (taken.state, taken.by, instant(taken.due), taken.attempts, taken.unsure, taken.number),
    )
    return taken


def settle(file: File, held: Delivery, by: str) -> bool:
    """Store what became of a piece of work that ``by`` held; false when the lease went to somebody else meanwhile.

    What was touched while it was held stays open. Something that was posted is kept as posted in any case.
    """
    still = "1" if held.message else '"by" = :holder'
    return bool(
        file.run(
            f"""
            UPDATE deliveries SET state = :state, "by" = '', due = :due, attempts = :attempts, unsure = :unsure,
                error = :error, message = :message, posted = :posted, shown = :shown, look = :look, edits = :edits,
                edited = :edited, told = :told,
                open = CASE :state WHEN 'owed' THEN 1 WHEN 'posted' THEN wanted > :shown ELSE 0 END
            WHERE number = :number AND {still}""",  # noqa: S608 - constants
            {
                "holder": by,
                "state": held.state,
                "due": instant(held.due),
                "attempts": held.attempts,
                "unsure": held.unsure,
                "error": held.error,
                "message": held.message,
                "posted": instant(held.posted),
                "shown": held.shown,
                "look": held.look,
                "edits": held.edits,
                "edited": instant(held.edited),
                "told": json.dumps(dict(held.told), ensure_ascii=False),
                "number": held.number,
            },
        )
    )


def hold_channel(file: File, platform: str, channel: str, until: datetime) -> None:
    """Leave a channel alone for a while: nothing of it that nobody holds is due before then."""
    file.run(
        """
        UPDATE deliveries SET due = max(due, ?) WHERE platform = ? AND channel = ? AND open = 1 AND "by" = ''""",
        (instant(until), platform, channel),
    )


def park_channel(file: File, platform: str, channel: str, error: str) -> int:
    """Park everything that waits for a channel; how many."""
    return file.run(
        """
        UPDATE deliveries SET state = 'parked', open = 0, error = ?, told = json_set(told, '$.gone', json('true'))
        WHERE platform = ? AND channel = ? AND state = 'owed' AND "by" = ''""",
        (error, platform, channel),
    )


def release(file: File, platform: str, channel: str, now: datetime) -> int:
    """Owe again what was parked for a channel; how many."""
    return file.run(
        """
        UPDATE deliveries SET state = 'owed', open = 1, due = ?, attempts = 0, told = json_remove(told, '$.gone')
        WHERE platform = ? AND channel = ? AND state = 'parked'""",
        (instant(now), platform, channel),
    )


def closed(file: File, platform: str, channel: str) -> str:
    """Why a channel takes nothing any more, as told by what was parked when it was found gone; empty when it does."""
    found = file.value(
        """
        SELECT error FROM deliveries WHERE platform = ? AND channel = ? AND state = 'parked'
        AND json_extract(told, '$.gone') ORDER BY number LIMIT 1""",
        (platform, channel),
    )
    return str(found) if found is not None else ""


def parked(file: File, platform: str, channel: str) -> int:
    """How much is parked for a channel."""
    return file.number(
        "SELECT count(*) FROM deliveries WHERE platform = ? AND channel = ? AND state = 'parked'", (platform, channel)
    )


def put_off(file: File, like: Delivery, until: datetime, reason: str) -> None:
    """Let everything of one kind that waits for a channel, and that nobody holds, be due at an instant."""
    file.run(
        """
        UPDATE deliveries SET due = ?, error = ? WHERE open = 1 AND platform = ? AND channel = ? AND kind = ?
        AND state = 'owed' AND "by" = '' AND unsure = 0""",
        (instant(until), reason, like.platform, like.channel, like.kind),
    )


def drop(file: File, numbers: Sequence[int], reason: str) -> int:
    """Give up what nobody holds and what was certainly not said; how many."""
    return sum(
        file.run(
            """
            UPDATE deliveries SET state = 'dropped', open = 0, error = ?
            WHERE number = ? AND state IN ('owed', 'parked') AND "by" = '' AND unsure = 0""",
            (reason, number),
        )
        for number in numbers
    )


def extend(file: File, one: Delivery, told: Mapping[str, object]) -> None:
    """Give a delivery more to tell: it is composed anew, and edited where it was posted."""
    file.run(
        "UPDATE deliveries SET told = ?, wanted = wanted + 1, open = (state IN ('owed', 'posting', 'posted')) "
        "WHERE number = ?",
        (json.dumps(dict(told), ensure_ascii=False), one.number),
    )


def get(file: File, key: Delivery) -> Delivery | None:
    """The stored delivery of the same kind, place and subject."""
    row = file.one(
        f"{SELECT} WHERE kind = ? AND platform = ? AND channel = ? AND subject = ?",
        (key.kind, key.platform, key.channel, key.subject),
    )
    return _read(row) if row else None


def waiting(file: File, platform: str, channel: str, kind: DeliveryKind) -> list[Delivery]:
    """What of one kind waits for a channel and was never tried, oldest first."""
    rows = file.all(
        f"""
        {SELECT} WHERE open = 1 AND platform = ? AND channel = ? AND kind = ? AND state = 'owed'
        AND "by" = '' AND unsure = 0 ORDER BY number""",
        (platform, channel, kind),
    )
    return [_read(row) for row in rows]


def said(file: File, platform: str, channel: str, kind: DeliveryKind, since: datetime) -> list[Delivery]:
    """What of one kind was posted in a channel since an instant, oldest first."""
    rows = file.all(
        f"{SELECT} WHERE platform = ? AND channel = ? AND posted >= ? AND kind = ? ORDER BY posted, number",
        (platform, channel, instant(since), kind),
    )
    return [_read(row) for row in rows]


def digests(file: File, platform: str, channel: str, count: int) -> list[Delivery]:
    """The last digests of a channel, newest day first."""
    rows = file.all(
        f"{SELECT} WHERE kind = 'digest' AND platform = ? AND channel = ? ORDER BY subject DESC LIMIT ?",
        (platform, channel, count),
    )
    return [_read(row) for row in rows]


def last(file: File, workspace: str | None, states: Sequence[DeliveryState], count: int) -> list[Delivery]:
    """Deliveries in these states, newest first; of one workspace or of all."""
    rows = file.all(
        f"""
        {SELECT} WHERE (?1 IS NULL OR workspace = ?1) AND state IN (SELECT value FROM json_each(?2))
        ORDER BY number DESC LIMIT ?3""",  # noqa: S608 - constants
        (workspace, json.dumps(list(states)), count),
    )
    return [_read(row) for row in rows]


def counts(file: File, workspace: str | None) -> dict[str, int]:
    """How many there are in each state, of one workspace or of all."""
    rows = file.all(
        "SELECT state, count(*) FROM deliveries WHERE (?1 IS NULL OR workspace = ?1) GROUP BY state", (workspace,)
    )
    return {str(state): cast("int", count) for state, count in rows}


def oldest_due(file: File) -> datetime | None:
    """Since when the longest waiting piece of work has been due."""
    return read_instant(file.value("SELECT min(due) FROM deliveries WHERE open = 1 AND state IN ('owed', 'posting')"))


def _read(row: Row) -> Delivery:
    kind, platform, channel, subject, workspace, told, rank, owed, due, state, by, attempts, unsure, error, *rest = row
    message, posted, wanted, shown, look, edits, edited, number = rest
    return Delivery(
        kind=cast("DeliveryKind", kind),
        platform=str(platform),
        channel=str(channel),
        subject=str(subject),
        workspace=str(workspace),
        told=json.loads(str(told)),
        rank=cast("int", rank),
        owed=read_instant(owed),
        due=read_instant(due),
        state=cast("DeliveryState", state),
        by=str(by),
        attempts=cast("int", attempts),
        unsure=bool(unsure),
        error=str(error),
        message=str(message),
        posted=read_instant(posted),
        wanted=cast("int", wanted),
        shown=cast("int", shown),
        look=str(look),
        edits=cast("int", edits),
        edited=read_instant(edited),
        number=cast("int", number),
    )
