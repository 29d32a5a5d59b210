"""Sources: what feeds.yaml names, read and checked; and the entries that they give.

One entry of feeds.yaml, or one that an admin adds from chat, goes through
``check_source``. A wrong one becomes Problems and is left out; the rest works.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, cast
from zoneinfo import ZoneInfo

import cssselect
import yaml

from bot.addresses import is_web
from bot.errors import SettingsError
from store.records import Stamp

KindName = Literal["rss", "json", "html"]
Scope = Literal["dprk", "korea", "general"]

KIND_NAMES = ("rss", "json", "html")
SCOPES = ("dprk", "korea", "general")
SIDES = ("dprk", "us", "rok", "japan", "china", "russia", "un", "eu", "g7", "other")
SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(days=7)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors for a list page without a feed, and for the article pages behind it.

    ``item`` finds one entry each; ``link``, ``title`` and ``date`` are looked up
    inside it (``title`` and ``date`` may be empty: the link's words, and no date).
    ``text`` finds the article's paragraphs on its own page.
    """

    item: str = ""
    link: str = "a"
    title: str = ""
    date: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One feed. ``zone`` is taken where its stamps name none; ``page`` says that the article page must be read.

    ``scope`` is "dprk" when every item is about North Korea, "korea" for both
    Koreas, else "general". ``language`` is a two-letter code; empty means: detect it.
    """

    id: str
    address: str
    outlet: str
    kind: KindName = "rss"
    language: str = ""
    side: str = "other"
    scope: Scope = "general"
    interval: timedelta = timedelta(minutes=15)
    zone: str = "UTC"
    page: bool = False
    selectors: Selectors = field(default_factory=Selectors)
    group: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one entry. ``line`` counts from 1; 0 where there is no file."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed as it came. ``content`` and ``summary`` are HTML or plain text; ``published`` may be unknown.

    ``digest`` answers "has exactly this been processed": it covers title and
    content, not their markup or spacing. It is computed when left empty.
    """

    url: str
    title: str
    guid: str = ""
    content: str = ""
    summary: str = ""
    published: Stamp | None = None
    author: str = ""
    language: str = ""
    digest: str = ""

    def __post_init__(self) -> None:
        if not self.digest:
            object.__setattr__(self, "digest", digest(self.title, self.content or self.summary))


def digest(title: str, content: str) -> str:
    """16 hexadecimal digits for a title and a content, whatever their markup, spacing and letter case."""
    plain = " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", f"{title}\n{content}")).split())
    folded = unicodedata.normalize("NFKC", plain).casefold()
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_sources(file: Path | str) -> tuple[list[Source], list[Problem]]:
    """Read feeds.yaml: a Path is a file, a str is its text.

    The sources are in the file's order, without the wrong ones, each of which is
    told by a Problem. Raises SettingsError when the file as a whole cannot be read.
    """
    name, text = _text_of(file)
    try:
        root = _composed(text)
    except yaml.YAMLError as error:
        raise SettingsError(f"{name}, {_where(error)}: this is not proper YAML ({_reason(error)})") from error
    if not isinstance(root, yaml.MappingNode):
        raise SettingsError(f"{name}: expected `defaults:` and `feeds:` at the left margin")
    problems: list[Problem] = []
    parts = {key: node for key, node, _ in _pairs(root)}
    for key, node, line in _pairs(root):
        if key not in {"defaults", "feeds"}:
            problems.append(Problem(line, f"unknown section {key!r}{_meant(key, ('defaults', 'feeds'))}"))
        del node
    if "feeds" not in parts:
        raise SettingsError(f"{name}: there is no `feeds:` section")
    defaults = _defaults(parts.get("defaults"), problems)
    sources = _check_all(_entries(parts["feeds"], problems), defaults, problems)
    return sources, sorted(problems, key=lambda problem: problem.line)


