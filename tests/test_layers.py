"""The arrows between layers, and what may be reached from where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("store/**/*.py")])

# Each layer may import the layers named, and nothing else of the project.
ARROWS = {
    "store.records": set(),
    "store.errors": set(),
    "store": {"store", "store.records", "store.errors"},
    "bot.errors": set(),
    "bot.pure": {"bot.errors", "bot.pure", "store.records"},
    "bot.codebook": {"bot.codebook"},
    "bot.classify": {"bot.classify", "bot.codebook", "store.records"},
    "bot.reading": {"bot.reading", "bot.pure", "bot.errors", "store.records"},
    "bot.intake": {"bot.classify", "bot.codebook", "bot.pure", "bot.errors", "bot.intake", "store", "store.records"},
    "bot.pipeline": {"bot.intake", "bot.reading", "bot.classify", "bot.pure", "bot.errors", "store", "store.records"},
    "bot.briefing": {"bot.briefing", "bot.catalogue", "bot.pure", "bot.errors", "bot.codebook", "store.records"},
    "bot.catalogue": {"bot.catalogue", "bot.codebook"},
    "bot.commands": {
        "bot.commands", "bot.briefing", "bot.catalogue", "bot.pure", "bot.errors",
        "store", "store.records", "store.errors",
    },
    "bot.delivery": {
        "bot.delivery", "bot.briefing", "bot.catalogue", "bot.intake", "bot.platforms", "bot.pure", "bot.errors",
        "store", "store.records", "store.errors",
    },
    "bot.platforms": {
        "bot.platforms", "bot.commands", "bot.briefing", "bot.catalogue", "bot.pure", "bot.errors", "store.records",
    },
}  # fmt: skip

LAYER_OF = {
    "store.as_record": "store.records",
    "store.owed": "store.records",
    "store.query": "store.records",
    "store.tallied": "store.records",
    "store.words": "store.records",
    "store.writes": "store.records",
    "bot.sources": "bot.pure",
    "bot.stamps": "bot.pure",
    "bot.addresses": "bot.pure",
    "bot.charset": "bot.pure",
    "bot.language": "bot.pure",
    "bot.rows": "bot.pure",
    "bot.settings": "bot.pure",
    "bot.opml": "bot.pure",
    "bot.wanted": "bot.pure",
    "bot.repair": "bot.reading",
    "bot.furniture": "bot.reading",
    "bot.extract": "bot.reading",
    "bot.discover": "bot.reading",
    "bot.kinds": "bot.reading",
    "bot.fetch": "bot.reading",
    "bot.archive": "bot.intake",
    "bot.worker": "bot.intake",
}
RIM = {"bot.__main__", "bot.app", "bot.jobs", "bot.probe", "bot.doctor", "bot.demo", "bot.health", "bot.logs",
       "bot.coding_lines", "bot.explain", "bot.evaluate", "bot.evaluation", "bot"}  # fmt: skip
"""Modules that put the parts together, and so may import any of them."""


def name_of(path: Path) -> str:
    """The dotted name of a module file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def layer(module: str) -> str:
    """The layer that a module belongs to: its own entry, or that of the nearest package above it."""
    while module:
        if module in LAYER_OF:
            return LAYER_OF[module]
        if module in ARROWS or module in RIM:
            return module
        module = module.rpartition(".")[0]
    raise AssertionError("a module outside every layer")


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every module imported anywhere in a file, also inside functions."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    package = name_of(path)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{package}: imports are absolute here"
            for alias in node.names:
                inner = ROOT.joinpath(*f"{node.module}.{alias.name}".split("."))
                is_module = inner.with_suffix(".py").exists() or inner.is_dir()
                yield f"{node.module}.{alias.name}" if is_module else str(node.module)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path):
    """A module imports only its own layer and those below it."""
    mine = layer(name_of(path))
    if mine in RIM:
        return
    used = {layer(other) for other in imports(path) if other.split(".")[0] in {"bot", "store"}}

    assert used - {mine} <= ARROWS[mine]


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("discord", {"bot.platforms.on_discord", "bot.platforms.discord_parts"}),
        ("slack_bolt", {"bot.platforms.on_slack", "bot.platforms.slack_parts"}),
        ("slack_sdk", {"bot.platforms.on_slack", "bot.platforms.slack_parts"}),
        ("sqlite3", {"store"}),
        ("sqlite_utils", {"store"}),
        ("feedparser", {"bot.kinds.rss"}),
        ("trafilatura", {"bot.extract"}),
        ("aiohttp", {"bot.fetch", "bot.demo.server", "bot.health", "bot.platforms"}),
        ("apscheduler", {"bot.app"}),
        ("matplotlib", {"bot.briefing.drawing"}),
        ("dotenv", {"bot.settings"}),
        ("prompt_toolkit", {"bot.platforms.on_console"}),
        ("rich", {"bot.platforms.on_console", "bot.platforms.console_view"}),
    ],
)
def test_a_library_is_known_in_one_place(library, homes):
    """What comes from outside is imported by one module or package, so that it can be exchanged there."""
    users = {name_of(path) for path in MODULES if library in {other.split(".")[0] for other in imports(path)}}

    assert all(any(user == home or user.startswith(f"{home}.") for home in homes) for user in users), users


def test_only_the_rim_reads_the_clock():
    """Everything else is given the moment, so that a week can be replayed."""
    clock = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(")
    readers = {name_of(path) for path in MODULES if clock.search(path.read_text("utf-8"))}

    assert readers <= {"bot.app", "bot.jobs"}


def test_only_settings_read_the_environment():
    """One reader of the environment, so that its table in the README can be whole."""
    readers = {name_of(path) for path in MODULES if re.search(r"\bos\.(environ|getenv)", path.read_text("utf-8"))}

    assert readers == {"bot.settings"}


def test_sql_stays_in_the_store():
    """No other package speaks SQL."""
    sql = re.compile(r"^\s*\"*(SELECT\s.+\sFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE)\b", re.MULTILINE)
    speakers = {name_of(path) for path in MODULES if sql.search(path.read_text("utf-8"))}

    assert all(speaker.split(".")[0] == "store" for speaker in speakers)


def test_no_import_cycles():
    """Following imports never leads back, wherever they stand."""
    graph = {name_of(path): set(imports(path)) for path in MODULES}
    done: set[str] = set()

    def walk(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " -> ".join((*above, module))
        if module not in done:
            for other in graph.get(module, ()):
                if other in graph and other != module:
                    walk(other, (*above, module))
            done.add(module)

    for module in graph:
        walk(module, ())
