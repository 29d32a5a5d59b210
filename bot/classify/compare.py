"""A statement held against the record: the public entry to ``bot.classify.comparing``."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from bot.classify.comparing.answers import answers, quoted_ids
from bot.classify.comparing.novelty import elements, novelty
from bot.classify.comparing.omission import omissions
from bot.classify.comparing.precedents import precedents
from bot.classify.comparing.sentence import sentence
from bot.classify.comparing.shifts import shifts
from bot.classify.comparing.terms import name_of
from store.records import Comparison, Earlier, Statement

__all__ = ["compare"]


def compare(statement: Statement, earlier: Earlier) -> Comparison:
    """Everything that can be said of a statement from what was said before it; pure, and fast enough to repeat."""
    found = answers(statement, earlier)
    known = elements(statement, earlier)
    barred = quoted_ids(statement, found, chain(earlier.triggers, earlier.endorsable, earlier.similar))
    comparison = Comparison(
        precedents=precedents(statement, earlier, barred),
        novelty=novelty(statement, known, earlier),
        elements=known,
        omissions=omissions(statement, earlier),
        shifts=shifts(statement, earlier),
        answers=found,
    )
    names = {name_of(one): one.speaker for one in (*earlier.triggers, *earlier.endorsable)}
    return replace(comparison, reading=sentence(statement, comparison, names))
