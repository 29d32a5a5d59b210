"""The demo's press on loopback: real HTTP, as it stood at a moment that one chooses."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from bot.demo import forms
from bot.demo.press import Outlet, read_press

FEEDS = Path(__file__).parent / "feeds.yaml"
_PYONGYANG = timezone(timedelta(hours=9))
_FIRST = datetime(2021, 6, 14, tzinfo=_PYONGYANG)
_DAYS = 12
_POLLS = (timedelta(hours=7, minutes=30), timedelta(hours=13), timedelta(hours=18, minutes=30), timedelta(hours=23))

WEEK: tuple[datetime, ...] = tuple(_FIRST + timedelta(days=day) + hour for day in range(_DAYS) for hour in _POLLS)
"""The moments at which the demo polls: four a day, Pyongyang time, from 14 to 25 June 2021."""


@dataclass(frozen=True)
class _Document:
    """What stands under one address: its text, and when it last changed."""

    text: str
    content_type: str
    changed: datetime


class DemoServer:
    """Serves every outlet's feed and article pages as they stood at the moment given to ``show``.

    ``base`` is the address without a trailing slash. Before the first ``show`` nothing has been published.
    """

    def __init__(self, outlets: Sequence[Outlet]) -> None:
        self.base = ""
        self._outlets = tuple(outlets)
        self._documents: dict[str, _Document] = {}
        self.show(_FIRST)

    def show(self, now: datetime) -> None:
        """Turn the clock to ``now`` (with a zone), forwards or backwards."""
        self._documents = {path: page for outlet in self._outlets for path, page in _documents(outlet, now).items()}

    def feeds(self) -> str:
        """The demo's ``feeds.yaml`` with this server's address in it."""
        return FEEDS.read_text("utf-8").replace("{base}", self.base)

    async def answer(self, request: web.Request) -> web.Response:
        """One GET: 200 with validators, 304 when the caller has this very document, 404 before its time."""
        document = self._documents.get(request.path.lstrip("/"))
        if document is None:
            return web.Response(status=HTTPStatus.NOT_FOUND, text="Not here, or not yet.")
        body = document.text.replace("{base}", self.base).encode()
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = {
            "ETag": tag,
            "Last-Modified": format_datetime(document.changed.astimezone(UTC), usegmt=True),
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
        }
        if _unchanged(request, tag, document.changed):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers["Content-Type"] = document.content_type
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=body, headers=headers)


def _documents(outlet: Outlet, now: datetime) -> dict[str, _Document]:
    """An outlet's feed and pages at ``now``, by path."""
    stories = outlet.shown(now)
    form = forms.FORMS[outlet.form]
    changed = max((story.at for story in stories), default=_FIRST)
    pages = {
        f"{outlet.id}/{story.slug}": _Document(forms.page(outlet, story), "text/html; charset=utf-8", story.at)
        for story in stories
    }
    return {outlet.path: _Document(form.write(outlet, stories), form.content_type, changed), **pages}


def _unchanged(request: web.Request, tag: str, changed: datetime) -> bool:
    """Whether the caller's copy is this one; the tag decides where both validators come (RFC 9110, 13.1.3)."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return tags.strip() == "*" or tag in (known.strip() for known in tags.split(","))
    since = request.if_modified_since
    return since is not None and changed <= since


@asynccontextmanager
async def serve(outlets: Sequence[Outlet] | None = None) -> AsyncIterator[DemoServer]:
    """A running server on a free port of loopback, in the running loop, until the block ends."""
    server = DemoServer(read_press() if outlets is None else outlets)
    application = web.Application()
    application.router.add_get("/{path:.*}", server.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        server.base = f"http://{host}:{port}"
        yield server
    finally:
        await runner.cleanup()
