"""/help: the commands, or one of them with its options and an example."""

from __future__ import annotations

from bot.briefing.message import Entry, Message, Section
from bot.commands.answering import refusal
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.resolving import example, form, near
from bot.errors import CommandError


async def run(desk: Desk, arguments: Arguments) -> Message:
    """All commands, or the one asked for."""
    wanted = arguments.text("command").removeprefix("/").casefold()
    if not wanted:
        return _all(desk)
    command = next((one for one in desk.commands if one.name == wanted.split()[0]), None)
    if command is None:
        close = near(wanted, [one.name for one in desk.commands]) or [one.name for one in desk.commands]
        names = ", ".join(f"/{name}" for name in close)
        raise CommandError(desk.catalogue.say("error.command", typed=wanted, names=names))
    part = command.part("".join(wanted.split()[1:2]))
    return _one(part or command, f"{command.name} {part.name}" if part else command.name, desk)


def _all(desk: Desk) -> Message:
    say = desk.catalogue.say
    entries = tuple(_line(command, command.name, desk) for command in desk.commands if desk.admin or not command.admin)
    return Message(title=say("help.title"), lead=say("help.lead"), sections=(Section("", entries),), kind="list")


def _line(command: Command, name: str, desk: Desk) -> Entry:
    return Entry(headline=form(command, name), detail=desk.catalogue.say(command.about))


def _one(command: Command, name: str, desk: Desk) -> Message:
    say = desk.catalogue.say
    if refusal(command, name, desk):
        told = say("error.admin_help", about=say(command.about), command=name)
        return Message(title=f"/{name}", lead=told, kind="list")
    entries = [_line(part, f"{name} {part.name}", desk) for part in command.parts]
    entries += [Entry(headline=option.name, detail=_option(option, desk)) for option in command.options]
    lead = f"{say(command.about)} {say('help.example', example=example(command, name))}"
    return Message(title=form(command, name), lead=lead, sections=(Section("", tuple(entries)),), kind="list")


def _option(option: Option, desk: Desk) -> str:
    about = desk.catalogue.say(option.about)
    return f"{about} ({', '.join(option.choices)})" if option.choices else about


HELP = Command(
    name="help",
    about="command.help",
    run=run,
    options=(Option("command", "text", "option.command", rest=True),),
    example="statement",
)
