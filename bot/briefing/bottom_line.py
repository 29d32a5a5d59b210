"""The bottom line: one or two sentences that say what the day brought, and never more than the record carries."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefing.against import target_name, whose_last
from bot.briefing.chips import stances, sure
from bot.briefing.voice import Told, Voice, sentence
from store.records import Omission, Statement

_STANCE_WEIGHT = {"rejects": 3, "rejects-unless": 3, "open": 3, "conditional": 3, "ambivalent": 2}
_THREAT_WEIGHT = {"explicit": 3, "deterrent": 2, "implied": 1, "none": 0}
_LEAST = 8  # below any level of authority
_NAMED = 2  # speakers from Pyongyang that the line names


def by_weight(told: Told) -> tuple[int, int, str, str]:
    """Sort key: authority first, then how much it says of talks and threats; date and id make it certain."""
    statement = told.statement
    says = max((_STANCE_WEIGHT.get(value, 0) for value in statement.stance.values()), default=0)
    says += _THREAT_WEIGHT.get(statement.threat, 0)
    return (statement.authority or _LEAST, -says, statement.date.isoformat(), statement.id)


def bottom_line(pyongyang: Sequence[Told], others: Sequence[Told], voice: Voice) -> str:
    """Both groups of statements (``pyongyang`` sorted by weight) in at most two sentences."""
    if not pyongyang:
        parts = [voice.say("lead.silent"), _others(others, voice)]
        return " ".join(sentence(part) for part in parts if part)
    rest = [_clause(told, voice) for told in pyongyang[1:2]]
    if len(pyongyang) > _NAMED:
        rest.append(voice.say("lead.more", count=len(pyongyang) - _NAMED))
    rest += [part for part in [_others(others, voice)] if part]
    return " ".join(sentence(part) for part in (_first(pyongyang[0], voice), "; ".join(rest)) if part)


def reading(told: Told, voice: Voice) -> str:
    """One statement against the record in one sentence; "" where the record adds nothing to what is said.

    Whom it answers and after how long, the threat that is usual and absent, and whether its claims are new; all of
    it stands in the comparison.
    """
    clause = _first(told, voice)
    novelty = told.comparison.novelty
    if novelty in {"formulaic", "new"}:
        clause = voice.say(f"lead.{novelty}", clause=clause, side=voice.side(told.statement.side))
    return sentence(clause) if clause != _clause(told, voice) else ""


def _first(told: Told, voice: Voice) -> str:
    clause = _clause(told, voice)
    clause = _with_answer(clause, told, voice)
    threat = next((row for row in told.comparison.omissions if row.kind == "threat"), None)
    return _without_threat(clause, threat, told, voice) if threat else clause


def _clause(told: Told, voice: Voice) -> str:
    statement = told.statement
    who = voice.named(statement)
    grouped = stances(statement)
    if grouped:
        value, sides = next(iter(grouped.items()))
        clause = voice.say(f"lead.stance.{value}", who=who, whom=voice.sides(sides))
    elif statement.themes:
        key = "lead.speaks_hostile" if statement.tone == "hostile" and sure(statement, "tone") else "lead.speaks_of"
        clause = voice.say(key, who=who, themes=voice.labels("theme", statement.themes[:2]))
    else:
        clause = voice.say("lead.speaks", who=who)
    if statement.threat == "none" or not sure(statement, "threat"):
        return clause
    return voice.say(f"lead.threat.{statement.threat}", clause=clause)


def _with_answer(clause: str, told: Told, voice: Voice) -> str:
    answer = next((row for row in told.comparison.answers if row.id in told.about), None)
    if answer is None:
        return clause
    whom = target_name(told.about[answer.id], voice)
    if answer.relation == "reaffirms":
        return voice.say("lead.endorsing", clause=clause, whom=whom)
    after = voice.after(answer.after)
    if not after:
        return voice.say("lead.answering_undated", clause=clause, whom=whom)
    return voice.say("lead.answering", clause=clause, whom=whom, after=after)


def _without_threat(clause: str, omission: Omission, told: Told, voice: Voice) -> str:
    whose = whose_last(omission, told.statement, voice)
    return voice.say("lead.no_threat", clause=clause, count=omission.count, whose=whose)


def _others(others: Sequence[Told], voice: Voice) -> str:
    if not others:
        return ""
    who = list(dict.fromkeys(_capital(told.statement, voice) for told in others))
    if all(list(stances(told.statement)) == ["open"] and "dprk" in told.statement.stance for told in others):
        return voice.say("lead.others_open", who=voice.catalogue.joined(who), count=len(who))
    return voice.say("lead.others", who=voice.catalogue.joined(who))


def _capital(statement: Statement, voice: Voice) -> str:
    return voice.named(statement) if statement.side == "other" else voice.side(statement.side)
