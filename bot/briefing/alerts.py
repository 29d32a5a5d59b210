"""Alert rules: conditions on a statement and its comparison, combined with and, or, not.

A rule is plain JSON: ``{"all": [...]}``, ``{"any": [...]}``, ``{"not": rule}``, or one condition such as
``{"speaker": "kim-yo-jong"}``. As text: ``speaker:kim-yo-jong and (threat:explicit or novelty:new)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from bot.errors import CommandError
from store.query import QUOTATION_MARKS, holds, phrase, pieces
from store.records import Comparison, Statement

Rule = Mapping[str, object]

THREATS = ("none", "implied", "deterrent", "explicit")
"""The mildest first; "threat:implied" also holds for what is graver, "threat:none" for what carries no threat alone."""

NOVELTIES = ("new", "reworked", "formulaic")
CONDITIONS = ("speaker", "side", "authority", "theme", "threat", "shift", "novelty", "formula", "words")
RULE_KEYS = frozenset({*CONDITIONS, "topic"})
"""What may stand before a colon in a rule as it is typed."""

_KEY = "alerts"
_TOKEN = re.compile(r'\(|\)|"[^"]*"|[^\s()"]*:"[^"]*"|[^\s()]+')
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Watch:
    """One alert of a workspace. ``role`` is the platform's id of the one role to ping, or empty."""

    name: str
    rule: Rule
    channel: str = ""
    role: str = ""
    by: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


def watches_of(settings: Mapping[str, object]) -> list[Watch]:
    """The alerts in a workspace's settings; what makes no sense is left out."""
    stored = settings.get(_KEY)
    rows = cast("Sequence[object]", stored) if isinstance(stored, list) else ()
    return [
        Watch(
            str(row["name"]),
            cast("Rule", row["rule"]),
            str(row.get("channel", "")),
            str(row.get("role", "")),
            str(row.get("by", "")),
        )
        for row in rows
        if isinstance(row, Mapping) and "name" in row and isinstance(row.get("rule"), Mapping)
    ]


def with_watches(settings: Mapping[str, object], watches: Sequence[Watch]) -> dict[str, object]:
    """The settings with these alerts in them."""
    rows = [
        {"name": one.name, "rule": dict(one.rule), "channel": one.channel, "role": one.role, "by": one.by}
        for one in watches
    ]
    return {**settings, _KEY: rows}


def fires(rule: Rule, statement: Statement, comparison: Comparison) -> bool:
    """Whether the rule holds for a statement."""
    for kind, value in rule.items():
        if kind == "all":
            held = all(fires(part, statement, comparison) for part in _parts(value))
        elif kind == "any":
            held = any(fires(part, statement, comparison) for part in _parts(value))
        elif kind == "not":
            held = not fires(cast("Rule", value), statement, comparison)
        else:
            held = _holds(kind, str(value), statement, comparison)
        if not held:
            return False
    return True


def _parts(value: object) -> Sequence[Rule]:
    return cast("Sequence[Rule]", value)


def _holds(kind: str, value: str, statement: Statement, comparison: Comparison) -> bool:
    tests: dict[str, Callable[[], bool]] = {
        "speaker": lambda: value in {statement.speaker, *statement.with_},
        "side": lambda: statement.side == value,
        "authority": lambda: statement.authority is not None and statement.authority <= int(value),
        "theme": lambda: value in statement.themes,
        "threat": lambda: _threatens(statement.threat, value),
        "shift": lambda: any(value in {"any", shift.kind} for shift in comparison.shifts),
        "novelty": lambda: comparison.novelty == value,
        "formula": lambda: value in statement.formulas,
        "words": lambda: holds(_texts(statement), phrase(value)),
    }
    return tests[kind]()


def _threatens(threat: str, wanted: str) -> bool:
    if "none" in {threat, wanted}:
        return threat == wanted
    return threat in THREATS and THREATS.index(threat) >= THREATS.index(wanted)


def _texts(statement: Statement) -> list[str]:
    """Where /search looks: the summary, what is quoted, the text, and the names."""
    names = " ".join((statement.speaker, *statement.with_)).replace("-", " ")
    return [statement.summary, "\n".join(quote.words for quote in statement.quotes), statement.text, names]


