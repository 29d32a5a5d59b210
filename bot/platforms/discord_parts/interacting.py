"""Answering interactions: soon always, whole as soon as it can be.

Discord gives three seconds for a first sign of life. What is not ready within PATIENCE is
announced ("thinking") and filled in when it is done.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import discord

from bot.briefing.message import Message
from bot.commands.answering import answer, call, only_reads, problem, refusal, shared
from bot.commands.command import Command, Desk, DeskFactory, Place
from bot.commands.completing import complete
from bot.commands.resolving import command_line, typed_of
from bot.errors import BriefbotError
from bot.platforms.discord_parts.asking import Asked, alone, asked_of, caller_of, message_text
from bot.platforms.discord_parts.escaping import plain_fitted
from bot.platforms.discord_parts.layout import lay_out, with_share
from bot.platforms.discord_parts.posting import LOST
from bot.platforms.discord_parts.pressing import Press, read_press
from bot.platforms.discord_parts.sending import allowed, changes, parameters
from bot.platforms.discord_parts.sheet import Sheet
from bot.platforms.discord_parts.troubles import ACKNOWLEDGED, NEEDED, UNKNOWN_INTERACTION, place_of
from bot.platforms.pictures import drawn, in_words

log = logging.getLogger(__name__)

PATIENCE = 0.6
"""Seconds after which an answer that is not ready is announced."""

_TRIES = 3
_CHOICES, _CHOICE = 25, 100
_BUSY_FOR = 840.0

Interaction = discord.Interaction[Any]


class Answerer:
    """Answers every interaction of one connection."""

    def __init__(self, commands: Sequence[Command], desk: DeskFactory) -> None:
        self._commands, self._desk = tuple(commands), desk

    async def asked(self, interaction: Interaction) -> None:
        """One interaction of any kind. Nothing that goes wrong reaches the connection."""
        try:
            if interaction.type is discord.InteractionType.autocomplete:
                await self._suggest(interaction)
            elif interaction.type is discord.InteractionType.component:
                await self._pressed(interaction)
            elif interaction.type is discord.InteractionType.application_command:
                await self._commanded(interaction)
        except discord.HTTPException as error:
            log.warning("Discord refused an answer: %s", error.text or error)
        except LOST as error:
            log.warning("an answer could not be sent: %s", error or type(error).__name__)

    def _desk_for(self, interaction: Interaction) -> Desk:
        desk = self._desk(caller_of(interaction))
        return replace(
            desk,
            commands=self._commands,
            place=lambda channel: _place(interaction, channel, desk),
            role=lambda role: _role(interaction, role),
            uncalled=lambda role, channel: _uncalled(interaction, role, channel, desk),
        )

    # -- commands

    async def _commanded(self, interaction: Interaction) -> None:
        desk = self._desk_for(interaction)
        answered = Answered(interaction, desk)
        await answered.give(lambda: self._run(interaction, desk, answered))

    async def _run(self, interaction: Interaction, desk: Desk, answered: Answered) -> Message:
        try:
            asked = self._menu(interaction) or await asked_of(interaction, self._commands)
        except BriefbotError as error:
            return problem(error, desk)
        if asked is None:
            return _say(desk, "discord.outdated")
        answered.reads = not asked.command.admin
        answered.line = command_line(asked.name, typed_of(asked.command, asked.raw))
        return await call(asked.command, asked.name, asked.raw, desk)

    def _menu(self, interaction: Interaction) -> Asked | None:
        data: Any = interaction.data or {}
        command = next((one for one in self._commands if one.name == "check"), None)
        if data.get("type") != discord.AppCommandType.message.value or command is None:
            return None
        return Asked(command, command.name, {"text": message_text(interaction)})

    # -- completion

    async def _suggest(self, interaction: Interaction) -> None:
        choices: list[discord.app_commands.Choice[str]] = []
        try:
            asked = await asked_of(interaction, self._commands)
            option = asked.command.option(asked.focused) if asked else None
            desk = self._desk_for(interaction)
            if asked and option and not refusal(asked.command, asked.name, desk):
                found = complete(option, asked.raw.get(asked.focused, ""), desk)
                choices = [
                    discord.app_commands.Choice(name=plain_fitted(one.label, _CHOICE) or one.value, value=one.value)
                    for one in found[:_CHOICES]
                    if 0 < len(one.value) <= _CHOICE
                ]
        except Exception:  # a person is typing: rather no suggestion than none in time
            log.exception("no completion for %s", interaction.data)
        await interaction.response.autocomplete(choices)

    # -- buttons

    async def _pressed(self, interaction: Interaction) -> None:
        desk = self._desk_for(interaction)
        data: Any = interaction.data or {}
        press = read_press(str(data.get("custom_id", "")), desk.store.kept_line)
        if press is not None and press.does == "share" and press.line:
            await Answered(interaction, desk, openly=True).give(lambda: self._openly(press, desk))
            return
        if press is not None and press.does == "share":
            await Answered(interaction, desk).share(press.number)
            return
        own = interaction.message is not None and (interaction.message.flags.ephemeral or alone(interaction))
        here = own and press is not None and press.does in {"turn", "part"}
        answered = Answered(interaction, desk, here=here)
        await answered.give(lambda: self._again(press, desk, answered))

    async def _again(self, press: Press | None, desk: Desk, answered: Answered) -> Message:
        if press is None:
            return _say(desk, "discord.outdated")
        answered.line, answered.reads = press.line, only_reads(press.line, desk)
        answered.part = press.number if press.does == "part" else 1
        return await answer(press.line, desk)

    async def _openly(self, press: Press, desk: Desk) -> Message:
        """What a line gives, for all to see: pictures cannot be copied from a message, they are sent anew."""
        message = shared(await answer(press.line, desk))
        by = desk.catalogue.say("discord.shared", who=desk.who.rpartition(" (")[0])
        return replace(message, footer="\n".join(part for part in (message.footer, by) if part))


class Answered:
    """The answer to one interaction; ``here`` replaces the message whose button was pressed.

    ``openly`` says it to everybody in the channel.

    ``line`` is the command line behind the answer, and ``part`` which sheet of it is shown. ``reads``: the
    command is anybody's and changes nothing, so that its answer can be shared.
    """

    def __init__(self, interaction: Interaction, desk: Desk, *, here: bool = False, openly: bool = False) -> None:
        self._interaction, self._desk, self._here = interaction, desk, here
        self._private = not (alone(interaction) or openly)
        self._may_attach = alone(interaction) or interaction.app_permissions.attach_files
        self.line, self.part, self.reads = "", 1, False

    async def give(self, making: Callable[[], Awaitable[Message]]) -> None:
        """Make the answer and show it; announce it first if it takes long."""
        work = asyncio.ensure_future(self._made(making))
        await asyncio.sleep(0)  # it has taken its place in the queue when that is looked at
        done, _ = await asyncio.wait({work}, timeout=0 if self._desk.queue.is_long else PATIENCE)
        if done:
            sheet = self._sheet(work.result())
            with self._desk.queue.ahead():
                await self._first(sheet)
            return
        with self._desk.queue.ahead():
            await self._insist(self._announce)
        sheet = self._sheet(await work)
        keep = self._desk.store.keep_line
        await self._insist(lambda: self._interaction.edit_original_response(**changes(sheet, keep)))

    async def _made(self, making: Callable[[], Awaitable[Message]]) -> Message:
        try:
            async with asyncio.timeout(_BUSY_FOR):
                message = await making()
                return await drawn(message, self._desk.draw) if self._may_attach else in_words(message)
        except Exception:  # whoever asked is told, and the log has it
            log.exception("the command failed: %s", self.line)
            return _say(self._desk, "error.bug")

    def _sheet(self, message: Message) -> Sheet:
        if self.reads and self._private:
            message = with_share(message, self._desk.catalogue)
        sheets = lay_out(message, self._desk.catalogue, line=self.line)
        return sheets[min(self.part, len(sheets)) - 1]

    async def _announce(self) -> None:
        if self._here:
            await self._interaction.response.defer()
        else:
            await self._interaction.response.defer(ephemeral=self._private, thinking=True)

    async def _first(self, sheet: Sheet) -> None:
        keep = self._desk.store.keep_line
        if self._here:
            await self._insist(lambda: self._interaction.response.edit_message(**changes(sheet, keep)))
        else:
            await self._insist(
                lambda: self._interaction.response.send_message(**parameters(sheet, keep), ephemeral=self._private)
            )

    async def share(self, panel: int) -> None:
        """Post openly what the person sees: one panel of the message, or with 0 all of it."""
        message = self._interaction.message
        if message is None:
            return
        embeds = message.embeds[panel - 1 : panel] if panel else message.embeds
        shared = self._desk.catalogue.say("discord.shared", who=f"<@{self._interaction.user.id}>")
        content = shared if panel else f"{shared}\n{message.content}"[:2000]
        await self._insist(
            lambda: self._interaction.response.send_message(
                content, embeds=[embed.copy() for embed in embeds], ephemeral=False, allowed_mentions=allowed()
            )
        )

    async def _insist(self, doing: Callable[[], Awaitable[object]]) -> None:
        """Do it once for certain: a lost answer is asked for again, and "already done" means that it is."""
        for try_ in range(_TRIES):
            try:
                await doing()
            except LOST:
                if try_ == _TRIES - 1:
                    raise
            except discord.HTTPException as error:
                if error.code == UNKNOWN_INTERACTION:
                    log.warning("an answer came too late for Discord")
                if error.code != ACKNOWLEDGED:
                    raise
                return
            else:
                return


def _place(interaction: Interaction, channel: str, desk: Desk) -> Place:
    """A channel as it is called here, and what the bot may not do in it; only channels of this server count."""
    found, say = place_of(interaction.client, channel), desk.catalogue.say
    if interaction.guild is None or found.guild != interaction.guild.id:
        return Place(say("discord.gone"), say("discord.gone_here"))
    if found.locked:
        return Place(found.name, say("discord.locked", where=found.name))
    what = desk.catalogue.joined([say(NEEDED[name]) for name in found.missing])
    return Place(found.name, say("discord.forbidden", where=found.name, what=what) if what else "")


def _uncalled(interaction: Interaction, role: str, channel: str, desk: Desk) -> str:
    """Why a mention of the role would call nobody, as far as the gateway told of role and channel."""
    guild = interaction.guild
    found = guild.get_role(int(role)) if guild and role.isdigit() else None
    if guild is None or found is None:
        return desk.catalogue.say("discord.role_gone")
    if found.is_default():
        return desk.catalogue.say("discord.role_everyone")
    may = place_of(interaction.client, channel).calls if channel else guild.me.guild_permissions.mention_everyone
    if found.mentionable or may:
        return ""
    return desk.catalogue.say("discord.role_silent", role=found.name)


def _role(interaction: Interaction, role: str) -> str:
    """A role as it is called here; its id when it is gone."""
    found = interaction.guild.get_role(int(role)) if interaction.guild and role.isdecimal() else None
    return f"@{found.name.removeprefix('@')}" if found else role


def _say(desk: Desk, key: str) -> Message:
    return Message(title=desk.catalogue.say("error.title"), lead=desk.catalogue.say(key), kind="problem")