def check_source(
    entry: Mapping[str, object], *, defaults: Mapping[str, object] | None = None, line: int = 0
) -> tuple[Source | None, list[Problem]]:
    """One entry with the keys of feeds.yaml, also one that an admin adds from chat.

    Gives the source, or None and what is wrong with it.
    """
    merged = {**(defaults or {}), **entry}
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for key, value in merged.items():
        try:
            values[key] = _checked(key, value)
        except ValueError as error:
            problems.append(Problem(line, f"{_called(entry)}{error}"))
    missing = [key for key in ("id", "address", "outlet") if key not in merged]
    problems += [Problem(line, f"{_called(entry)}{key} is missing") for key in missing]
    if problems:
        return None, problems
    source = Source(**values)  # type: ignore[arg-type]  # checked key by key
    if source.kind == "html" and not source.selectors.item:
        return None, [Problem(line, f"{_called(entry)}a list page (kind: html) needs selectors with an item")]
    return source, []


def read_interval(text: object) -> timedelta:
    """A time span from ``15m``, ``1h30m``, ``30s``, ``1d``. Raises ValueError in words for the person who wrote it."""
    parts = re.findall(r"(\d{1,6})\s*([smhd])", str(text).strip().lower())
    if not parts or re.sub(r"\d{1,6}\s*[smhd]\s*", "", str(text).strip().lower()):
        raise ValueError(f"interval {text!r} is no time span: write 30s, 15m or 1h")
    span = timedelta(seconds=sum(int(count) * UNITS[unit] for count, unit in parts))
    if not SHORTEST <= span <= LONGEST:
        raise ValueError(f"interval {text!r} must lie between 1s and 7d")
    return span


def _text_of(file: Path | str) -> tuple[str, str]:
    if isinstance(file, str):
        return "feeds.yaml", file
    try:
        return file.name, file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingsError(f"{file} is not there: name another file with BRIEFBOT_FEEDS") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error


def _composed(text: str) -> yaml.Node | None:
    """The nodes of a YAML text, by the quick parser where it is built in; the plain one says better what is wrong."""
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark is not None else "line 1"


def _reason(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).splitlines()[0]


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node, int]]:
    for key, value in node.value:
        yield str(getattr(key, "value", "")), value, key.start_mark.line + 1


def _plain(node: yaml.Node) -> object:
    """A node's value; a ValueError in words where it has a tag or form that is not plain data."""
    loader = yaml.SafeLoader("")
    try:
        return cast("object", loader.construct_object(node, deep=True))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ValueError(str(error).splitlines()[0]) from error
    finally:
        loader.dispose()


def _mapping(node: yaml.Node, problems: list[Problem]) -> dict[str, object] | None:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        problems.append(Problem(line, "expected an entry with `id:`, `address:`, `outlet:` …"))
        return None
    found: dict[str, object] = {}
    wrong = len(problems)
    for key, value, at in _pairs(node):
        if key in found:
            problems.append(Problem(at, f"{key} is given twice"))
        try:
            found[key] = _plain(value)
        except ValueError as error:
            problems.append(Problem(at, f"{key}: {error}"))
    return found if len(problems) == wrong else None


def _defaults(node: yaml.Node | None, problems: list[Problem]) -> dict[str, object]:
    """The defaults that hold good; a wrong one is a problem and counts for nothing."""
    values = _mapping(node, problems) if node is not None else None
    good: dict[str, object] = {}
    for key, value in (values or {}).items():
        try:
            _checked(key, value)
            good[key] = value
        except ValueError as error:
            problems.append(Problem(node.start_mark.line + 1 if node else 0, f"defaults: {error}"))
    return good


def _entries(node: yaml.Node, problems: list[Problem]) -> Iterator[tuple[str, yaml.Node]]:
    """Each entry with its group: ``feeds:`` is a list, or a mapping of group names to lists."""
    if isinstance(node, yaml.SequenceNode):
        yield from (("", entry) for entry in node.value)
    elif isinstance(node, yaml.MappingNode):
        for group, entries, line in _pairs(node):
            if isinstance(entries, yaml.SequenceNode):
                yield from ((group, entry) for entry in entries.value)
            elif not (isinstance(entries, yaml.ScalarNode) and entries.value in {"", "~", "null"}):
                problems.append(Problem(line, f"group {group!r}: expected a list of feeds, each beginning with a dash"))
    else:
        problems.append(Problem(node.start_mark.line + 1, "feeds: expected a list of feeds, or groups of them"))


