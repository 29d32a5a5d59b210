"""/feeds import and export: whole lists of feeds as OPML files."""

from __future__ import annotations

from collections.abc import Mapping

from bot.briefing.message import Attachment, Entry, Message, Section
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.journal import note, undo_button
from bot.commands.resolving import feed_names
from bot.opml import free_id, read_opml, write_opml
from bot.sources import check_source
from bot.wanted import id_for
from store.records import AddedFeed

_SHOWN = 10


async def import_(desk: Desk, arguments: Arguments) -> Message:
    """Add every feed of an OPML file that is not read yet; all of it can be undone at once."""
    known = feed_names(desk)
    addresses, taken = {address for _, address in known.values()}, set(known)
    added: list[str] = []
    refused: list[Entry] = []
    repeated = 0
    for entry in read_opml(arguments.text("file")):
        if entry["address"] in addresses:
            repeated += 1
            continue
        free = free_id(entry["outlet"], entry["address"], taken)
        ever = desk.store.added_feeds(ever=True)
        named = {**entry, "id": id_for(free, entry["address"], desk.sources, ever)}
        source, problems = check_source(named)
        if source is None:
            refused.append(Entry(entry["address"], notes=tuple(str(problem) for problem in problems)))
            continue
        _add(named, desk)
        addresses.add(entry["address"])
        taken.add(named["id"])
        added.append(named["id"])
    return _told(added, repeated, refused, desk)


def _add(entry: Mapping[str, object], desk: Desk) -> None:
    desk.store.add_feed(AddedFeed(desk.workspace.id, entry, desk.who, desk.now))


def _told(added: list[str], repeated: int, refused: list[Entry], desk: Desk) -> Message:
    say = desk.catalogue.say
    what = say("opml.added", count=len(added))
    number = note(desk, "/feeds import", what, {"remove": added}) if added else 0
    parts = (
        what,
        say("opml.repeated", count=repeated) if repeated else "",
        say("opml.refused", count=len(refused)) if refused else "",
    )
    names = tuple(Entry(name) for name in added[:_SHOWN])
    left = len(added) - _SHOWN
    sections = (
        Section(say("opml.new"), names, say("digest.more", count=left) if left > 0 else ""),
        Section(say("opml.wrong"), tuple(refused[:_SHOWN])),
    )
    return Message(
        say("feeds.title"),
        lead=" ".join(part for part in parts if part),
        sections=tuple(section for section in sections if section.entries),
        actions=(undo_button("feeds", number, desk),) if added else (),
        kind="list",
    )


async def export(desk: Desk, _arguments: Arguments) -> Message:
    """Every feed that is read here, as an OPML file."""
    own = [feed.entry for feed in desk.store.added_feeds(desk.workspace.id)]
    listed = {source.address for source in desk.sources}
    own = [entry for entry in own if entry["address"] not in listed]
    data = write_opml("briefbot", desk.sources, own)
    say = desk.catalogue.say
    return Message(
        say("feeds.title"),
        lead=say("opml.exported", count=len(desk.sources) + len(own)),
        files=(Attachment("briefbot-feeds.opml", data, "text/x-opml+xml"),),
    )


FILE = Option("file", "file", "option.file", required=True, rest=True)
IMPORT = Command("import", "command.feeds_import", import_, (FILE,), "feeds.opml", admin=True)
EXPORT = Command("export", "command.feeds_export", export, admin=True)
