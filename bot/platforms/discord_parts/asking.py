"""What an interaction asks: who, where, which command with which options."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord

from bot.catalogue import Catalogue
from bot.commands.command import Caller, Command
from bot.errors import CommandError
from bot.platforms.handed import check_size, file_text

log = logging.getLogger(__name__)

PLATFORM = "discord"
_GROUP, _PART, _FILE = 2, 1, 11


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with its full name and the raw text of its options; ``focused`` is the one being typed."""

    command: Command
    name: str
    raw: Mapping[str, str] = field(default_factory=dict)
    focused: str = ""


def workspace_of(guild: int) -> str:
    """A guild's id among all workspaces."""
    return f"{PLATFORM}:{guild}"


def caller_of(interaction: discord.Interaction[Any]) -> Caller:
    """Who asks, with the rights they have in this place.

    Where the bot is not a member of the server, but was brought along by a user, there are
    no settings and no admins: it is as a direct message.
    """
    user = interaction.user
    installed = interaction.guild_id is not None and interaction.is_guild_integration()
    place = workspace_of(interaction.guild_id) if installed and interaction.guild_id else f"{PLATFORM}:user:{user.id}"
    rights = interaction.permissions
    return Caller(
        workspace=place,
        who=f"{user.name} ({user.id})",
        admin=installed and (rights.manage_guild or rights.administrator),
        language=str(interaction.locale).partition("-")[0],
    )


def alone(interaction: discord.Interaction[Any]) -> bool:
    """Whether nobody but the bot is with the person: not in a server, a group, or a talk with somebody else."""
    return interaction.context.dm_channel


async def asked_of(interaction: discord.Interaction[Any], commands: Sequence[Command]) -> Asked | None:
    """The command that was chosen; None when there is no such command (any more)."""
    data: Mapping[str, Any] = interaction.data or {}
    command = next((one for one in commands if one.name == data.get("name")), None)
    if command is None:
        return None
    name, options = command.name, list(data.get("options", []))
    while options and options[0].get("type") in {_PART, _GROUP}:
        part = command.part(options[0]["name"])
        if part is None:
            return None
        command, name, options = part, f"{name} {part.name}", list(options[0].get("options", []))
    raw = {option["name"]: await _raw(option, data, interaction) for option in options}
    focused = next((option["name"] for option in options if option.get("focused")), "")
    return Asked(command, name, raw, focused)


async def _raw(option: Mapping[str, Any], data: Mapping[str, Any], interaction: discord.Interaction[Any]) -> str:
    if option["type"] != _FILE:
        return str(option.get("value", ""))
    told = data["resolved"]["attachments"][str(option["value"])]
    catalogue, name = Catalogue.load(caller_of(interaction).language), told["filename"]
    check_size(told["size"], catalogue)
    try:
        content: bytes = await interaction.client.http.get_from_cdn(told["url"])
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.info("an attachment could not be fetched: %s", error)
        raise CommandError(catalogue.say("discord.file_lost", name=name)) from error
    return file_text(content, catalogue)


def message_text(interaction: discord.Interaction[Any]) -> str:
    """The text of the message on which a menu command was chosen, embeds included."""
    data: Mapping[str, Any] = interaction.data or {}
    messages = data.get("resolved", {}).get("messages", {})
    target = messages.get(str(data.get("target_id")), {})
    parts = [target.get("content", "")]
    parts += [one.get("message", {}).get("content", "") for one in target.get("message_snapshots", [])]
    for embed in target.get("embeds", []):
        parts += [embed.get("title", ""), embed.get("description", "")]
    return "\n".join(part for part in parts if part)
