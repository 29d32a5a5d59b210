"""The Home tab: the newest digest, the last statements, and for admins the settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.briefing.cards import Look as CardLook
from bot.briefing.cards import card
from bot.briefing.message import Message, Section
from bot.commands.answering import answer
from bot.commands.command import Desk
from bot.platforms.slack_parts.forms import command_named
from bot.platforms.slack_parts.layout import Block, Look, button, lay_out
from bot.platforms.slack_parts.pressing import Press

BLOCKS = 100
_RECENT = 5
_FORMS = (("statement", "slack.look_up"), ("search", "slack.search"))
_ADMIN_FORMS = (("feeds add", "slack.add_feed"), ("briefing", "slack.set_digest"), ("alerts add", "slack.add_alert"))
_SHORT = CardLook(full=False, notes="none", links=3)


async def home(desk: Desk, look: Look) -> dict[str, Any]:
    """The whole tab, for one person: ``desk`` has their language and rights."""
    blocks = [*_buttons(_FORMS, desk, look)]
    if desk.admin:
        blocks += await _settings(desk, look)
    blocks += await _digest(desk, look)
    blocks += _statements(desk, look)
    return {"type": "home", "callback_id": "home", "blocks": list(_apart(blocks[:BLOCKS]))}


def _apart(blocks: list[Block]) -> Iterator[Block]:
    """Block ids are unique in a view."""
    for place, block in enumerate(blocks):
        yield block | {"block_id": f"h{place}"} if block["type"] == "actions" else block


def _buttons(forms: tuple[tuple[str, str], ...], desk: Desk, look: Look) -> Iterator[Block]:
    offered = [(name, key) for name, key in forms if command_named(name, desk.commands)[0]]
    row = [
        button(desk.catalogue.say(key), Press("form", name), look) | {"action_id": f"form.{place}"}
        for place, (name, key) in enumerate(offered)
    ]
    if row:
        yield {"type": "actions", "elements": row}


async def _settings(desk: Desk, look: Look) -> list[Block]:
    blocks = list(_buttons(_ADMIN_FORMS, desk, look))
    if command_named("briefing", desk.commands)[0]:
        blocks += lay_out(await answer("/briefing show", desk), replace(look, line=""))[0].blocks
    return [*blocks, {"type": "divider"}]


async def _digest(desk: Desk, look: Look) -> list[Block]:
    """Today's digest; where nothing was said yet today, that of the last day on record."""
    newest = desk.store.statements(until=desk.today, count=1)
    day = newest[0].date if newest else desk.today
    message = await answer(f"/digest {min(day, desk.today)}", desk)
    return [*lay_out(message, replace(look, line=""))[0].blocks, {"type": "divider"}]


def _statements(desk: Desk, look: Look) -> list[Block]:
    recent = desk.store.statements(count=_RECENT)
    entries = tuple(card(desk.tell(one), desk.voice, _SHORT) for one in recent)
    section = Section(desk.catalogue.say("slack.recent"), entries)
    return list(lay_out(Message("", sections=(section,) if entries else (), kind="cards"), look)[0].blocks)
