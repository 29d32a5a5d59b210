"""/digest: the brief of a day or of a week."""

from __future__ import annotations

from datetime import timedelta

from bot.briefing.digest import Caps, digest
from bot.briefing.gather import Context, gather
from bot.briefing.message import Message
from bot.briefing.subscription import Subscription
from bot.briefing.yearly import with_year
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.feeds_wanted import feeds_here
from bot.errors import CommandError

_MOST_DAYS = 31
_WEEK = timedelta(days=6)
_LONG = Caps(pyongyang=6, others=6, side=3, events=6, reports=4)


async def run(desk: Desk, arguments: Arguments) -> Message:
    """The digest of the days asked for; of today when none are."""
    period = arguments.period("date")
    first, last = (period.first, period.last) if period else (desk.today, desk.today)
    if arguments.text("period") == "week" and first == last:
        first = last - _WEEK
    if (last - first).days >= _MOST_DAYS:
        raise CommandError(desk.catalogue.say("error.long", most=_MOST_DAYS, typed=period.typed if period else ""))
    brief = gather(desk.store, first, last, Context(desk.now, desk.zone, outlets(desk), desk.compare))
    message = digest(brief if first == last else brief.with_caps(_LONG), desk.voice)
    return with_year(message, brief, Subscription(), desk.store.tallies, desk.voice)


def outlets(desk: Desk) -> dict[str, str]:
    """Source ids to the names that readers know."""
    return {name: one.source.outlet for name, one in feeds_here(desk).items()}


DIGEST = Command(
    name="digest",
    about="command.digest",
    run=run,
    options=(
        Option("date", "date", "option.date"),
        Option("period", "choice", "option.period", choices=("day", "week")),
    ),
    example="2021-06-22",
)
