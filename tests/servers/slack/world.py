"""What the small Slack knows: people, channels, messages, views, files, and what has gone wrong."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.servers.chaos import Chaos
from tests.servers.slack.limits import Json, texts

TEAM, BOT_USER, BOT_ID, APP = "T0TEAM", "U0BOT", "B0BOT", "A0APP"


@dataclass
class Person:
    """Somebody of the workspace; ``admin`` covers workspace admins and owners."""

    id: str
    name: str
    admin: bool = False
    owner: bool = False
    locale: str = "en-US"


@dataclass
class Channel:
    """A conversation: the bot is in it or not."""

    id: str
    name: str
    member: bool = True
    private: bool = False
    archived: bool = False
    im: bool = False


@dataclass
class Said:
    """One message as it stands: posted to a channel, shown to one person, or sent to a response URL."""

    body: Json
    channel: str = ""
    ts: str = ""
    user: str = ""
    edits: int = 0
    deleted: bool = False
    at: float = field(default_factory=time.monotonic)

    @property
    def text(self) -> str:
        """What notifications and screen readers get."""
        return str(self.body.get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        return list(self.body.get("blocks") or [])

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.user) or self.body.get("response_type", "ephemeral") == "ephemeral"

    def buttons(self) -> list[Json]:
        """Every button in reading order."""
        return buttons(self.blocks)

    def button(self, label: str) -> Json:
        """The first button whose label begins so."""
        return next(one for one in self.buttons() if one["text"]["text"].startswith(label))


def buttons(blocks: list[Json]) -> list[Json]:
    """Every button in blocks, with the block it stands in."""
    found = []
    for block in blocks:
        parts = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]
        found += [{**one, "block_id": block.get("block_id", "")} for one in parts if one.get("type") == "button"]
    return found


@dataclass
class Fault:
    """What goes wrong with the next ``times`` calls of a method: a status, an error, or a reply that is lost.

    ``lose``: the call is carried out, and the connection ends before its answer; ``drop``: it ends before anything
    is done; ``late``: the call is carried out, and answered by the status all the same.
    """

    method: str
    status: int = 0
    error: str = ""
    retry_after: int = 1
    lose: bool = False
    drop: bool = False
    late: bool = False
    times: int = 1
    wait: float = 0.0


TROUBLES: Mapping[str, Fault] = {
    "429": Fault("", status=429),
    "500 before": Fault("", status=503),
    "500 after": Fault("", status=503, late=True),
    "lost before": Fault("", drop=True),
    "lost after": Fault("", lose=True),
}


@dataclass
class View:
    """A modal or Home tab as it stands."""

    id: str
    user: str
    view: Json
    versions: int = 1

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        return list(self.view["blocks"])

    def button(self, label: str) -> Json:
        """The first button whose label begins so."""
        return next(one for one in buttons(self.blocks) if one["text"]["text"].startswith(label))

    def input(self, name: str) -> Json:
        """The input block whose block_id is, or ends with, the name."""
        blocks = (one for one in self.blocks if one["type"] == "input")
        return next(one for one in blocks if one["block_id"].split("/")[-1] == name)


def unmarked(text: str) -> str:
    """Escaped text as a reader sees it: links by their words, entities as what they stand for."""
    text = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def seen(body: Json) -> str:
    """A message or a view as a reader sees it, top to bottom."""
    return unmarked("\n".join(texts(body.get("blocks") or [{"text": body.get("text", "")}])))


class World:
    """Everything there is, and everything that was said."""

    def __init__(self) -> None:
        self.people = {
            one.id: one
            for one in (
                Person("U0ADA", "ada", admin=True),
                Person("U0OWN", "olga", owner=True),
                Person("U0BEN", "ben"),
                Person("U0KIM", "김민지", locale="ko-KR"),
            )
        }
        self.channels = {
            one.id: one
            for one in (
                Channel("C0NEWS", "news"),
                Channel("C0WATCH", "watch"),
                Channel("C0AWAY", "away", member=False),
                Channel("C0OLDIE", "old", archived=True),
                Channel("G0PRIV", "secret", private=True),
            )
        }
        self.said: list[Said] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, Json] = {}
        self.scans = 0  # how often it must be asked after a file before it is ready
        self.complaints: list[str] = []
        self.faults: list[Fault] = []
        self.chaos = Chaos()
        self.called: list[tuple[str, float]] = []
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """A number never given before."""
        return next(self._numbers)

    def in_channel(self, channel: str) -> list[Said]:
        """What stands in a channel for all to see."""
        return [one for one in self.said if one.channel == channel and not one.user and not one.deleted]

    def direct(self, user: str) -> str:
        """The channel between the bot and somebody."""
        name = f"D{user[1:]}"
        self.channels.setdefault(name, Channel(name, user, im=True))
        return name

    def fault(self, method: str) -> Fault | None:
        """What is to go wrong with this call."""
        for fault in self.faults:
            if fault.times and fault.method == method:
                fault.times -= 1
                return fault
        return TROUBLES.get(self.chaos.strike()) if method in {"chat.postMessage", "chat.update"} else None
