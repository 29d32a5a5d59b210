"""What one step of work writes, and what comes back: the change that goes through the one door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from store.owed import Delivery
from store.records import Carries, Comparison, Event, FeedState, Item, Label, Statement


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading an item gave, apart from the statements: ``notes`` as in Coding."""

    relevant: bool
    carries: Carries = "none"
    notes: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """That one feed entry has been processed, so that the next poll knows it.

    ``digest`` is that of the entry's title and content: the same address with other
    content is not known. ``item`` is the id of the item it became or was found to
    be a copy of ("#0": the change's first), empty when nothing was kept of it.
    """

    source: str
    url: str
    guid: str
    digest: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Everything one step of work wants remembered, in one transaction or not at all.

    A record with an empty ``id`` is new and is given one; with an id it replaces
    what is stored. Inside one change "#0" means the record at that position: of
    ``items`` in ``Quotation.item``, ``Report.item``, ``Mark.item`` and the keys of
    ``verdicts``; of ``statements`` in ``Statement.in_response_to``, ``Answer.id``,
    ``Precedent.id``, ``Delivery.subject`` and the keys of ``comparisons``.

    ``owed``: deliveries that come of it; one that is owed already is left as it is. What was
    posted of a statement in the change is to be edited.

    ``absorbed``: stored items that turned out to be copies, by the item ("#0") that takes
    over their addresses and all that was quoted from them.
    """

    items: tuple[Item, ...] = ()
    absorbed: Mapping[str, str] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    marks: tuple[Mark, ...] = ()
    feed: FeedState | None = None
    owed: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """A change's items and statements as they are now stored, ids given, positions kept.

    ``created`` holds the ids of those statements that were not stored before, ``owed`` the
    deliveries that were not owed before, ``fresh`` the ids of those items that were not stored
    before: the others are stored ones to which a copy added something.
    """

    items: tuple[Item, ...] = ()
    statements: tuple[Statement, ...] = ()
    created: tuple[str, ...] = ()
    owed: tuple[Delivery, ...] = ()
    fresh: tuple[str, ...] = ()
