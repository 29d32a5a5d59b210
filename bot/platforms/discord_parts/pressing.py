"""What a button carries: its custom_id holds all that is needed, so that it works after a restart.

``r3|/why S-2021-0622-1``: the letter says what pressing does, the number tells this button from
others of the message, the rest is the line to run. A line too long for Discord's hundred
characters is kept in the store and named by its key (a capital letter).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.platforms.discord_parts.escaping import size

Does = Literal["run", "turn", "part", "share"]
"""Run a line and answer anew; run it and replace this message; show another part of it; post this message openly."""

LONGEST = 100
_LETTERS: dict[str, Does] = {"r": "run", "t": "turn", "p": "part", "s": "share"}
_SHAPE = re.compile(r"([rtpsRTPS])(\d{1,2})(?:\.(\d{1,3}))?\|(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Press:
    """``number``: the part to show, or the panel to share; ``line``: the command line behind it."""

    does: Does
    line: str = ""
    number: int = 0


def custom_id(press: Press, place: int, keep: Callable[[str], str]) -> str:
    """The press as text of at most a hundred characters; ``keep`` stores a long line and gives its key."""
    letter = next(letter for letter, does in _LETTERS.items() if does == press.does)
    head = f"{letter}{place}.{press.number}" if press.number else f"{letter}{place}"
    if size(f"{head}|{press.line}") <= LONGEST:
        return f"{head}|{press.line}"
    return f"{head.capitalize()}|{keep(press.line)}"


def read_press(text: str, kept: Callable[[str], str | None]) -> Press | None:
    """The press behind a custom_id; None when it is none of ours, or its line is not kept any more."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    letter, number, rest = match[1], int(match[3] or 0), match[4]
    line = kept(rest) if letter.isupper() else rest
    return None if line is None else Press(_LETTERS[letter.lower()], line, number)
