"""The parts of the README that are made from the code: ``python -m tests.readme`` writes them, a test compares them."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console as Terminal

from bot.__main__ import main
from bot.archive import load_chronicle
from bot.briefing.charts import Chart
from bot.briefing.drawing import png
from bot.briefing.message import Message
from bot.briefing.plain import plain
from bot.catalogue import Catalogue
from bot.commands import COMMANDS
from bot.commands.answering import answer
from bot.commands.command import Caller, Command
from bot.demo import replay
from bot.demo.server import serve
from bot.fetch import Fetcher, Limits
from bot.platforms.console_view import rendered
from bot.settings import SETTINGS, Settings
from store import Store
from tests.desks import desk
from tests.gate import FIGURES, PINNED

README = Path(__file__).resolve().parents[1] / "README.md"
PICTURE = README.parent / "docs" / "digest.svg"
CHART = README.parent / "docs" / "chart.png"
CHARTED = "/chart kim-yo-jong until:2025"


def commands() -> str:
    """The table of chat commands."""
    say = Catalogue.load("en").say
    rows = [
        f"| `{usage}` | {say(command.about)}{' (admins)' if command.admin else ''} |" for command, usage in usages()
    ]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def usages() -> Iterator[tuple[Command, str]]:
    """Every command and part with how it is typed."""
    for command in COMMANDS:
        for part in command.parts or (command,):
            name = command.name if part is command else f"{command.name} {part.name.split()[-1]}"
            options = [option.name.upper() if option.required else f"[{option.name}]" for option in part.options]
            yield part, " ".join([f"/{name}", *options])


def command_line() -> str:
    """The table of command-line commands."""
    rows = []
    for name, command in main.commands.items():
        options = [parameter.opts[0] for parameter in command.params if parameter.opts[0].startswith("--")]
        arguments = [parameter.opts[0].upper() for parameter in command.params if not parameter.opts[0].startswith("-")]
        usage = " ".join(["briefbot", name, *arguments, *(f"[{option}]" for option in options)])
        rows.append(f"| `{usage}` | {(command.help or '').splitlines()[0]} |")
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def settings() -> str:
    """The table of settings."""
    defaults = Settings()
    rows = []
    for setting in SETTINGS:
        value = getattr(defaults, setting.field)
        shown = f"`{value}`" if value and not isinstance(value, tuple) else "none"
        rows.append(f"| `{setting.variable}` | {_span(shown)} | {setting.meaning} |")
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def _span(shown: str) -> str:
    return shown.replace("0:00:05", "5s")


def digest() -> str:
    """The demo's digest of 22 June 2021, addresses left out."""
    return f"```\n{plain(asyncio.run(briefed()), addresses=False).strip()}\n```"


async def briefed() -> Message:
    """The demo's digest of 22 June 2021."""
    with Store.open(":memory:") as store:
        load_chronicle(store, until=replay.EVE)
        async with serve() as server, Fetcher(allowed=("127.0.0.1",), limits=Limits(at_once=1, pause=0)) as fetcher:
            running = await replay.replayed(store, server, fetcher, lambda _now, _outcomes: None)
            desk = running.desks(fetcher)(Caller(workspace="console", who="console", admin=True))
            desk = replace(desk, commands=COMMANDS)
            return await answer("/digest 2021-06-22", desk)


def picture(message: Message) -> str:
    """A message as the console shows it, as SVG with the reader's own monospaced font."""
    terminal = Terminal(record=True, width=104, force_terminal=True, file=io.StringIO(), highlight=False)
    for shown in rendered(message):
        terminal.print(shown)
    drawn = terminal.export_svg(title="briefbot digest --date 2021-06-22", unique_id="digest")
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")


def charted() -> Chart:
    """The chart that the README shows."""
    return asyncio.run(answer(CHARTED, desk(now=datetime(2026, 1, 1, tzinfo=UTC)))).charts[0]


def figures() -> str:
    """What the quality gate holds: each figure as pinned, its floor, and how far two careful readers agree."""
    floors = json.loads(PINNED.read_text("utf-8"))["floors"]
    texts = {"dev": "KCNA texts, 232", "press-dev": "press items, 101"}
    rows = []
    for figure in FIGURES:
        pinned = floors[figure.name]
        readers = f"{figure.readers:.2f}" if figure.readers else ""
        values = f"{pinned['pinned']:.2f} | {pinned['floor']:.2f} | {readers}"
        rows.append(f"| {texts[figure.corpus]} | {figure.name} | {values} |")
    head = ["| on | figure | measured | floor | two readers |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


PARTS = {
    "commands": commands,
    "command-line": command_line,
    "settings": settings,
    "digest": digest,
    "figures": figures,
}


def part(text: str, name: str) -> str:
    """What stands between the marks of one part."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.DOTALL)
    assert found, f"the README has no part {name}"
    return found[1]


def written(text: str) -> str:
    """The README with every part as the code has it."""
    for name, make in PARTS.items():
        marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        made = make()
        text = marks.sub(lambda found, made=made: f"{found[1]}{made}\n{found[2]}", text)
    return text


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(asyncio.run(briefed())), "utf-8")
    CHART.write_bytes(png(charted()))
    README.write_text(written(README.read_text("utf-8")), "utf-8")
