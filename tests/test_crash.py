"""Killed with SIGKILL at the steps that matter most: nothing lost, nothing shown twice; ``make soak`` for long."""

from __future__ import annotations

import sys

import pytest

from tests.crash.soak import Plan, soak

pytestmark = pytest.mark.skipif(not hasattr(sys, "abiflags"), reason="forks and SIGKILL are of Unix")


async def test_killed_at_the_steps_that_matter():
    """Inside the transaction, after posts and before their marks; in between at random moments."""
    points = ("posted on discord", "inside the transaction", "posted on slack")
    result = await soak(Plan(6, seed=5, points=points, twins=0.0))

    assert result.wrong == []
    assert result.lives["killed"] >= 3
    assert result.standing["digests"] >= 2


async def test_two_processes_on_one_database_say_it_once():
    """By mistake the bot was started twice; both are killed now and then."""
    result = await soak(Plan(4, seed=6, points=("claimed", "marked"), twins=1.0))

    assert result.wrong == []
    assert result.lives["killed"] >= 4
    assert result.standing["alerts"] >= 6
