"""From what a person typed, or chose from a menu, to the Message that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.briefing.message import Message
from bot.commands.command import Command, Desk
from bot.commands.reading import find_command, read_options
from bot.commands.resolving import QuestionError, resolve
from bot.errors import BriefbotError
from store.errors import StoreError


async def answer(line: str, desk: Desk) -> Message:
    """Answer one typed line, slash or not. Expected failures become messages, never exceptions."""
    try:
        command, name, rest = find_command(line, desk)
        refused = refusal(command, name, desk)
        return refused or await _run(command, name, read_options(command, name, rest, desk), desk)
    except (BriefbotError, StoreError) as error:
        return problem(error, desk)


async def call(command: Command, name: str, raw: Mapping[str, str], desk: Desk) -> Message:
    """Run a command whose options came apart already, as from a menu. ``name`` is its full name ("feeds add")."""
    try:
        return refusal(command, name, desk) or await _run(command, name, raw, desk)
    except (BriefbotError, StoreError) as error:
        return problem(error, desk)


async def _run(command: Command, name: str, raw: Mapping[str, str], desk: Desk) -> Message:
    async with desk.queue.turn() as turn:
        own = replace(desk, probe=turn.outside(desk.probe), read=turn.outside(desk.read))
        return await command.run(own, resolve(command, raw, own, name))


def refusal(command: Command, name: str, desk: Desk) -> Message | None:
    """The words with which an admin's command is refused to everybody else; None when it may run."""
    if not command.admin or desk.admin:
        return None
    return Message(
        title=desk.catalogue.say("error.title"), lead=desk.catalogue.say("error.admin", command=name), kind="problem"
    )


def problem(error: Exception, desk: Desk) -> Message:
    """An expected failure as a message to the person who can act."""
    if isinstance(error, QuestionError):
        return error.message
    return Message(title=desk.catalogue.say("error.title"), lead=str(error), kind="problem")


def only_reads(line: str, desk: Desk) -> bool:
    """Whether a line may be run again, or its answer shared: it is anybody's, and changes nothing."""
    try:
        command, _, _ = find_command(line, desk)
    except BriefbotError:
        return False
    return not command.admin


def shared(message: Message) -> Message:
    """The same message for everybody to see: what the button "share" posts."""
    return replace(message, private=False, actions=tuple(one for one in message.actions if one.name != "share"))