def _check_all(
    entries: Iterator[tuple[str, yaml.Node]], defaults: Mapping[str, object], problems: list[Problem]
) -> list[Source]:
    sources: dict[str, Source] = {}
    for group, node in entries:
        line = node.start_mark.line + 1
        values = _mapping(node, problems)
        if values is None:
            continue
        source, wrong = check_source(values, defaults=defaults, line=line)
        problems.extend(wrong)
        if source is not None and source.id in sources:
            problems.append(Problem(line, f"{source.id}: this id is used twice"))
        elif source is not None:
            sources[source.id] = replace(source, group=source.group or group)
    return list(sources.values())


def _called(entry: Mapping[str, object]) -> str:
    name = entry.get("id") or entry.get("outlet") or entry.get("address")
    return f"{name}: " if name else ""


def _meant(word: object, known: tuple[str, ...]) -> str:
    near = get_close_matches(str(word), known, n=1, cutoff=0.5)
    return f": did you mean {near[0]!r}?" if near else f" (known: {', '.join(known)})"


def _checked(key: str, value: object) -> object:
    """One value of an entry, as the Source wants it. Raises ValueError in plain words."""
    known = tuple(item.name for item in fields(Source))
    if key not in known:
        raise ValueError(f"unknown key {key!r}{_meant(ALIASES.get(key, key), known)}")
    if key in ONE_OF:
        if value not in ONE_OF[key]:
            raise ValueError(f"unknown {key} {value!r}{_meant(ALIASES.get(str(value), value), ONE_OF[key])}")
        return value
    if key == "interval":
        return read_interval(value)
    if key == "selectors":
        return _selectors(value)
    if key == "page":
        if not isinstance(value, bool):
            raise ValueError(f"page is {value!r}: write true or false")
        return value
    return _text(key, value)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or (key in {"id", "address", "outlet"} and not value.strip()):
        raise ValueError(f"{key} is {value!r}: expected text")
    text = value.strip()
    if key == "id" and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", text):
        raise ValueError(f"id {text!r}: use small letters, digits and dashes")
    if key == "address" and not is_web(text):
        raise ValueError(f"address {text!r} is no http or https address")
    if key == "language" and text and not re.fullmatch(r"[a-z]{2}", text):
        raise ValueError(f"language {text!r}: write a two-letter code such as en or ko")
    if key == "zone":
        _check_zone(text)
    return text


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise ValueError(f"zone {name!r} is unknown: write one such as Asia/Seoul or UTC") from error


def _selectors(value: object) -> Selectors:
    known = tuple(item.name for item in fields(Selectors))
    if not isinstance(value, dict):
        raise ValueError(f"selectors: expected {', '.join(known)}, each with a CSS selector")  # noqa: TRY004  a person's slip
    for key, selector in value.items():
        if key not in known:
            raise ValueError(f"selectors: unknown key {key!r}{_meant(key, known)}")
        try:
            cssselect.HTMLTranslator().css_to_xpath(selector or "*")
        except (cssselect.SelectorError, TypeError, AttributeError) as error:
            raise ValueError(f"selector {key} {selector!r} is no CSS selector: {error}") from error
    return Selectors(**{str(key): str(selector or "") for key, selector in value.items()})


ONE_OF: Mapping[str, tuple[str, ...]] = {"kind": KIND_NAMES, "side": SIDES, "scope": SCOPES}
ALIASES = {
    "xml": "rss",
    "atom": "rss",
    "rdf": "rss",
    "url": "address",
    "link": "address",
    "feed": "address",
    "name": "outlet",
    "title": "outlet",
}
