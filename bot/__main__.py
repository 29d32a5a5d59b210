"""The command line. Exit codes: 0 done, 1 trouble found, 2 wrong usage, 3 database, 4 settings or feeds file."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from bot import app, archive, coding_lines, doctor
from bot.classify.coding import Coder
from bot.codebook import load
from bot.commands import COMMANDS
from bot.demo import replay
from bot.errors import BriefbotError, SettingsError
from bot.evaluation import report
from bot.intake import Intake
from bot.jobs import tell
from bot.logs import set_up
from bot.pipeline import Outcome, Round, due, polled
from bot.platforms.on_console import Console
from bot.settings import SETTINGS, Settings, read_settings, with_value
from bot.worker import InThread
from store import Store
from store.errors import StoreError

TROUBLE, DATABASE, SETTINGS_FAULT = 1, 3, 4

by_field = {setting.field: setting for setting in SETTINGS}


class Group(click.Group):
    """All commands. Expected errors become one plain line and an exit code; a bug stays a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command named."""
        try:
            return super().invoke(ctx)
        except StoreError as error:
            leave(error, DATABASE)
        except SettingsError as error:
            leave(error, SETTINGS_FAULT)
        except BriefbotError as error:
            leave(error, TROUBLE)


def leave(error: Exception, code: int) -> NoReturn:
    """Say what is wrong on standard error, and end."""
    click.echo(f"briefbot: {error}", err=True)
    sys.exit(code)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", metavar="FILE", help="The database file (BRIEFBOT_DB).")
@click.option("--feeds", metavar="FILE", help="The list of feeds (BRIEFBOT_FEEDS).")
@click.option("--log-level", metavar="LEVEL", help="debug, info, warning or error (BRIEFBOT_LOG_LEVEL).")
@click.option("--log-format", metavar="FORMAT", help="text or json (BRIEFBOT_LOG_FORMAT).")
@click.version_option(package_name="briefbot")
@click.pass_context
def main(ctx: click.Context, /, **flags: str | None) -> None:
    """Read feeds on diplomacy with North Korea, remember who said what, and tell what is new.

    Settings come from the environment and a .env file; the flags here win over both.
    """
    settings = read_settings()
    for name, value in flags.items():
        if value:
            settings = with_value(settings, by_field[name], value)
    set_up(settings)
    ctx.obj = settings


@main.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Poll the feeds and answer, until stopped."""
    with app.opened(settings) as running:
        asyncio.run(app.run(running))


@main.command()
@click.option("--no-prompt", is_flag=True, help="Leave at the end, also on a terminal.")
def demo(*, no_prompt: bool) -> None:
    """Replay the week of 14 to 25 June 2021 from documents of its own, and stay for questions."""
    asyncio.run(replay.run(prompt=not no_prompt and sys.stdin.isatty()))


@main.command()
@click.option("--once", is_flag=True, help="Poll every feed that is due once, and leave.")
@click.option("--all", "every", is_flag=True, help="Poll also what is not due yet.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each feed polled.")
@click.pass_obj
def poll(settings: Settings, *, once: bool, every: bool, as_json: bool) -> None:
    """Poll the feeds without serving anybody."""
    with app.opened(settings) as running:
        failed = asyncio.run(_poll(running, once=once, every=every, as_json=as_json))
    sys.exit(TROUBLE if failed else 0)


async def _poll(running: app.App, *, once: bool, every: bool, as_json: bool) -> bool:
    """Rounds of polling; whether every feed of the last one failed."""
    async with running.fetcher() as fetcher:
        while True:
            now = running.clock()
            sources = list(running.sources()) if every else due(running.sources(), running.store, now)
            outcomes = []
            round_ = Round(running.store, fetcher, InThread(running.coder), now, sums=running.coder.summed)
            async for outcome in polled(sources, round_):
                outcomes.append(outcome)
                if as_json:
                    click.echo(json.dumps(_outcome_row(outcome)))
                tell(outcome, running.store)
            if once:
                return bool(outcomes) and all(outcome.status == "failed" for outcome in outcomes)
            await asyncio.sleep(running.settings.tick.total_seconds())


def _outcome_row(outcome: Outcome) -> dict[str, Any]:
    return {
        "source": outcome.source,
        "status": outcome.status,
        "entries": outcome.entries,
        "items": list(outcome.items),
        "statements": list(outcome.statements),
        "error": outcome.error,
    }


@main.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.pass_obj
def ask(settings: Settings, text: str, *, as_json: bool) -> None:
    """Answer one lookup, such as "/statement kim-yo-jong since:2021"."""
    _ask(settings, text, as_json=as_json)


def _ask(settings: Settings, text: str, *, as_json: bool) -> None:
    with app.opened(settings) as running:
        sys.exit(asyncio.run(_answer(running, text, as_json=as_json)))


async def _answer(running: app.App, text: str, *, as_json: bool) -> int:
    async with running.fetcher() as fetcher:
        return await Console().ask(text, running.desks(fetcher), as_json=as_json)


