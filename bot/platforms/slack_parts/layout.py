"""A Message laid out in Block Kit, on as many sheets as Slack's limits ask for, in plain reading order.

Every sheet has a ``text`` that stands for the whole of it, since notifications and screen
readers get nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from bot.briefing.clean import cut
from bot.briefing.message import Action, Entry, Message, Section
from bot.briefing.plain import plain
from bot.catalogue import Catalogue
from bot.platforms.links import safe_address
from bot.platforms.slack_parts.escaping import escape, fitted, link, mrkdwn, plain_text
from bot.platforms.slack_parts.pressing import Does, Press, value_of

Block = dict[str, Any]
Keep = Callable[[str], str]

BLOCKS, SECTION, TEXT, BUTTON, ACTIONS = 50, 3000, 3500, 75, 25
TOGETHER = 11_000
"""Characters of a message's blocks: Slack refuses somewhat above thirteen thousand, without documenting it."""

FORM_LINE = "form:"
"""How a button that opens a form is told from one that runs a line."""

_TITLE, _LEAD, _MORE, _FOOTER, _HEAD, _LINKS, _ALT = 150, 2900, 300, 2900, 300, 1800, 2000
_RESERVED = 8  # blocks for title, lead, images, footer and buttons
_IN_PLACE = (" page:", " save:yes", " confirm:yes")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One Slack message: its text alone, and its blocks."""

    text: str
    blocks: tuple[Block, ...] = ()

    @property
    def in_words(self) -> Sheet:
        """The same with the words of each picture in its place."""
        blocks = (_context(one["alt_text"]) if one["type"] == "image" else (one,) for one in self.blocks)
        return replace(self, blocks=tuple(chain.from_iterable(blocks)))


@dataclass(frozen=True, slots=True)
class Look:
    """How a message is shown. ``line``: the command behind it, which gives it buttons to share and to turn pages.

    ``shares``: one person sees it, who may share it. ``keep`` stores lines too long for a button;
    ``pictures`` has the file ids of uploaded images by name; ``told`` spells commands as they are typed here.
    """

    catalogue: Catalogue
    keep: Keep
    line: str = ""
    shares: bool = False
    pictures: Mapping[str, str] = field(default_factory=dict)
    told: Callable[[Message], Message] = lambda message: message


def lay_out(message: Message, look: Look) -> list[Sheet]:
    """All sheets of a message, the first to be shown first; at least one."""
    parts = list(parted(_once_shared(look.told(message), look)))
    return [_sheet(part, place, len(parts), look) for place, part in enumerate(parts, 1)]


def _shares_whole(message: Message, look: Look) -> bool:
    """Whether the answer as a whole has a button to share it."""
    return bool(look.line) and look.shares and message.kind in {"cards", "digest", "list"}


def _once_shared(message: Message, look: Look) -> Message:
    """Where one entry is all there is, sharing it is sharing the answer: one button is enough."""
    if len(message.entries) != 1 or not _shares_whole(message, look):
        return message
    (entry,) = message.entries
    left = replace(entry, actions=tuple(one for one in entry.actions if one.name != "share"))
    sections = (replace(one, entries=(left,) if one.entries else ()) for one in message.sections)
    return replace(message, sections=tuple(sections))


def parted(message: Message) -> Iterator[Message]:
    """The message in parts that fit one Slack message each; title on each, footer and images where they belong."""
    taken: list[tuple[int, Entry]] = []
    blocks, length = _RESERVED, len(message.lead) + len(message.footer) + _TITLE
    for number, section in enumerate(message.sections):
        for entry in section.entries or (Entry(""),):
            made = list(entry_blocks(entry, ""))
            more = sum(len(text) for text in _texts(made)) + _HEAD
            if taken and (blocks + len(made) + 1 > BLOCKS or length + more > TOGETHER):
                yield _part(message, taken, first=taken[0][0] == 0 and taken[0][1] is _first(message))
                taken, blocks, length = [], _RESERVED, len(message.footer) + _TITLE
            taken.append((number, entry))
            blocks, length = blocks + len(made) + 1, length + more
    yield _part(message, taken, first=not taken or taken[0][1] is _first(message), last=True)


def _first(message: Message) -> Entry | None:
    return next((entry for section in message.sections for entry in section.entries), None)


def _part(message: Message, taken: Sequence[tuple[int, Entry]], *, first: bool, last: bool = False) -> Message:
    sections: list[Section] = []
    for number, section in enumerate(message.sections):
        entries = tuple(entry for at, entry in taken if at == number and (entry.headline or entry.detail))
        whole = bool(entries) and entries[-1] is section.entries[-1]
        if entries or any(at == number for at, _ in taken):
            sections.append(Section(section.title, entries, section.more if whole or not section.entries else ""))
    return replace(
        message,
        lead=message.lead if first else "",
        sections=tuple(sections),
        footer=message.footer if last else "",
        images=message.images if first else (),
        actions=message.actions if last else (),
    )


def _sheet(part: Message, place: int, count: int, look: Look) -> Sheet:
    text = fitted(plain(replace(part, footer=""), addresses=False), TEXT) or "briefbot"
    ping = f"<!subteam^{part.ping}> " if part.ping.startswith("S") and part.ping.isalnum() and place == 1 else ""
    blocks = [
        *_head(part, ping),
        *(block for section in part.sections for block in _section(section, part, look)),
        *_pictures(part, look),
        *_context(part.footer),
        *_buttons([*_of_message(part, look), *_turns(place, count, look)]),
    ]
    return Sheet(ping + text, tuple(_numbered(blocks)))


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    """Buttons get ids that no other of the message has: Slack wants them so."""
    for place, block in enumerate(blocks):
        if block["type"] == "actions":
            yield block | {"block_id": f"b{place}"}
        else:
            yield block


def _head(part: Message, ping: str) -> Iterator[Block]:
    if part.title:
        yield {"type": "header", "text": plain_text(part.title, _TITLE)}
    lead = ping + fitted(part.lead, _LEAD)
    if lead:
        yield {"type": "section", "text": mrkdwn(lead)}


def _section(section: Section, part: Message, look: Look) -> Iterator[Block]:
    title = f"*{fitted(section.title, _HEAD)}*" if section.title else ""
    if title and (part.kind == "cards" or any(_rich(entry) for entry in section.entries)):
        yield {"type": "section", "text": mrkdwn(title)}
        title = ""
    lines = [title] if title else []
    for entry in section.entries:
        if _rich(entry):
            yield from _flushed(lines)
            lines = []
            yield from entry_blocks(entry, look.line)
            yield from _buttons([_button(action, part, look) for action in entry.actions])
            continue
        lines.append(entry_text(entry))
        lines += [_sources(entry)] if entry.links else []
    yield from _flushed(lines)
    yield from _context(section.more)


def _rich(entry: Entry) -> bool:
    """Whether an entry stands in blocks of its own; short ones share a block."""
    return bool(entry.actions or entry.quote)


def _flushed(lines: Sequence[str]) -> Iterator[Block]:
    """Lines in as few sections as hold them."""
    held = ""
    for line in lines:
        if held and len(held) + len(line) + 1 > SECTION:
            yield {"type": "section", "text": mrkdwn(held)}
            held = ""
        held = f"{held}\n{line}" if held else line
    if held:
        yield {"type": "section", "text": mrkdwn(held)}


def entry_blocks(entry: Entry, _line: str) -> Iterator[Block]:
    """One entry: its words, then its sources and id in small print."""
    text = entry_text(entry)
    if text:
        yield {"type": "section", "text": mrkdwn(text)}
    small = " · ".join(part for part in (_sources(entry), escape(cut(entry.id, 60))) if part)
    if small:
        yield {"type": "context", "elements": [mrkdwn(small)]}


def entry_text(entry: Entry) -> str:
    """Headline, summary, quotation, judgements in words, notes: at most one section's worth."""
    head = fitted(entry.headline, _HEAD)
    bold = bool(entry.quote or entry.chips or entry.notes or entry.detail)
    lines = [f"*{head}*" if bold and head else head]
    room = SECTION - _HEAD - 20
    for text, before, after, most in _lines(entry):
        shown = fitted(text, min(most, room - len(before) - len(after) - 1))
        if shown:
            lines.append(f"{before}{shown}{after}")
            room -= len(lines[-1]) + 1
    return "\n".join(line for line in lines if line)


