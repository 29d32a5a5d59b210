"""/feeds, for admins: which feeds are read and how they do; adding, pausing and removing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.briefing.clean import cut
from bot.briefing.feeds_told import feed_words, feeds_counted, in_trouble, standing
from bot.briefing.message import Action, Entry, Link, Message, Section
from bot.commands.command import Arguments, Command, Desk, Option, Probed
from bot.commands.feeds_lists import EXPORT, IMPORT
from bot.commands.feeds_wanted import go_on, is_shared, own_feed, states_here, stop
from bot.commands.journal import log_part, note, undo_button, undo_part
from bot.commands.resolving import command_line, feed_names
from bot.errors import CommandError
from bot.wanted import id_for
from store.records import AddedFeed, Coding, FeedState, Item

_LISTED = 25
_PREVIEWED = 5
_LONGEST_TITLE = 140


async def list_feeds(desk: Desk, _arguments: Arguments) -> Message:
    """Every feed with its state in words."""
    states = states_here(desk)
    names = feed_names(desk)
    bad = [name for name in names if in_trouble(states[name])]
    entries = tuple(
        _feed(name, names[name], states[name], desk) for name in sorted(names, key=lambda one: one not in bad)
    )
    return _list(entries, feeds_counted(states.values(), desk.voice), desk)


async def health(desk: Desk, _arguments: Arguments) -> Message:
    """Only the feeds that an operator should look at."""
    states, names = states_here(desk), feed_names(desk)
    ill = [name for name in names if standing(states[name]) in {"failing", "paused"}]
    entries = tuple(_feed(name, names[name], states[name], desk) for name in ill)
    return _list(entries, feeds_counted(states.values(), desk.voice), desk)


def _list(entries: tuple[Entry, ...], lead: str, desk: Desk) -> Message:
    left = len(entries) - _LISTED
    more = desk.catalogue.say("digest.more", count=left) if left > 0 else ""
    sections = (Section("", entries[:_LISTED], more),) if entries else ()
    return Message(title=desk.catalogue.say("feeds.title"), lead=lead, sections=sections, kind="list")


def _feed(name: str, named: tuple[str, str], state: FeedState, desk: Desk) -> Entry:
    outlet, address = named
    return Entry(
        headline=desk.catalogue.say("feeds.line", outlet=outlet, name=name),
        notes=(feed_words(state, desk.voice, now=desk.now),),
        links=(Link(address, address),),
    )


async def add(desk: Desk, arguments: Arguments) -> Message:
    """Try an address and show what it gives; with ``save:yes`` keep it."""
    address = arguments.text("address")
    probed = await desk.probe(address)
    found = str(probed.entry["address"])
    if known := [name for name, named in feed_names(desk).items() if named[1] == found]:
        raise CommandError(desk.catalogue.say("feeds.already", name=known[0]))
    if arguments.text("save") != "yes":
        return _preview(probed, desk, address)
    name = id_for(str(probed.entry["id"]), found, desk.sources, desk.store.added_feeds(ever=True))
    desk.store.add_feed(AddedFeed(desk.workspace.id, {**probed.entry, "id": name}, desk.who, desk.now))
    return _done("feeds.added", name, f"/feeds remove {name}", desk)


async def test(desk: Desk, arguments: Arguments) -> Message:
    """Try a feed that is known, or any address, and change nothing."""
    typed = arguments.text("feed")
    named = feed_names(desk).get(typed)
    probed = await desk.probe(named[1] if named else typed)
    return _preview(probed, desk, "")


def _preview(probed: Probed, desk: Desk, address: str) -> Message:
    """The latest items as they would be coded; ``address``, when it is to be added, gives the button for it."""
    say = desk.catalogue.say
    entries = tuple(_previewed(item, coding, desk) for item, coding in probed.items[:_PREVIEWED])
    outlet = str(probed.entry.get("outlet") or probed.entry["id"])
    save = command_line("feeds add", {"address": address, "save": "yes"})
    confirm = (Action("run", save, say("feeds.save")),) if address else ()
    kept = sum(coding.relevant for _, coding in probed.items)
    return Message(
        title=say("feeds.preview", outlet=outlet),
        lead=say("feeds.gives", count=len(probed.items), kept=kept, address=probed.entry["address"]),
        sections=(Section(say("feeds.latest"), entries),) if entries else (),
        footer=say("feeds.confirm", line=save) if address else "",
        actions=confirm,
        kind="list",
    )


def _previewed(item: Item, coding: Coding, desk: Desk) -> Entry:
    say = desk.catalogue.say
    speakers = list(dict.fromkeys(found.statement.speaker for found in coding.found))
    verdict = say("feeds.kept") if coding.relevant else say("feeds.dropped")
    named = desk.catalogue.joined([desk.voice.name(slug) for slug in speakers])
    chips = (verdict, say("feeds.statements", who=named)) if named else (verdict,)
    return Entry(
        headline=cut(item.title, _LONGEST_TITLE) or say("words.unclear"), chips=chips, links=(Link(item.url, item.url),)
    )


async def remove(desk: Desk, arguments: Arguments) -> Message:
    """Take out a feed that was added here; one of the operator's file can only be paused."""
    name = arguments.text("feed")
    own = own_feed(name, desk)
    if own is None:
        raise CommandError(desk.catalogue.say("feeds.shared" if is_shared(desk) else "feeds.not_ours", name=name))
    desk.store.remove_feed(desk.workspace.id, str(own.entry["id"]), by=desk.who, at=desk.now)
    return _done("feeds.removed", name, f"/feeds restore {name}", desk)


