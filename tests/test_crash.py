"""Killed with SIGKILL at the steps that matter most: nothing lost, nothing shown twice; ``make soak`` for long."""

from __future__ import annotations

import sys

import pytest

from tests.crash.soak import soak


@pytest.mark.skipif(not hasattr(sys, "abiflags"), reason="forks and SIGKILL are of Unix")
async def test_killed_at_the_steps_that_matter():
    """Inside the transaction, after the post and before its mark, after an edit; in between at random moments."""
    result = await soak(6, seed=5, points=("posted", "inside the transaction", "claimed"))

    assert result.wrong == []
    assert result.lives["killed"] >= 3
    assert result.digests >= 2
