"""The small Discord itself: it listens, keeps what it is told, breaks as scripted, and plays its users."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.servers.chaos import Chaos
from tests.servers.discord.gateway import UNAUTHORIZED, Gateway
from tests.servers.discord.people import Person
from tests.servers.discord.rest import DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, RefusedError, Rest, read_body
from tests.servers.discord.schema import described
from tests.servers.discord.world import (
    AMONG_PEOPLE,
    DM,
    Channel,
    Guild,
    Interaction,
    Json,
    Reply,
    options_of,
    snowflake,
)

COMMAND, COMPONENT, SUGGEST = 2, 3, 4
IN_GUILD, IN_BOT_DM, ELSEWHERE = 0, 1, 2
HIDDEN = frozenset({"_at"})
Handler = Callable[[web.Request, Any, list[Json]], Awaitable[Any]]


@dataclass
class Fault:
    """What goes wrong with the next ``times`` requests that match: a status, or ``lost``: done, but the answer is lost.

    ``drop``: the connection is cut before anything is done. ``wait`` is Retry-After in seconds.
    ``late``: it is done, and answered by the status all the same.
    """

    method: str
    path: str
    status: int = 0
    code: int = 0
    lost: bool = False
    drop: bool = False
    late: bool = False
    wait: float = 0.05
    everywhere: bool = False
    times: int = 1


TROUBLES: Mapping[str, Fault] = {
    "429": Fault("", "", status=429, wait=0.2),
    "500 before": Fault("", "", status=503),
    "500 after": Fault("", "", status=503, late=True),
    "lost before": Fault("", "", drop=True),
    "lost after": Fault("", "", lost=True),
}


@dataclass(frozen=True)
class Asked:
    """One request as it came, and when (seconds, monotonic)."""

    method: str
    path: str
    body: Any
    at: float
    status: int = 0


class Discord:
    """The whole; use it as an async context manager. ``api_url`` and ``gateway_url`` are where it listens."""

    def __init__(self, description: Path | None = None, *, shards: int = 1) -> None:
        self.token, self.application = "test-token", snowflake()
        self.bot: Json = {"id": self.application, "username": "briefbot", "discriminator": "0", "avatar": None}
        self.bot |= {"bot": True, "global_name": None, "verified": True, "mfa_enabled": False, "flags": 0}
        self.shards, self.heartbeat = shards, 41250
        self.guilds = [Guild()]
        self.private: dict[str, Channel] = {}
        self.commands: list[Json] = []
        self.interactions: dict[str, Interaction] = {}
        self.files: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self.chaos = Chaos()
        self.remembers = 300.0  # seconds for which a nonce is known
        self.patience = 3.0  # seconds in which an interaction must be acknowledged
        self.asked: list[Asked] = []
        self.violations: list[str] = []
        self.syncs = self.dropped_embeds = self.limited = 0
        self.bucket = (1000, 1.0)  # requests a channel takes in so many seconds
        self.told_gateway = self.gateway_url = self.api_url = ""
        self.description = described(description) if description else None
        self.rest, self.gateway = Rest(self), Gateway(self)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen on a port of the system's choice."""
        app = web.Application(client_max_size=32 * 1024**2)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/files/{name}", self._file)
        for method, path, handler in self._routes():
            app.router.add_route(method, f"/api/v10{path}", self._guarded(handler))
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.origin = f"http://127.0.0.1:{port}"
        self.api_url = f"{self.origin}/api/v10"
        self.gateway_url = self.told_gateway = f"ws://127.0.0.1:{port}/gateway/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self.gateway.drop(1001)
            await self._runner.cleanup()

    def _routes(self) -> list[tuple[str, str, Handler]]:
        rest = self.rest
        messages, hook = "/channels/{channel}/messages", "/webhooks/{application}/{token}"
        return [
            ("GET", "/users/@me", rest.me),
            ("GET", "/oauth2/applications/@me", rest.application),
            ("GET", "/gateway/bot", rest.gateway),
            ("PUT", "/applications/{application}/commands", rest.overwrite),
            ("GET", "/applications/{application}/commands", rest.listed),
            ("POST", "/interactions/{id}/{token}/callback", rest.callback),
            ("PATCH", f"{hook}/messages/@original", rest.original),
            ("POST", hook, rest.followup),
            ("GET", messages, rest.history),
            ("POST", messages, rest.post),
            ("PATCH", f"{messages}/{{message}}", rest.edit),
            ("GET", "/channels/{channel}", rest.channel),
            ("PATCH", "/channels/{channel}", rest.change_channel),
            ("POST", "/channels/{channel}/threads", rest.start_thread),
            ("POST", "/channels/{channel}/messages/{message}/threads", rest.start_thread_under),
            ("GET", "/guilds/{guild}/threads/active", rest.active_threads),
        ]

    # -- what goes wrong, and what is noticed

    def fault(self, method: str, path: str, **how: Any) -> Fault:
        """Script a fault for requests whose path matches the regular expression."""
        fault = Fault(method, path, **how)
        self.faults.append(fault)
        return fault

    def complain(self, complaints: Iterable[str]) -> None:
        """Note broken limits; the first of them is also answered as Discord would."""
        found = list(complaints)
        self.violations += found
        if found:
            raise RefusedError(400, 50035, f"Invalid Form Body: {found[0]}")

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def guarded(request: web.Request) -> web.StreamResponse:
            path = request.path.removeprefix("/api/v10")
            body, files = await read_body(request)
            fault = self._scripted(request.method, path)
            if fault and fault.drop:
                return self._cut(request)
            status, answer, headers = await self._answer(request, handler, (body, files), fault)
            self.asked.append(Asked(request.method, path, body, time.monotonic(), status))
            if fault and fault.lost:
                return self._cut(request)
            if status == web.HTTPNoContent.status_code:
                return web.Response(status=status, headers=headers)
            told = json.dumps(_shown(answer)).encode()
            return web.Response(body=told, status=status, headers=headers, content_type="application/json")

        return guarded

    def _scripted(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method == method and re.search(fault.path, path):
                fault.times -= 1
                return fault
        told = method in {"POST", "PATCH"} and path.startswith("/channels/")
        return TROUBLES.get(self.chaos.strike()) if told else None

    @staticmethod
    def _cut(request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _answer(
        self, request: web.Request, handler: Handler, sent: tuple[Any, list[Json]], fault: Fault | None
    ) -> tuple[int, Any, dict[str, str]]:
        headers = {"Via": "1.1 google"}
        if fault and fault.status and not fault.late:
            return _scripted(fault, headers)
        if not self._authorised(request, request.path.removeprefix("/api/v10")):
            return 401, {"message": "401: Unauthorized", "code": 0}, headers
        if wait := self._bucket(request, headers):
            self.limited += 1
            return _too_many(wait, everywhere=False)
        answer = await self._done(request, handler, sent, headers)
        return _scripted(fault, headers) if fault and fault.late else answer

    async def _done(
        self, request: web.Request, handler: Handler, sent: tuple[Any, list[Json]], headers: dict[str, str]
    ) -> tuple[int, Any, dict[str, str]]:
        self._validate(request.method, request.path.removeprefix("/api/v10"), sent[0])
        try:
            answer = await handler(request, *sent)
        except RefusedError as error:
            return error.status, {"message": error.words, "code": error.code}, headers
        return (204 if answer is None else 200), answer, headers

    def _authorised(self, request: web.Request, path: str) -> bool:
        if path.startswith(("/interactions/", "/webhooks/")):
            return True
        return request.headers.get("Authorization") == f"Bot {self.token}"

    def _bucket(self, request: web.Request, headers: dict[str, str]) -> float:
        """Seconds to wait when a channel has had too much; the headers tell how much is left."""
        channel = self.channel(request.match_info.get("channel", "")) if request.method == "POST" else None
        if channel is None:
            return 0.0
        most, span = self.bucket
        now = time.monotonic()
        channel.posted_at = [at for at in channel.posted_at if now - at < span]
        reset = span - (now - channel.posted_at[0]) if channel.posted_at else span
        if len(channel.posted_at) >= most:
            return reset
        channel.posted_at.append(now)
        headers |= {
            "X-RateLimit-Bucket": "messages",
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(most - len(channel.posted_at)),
            "X-RateLimit-Reset": f"{time.time() + reset:.3f}",
            "X-RateLimit-Reset-After": f"{reset:.3f}",
        }
        return 0.0

    def _validate(self, method: str, path: str, body: Any) -> None:
        if self.description and body is not None:
            _as_described(body)
            self.violations += self.description.complaints(method, path, body)

    # -- what there is

    def channel(self, id_: str) -> Channel | None:
        """The channel with this id, of any guild or private."""
        private = self.private.values()
        every = [*private, *(channel for guild in self.guilds for channel in guild.channels)]
        return next((channel for channel in every if channel.id == id_), None)

    def guild_of(self, channel: Channel) -> Guild:
        """The guild that a channel belongs to."""
        return next(guild for guild in self.guilds if guild.id == channel.guild)

    def keep_file(self, name: str, data: bytes) -> Json:
        """An attachment that can be downloaded."""
        id_ = snowflake()
        self.files[id_] = data
        url = f"{self.origin}/files/{id_}"
        return {"id": id_, "filename": name, "size": len(data), "url": url, "proxy_url": url}

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return web.Response(body=self.files[name]) if name in self.files else web.Response(status=404)

    # -- what people do

    async def command(self, person: Person, line: str, where: Guild | Channel | None = None, **options: Any) -> Reply:
        """Choose a slash command ("feeds add") and its options; gives what the person then saw.

        ``where`` is a guild, a channel, or None for a direct message to the bot.
        """
        return await self._reply(await self._send(COMMAND, person, self._command_data(line, options), where))

    async def start(
        self, person: Person, line: str, where: Guild | Channel | None = None, **options: Any
    ) -> Interaction:
        """Choose a command and do not wait for the answer."""
        return await self._send(COMMAND, person, self._command_data(line, options), where)

    async def suggest(
        self, person: Person, line: str, option: str, typed: str, where: Guild | None = None
    ) -> list[Json]:
        """Type into an option with autocompletion; the choices offered."""
        data = self._command_data(line, {option: typed})
        leaf = data
        while leaf.get("options") and leaf["options"][0].get("type") in {1, 2}:
            leaf = leaf["options"][0]
        leaf["options"][0]["focused"] = True
        asked = await self._send(SUGGEST, person, data, where)
        await asyncio.wait_for(asked.answered.wait(), 5)
        return asked.choices

    async def menu(self, person: Person, name: str, text: str, where: Guild | None = None) -> Reply:
        """Right-click a message with this text and choose the app's command."""
        message = self.rest._message(self._place(person, where), {"content": text}, [])
        message["author"] = person.payload()
        listed = next(one for one in self.commands if one["name"] == name)
        data = {"id": listed["id"], "name": name, "type": 3, "target_id": message["id"]}
        resolved = {"resolved": {"messages": {message["id"]: message}}}
        return await self._reply(await self._send(COMMAND, person, data | resolved, where))

    async def press(
        self, person: Person, reply: Reply | Json, label: str, where: Guild | Channel | None = None
    ) -> Reply:
        """Press the button whose label holds these words, on a message seen before."""
        message = reply.message if isinstance(reply, Reply) else reply
        buttons = [one for row in message["components"] for one in row["components"]]
        button = next(one for one in buttons if label in one.get("label", ""))
        data = {"custom_id": button["custom_id"], "component_type": 2}
        open_ = [one for one in self._place(person, where).messages if one["id"] == message["id"]]
        source = open_[0] if open_ else dict(message)
        return await self._reply(await self._send(COMPONENT, person, data, where, source))

    def _command_data(self, line: str, options: Mapping[str, Any]) -> Json:
        name, *parts = line.split()
        listed = next((one for one in self.commands if one["name"] == name), {"id": snowflake(), "options": []})
        leaf = listed
        for part in parts:
            leaf = next(one for one in leaf["options"] if one["name"] == part)
        types = {option["name"]: option["type"] for option in leaf.get("options") or []}
        resolved: Json = {}
        for option, value in list(options.items()):
            if isinstance(value, bytes):
                kept = self.keep_file(f"{option}.opml", value)
                resolved.setdefault("attachments", {})[kept["id"]] = kept
                options = {**options, option: kept["id"]}
        given = options_of(options, types)
        for part in reversed(parts):
            given = [{"name": part, "type": 1, "options": given}]
        return {"id": listed["id"], "name": name, "type": 1, "options": given, "resolved": resolved}

    def _place(self, person: Person, where: Guild | Channel | None) -> Channel:
        if isinstance(where, Guild):
            return where.channels[0]
        if isinstance(where, Channel):
            return where
        return self.private.setdefault(person.id, Channel("", DM))

    async def _send(
        self, kind: int, person: Person, data: Json, where: Guild | Channel | None, source: Json | None = None
    ) -> Interaction:
        channel = self._place(person, where)
        guild = self.guild_of(channel) if channel.guild else None
        asked = Interaction(kind, channel, time.monotonic(), source)
        self.interactions[asked.token] = asked
        payload: Json = {
            "id": asked.id,
            "application_id": self.application,
            "type": kind,
            "token": asked.token,
            "version": 1,
            "data": data,
            "channel": channel.payload(self.bot["id"]),
            "channel_id": channel.id,
            "locale": person.locale,
            "app_permissions": str(int(guild.granted & ~channel.denied if guild else AMONG_PEOPLE)),
            "entitlements": [],
            "attachment_size_limit": 10 * 1024**2,
            "authorizing_integration_owners": self._owners(person, guild),
            "context": IN_GUILD if guild else IN_BOT_DM if channel.type == DM else ELSEWHERE,
        }
        payload |= {"message": _shown(source)} if source else {}
        payload |= {"guild_id": guild.id, "guild_locale": "en-US", "member": person.member()} if guild else {}
        payload |= {} if guild else {"user": person.payload()}
        if guild:
            payload["guild"] = {"id": guild.id, "locale": "en-US", "features": []}
        await self.gateway.dispatch("INTERACTION_CREATE", payload, guild.id if guild and guild.joined else "")
        return asked

    @staticmethod
    def _owners(person: Person, guild: Guild | None) -> Json:
        """Where the app is installed: in the guild, or only with the person who brought it along."""
        return {"0": guild.id} if guild and guild.joined else {"1": person.id}

    async def _reply(self, asked: Interaction) -> Reply:
        await asyncio.wait_for(asked.answered.wait(), 15)
        return Reply(
            message=dict(asked.shown[-1]),
            ephemeral=asked.ephemeral,
            first=asked.acknowledged - asked.asked,
            took=time.monotonic() - asked.asked,
            updated=asked.response in {UPDATE, DEFERRED_UPDATE},
            deferred=asked.response in {DEFERRED_MESSAGE, DEFERRED_UPDATE},
        )

    async def settled(self, asked: Interaction) -> Reply:
        """What a started command answered."""
        return await self._reply(asked)

    async def invite(self, guild: Guild) -> Guild:
        """Somebody adds the bot to a server."""
        if guild not in self.guilds:
            self.guilds.append(guild)
        guild.joined = True
        await self.gateway.dispatch("GUILD_CREATE", guild.payload(self.bot), guild.id)
        return guild

    async def remove(self, guild: Guild) -> None:
        """Somebody takes the bot out of a server."""
        guild.joined = False
        await self.gateway.dispatch("GUILD_DELETE", {"id": guild.id}, guild.id)

    async def delete_channel(self, channel: Channel) -> None:
        """Somebody deletes a channel."""
        channel.deleted = True
        told = channel.payload(self.bot["id"])
        await self.gateway.dispatch("CHANNEL_DELETE", told, channel.guild)

    async def revoke(self) -> None:
        """The owner resets the token: requests are refused, the gateway closes."""
        self.token = snowflake()
        await self.gateway.drop(UNAUTHORIZED)


def _as_described(body: Any) -> None:
    """discord.py sends some ids as numbers, which Discord takes although its description says strings."""
    for part in (body, body.get("data"), body.get("message")) if isinstance(body, dict) else ():
        for attachment in (part.get("attachments") or []) if isinstance(part, dict) else []:
            attachment["id"] = str(attachment["id"])
        allowed = part.get("allowed_mentions") if isinstance(part, dict) else None
        if allowed:
            allowed |= {kind: [str(one) for one in allowed[kind]] for kind in ("users", "roles") if kind in allowed}


def _scripted(fault: Fault, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
    if fault.status == web.HTTPTooManyRequests.status_code:
        return _too_many(fault.wait, everywhere=fault.everywhere)
    return fault.status, {"message": f"scripted {fault.status}", "code": fault.code}, headers


def _too_many(wait: float, *, everywhere: bool) -> tuple[int, Any, dict[str, str]]:
    headers = {"Via": "1.1 google", "Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": "user"}
    told = {"message": "You are being rate limited.", "retry_after": wait, "global": everywhere}
    return 429, told, headers


def _shown(value: Any) -> Any:
    """The payload without what the server keeps to itself."""
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in value.items() if key not in HIDDEN}
    return [_shown(one) for one in value] if isinstance(value, list) else value
