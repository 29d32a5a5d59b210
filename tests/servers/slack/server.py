"""The small Slack itself: it listens, keeps sockets, plays its users, and breaks as scripted."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

from tests.servers.slack.api import Api
from tests.servers.slack.limits import BUILT_IN, RefusedError, check_message, check_options, check_view
from tests.servers.slack.world import APP, TEAM, Fault, Json, Said, View, World

RESPONSES, PATIENCE = 5, 3.0
EVENT_TRIES = 3


@dataclass
class Asked:
    """One thing that somebody did, and what came of it: ``ack`` seconds until it was acknowledged, None if never."""

    envelope: str
    user: str
    channel: str = ""
    ack: float | None = None
    payload: Json | None = None
    answers: list[Said] = field(default_factory=list)
    uses: int = 0
    expired: bool = False
    began: float = field(default_factory=time.monotonic)

    @property
    def last(self) -> Said:
        """The answer as it stands."""
        return self.answers[-1]


@dataclass
class Socket:
    """One websocket; ``deaf``: it takes nothing in and answers no ping, ``hello`` was said on it."""

    ws: web.WebSocketResponse
    number: int
    deaf: bool = False
    leaving: bool = False
    pings: int = 0


async def until(true: Callable[[], object], within: float = 5.0) -> None:
    """Wait for what a test expects; TimeoutError when it does not come."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - what others do to the world tells nobody
            await asyncio.sleep(0.005)


