"""The part of Discord's REST interface that a bot of our kind uses, with the documented errors."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.discord import limits
from tests.servers.discord.world import FORUM, PUBLIC_THREAD, Channel, Interaction, Json, Permission, snowflake

if TYPE_CHECKING:
    from tests.servers.discord.server import Discord

TOKEN_LIFE = 900.0
EPHEMERAL = 1 << 6
PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, AUTOCOMPLETE = 1, 4, 5, 6, 7, 8


class RefusedError(Exception):
    """An error as Discord answers it."""

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(words)
        self.status, self.code, self.words = status, code, words


async def read_body(request: web.Request) -> tuple[Any, list[Json]]:
    """The JSON of a request, and the files that came with it."""
    if request.content_type == "application/json":
        return await request.json(), []
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        files = [
            {"filename": part.filename, "data": part.file.read()}
            for name, part in form.items()
            if name.startswith("files[") and isinstance(part, web.FileField)
        ]
        return json.loads(str(form["payload_json"])), files
    return None, []


class Rest:
    """The handlers; each gives the JSON to answer with, or None for 204."""

    def __init__(self, discord: Discord) -> None:
        self.discord = discord

    # -- who am I

    async def me(self, _request: web.Request, _body: Any, _files: list[Json]) -> Any:
        """GET /users/@me."""
        return self.discord.bot

    async def application(self, _request: web.Request, _body: Any, _files: list[Json]) -> Any:
        """GET /oauth2/applications/@me."""
        return {
            "id": self.discord.application,
            "name": "briefbot",
            "description": "",
            "icon": None,
            "rpc_origins": [],
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "00",
            "flags": 0,
            "team": None,
            "owner": {"id": "1", "username": "owner", "discriminator": "0", "avatar": None},
        }

    async def gateway(self, _request: web.Request, _body: Any, _files: list[Json]) -> Any:
        """GET /gateway/bot."""
        limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        return {"url": self.discord.told_gateway, "shards": self.discord.shards, "session_start_limit": limit}

    # -- commands

    async def overwrite(self, _request: web.Request, body: Any, _files: list[Json]) -> Any:
        """PUT /applications/{id}/commands."""
        self.discord.complain(limits.commands(body))
        ids = {(one.get("type", 1), one["name"]): one["id"] for one in self.discord.commands}
        self.discord.commands = [
            {"type": 1, "version": snowflake(), "application_id": self.discord.application, "description": ""}
            | one
            | {"id": ids.get((one.get("type", 1), one["name"]), snowflake())}
            for one in body
        ]
        self.discord.syncs += 1
        return self.discord.commands

    async def listed(self, _request: web.Request, _body: Any, _files: list[Json]) -> Any:
        """GET /applications/{id}/commands."""
        return self.discord.commands

    # -- interactions

    async def callback(self, request: web.Request, body: Any, files: list[Json]) -> Any:
        """POST /interactions/{id}/{token}/callback."""
        asked = self._interaction(request.match_info["token"])
        if time.monotonic() - asked.asked > self.discord.patience:
            self.discord.violations.append("an interaction was acknowledged too late")
            raise RefusedError(404, 10062, "Unknown interaction")
        if asked.acknowledged:
            raise RefusedError(400, 40060, "Interaction has already been acknowledged.")
        asked.acknowledged, asked.response = time.monotonic(), body["type"]
        message = self._respond(asked, body, files)
        told: Json = {"id": asked.id, "type": asked.type, "response_message_ephemeral": asked.ephemeral}
        answer: Json = {"interaction": told}
        if message is not None:
            told["response_message_id"] = message["id"]
            answer["resource"] = {"type": body["type"], "message": message}
        return answer if request.query.get("with_response") in {"1", "true"} else None

    def _respond(self, asked: Interaction, body: Json, files: list[Json]) -> Json | None:
        data = body.get("data") or {}
        if body["type"] == AUTOCOMPLETE:
            asked.choices = data.get("choices", [])
            self.discord.complain(limits.choice_list(asked.choices))
            asked.answered.set()
            return None
        asked.ephemeral = bool(data.get("flags", 0) & EPHEMERAL)
        if body["type"] == MESSAGE:
            return self._first(asked, data, files)
        if body["type"] == UPDATE and asked.source is not None:
            self.discord.complain(limits.message(data, len(files), new=False))
            return self._change(asked, asked.source, data, files)
        if body["type"] == DEFERRED_MESSAGE:
            asked.original = snowflake()
            return self._message(asked.channel, {"flags": 1 << 7 | data.get("flags", 0)}, []) | {"id": asked.original}
        if body["type"] == DEFERRED_UPDATE and asked.source is not None:
            asked.original = asked.source["id"]
            return asked.source
        raise RefusedError(400, 50035, f"Invalid Form Body: response type {body['type']} does not fit")

    def _first(self, asked: Interaction, data: Json, files: list[Json]) -> Json:
        self.discord.complain(limits.message(data, len(files)))
        message = self._message(asked.channel, data, files)
        asked.original = message["id"]
        self._show(asked, message)
        return message

    def _show(self, asked: Interaction, message: Json) -> None:
        asked.shown.append(message)
        if not asked.ephemeral:
            asked.channel.messages.append(message)
        asked.answered.set()

    def _change(self, asked: Interaction, message: Json, data: Json, files: list[Json]) -> Json:
        message.update(self._changed(message, data, files))
        if message not in asked.shown:
            asked.shown.append(message)
        asked.answered.set()
        return message

    async def original(self, request: web.Request, body: Any, files: list[Json]) -> Any:
        """PATCH /webhooks/{application}/{token}/messages/@original."""
        asked = self._interaction(request.match_info["token"])
        if not asked.acknowledged:
            raise RefusedError(404, 10015, "Unknown Webhook")
        self.discord.complain(limits.message(body, len(files), new=False))
        shown = next((one for one in asked.shown if one["id"] == asked.original), None)
        if shown is None and asked.response == DEFERRED_UPDATE:
            shown = asked.source
        if shown is None:
            message = self._message(asked.channel, body, files) | {"id": asked.original}
            self._show(asked, message)
            return message
        return self._change(asked, shown, body, files)

    async def followup(self, request: web.Request, body: Any, files: list[Json]) -> Any:
        """POST /webhooks/{application}/{token}."""
        asked = self._interaction(request.match_info["token"])
        if not asked.acknowledged:
            raise RefusedError(404, 10015, "Unknown Webhook")
        self.discord.complain(limits.message(body, len(files)))
        message = self._message(asked.channel, body, files)
        self._show(asked, message)
        return message

    def _interaction(self, token: str) -> Interaction:
        asked = self.discord.interactions.get(token)
        if asked is None or time.monotonic() - asked.asked > TOKEN_LIFE:
            raise RefusedError(404, 10015, "Unknown Webhook")
        return asked

    # -- messages

    async def history(self, request: web.Request, _body: Any, _files: list[Json]) -> Any:
        """GET /channels/{channel}/messages: the newest first; nothing for whom may not read history. No nonces."""
        channel = self._channel(request)
        self._allowed(channel, Permission.VIEW_CHANNEL)
        if not self.discord.guild_of(channel).granted & ~channel.denied & Permission.READ_HISTORY:
            return []
        before = request.query.get("before", "")
        older = [one for one in channel.messages if not before or int(one["id"]) < int(before)]
        told = older[-int(request.query.get("limit", 50)) :]
        return [{key: value for key, value in one.items() if key != "nonce"} for one in reversed(told)]

    async def post(self, request: web.Request, body: Any, files: list[Json]) -> Any:
        """POST /channels/{channel}/messages."""
        channel = self._channel(request)
        self._allowed(channel, self._needed(channel, body, files))
        if channel.type == FORUM:
            raise RefusedError(400, 50008, "Cannot send messages in a non-text channel")
        if channel.locked:
            raise RefusedError(400, 160005, "Thread is locked")
        self.discord.complain(limits.message(body, len(files)))
        nonce = body.get("nonce")
        if nonce and body.get("enforce_nonce"):
            for message in channel.messages:
                if message.get("nonce") == nonce and time.monotonic() - message["_at"] < self.discord.remembers:
                    return message
        channel.archived = False
        message = self._message(channel, body, files) | {"mention_roles": self._called(channel, body)}
        channel.messages.append(message)
        return message

    def _called(self, channel: Channel, body: Json) -> list[str]:
        """The roles that are called: written, allowed, and mentionable or ours to call."""
        if not channel.guild:
            return []
        guild = self.discord.guild_of(channel)
        any_role = guild.granted & ~channel.denied & Permission.MENTION_EVERYONE
        written = re.findall(r"<@&(\d+)>", body.get("content") or "")
        wanted = {str(one) for one in (body.get("allowed_mentions") or {}).get("roles", [])}
        return [one for one in written if one in wanted and (any_role or one in guild.mentionable)]

    @staticmethod
    def _needed(channel: Channel, body: Json, files: list[Json]) -> Permission:
        needed = Permission.VIEW_CHANNEL
        needed |= Permission.SEND_IN_THREADS if channel.type == PUBLIC_THREAD else Permission.SEND_MESSAGES
        if files:
            needed |= Permission.ATTACH_FILES
        return needed | (Permission.EMBED_LINKS if body.get("embeds") else Permission(0))

    async def edit(self, request: web.Request, body: Any, files: list[Json]) -> Any:
        """PATCH /channels/{channel}/messages/{message}."""
        channel = self._channel(request)
        self._allowed(channel, Permission.VIEW_CHANNEL)
        if channel.archived:
            raise RefusedError(400, 50083, "Thread is archived")
        found = [one for one in channel.messages if one["id"] == request.match_info["message"]]
        if not found:
            raise RefusedError(404, 10008, "Unknown Message")
        self.discord.complain(limits.message(body, len(files), new=False))
        found[0].update(self._changed(found[0], body, files))
        return found[0]

    async def channel(self, request: web.Request, _body: Any, _files: list[Json]) -> Any:
        """GET /channels/{channel}."""
        channel = self._channel(request)
        self._allowed(channel, Permission.VIEW_CHANNEL)
        return channel.payload(self.discord.bot["id"])

    async def change_channel(self, request: web.Request, body: Any, _files: list[Json]) -> Any:
        """PATCH /channels/{channel}: threads can be opened again by whoever may write in them."""
        channel = self._channel(request)
        if channel.locked:
            self._allowed(channel, Permission.MANAGE_THREADS)
        self._allowed(channel, Permission.SEND_IN_THREADS)
        channel.archived = bool(body.get("archived", channel.archived))
        return channel.payload(self.discord.bot["id"])

    async def start_thread(self, request: web.Request, body: Any, files: list[Json]) -> Any:
        """POST /channels/{channel}/threads: in a forum, with its first message."""
        parent = self._channel(request)
        self._allowed(parent, self._needed(parent, body.get("message", {}), files))
        self._tagged(parent, body.get("applied_tags") or [])
        guild = self.discord.guild_of(parent)
        thread = Channel(body["name"], PUBLIC_THREAD, parent.guild, parent.id, self.discord.bot["id"])
        self.discord.complain(limits.message(body.get("message", {"content": "-", "allowed_mentions": {}}), len(files)))
        if not 1 <= limits.size(body["name"]) <= limits.ABOUT:
            self.discord.violations.append("thread name too long")
        told = thread.payload(self.discord.bot["id"])
        if parent.type == FORUM:
            thread.messages.append(self._message(thread, body["message"], files) | {"id": thread.id})
            told["message"] = thread.messages[0]
        guild.add(thread)
        return told

    @staticmethod
    def _tagged(forum: Channel, applied: list[str]) -> None:
        """A forum may want a tag, and takes only its own; moderated ones are not for us."""
        if forum.tag_wanted and not applied:
            raise RefusedError(400, 40067, "A tag is required to create a forum post in this channel")
        ours = {one["id"]: one for one in forum.tags}
        if any(one not in ours or ours[one]["moderated"] for one in applied):
            raise RefusedError(403, 50013, "Missing Permissions")

    async def start_thread_under(self, request: web.Request, body: Any, _files: list[Json]) -> Any:
        """POST /channels/{channel}/messages/{message}/threads: it has the message's id, and there is one at most."""
        parent, under = self._channel(request), request.match_info["message"]
        self._allowed(parent, Permission.VIEW_CHANNEL | Permission.CREATE_PUBLIC_THREADS)
        if not any(one["id"] == under for one in parent.messages):
            raise RefusedError(404, 10008, "Unknown Message")
        if self.discord.channel(under) is not None:
            raise RefusedError(400, 160004, "A thread has already been created for this message")
        if not 1 <= limits.size(body["name"]) <= limits.ABOUT:
            self.discord.violations.append("thread name too long")
        thread = Channel(body["name"], PUBLIC_THREAD, parent.guild, parent.id, self.discord.bot["id"])
        thread.id = under
        self.discord.guild_of(parent).add(thread)
        return thread.payload(self.discord.bot["id"])

    async def active_threads(self, request: web.Request, _body: Any, _files: list[Json]) -> Any:
        """GET /guilds/{guild}/threads/active."""
        guild = next(one for one in self.discord.guilds if one.id == request.match_info["guild"])
        threads = [one for one in guild.channels if one.type == PUBLIC_THREAD and not one.archived]
        return {"threads": [one.payload(self.discord.bot["id"]) for one in threads], "members": []}

    def _channel(self, request: web.Request) -> Channel:
        channel = self.discord.channel(request.match_info["channel"])
        if channel is None or channel.deleted:
            raise RefusedError(404, 10003, "Unknown Channel")
        if channel.guild and not self.discord.guild_of(channel).joined:
            raise RefusedError(403, 50001, "Missing Access")
        return channel

    def _allowed(self, channel: Channel, needed: Permission) -> None:
        if not channel.guild:
            return
        missing = needed & ~(self.discord.guild_of(channel).granted & ~channel.denied)
        if missing & Permission.VIEW_CHANNEL:
            raise RefusedError(403, 50001, "Missing Access")
        if missing & ~Permission.EMBED_LINKS:  # without Embed Links, embeds are dropped in silence
            raise RefusedError(403, 50013, "Missing Permissions")
        if missing:
            self.discord.dropped_embeds += 1

    def _message(self, channel: Channel, body: Json, files: list[Json]) -> Json:
        made: Json = {
            "id": snowflake(),
            "channel_id": channel.id,
            "author": self.discord.bot,
            "timestamp": "2026-01-01T00:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "pinned": False,
            "type": 0,
            "content": "",
            "embeds": [],
            "components": [],
            "attachments": [],
            "flags": 0,
            "_at": time.monotonic(),
        }
        return made | self._changed(made, body, files)

    def _changed(self, message: Json, body: Json, files: list[Json]) -> Json:
        """The fields that a body sets. Embeds and attachments come back as the API shows them."""
        kept = ("content", "components", "nonce", "flags", "allowed_mentions")
        changed = {key: body[key] for key in kept if body.get(key) is not None}
        if body.get("embeds") is not None:
            changed["embeds"] = [{"type": "rich", **embed} for embed in body["embeds"]]
        if "attachments" in body:
            changed["attachments"] = [self._attachment(one, files) for one in body["attachments"]]
        changed["edited_timestamp"] = None if message.get("id") is None else "2026-01-01T00:00:01+00:00"
        return changed

    def _attachment(self, told: Json, files: list[Json]) -> Json:
        number = str(told["id"])
        data = files[int(number)] if number.isdigit() and int(number) < len(files) else {"filename": "?", "data": b""}
        return self.discord.keep_file(data["filename"], data["data"]) | {"description": told.get("description")}
