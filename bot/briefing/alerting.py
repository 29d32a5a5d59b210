"""What is said at once: an alert that grows with its statement, what a burst left over, what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.briefing.bottom_line import bottom_line
from bot.briefing.cards import Look, card
from bot.briefing.message import Entry, Message, Section
from bot.briefing.voice import Told, Voice
from store.records import Statement

_LISTED = 10
_LOOK = Look(dated=True, sided=True, full=True, notes="brief", links=8)
_LINE = Look(dated=True, sided=True, full=False, notes="none", links=2)


def alert(told: Told, names: Sequence[str], ping: str, voice: Voice) -> Message:
    """One statement as an alert; ``names`` are the rules that it fits, ``ping`` the one role to call."""
    return Message(
        title=voice.say("alert.title", who=voice.named(told.statement)),
        lead=bottom_line([told], [], voice),
        sections=(Section("", (card(told, voice, _LOOK),)),),
        footer=voice.say("alert.footer", names=voice.catalogue.joined(list(names)), count=len(names)),
        kind="cards",
        private=False,
        ping=ping,
        urgent=True,
    )


def more(told: Sequence[Told], voice: Voice) -> Message:
    """What was too much to be posted one by one, in one message."""
    entries = tuple(card(one, voice, _LINE) for one in told[:_LISTED])
    left = len(told) - len(entries)
    return Message(
        title=voice.say("alert.more", count=len(told)),
        lead=voice.say("alert.more_lead"),
        sections=(Section("", entries, voice.say("digest.more", count=left) if left else ""),),
        footer=voice.say("alert.more_footer"),
        kind="list",
        private=False,
    )


def gist(statement: Statement) -> dict[str, object]:
    """What a reader of an alert was told that may turn out otherwise: plain values, to be compared later."""
    return {"coverage": statement.coverage, "threat": statement.threat, "stance": dict(statement.stance)}


def changes(before: Mapping[str, object], statement: Statement) -> list[dict[str, str]]:
    """What a reader of the alert should hear of, as catalogue keys with their values; empty when nothing is."""
    found: list[dict[str, str]] = []
    if statement.coverage == "full" and before.get("coverage") != "full":
        found.append({"key": "follow.full"})
    if statement.threat != before.get("threat"):
        found.append({"key": "follow.threat", "before": str(before.get("threat")), "now": statement.threat})
    known = before.get("stance")
    stances = known if isinstance(known, Mapping) else {}
    for whom in sorted({*stances, *statement.stance}):
        old, new = str(stances.get(whom, "")), statement.stance.get(whom, "")
        if old != new:
            found.append({"key": "follow.stance", "whom": whom, "before": old, "now": new})
    return found


def follow_up(told: Sequence[Mapping[str, str]], statement: Statement, voice: Voice) -> Message:
    """What changed since the alert, for its thread."""
    lines = tuple(Entry(_line(one, voice)) for one in told)
    title = voice.say("follow.title", who=voice.named(statement))
    return Message(title, sections=(Section("", lines),), kind="notice", private=False)


def _line(change: Mapping[str, str], voice: Voice) -> str:
    key = change["key"]
    if key == "follow.threat":
        before, now = (voice.say(f"chip.threat.{change[when]}") for when in ("before", "now"))
        return voice.say(key, before=before, now=now)
    if key == "follow.stance":
        whom = voice.side(change["whom"])
        before, now = (_stance(change[when], whom, voice) for when in ("before", "now"))
        return voice.say(key, before=before, now=now)
    return voice.say(key)


def _stance(value: str, whom: str, voice: Voice) -> str:
    return voice.say(f"chip.stance.{value}", whom=whom) if value else voice.say("chip.stance.silent")


def notice(told: Mapping[str, object], voice: Voice) -> Message:
    """A notice to admins: ``lead`` and ``lines`` are catalogue keys with their values."""
    lead = told.get("lead")
    rows = told.get("lines")
    return Message(
        title=voice.say("notice.title"),
        lead=_said(lead, voice) if isinstance(lead, Mapping) else "",
        sections=tuple(_section(rows, voice)),
        kind="notice",
        private=False,
    )


def _section(rows: object, voice: Voice) -> list[Section]:
    if not isinstance(rows, Sequence) or not rows:
        return []
    entries = tuple(Entry(_said(row, voice)) for row in rows[:_LISTED])
    left = len(rows) - len(entries)
    return [Section("", entries, voice.say("digest.more", count=left) if left else "")]


def _said(row: Mapping[str, object], voice: Voice) -> str:
    return voice.say(str(row["key"]), **{name: value for name, value in row.items() if name != "key"})
