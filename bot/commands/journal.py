"""What admins change is written down with who and when, and can be undone: the parts "log" and "undo"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from bot.briefing.message import Action, Entry, Message, Section
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.feeds_wanted import go_on, stop
from bot.errors import CommandError
from store.records import Logged

_SHOWN = 10
_LOOKED_AT = 200


def note(desk: Desk, line: str, what: str, undo: Mapping[str, object]) -> int:
    """Write a change down; the number it is undone by."""
    return desk.store.log(Logged(desk.workspace.id, desk.now, desk.who or "console", line, what, undo))


def change_settings(desk: Desk, line: str, what: str, settings: Mapping[str, object]) -> int:
    """Store the workspace's new settings and note what they were; the number it is undone by."""
    before = dict(desk.workspace.settings)
    desk.store.save_workspace(replace(desk.workspace, settings=dict(settings)))
    changed = [key for key in {*before, *settings} if before.get(key) != settings.get(key)]
    return note(desk, line, what, {"settings": {key: before.get(key) for key in changed}})


def undo_button(command: str, number: int, desk: Desk) -> Action:
    """The button that takes a change back."""
    return Action("run", f"/{command} undo number:{number}", desk.catalogue.say("feeds.undo"))


def _of(command: str, desk: Desk) -> list[Logged]:
    """The journal of one command."""
    return [one for one in desk.store.journal(desk.workspace.id, _LOOKED_AT) if one.line.split(" ")[0] == f"/{command}"]


def log_part(command: str) -> Command:
    """The part that tells what was changed."""

    async def run(desk: Desk, _arguments: Arguments) -> Message:
        say = desk.catalogue.say
        entries = tuple(_entry(one, command, desk) for one in _of(command, desk)[:_SHOWN])
        lead = say("journal.lead", count=len(entries)) if entries else say("journal.none")
        return Message(
            say("journal.title"), lead=lead, sections=(Section("", entries),) if entries else (), kind="list"
        )

    return Command("log", "command.journal_log", run, admin=True)


def _entry(one: Logged, command: str, desk: Desk) -> Entry:
    say = desk.catalogue.say
    local = one.at.astimezone(desk.zone)
    when = f"{desk.catalogue.day(local.date())}, {local:%H:%M}"
    notes = [say("journal.by", number=one.number, who=one.by, when=when)]
    if one.undone_by:
        notes.append(say("journal.undone_by", who=one.undone_by))
    actions = () if one.undone_by else (undo_button(command, one.number, desk),)
    return Entry(one.what, notes=tuple(notes), actions=actions)


def undo_part(command: str) -> Command:
    """The part that takes a change back: the one numbered, else the last."""

    async def run(desk: Desk, arguments: Arguments) -> Message:
        say = desk.catalogue.say
        number = arguments.count("number", 0)
        open_ = [one for one in _of(command, desk) if not one.undone_by]
        found = next((one for one in open_ if number in {0, one.number}), None)
        if found is None:
            raise CommandError(say("journal.not_found", number=number) if number else say("journal.none"))
        take_back(found.undo, desk)
        desk.store.mark_undone(found.number, by=desk.who or "console")
        return Message(say("journal.title"), lead=say("journal.taken_back", what=found.what))

    options = (Option("number", "count", "option.number", most=10**6),)
    return Command("undo", "command.journal_undo", run, options, admin=True)


def take_back(undo: Mapping[str, object], desk: Desk) -> None:
    """Do the opposite of a change."""
    for what, value in undo.items():
        if what == "settings":
            _restore_settings(cast("Mapping[str, object]", value), desk)
            continue
        for name in cast("Sequence[str]", value):
            _undo_feed(what, name, desk)


def _restore_settings(before: Mapping[str, object], desk: Desk) -> None:
    kept = {key: value for key, value in desk.workspace.settings.items() if key not in before}
    back = {key: value for key, value in before.items() if value is not None}
    desk.store.save_workspace(replace(desk.workspace, settings=kept | back))


def _undo_feed(what: str, name: str, desk: Desk) -> None:
    store, workspace = desk.store, desk.workspace.id
    if what == "remove":
        store.remove_feed(workspace, name, by=desk.who, at=desk.now)
    elif what == "restore":
        store.restore_feed(workspace, name)
    elif what == "pause":
        stop(name, desk.catalogue.say("feeds.by", who=desk.who, when=desk.catalogue.day(desk.today)), desk)
    else:
        go_on(name, desk)
