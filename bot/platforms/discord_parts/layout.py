"""A Message laid out on as many sheets as Discord's limits ask for, in plain reading order.

Title and bottom line are the message's text, so that notifications and screen readers begin
with them; sections follow as embeds, a statement each where buttons belong to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.briefing.message import Action, Entry, Message
from bot.catalogue import Catalogue
from bot.platforms.discord_parts.entries import MOST, entry_text, headline_of, is_line
from bot.platforms.discord_parts.escaping import fitted, link, plain_fitted, size
from bot.platforms.discord_parts.pressing import Press
from bot.platforms.discord_parts.sheet import (
    CONTENT,
    IN_ROW,
    LABEL,
    PANEL,
    PANELS,
    ROWS,
    TITLE,
    TOGETHER,
    URL,
    Button,
    Panel,
    Sheet,
)

_TITLE_MOST, _FOOTER_MOST, _MORE_MOST = 200, 500, 300
_IN_PANEL = PANEL - 100
_IN_SHEET = TOGETHER - _FOOTER_MOST - _MORE_MOST - 200
_SHARED = {"cards", "digest", "list"}
_IN_PLACE = (" page:", " save:yes", " confirm:yes")


@dataclass(frozen=True, slots=True)
class _Block:
    """One entry on its way to a panel: ``begins`` starts a new one, under ``title``."""

    entry: Entry
    begins: bool
    title: str = ""
    more: str = ""

    @property
    def actions(self) -> tuple[Action, ...]:
        """Those of its actions that can be buttons."""
        return tuple(action for action in self.entry.actions if action.label or action.argument)


def lay_out(message: Message, catalogue: Catalogue, *, line: str = "") -> list[Sheet]:
    """All sheets of a message, the first to be shown first; at least one.

    ``line`` is the command line that gave it: with it, every sheet has buttons to the
    others; without, the first says how many entries it leaves out.
    """
    blocks = list(_blocks(message))
    reserved = -(-min(len(message.actions), IN_ROW) // IN_ROW)
    parts = list(_parted(blocks, _Room(message, catalogue, ROWS - reserved)))
    if len(parts) > 1:
        parts = list(_parted(blocks, _Room(message, catalogue, ROWS - reserved - 1)))
    sheets = [_sheet(message, part, catalogue) for part in parts] or [_bare(message)]
    if len(sheets) == 1:
        return sheets
    if not line:
        left = len(blocks) - len(parts[0])
        return [_with_more(sheets[0], catalogue.say("digest.more", count=left))]
    return [_with_turns(sheet, place, len(sheets), line, catalogue) for place, sheet in enumerate(sheets)]


def with_share(message: Message, catalogue: Catalogue) -> Message:
    """The message with a button that posts openly what is shown of it, where it has none of that kind yet."""
    actions = (
        *message.actions,
        *(one for section in message.sections for entry in section.entries for one in entry.actions),
    )
    if message.kind not in _SHARED or any(one.name == "share" for one in actions):
        return message
    share = Action("share", "", catalogue.say("discord.share"))
    return replace(message, actions=(*message.actions[: IN_ROW - 1], share))


def _blocks(message: Message) -> Iterator[_Block]:
    apart = message.kind == "cards"
    for section in message.sections:
        entries = section.entries or ((Entry(""),) if section.more else ())
        for place, entry in enumerate(entries):
            last = place == len(entries) - 1
            begins = place == 0 or apart
            yield _Block(entry, begins, section.title if place == 0 else "", section.more if last else "")


@dataclass(frozen=True, slots=True)
class _Room:
    """What a sheet of this message can hold: ``rows`` of buttons for entries, and Discord's limits on embeds."""

    message: Message
    catalogue: Catalogue
    rows: int

    def holds(self, part: Sequence[_Block]) -> bool:
        """Whether these blocks fit one sheet."""
        panels = _panels(part, self.message, self.catalogue)
        together = sum(panel.size for panel in panels)
        return len(panels) <= PANELS and together <= _IN_SHEET and len(_rows(part, self.message)) <= self.rows


def _parted(blocks: Sequence[_Block], room: _Room) -> Iterator[list[_Block]]:
    """The blocks in runs, each of which fits one sheet."""
    part: list[_Block] = []
    for block in blocks:
        if part and not room.holds([*part, block]):
            yield part
            part = [replace(block, begins=True)]
        else:
            part.append(block)
    if part:
        yield part


def _panels(part: Sequence[_Block], message: Message, words: Catalogue) -> list[Panel]:
    """The panels of a part; a panel that would overflow is continued in another."""
    panels: list[Panel] = []
    titled = message.kind == "cards"
    for number, block in _numbered(part):
        text = _block_text(block, number, words, titled=titled)
        title = headline_of(block.entry, number, TITLE - 10) if titled else fitted(block.title, _TITLE_MOST)
        full = bool(panels) and size(panels[-1].text) + size(text) + 2 > _IN_PANEL
        if block.begins or full or not panels:
            panels.append(Panel(title if block.begins or not panels else "", text))
        else:
            gap = "\n" if is_line(block.entry) else "\n\n"
            panels[-1] = replace(panels[-1], text=f"{panels[-1].text}{gap}{text}")
    return panels


def _block_text(block: _Block, number: int, words: Catalogue, *, titled: bool) -> str:
    headline = "" if titled else headline_of(block.entry, number)
    text = entry_text(block.entry, words, headline=headline, most=MOST)
    section = f"**{fitted(block.title, _TITLE_MOST)}**" if titled and block.title else ""
    return "\n".join(line for line in (section, text, fitted(block.more, _MORE_MOST)) if line)


