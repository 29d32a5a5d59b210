"""Charts made into pictures on their way out, off the event loop; where that cannot be, they are told in words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace

from bot.briefing.charts import Chart, Draw
from bot.briefing.message import Entry, Image, Message, Section

log = logging.getLogger(__name__)

PATIENCE = 15.0
"""Seconds after which a message goes out without its picture."""


async def drawn(message: Message, draw: Draw, *, patience: float = PATIENCE) -> Message:
    """The message with its charts as images; in words when they cannot be drawn, or not in time."""
    if not message.charts:
        return message
    try:
        async with asyncio.timeout(patience):
            images = [
                Image(chart.alt, await draw(chart), f"chart-{place}.png", table=chart.table)
                for place, chart in enumerate(message.charts, 1)
            ]
    except TimeoutError:
        log.warning("a chart was not drawn within %.0f s and is told in words", patience)
        return in_words(message)
    except Exception:  # a picture is an addition: whatever is wrong with it, the message is said
        log.exception("a chart could not be drawn and is told in words")
        return in_words(message)
    return replace(message, images=(*message.images, *images), charts=())


def in_words(message: Message) -> Message:
    """The message with its images and charts in words only, for places that take no pictures."""
    told = _told((*message.images, *message.charts))
    return replace(message, images=(), charts=(), sections=(*message.sections, *told)) if told else message


def _told(pictures: Iterable[Image | Chart]) -> tuple[Section, ...]:
    entries = tuple(Entry("", detail=picture.alt) for picture in pictures)
    return (Section("", entries),) if entries else ()
