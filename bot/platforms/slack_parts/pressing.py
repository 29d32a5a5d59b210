"""What a button carries: its value holds all that is needed, so that it works after a restart.

``r|/why S-2021-0622-1``: the letter says what pressing does, the rest is the line to run. A line
too long for Slack's two thousand characters is kept in the store and named by its key (a
capital letter).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Does = Literal["run", "turn", "part", "share", "card", "form"]
"""Run a line and answer anew; run it and replace this message; show another part of it; post what the line
gives, or the statement it names, openly; ask for the options of the command it names."""

LONGEST = 2000
_LETTERS: dict[str, Does] = {"r": "run", "t": "turn", "p": "part", "s": "share", "c": "card", "f": "form"}
_SHAPE = re.compile(r"([rtpscfRTPSCF])(\d{0,3})\|(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Press:
    """``part``: the part of the answer to show, from 1; ``line``: the command line behind the button."""

    does: Does
    line: str = ""
    part: int = 0


def value_of(press: Press, keep: Callable[[str], str]) -> str:
    """The press as a button's value; ``keep`` stores a long line and gives its key."""
    letter = next(letter for letter, does in _LETTERS.items() if does == press.does)
    number = str(press.part) if press.part else ""
    value = f"{letter}{number}|{press.line}"
    return value if len(value) <= LONGEST else f"{letter.upper()}{number}|{keep(press.line)}"


def read_press(value: str, kept: Callable[[str], str | None]) -> Press | None:
    """The press behind a value; None when it is none of ours, or its line is not kept any more."""
    match = _SHAPE.fullmatch(value)
    if match is None:
        return None
    letter, line = match[1], match[3]
    found = kept(line) if letter.isupper() else line
    return None if found is None else Press(_LETTERS[letter.lower()], found, int(match[2] or 0))
