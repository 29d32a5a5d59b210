"""Which feeds are read, and for whom: the operator's, and on top of them those that admins added, each address once.

A feed is known by its address: however many want it, it is read once, under one id, and as long as anybody
wants it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.sources import Source, check_source
from store.records import AddedFeed


@dataclass(frozen=True, slots=True)
class Wanted:
    """One feed and who added it; ``operators``: it stands in the operator's list, whoever added it besides."""

    source: Source
    by: tuple[AddedFeed, ...] = ()
    operators: bool = False

    @property
    def stopped(self) -> bool:
        """Whether everybody who added it has paused it."""
        return not self.operators and all(feed.paused for feed in self.by)

    def added_by(self, workspace: str) -> AddedFeed | None:
        """The wish of one workspace, where it is one."""
        return next((feed for feed in self.by if feed.workspace == workspace), None)


def wanted(operator: Sequence[Source], added: Iterable[AddedFeed]) -> list[Wanted]:
    """Every feed that is wanted, the operator's first; no two have the same address or the same id."""
    wishes: dict[str, list[AddedFeed]] = {}
    for feed in added:
        wishes.setdefault(str(feed.entry.get("address", "")), []).append(feed)
    found = [Wanted(source, tuple(wishes.pop(source.address, ())), operators=True) for source in operator]
    taken = {one.source.id for one in found}
    for feeds in wishes.values():
        source = next((source for feed in feeds if (source := check_source(feed.entry)[0])), None)
        if source is not None:
            named = replace(source, id=_apart(source, taken))
            taken.add(named.id)
            found.append(Wanted(named, tuple(feeds)))
    return found


def _apart(source: Source, taken: set[str]) -> str:
    """Its id; another made of its address where the id came to stand for two, as after a change of the list."""
    if source.id not in taken:
        return source.id
    return f"{source.id}-{hashlib.sha256(source.address.encode()).hexdigest()[:6]}"


def id_for(name: str, address: str, operator: Iterable[Source], ever: Iterable[AddedFeed]) -> str:
    """The id for a feed to be added: that of its address if it was ever added, else one that no other address has."""
    known = {str(feed.entry["id"]): str(feed.entry["address"]) for feed in ever}
    known |= {source.id: source.address for source in operator}
    names = [id_ for id_, other in known.items() if other == address]
    free = (one for one in (name, *(f"{name}-{number}" for number in range(2, 1000))) if one not in known)
    return names[0] if names else next(free)
