"""The README says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.kinds import KINDS
from bot.platforms import PLATFORMS
from tests.readme import PARTS, README, part

ROOT = README.parent
TEXT = README.read_text("utf-8")


@pytest.mark.parametrize("name", PARTS)
def test_what_is_made_from_the_code_is_up_to_date(name):
    """Tables and the demo's digest are as the code has them (``python -m tests.readme`` writes them)."""
    assert part(TEXT, name) == PARTS[name]()


def test_the_two_commands_are_make_targets_and_ci_runs_them():
    """What the README tells a newcomer to type exists, and CI types the same."""
    makefile = (ROOT / "Makefile").read_text()
    told = re.findall(r"^make (\w+)", TEXT, re.MULTILINE)

    assert told == ["demo", "test"]
    assert all(f"\n{target}:" in makefile for target in [*told, "lint", "bench"])
    assert "\nmake test\n" in (ROOT / ".ci/run").read_text()


def test_every_file_named_is_there():
    """No path in the README leads nowhere."""
    named = re.findall(r"`((?:bot|store|tests|docs)/[\w/.]+\.\w+)`", TEXT) + re.findall(r'src="([^"]+)"', TEXT)

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_lists_that_it_names_exist():
    """Where a newcomer is sent to register something, there is such a list."""
    assert {"rss", "json", "html"} == set(KINDS)
    assert PLATFORMS


def test_nothing_leads_to_a_machine_or_a_registry():
    """No absolute path of a machine stands in the files that people read."""
    for name in ("README.md", "CHANGELOG.md", "Dockerfile", "Makefile", "requirements.lock", "requirements-dev.lock"):
        text = Path(ROOT / name).read_text("utf-8")
        assert not re.search(r"/(?:root|home|Users)/\w|--index-url|/simple/", text), name
