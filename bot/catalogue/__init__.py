"""Every word the bot says of its own accord, by language: ``en.yaml``, and ``ko.yaml`` beside it when there is one.

A text may have forms for ``one`` and ``other``, chosen by the value named ``count``; a
language without plurals gives ``other`` alone. A key that a language lacks is said in English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from bot.codebook import table

_DEFAULT = "en"
_DAY = timedelta(days=1)
_FORMS = frozenset({"one", "other"})

Text = str | dict[str, str]


class Catalogue:
    """The texts of one language. ``Catalogue.load("en")``; KeyError for a key that no language has."""

    def __init__(self, language: str, texts: Mapping[str, Text]) -> None:
        self.language = language
        self._texts = texts

    @classmethod
    def load(cls, language: str = _DEFAULT) -> Catalogue:
        """The catalogue of a language, over English; an unknown language is English.

        The English names of labels are the codebook's.
        """
        language = language if language in languages() else _DEFAULT
        return cls(language, _texts(language))

    def has_own(self, key: str) -> bool:
        """Whether the language itself has the text, not only English below it."""
        return key in _read(self.language)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> list[str]:
        """All keys, in the file's order."""
        return list(self._texts)

    def say(self, key: str, **values: object) -> str:
        """The text of a key with its values set in; values are never read as templates themselves."""
        text = self._texts[key]
        if isinstance(text, dict):
            form = "one" if values.get("count") == 1 and "one" in text else "other"
            text = text[form]
        return text.format(**values)

    def name(self, kind: str, label: str) -> str:
        """The display name of a codebook value ("theme", "joint-exercises"); one not listed is shown spelled out."""
        key = f"{kind}.{label}"
        return self.say(key) if key in self._texts else label.replace("-", " ")

    def joined(self, parts: Sequence[str]) -> str:
        """As in "a", "a and b", "a, b and c"."""
        if len(parts) <= 1:
            return "".join(parts)
        return self.say("words.and", first=", ".join(parts[:-1]), last=parts[-1])

    def day(self, day: date, precision: str = "day") -> str:
        """A date in words, as precise as it is known: "22 June 2021", "June 2021", "2021"."""
        month = self.say(f"month.{day.month}")
        return self.say(f"date.{precision}", day=day.day, month=month, year=day.year)

    def lapse(self, after: timedelta) -> str:
        """A stretch of time in words: "2 days", "5 hours", "the same day"."""
        if after >= _DAY:
            return self.say("lapse.days", count=round(after / _DAY))
        hours = after // timedelta(hours=1)
        return self.say("lapse.hours", count=hours) if hours else self.say("lapse.same_day")


@cache
def _texts(language: str) -> Mapping[str, Text]:
    """Read once: every command asks for a catalogue, the files do not change while we run."""
    own = {} if language == _DEFAULT else _read(language)
    return MappingProxyType({**dict(_flat(table("labels"))), **_read(_DEFAULT), **own})


@cache
def languages() -> tuple[str, ...]:
    """The languages there is a file for."""
    names = (entry.name for entry in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@cache
def _read(language: str) -> dict[str, Text]:
    text = resources.files(__package__).joinpath(f"{language}.yaml").read_text("utf-8")
    data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    return dict(_flat(data))


def _flat(data: Mapping[str, Any], before: str = "") -> list[tuple[str, Text]]:
    flat: list[tuple[str, Text]] = []
    for key, value in data.items():
        if isinstance(value, dict) and value.keys() <= _FORMS:
            flat.append((before + str(key), {str(form): str(text) for form, text in value.items()}))
        elif isinstance(value, dict):
            flat += _flat(value, f"{before}{key}.")
        else:
            flat.append((before + str(key), str(value)))
    return flat
