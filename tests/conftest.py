"""What every test may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.fetch import Fetcher, Limits
from tests.discord_kit import SPEC
from tests.servers.discord import Discord
from tests.servers.feeds import FeedServer

# How fast an example is says something of the machine, not of what is tried.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real texts beside the project; tests that read it skip where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "gold").is_dir():
        pytest.skip("../shared is not here")
    return folder


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    """A scripted feed server."""
    async with FeedServer() as running:
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """A fetcher that may read loopback and waits for nothing."""
    async with Fetcher(allowed=("127.0.0.1",), limits=Limits(pause=0, attempts=1)) as running:
        yield running


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    """The small Discord; whatever limit was broken fails the test."""
    async with Discord(SPEC if SPEC.is_file() else None) as server:
        yield server
        assert server.violations == []
