"""Cues: short word patterns kept as data, and one quick pass that finds them all in a text.

The pattern language is described at the top of ``bot/codebook/cues.yaml``. Each cue
becomes a small regular expression tried only where a word stands that it can begin
with, so a thousand cues cost little more than the words of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, reduce
from importlib.resources import files
from importlib.resources.abc import Traversable
from operator import or_
from typing import Any, Generic, TypeVar

import yaml

Span = tuple[int, int]

_EAST_ASIAN = "가-힣\u3040-\u30ff\u4e00-\u9fff"
_WORD = re.compile(rf"[{_EAST_ASIAN}]|[^\W{_EAST_ASIAN}]+")
_LATIN_WORD = re.compile(r"\w+")
_GAP = r"[^\w\n.!?;]+"
_STOP = re.compile(r"[.!?;\n。！？]+[\"'”’)\]]*,?\n*")  # a comma is left where a page's line breaks were lost
_ENDS_ANYWHERE = "\n。！？"  # a full stop ends a sentence only before a space
_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "gen", "adm", "sen", "rep", "gov", "lt", "col", "no", "nos", "st", "sept"}
    | {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
)
_DOUBLED = ("EE", "UU")  # "EE.UU.", the United States in Spanish
_LONGEST_TITLE = 5
_CAPITALS = {"US": "u_", "UN": "_n"}
_ACCENTS = str.maketrans("áàâéèêíìîóòôúùûüñç", "aaaeeeiiiooouuuunc")
_KIEV = re.compile(
    r"\b(?:zelensk\w+|kiev|ukrain\w+)\W(?:\w+\W){0,2}?puppet|\bpuppet\W(?:\w+\W)?(?:zelensk|kiev|ukrain)"
)
"""Puppets that are not Seoul's."""
_SHORT = re.compile(r"\b(?:US|UN)\b(?!\$)")
_INFLECTED = 4  # letters; only longer words of a listed wording are allowed endings
_LOOKAHEAD = 12  # longest beginning by which a cue is found


def _undotted(text: str) -> str:
    """Full stops after initials and short titles ("U.S.", "S. Korea", "Mr.") made underscores."""
    out, last, place = [], 0, text.find(".")
    while place >= 0:
        start = place
        while start > max(last, place - _LONGEST_TITLE) and text[start - 1].isalpha():
            start -= 1
        word = text[start:place]
        after = text[place + 1 : place + 2]
        if (
            after
            and word.isascii()
            and (len(word) == 1 or word in _DOUBLED or (word.lower() in _TITLES and after.isspace()))
        ):
            out += [text[last:place], "_"]
            last = place + 1
        place = text.find(".", place + 1)
    return "".join([*out, text[last:]]) if out else text


def normalise(text: str) -> str:
    """The same text for matching, of the same length: lower case, abbreviations without full stops, US and UN apart."""
    text = _SHORT.sub(lambda found: _CAPITALS[found[0]], _undotted(text)).replace("...", ",,,")
    lowered = text.lower()
    if not lowered.isascii():
        lowered = lowered.translate(_ACCENTS)
    if "puppet" in lowered:
        lowered = _KIEV.sub(lambda found: found[0].replace("puppet", "minion"), lowered)
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def sentences(normal: str) -> list[Span]:
    """The spans of the sentences of a normalised text; headlines and paragraphs end at the line."""
    spans, start = [], 0
    for found in _STOP.finditer(normal):
        end = found.end()
        if end < len(normal) and not normal[end].isspace() and not any(mark in found[0] for mark in _ENDS_ANYWHERE):
            continue
        if normal[start:end].strip():
            spans.append((start, end))
        start = end
    if normal[start:].strip():
        spans.append((start, len(normal)))
    return spans


@dataclass(frozen=True, slots=True)
class Hit:
    """One cue found: where, in which sentence, whether inside words that are not the speaker's own."""

    start: int
    end: int
    sentence: int
    quoted: bool = False


