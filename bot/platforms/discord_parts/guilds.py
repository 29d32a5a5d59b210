"""Servers that come and go: a greeting where the bot may speak, settings kept for a while after it was removed."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

import discord

from bot.briefing.message import Message
from bot.commands.command import Caller, DeskFactory
from bot.errors import DeliveryError
from bot.platforms.discord_parts.asking import PLATFORM, workspace_of
from bot.platforms.discord_parts.posting import Poster
from store.records import Workspace

log = logging.getLogger(__name__)

GRACE = timedelta(days=30)
"""So long the settings of a server outlive the bot's removal, in case it was a mistake."""


class Guilds:
    """Keeps the workspaces of Discord servers in step with the servers that the bot is in."""

    def __init__(self, desk: DeskFactory) -> None:
        self._desk = desk

    async def joined(self, guild: discord.Guild, poster: Poster) -> None:
        """Greet a new server; one that comes back within the grace period finds its settings."""
        desk = self._desk(Caller(workspace_of(guild.id), PLATFORM))
        known = desk.store.workspace(workspace_of(guild.id))
        settings = {key: value for key, value in (known.settings if known else {}).items() if key != "left"}
        greeted = bool(settings.get("greeted")) and not (known and "left" in known.settings)
        workspace = Workspace(workspace_of(guild.id), PLATFORM, guild.name, {**settings, "greeted": True})
        desk.store.save_workspace(workspace)
        channel = first_writable(guild)
        if greeted or channel is None:
            return
        try:
            text = Message(title="", lead=desk.catalogue.say("discord.greeting"), private=False)
            await poster.post(str(channel.id), text, f"greeting {guild.id} {desk.now:%Y-%m-%d}")
        except DeliveryError as error:
            log.info("no greeting in %s: %s", guild.name, error)

    def left(self, guild: int) -> None:
        """Remember when a server was left."""
        desk = self._desk(Caller(workspace_of(guild), PLATFORM))
        if known := desk.store.workspace(workspace_of(guild)):
            desk.store.save_workspace(replace(known, settings={**known.settings, "left": desk.now.isoformat()}))

    def tidy(self, present: set[int]) -> None:
        """Mark servers that were left while the bot was away, and forget those whose grace period is over."""
        desk = self._desk(Caller(PLATFORM, PLATFORM))
        here = {workspace_of(guild) for guild in present}
        for one in desk.store.workspaces():
            if one.platform != PLATFORM or ":user:" in one.id:
                continue
            left = one.settings.get("left")
            if one.id in here and left:
                kept = {key: value for key, value in one.settings.items() if key != "left"}
                desk.store.save_workspace(replace(one, settings=kept))
            elif one.id not in here and not left:
                self.left(int(one.id.removeprefix(f"{PLATFORM}:")))
            elif left and desk.now - datetime.fromisoformat(str(left)) > GRACE:
                log.info("%s: the grace period is over, its settings are forgotten", one.name or one.id)
                desk.store.remove_workspace(one.id)


def first_writable(guild: discord.Guild) -> discord.TextChannel | None:
    """Where the bot may speak: the system channel, else the first text channel; None when nowhere."""
    system = [guild.system_channel] if guild.system_channel else []
    for channel in [*system, *guild.text_channels]:
        held = channel.permissions_for(guild.me)
        if held.view_channel and held.send_messages:
            return channel
    return None
