"""Statements read lately, kept whole: the same past is asked for again and again while a round is read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from store.records import Statement

SIZE = 2000


class Shelf:
    """The last statements read, by key; emptied whenever another process may have changed them."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._kept: OrderedDict[int, Statement] = OrderedDict()
        self._version: int | None = None

    def see(self, version: int) -> None:
        """Take note of the file's data version; what was read under another one is thrown away."""
        if version != self._version:
            self._kept.clear()
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
