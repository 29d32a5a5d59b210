"""Which elements this side has used before, and so whether a statement is formulaic, reworked or new.

Looked up by side: an American "anywhere, anytime" is new in an American mouth even if
Pyongyang once said it. A new metaphor for an old demand is not new: only labels that
make a claim count, never words.
"""

from __future__ import annotations

from bot.classify.comparing.terms import CORE, labelled
from store.records import Earlier, Element, Novelty, Statement

_CLAIMS = frozenset({"demand", "offer", "threat", "stance"})
_ORDER = ("offer", "demand", "threat", "stance", "gesture", "formula", "theme")


def elements(statement: Statement, earlier: Earlier) -> tuple[Element, ...]:
    """Every element with its earlier use by this side: claims first, those never seen before those long unseen."""
    found = [Element(kind, label, earlier.seen.get((kind, label))) for kind, label in labelled(statement, _ORDER)]
    found.sort(key=lambda one: (one.seen is not None, _ORDER.index(one.kind), one.label))
    return tuple(found)


def novelty(statement: Statement, found: tuple[Element, ...], earlier: Earlier) -> Novelty | None:
    """``new`` with a claim never made; ``formulaic`` when one earlier statement made every claim; else ``reworked``.

    None when the statement makes no claim that could be looked up, or nothing of its side is on record.
    """
    claims = [one for one in found if one.kind in CORE]
    known = any(one.seen for one in found) or bool(earlier.recent or earlier.level or earlier.similar)
    if not claims or not known:
        return None
    if any(one.seen is None and one.kind in _CLAIMS for one in claims):
        return "new"
    if any(one.seen is None for one in found):
        return "reworked"
    core = labelled(statement, CORE)
    before = (*earlier.similar, *earlier.recent, *earlier.level)
    return (
        "formulaic" if any(core <= labelled(one, CORE) for one in before if one.side == statement.side) else "reworked"
    )