@main.command()
@click.option("--date", "day", default="today", show_default=True, help="2021-06-22, yesterday, or week.")
@click.option("--json", "as_json", is_flag=True, help="The digest as JSON.")
@click.pass_obj
def digest(settings: Settings, day: str, *, as_json: bool) -> None:
    """Print the digest of a day."""
    _ask(settings, f"/digest {day}", as_json=as_json)


@main.command()
@click.option("--explain", is_flag=True, help="Readable text with the words behind every label, not JSON.")
def code(*, explain: bool) -> None:
    """Code items: JSON Lines on standard input, one JSON line for each on standard output."""
    sys.exit(coding_lines.run(sys.stdin, sys.stdout, app.utc_now(), explain=explain))


@main.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="All figures as JSON.")
@click.option("--worst", default=report.WORST, show_default=True, help="How many mistakes to show.")
def evaluate(file: str, *, as_json: bool, worst: int) -> None:
    """Read labelled items (JSON Lines) and say how good the reading is: figures, confusions, mistakes."""
    done = report.evaluation(file, Coder(load()))
    click.echo(json.dumps(report.as_json(done, worst), ensure_ascii=False) if as_json else report.told(done, worst))


@main.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--compare", is_flag=True, help="Hold every new statement against the history at once (slower).")
@click.pass_obj
def import_(settings: Settings, file: str, *, compare: bool) -> None:
    """Take in an archive: chronicle records, an export, or items, as JSON Lines (.gz too; - for standard input)."""
    with app.opened(settings, feeds=False) as running, archive.opened(Path(file)) as lines:
        rows = lines.readlines()
        tally = archive.Tally()
        intake = Intake(running.store, compares=compare, sums=running.coder.summed)
        steps = archive.load(rows, running.coder, intake, running.clock())
        with click.progressbar(steps, length=len(rows), label="Importing", file=sys.stderr) as bar:
            for tally in bar:  # noqa: B007  the last one is told
                pass
    for number, reason in tally.refused:
        click.echo(f"briefbot: {file}, line {number}: {reason}", err=True)
    click.echo(", ".join(f"{count} {kind}" for kind, count in tally.counts.items() if count) or "nothing to import")
    sys.exit(TROUBLE if tally.refused else 0)


@main.command()
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True))
@click.pass_obj
def export(settings: Settings, file: str) -> None:
    """Write every statement and event as JSON Lines in the chronicle's form, to FILE or standard output."""
    with app.opened(settings, feeds=False) as running:
        try:
            with click.open_file(file, "w", encoding="utf-8") as out:
                for row in running.store.export():
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
        except BrokenPipeError:
            raise  # the reader has seen enough; click ends quietly
        except OSError as error:
            raise BriefbotError(f"{file} cannot be written: {error.strerror or error}") from error


@main.command()
@click.pass_obj
def invite(settings: Settings) -> None:
    """Print the link that adds the bot to a Discord server, with just the permissions it needs."""
    from bot.platforms.on_discord import invite_link  # noqa: PLC0415 - a second of loading that only its users should pay

    click.echo(asyncio.run(invite_link(settings)))


@main.command("slack-manifest")
@click.pass_obj
def slack_manifest(settings: Settings) -> None:
    """Print the manifest that sets the Slack app up: commands, shortcut, Home, events and scopes."""
    from bot.platforms.slack_parts.manifest import manifest  # noqa: PLC0415 - loading that only its users should pay

    click.echo(json.dumps(manifest(COMMANDS, settings.slack_prefix, settings.language), ensure_ascii=False, indent=2))


@main.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.pass_obj
def backup(settings: Settings, file: str) -> None:
    """Copy the database to FILE, checked and whole, while the bot goes on using it."""
    if not Path(settings.db).exists():
        leave(BriefbotError(f"{settings.db} is not there yet"), DATABASE)
    with Store.open(settings.db) as store:
        size = store.upkeep.backup(file)
    click.echo(f"{file}: {size / 1024**2:.1f} MiB, sound")


@main.command("doctor")
@click.option("--quick", is_flag=True, help="Only whether the database opens, for health checks.")
@click.pass_obj
def doctor_(settings: Settings, *, quick: bool) -> None:
    """Look at database, feeds, tokens and clock, and say what to do."""
    if quick and not Path(settings.db).exists():
        leave(BriefbotError(f"{settings.db} is not there yet"), DATABASE)
    with app.opened(settings, feeds=not quick) as running:
        if quick:
            return
        found = list(doctor.examine(running.store, settings, running.sources(), running.problems, running.clock()))
        found += asyncio.run(doctor.slack(settings))
    for finding in found:
        remedy = f" -> {finding.remedy}" if finding.remedy else ""
        click.echo(f"{finding.level:5} {finding.subject}: {finding.text}{remedy}")
    sys.exit(TROUBLE if any(finding.level == "fault" for finding in found) else 0)


if __name__ == "__main__":
    logging.captureWarnings(capture=True)
    main()
