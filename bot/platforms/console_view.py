"""A message as a terminal shows it: in words first, colour only on top of them."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bot.briefing.message import Action, Entry, Link, Message
from bot.briefing.plain import plain

_COLOURS = {"problem": "red", "question": "yellow"}


def show(message: Message, console: Console) -> None:
    """Print a message: rich on a terminal, plain text anywhere else."""
    if not console.is_terminal or console.is_dumb_terminal:
        files = (file.data.decode("utf-8", "replace") for file in message.files)
        parts = (plain(message), *_tables(message), *files, "\n".join(_typed(message.actions)))
        text = "\n\n".join(part for part in parts if part)
        console.print(Text(text), soft_wrap=True)
        return
    for part in rendered(message):
        console.print(part)


def rendered(message: Message) -> Iterator[RenderableType]:
    """The parts of a message, top to bottom; every text is taken as it is, never as markup."""
    yield Text(message.title, style=f"bold {_COLOURS.get(message.kind, '')}".strip())
    if message.lead:
        yield Text(message.lead)
    for section in message.sections:
        yield Text("")
        if section.title:
            yield Text(section.title, style="bold underline")
        for entry in section.entries:
            yield from _entry(entry)
        if section.more:
            yield Text(section.more, style="dim")
    for alt in (*(image.alt for image in message.images), *(chart.alt for chart in message.charts)):
        yield Text(f"\n{alt}", style="italic")
    for table in _tables(message):
        yield Text(f"\n{table}")
    for file in message.files:
        yield Text(file.data.decode("utf-8", "replace"))
    small = [message.footer, *_typed(message.actions)]
    if any(small):
        yield Text("\n" + "\n".join(line for line in small if line), style="dim")


def _tables(message: Message) -> list[str]:
    """The charts' numbers in lines of characters: a console shows no pictures."""
    tables = (*(image.table for image in message.images), *(chart.table for chart in message.charts))
    return [table for table in tables if table]


def _entry(entry: Entry) -> Iterator[RenderableType]:
    head = Text("• ")
    head.append(entry.headline, style="bold" if entry.chips or entry.quote or entry.notes else "")
    if entry.id:
        head.append(f"  {entry.id}", style="dim")
    yield head
    lines: list[Text] = [Text(entry.detail)] if entry.detail else []
    if entry.quote:
        lines.append(
            Text(f"“{entry.quote.words}”" + (f" ({entry.quote.by})" if entry.quote.by else ""), style="italic")
        )
    if entry.chips:
        lines.append(Text("; ".join(entry.chips), style="cyan"))
    lines += [Text(note) for note in entry.notes]
    if entry.links:
        lines.append(_links(entry.links))
    for line in lines:
        yield Padding(line, (0, 0, 0, 2))


def _links(links: tuple[Link, ...]) -> Text:
    """Names that a terminal can open; it shows the name alone where it cannot."""
    shown = (Text(link.text, style=Style(link=link.url, dim=True) if link.url else Style(dim=True)) for link in links)
    return Text(", ", style="dim").join(shown)


def _typed(actions: tuple[Action, ...]) -> list[str]:
    """Buttons as lines to type: a console has none to press."""
    return [f"{action.label}: {action.argument}" for action in actions if action.name == "run"]