async def restore(desk: Desk, arguments: Arguments) -> Message:
    """Undo the last removal of a feed."""
    name = arguments.text("name")
    if not desk.store.restore_feed(desk.workspace.id, name):
        names = ", ".join(str(feed.entry["id"]) for feed, _, _ in desk.store.removed_feeds(desk.workspace.id))
        raise CommandError(
            desk.catalogue.say("feeds.not_removed", name=name, names=names or desk.catalogue.say("feeds.none"))
        )
    return _done("feeds.restored", name, f"/feeds remove {name}", desk)


async def pause(desk: Desk, arguments: Arguments) -> Message:
    """Stop reading a feed until somebody resumes it."""
    name = arguments.text("feed")
    reason = desk.catalogue.say(
        "feeds.by", who=desk.who or desk.catalogue.say("feeds.admin"), when=_day(desk.now, desk)
    )
    key = "feeds.paused_here" if stop(name, reason, desk) else "feeds.paused"
    return _done(key, name, f"/feeds resume {name}", desk)


async def resume(desk: Desk, arguments: Arguments) -> Message:
    """Read it again, at once."""
    name = arguments.text("feed")
    go_on(name, desk)
    return _done("feeds.resumed", name, f"/feeds pause {name}", desk)


def _day(now: datetime, desk: Desk) -> str:
    return desk.catalogue.day(now.astimezone(desk.zone).date())


def _done(key: str, name: str, undo: str, desk: Desk) -> Message:
    """What was done, and how to undo it."""
    say = desk.catalogue.say
    outlet = feed_names(desk).get(name, (name, ""))[0] or name
    what = say(key, outlet=outlet)
    number = note(desk, f"/feeds {key.removeprefix('feeds.')}", what, {_OPPOSITE[key]: [name]})
    button = undo_button("feeds", number, desk)
    return Message(say("feeds.title"), lead=what, footer=say("feeds.undo_line", line=undo), actions=(button,))


_OPPOSITE = {
    "feeds.added": "remove",
    "feeds.removed": "restore",
    "feeds.restored": "remove",
    "feeds.paused": "resume",
    "feeds.paused_here": "resume",
    "feeds.resumed": "pause",
}


_FEED = Option("feed", "feed", "option.feed", required=True, rest=True)
_ADDRESS = Option("address", "text", "option.address", required=True)
_SAVE = Option("save", "choice", "option.save", choices=("yes", "no"))
_NAME = Option("name", "text", "option.feed", required=True, rest=True)
_ANY = replace(_FEED, kind="text")

FEEDS = Command(
    name="feeds",
    about="command.feeds",
    run=list_feeds,
    example="list",
    admin=True,
    parts=(
        Command("list", "command.feeds_list", list_feeds, admin=True),
        Command("health", "command.feeds_health", health, admin=True),
        Command("add", "command.feeds_add", add, (_ADDRESS, _SAVE), "https://www.38north.org/feed/", admin=True),
        Command("remove", "command.feeds_remove", remove, (_FEED,), "38north", admin=True),
        Command("restore", "command.feeds_restore", restore, (_NAME,), "38north", admin=True),
        Command("pause", "command.feeds_pause", pause, (_FEED,), "38north", admin=True),
        Command("resume", "command.feeds_resume", resume, (_FEED,), "38north", admin=True),
        Command("test", "command.feeds_test", test, (_ANY,), "38north", admin=True),
        IMPORT,
        EXPORT,
        log_part("feeds"),
        undo_part("feeds"),
    ),
)
