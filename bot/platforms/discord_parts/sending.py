"""A sheet turned into what discord.py sends: embeds, a view of buttons, files."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import discord

from bot.platforms.discord_parts.escaping import plain_fitted
from bot.platforms.discord_parts.layout import without_embeds
from bot.platforms.discord_parts.pressing import custom_id
from bot.platforms.discord_parts.sheet import Button, Panel, Sheet

Keep = Callable[[str], str]

COLOURS = {"digest": 0x2F5D8A, "cards": 0x2F5D8A, "list": 0x5C6670, "question": 0x8A6D2F, "problem": 0x8A2F2F}
"""A quiet help for the eye; nothing is told by it alone."""

_ALT = 1024


def parameters(sheet: Sheet, keep: Keep, *, embeds: bool = True) -> dict[str, Any]:
    """The keyword arguments of ``send``; made anew for each try, since sending uses files up."""
    text = sheet.content if embeds else without_embeds(sheet)
    told: dict[str, Any] = {
        "content": f"<@&{sheet.role}> {text}"[:2000] if sheet.role else text,
        "embeds": [_embed(panel, sheet.kind) for panel in sheet.panels] if embeds else [],
        "allowed_mentions": allowed(sheet.role),
    }
    if files := _files(sheet):
        told["files"] = files
    if sheet.rows:
        told["view"] = view(sheet, keep)
    return told


def changes(sheet: Sheet, keep: Keep, *, embeds: bool = True) -> dict[str, Any]:
    """The keyword arguments of ``edit``: what is not there any more is taken away."""
    told = parameters(sheet, keep, embeds=embeds)
    told["attachments"] = told.pop("files", [])
    return {"view": None} | told


def allowed(role: str = "") -> discord.AllowedMentions:
    """Nobody may be called but the one role."""
    roles = [discord.Object(int(role))] if role else []
    return discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)


def view(sheet: Sheet, keep: Keep) -> discord.ui.View:
    """The buttons. The view is stopped at once: what a button does stands in its custom_id, nothing waits in memory."""
    made = discord.ui.View(timeout=None)
    place = 0
    for number, row in enumerate(sheet.rows):
        for button in row:
            made.add_item(_button(button, number, place, keep))
            place += 1
    made.stop()
    return made


def _button(button: Button, row: int, place: int, keep: Keep) -> discord.ui.Button[discord.ui.View]:
    if button.press is None:
        return discord.ui.Button(label=button.label, url=button.url, row=row)
    return discord.ui.Button(
        label=button.label,
        custom_id=custom_id(button.press, place, keep),
        style=discord.ButtonStyle.secondary,
        row=row,
    )


def _embed(panel: Panel, kind: str) -> discord.Embed:
    embed = discord.Embed(title=panel.title or None, description=panel.text or None, colour=COLOURS.get(kind))
    if panel.footer:
        embed.set_footer(text=panel.footer)
    if panel.image:
        embed.set_image(url=f"attachment://{panel.image}")
    return embed


def _files(sheet: Sheet) -> list[discord.File]:
    images = [
        discord.File(io.BytesIO(one.data), one.name, description=plain_fitted(one.alt, _ALT)) for one in sheet.images
    ]
    return images + [discord.File(io.BytesIO(one.data), one.name) for one in sheet.files]
