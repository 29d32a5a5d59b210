"""Statements read lately, kept whole: the same past is asked for again and again while a round is read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from store.records import Comparison, Earlier, Statement

SIZE = 2000
COMPARED = 1000
Compare = Callable[[Statement, Earlier], Comparison]


class Shelf:
    """The last statements read, by key; emptied whenever another process may have changed them.

    ``compared`` are those that were last held against the record.
    """

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self.compared = ComparedLately()
        self._kept: OrderedDict[int, Statement] = OrderedDict()
        self._version: int | None = None

    def see(self, version: int) -> None:
        """Take note of the file's data version; what was read under another one is thrown away."""
        if version != self._version:
            self.clear()
            self._version = version

    def take(self, keys: Iterable[int]) -> dict[int, Statement]:
        """Those of the statements that are here."""
        found = {key: self._kept[key] for key in keys if key in self._kept}
        for key in found:
            self._kept.move_to_end(key)
        return found

    def put(self, statements: dict[int, Statement]) -> None:
        """Keep these; the ones longest unused make room."""
        self._kept.update(statements)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def drop(self, key: int) -> None:
        """Forget one that is being changed."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Forget all: a transaction was undone."""
        self._kept.clear()
        self.compared.clear()


@dataclass(frozen=True, slots=True)
class _Compared:
    statement: Statement
    compare: Compare
    comparison: Comparison


class ComparedLately:
    """Comparisons made lately, of statements that have none stored: people ask for the same again and again.

    A comparison rests on what was said before, so that a statement that comes in drops only those
    of its day and later. How common words are is weighed as it was when it was made.
    """

    def __init__(self, size: int = COMPARED) -> None:
        self._size = size
        self._kept: OrderedDict[str, _Compared] = OrderedDict()

    def take(self, statement: Statement, compare: Compare) -> Comparison | None:
        """The comparison of just this statement, made in just this way; None when it is not here."""
        found = self._kept.get(statement.id)
        if found is None or found.compare is not compare or found.statement != statement:
            return None
        self._kept.move_to_end(statement.id)
        return found.comparison

    def put(self, statement: Statement, compare: Compare, comparison: Comparison) -> None:
        """Keep one; the one longest unused makes room. A statement without an id is on no record yet."""
        if statement.id:
            self._kept[statement.id] = _Compared(statement, compare, comparison)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def changed(self, day: date) -> None:
        """Forget what may rest on a statement of that day."""
        for name in [name for name, one in self._kept.items() if one.statement.date >= day]:
            del self._kept[name]

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
