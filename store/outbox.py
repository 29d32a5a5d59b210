"""What is owed to channels: the questions that delivering asks, each answered or carried out in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from store import deliveries
from store.deliveries import Claim
from store.file import File
from store.owed import Delivery, DeliveryKind, DeliveryState

EVERY_STATE: tuple[DeliveryState, ...] = ("owed", "posting", "posted", "parked", "dropped")


class Outbox:
    """The deliveries of one open store. Every method raises the StoreError tree as ``Store`` does."""

    def __init__(self, file: File) -> None:
        self._file = file

    def owe(self, *given: Delivery) -> tuple[Delivery, ...]:
        """Owe these; those that are owed already stay as they are and are not returned.

        Raises:
            ValueError: one says nothing of when it was owed.
        """
        with self._file.writing():
            return deliveries.owe(self._file, given)

    def claim(self, wanted: Claim) -> list[Delivery]:
        """Take hold of what is due: at most one a channel, the most urgent first, nothing that another holds."""
        if not self._file.value("SELECT 1 FROM deliveries WHERE open = 1 LIMIT 1"):
            return []  # asked every second: no need to take the write lock for nothing
        with self._file.writing():
            return deliveries.claim(self._file, wanted)

    def settle(self, held: Delivery, by: str, *owed: Delivery) -> bool:
        """Store what became of what ``by`` held, and what comes of it; false when somebody else holds it now."""
        with self._file.writing():
            done = deliveries.settle(self._file, held, by)
            deliveries.owe(self._file, owed if done else ())
            return done

    def hold_channel(self, platform: str, channel: str, until: datetime) -> None:
        """Leave a channel alone until then."""
        with self._file.writing():
            deliveries.hold_channel(self._file, platform, channel, until)

    def closed(self, platform: str, channel: str) -> str:
        """Why a channel takes nothing any more; empty when it does."""
        return deliveries.closed(self._file, platform, channel)

    def parked(self, platform: str, channel: str) -> int:
        """How much is parked for a channel."""
        return deliveries.parked(self._file, platform, channel)

    def put_off(self, like: Delivery, until: datetime, reason: str) -> None:
        """Let all that waits for a channel of the same kind be due at an instant."""
        with self._file.writing():
            deliveries.put_off(self._file, like, until, reason)

    def park_channel(self, platform: str, channel: str, error: str) -> int:
        """Park everything that waits for a channel; how many."""
        with self._file.writing():
            return deliveries.park_channel(self._file, platform, channel, error)

    def release(self, platform: str, channel: str, now: datetime) -> int:
        """Owe again what was parked for a channel; how many."""
        with self._file.writing():
            return deliveries.release(self._file, platform, channel, now)

    def drop(self, numbers: Sequence[int], reason: str) -> int:
        """Give up what nobody holds and what was certainly not said; how many."""
        with self._file.writing():
            return deliveries.drop(self._file, numbers, reason)

    def extend(self, one: Delivery, told: Mapping[str, object]) -> None:
        """Give a delivery more to tell, also when it was posted."""
        with self._file.writing():
            deliveries.extend(self._file, one, told)

    def get(self, like: Delivery) -> Delivery | None:
        """The stored delivery of the same kind, place and subject."""
        return deliveries.get(self._file, like)

    def waiting(self, platform: str, channel: str, kind: DeliveryKind) -> list[Delivery]:
        """What of one kind waits for a channel and was certainly not said, oldest first."""
        return deliveries.waiting(self._file, platform, channel, kind)

    def said(self, platform: str, channel: str, kind: DeliveryKind, since: datetime) -> list[Delivery]:
        """What of one kind was posted in a channel since then, oldest first."""
        return deliveries.said(self._file, platform, channel, kind, since)

    def digests(self, platform: str, channel: str, count: int = 20) -> list[Delivery]:
        """The last digests of a channel, newest day first, whatever became of them."""
        return deliveries.digests(self._file, platform, channel, count)

    def last(
        self,
        workspace: str | None = None,
        states: Sequence[DeliveryState] = EVERY_STATE,
        count: int = 20,
    ) -> list[Delivery]:
        """The last deliveries in these states, newest first; of one workspace or of all."""
        return deliveries.last(self._file, workspace, states, count)

    def counts(self, workspace: str | None = None) -> dict[str, int]:
        """How many deliveries there are in each state; of one workspace or of all."""
        return dict.fromkeys(EVERY_STATE, 0) | deliveries.counts(self._file, workspace)

    def oldest_due(self) -> datetime | None:
        """Since when the longest waiting message has been due; None when nothing waits."""
        return deliveries.oldest_due(self._file)
