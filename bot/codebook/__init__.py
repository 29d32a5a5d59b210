"""The codebook as data: who speaks (officials), stock phrases (formulas) and every label with its meaning.

``load()`` reads the YAML files beside this module and answers with frozen records. Nothing is read at
import. ``table(name)`` reads any further YAML file of this folder, for rules that keep their cues as data.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml

Kind = Literal["person", "institution"]

_FOLDER = Path(__file__).resolve().parent
_REMARK = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Tenure:
    """An office, or words that stand for a person, with the days between which it is valid (both included).

    ``since`` and ``until`` are None where no bound is known. ``authority`` is the level of the office, if
    it has one of its own. ``certain`` is false where dates or title are not confirmed.
    """

    words: str
    since: date | None = None
    until: date | None = None
    certain: bool = True
    authority: int | None = None

    def holds(self, day: date) -> bool:
        """Whether it is valid on ``day``."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Official:
    """A person or institution that speaks. ``hangul`` and ``hanja`` are bare spellings without remarks.

    ``gender`` is "m" or "f", "" for institutions. ``weak_names`` need context (see ``Registry.mentions``).
    ``died`` is the day of death where it is public knowledge: nobody speaks new words after it.
    """

    slug: str
    name: str
    side: str
    kind: Kind
    gender: str = ""
    names: tuple[str, ...] = ()
    weak_names: tuple[str, ...] = ()
    other_scripts: tuple[str, ...] = ()
    surname: str = ""
    hangul: tuple[str, ...] = ()
    hanja: tuple[str, ...] = ()
    cues: tuple[Tenure, ...] = ()
    offices: tuple[Tenure, ...] = ()
    authority: int | None = None
    authority_rule: str = ""
    note: str = ""
    died: date | None = None


