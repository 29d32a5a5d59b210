"""A message as plain text and as JSON, and back.

The plain text reads well on its own: it is what a pipe, a notification and a screen
reader get. The JSON is what ``--json`` prints and what an outbox may keep.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any, cast

from bot.briefing.charts import chart_from
from bot.briefing.message import Action, Attachment, Entry, Image, Kind, Link, Message, Quote, Section


def plain(message: Message, *, addresses: bool = True) -> str:
    """The whole message as text, nothing meant by layout alone.

    With ``addresses`` each link has a number, and the addresses follow at the end, so
    that they do not break the reading.
    """
    numbers = _numbered(message) if addresses else {}
    parts = [message.title, message.lead]
    for section in message.sections:
        lines = [section.title] if section.title else []
        for entry in section.entries:
            lines += _entry(entry, numbers)
        parts.append("\n".join([*lines, *([section.more] if section.more else [])]))
    parts += [image.alt for image in message.images]
    parts += [chart.alt for chart in message.charts]
    parts += [message.footer, "\n".join(f"[{number}] {url}" for url, number in numbers.items())]
    return "\n\n".join(part for part in parts if part)


def _numbered(message: Message) -> dict[str, int]:
    urls = (link.url for entry in message.entries for link in entry.links if link.url and link.url != link.text)
    return {url: number for number, url in enumerate(dict.fromkeys(urls), 1)}


def _entry(entry: Entry, numbers: Mapping[str, int]) -> Iterator[str]:
    yield f"- {entry.headline}" + (f" [{entry.id}]" if entry.id else "")
    if entry.detail:
        yield from (f"  {line}" for line in entry.detail.split("\n"))
    if entry.quote:
        yield f"  “{entry.quote.words}”" + (f" ({entry.quote.by})" if entry.quote.by else "")
    if entry.chips:
        yield "  " + "; ".join(entry.chips)
    yield from (f"  {note}" for note in entry.notes)
    if entry.links:
        shown = (link.text + (f" [{numbers[link.url]}]" if link.url in numbers else "") for link in entry.links)
        yield "  " + ", ".join(shown)


def to_json(message: Message) -> dict[str, Any]:
    """A message as plain JSON values, empty parts left out."""
    return _full(
        {
            "kind": message.kind,
            "title": message.title,
            "lead": message.lead,
            "sections": [_section_json(section) for section in message.sections],
            "footer": message.footer,
            "actions": [_action_json(action) for action in message.actions],
            "images": [
                {
                    "alt": image.alt,
                    "name": image.name,
                    "media_type": image.media_type,
                    "table": image.table,
                    "data": base64.b64encode(image.data).decode("ascii"),
                }
                for image in message.images
            ],
            "charts": [chart.numbers() for chart in message.charts],
            "files": [
                {"name": one.name, "media_type": one.media_type, "data": base64.b64encode(one.data).decode("ascii")}
                for one in message.files
            ],
            "public": not message.private,
            "ping": message.ping,
            "urgent": message.urgent,
        }
    )


def _full(parts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value}


def _section_json(section: Section) -> dict[str, Any]:
    entries = [_entry_json(entry) for entry in section.entries]
    return _full({"title": section.title, "entries": entries, "more": section.more})


def _entry_json(entry: Entry) -> dict[str, Any]:
    return _full(
        {
            "headline": entry.headline,
            "id": entry.id,
            "detail": entry.detail,
            "quote": _full({"words": entry.quote.words, "by": entry.quote.by}) if entry.quote else None,
            "chips": list(entry.chips),
            "notes": list(entry.notes),
            "links": [_full({"text": link.text, "url": link.url}) for link in entry.links],
            "actions": [_action_json(action) for action in entry.actions],
            "record": dict(entry.record),
        }
    )


def _action_json(action: Action) -> dict[str, str]:
    return {"name": action.name, "argument": action.argument, "label": action.label}


def from_json(data: Mapping[str, Any]) -> Message:
    """The message that ``to_json`` wrote; TypeError or AttributeError when it did not."""
    return Message(
        title=data.get("title", ""),
        lead=data.get("lead", ""),
        sections=tuple(_section(part) for part in data.get("sections", ())),
        footer=data.get("footer", ""),
        actions=tuple(Action(**part) for part in data.get("actions", ())),
        images=tuple(Image(**(part | {"data": base64.b64decode(part["data"])})) for part in data.get("images", ())),
        charts=tuple(chart_from(part) for part in data.get("charts", ())),
        kind=cast("Kind", data.get("kind", "notice")),
        files=tuple(Attachment(**(part | {"data": base64.b64decode(part["data"])})) for part in data.get("files", ())),
        private=not data.get("public", False),
        ping=data.get("ping", ""),
        urgent=data.get("urgent", False),
    )


def _section(data: Mapping[str, Any]) -> Section:
    entries = tuple(_read_entry(part) for part in data.get("entries", ()))
    return Section(title=data.get("title", ""), entries=entries, more=data.get("more", ""))


def _read_entry(data: Mapping[str, Any]) -> Entry:
    quote = data.get("quote")
    return Entry(
        headline=data.get("headline", ""),
        detail=data.get("detail", ""),
        quote=Quote(quote.get("words", ""), quote.get("by", "")) if quote else None,
        chips=tuple(data.get("chips", ())),
        notes=tuple(data.get("notes", ())),
        links=tuple(Link(part.get("text", ""), part.get("url", "")) for part in data.get("links", ())),
        id=data.get("id", ""),
        actions=tuple(Action(**part) for part in data.get("actions", ())),
        record=data.get("record", {}),
    )
