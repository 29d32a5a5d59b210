"""The console, driven as people and scripts drive it: through a pipe, a file and a real pseudo-terminal."""

from __future__ import annotations

import asyncio
import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console as Terminal

from bot.briefing.message import Action, Entry, Link, Message, Quote, Section
from bot.commands import COMMANDS
from bot.commands.command import Command
from bot.platforms import PLATFORMS
from bot.platforms.console_view import show
from bot.platforms.lines import read_lines
from bot.platforms.on_console import Console
from bot.settings import Settings
from tests.desks import desk

ROOT = Path(__file__).resolve().parents[1]

CHILD = """
import asyncio
from bot.commands import COMMANDS
from bot.platforms.on_console import Console
from tests.desks import desk
asyncio.run(Console().serve(COMMANDS, lambda caller: desk(admin=caller.admin)))
print("left")
"""


def desks(caller):
    """A desk for whoever calls."""
    return desk(admin=caller.admin)


async def served(text: str, commands=COMMANDS) -> str:
    """What a console prints when these lines come through a pipe."""
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    out = io.StringIO()
    with os.fdopen(reading) as source:
        await asyncio.wait_for(Console(source=source, out=out).serve(commands, desks), 30)
    return out.getvalue()


async def test_lines_from_a_pipe_are_answered_in_order():
    """With or without a slash, blank lines ignored, the last line needing no end."""
    text = await served("/status\n\n  digest 2021-06-22\n/help digest")
    assert (
        text.index("Status")
        < text.index("North Korea brief, 22 June 2021")
        < text.index("The brief of a day or of a week")
    )


@pytest.mark.parametrize("word", ["exit", "/quit", "QUIT"])
async def test_leaving_by_word(word):
    """What comes after is not read."""
    assert "Status" not in await served(f"{word}\n/status\n")


async def test_input_that_was_left_takes_nothing_from_the_next():
    """The thread that still waits reads its own input alone, though the number now names another file."""
    left, feeding = os.pipe()
    lines = read_lines(left)
    os.write(feeding, b"exit\n")
    assert await anext(lines) == "exit"
    os.close(left)
    reading, writing = os.pipe()
    os.write(feeding, b"too late\n")
    os.write(writing, b"/status\n")
    assert await anext(lines) == "too late"
    os.close(feeding)
    with pytest.raises(StopAsyncIteration):
        await anext(lines)
    assert (reading, os.read(reading, 100)) == (left, b"/status\n")
    os.close(reading)
    os.close(writing)


async def test_an_error_never_ends_the_prompt(caplog):
    """Mistakes, wrong bytes and even a bug in a command are answered, and the next line is too."""

    async def broken(_desk, _arguments):
        raise ZeroDivisionError

    commands = (*COMMANDS, Command("broken", "command.status", broken))
    text = await served("/statment x\n/broken\n/status\n", commands)
    assert "Did you mean /statement?" in text
    assert "This is a mistake in the program" in text
    assert "Status" in text
    assert "ZeroDivisionError" in caplog.text


async def test_no_terminal_means_plain_text():
    """No colour, no escape sequence, addresses in full."""
    text = await served("/digest 2021-06-22\n")
    assert "\x1b" not in text
    assert "[1] https://www.newser.com/story/307696/" in text


async def test_ask_answers_once_with_an_exit_code():
    """0 when answered, 1 when mistaken or asked back; what went wrong goes to standard error."""
    out, errors = io.StringIO(), io.StringIO()
    console = Console(out=out, errors=errors)
    assert await console.ask("/statement kim-yo-jong since:2021", desks) == 0
    assert "Kim Yo Jong on record" in out.getvalue()
    assert errors.getvalue() == ""
    assert await console.ask("/statement kim", desks) == 1
    assert await console.ask("/nonsense", desks) == 1
    assert "Which one?" in errors.getvalue()
    assert "There is no command “nonsense”" in errors.getvalue()
    assert "Which one?" not in out.getvalue()


async def test_ask_in_json_is_one_document():
    """Programs get the codebook's own words beside the reader's."""
    out = io.StringIO()
    assert (
        await Console(out=out).ask("/statement kim-yo-jong since:2021-06-22 until:2021-06-22", desks, as_json=True) == 0
    )
    told = json.loads(out.getvalue())
    record = told["sections"][0]["entries"][0]["record"]
    assert (record["id"], record["stance"], record["threat"]) == ("S-2021-0622-1", {"us": "rejects"}, "none")
    wrong = io.StringIO()
    assert await Console(out=wrong).ask("/nonsense", desks, as_json=True) == 1
    assert json.loads(wrong.getvalue())["kind"] == "problem"


