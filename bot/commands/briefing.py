"""/briefing: where and when the digest comes, in what language, of what; each setting takes effect at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.briefing.gather import Context
from bot.briefing.message import Entry, Message, Section
from bot.briefing.schedule import next_digest
from bot.briefing.subscription import (
    DAYS,
    EVERY_DAY,
    Subscription,
    read_days,
    read_hour,
    subscription_of,
    with_subscription,
)
from bot.briefing.voice import Voice
from bot.briefing.window import gather_window, last_day, next_window, rhythm_of, span, window_digest
from bot.briefing.yearly import with_year
from bot.catalogue import Catalogue
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.digest import outlets
from bot.commands.journal import change_settings, log_part, undo_button, undo_part
from bot.commands.resolving import command_line, theme
from bot.errors import CommandError
from bot.settings import LANGUAGES
from bot.sources import SIDES


def current(desk: Desk) -> Subscription:
    """The workspace's digest as it is set."""
    return subscription_of(desk.workspace.settings)


async def show(desk: Desk, _arguments: Arguments) -> Message:
    """Every setting, and when the next digest comes."""
    say, wanted = desk.catalogue.say, current(desk)
    place = desk.place(wanted.channel) if wanted.channel else None
    rows = (
        say("briefing.channel", what=place.name if place else say("briefing.no_channel")),
        say("briefing.time", hour=f"{wanted.hour:%H:%M}", zone=desk.zone.key),
        say("briefing.days", what=days_named(wanted.days, desk)),
        say("briefing.language", what=wanted.language or desk.catalogue.language),
        say("briefing.filters", what=filters_named(wanted, desk)),
    )
    troubles = (place.trouble,) if place and place.trouble else ()
    entries = tuple(Entry(row) for row in (*rows, *troubles))
    return Message(say("briefing.title"), lead=_next(wanted, desk), sections=(Section("", entries),), kind="list")


def _next(wanted: Subscription, desk: Desk) -> str:
    say = desk.catalogue.say
    if not wanted.channel:
        return say("briefing.unset")
    if wanted.paused:
        return say("briefing.paused")
    earlier = desk.store.outbox.digests(desk.workspace.platform, wanted.channel)
    moment = next_digest(rhythm_of(desk.workspace), last_day(earlier), desk.now)
    return say("briefing.next", when=f"{desk.catalogue.day(moment.date())}, {moment:%H:%M} ({desk.zone.key})")


def days_named(days: tuple[int, ...], desk: Desk) -> str:
    """Days of the week in words."""
    if days == EVERY_DAY:
        return desk.catalogue.say("briefing.every_day")
    return desk.catalogue.joined([desk.catalogue.say(f"weekday.{DAYS[day]}") for day in days])


def filters_named(wanted: Subscription, desk: Desk) -> str:
    """The filters in words."""
    say, parts = desk.catalogue.say, []
    if wanted.sides:
        parts.append(
            say("briefing.only_sides", what=desk.catalogue.joined([desk.voice.side(one) for one in wanted.sides]))
        )
    if wanted.themes:
        names = [desk.catalogue.name("theme", one) for one in wanted.themes]
        parts.append(say("briefing.only_themes", what=desk.catalogue.joined(names)))
    return "; ".join(parts) or say("briefing.no_filters")


async def channel(desk: Desk, arguments: Arguments) -> Message:
    """Choose the channel; with it everything is set up."""
    chosen = arguments.text("channel")
    place = desk.place(chosen)
    if place.trouble:
        raise CommandError(place.trouble)
    wanted = replace(current(desk), channel=chosen, paused=False)
    desk.store.outbox.release(desk.workspace.platform, chosen, desk.now)
    return _saved(desk, arguments, "channel", wanted, desk.catalogue.say("briefing.channel", what=place.name))


async def hour(desk: Desk, arguments: Arguments) -> Message:
    """Choose the hour."""
    typed = arguments.text("time")
    read = read_hour(typed)
    if read is None:
        raise CommandError(desk.catalogue.say("error.time", typed=typed))
    what = desk.catalogue.say("briefing.time", hour=f"{read:%H:%M}", zone=desk.zone.key)
    return _saved(desk, arguments, "time", replace(current(desk), hour=read), what)


async def timezone(desk: Desk, arguments: Arguments) -> Message:
    """Choose the time zone in which hours and days are meant."""
    zone = arguments.text("zone")
    local = desk.now.astimezone(ZoneInfo(zone))
    what = desk.catalogue.say("briefing.zone", zone=zone, now=f"{local:%H:%M}")
    settings = {**desk.workspace.settings, "timezone": zone}
    number = change_settings(desk, _line("timezone", arguments), what, settings)
    return _done(replace(desk, workspace=replace(desk.workspace, settings=settings)), what, number)


async def days(desk: Desk, arguments: Arguments) -> Message:
    """Choose the days."""
    typed = arguments.text("days")
    read = read_days(typed)
    if read is None:
        raise CommandError(desk.catalogue.say("error.days", typed=typed))
    what = desk.catalogue.say("briefing.days", what=days_named(read, desk))
    return _saved(desk, arguments, "days", replace(current(desk), days=read), what)


