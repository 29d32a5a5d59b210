"""/deliveries: what is owed to the channels here, what became of it and why; where admins are told, and quiet hours."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefing.message import Action, Entry, Message, Section
from bot.briefing.schedule import read_quiet
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.journal import change_settings, log_part, undo_button, undo_part
from bot.errors import CommandError
from store.owed import Delivery

_WAITING, _POSTED, _DROPPED = 10, 5, 5


async def list_deliveries(desk: Desk, _arguments: Arguments) -> Message:
    """What waits and what was given up, each with its reason; then what was posted last."""
    say, outbox, mine = desk.catalogue.say, desk.store.outbox, desk.workspace.id
    waiting = outbox.last(mine, ("owed", "posting", "parked"), _WAITING)
    given_up = outbox.last(mine, ("dropped",), _DROPPED)
    posted = outbox.last(mine, ("posted",), _POSTED)
    sections = [
        _section("deliveries.waiting", waiting, desk),
        _section("deliveries.dropped", given_up, desk),
        _section("deliveries.posted", posted, desk),
    ]
    parked = any(one.state == "parked" for one in waiting)
    return Message(
        say("deliveries.title"),
        lead=lead(desk, mine),
        sections=tuple(section for section in sections if section.entries),
        actions=(Action("run", "/deliveries retry", say("deliveries.retry")),) if parked else (),
        kind="list",
    )


def lead(desk: Desk, workspace: str | None) -> str:
    """How many wait, were posted, are parked; of one workspace or of all."""
    outbox = desk.store.outbox
    counts = outbox.counts(workspace)
    waiting = counts["owed"] + counts["posting"]
    said = desk.catalogue.say("deliveries.lead", waiting=waiting, posted=counts["posted"], parked=counts["parked"])
    if not counts["parked"]:
        return said
    why = outbox.last(workspace, ("parked",), 1)[0].error
    return f"{said} {desk.catalogue.say('deliveries.why', why=why)}"


def _section(title: str, rows: Sequence[Delivery], desk: Desk) -> Section:
    return Section(desk.catalogue.say(title), tuple(_entry(one, desk) for one in rows))


def _entry(one: Delivery, desk: Desk) -> Entry:
    say = desk.catalogue.say
    what = say(f"deliveries.{one.kind}", subject=one.subject)
    notes = [_state(one, desk)]
    if one.error:
        notes.append(say("deliveries.reason", why=one.error))
    return Entry(say("deliveries.line", what=what, where=desk.place(one.channel).name), notes=tuple(notes))


def _state(one: Delivery, desk: Desk) -> str:
    say, at = desk.catalogue.say, one.posted if one.state == "posted" else one.due
    when = f"{at.astimezone(desk.zone):%Y-%m-%d %H:%M}" if at else ""
    return say(f"deliveries.state_{one.state}", when=when, attempts=one.attempts, edits=one.edits)


async def retry(desk: Desk, _arguments: Arguments) -> Message:
    """Try everything again that was parked here."""
    say, outbox = desk.catalogue.say, desk.store.outbox
    rows = outbox.last(desk.workspace.id, ("parked",), 1000)
    places = {(one.platform, one.channel) for one in rows}
    count = sum(outbox.release(platform, channel, desk.now) for platform, channel in sorted(places))
    return Message(say("deliveries.title"), lead=say("deliveries.retried", count=count))


async def admins(desk: Desk, arguments: Arguments) -> Message:
    """Choose where admins are told of feeds in trouble and of channels that cannot be posted to."""
    chosen = arguments.text("channel")
    place = desk.place(chosen)
    if place.trouble:
        raise CommandError(place.trouble)
    what = desk.catalogue.say("deliveries.admins", where=place.name)
    return _changed(desk, f"/deliveries admins channel:{chosen}", what, "admin_channel", chosen)


async def quiet(desk: Desk, arguments: Arguments) -> Message:
    """Choose the hours in which alerts are held back, or "off"."""
    say, typed = desk.catalogue.say, arguments.text("hours")
    if typed.casefold() in {"off", "none"}:
        return _changed(desk, "/deliveries quiet off", say("deliveries.loud"), "quiet", "")
    read = read_quiet(typed)
    if read is None:
        raise CommandError(say("error.quiet", typed=typed))
    hours = f"{read[0]:%H:%M}-{read[1]:%H:%M}"
    what = say("deliveries.quiet", hours=hours, zone=desk.zone.key)
    return _changed(desk, f"/deliveries quiet {hours}", what, "quiet", hours)


def _changed(desk: Desk, line: str, what: str, key: str, value: str) -> Message:
    number = change_settings(desk, line, what, {**desk.workspace.settings, key: value})
    return Message(
        desk.catalogue.say("deliveries.title"), lead=what, actions=(undo_button("deliveries", number, desk),)
    )


_CHANNEL = Option("channel", "channel", "option.admins", required=True)
_HOURS = Option("hours", "text", "option.quiet", required=True, rest=True)

DELIVERIES = Command(
    name="deliveries",
    about="command.deliveries",
    run=list_deliveries,
    example="list",
    admin=True,
    parts=(
        Command("list", "command.deliveries_list", list_deliveries, admin=True),
        Command("retry", "command.deliveries_retry", retry, admin=True),
        Command("admins", "command.deliveries_admins", admins, (_CHANNEL,), "ops", admin=True),
        Command("quiet", "command.deliveries_quiet", quiet, (_HOURS,), "22:00-07:00", admin=True),
        log_part("deliveries"),
        undo_part("deliveries"),
    ),
)
