"""One plain sentence from a comparison, never more than it carries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from store.records import Answer, Comparison, Omission, Shift, Statement

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "answers": "answers {who}{time}",
        "reaffirms": "reaffirms {who}{time}",
        "same_day": " the same day",
        "next_day": " after 1 day",
        "days": " after {days} days",
        "new": "for the first time on record {what}",
        "reworked": "puts known elements together in a new way",
        "formulaic": "repeats what was said before",
        "nearest": "nearest to {who} on {date}",
        "no_threat": "makes no threat, though {count} of the last {n} of {whom} did",
        "no_talks": "says nothing of talks, though {count} of the last {n} of {whom} did",
        "omits": "leaves out {what}, which {count} of the last {n} of {whom} had",
        "shift": "moves from {before} to {now}{toward}",
        "toward": " toward {of}",
        "demand": "demands {label}",
        "offer": "offers {label}",
        "threat": "makes a threat of this kind ({label})",
        "stance": "takes this line on talks ({label})",
        "nothing": "",
    }
)
"""Default wordings, by key; a catalogue may hand in its own."""


def sentence(
    statement: Statement, comparison: Comparison, names: Mapping[str, str], words: Mapping[str, str] = WORDS
) -> str:
    """Whom it answers, what is new or absent or shifted, what it is nearest to; "" when there is nothing to say.

    ``names`` gives the speaker of a statement by its id; what is not in it is called by its id.
    """
    parts = [
        *(_answer(answer, names, words) for answer in comparison.answers[:1]),
        *(_omission(row, words) for row in comparison.omissions[:1]),
        *(_shift(row, words) for row in comparison.shifts[:1]),
        _novelty(comparison, words),
    ]
    said = [part for part in parts if part]
    if not said:
        return ""
    line = "; ".join(said)
    return f"{_name(statement.speaker)}: {line}."


def _answer(answer: Answer, names: Mapping[str, str], words: Mapping[str, str]) -> str:
    days = answer.after.days if answer.after is not None else None
    time = ""
    if days is not None and days >= 0:
        time = words["same_day"] if days == 0 else words["next_day"] if days == 1 else words["days"].format(days=days)
    return words[answer.relation].format(who=_name(names[answer.id]) if answer.id in names else answer.id, time=time)


def _novelty(comparison: Comparison, words: Mapping[str, str]) -> str:
    if comparison.novelty is None:
        return ""
    first = next((one for one in comparison.elements if one.seen is None and one.kind in words), None)
    if comparison.novelty == "new" and first is not None:
        return words["new"].format(what=words[first.kind].format(label=first.label))
    if comparison.novelty == "new":
        return ""
    nearest = next(iter(comparison.precedents), None)
    near = words["nearest"].format(who=_name(nearest.speaker), date=nearest.date.isoformat()) if nearest else ""
    return ", ".join(part for part in (words[comparison.novelty], near) if part)


def _omission(row: Omission, words: Mapping[str, str]) -> str:
    key = {"threat": "no_threat", "stance": "no_talks"}.get(row.kind, "omits")
    return words[key].format(what=row.label, count=row.count, n=row.n, whom=_name(row.whom))


def _shift(row: Shift, words: Mapping[str, str]) -> str:
    toward = words["toward"].format(of=row.of) if row.of else ""
    return words["shift"].format(before=row.before, now=row.now, toward=toward)


def _name(slug: str) -> str:
    """A slug as a name, for want of the registry: "kim-yo-jong" gives "Kim Yo Jong"."""
    return slug if slug.startswith("level ") else slug.replace("-", " ").title()