def _lines(entry: Entry) -> Iterator[tuple[str, str, str, int]]:
    if entry.detail:
        yield entry.detail, "", "", 1200
    if entry.quote:
        by = f" ({fitted(entry.quote.by, 150)})" if entry.quote.by else ""
        yield entry.quote.words.replace("\n", " "), "> “", f"”{by}", 700
    if entry.chips:
        yield "; ".join(entry.chips), "", "", 600
    for note in entry.notes:
        yield note, "• ", "", 500


def _sources(entry: Entry) -> str:
    shown: list[str] = []
    room = _LINKS
    for one in entry.links:
        text = link(one.text, one.url)
        if text and len(text) + 3 <= room:
            shown.append(text)
            room -= len(text) + 3
    return " · ".join(shown)


def _context(text: str) -> Iterator[Block]:
    shown = fitted(text, _FOOTER)
    if shown:
        yield {"type": "context", "elements": [mrkdwn(shown)]}


def _pictures(part: Message, look: Look) -> Iterator[Block]:
    """Uploaded images; where one could not be uploaded, the words that stand for it."""
    for image in part.images:
        file = look.pictures.get(image.name)
        if file:
            yield {"type": "image", "slack_file": {"id": file}, "alt_text": cut(image.alt, _ALT) or image.name}
        else:
            yield from _context(image.alt)