async def filters(desk: Desk, arguments: Arguments) -> Message:
    """Keep only some sides or themes; without options, everything again."""
    sides = tuple(_side(one, desk) for one in _listed(arguments.text("sides")))
    themes = tuple(_theme(one, desk) for one in _listed(arguments.text("topics")))
    wanted = replace(current(desk), sides=sides, themes=themes)
    what = desk.catalogue.say("briefing.filters", what=filters_named(wanted, desk))
    return _saved(desk, arguments, "filters", wanted, what)


def _listed(typed: str) -> list[str]:
    return [part.strip() for part in typed.split(",") if part.strip()]


def _side(typed: str, desk: Desk) -> str:
    names = {side: desk.catalogue.say(f"{side}.heading").casefold() for side in SIDES}
    found = [side for side, name in names.items() if typed.casefold() in {side, name}]
    if not found:
        raise CommandError(desk.catalogue.say("error.choice", option="sides", typed=typed, choices=", ".join(SIDES)))
    return found[0]


def _theme(typed: str, desk: Desk) -> str:
    slug = theme(typed, desk)
    if not slug:
        raise CommandError(desk.catalogue.say("error.theme", typed=typed))
    return slug


async def language(desk: Desk, arguments: Arguments) -> Message:
    """Choose the language of the digest."""
    chosen = arguments.text("language")
    what = desk.catalogue.say("briefing.language", what=chosen)
    return _saved(desk, arguments, "language", replace(current(desk), language=chosen), what)


async def pause(desk: Desk, arguments: Arguments) -> Message:
    """Stop the digest, or with ``resume:yes`` let it come again."""
    stop = arguments.text("resume") != "yes"
    key = "briefing.paused" if stop else "briefing.resumed"
    return _saved(desk, arguments, "pause", replace(current(desk), paused=stop), desk.catalogue.say(key))


async def preview(desk: Desk, _arguments: Arguments) -> Message:
    """Exactly the digest that would be posted now: all since the last one, filtered, in its language."""
    wanted = current(desk)
    earlier = desk.store.outbox.digests(desk.workspace.platform, wanted.channel)
    window = next_window(earlier, desk.store.upkeep, desk.now, span(wanted))
    context = Context(desk.now, desk.zone, outlets(desk), desk.compare)
    voice = Voice(Catalogue.load(wanted.language), desk.people.official) if wanted.language else desk.voice
    brief = gather_window(desk.store, desk.store.upkeep, window, context)
    return with_year(window_digest(brief, window, wanted, voice), brief, wanted, desk.store.tallies, voice)


def _saved(desk: Desk, arguments: Arguments, part: str, wanted: Subscription, what: str) -> Message:
    settings = with_subscription(desk.workspace.settings, wanted)
    number = change_settings(desk, _line(part, arguments), what, settings)
    return _done(replace(desk, workspace=replace(desk.workspace, settings=settings)), what, number)


def _line(part: str, arguments: Arguments) -> str:
    return command_line(f"briefing {part}", {name: str(value) for name, value in arguments.values.items()})


def _done(desk: Desk, what: str, number: int) -> Message:
    lead = " ".join(dict.fromkeys((what, _next(current(desk), desk))))  # what follows may be what was just said
    return Message(desk.catalogue.say("briefing.title"), lead=lead, actions=(undo_button("briefing", number, desk),))


def _part(
    about: str, run: Callable[[Desk, Arguments], Awaitable[Message]], *options: Option, example: str = ""
) -> Command:
    return Command(about.rpartition("_")[2], about, run, options, example, admin=True)


BRIEFING = Command(
    name="briefing",
    about="command.briefing",
    run=show,
    example="show",
    admin=True,
    parts=(
        _part(
            "command.briefing_channel",
            channel,
            Option("channel", "channel", "option.channel", required=True),
            example="briefing",
        ),
        _part(
            "command.briefing_time",
            hour,
            Option("time", "time", "option.time", required=True, rest=True),
            example="08:00",
        ),
        _part(
            "command.briefing_timezone",
            timezone,
            Option("zone", "zone", "option.zone", required=True, rest=True),
            example="Seoul",
        ),
        _part(
            "command.briefing_days",
            days,
            Option("days", "days", "option.days", required=True, rest=True),
            example="weekdays",
        ),
        _part(
            "command.briefing_filters",
            filters,
            Option("sides", "text", "option.sides"),
            Option("topics", "text", "option.topics"),
            example="sides:dprk,us topics:sanctions",
        ),
        _part(
            "command.briefing_language",
            language,
            Option("language", "choice", "option.language", required=True, choices=LANGUAGES),
            example="en",
        ),
        _part("command.briefing_pause", pause, Option("resume", "choice", "option.resume", choices=("yes", "no"))),
        _part("command.briefing_preview", preview),
        _part("command.briefing_show", show),
        log_part("briefing"),
        undo_part("briefing"),
    ),
)
