"""/alerts: rules on who says what; a rule is tried on the history before it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.briefing.alerts import (
    NOVELTIES,
    THREATS,
    Rule,
    Watch,
    check_condition,
    combined,
    conditions,
    fires,
    read_rule,
    watches_of,
    with_watches,
    written,
)
from bot.briefing.cards import Look, card
from bot.briefing.message import Action, Entry, Message, Section
from bot.briefing.subscription import subscription_of
from bot.commands.command import Arguments, Command, Desk, Option
from bot.commands.journal import change_settings, log_part, undo_button, undo_part
from bot.commands.resolving import command_line, theme
from bot.errors import CommandError
from bot.sources import SIDES
from store.records import Comparison, Statement

TRIED = timedelta(days=90)
"""So far back a rule is tried before it is kept."""

_SHOWN, _MOST, _NAME = 5, 25, 40
_LAST = 2000
_TYPED = ("speaker", "side", "authority", "theme", "threat", "shift", "novelty", "words")


async def list_alerts(desk: Desk, _arguments: Arguments) -> Message:
    """Every alert with its rule, place and maker."""
    say = desk.catalogue.say
    watches = watches_of(desk.workspace.settings)
    entries = tuple(_entry(one, desk) for one in watches)
    lead = say("alerts.count", count=len(watches)) if watches else say("alerts.none")
    return Message(say("alerts.title"), lead=lead, sections=(Section("", entries),) if entries else (), kind="list")


def _entry(one: Watch, desk: Desk) -> Entry:
    say = desk.catalogue.say
    notes = [_delivered(one, desk), *([say("alerts.by", who=one.by)] if one.by else [])]
    remove = Action("run", command_line("alerts remove", {"name": one.name}), say("alerts.remove"))
    return Entry(one.name, detail=written(one.rule), notes=tuple(notes), actions=(remove,))


def _delivered(one: Watch, desk: Desk) -> str:
    """Where it goes, and which role it calls there."""
    say = desk.catalogue.say
    home = subscription_of(desk.workspace.settings).channel
    where = desk.place(one.channel or home).name if one.channel or home else ""
    key = "alerts.goes_to" if one.channel else "alerts.goes_home" if home else "alerts.goes_nowhere"
    said = say(key, where=where)
    return f"{said} {say('alerts.calls', role=desk.role(one.role))}" if one.role else said


async def add(desk: Desk, arguments: Arguments) -> Message:
    """Try the rule on the history and ask; with ``save:yes`` keep it."""
    rule = _rule(desk, arguments)
    watch = Watch(_name(desk, arguments, rule), rule, arguments.text("channel"), arguments.text("role"), desk.who)
    if watch.channel and (trouble := desk.place(watch.channel).trouble):
        raise CommandError(trouble)
    channel = watch.channel or subscription_of(desk.workspace.settings).channel
    if watch.role and (trouble := desk.uncalled(watch.role, channel)):
        raise CommandError(trouble)
    watches = watches_of(desk.workspace.settings)
    if len(watches) >= _MOST:
        raise CommandError(desk.catalogue.say("alerts.too_many", most=_MOST))
    if any(one.name == watch.name for one in watches):
        raise CommandError(desk.catalogue.say("alerts.exists", name=watch.name))
    if arguments.text("save") != "yes":
        return _tried(rule, desk, _delivered(watch, desk), _line(arguments, watch.name))
    what = f"{desk.catalogue.say('alerts.added', name=watch.name, rule=written(rule))} {_delivered(watch, desk)}"
    settings = with_watches(desk.workspace.settings, [*watches, watch])
    number = change_settings(desk, "/alerts add", what, settings)
    return Message(desk.catalogue.say("alerts.title"), lead=what, actions=(undo_button("alerts", number, desk),))


def _line(arguments: Arguments, name: str) -> str:
    given = {key: str(value) for key, value in arguments.values.items()}
    return command_line("alerts add", {**given, "name": name, "save": "yes"})


def _name(desk: Desk, arguments: Arguments, rule: Rule) -> str:
    """The name given, else one made of the conditions, else a number."""
    if given := arguments.text("name"):
        return given[:_NAME]
    made = re.sub(r"\w+:|[()\"]", "", written(rule))[:_NAME].strip()
    return made or str(len(watches_of(desk.workspace.settings)) + 1)


def _rule(desk: Desk, arguments: Arguments) -> Rule:
    """The typed options together with the rule written out."""
    given = {kind: _value(kind, desk, arguments) for kind in _TYPED}
    extra = read_rule(arguments.text("when")) if arguments.text("when") else None
    for kind, value in given.items():
        if value:
            check_condition(kind, value)
    if extra is None and not any(given.values()):
        raise CommandError(desk.catalogue.say("alerts.empty"))
    return _settled(combined(given, extra), desk)


def _value(kind: str, desk: Desk, arguments: Arguments) -> str:
    if kind == "authority":
        level = arguments.count("authority", 0)
        return str(level) if level else ""
    if kind == "theme":
        return arguments.text("topic")
    del desk
    return arguments.text(kind)


def _settled(rule: Rule, desk: Desk) -> Rule:
    """The rule with names made into what the record calls them: any spelling of a speaker, any name of a theme."""
    done: dict[str, object] = {}
    for kind, value in rule.items():
        if kind in {"all", "any"} and isinstance(value, Sequence):
            done[kind] = [_settled(part, desk) for part in value]
        elif kind == "not" and isinstance(value, Mapping):
            done[kind] = _settled(value, desk)
        else:
            done[kind] = _known(kind, str(value), desk)
    return done


def _known(kind: str, value: str, desk: Desk) -> str:
    say = desk.catalogue.say
    if kind == "speaker":
        found = desk.people.exact(value) or next((one.slug for one in desk.people.find(value, desk.today)), "")
        if not found:
            raise CommandError(say("error.speaker", typed=value))
        return found
    if kind == "theme":
        slug = theme(value, desk)
        if not slug:
            raise CommandError(say("alerts.theme", typed=value))
        return slug
    if kind == "side" and value not in SIDES:
        raise CommandError(say("error.choice", option="side", typed=value, choices=", ".join(SIDES)))
    return value


async def preview(desk: Desk, arguments: Arguments) -> Message:
    """Try an alert that is kept, or a rule, on the history; nothing is changed."""
    name = arguments.text("name")
    kept = next((one for one in watches_of(desk.workspace.settings) if one.name == name), None)
    if kept is None and not arguments.text("when"):
        raise CommandError(_unknown(name, desk) if name else _which(desk))
    rule = kept.rule if kept else _settled(read_rule(arguments.text("when")), desk)
    return _tried(rule, desk, _delivered(kept, desk) if kept else "")


def _which(desk: Desk) -> str:
    names = ", ".join(one.name for one in watches_of(desk.workspace.settings))
    return desk.catalogue.say("alerts.which", names=names) if names else desk.catalogue.say("alerts.none")


def _unknown(name: str, desk: Desk) -> str:
    names = ", ".join(one.name for one in watches_of(desk.workspace.settings))
    if not names:
        return desk.catalogue.say("alerts.none")
    return desk.catalogue.say("alerts.unknown", name=name, names=names)


def _tried(rule: Rule, desk: Desk, delivered: str, save: str = "") -> Message:
    """What the rule would have done in the last ninety days; ``save`` is the line that keeps it."""
    say = desk.catalogue.say
    since = desk.today - TRIED
    hits = [one for one in desk.store.statements(since=since, until=desk.today) if _fired(rule, one, desk)]
    lead = say("alerts.would", count=len(hits), days=TRIED.days, rule=written(rule))
    shown = hits[:_SHOWN]
    if not hits:
        before = (one for one in desk.store.statements(until=since, count=_LAST) if _fired(rule, one, desk))
        last = next(before, None)
        shown = [last] if last else []
        lead = f"{lead} {say('alerts.last') if last else say('alerts.never')}"
    look = Look(full=False, notes="none", links=2)
    entries = tuple(replace(card(desk.tell(one), desk.voice, look), actions=()) for one in shown)
    left = len(hits) - len(shown)
    more = say("digest.more", count=left) if left > 0 else ""
    return Message(
        say("alerts.trial"),
        lead=lead,
        sections=(Section("", entries, more),) if entries else (),
        footer=" ".join(filter(None, [delivered, say("alerts.confirm") if save else ""])),
        actions=(Action("run", save, say("alerts.save")),) if save else (),
        kind="list",
    )


def _fired(rule: Rule, statement: Statement, desk: Desk) -> bool:
    """Whether the rule would have fired; the comparison is only looked up where the rule asks for it."""
    asks = {kind for kind, _ in conditions(rule)} & {"shift", "novelty"}
    comparison = desk.tell(statement).comparison if asks else Comparison()
    return fires(rule, statement, comparison)


async def remove(desk: Desk, arguments: Arguments) -> Message:
    """Take an alert out."""
    name = arguments.text("name")
    watches = watches_of(desk.workspace.settings)
    kept = [one for one in watches if one.name != name]
    if len(kept) == len(watches):
        raise CommandError(_unknown(name, desk))
    what = desk.catalogue.say("alerts.removed", name=name)
    number = change_settings(desk, "/alerts remove", what, with_watches(desk.workspace.settings, kept))
    return Message(desk.catalogue.say("alerts.title"), lead=what, actions=(undo_button("alerts", number, desk),))


_NAMED = Option("name", "alert", "option.alert", required=True, rest=True)
_RULE = (
    Option("speaker", "speaker", "option.speaker"),
    Option("side", "choice", "option.side", choices=SIDES),
    Option("topic", "theme", "option.alert_topic"),
    Option("threat", "choice", "option.threat", choices=THREATS),
    Option("authority", "count", "option.authority", most=7, level=True),
    Option("novelty", "choice", "option.novelty", choices=NOVELTIES),
    Option("shift", "choice", "option.shift", choices=("any", "stance", "threat", "tone")),
    Option("words", "query", "option.words"),
    Option("when", "rule", "option.when"),
    Option("name", "text", "option.alert_name"),
    Option("channel", "channel", "option.alert_channel"),
    Option("role", "role", "option.role"),
    Option("save", "choice", "option.save", choices=("yes", "no")),
)
_WHEN = (Option("name", "alert", "option.alert"), Option("when", "rule", "option.when"))

ALERTS = Command(
    name="alerts",
    about="command.alerts",
    run=list_alerts,
    example="list",
    admin=True,
    parts=(
        Command("list", "command.alerts_list", list_alerts, admin=True),
        Command("add", "command.alerts_add", add, _RULE, "speaker:kim-yo-jong threat:explicit", admin=True),
        Command("remove", "command.alerts_remove", remove, (_NAMED,), "kim-yo-jong", admin=True),
        Command("preview", "command.alerts_preview", preview, _WHEN, 'when:"speaker:kim-yo-jong"', admin=True),
        log_part("alerts"),
        undo_part("alerts"),
    ),
)
