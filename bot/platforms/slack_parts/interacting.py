"""Answering what people do: acknowledged at once, worked on after, shown where they are.

Slack gives three seconds for an acknowledgement. Every handler here acknowledges before it
looks at anything; the work goes on in a task of its own, which a shutdown lets finish.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.briefing.cards import card
from bot.briefing.message import Action, Entry, Message, Section
from bot.catalogue import Catalogue
from bot.commands.answering import answer, call, problem, refusal, shared
from bot.commands.command import Command, Desk, DeskFactory
from bot.commands.reading import find_command
from bot.commands.repeating import lasting
from bot.commands.resolving import command_line, typed_of
from bot.errors import BriefbotError
from bot.platforms.pictures import drawn
from bot.platforms.slack_parts import forms
from bot.platforms.slack_parts.asking import (
    Payload,
    People,
    Places,
    channels_asked,
    channels_given,
    channels_set,
    group_trouble,
    message_text,
)
from bot.platforms.slack_parts.calls import LOST, Calls, RefusedError
from bot.platforms.slack_parts.escaping import read_typed
from bot.platforms.slack_parts.home import home
from bot.platforms.slack_parts.layout import FORM_LINE, Look, lay_out
from bot.platforms.slack_parts.naming import Names
from bot.platforms.slack_parts.posting import Poster
from bot.platforms.slack_parts.pressing import Press, read_press
from bot.platforms.slack_parts.receipts import acknowledged
from bot.platforms.slack_parts.replying import ByUrl, InModal, Reply
from bot.platforms.slack_parts.sharing import Sharing

log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds after which an answer that is not ready is announced."""

CHECK = "check"
"""The callback id of the message shortcut, and the command behind it."""

_BUSY_FOR, _SOON = 1500.0, 1.0
_SHARED_LINE = 1500
_OFFERS = {"briefing": ("briefing", "slack.set_digest"), "alerts": ("alerts add", "slack.add_alert"),
           "feeds": ("feeds add", "slack.add_feed")}  # fmt: skip

Make = Callable[[], Awaitable[Message]]


@dataclass(frozen=True, slots=True)
class Slack:
    """What answering needs of the platform."""

    calls: Calls
    people: People
    places: Places
    poster: Poster
    team: str
    names: Names


