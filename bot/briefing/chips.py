"""A statement's judgements as chips: stance, threat, tone and authority in words, never in colour alone.

"No threat" and "nothing of talks" are said only of full texts; of an excerpt it is said
that nothing was quoted. A judgement below ``UNSURE`` is called unclear.
"""

from __future__ import annotations

from bot.briefing.voice import Voice
from store.records import Label, Statement

UNSURE = 0.5
"""Confidence below which a judgement is not shown as one."""


def chips(statement: Statement, voice: Voice) -> tuple[str, ...]:
    """All chips of one statement, the most telling first."""
    tone = () if statement.tone == "neutral" else (tone_chip(statement, voice),)
    return (*stance_chips(statement, voice), threat_chip(statement, voice), *tone, *authority_chip(statement, voice))


def stance_chips(statement: Statement, voice: Voice) -> tuple[str, ...]:
    """One chip for each stance value, with its audiences; those too unsure in one chip of their own."""
    return tuple(
        voice.say(f"chip.stance.{value}", whom=voice.sides(sides)) for value, sides in stances(statement).items()
    )


def stances(statement: Statement) -> dict[str, list[str]]:
    """Stance value to the audiences it is toward; "unclear" holds those below ``UNSURE``."""
    order = {side: place for place, side in enumerate(statement.audience)}
    rows = [row for row in statement.labels if row.kind == "stance"]
    grouped: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row.confidence < UNSURE, order.get(row.of, len(order)), row.rank, row.of)):
        sides = grouped.setdefault(row.label if row.confidence >= UNSURE else "unclear", [])
        if row.of not in sides:
            sides.append(row.of)
    return grouped


def threat_chip(statement: Statement, voice: Voice) -> str:
    """The threat, or its absence as far as the text at hand can show it."""
    if not sure(statement, "threat"):
        return voice.say("chip.threat.unclear")
    if statement.threat == "none" and statement.coverage != "full":
        return voice.say("chip.threat.none_excerpt")
    return voice.say(f"chip.threat.{statement.threat}")


def tone_chip(statement: Statement, voice: Voice) -> str:
    """The tone."""
    return voice.say(f"chip.tone.{statement.tone}" if sure(statement, "tone") else "chip.tone.unclear")


def authority_chip(statement: Statement, voice: Voice) -> tuple[str, ...]:
    """How much weight it carries; nothing outside the DPRK."""
    if statement.authority is None:
        return ()
    certain = statement.authority_certain
    return (voice.say("chip.authority" if certain else "chip.authority_uncertain", level=statement.authority),)


def sure(statement: Statement, kind: str) -> bool:
    """Whether the main label of a kind is sure enough to be shown; one without a row was simply not found."""
    row = main_label(statement, kind)
    return row is None or row.confidence >= UNSURE


def main_label(statement: Statement, kind: str) -> Label | None:
    """The label row of lowest rank of one kind."""
    return min((row for row in statement.labels if row.kind == kind), key=lambda row: row.rank, default=None)
