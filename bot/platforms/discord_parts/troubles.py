"""Discord's refusals, told to the admin who can act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import discord

from bot.catalogue import Catalogue
from bot.errors import DeliveryError

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_INTERACTION = 10003, 10008, 10062
MISSING_ACCESS, NO_DIRECT_MESSAGES, WRONG_CHANNEL, MISSING_PERMISSIONS = 50001, 50007, 50008, 50013
ARCHIVED, LOCKED, EDITED_TOO_OFTEN, ACKNOWLEDGED, NOT_OURS = 50083, 160005, 30046, 40060, 50005
HAS_THREAD, TAG_WANTED = 160004, 40067
UNAUTHORIZED = 401

NEEDED = {
    "view_channel": "discord.view_channel",
    "send_messages": "discord.send_messages",
    "send_messages_in_threads": "discord.send_in_threads",
    "create_public_threads": "discord.create_threads",
    "embed_links": "discord.embed_links",
    "attach_files": "discord.attach_files",
}
"""The permissions that posting needs, in the words of Discord's own settings."""

_KEYS = {
    UNKNOWN_CHANNEL: "discord.channel_gone",
    UNKNOWN_MESSAGE: "discord.message_gone",
    NO_DIRECT_MESSAGES: "discord.no_direct",
    WRONG_CHANNEL: "discord.wrong_channel",
    LOCKED: "discord.locked",
    ARCHIVED: "discord.locked",
    NOT_OURS: "discord.message_gone",
    TAG_WANTED: "discord.tag_wanted",
}
_POSTING = ("view_channel", "send_messages", "embed_links")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was to be posted: ``name`` as admins know it, ``missing`` permissions as far as known.

    ``needed`` are those that it takes. ``pictures``: files may be attached there; without, all is said in words.
    ``locked``: a thread that takes no more messages from the bot. ``calls``: it may call any role there.
    """

    name: str
    missing: tuple[str, ...] = ()
    guild: int = 0
    pictures: bool = True
    locked: bool = False
    calls: bool = False
    needed: tuple[str, ...] = _POSTING


def place_of(client: discord.Client, channel: str, *, threads: bool = False) -> Place:
    """A channel's name and what the bot may not do in it, from what the gateway told.

    ``threads``: a thread is to be begun there, not a message posted.
    """
    found = client.get_channel(int(channel)) if channel.isdigit() else None
    needed = ("view_channel", "create_public_threads") if threads else _POSTING
    if not isinstance(found, discord.abc.GuildChannel | discord.Thread):
        return Place(channel, needed=needed)
    held = found.permissions_for(found.guild.me)
    locked = False
    if isinstance(found, discord.Thread):
        needed = ("view_channel", "send_messages_in_threads", "embed_links")
        locked = found.locked and not held.manage_threads
    missing = tuple(name for name in needed if not getattr(held, name))
    return Place(f"#{found.name}", missing, found.guild.id, held.attach_files, locked, held.mention_everyone, needed)


def told(error: discord.HTTPException, place: Place, catalogue: Catalogue) -> DeliveryError:
    """A refusal in words that say what to do."""
    say, where = catalogue.say, place.name
    if error.status == UNAUTHORIZED:
        return DeliveryError(say("discord.token"), permanent=True)
    if error.code in {MISSING_ACCESS, MISSING_PERMISSIONS}:
        what = catalogue.joined([say(NEEDED[name]) for name in place.missing or place.needed])
        return DeliveryError(say("discord.forbidden", where=where, what=what), permanent=True)
    if error.code == EDITED_TOO_OFTEN:
        return DeliveryError(say("discord.edited", where=where), retry_after=_HOUR)
    if error.code in _KEYS:
        gone = error.code in {UNKNOWN_CHANNEL, UNKNOWN_MESSAGE}
        return DeliveryError(say(_KEYS[error.code], where=where), permanent=True, gone=gone)
    server = isinstance(error, discord.DiscordServerError)
    key = "discord.down" if server else "discord.refused"
    return DeliveryError(say(key, where=where, status=error.status, words=error.text), permanent=not server)
