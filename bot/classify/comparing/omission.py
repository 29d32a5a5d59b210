"""What is usual and absent.

Said only of full texts. Against the narrowest group that is large enough: this speaker in
this form to this audience; to this audience; in this form to anyone (how one threatens is
a habit of voice, so for threats this comes before the level); then the level. Presence in an
excerpt is certain and absence in it unknown, so ``count`` of ``n`` is a lower bound of the habit.

Usual means that the next text could be expected to have it: by Laplace's rule of succession
(count + 1) / (n + 2) of at least 0.6 for a demand, an offer, a formula or a word on talks, which
is seven in ten (``demands.md``) but asks more of a small group; 0.55, a plain majority,
for a threat of any kind, because that is one habit and not one of seventy labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.classify.comparing.terms import labelled
from store.records import Earlier, Omission, Statement

MOST = 4
_USUAL = {"threat": 0.55, "stance": 0.6, "demand": 0.6, "offer": 0.6, "formula": 0.6}
_LAST = 10
_TALKS = "dialogue"
_ANY = "any"
_ANYONE = {"domestic", "world"}


@dataclass(frozen=True, slots=True)
class _Group:
    """Earlier statements that set the habit: whose, how many there must be, and of which kinds they may speak."""

    whom: str
    rows: tuple[Statement, ...]
    least: int
    kinds: tuple[str, ...]


def omissions(statement: Statement, earlier: Earlier) -> tuple[Omission, ...]:
    """Usual elements that this full text lacks, the strongest habit first; none for an excerpt."""
    if statement.coverage != "full":
        return ()
    here = _habits(statement)
    found: dict[tuple[str, str], Omission] = {}
    settled: set[str] = set()
    for group in _groups(statement, earlier):
        open_kinds = [kind for kind in group.kinds if kind not in settled]
        if len(group.rows) < group.least:
            continue
        settled.update(open_kinds)
        for kind, label, count in _usual(group.rows, open_kinds):
            if not _present(kind, label, here):
                found[kind, label] = Omission(kind, label, count, len(group.rows), group.whom)
    ranked = sorted(found.values(), key=lambda row: (list(_USUAL).index(row.kind), -row.count / row.n, row.label))
    return tuple(ranked)[:MOST]


def _groups(statement: Statement, earlier: Earlier) -> Iterator[_Group]:
    every = tuple(_USUAL)
    own = statement.speaker
    audience = set(statement.audience) - _ANYONE or set(statement.audience)
    form = _where(earlier.recent, lambda one: one.channel == statement.channel and bool(audience & set(one.audience)))
    yield _Group(own, form, 3, every)
    yield _Group(own, earlier.recent[:_LAST], 5, every)
    yield _Group(own, _where(earlier.lately, lambda one: one.channel == statement.channel), 6, ("threat",))
    level = f"level {statement.authority}" if statement.authority else statement.side
    others = _where(earlier.level, lambda one: one.channel == statement.channel)
    yield _Group(level, others, 8, every)


def _where(rows: Sequence[Statement], fits: Callable[[Statement], bool]) -> tuple[Statement, ...]:
    return tuple(one for one in rows if fits(one))[:_LAST]


def _usual(rows: Sequence[Statement], kinds: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """The elements of these kinds that the group usually has, with the number of texts that have them."""
    counts = Counter(pair for one in rows for pair in _habits(one))
    for (kind, label), count in sorted(counts.items()):
        if kind in kinds and (count + 1) / (len(rows) + 2) >= _USUAL[kind]:
            yield kind, label, count


def _habits(statement: Statement) -> set[tuple[str, str]]:
    """Its elements as habits: a threat of any kind is one, a word on talks is one, whatever the stance."""
    pairs = labelled(statement, ("demand", "offer", "formula"))
    if statement.threat != "none":
        pairs.add(("threat", _ANY))
    if statement.stance:
        pairs.add(("stance", _TALKS))
    return pairs


def _present(kind: str, label: str, here: set[tuple[str, str]]) -> bool:
    """Is it here, if only by another name? "end-hostile-policy" demanded is the phrase used."""
    return (kind, label) in here or any(one == label for _, one in here)
