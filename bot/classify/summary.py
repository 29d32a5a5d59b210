"""One sentence on a statement in our own words, built from its labels and nothing else."""

from __future__ import annotations

from bot.codebook import Codebook
from store.records import Statement

_STANCE = {
    "rejects": "rules out talks with {whom}",
    "rejects-unless": "refuses talks with {whom} but names a way back",
    "conditional": "offers {whom} talks on a condition",
    "ambivalent": "keeps both roads open toward {whom}",
    "open": "is open to talks with {whom}",
}
_THREAT = {
    "none": "no threat",
    "implied": "threatens without naming an act",
    "deterrent": "threatens an act if attacked",
    "explicit": "threatens a named act",
}


def summary(statement: Statement, name: str, codebook: Codebook) -> str:
    """One sentence, such as: Kim Yo Jong rules out talks with the United States; no threat."""
    parts = [
        _STANCE[value].format(whom=_whom(side, codebook))
        for side, value in statement.stance.items()
        if value in _STANCE
    ]
    if not parts:
        parts = [_topic(statement, codebook)]
    return f"{name} {' and '.join(parts[:2])}; {_THREAT.get(statement.threat, statement.threat)}."


def _whom(side: str, codebook: Codebook) -> str:
    words = codebook.meaning("audience", side)
    return f"the {words}" if side in {"us", "un", "eu"} else words


def _topic(statement: Statement, codebook: Codebook) -> str:
    themes = [codebook.meaning("theme", theme) for theme in statement.themes[:2]]
    verb = {"hostile": "attacks", "critical": "criticises"}.get(statement.tone, "")
    sides = [side for side in statement.audience if side not in {"domestic", "world"}]
    on = " and ".join(themes)
    if verb and sides:
        return f"{verb} {_whom(sides[0], codebook)}" + (f" over {on}" if on else "")
    return f"speaks on {on}" if on else "speaks on relations with other countries"
