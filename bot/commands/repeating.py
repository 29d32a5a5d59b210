"""A line as it can be run again later and still mean the same."""

from __future__ import annotations

from datetime import date

from bot.commands.command import Desk
from bot.commands.periods import read_period
from bot.commands.reading import find_command, read_options
from bot.commands.resolving import command_line
from bot.errors import BriefbotError

_OTHER_DAY = date(1994, 7, 8)
"""Seen from any other day than today, "yesterday" is not the same; "June 2021" is."""


def lasting(line: str, desk: Desk) -> str:
    """The line with dates such as "yesterday" as the days that they mean today; a digest without one is of today.

    Empty for a line that may not be run again, since it changes something or is none.
    """
    try:
        command, name, rest = find_command(line, desk)
        raw = read_options(command, name, rest, desk)
    except BriefbotError:
        return ""
    if command.admin:
        return ""
    dated = {one.name: _days(raw.get(one.name, ""), one.name, desk) for one in command.options if one.kind == "date"}
    settled = {key: days for key, days in dated.items() if days}
    return command_line(name, {**raw, **settled}) if settled else line


def _days(typed: str, option: str, desk: Desk) -> str:
    """The days of a date that is told from today on; empty where it stays the same, or there is none."""
    if not typed and option != "date":
        return ""
    period = read_period(typed or "today", desk.today)
    there = read_period(typed or "today", _OTHER_DAY)
    if period is None or (there is not None and (there.first, there.last) == (period.first, period.last)):
        return ""
    return str(period.first) if period.first == period.last else f"{period.first}..{period.last}"
