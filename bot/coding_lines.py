"""``briefbot code``: JSON Lines items in, one JSON line a coding out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import TextIO

from bot.classify.coding import Coder
from bot.codebook import load
from bot.explain import explained
from bot.rows import RowError, coding_row, item_of, read_row


def run(lines: Iterable[str], out: TextIO, now: datetime, *, explain: bool = False) -> int:
    """Code every line; a wrong one is told on standard error by its number. The exit code: 1 when there was one."""
    coder = Coder(load())
    faults = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            out.write(_coded(line, coder, now, explain=explain) + "\n")
        except RowError as error:
            faults += 1
            print(f"briefbot: line {number}: {error}", file=sys.stderr)  # noqa: T201  the command line's own voice
    return 1 if faults else 0


def _coded(line: str, coder: Coder, now: datetime, *, explain: bool) -> str:
    row = read_row(line)
    item = item_of(row, now)
    coding = coder.code(item)
    return explained(item, coding) if explain else json.dumps(coding_row(row.get("id"), coding), ensure_ascii=False)