class Slack:
    """The whole; ``async with Slack() as slack`` listens on a free port of loopback."""

    def __init__(self) -> None:
        self.world = World()
        self.api = Api(self.world)
        self.sockets: list[Socket] = []
        self.opened = 0
        self.hello = True
        self.tickets: set[str] = set()
        self.asked: dict[str, Asked] = {}
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._turn = 0
        self._runner: web.AppRunner | None = None
        self.api.connection = self._ticket

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20_000_000)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_post("/upload/{file}", self.api.take_file)
        app.router.add_post("/respond/{envelope}", self._respond)
        app.router.add_get("/link", self._link)
        app.router.add_get("/file/{file}", self.api.hand_out)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.api.base = self.base
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for socket in list(self.sockets):
            await socket.ws.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL would be."""
        return f"{self.base}/api/"

    def fail(self, method: str, **fault: Any) -> Fault:
        """Let something go wrong with the next call of a method."""
        made = Fault(method, **fault)
        self.world.faults.append(made)
        return made

    def hand_in(self, name: str, data: bytes) -> None:
        """Somebody has given a file to Slack."""
        self.world.files[name] = {"data": data, "complete": True, "channel": ""}

    def file_url(self, name: str) -> str:
        """Where a file can be had with the bot's token."""
        return f"{self.base}/file/{name}"

    # -- sockets

    def _ticket(self) -> str:
        """The address of one connection; it works once."""
        ticket = f"t{self.world.number()}"
        self.tickets.add(ticket)
        return f"{self.base.replace('http', 'ws')}/link?ticket={ticket}"

    async def _link(self, request: web.Request) -> web.StreamResponse:
        fault = self.world.fault("link")
        if fault:
            return web.Response(status=fault.status)
        if request.query["ticket"] not in self.tickets:
            return web.Response(status=404)
        self.tickets.discard(request.query["ticket"])
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        self.opened += 1
        socket = Socket(ws, self.opened)
        self.sockets.append(socket)
        if self.hello:
            told = {"type": "hello", "num_connections": len(self.sockets), "connection_info": {"app_id": APP}}
            await ws.send_str(json.dumps(told))
        try:
            await self._listen(socket)
        finally:
            self.sockets.remove(socket)
        return ws

    async def _listen(self, socket: Socket) -> None:
        async for message in socket.ws:
            if socket.deaf:
                continue
            if message.type is WSMsgType.PING:
                socket.pings += 1
                await socket.ws.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                told = json.loads(message.data)
                waiting = self._acks.pop(told["envelope_id"], None)
                if waiting and not waiting.done():
                    waiting.set_result(told.get("payload") or {})

    async def connected(self, count: int = 1, within: float = 5.0) -> None:
        """Wait until so many sockets can hear."""
        await until(lambda: not (sum(not one.deaf for one in self.sockets) < count), within)

    async def refresh(self, *, linger: float = 0.2) -> None:
        """Ask every socket to be replaced, as Slack does now and then, and close the old ones after a while."""
        for socket in list(self.sockets):
            told = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "wss-1"}}
            await socket.ws.send_str(json.dumps(told))
            asyncio.get_running_loop().call_later(linger, lambda one=socket: self._leave(one))

    def _leave(self, socket: Socket) -> None:
        socket.leaving = True
        asyncio.ensure_future(socket.ws.close())  # noqa: RUF006 - the test's loop outlives it

    def drop(self) -> None:
        """Cut every socket without a word."""
        for socket in self.sockets:
            if (transport := socket.ws._req and socket.ws._req.transport) is not None:  # type: ignore[union-attr]
                transport.abort()

    def _socket(self) -> Socket | None:
        able = [one for one in self.sockets if not one.ws.closed and not one.leaving]
        self._turn += 1
        return able[self._turn % len(able)] if able else None

    async def _send(self, kind: str, payload: Json, asked: Asked, *, wait: float = PATIENCE, **more: Any) -> Asked:
        """Hand one envelope to a socket, as Slack does: a person's act once, an event until it is acknowledged."""
        told = {"type": kind, "envelope_id": asked.envelope, "payload": payload, "accepts_response_payload": True}
        self.asked[asked.envelope] = asked
        for attempt in range(EVENT_TRIES if kind == "events_api" else 1):
            waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
            self._acks[asked.envelope] = waiting
            started = time.monotonic()
            if (socket := self._socket()) is not None:
                retry = {"retry_attempt": attempt, "retry_reason": "timeout"} if attempt else {}
                with suppress(ConnectionError):
                    await socket.ws.send_str(json.dumps(told | more | retry))
            try:
                asked.payload = await asyncio.wait_for(waiting, wait)
            except TimeoutError:
                continue
            asked.ack = time.monotonic() - started
            break
        return asked

    # -- what people do

    def _act(self, user: str, channel: str = "") -> tuple[Asked, str]:
        asked = Asked(f"e{self.world.number()}", user, channel)
        trigger = f"tr{self.world.number()}"
        self.api.triggers[trigger] = (user, time.monotonic())
        return asked, trigger

    def _whose(self, user: str) -> Json:
        return {"id": user, "username": self.world.people[user].name, "team_id": TEAM}

    async def command(self, user: str, line: str, channel: str = "C0NEWS", *, wait: float = PATIENCE) -> Asked:
        """Somebody types a slash command. What Slack has a command of its own for never reaches an app."""
        assert line.removeprefix("/").partition(" ")[0] not in BUILT_IN, line
        asked, trigger = self._act(user, channel)
        name, _, text = line.partition(" ")
        payload = {
            "command": name, "text": text, "user_id": user, "user_name": self.world.people[user].name,
            "channel_id": channel, "channel_name": self._named(channel), "team_id": TEAM, "team_domain": "watchers",
            "response_url": f"{self.base}/respond/{asked.envelope}", "trigger_id": trigger, "api_app_id": APP,
        }  # fmt: skip
        return await self._send("slash_commands", payload, asked, wait=wait)

    def _named(self, channel: str) -> str:
        return self.world.channels[channel].name if channel in self.world.channels else "directmessage"

    async def press(self, user: str, button: Json, within: Asked | Said | View) -> Asked:
        """Somebody presses a button in an answer, a posted message, a modal or Home."""
        channel = within.channel if isinstance(within, (Asked, Said)) else ""
        asked, trigger = self._act(user, channel)
        action = {
            "type": "button", "action_id": button["action_id"], "block_id": button.get("block_id", ""),
            "value": button.get("value", ""), "text": button["text"], "action_ts": "1.2",
        }  # fmt: skip
        payload: Json = {
            "type": "block_actions", "user": self._whose(user), "api_app_id": APP, "trigger_id": trigger,
            "team": {"id": TEAM, "domain": "watchers"}, "actions": [action],
        }  # fmt: skip
        if isinstance(within, View):
            payload["container"] = {"type": "view", "view_id": within.id}
            payload["view"] = {"id": within.id, "state": {"values": {}}, "hash": "1", **within.view}
        else:
            seen = within if isinstance(within, Said) else within.last
            payload["container"] = {
                "type": "message", "message_ts": seen.ts or "1.1", "channel_id": channel,
                "is_ephemeral": seen.ephemeral,
            }  # fmt: skip
            payload["channel"] = {"id": channel, "name": self._named(channel)}
            payload["response_url"] = f"{self.base}/respond/{asked.envelope}"
            if not seen.ephemeral:
                payload["message"] = {"ts": seen.ts, "text": seen.text, "blocks": seen.blocks}
            if isinstance(within, Asked):
                asked.answers = within.answers  # "replace_original" is of the message the button stands in
        return await self._send("interactive", payload, asked)

    async def shortcut(self, user: str, message: Json, callback: str = "check", channel: str = "C0NEWS") -> Asked:
        """Somebody chooses a shortcut on a message."""
        asked, trigger = self._act(user, channel)
        payload = {
            "type": "message_action", "callback_id": callback, "trigger_id": trigger, "user": self._whose(user),
            "team": {"id": TEAM}, "channel": {"id": channel, "name": self._named(channel)}, "message": message,
            "message_ts": "1.1", "response_url": f"{self.base}/respond/{asked.envelope}", "api_app_id": APP,
        }  # fmt: skip
        return await self._send("interactive", payload, asked)

    async def suggest(self, user: str, block: Json, typed: str, view: View | None = None) -> list[Json]:
        """Somebody types into a menu that loads its choices."""
        asked, _ = self._act(user)
        found = block.get("element", block)
        payload: Json = {
            "type": "block_suggestion", "user": self._whose(user), "team": {"id": TEAM}, "api_app_id": APP,
            "action_id": found["action_id"], "block_id": block.get("block_id", ""), "value": typed,
            "container": {"type": "view", "view_id": view.id if view else ""},
        }  # fmt: skip
        if view:
            payload["view"] = {"id": view.id, **view.view}
        await self._send("interactive", payload, asked)
        told = asked.payload or {}
        try:
            check_options(told.get("options", []))
        except RefusedError as error:
            self.world.complaints.append(f"options: {error}")
        return list(told.get("options", []))

    async def submit(self, user: str, view: View, values: Json) -> Asked:
        """Somebody fills in a modal and sends it."""
        asked, trigger = self._act(user)
        state: Json = {}
        for block in view.blocks:
            if block["type"] == "input":
                name = block["block_id"]
                element = block["element"]
                given = values.get(name, values.get(name.split("/")[-1]))
                state[name] = {element["action_id"]: state_of(element, given)}
        payload = {
            "type": "view_submission", "user": self._whose(user), "team": {"id": TEAM}, "api_app_id": APP,
            "trigger_id": trigger, "view": {"id": view.id, "hash": "1", **view.view, "state": {"values": state}},
        }  # fmt: skip
        await self._send("interactive", payload, asked)
        self._apply(view, asked.payload or {})
        return asked

    def _apply(self, view: View, told: Json) -> None:
        if told.get("response_action") in {"update", "push"}:
            try:
                check_view(told["view"])
            except RefusedError as error:
                self.world.complaints.append(f"response_action: {error}")
            view.view, view.versions = told["view"], view.versions + 1

    async def open_home(self, user: str) -> Asked:
        """Somebody opens the app's Home tab."""
        return await self.event({"type": "app_home_opened", "user": user, "tab": "home", "channel": f"D{user[1:]}"})

    async def event(self, event: Json, *, identity: str = "") -> Asked:
        """Something happens that the app has subscribed to."""
        asked = Asked(f"e{self.world.number()}", str(event.get("user", "")))
        payload = {
            "type": "event_callback", "team_id": TEAM, "api_app_id": APP, "event": event,
            "event_id": identity or f"Ev{self.world.number()}", "event_time": 1, "authorizations": [],
        }  # fmt: skip
        return await self._send("events_api", payload, asked, wait=1.0)

    # -- response URLs

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        asked = self.asked[request.match_info["envelope"]]
        if (fault := self.world.fault("respond")) and not fault.lose:
            if fault.status == 429:
                return web.Response(status=429, headers={"Retry-After": str(fault.retry_after)})
            return web.Response(status=fault.status or 500)
        if asked.expired or asked.uses >= RESPONSES:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        asked.uses += 1
        body = await request.json()
        if body.get("delete_original"):
            del asked.answers[-1:]
            return web.Response(text="ok")
        if status := self._refused(body):
            return web.json_response({"ok": False, "error": "invalid_blocks"}, status=status)
        self._keep(asked, body)
        return web.Response(text="ok")

    def _refused(self, body: Json) -> int:
        """The status with which an answer is refused; 0 where nothing is wrong with it."""
        try:
            check_message(body)
        except RefusedError as error:
            self.world.complaints.append(f"response_url: {error}")
            return 500
        files = [block["slack_file"]["id"] for block in body.get("blocks") or () if "slack_file" in block]
        return 0 if all(map(self.api.ready, files)) else 404

    def _keep(self, asked: Asked, body: Json) -> None:
        said = Said(body, asked.channel, f"{self.world.number()}.000")
        if body.get("replace_original") and asked.answers:
            said.edits = asked.answers[-1].edits + 1
            asked.answers[-1] = said
        else:
            asked.answers.append(said)
        if body.get("response_type") == "in_channel":
            self.world.said.append(said)

    async def answered(self, asked: Asked, count: int = 1, within: float = 5.0) -> Said:
        """Wait for the answer; the last one as it stands, notices of waiting left aside."""
        await until(lambda: not (len(asked.answers) < count or asked.last.text.startswith("⏳")), within)
        return asked.last

    async def settled(self, view: View, versions: int, within: float = 5.0) -> View:
        """Wait until a view has changed so often."""
        await until(lambda: not (view.versions < versions), within)
        return view

    async def home(self, user: str, versions: int = 1, within: float = 5.0) -> View:
        """Wait for somebody's Home tab."""
        await until(lambda: not (user not in self.world.homes or self.world.homes[user].versions < versions), within)
        return self.world.homes[user]

    async def modal(self, count: int = 1, within: float = 5.0) -> View:
        """Wait for so many modals to have been opened; the last."""
        await until(lambda: not (len(self.world.views) < count), within)
        return list(self.world.views.values())[-1]


def state_of(element: Json, given: Any) -> Json:
    """A field's value as Slack tells it."""
    kind = element["type"]
    if kind in {"multi_static_select", "multi_external_select", "checkboxes"}:
        options = [{"text": {"type": "plain_text", "text": str(one)}, "value": one} for one in given or ()]
        return {"type": kind, "selected_options": options}
    if kind in {"static_select", "external_select", "radio_buttons"}:
        chosen = {"text": {"type": "plain_text", "text": str(given)}, "value": given} if given else None
        return {"type": kind, "selected_option": chosen}
    if kind == "file_input":
        return {"type": kind, "files": [{"id": "F9", "url_private_download": given}] if given else []}
    names = {"conversations_select": "selected_conversation", "timepicker": "selected_time"}
    return {"type": kind, names.get(kind, "value"): given}
