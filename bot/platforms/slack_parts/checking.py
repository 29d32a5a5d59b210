"""Whether Slack would let us work: tokens, scopes, Socket Mode, each told by name with the way out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp

from bot.platforms.slack_parts.calls import LOST, Calls, RefusedError
from bot.platforms.slack_parts.manifest import SCOPES

_PREFIXES = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
_MADE = {
    "SLACK_BOT_TOKEN": "copy it from OAuth & Permissions, after installing the app",
    "SLACK_APP_TOKEN": "make it under Basic Information, App-Level Tokens, with the scope connections:write",
}
_WITHIN = aiohttp.ClientTimeout(total=15)


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing looked at: whether it is well, in words, and what to do where it is not."""

    well: bool
    text: str
    remedy: str = ""


async def check(bot_token: str, app_token: str, api: str = "") -> AsyncIterator[Checked]:
    """Look at the tokens' form, then ask Slack about token, scopes and socket; stops where going on is useless."""
    tokens = {"SLACK_BOT_TOKEN": bot_token, "SLACK_APP_TOKEN": app_token}
    wrong = [name for name, token in tokens.items() if not token.startswith(_PREFIXES[name])]
    for name in wrong:
        trouble = f"{name} does not begin with {_PREFIXES[name]}" if tokens[name] else f"{name} is missing"
        yield Checked(well=False, text=trouble, remedy=_MADE[name])
    async with aiohttp.ClientSession(timeout=_WITHIN, trust_env=True) as session:
        calls = Calls(bot_token, session, api)
        if "SLACK_BOT_TOKEN" not in wrong:
            async for one in _bot(calls):
                yield one
        if "SLACK_APP_TOKEN" not in wrong:
            yield await _socket(calls, app_token)


async def _bot(calls: Calls) -> AsyncIterator[Checked]:
    try:
        answer = await calls.insist("auth.test", calls.client.auth_test)
    except RefusedError as error:
        yield Checked(well=False, text=f"Slack refuses SLACK_BOT_TOKEN ({error})", remedy=_MADE["SLACK_BOT_TOKEN"])
        return
    except LOST as error:
        yield _unreachable(error)
        return
    yield Checked(well=True, text=f"the bot token is {answer['user']}'s in the workspace {answer['team']}")
    granted = {scope.strip() for scope in _header(answer.headers, "x-oauth-scopes").split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    for scope in missing:
        remedy = "paste the output of briefbot slack-manifest into App Manifest, then install the app again"
        yield Checked(well=False, text=f"the scope {scope} is missing ({SCOPES[scope]})", remedy=remedy)
    if not missing:
        yield Checked(well=True, text=f"all {len(SCOPES)} scopes are granted")


def _header(headers: object, name: str) -> str:
    rows = dict(headers) if hasattr(headers, "keys") else {}  # type: ignore[call-overload]
    return str(next((value for key, value in rows.items() if str(key).lower() == name), ""))


async def _socket(calls: Calls, app_token: str) -> Checked:
    """Open a socket, wait for Slack's hello, and hang up."""
    try:
        answer = await calls.insist(
            "apps.connections.open", lambda: calls.client.apps_connections_open(app_token=app_token)
        )
        async with calls.session.ws_connect(str(answer["url"])) as ws:
            told = await ws.receive_json(timeout=10)
    except RefusedError as error:
        return Checked(well=False, text=f"Slack opens no socket ({error})", remedy=_socket_remedy(error.error))
    except (*LOST, TypeError, ValueError) as error:
        return _unreachable(error)
    if told.get("type") != "hello":
        return Checked(well=False, text=f"the socket began with {told.get('type')}", remedy="try again in a minute")
    return Checked(well=True, text="the socket opens and Slack says hello")


def _socket_remedy(error: str) -> str:
    if error in {"socket_mode_not_enabled", "no_permission", "forbidden_team"}:
        return "switch Socket Mode on in the app's settings"
    if error == "missing_scope":
        return "make an app-level token with the scope connections:write"
    return _MADE["SLACK_APP_TOKEN"]


def _unreachable(error: BaseException) -> Checked:
    words = str(error) or type(error).__name__
    return Checked(well=False, text=f"Slack cannot be reached ({words})", remedy="check the network, or SLACK_API_URL")
