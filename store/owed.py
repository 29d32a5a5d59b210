"""The frozen nouns of delivering: what is owed to whom, how far the record reaches, feeds in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

DeliveryKind = Literal["alert", "digest", "more", "follow", "notice"]
DeliveryState = Literal["owed", "posting", "posted", "parked", "dropped"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is owed to one channel, and what became of it.

    ``subject`` is what it is about: a statement's id (alert, follow), a local day (digest), or a
    text that tells notices apart; with ``kind``, ``platform`` and ``channel`` it is unique for
    ever. ``told`` is what it takes to compose the message, as plain JSON values. ``rank``:
    0 goes first. ``due``: not before then; while somebody holds it (``by``), until when.
    ``unsure``: an earlier try may have arrived. ``wanted`` and ``shown`` count versions of what
    is to be said and of what was said last; ``look`` is a digest of the latter.
    """

    kind: DeliveryKind
    platform: str
    channel: str
    subject: str
    workspace: str = ""
    told: Mapping[str, object] = field(default_factory=dict)
    rank: int = 2
    owed: datetime | None = None
    due: datetime | None = None
    state: DeliveryState = "owed"
    by: str = ""
    attempts: int = 0
    unsure: bool = False
    error: str = ""
    message: str = ""
    posted: datetime | None = None
    wanted: int = 1
    shown: int = 0
    look: str = ""
    edits: int = 0
    edited: datetime | None = None
    number: int = 0

    @property
    def key(self) -> str:
        """What it is posted with, so that a repeat is harmless."""
        return f"{self.kind}/{self.platform}/{self.channel}/{self.subject}"


@dataclass(frozen=True, slots=True)
class Tide:
    """How far the record reached at some moment: the greatest keys of statements and items so far."""

    statements: int = 0
    items: int = 0


@dataclass(frozen=True, slots=True)
class FeedTrouble:
    """A feed that is not well: ``kind`` is "silent", "failing", "gone", "shape" or "moved"; ``words`` say more.

    ``over`` is when it was well again. ``told``: whether anybody was told of it.
    """

    source: str
    kind: str
    since: datetime
    words: str = ""
    told: bool = False
    over: datetime | None = None