def combined(conditions: Mapping[str, str], extra: Rule | None = None) -> Rule:
    """All of several conditions, and what was written out besides. "words" may be several, as in a search."""
    parts = [part for kind, value in conditions.items() if value for part in _conditions_of(kind, value)]
    parts += [extra] if extra else []
    return parts[0] if len(parts) == 1 else {"all": parts}


def _conditions_of(kind: str, value: str) -> list[Rule]:
    return [{kind: one} for one in (pieces(value) if kind == "words" else [value])]


def read_rule(text: str) -> Rule:
    """A rule as typed.

    Raises:
        CommandError: it is no rule; the text says where and what is right.
    """
    reader = _Reader([part for part in _TOKEN.findall(QUOTATION_MARKS.sub('"', text)) if part.casefold() != "and"])
    rule = reader.either(0)
    if reader.tokens:
        raise CommandError(f"“{reader.tokens[0]}” stands where the rule should end. {_FORM}")
    return rule


_FORM = "Example: speaker:kim-yo-jong and (threat:explicit or novelty:new) and not theme:sanctions"


class _Reader:
    """Reads tokens from the left; "and" was dropped, as it is what stands between conditions anyway."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def either(self, depth: int) -> Rule:
        parts = [self.every(depth)]
        while self.tokens and self.tokens[0].casefold() == "or":
            self.tokens.pop(0)
            parts.append(self.every(depth))
        return parts[0] if len(parts) == 1 else {"any": parts}

    def every(self, depth: int) -> Rule:
        parts = [self.one(depth)]
        while self.tokens and self.tokens[0] != ")" and self.tokens[0].casefold() != "or":
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else {"all": parts}

    def one(self, depth: int) -> Rule:
        if not self.tokens or depth > _DEEPEST:
            raise CommandError(f"The rule is not complete. {_FORM}")
        token = self.tokens.pop(0)
        if token.startswith(")") or token.casefold() == "or":
            raise CommandError(f"“{token}” stands where a condition should. {_FORM}")
        if token.casefold() == "not":
            return {"not": self.one(depth + 1)}
        if token.startswith("("):
            inner = self.either(depth + 1)
            if not self.tokens or self.tokens.pop(0) != ")":
                raise CommandError(f"A bracket is not closed. {_FORM}")
            return inner
        return _condition(token)


def _condition(token: str) -> Rule:
    kind, colon, value = token.partition(":")
    kind, value = {"topic": "theme"}.get(kind.casefold(), kind.casefold()), value.strip('"')
    if not colon:
        return check_condition("words", token.strip('"'))
    if kind not in CONDITIONS or not value:
        raise CommandError(f"“{token}” is no condition. There are: {', '.join(CONDITIONS)}. {_FORM}")
    return check_condition(kind, value)


def check_condition(kind: str, value: str) -> Rule:
    """One condition whose value makes sense.

    Raises:
        CommandError: it does not.
    """
    allowed = {"threat": THREATS, "novelty": NOVELTIES, "shift": ("any", "stance", "threat", "tone")}.get(kind)
    if allowed and value not in allowed:
        raise CommandError(f"{kind} must be one of {', '.join(allowed)}, not “{value}”.")
    if kind == "authority" and not re.fullmatch(r"[1-7]", value):
        raise CommandError(f"authority must be a level from 1 to 7, not “{value}”.")
    if kind == "words" and not pieces(value):
        raise CommandError(f"“{value}” holds no word to look for. {_FORM}")
    return {kind: value}


def written(rule: Rule) -> str:
    """The rule as text that ``read_rule`` reads."""
    told: list[str] = []
    for kind, value in rule.items():
        if kind in {"all", "any"}:
            joint = " and " if kind == "all" else " or "
            inner = joint.join(written(part) for part in _parts(value))
            told.append(f"({inner})" if len(_parts(value)) > 1 else inner)
        elif kind == "not":
            told.append(f"not {written(cast('Rule', value))}")
        else:
            shown = str(value)
            told.append(f'{kind}:"{shown}"' if re.search(r"[\s()]", shown) else f"{kind}:{shown}")
    return " and ".join(told)


def conditions(rule: Rule) -> list[tuple[str, str]]:
    """Every single condition in a rule."""
    found: list[tuple[str, str]] = []
    for kind, value in rule.items():
        if kind in {"all", "any"}:
            found += [one for part in _parts(value) for one in conditions(part)]
        elif kind == "not":
            found += conditions(cast("Rule", value))
        else:
            found.append((kind, str(value)))
    return found