@dataclass(frozen=True, slots=True)
class Private:
    """A person whose words read like an official position but make no statement (analysts, defectors)."""

    name: str
    names: tuple[str, ...]
    who: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A stock phrase: any of ``wordings`` (English) or ``korean`` stands for the slug.

    ``stance_hint`` and ``threat_hint`` are what the phrase alone would suggest, "" when nothing;
    ``themes``, ``demands`` and ``offers`` are to be confirmed in the text.
    """

    slug: str
    side: str
    wordings: tuple[str, ...]
    korean: tuple[str, ...]
    signals: str
    themes: tuple[str, ...]
    demands: tuple[str, ...]
    offers: tuple[str, ...]
    audience: tuple[str, ...]
    stance_hint: str
    threat_hint: str
    first_seen: int
    last_seen: int


@dataclass(frozen=True, slots=True)
class Codebook:
    """Everything the classifier knows before it reads. ``labels``: kind to label to a plain description.

    ``romanisation`` and ``collisions`` are as in officials.yaml; ``tables`` holds aliases.yaml and
    relevance.yaml as plain values.
    """

    officials: tuple[Official, ...]
    formulas: tuple[Formula, ...]
    private: tuple[Private, ...]
    labels: Mapping[str, Mapping[str, str]]
    romanisation: Mapping[str, Any]
    aliases: Mapping[str, Any]
    relevance: Mapping[str, Any]
    by_slug: Mapping[str, Official] = field(default_factory=dict)

    def official(self, slug: str) -> Official | None:
        """The registered person or institution, None when the slug is unknown."""
        return self.by_slug.get(slug)

    def meaning(self, kind: str, label: str) -> str:
        """A label in plain words for display; the label itself when it is unknown."""
        return self.labels.get(kind, {}).get(label, label)


@cache
def load() -> Codebook:
    """Read the whole codebook from the YAML files beside this module; once, since it is frozen.

    Raises:
        yaml.YAMLError: a file was edited into something that is not YAML.
        KeyError: an entry lacks a field that it must have.
    """
    registry, aliases = table("officials"), table("aliases")
    officials = tuple(_official(entry, aliases) for entry in registry["officials"])
    return Codebook(
        officials=officials,
        formulas=tuple(_formula(entry) for entry in table("formulas")["formulas"]),
        private=tuple(_private(entry) for entry in registry["often_quoted_non_officials"]["people"]),
        labels=MappingProxyType({kind: MappingProxyType(words) for kind, words in table("labels").items()}),
        romanisation=MappingProxyType(registry["romanisation"]),
        aliases=MappingProxyType(aliases),
        relevance=MappingProxyType(table("relevance")),
        by_slug=MappingProxyType({official.slug: official for official in officials}),
    )


def table(name: str) -> dict[str, Any]:
    """The content of ``<name>.yaml`` in this folder. C speed where PyYAML has it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (_FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        content: dict[str, Any] = yaml.load(file, Loader=loader)  # noqa: S506 - both are safe loaders
    return content


def first_day(text: str | None) -> date | None:
    """The first day of "1994", "1994-07", "1994-07-08" or "1990s"; None for None."""
    if text is None:
        return None
    year, month, day = _numbers(text)
    return date(year, month or 1, day or 1)


def last_day(text: str | None) -> date | None:
    """The last day of "1994", "1994-07", "1994-07-08" or "1990s"; None for None."""
    if text is None:
        return None
    year, month, day = _numbers(text)
    year += 9 if text.endswith("s") else 0
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def _numbers(text: str) -> tuple[int, int, int]:
    """Year, month and day; 0 for what the text does not give."""
    year, month, day = (*map(int, text.rstrip("s").split("-")), 0, 0)[:3]
    return year, month, day


def _official(entry: Mapping[str, Any], aliases: Mapping[str, Any]) -> Official:
    slug = entry["slug"]
    return Official(
        slug=slug,
        name=entry["name"],
        side=entry["side"],
        kind=entry["kind"],
        gender=entry.get("gender") or "",
        names=(*entry["names"], *aliases["more_names"].get(slug, ())),
        weak_names=tuple(entry.get("weak_names") or ()),
        other_scripts=tuple(aliases["other_scripts"].get(slug, ())),
        surname=entry.get("second_mention") or "",
        hangul=_spellings(entry.get("hangul")),
        hanja=_spellings(entry.get("hanja")),
        cues=tuple(_tenure(cue, "cue") for cue in entry["cues"]),
        offices=tuple(_tenure(office, "title") for office in entry["offices"]),
        authority=entry.get("authority"),
        authority_rule=entry.get("authority_rule") or "",
        note=entry.get("note") or "",
        died=first_day(aliases["died"].get(slug)),
    )


def _tenure(entry: Mapping[str, Any], words: str) -> Tenure:
    return Tenure(
        words=entry[words],
        since=first_day(entry["from"]),
        until=last_day(entry["until"]),
        certain=entry.get("certain", True),
        authority=entry.get("authority"),
    )


def _spellings(text: str | None) -> tuple[str, ...]:
    """The spellings in a field such as "金與正 (also written 金与正)" or "국방성 (formerly 인민무력부)"."""
    parts = (_REMARK.sub("", part).strip() for part in re.split(r"[,/;()]", text or ""))
    return tuple(dict.fromkeys(part for part in parts if part))


def _private(entry: Mapping[str, Any]) -> Private:
    return Private(entry["name"], tuple(entry["names"]), entry["who"])


def _formula(entry: Mapping[str, Any]) -> Formula:
    return Formula(
        slug=entry["slug"],
        side=entry["side"],
        wordings=tuple(entry["wordings"]),
        korean=tuple(entry.get("korean") or ()),
        signals=entry["signals"],
        themes=tuple(entry["themes"]),
        demands=tuple(entry["demands"]),
        offers=tuple(entry["offers"]),
        audience=tuple(entry.get("audience") or ()),
        stance_hint=(entry.get("stance_hint") or "").replace("none", ""),
        threat_hint=entry.get("threat_hint") or "",
        first_seen=entry["first_seen"],
        last_seen=entry["last_seen"],
    )
