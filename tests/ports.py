"""Ports of this machine, and what is answered on them."""

from __future__ import annotations

import socket

import aiohttp


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def get(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    """Status and text of one page."""
    async with aiohttp.request("GET", f"http://{host}:{port}{path}") as answer:
        return answer.status, await answer.text()
