"""The Web API: each method as documented, strict about scopes, content types and limits."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.servers.slack.limits import RefusedError, check_message, check_view
from tests.servers.slack.world import APP, BOT_ID, BOT_USER, TEAM, Fault, Json, Said, View, World

FORM_ONLY = {
    "users.info", "conversations.info", "conversations.list", "conversations.members", "files.getUploadURLExternal",
    "conversations.history", "conversations.replies", "files.info",
}  # fmt: skip
SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "users.info": "users:read",
    "conversations.info": "channels:read",
    "conversations.list": "channels:read",
    "conversations.members": "channels:read",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
}
NEEDED = ["commands", "chat:write", "users:read", "channels:read", "groups:read", "files:write", "files:read"]
METADATA_SIZE = 8000
PAYLOAD_SIZE = 65_000


class ApiError(Exception):
    """An answer with "ok": false."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer = {"ok": False, "error": error, **more}


class Api:
    """The methods; ``base`` is where they are reached."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.base = ""
        self.bot_token, self.app_token = "xoxb-1-bot", "xapp-1-app"
        self.scopes = list(NEEDED)
        self.revoked = False
        self.socket_mode = True
        self.pace: float | None = None
        self.remembers = 86_400.0  # seconds for which a client_msg_id is known
        self.triggers: dict[str, tuple[str, float]] = {}
        self._posts: dict[str, Said] = {}
        self._last: dict[str, float] = {}
        self.connection: Callable[[], str] = str
        plain: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth,
            "apps.connections.open": self._open,
            "users.info": self._user,
            "conversations.info": self._conversation,
            "conversations.list": self._conversations,
            "conversations.members": self._members,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "views.open": self._view,
            "views.push": self._view,
            "views.update": self._view_update,
            "views.publish": self._home,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._uploaded,
            "files.info": self._file,
        }
        self.methods = plain

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        method = request.match_info["method"]
        self.world.called.append((method, time.monotonic()))
        fault = self.world.fault(method)
        if fault and fault.wait:
            await asyncio.sleep(fault.wait)
        if fault and fault.drop:
            return cut(request)
        if fault and not (fault.lose or fault.late) and (fault.status or fault.error):
            return faulty(fault)
        try:
            answer = self.methods.get(method, _unknown)(await self._body(request, method))
        except RefusedError as error:
            self.world.complaints.append(f"{method}: {error}")
            answer = {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": [str(error)]}}
        except ApiError as error:
            answer = error.answer
            if answer["error"] == "ratelimited":
                return web.json_response(answer, status=429, headers={"Retry-After": "1"})
        if fault and fault.lose:
            return cut(request)
        if fault and fault.late:
            return faulty(fault)
        return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(self.scopes)})

    async def _body(self, request: web.Request, method: str) -> Json:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        wanted = self.app_token if method == "apps.connections.open" else self.bot_token
        if token != wanted:
            raise ApiError("not_allowed_token_type" if token in {self.app_token, self.bot_token} else "invalid_auth")
        if self.revoked:
            raise ApiError("token_revoked")
        scope = SCOPES.get(method)
        if scope and scope not in self.scopes:
            raise ApiError("missing_scope", needed=scope, provided=",".join(self.scopes))
        raw = await request.text()
        if request.content_type == "application/json":
            if method in FORM_ONLY:
                raise ApiError("invalid_arguments", response_metadata={"messages": ["JSON is not taken here"]})
            return dict(json.loads(raw or "{}"))
        form = dict(request.query) | dict(parse_qsl(raw))
        for name in ("blocks", "view", "metadata", "files"):
            if isinstance(form.get(name), str):
                form[name] = json.loads(form[name])
        return form

    def _auth(self, _body: Json) -> Json:
        return {
            "ok": True, "url": "https://pyongyang-watch.slack.example/", "team": "Watchers", "team_id": TEAM,
            "user": "briefbot", "user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False,
        }  # fmt: skip

    def _open(self, _body: Json) -> Json:
        if not self.socket_mode:
            raise ApiError("socket_mode_not_enabled")
        return {"ok": True, "url": self.connection()}

    def _user(self, body: Json) -> Json:
        person = self.world.people.get(body["user"])
        if person is None:
            raise ApiError("user_not_found")
        told = {
            "id": person.id, "name": person.name, "is_admin": person.admin or person.owner, "is_owner": person.owner,
            "profile": {"display_name": person.name, "real_name": person.name},
        }  # fmt: skip
        if body.get("include_locale") in {"1", "true", True}:
            told["locale"] = person.locale
        return {"ok": True, "user": told}

    def _told(self, name: str) -> Json:
        found = self.world.channels.get(name)
        if found is None or (found.private and not found.member):
            raise ApiError("channel_not_found")
        if found.private and "groups:read" not in self.scopes:
            raise ApiError("missing_scope", needed="groups:read", provided=",".join(self.scopes))
        return {
            "id": found.id, "name": found.name, "is_member": found.member, "is_archived": found.archived,
            "is_im": found.im, "is_private": found.private,
        }  # fmt: skip

    def _conversation(self, body: Json) -> Json:
        return {"ok": True, "channel": self._told(body["channel"])}

    def _conversations(self, _body: Json) -> Json:
        return {"ok": True, "channels": [self._told(one.id) for one in self.world.channels.values()]}

    def _members(self, body: Json) -> Json:
        self._told(body["channel"])
        return {"ok": True, "members": [*self.world.people, BOT_USER]}

    def _history(self, body: Json) -> Json:
        """A channel's messages outside threads, the newest first."""
        return self._told_of(body, [one for one in reversed(self._standing(body)) if "thread_ts" not in one.body])

    def _replies(self, body: Json) -> Json:
        """A thread from its first message on."""
        return self._told_of(body, [one for one in self._standing(body) if body["ts"] in _place_in_thread(one)])

    def _standing(self, body: Json) -> list[Said]:
        return self.world.in_channel(self._told(body["channel"])["id"])

    def _told_of(self, body: Json, found: list[Said]) -> Json:
        """Metadata are given to whom asks for all of it."""
        most, whole = int(body.get("limit", 100)), body.get("include_all_metadata") == "true"
        messages = [{"ts": one.ts, "app_id": APP, "type": "message"} for one in found[:most]]
        if whole:
            messages = [
                told | {"metadata": one.body["metadata"]} if "metadata" in one.body else told
                for told, one in zip(messages, found, strict=False)
            ]
        return {"ok": True, "messages": messages, "has_more": len(found) > most}

    def _place(self, name: str) -> str:
        """The channel a post goes to, if the bot may post there."""
        if name in self.world.people:
            return self.world.direct(name)
        channel = self.world.channels.get(name)
        if channel is None:
            raise ApiError("channel_not_found")
        if channel.archived:
            raise ApiError("is_archived")
        if not channel.member and not channel.im:
            raise ApiError("not_in_channel")
        return channel.id

    def _limit(self, channel: str) -> None:
        now = time.monotonic()
        if self.pace is not None and now - self._last.get(channel, -1000.0) < self.pace:
            raise ApiError("ratelimited")
        self._last[channel] = now

    def _post(self, body: Json) -> Json:
        check_message(body)
        channel = self._place(body["channel"])
        self._limit(channel)
        self._check_manners(body)
        name = body.get("client_msg_id")
        before = self._posts.get(f"{channel}/{name}")
        if before and time.monotonic() - before.at < self.remembers:
            return {"ok": True, "channel": channel, "ts": before.ts, "message": before.body}
        said = Said(body, channel, f"{1_600_000_000 + self.world.number()}.000{self.world.number():03d}")
        self._check_files(body)
        self.world.said.append(said)
        if name:
            self._posts[f"{channel}/{name}"] = said
        return {"ok": True, "channel": channel, "ts": said.ts, "message": body}

    def _check_manners(self, body: Json) -> None:
        """Nothing is unfolded or guessed at: feeds would fill the channel with previews."""
        for name, wanted in (
            ("unfurl_links", False),
            ("unfurl_media", False),
            ("parse", "none"),
            ("link_names", False),
        ):
            if body.get(name) != wanted:
                self.world.complaints.append(f"chat.postMessage: {name} is {body.get(name)!r}")
        metadata = body.get("metadata")
        if metadata and (set(metadata) != {"event_type", "event_payload"} or len(str(metadata)) > METADATA_SIZE):
            raise ApiError("invalid_metadata_format")

    def _check_files(self, body: Json) -> None:
        for block in body.get("blocks") or ():
            if "slack_file" in block and not self.ready(block["slack_file"]["id"]):
                raise ApiError("invalid_blocks", response_metadata={"messages": ["slack_file is not ready"]})

    def ready(self, name: str) -> bool:
        """Whether a file is uploaded and looked over, so that a message may show it."""
        file = self.world.files.get(name, {})
        return bool(file.get("complete")) and file["asked"] >= self.world.scans

    def _ephemeral(self, body: Json) -> Json:
        check_message(body)
        channel = self._place(body["channel"])
        self.world.said.append(Said(body, channel, f"{self.world.number()}.000", user=body["user"]))
        return {"ok": True, "message_ts": self.world.said[-1].ts}

    def _found(self, body: Json) -> Said:
        for said in self.world.in_channel(body["channel"]):
            if said.ts == body["ts"]:
                return said
        raise ApiError("message_not_found")

    def _update(self, body: Json) -> Json:
        check_message(body)
        self._place(body["channel"])
        said = self._found(body)
        said.body = {**said.body, **body}
        said.edits += 1
        return {"ok": True, "channel": said.channel, "ts": said.ts, "text": said.text}

    def _delete(self, body: Json) -> Json:
        self._found(body).deleted = True
        return {"ok": True}

    def _view(self, body: Json) -> Json:
        check_view(body["view"])
        user, made = self.triggers.pop(body.get("trigger_id", ""), ("", 0.0))
        if not user:
            raise ApiError("invalid_trigger_id")
        if time.monotonic() - made > 3:
            raise ApiError("expired_trigger_id")
        view = View(f"V{self.world.number()}", user, body["view"])
        self.world.views[view.id] = view
        return {"ok": True, "view": {"id": view.id, "hash": "1", **body["view"]}}

    def _view_update(self, body: Json) -> Json:
        check_view(body["view"])
        view = self.world.views.get(body["view_id"])
        if view is None:
            raise ApiError("not_found")
        view.view, view.versions = body["view"], view.versions + 1
        return {"ok": True, "view": {"id": view.id, **body["view"]}}

    def _home(self, body: Json) -> Json:
        check_view(body["view"])
        if body["view"]["type"] != "home":
            raise ApiError("invalid_arguments")
        before = self.world.homes.get(body["user_id"])
        versions = before.versions + 1 if before else 1
        view = View(f"H{body['user_id']}", body["user_id"], body["view"], versions)
        self.world.homes[body["user_id"]] = view
        return {"ok": True, "view": {"id": view.id, **body["view"]}}

    def _upload_url(self, body: Json) -> Json:
        name = f"F{self.world.number()}"
        self.world.files[name] = {
            "length": int(body["length"]), "name": body["filename"], "alt": body.get("alt_txt", ""), "complete": False,
            "asked": 0,
        }  # fmt: skip
        return {"ok": True, "file_id": name, "upload_url": f"{self.base}/upload/{name}"}

    def _uploaded(self, body: Json) -> Json:
        for one in body["files"]:
            file = self.world.files.get(one["id"])
            if file is None or "data" not in file:
                raise ApiError("file_not_found")
            file["complete"] = True
            file["channel"] = self._place(body["channel_id"]) if body.get("channel_id") else ""
        return {"ok": True, "files": [{"id": one["id"]} for one in body["files"]]}

    def _file(self, body: Json) -> Json:
        """What is known of a file: its type only once it has been looked over."""
        file = self.world.files.get(body["file"])
        if file is None:
            raise ApiError("file_not_found")
        file["asked"] += 1
        return {"ok": True, "file": {"id": body["file"], "mimetype": "image/png" if self.ready(body["file"]) else ""}}

    async def take_file(self, request: web.Request) -> web.Response:
        """The bytes of a file, to the address that was given for it."""
        file = self.world.files[request.match_info["file"]]
        data = await request.read()
        if len(data) != file["length"]:
            return web.Response(status=400, text="wrong length")
        file["data"] = data
        return web.Response(text=f"OK - {len(data)}")

    async def hand_out(self, request: web.Request) -> web.Response:
        """A file, to the bot alone, and only where it may read files."""
        allowed = request.headers.get("Authorization") == f"Bearer {self.bot_token}" and "files:read" in self.scopes
        if not allowed:
            return web.Response(status=403)
        return web.Response(body=self.world.files[request.match_info["file"]]["data"])


def _place_in_thread(one: Said) -> tuple[str, str]:
    return one.ts, str(one.body.get("thread_ts", ""))


def _unknown(_body: Json) -> Json:
    return {"ok": False, "error": "unknown_method"}


def faulty(fault: Fault) -> web.Response:
    """The answer that a fault prescribes."""
    if fault.error:
        return web.json_response({"ok": False, "error": fault.error})
    if fault.status == 429:
        headers = {"Retry-After": str(fault.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    return web.Response(status=fault.status, text="<html>trouble</html>", content_type="text/html")


def cut(request: web.Request) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


Method = Callable[[Json], Awaitable[Json]]
