"""The gateway: HELLO, IDENTIFY, READY, heartbeats, RESUME, and the ways in which a connection can end."""

from __future__ import annotations

import json
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.servers.discord.world import Json, snowflake

if TYPE_CHECKING:
    from tests.servers.discord.server import Discord

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 1, 2, 6, 7, 9, 10, 11
UNAUTHORIZED, FATAL_INTENTS = 4004, 4014
UNPRIVILEGED = ~((1 << 1) | (1 << 8) | (1 << 15))


@dataclass
class Session:
    """One session of a shard: it outlives its connections, until it is forgotten."""

    shard: int = 0
    shards: int = 1
    id: str = field(default_factory=snowflake)
    sent: list[Json] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    deflate: Any = None
    heartbeats: int = 0

    async def send(self, payload: Json) -> None:
        """Send now, packed as the client asked; nothing when there is no connection."""
        if self.socket is None or self.socket.closed:
            return
        text = json.dumps(payload)
        with suppress(ConnectionError):  # it is gone; a resume will repeat what is lost
            if self.deflate is None:
                await self.socket.send_str(text)
                return
            packed = self.deflate.compress(text.encode()) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)

    async def dispatch(self, event: str, data: Json) -> None:
        """One event, kept so that a resume can repeat it."""
        payload = {"op": 0, "s": len(self.sent) + 1, "t": event, "d": data}
        self.sent.append(payload)
        await self.send(payload)


class Gateway:
    """All sessions of the bot. ``identified`` holds every IDENTIFY as it came, ``resumed`` counts resumes."""

    def __init__(self, discord: Discord) -> None:
        self.discord = discord
        self.sessions: dict[str, Session] = {}
        self.identified: list[Json] = []
        self.resumed = 0
        self.connections = 0

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until either side ends it."""
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self.connections += 1
        session = Session(socket=socket)
        if request.query.get("compress") == "zlib-stream":
            session.deflate = zlib.compressobj()
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            self.discord.violations.append(f"gateway asked for with {dict(request.query)}")
        await session.send({"op": HELLO, "d": {"heartbeat_interval": self.discord.heartbeat}})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                session = await self._received(json.loads(message.data), session)
        return socket

    async def _received(self, payload: Json, session: Session) -> Session:
        if payload["op"] == HEARTBEAT:
            session.heartbeats += 1
            await session.send({"op": ACK})
        elif payload["op"] == IDENTIFY:
            await self._identify(payload["d"], session)
        elif payload["op"] == RESUME:
            return await self._resume(payload["d"], session)
        return session

    async def _identify(self, data: Json, session: Session) -> None:
        self.identified.append(data)
        socket = session.socket
        if socket is None:
            return
        if data["token"] != self.discord.token:
            await socket.close(code=UNAUTHORIZED, message=b"Authentication failed.")
            return
        if data["intents"] & ~UNPRIVILEGED:
            await socket.close(code=FATAL_INTENTS, message=b"Disallowed intent(s).")
            return
        session.shard, session.shards = data.get("shard", [0, 1])
        self.sessions[session.id] = session
        mine = [guild for guild in self.discord.guilds if guild.joined and self._is_on(guild.id, session)]
        await session.dispatch("READY", self._ready(session, [guild.id for guild in mine]))
        for guild in mine:
            await session.dispatch("GUILD_CREATE", guild.payload(self.discord.bot) | {"unavailable": False})

    def _ready(self, session: Session, guilds: list[str]) -> Json:
        return {
            "v": 10,
            "user": self.discord.bot,
            "guilds": [{"id": guild, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.discord.gateway_url,
            "application": {"id": self.discord.application, "flags": 0},
            "shard": [session.shard, session.shards],
        }

    @staticmethod
    def _is_on(guild: str, session: Session) -> bool:
        return (int(guild) >> 22) % session.shards == session.shard

    async def _resume(self, data: Json, session: Session) -> Session:
        known = self.sessions.get(data["session_id"])
        if known is None or data["token"] != self.discord.token:
            await session.send({"op": INVALID, "d": False})
            return session
        known.socket, known.deflate = session.socket, session.deflate
        self.resumed += 1
        for payload in known.sent[int(data["seq"]) :]:
            await known.send(payload)
        await known.dispatch("RESUMED", {})
        return known

    async def dispatch(self, event: str, data: Json, guild: str = "") -> None:
        """An event to the shard of the guild (shard 0 for direct messages)."""
        for session in list(self.sessions.values()):
            if self._is_on(guild or "0", session):
                await session.dispatch(event, data)

    @property
    def live(self) -> list[Session]:
        """Sessions with an open connection."""
        return [one for one in self.sessions.values() if one.socket is not None and not one.socket.closed]

    async def drop(self, code: int = 0) -> None:
        """End every connection: with a close code, or, with none, as when a cable is cut."""
        for session in self.live:
            if session.socket is not None and code:
                await session.socket.close(code=code)
            elif session.socket is not None and session.socket._req is not None:
                transport = session.socket._req.transport
                if transport is not None:
                    transport.abort()

    async def ask_reconnect(self) -> None:
        """Ask the client to come again and resume (opcode 7)."""
        for session in self.live:
            await session.send({"op": RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Say that the session is invalid (opcode 9); unless resumable, it is forgotten."""
        for session in self.live:
            if not resumable:
                del self.sessions[session.id]
            await session.send({"op": INVALID, "d": resumable})