@dataclass(frozen=True)
class Cue:
    """One compiled pattern of a group such as ``theme/sanctions/strong``.

    ``starts`` are the words it can begin with; of each list in ``needs`` one must stand in the sentence.
    """

    group: str
    pattern: str
    starts: tuple[str, ...] = field(repr=False)
    needs: tuple[tuple[str, ...], ...] = field(repr=False)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first needed."""
        return re.compile(self.pattern)


def _word_pattern(word: str) -> str:
    parts = [part for part in re.split(r"[+\s]+", word) if part]
    out = []
    asian = re.search(f"[{_EAST_ASIAN}]", word)
    for part in parts:
        stem = part.rstrip("*")
        tail = "" if asian else r"\w*" if part.endswith("*") else r"(?!\w)"
        out.append(re.escape(stem) + tail)
    return (r"\W*" if asian else _GAP).join(out)


def _alternatives(element: str, sets: Mapping[str, Sequence[str]]) -> list[str]:
    out: list[str] = []
    for part in (piece.lstrip("?") for piece in element.split("|")):
        out += sets[part[1:]] if part.startswith("@") else [part]
    return [part for part in out if part.strip("*+")]


def _clean(text: str) -> str:
    return re.sub(r"[\"“”‘’'(),.:·-]+", " ", text.lower()).strip()


def compile_cue(group: str, text: str, sets: Mapping[str, Sequence[str]]) -> Cue:
    """Compile one pattern; raises ``ValueError`` when it has no word to begin with."""
    asian = bool(re.search(f"[{_EAST_ASIAN}]", text))
    gap = r"[^\n.!?。]{0,%d}?" if asian else rf"(?:{_GAP}\w+){{0,%d}}?"
    joint = r"\W*" if asian else _GAP
    pattern, starts, needs = "", list[str](), list[tuple[str, ...]]()
    for element in _clean(text).split():
        if element.startswith("~"):
            size = int(element[1:] or 3)
            pattern += gap % (size * 4 if asian else size)
            continue
        words = _alternatives(element.lstrip("?"), sets)
        body = "(?:" + "|".join(map(_word_pattern, words)) + ")"
        if not starts:
            starts = words
            pattern = body
        elif element.startswith("?"):
            pattern += f"(?:{joint}{body})?"
        else:
            pattern += joint + body
            needs.append(tuple(words))
    if not starts:
        raise ValueError(f"cue {text!r} of {group} has no word to begin with")
    return Cue(group, pattern, tuple(starts), tuple(needs))


def _flatten(node: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _flatten(value, (*path, str(key)))
    elif isinstance(node, list):
        for value in node:
            yield "/".join(path), str(value)


class Cues:
    """All cues, indexed by the words they can begin with. Immutable once built."""

    def __init__(self, data: Mapping[str, Any], formulas: Iterable[Mapping[str, Any]] = ()) -> None:
        sets: dict[str, Sequence[str]] = data.get("sets", {})
        body = {
            key: value for key, value in data.items() if key not in ("sets", "weights", "formula", "minor_formulas")
        }
        cues = [compile_cue(group, text, sets) for group, text in _flatten(body, ())]
        cues += [compile_cue(f"formula/{slug}", text, sets) for slug, text in _formula_cues(data, formulas)]
        self.sides: Mapping[str, str] = {row["slug"]: row["side"] for row in formulas}
        self.weights: Mapping[str, Any] = data.get("weights", {})
        self.minor: frozenset[str] = frozenset(data.get("minor_formulas", ()))
        self.groups: frozenset[str] = frozenset(cue.group for cue in cues)
        self._names = _labels_by_kind(self.groups)
        self._needs: dict[tuple[str, ...], int] = {}
        self._begin = _Words[tuple[int, Cue]]()
        self._contain = _Words[int]()
        for cue in cues:
            self._index(cue)
        self._known = lru_cache(maxsize=1 << 16)(self._know)

    def names(self, kind: str) -> tuple[str, ...]:
        """The labels of a kind that have cues, in alphabetical order."""
        return self._names.get(kind, ())

    def _know(self, word: str) -> tuple[int, tuple[tuple[int, Cue], ...]]:
        """The needs that a word meets, as bits, and the cues that it can begin, each with the bits of its needs."""
        return reduce(or_, self._contain.of(word), 0), self._begin.of(word)

    def _index(self, cue: Cue) -> None:
        mask = 0
        for words in cue.needs:
            if words not in self._needs:
                self._needs[words] = 1 << len(self._needs)
                self._contain.add(words, self._needs[words])
            mask |= self._needs[words]
        self._begin.add(cue.starts, (mask, cue))

    def find(self, normal: str, bounds: Sequence[Span], quoted: Sequence[Span] = ()) -> dict[str, list[Hit]]:
        """Every hit in a normalised text, by group, in reading order; hits of one group never overlap.

        ``bounds`` are its sentences and ``quoted`` the spans, in order, of words that are not the speaker's own.
        """
        closed = [span[0] for span in quoted]
        found: dict[str, list[Hit]] = {}
        for index, (start, end) in enumerate(bounds):
            for group, place, stop in self._in_sentence(normal, start, end):
                at = bisect_right(closed, place) - 1
                inside = at >= 0 and stop <= quoted[at][1]
                _add(found.setdefault(group, []), Hit(place, stop, index, inside))
        return found

    def _in_sentence(self, normal: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Group, start and end of each match that begins in one sentence."""
        present, places = 0, []
        for found in self._word(normal, start, end):
            meets, begins = self._known(found[0])
            present |= meets
            if begins:
                places.append((found.start(), begins))
        absent = ((1 << len(self._needs)) - 1) ^ present
        for place, begins in places:
            for mask, cue in begins:
                if not mask & absent and (match := cue.regex.match(normal, place)):
                    yield cue.group, place, match.end()

    @staticmethod
    def _word(normal: str, start: int, end: int) -> Iterator[re.Match[str]]:
        return (_LATIN_WORD if normal.isascii() else _WORD).finditer(normal, start, end)


