"""Pure decisions of delivering: how long to wait, how much is too much, when an edit may be made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from store.owed import Delivery

CAP = 5
"""So many alerts are posted one by one in a channel within BURST, and so many urgent ones besides; others together."""
BURST = timedelta(minutes=10)
MOST_EDITS = 40
"""Edits of one message; by then everything has been said."""

LONGEST_WAIT = timedelta(minutes=5)
MOST_PATIENCE = timedelta(hours=6)
"""A platform that asks for longer is asked again after this."""

_EDITS = (
    (timedelta(minutes=10), timedelta(seconds=10)),
    (timedelta(hours=1), timedelta(minutes=1)),
    (timedelta(days=1), timedelta(minutes=15)),
    (timedelta(days=7), timedelta(hours=6)),
)
"""Up to which age of a message it is edited how often at most. Discord limits edits of messages over an hour old."""


def back_off(attempts: int, key: str) -> timedelta:
    """How long to wait after so many failed tries: doubling, with a spread that is the same for the same key."""
    spread = 0.75 + hashlib.sha256(key.encode()).digest()[0] / 512
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT) * spread


def asked_wait(retry_after: timedelta | None) -> timedelta | None:
    """The wait that a platform asked for, as far as it is followed."""
    return min(max(retry_after, timedelta(seconds=1)), MOST_PATIENCE) if retry_after is not None else None


def next_edit(one: Delivery, now: datetime) -> datetime | None:
    """The earliest moment for the next edit of a posted message; None when it is edited no more."""
    if one.posted is None or one.edits >= MOST_EDITS:
        return None
    age = max(now - one.posted, timedelta(0))
    gap = next((gap for limit, gap in _EDITS if age < limit), None)
    return None if gap is None else max(now, (one.edited or one.posted) + gap)


def room(said: Sequence[Delivery], one: Delivery) -> bool:
    """Whether one more alert may be posted on its own, after those of BURST; routine takes no room from what is urgent.

    Urgent is what has rank 0: somebody is called for it, the leader spoke, or it is an open threat.
    """
    like = said if one.rank else [row for row in said if row.rank == 0]
    return len(like) < CAP
