"""The frozen nouns of counting: which statements are meant, and how many of each day were judged alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Selection:
    """Which statements are counted; what is empty or None leaves a question open, both days included.

    ``speaker`` also counts joint statements; of ``sides`` and ``themes`` one must hold; ``text`` is a
    search as in ``Store.search``. ``upto`` is a tide of the record (store/owed.py): what came in later does not count.
    """

    speaker: str = ""
    sides: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    text: str = ""
    since: date | None = None
    until: date | None = None
    upto: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """``count`` statements of one day that were judged alike.

    ``value`` is the main label of the kind that was asked for, empty when there is none;
    ``sure``: it is no guess; ``full``: their whole text is known, so that an absence can be told.
    """

    day: date
    value: str
    sure: bool
    full: bool
    count: int
