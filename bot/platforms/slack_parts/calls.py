"""Calls of Slack's Web API: rate limits waited out, lost replies asked for again, refusals as one error.

slack_sdk's own retries are off: they would repeat a post whose reply was lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.catalogue import Catalogue
from bot.errors import CommandError
from bot.platforms.handed import check_size, file_text

log = logging.getLogger(__name__)

API = "https://slack.com/api/"
LOST = (aiohttp.ClientError, OSError, asyncio.TimeoutError)
"""The request may or may not have been carried out: its answer did not come."""

HOPELESS = frozenset(
    {
        "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type",
        "missing_scope", "socket_mode_not_enabled", "no_permission", "org_login_required", "team_access_not_granted",
    }
)  # fmt: skip
"""Errors that no repeat will mend: somebody has to change the app or its tokens."""

TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
_TRIES = 4
_LONGEST_WAIT = 60.0
_OK, _TOO_MANY, _TROUBLE = 200, 429, 500

PLAIN = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
"""Nothing in a message is unfolded or guessed at."""

NOTHING: Mapping[str, object] = {}
Json = dict[str, Any]
Call = Callable[[], Awaitable[AsyncSlackResponse]]


class RefusedError(Exception):
    """Slack said no. ``error`` is its code, ``needed`` the missing scope, ``wait`` what Retry-After asked for."""

    def __init__(self, error: str, *, needed: str = "", wait: timedelta | None = None, status: int = 200) -> None:
        super().__init__(error)
        self.error, self.needed, self.wait, self.status = error, needed, wait, status

    @property
    def passing(self) -> bool:
        """Whether it is Slack's own trouble, and may be over soon."""
        return self.status >= _TROUBLE or self.wait is not None or self.error in {"internal_error", "fatal_error"}


class Calls:
    """The Web API under one token, through one session."""

    def __init__(self, token: str, session: aiohttp.ClientSession, api: str = "") -> None:
        # Level: with NOTSET, slack_sdk would take every call for one to be debugged.
        logger = logging.getLogger("slack_sdk")
        logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))
        self.session = session
        self.client = AsyncWebClient(token, api or API, session=session, retry_handlers=[], logger=logger)
        self._not_before: dict[str, float] = {}

    async def call(
        self, method: str, given: Mapping[str, object] = NOTHING, *, again: bool = True, form: bool = False
    ) -> Json:
        """One method's answer. ``again``: a repeat is harmless; ``form``: Slack takes no JSON here.

        Raises:
            RefusedError: Slack said no, or is still busy after some tries.
            LOST: no answer came, after some tries where a repeat is harmless.
        """
        body: dict[str, Any] = {"params": dict(given)} if form else {"json": dict(given)}

        async def once() -> AsyncSlackResponse:
            return await self.client.api_call(method, **body)

        answer = await self.insist(method, once, again=again)
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def insist(self, method: str, once: Call, *, again: bool = True) -> AsyncSlackResponse:
        """Call, and call again after 429, after trouble of Slack's own, and where the answer was lost."""
        for try_ in range(_TRIES - 1):
            await self._wait_for(method)
            try:
                return await _plainly(once)
            except RefusedError as error:
                self._note(method, error)
                if not error.passing or (error.wait is None and not again) or _seconds(error.wait) > _LONGEST_WAIT:
                    raise
                log.info("%s: %s, trying again", method, error)
            except LOST as error:
                if not again:
                    raise
                log.info("%s: the answer was lost (%s), asking again", method, type(error).__name__)
            await asyncio.sleep(0.2 * 2**try_)
        await self._wait_for(method)
        return await _plainly(once)

    async def download(self, url: str, catalogue: Catalogue) -> str:
        """A file that somebody gave us, as text.

        Raises:
            CommandError: it is too large, or Slack does not hand it out.
        """
        host = urlsplit(url).hostname or ""
        if host != urlsplit(self.client.base_url).hostname and not host.endswith(".slack.com"):
            raise CommandError(catalogue.say("slack.file_foreign"))  # nobody else is shown the token
        headers = {"Authorization": f"Bearer {self.client.token}"}
        data = bytearray()
        async with self.session.get(url, headers=headers) as answer:
            if answer.status != _OK:
                raise CommandError(catalogue.say("slack.file_unread", status=answer.status))
            async for chunk in answer.content.iter_any():
                data += chunk
                check_size(len(data), catalogue)
        return file_text(bytes(data), catalogue)

    def _note(self, method: str, error: RefusedError) -> None:
        if error.wait is not None:
            self._not_before[method] = asyncio.get_running_loop().time() + _seconds(error.wait)

    async def _wait_for(self, method: str) -> None:
        """Slack's Retry-After holds for every call of the method, not only for the one that was refused."""
        moment = self._not_before.get(method, 0.0)
        if (wait := moment - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(wait)
        elif moment:
            del self._not_before[method]


def _seconds(wait: timedelta | None) -> float:
    return wait.total_seconds() if wait else 0.0


async def _plainly(once: Call) -> AsyncSlackResponse:
    try:
        return await once()
    except SlackApiError as error:
        raise refusal(error.response) from error


def refusal(response: object) -> RefusedError:
    """What an unsuccessful answer of slack_sdk's says; it may also be one of aiohttp's."""
    status = int(getattr(response, "status_code", getattr(response, "status", 0)) or 0)
    data = getattr(response, "data", None)
    told: Mapping[str, Any] = data if isinstance(data, dict) else {}
    wait = retry_after(getattr(response, "headers", {})) if status == _TOO_MANY else None
    error = str(told.get("error", f"HTTP {status}"))
    return RefusedError(error, needed=str(told.get("needed", "")), wait=wait, status=status)


def retry_after(headers: Mapping[str, Any]) -> timedelta:
    """What a 429 asks for; a second when it does not say."""
    value = str(next((headers[name] for name in headers if name.lower() == "retry-after"), "1"))
    return timedelta(seconds=float(value)) if value.replace(".", "", 1).isdigit() else timedelta(seconds=1)