def _buttons(buttons: Sequence[Block | None]) -> Iterator[Block]:
    """Rows of buttons, each button once."""
    kept = {(one["text"]["text"], one.get("value"), one.get("url")): one for one in buttons if one}
    shown = list(kept.values())
    for start in range(0, len(shown), ACTIONS):
        row = [one | {"action_id": f"press.{place}"} for place, one in enumerate(shown[start : start + ACTIONS])]
        yield {"type": "actions", "elements": row}


def _button(action: Action, part: Message, look: Look) -> Block | None:
    """A button; none for what cannot be pressed: sharing what all see, addresses that are unsafe."""
    label = action.label or action.argument
    if action.name == "open":
        address = safe_address(action.argument)
        return {"type": "button", "text": plain_text(label, BUTTON), "url": address[:SECTION]} if address else None
    if action.name == "share":
        does: Does = "share" if action.argument.startswith("/") else "card"
        return button(label, Press(does, action.argument), look) if look.shares else None
    if action.argument.startswith(FORM_LINE):
        return button(label, Press("form", action.argument.removeprefix(FORM_LINE)), look)
    in_place = part.kind == "question" or any(mark in action.argument for mark in _IN_PLACE)
    return button(label, Press("turn" if in_place else "run", action.argument), look)


def button(label: str, press: Press, look: Look) -> Block:
    """A button that runs something here."""
    return {"type": "button", "text": plain_text(label, BUTTON), "value": value_of(press, look.keep)}


def _of_message(part: Message, look: Look) -> Iterator[Block | None]:
    for action in part.actions:
        yield _button(action, part, look)
    if _shares_whole(part, look):
        several = any(one.name == "share" for entry in part.entries for one in entry.actions)
        label = look.catalogue.say("slack.share_all" if several else "card.share")
        yield button(label, Press("share", look.line), look)


def _turns(place: int, count: int, look: Look) -> Iterator[Block]:
    """Buttons to the sheets before and after, where there is a line that can give them again."""
    if look.line and place > 1:
        yield button(look.catalogue.say("slack.part_back", part=place - 1), Press("part", look.line, place - 1), look)
    if look.line and place < count:
        on = look.catalogue.say("slack.part_on", part=place + 1, of=count)
        yield button(on, Press("part", look.line, place + 1), look)


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        for one in (block.get("text"), *block.get("elements", ())):
            if isinstance(one, dict) and isinstance(one.get("text"), str):
                yield one["text"]