def _numbered(part: Sequence[_Block]) -> Iterator[tuple[int, _Block]]:
    """Numbers for those entries that buttons below refer to; none where there is only one of them."""
    several = sum(bool(block.actions) for block in part) > 1
    number = 0
    for block in part:
        number += bool(block.actions)
        yield (number if several and block.actions else 0), block


def _rows(part: Sequence[_Block], message: Message) -> list[tuple[Button, ...]]:
    """The entries' buttons: a row for each entry, or packed where every entry has only one."""
    of_entries: list[list[Button]] = []
    for place, (number, block) in enumerate(_numbered(part)):
        named = message.kind == "question"
        buttons = [_button(one, 0 if named else number, message, place) for one in block.actions[:IN_ROW]]
        if buttons:
            of_entries.append(buttons)
    if all(len(buttons) == 1 for buttons in of_entries):
        return list(_packed([button for buttons in of_entries for button in buttons]))
    return [tuple(buttons) for buttons in of_entries]


def _packed(buttons: Sequence[Button]) -> Iterator[tuple[Button, ...]]:
    for start in range(0, len(buttons), IN_ROW):
        yield tuple(buttons[start : start + IN_ROW])


def _button(action: Action, number: int, message: Message, panel: int) -> Button:
    words = plain_fitted(action.label or action.argument, LABEL - 6)
    label = f"{words} ({number})" if number else words
    if action.name == "open":
        fits = size(action.argument) <= URL and link("x", action.argument).startswith("[")
        return Button(label, url=action.argument) if fits else Button(label, Press("run", action.argument))
    if action.name == "share":
        if action.argument.startswith("/"):
            return Button(label, Press("share", action.argument))
        return Button(label, Press("share", number=panel + 1 if message.kind == "cards" and action.argument else 0))
    in_place = message.kind == "question" or any(mark in action.argument for mark in _IN_PLACE)
    return Button(label, Press("turn" if in_place else "run", action.argument))


def _sheet(message: Message, part: Sequence[_Block], catalogue: Catalogue) -> Sheet:
    panels = [panel for panel in _panels(part, message, catalogue) if panel.size] or [Panel(text="–")]
    if message.footer:
        panels[-1] = replace(panels[-1], footer=plain_fitted(message.footer, _FOOTER_MOST))
    shown = [image.name for image in message.images]
    if shown:
        panels[0] = replace(panels[0], image=shown[0])
    whole = (*_rows(part, message), *_of_message(message))
    return replace(_bare(message, footer=False), panels=tuple(panels), rows=_once(whole))


def _bare(message: Message, *, footer: bool = True) -> Sheet:
    """A message without entries: all in the text."""
    head = f"**{fitted(message.title, _TITLE_MOST)}**" if message.title else ""
    foot = (
        "\n".join(f"-# {line}" for line in fitted(message.footer, _FOOTER_MOST).split("\n") if line) if footer else ""
    )
    room = CONTENT - size(head) - size(foot) - 2 * _TITLE_MOST // 5
    lead = fitted(message.lead, room)
    return Sheet(
        content="\n".join(part for part in (head, lead, foot) if part),
        rows=_once(tuple(_of_message(message))),
        images=message.images[:PANELS],
        files=message.files[: PANELS - len(message.images[:PANELS])],
        kind=message.kind,
        role=message.ping if message.ping.isdigit() else "",
    )


def _of_message(message: Message) -> list[tuple[Button, ...]]:
    actions = message.actions[:IN_ROW]
    return [tuple(_button(action, 0, message, -1) for action in actions)] if actions else []


def _once(rows: tuple[tuple[Button, ...], ...]) -> tuple[tuple[Button, ...], ...]:
    """No button twice: what does the same is the same button."""
    seen: set[Button] = set()
    kept: list[tuple[Button, ...]] = []
    for row in rows:
        fresh = tuple(dict.fromkeys(button for button in row if button not in seen))
        seen |= set(fresh)
        if fresh:
            kept.append(fresh)
    return tuple(kept[:ROWS])


def _with_more(sheet: Sheet, more: str) -> Sheet:
    last = sheet.panels[-1]
    return replace(sheet, panels=(*sheet.panels[:-1], replace(last, text=f"{last.text}\n\n{fitted(more, _MORE_MOST)}")))


def _with_turns(sheet: Sheet, place: int, count: int, line: str, catalogue: Catalogue) -> Sheet:
    """Buttons to the sheets before and after, and in words where this one stands."""
    turns = []
    if place > 0:
        turns.append(Button(catalogue.say("discord.part_back", part=place), Press("part", line, place)))
    if place + 1 < count:
        turns.append(Button(catalogue.say("discord.part_on", part=place + 2, of=count), Press("part", line, place + 2)))
    return replace(sheet, rows=(*sheet.rows[: ROWS - 1], tuple(turns)))


def without_embeds(sheet: Sheet) -> str:
    """The sheet as text alone, for places where the bot may not embed links."""
    parts = [sheet.content]
    for panel in sheet.panels:
        parts += [
            f"**{panel.title}**" if panel.title else "",
            panel.text,
            panel.footer and f"-# {fitted(panel.footer, 500)}",
        ]
    whole = "\n".join(part for part in parts if part)
    return whole if size(whole) <= CONTENT else _cut_lines(whole)


def _cut_lines(text: str) -> str:
    """Whole lines only, so that no link or escape is cut in two."""
    kept: list[str] = []
    room = CONTENT - 2
    for line in text.split("\n"):
        if size(line) + 1 > room:
            break
        kept.append(line)
        room -= size(line) + 1
    return "\n".join([*kept, "…"])