async def test_posting_twice_with_one_key_says_it_once():
    """A repeat is harmless; an edit prints what it says now."""
    out = io.StringIO()
    console = Console(out=out)
    posted = await console.post("console", Message("Brief"), "2021-06-22")
    assert await console.post("console", Message("Brief"), "2021-06-22") == posted
    assert out.getvalue().count("Brief") == 1
    await console.edit(posted, Message("Brief, corrected"))
    assert "Brief, corrected" in out.getvalue()


def terminal(width: int, **changes) -> Terminal:
    """A terminal of a given width that writes into memory."""
    return Terminal(
        file=io.StringIO(), force_terminal=True, width=width, highlight=False, markup=False, emoji=False, **changes
    )


def a_card() -> Message:
    """A small message with everything that a terminal could misread."""
    entry = Entry(
        "Kim Yo Jong [bold]not markup[/bold] :smile:",
        quote=Quote("a greater disappointment"),
        chips=("rejects talks with the US", "no threat"),
        notes=("Answers Jake Sullivan of 20 June 2021, 2 days later.",),
        links=(Link("KBS", "https://kbs.example/1"),),
        id="S-2021-0622-1",
    )
    return Message(
        "Brief",
        "Bottom line.",
        (Section("From Pyongyang", (entry,), "+1 more"),),
        "Small print.",
        (Action("run", "/why S-2021-0622-1", "Why"),),
    )


def test_a_terminal_shows_words_links_and_no_markup():
    """Links can be opened, brackets stay brackets, buttons are lines to type."""
    screen = terminal(100, color_system="truecolor", legacy_windows=False)
    show(a_card(), screen)
    text = screen.file.getvalue()
    assert "]8;" in text
    assert "https://kbs.example/1" in text
    assert "[bold]not markup[/bold] :smile:" in text
    assert "Why: /why S-2021-0622-1" in text


def test_without_colour_nothing_is_lost(monkeypatch):
    """NO_COLOR takes the colours away and leaves every word."""
    monkeypatch.setenv("NO_COLOR", "1")
    screen = terminal(100)
    show(a_card(), screen)
    text = screen.file.getvalue()
    assert "\x1b[36m" not in text
    assert "rejects talks with the US; no threat" in text


@pytest.mark.parametrize("width", [20, 40, 120])
def test_lines_fit_the_width(width):
    """A narrow terminal wraps between words and cuts nothing off."""
    screen = terminal(width, color_system=None)
    message = replace(a_card(), lead="Kim Yo Jong rejects talks with the US. " * 5)
    show(message, screen)
    lines = screen.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert " ".join(" ".join(lines).split()).count("rejects talks with the US") == 6


def test_the_platforms_are_made_from_the_settings():
    """The console needs no token."""
    assert [platform.name for make in PLATFORMS if (platform := make(Settings()))] == ["console"]


def test_an_idle_pipe_does_not_hold_the_process():
    """When the loop is told to stop while the input stays open, the process ends at once and quietly."""
    code = CHILD.replace("asyncio.run(Console()", "asyncio.run(asyncio.wait_for(Console()").replace(")))", ")), 0.5))")
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    child.wait(timeout=30)
    errors = child.stderr.read()
    child.stdin.close()
    child.stderr.close()
    assert errors.rstrip().endswith("TimeoutError")
    assert "Fatal" not in errors


def test_a_real_terminal_prompts_completes_and_leaves():
    """On a pseudo-terminal: a prompt, completion with the tab key, an answer, and Ctrl-D leaves."""
    child, terminal_end = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(  # noqa: S606 - likewise
            sys.executable, [sys.executable, "-c", CHILD], {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
        )
    seen = until(terminal_end, "briefbot>")
    os.write(terminal_end, b"/stat\t")
    seen += until(terminal_end, "/status")
    os.write(terminal_end, b"\x15/status\r")
    seen += until(terminal_end, "784 statements")
    seen += until(terminal_end, "briefbot>")
    os.write(terminal_end, b"\x04")
    seen += until(terminal_end, "left")
    assert os.waitpid(child, 0)[1] == 0
    os.close(terminal_end)


def until(descriptor: int, wanted: str, patience: float = 30.0) -> str:
    """What a terminal prints up to and including the words wanted; fails when they do not come."""
    text, end = "", time.monotonic() + patience
    while wanted not in text:
        assert time.monotonic() < end, f"{wanted!r} did not come; seen: {text!r}"
        if not select.select([descriptor], [], [], 1.0)[0]:
            continue
        try:
            chunk = os.read(descriptor, 4096).decode(errors="replace")
        except OSError:  # the child has gone
            chunk = ""
        assert chunk, f"{wanted!r} did not come; seen: {text!r}"
        text += chunk
        if "\x1b[6n" in chunk:  # it asks where the cursor is
            os.write(descriptor, b"\x1b[1;1R")
    return text
