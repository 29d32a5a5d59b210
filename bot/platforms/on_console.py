"""The console: a prompt on a terminal, lines from a pipe, one answer for ``briefbot ask``."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console as Terminal

from bot.briefing.message import Message
from bot.briefing.plain import to_json
from bot.catalogue import Catalogue
from bot.commands import COMMANDS
from bot.commands.answering import answer
from bot.commands.command import Caller, Command, Desk, DeskFactory
from bot.commands.completing import complete_line
from bot.platforms.console_view import show
from bot.platforms.lines import read_lines
from bot.platforms.platform import Posted

log = logging.getLogger(__name__)

_LEAVE = frozenset({"exit", "quit", "bye", "q"})
_PROMPT = "briefbot> "


class Console:
    """The console as a platform. Whoever sits at it is the operator, hence an admin.

    ``out`` and ``errors`` default to standard output and standard error, ``source`` to
    standard input.
    """

    name = "console"

    def __init__(
        self,
        *,
        source: TextIO | None = None,
        out: TextIO | None = None,
        errors: TextIO | None = None,
        language: str = "en",
    ) -> None:
        self.caller = Caller(workspace="console", who="console", admin=True, language=language)
        self._source = source
        self._out = Terminal(file=out, highlight=False, markup=False, emoji=False)
        self._errors = Terminal(file=errors, stderr=errors is None, highlight=False, markup=False, emoji=False)
        self._posted: set[str] = set()

    async def ask(self, text: str, desk: DeskFactory, *, as_json: bool = False) -> int:
        """Answer one line. Returns the exit code: 0 answered, 1 refused, mistaken or in need of a choice.

        What went wrong is said on standard error; as JSON it goes to standard output like every answer.
        """
        message = await answer(text, _with(desk(self.caller), COMMANDS))
        failed = message.kind in {"problem", "question"}
        if as_json:
            self._print_json(message)
        else:
            show(message, self._errors if failed else self._out)
        return int(failed)

    def _print_json(self, message: Message) -> None:
        print(json.dumps(to_json(message), ensure_ascii=False, indent=2), file=self._out.file)

    async def serve(self, commands: Sequence[Command], desk: DeskFactory) -> None:
        """Answer lines until the person leaves (Ctrl-D, exit, quit) or the input ends. No error ends it."""
        async for line in self._lines(commands, desk):
            words = line.strip()
            if words.removeprefix("/").casefold() in _LEAVE:
                return
            if words:
                await self._answer(words, commands, desk)

    async def _answer(self, line: str, commands: Sequence[Command], desk: DeskFactory) -> None:
        try:
            message = await answer(line, _with(desk(self.caller), commands))
        except Exception:  # a bug in one command must not close the prompt
            log.exception("the command failed: %s", line)
            say = Catalogue.load(self.caller.language).say
            message = Message(title=say("error.title"), lead=say("error.bug"), kind="problem")
        show(message, self._out)
        self._out.print()

    async def _lines(self, commands: Sequence[Command], desk: DeskFactory) -> AsyncIterator[str]:
        source = self._source or sys.stdin
        if source.isatty() and self._out.is_terminal:
            async for line in self._prompted(commands, desk):
                yield line
        else:
            async for line in read_lines(source.fileno()):
                yield line

    async def _prompted(self, commands: Sequence[Command], desk: DeskFactory) -> AsyncIterator[str]:
        """Lines typed at a prompt with completion and history; Ctrl-C drops the line, Ctrl-D leaves."""
        session: PromptSession[str] = PromptSession(
            completer=_Completer(self.caller, commands, desk), complete_while_typing=True
        )
        while True:
            try:
                with patch_stdout(raw=True):
                    line = await session.prompt_async(_PROMPT, handle_sigint=False)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            yield line

    async def post(self, channel: str, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Print a message; the same key is printed once. Whether another process printed it cannot be known."""
        del repeat
        if key not in self._posted:
            self._posted.add(key)
            show(message, self._out)
        return Posted(self.name, channel, key)

    async def edit(self, posted: Posted, message: Message) -> Posted:
        """Print what it says now: what stands on a terminal cannot be changed."""
        log.debug("printing %s again", posted.id)
        show(message, self._out)
        return posted

    async def follow(self, posted: Posted, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Print it below: a terminal has no threads."""
        return await self.post(posted.channel, message, key, repeat=repeat)


class _Completer(Completer):
    """The options' own choices, while typing."""

    def __init__(self, caller: Caller, commands: Sequence[Command], desk: DeskFactory) -> None:
        self._caller, self._commands, self._desk = caller, commands, desk

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Choices for the word before the cursor."""
        del complete_event
        line = document.text_before_cursor
        word = line.rsplit(" ", 1)[-1]
        for choice in complete_line(line, _with(self._desk(self._caller), self._commands)):
            yield Completion(choice.value, start_position=-len(word), display_meta=choice.label)


def _with(desk: Desk, commands: Sequence[Command]) -> Desk:
    """The desk, knowing which commands this platform serves."""
    return replace(desk, commands=tuple(commands))
