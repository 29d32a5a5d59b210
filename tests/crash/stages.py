"""Where the bot performs while it is killed: the small Discord and the small Slack, and what stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import time
from typing import Any

from bot.briefing.alerts import Watch, read_rule, with_watches
from bot.briefing.subscription import Subscription, with_subscription
from bot.platforms.discord_parts.posting import nonce_of
from store.records import Workspace
from tests.servers.chaos import Chaos
from tests.servers.discord import Channel, Discord
from tests.servers.discord.world import NONE, PUBLIC_THREAD, unmarked
from tests.servers.slack import Slack
from tests.servers.slack.world import TEAM, seen


@dataclass(frozen=True)
class Standing:
    """A message as readers see it now. ``key`` is what it was posted with, as the platform keeps it."""

    platform: str
    channel: str
    key: str
    text: str
    under: bool
    pings: bool


TROUBLE = 0.15
"""How probably something goes wrong with a post or an edit."""


class DiscordStage:
    """A server with two channels."""

    name, role, mark = "discord", "77", "<@&77>"

    def __init__(self, server: Discord) -> None:
        self._server, self.chaos = server, server.chaos
        self.guild = server.guilds[0]
        self.alerts, self.digests = (self.guild.add(Channel(name)).id for name in ("alerts", "digests"))
        self.guild.roles[self.role] = NONE
        self.address = {"token": server.token, "api": server.api_url, "gateway": server.gateway_url}
        self.workspace = f"discord:{self.guild.id}"

    def standing(self) -> list[Standing]:
        """Of channels and threads."""
        return [
            Standing(
                self.name,
                channel.parent or channel.id,
                str(message.get("nonce", "")),
                unmarked(_texts(message)),
                channel.type == PUBLIC_THREAD,
                self.mark in message["content"],
            )
            for channel in self.guild.channels
            for message in channel.messages
        ]

    def key(self, delivery: str) -> str:
        """Its nonce."""
        return nonce_of(delivery)

    def broken(self) -> list[str]:
        """As the server noticed them."""
        return self._server.violations

    def asked(self) -> tuple[int, int]:
        """As the server counted them."""
        told = [one.method for one in self._server.asked if "/messages" in one.path]
        return told.count("POST"), told.count("PATCH")

    def forgets(self, seconds: float) -> None:
        """Nonces."""
        self._server.remembers = seconds


class SlackStage:
    """A workspace with two channels."""

    name, role, mark = "slack", "S77", "<!subteam^S77>"

    def __init__(self, server: Slack) -> None:
        self._server, self.chaos = server, server.world.chaos
        self.alerts, self.digests = "C0NEWS", "C0WATCH"
        api = server.api
        self.address = {"bot": api.bot_token, "app": api.app_token, "api": server.api_url}
        self.workspace = f"slack:{TEAM}"

    def standing(self) -> list[Standing]:
        """Of both channels; what a long message continues with stands under it."""
        return [
            Standing(
                self.name,
                one.channel,
                str(one.body["metadata"]["event_payload"]["key"]),
                seen(one.body),
                "thread_ts" in one.body,
                self.mark in json.dumps(one.body),
            )
            for channel in (self.alerts, self.digests)
            for one in self._server.world.in_channel(channel)
        ]

    def key(self, delivery: str) -> str:
        """As it is."""
        return delivery

    def broken(self) -> list[str]:
        """As the server noticed them."""
        return self._server.world.complaints

    def asked(self) -> tuple[int, int]:
        """As the server counted them."""
        told = [method for method, _ in self._server.world.called]
        return told.count("chat.postMessage"), told.count("chat.update")

    def forgets(self, seconds: float) -> None:
        """Each ``client_msg_id``; with the scope that lets messages be looked up instead when it is none at all."""
        self._server.api.remembers = seconds
        if not seconds:
            self._server.api.scopes.append("channels:history")


Stage = DiscordStage | SlackStage


async def stages(stack: AsyncExitStack, seed: int) -> tuple[Stage, ...]:
    """Both servers, listening until the stack is left, each with troubles of its own."""
    discord = await stack.enter_async_context(Discord())
    slack = await stack.enter_async_context(Slack())
    discord.chaos, slack.world.chaos = Chaos(TROUBLE, seed), Chaos(TROUBLE, seed + 1)
    return DiscordStage(discord), SlackStage(slack)


def workspace(stage: Stage) -> Workspace:
    """It wants every statement of Pyongyang's, with a ping, and a digest at six in another channel."""
    wanted = with_subscription({}, Subscription(channel=stage.digests, hour=time(6)))
    watch = Watch("all", read_rule("side:dprk"), stage.alerts, stage.role)
    return Workspace(stage.workspace, stage.name, "one", with_watches(wanted, [watch]))


def _texts(message: dict[str, Any]) -> str:
    return "\n".join(_told(message))


def _told(message: dict[str, Any]) -> Iterable[str]:
    yield message["content"]
    for embed in message["embeds"]:
        yield embed.get("title", "")
        yield embed.get("description", "")
        yield embed.get("footer", {}).get("text", "")