_Value = TypeVar("_Value")


class _Words(Generic[_Value]):
    """A table from words and beginnings of words to values."""

    def __init__(self) -> None:
        self._exact: dict[str, list[_Value]] = {}
        self._stems: dict[str, list[_Value]] = {}

    def add(self, words: Iterable[str], value: _Value) -> None:
        for first in dict.fromkeys(re.split(r"[+\s]", word)[0] for word in words):
            if re.match(f"[{_EAST_ASIAN}]", first):
                self._exact.setdefault(first[0], []).append(value)
            elif first.endswith("*"):
                self._stems.setdefault(first[:-1][:_LOOKAHEAD], []).append(value)
            else:
                self._exact.setdefault(first, []).append(value)

    def of(self, word: str) -> tuple[_Value, ...]:
        """The values of a word, each once."""
        found = list(self._exact.get(word, ()))
        for size in range(1, min(len(word), _LOOKAHEAD) + 1):
            found += self._stems.get(word[:size], ())
        return tuple(dict.fromkeys(found))


def _add(rows: list[Hit], hit: Hit) -> None:
    """Keep a hit unless it overlaps the last one; of two that begin together the longer stays."""
    if rows and rows[-1].end > hit.start:
        if rows[-1].start != hit.start or rows[-1].end >= hit.end:
            return
        rows.pop()
    rows.append(hit)


def _labels_by_kind(groups: Iterable[str]) -> dict[str, tuple[str, ...]]:
    names: dict[str, dict[str, None]] = {}
    for kind, _, rest in (group.partition("/") for group in sorted(groups)):
        names.setdefault(kind, {})[rest.partition("/")[0]] = None
    return {kind: tuple(found) for kind, found in names.items()}


def _formula_cues(data: Mapping[str, Any], formulas: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    changes = data.get("formula", {})
    for row in formulas:
        change = changes.get(row["slug"]) or {}
        unfit = set(change.get("not", ()))
        for wording in [*row.get("wordings", ()), *row.get("korean", ())]:
            if wording not in unfit and _clean(wording):
                yield row["slug"], _loosen(wording)
        for text in change.get("also", ()):
            yield row["slug"], text


def _loosen(wording: str) -> str:
    """A listed wording as a cue: inflections allowed, small words optional, "..." a gap."""
    out = []
    for word in _clean(wording.replace("...", " ~6 ").replace("US", "@us").replace("U.S.", "@us")).split():
        if word.startswith(("~", "@")) or not word.isascii():
            out.append(word)
        elif word in {"the", "a", "an", "its", "our", "their"}:
            out.append(f"?{word}" if out else "")
        else:
            long = len(word) > _INFLECTED
            out.append(re.sub(r"(?:ies|ied|es|ed|s|e)$", "", word) + "*" if long else word)
    return " ".join(part for part in out if part)


def _read(path: Traversable) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 safe either way
    return read


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two files as one: tables joined key by key, lists laid end to end."""
    out = dict(one)
    for key, value in other.items():
        known = out.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            out[key] = _joined(known, value)
        else:
            out[key] = [*known, *value] if isinstance(known, list) and isinstance(value, list) else value
    return out


def load_cues(formulas: Iterable[Mapping[str, Any]] | None = None) -> Cues:
    """Read every ``cues*.yaml`` of the codebook; its stock phrases too, unless ``formulas`` gives them."""
    folder = files("bot.codebook")
    data: dict[str, Any] = {}
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.startswith("cues") and path.name.endswith(".yaml"):
            data = _joined(data, _read(path))
    if formulas is None:
        path = folder / "formulas.yaml"
        formulas = _read(path)["formulas"] if path.is_file() else []
    return Cues(data, list(formulas))