class Answerer:
    """Answers everything that slack-bolt hands over."""

    def __init__(self, slack: Slack, commands: Sequence[Command], desk: DeskFactory) -> None:
        self._slack, self._commands, self._desk = slack, tuple(commands), desk
        self._sharing = Sharing(slack.calls, slack.poster, slack.places)
        self._work: set[asyncio.Task[None]] = set()

    # -- what slack-bolt calls

    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A slash command."""
        await ack()
        self._start(self._commanded(body))

    async def action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button."""
        await ack()
        self._start(self._pressed(body))

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The shortcut on a message."""
        await ack()
        self._start(self._checked(body))

    async def submitted(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A form that was filled in: it gives way to a notice at once, and to the answer when there is one."""
        about = forms.read_about(body["view"])
        view = forms.waiting(await self._language(body["user"]["id"]), str(about.get("channel", "")))
        await ack(response_action="update", view=view)
        self._start(self._filled(body))

    async def options(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """What may be chosen for what is typed into a menu."""
        found: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(2 * _SOON):
                found = forms.suggested(body, await self._desk_for(body["user"]["id"]))
        except TimeoutError:
            log.info("Slack does not tell soon enough who asks")
        except Exception:
            log.exception("no choices could be found")
        await ack(options=found)

    async def opened_home(self, body: dict[str, Any]) -> None:
        """Somebody looks at the Home tab; slack-bolt has acknowledged the event."""
        if body["event"].get("tab", "home") == "home":
            self._start(self._show_home(str(body["event"]["user"])))

    # -- the work

    def _start(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._quietly(doing))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _quietly(self, doing: Coroutine[Any, Any, None]) -> None:
        await acknowledged()
        try:
            await doing
        except RefusedError as error:
            log.warning("Slack refused an answer: %s", error)
        except LOST as error:
            log.warning("an answer could not be sent: %s", error or type(error).__name__)
        except Exception:
            log.exception("a mistake in the program while answering")

    async def finish(self, within: float) -> None:
        """Let the answers in hand be given."""
        if self._work:
            await asyncio.wait(self._work, timeout=within)

    async def _desk_for(self, user: str) -> Desk:
        caller = await self._slack.people.caller(self._slack.team, user)
        desk = self._desk(caller)

        def uncalled(role: str, _channel: str) -> str:
            return group_trouble(role, desk.catalogue)

        return replace(desk, commands=self._commands, place=self._slack.places.place, uncalled=uncalled)

    async def _commanded(self, body: Payload) -> None:
        desk = await self._desk_for(body["user_id"])
        line = self._slack.names.line(body["command"], body.get("text") or "")
        if asked := self._incomplete(line, desk):
            view = self._form(*asked, desk, body["channel_id"])
            try:
                await self._open("views.open", body, view)
            except (RefusedError, *LOST) as error:  # too late for a modal: the answer says what is missing
                log.info("no form could be opened: %s", error or type(error).__name__)
            else:
                return
        reply = ByUrl(self._slack.calls, body["response_url"], body["channel_id"], body["user_id"])
        await self._give(reply, desk, line, lambda: answer(line, desk))

    def _incomplete(self, line: str, desk: Desk) -> tuple[Command, str] | None:
        """The command that needs options and was typed without, or that needs a file: a form asks for them."""
        try:
            command, name, rest = find_command(line, desk)
        except BriefbotError:
            return None
        wanting = any(option.required for option in command.options) or name == "alerts add"
        with_file = any(option.kind == "file" for option in command.options)
        if not (with_file or (wanting and not rest.strip())) or refusal(command, name, desk):
            return None
        return command, name

    async def _checked(self, body: Payload) -> None:
        desk = await self._desk_for(body["user"]["id"])
        text = message_text(body)
        command = next((one for one in self._commands if one.name == CHECK), None)
        if command is None:
            return
        line = command_line(CHECK, {"text": text}) if len(text) < _SHARED_LINE else ""
        reply = ByUrl(self._slack.calls, body["response_url"], body["channel"]["id"], body["user"]["id"])
        await self._give(reply, desk, line, lambda: call(command, CHECK, {"text": text}, desk))

    async def _language(self, user: str) -> Catalogue:
        """In which language to acknowledge; English where Slack does not tell soon enough."""
        try:
            async with asyncio.timeout(_SOON):
                return (await self._desk_for(user)).catalogue
        except TimeoutError:
            return Catalogue.load()

    async def _filled(self, body: Payload) -> None:
        desk = await self._desk_for(body["user"]["id"])
        view, about = body["view"], forms.read_about(body["view"])
        command, name = forms.command_named(str(about.get("command", "")), self._commands)
        channel = str(about.get("channel", ""))
        reply = InModal(self._slack.calls, str(view["id"]), desk.catalogue, channel)
        if command is None:
            await self._give(reply, desk, "", lambda: _said(desk, "slack.outdated"))
            return
        values = forms.read_values(view)
        if not command.options:
            await self._give(reply, desk, "", lambda: self._set(command, values, about, desk))
            await self._publish_home(desk, body["user"]["id"])
            return
        line = command_line(name, typed_of(command, values))
        await self._give(reply, desk, line, lambda: self._call(command, name, values, desk))
        if command.admin:
            await self._publish_home(desk, body["user"]["id"])

    async def _call(self, command: Command, name: str, values: Mapping[str, str], desk: Desk) -> Message:
        """Run a command with what was filled in; a file is read first."""
        given = dict(values)
        for option in command.options:
            if option.kind == "file" and given.get(option.name):
                given[option.name] = await self._slack.calls.download(given[option.name], desk.catalogue)
            if option.kind == "role":
                given[option.name] = read_typed(given.get(option.name, ""))
        await self._slack.places.learn(channels_given(command, given), desk.catalogue)
        return await call(command, name, given, desk)

    async def _set(self, command: Command, values: Mapping[str, str], about: Mapping[str, Any], desk: Desk) -> Message:
        """Make every setting that was changed; each is told, and each can be undone."""
        told: list[Message] = []
        for part, option, value in forms.changed(values, about):
            inner = command.part(part)
            if inner is not None:
                await self._slack.places.learn(channels_given(inner, {option: value}), desk.catalogue)
                told.append(await call(inner, f"{command.name} {part}", {option: value}, self._again(desk)))
        if not told:
            return await answer(f"/{command.name}", desk)
        entries = tuple(Entry(one.lead, actions=one.actions) for one in told)
        return Message(told[-1].title, sections=(Section("", entries),), kind="notice")

    def _again(self, desk: Desk) -> Desk:
        """The desk with the workspace's settings as they are now."""
        return replace(desk, workspace=desk.store.workspace(desk.workspace.id) or desk.workspace)

    # -- buttons

    async def _pressed(self, body: Payload) -> None:
        action, user = body["actions"][0], body["user"]["id"]
        if "value" not in action:  # a link: the person is on their way already
            return
        desk = await self._desk_for(user)
        press = read_press(action["value"], desk.store.kept_line)
        if press is not None and press.does == "form":
            await self._open_form(press.line, body, desk)
            return
        reply = await self._reply_to(press, body, desk)
        if press is None:
            await self._give(reply, desk, "", lambda: _said(desk, "slack.outdated"))
        elif press.does in {"share", "card"}:
            await self._share(press, reply, body, desk)
        else:
            await self._give(reply, desk, press.line, lambda: answer(press.line, desk), part=press.part or 1)
            if isinstance(reply, InModal) and desk.admin and not lasting(press.line, desk):
                await self._publish_home(desk, user)

    async def _reply_to(self, press: Press | None, body: Payload, desk: Desk) -> Reply:
        """Where the answer to a button goes: into its modal, a new one over Home, its message, or below that."""
        container, user = body.get("container") or {}, body["user"]["id"]
        if container.get("type") != "view":
            stays = press is None or press.does not in {"turn", "part"} or not container.get("is_ephemeral")
            channel = (body.get("channel") or {}).get("id", user)
            return ByUrl(self._slack.calls, body["response_url"], channel, user, replace=not stays)
        view = body.get("view") or {}
        if view.get("type") != "home":
            channel = str(forms.read_about(view).get("channel", ""))
            return InModal(self._slack.calls, str(view["id"]), desk.catalogue, channel, shown=tuple(view["blocks"]))
        opened = await self._open("views.open", body, forms.waiting(desk.catalogue))
        return InModal(self._slack.calls, str(opened["view"]["id"]), desk.catalogue)

    async def _open(self, way: str, body: Payload, view: forms.View) -> Mapping[str, Any]:
        """Open a modal; within three seconds of what the person did, or not at all."""
        return await self._slack.calls.call(way, {"trigger_id": body["trigger_id"], "view": view}, again=False)

    def _form(self, command: Command, name: str, desk: Desk, channel: str) -> forms.View:
        return forms.form(command, name, desk, self._slack.names.spelled(f"/{name}"), channel)

    async def _open_form(self, name: str, body: Payload, desk: Desk) -> None:
        command, name = forms.command_named(name, self._commands)
        channel = (body.get("channel") or {}).get("id", "")
        wrong = await _said(desk, "slack.outdated") if command is None else refusal(command, name, desk)
        if command is None or wrong is not None:
            reply = await self._reply_to(None, body, desk)
            await reply.show(lay_out(wrong or await _said(desk, "slack.outdated"), self._look(desk))[0])
            return
        way = "views.push" if (body.get("view") or {}).get("type") == "modal" else "views.open"
        await self._open(way, body, self._form(command, name, desk, channel))

    async def _share(self, press: Press, reply: Reply, body: Payload, desk: Desk) -> None:
        """Post openly what the person sees: the statement, or all of the answer."""
        message = self._card(press.line, desk) if press.does == "card" else await answer(press.line, desk)
        message = shared(await drawn(message, desk.draw))
        if message.kind in {"problem", "question"}:
            await reply.tell(lay_out(message, self._look(desk))[0])
            return
        by = desk.catalogue.say("slack.shared", who=desk.who.rpartition(" (")[0])
        footer = "\n".join(part for part in (message.footer, by) if part)
        message = self._slack.names.told(replace(message, footer=footer))
        await self._sharing.share(message, reply, desk, f"share/{body['trigger_id']}")

    def _card(self, name: str, desk: Desk) -> Message:
        """One statement as a message of its own."""
        statement = desk.store.statement(name)
        if statement is None:
            say = desk.catalogue.say
            return Message(say("error.title"), lead=say("error.statement", typed=name), kind="problem")
        entry = card(desk.tell(statement), desk.voice)
        return Message("", sections=(Section("", (entry,)),), kind="cards")

    # -- answers

    async def _give(self, reply: Reply, desk: Desk, line: str, making: Make, *, part: int = 1) -> None:
        """Make the answer and show it; announce it first if it takes long."""
        work = asyncio.ensure_future(self._made(making, line, desk))
        done, _ = await asyncio.wait({work}, timeout=PATIENCE)
        if not done:
            await reply.announce(desk.catalogue)
        message = _with_lasting(_with_offer(await work, line, desk), desk)
        pictures = await self._slack.poster.pictures(message.images)
        repeatable = lasting(line, desk)
        sheets = lay_out(message, replace(self._look(desk, repeatable), pictures=pictures))
        place = min(part, len(sheets)) - 1
        for sheet in sheets[place : place + 1] if repeatable else sheets[: reply.most]:
            await reply.show(sheet)
        for one in message.files:
            await self._sharing.hand_over(one, reply, desk)

    async def _made(self, making: Make, line: str, desk: Desk) -> Message:
        try:
            async with asyncio.timeout(_BUSY_FOR):
                await self._slack.places.learn(channels_asked(line, desk), desk.catalogue)
                return await drawn(await making(), desk.draw)
        except BriefbotError as error:
            return problem(error, desk)
        except Exception:  # whoever asked is told, and the log has it
            log.exception("the command failed: %s", line)
            return await _said(desk, "error.bug")

    def _look(self, desk: Desk, line: str = "") -> Look:
        return Look(desk.catalogue, desk.store.keep_line, line, shares=True, told=self._slack.names.told)

    async def _show_home(self, user: str) -> None:
        await self._publish_home(await self._desk_for(user), user)

    async def _publish_home(self, desk: Desk, user: str) -> None:
        """Somebody's Home as things are now: also after a form that they may have opened there has changed them."""
        desk = self._again(desk)
        await self._slack.places.learn(channels_set(desk) if desk.admin else (), desk.catalogue)
        view = await home(desk, replace(self._look(desk), shares=False))
        await self._slack.calls.call("views.publish", {"user_id": user, "view": view})


async def _said(desk: Desk, key: str) -> Message:
    return Message(desk.catalogue.say("error.title"), lead=desk.catalogue.say(key), kind="problem")


def _with_lasting(message: Message, desk: Desk) -> Message:
    """What is shared later is what is seen now, whatever "yesterday" means by then."""
    shares = {one: lasting(one.argument, desk) for one in message.actions if one.name == "share"}
    actions = tuple(replace(one, argument=shares.get(one) or one.argument) for one in message.actions)
    return replace(message, actions=actions)


def _with_offer(message: Message, line: str, desk: Desk) -> Message:
    """For admins, the button to the form that belongs under a list of settings."""
    name = line.removeprefix("/").split(" ")[0]
    bare = line.removeprefix("/") in {name, f"{name} show", f"{name} list"}
    if not (desk.admin and bare and name in _OFFERS) or message.kind == "problem":
        return message
    command, key = _OFFERS[name]
    return replace(message, actions=(*message.actions, Action("run", f"{FORM_LINE}{command}", desk.catalogue.say(key))))
