"""Modals: a command's options as fields to fill in, and answers shown in a modal.

A form's ``private_metadata`` names its command, so that it can be sent in after a restart.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefing.clean import cut
from bot.briefing.subscription import DAYS, EVERY_DAY, subscription_of
from bot.catalogue import Catalogue
from bot.commands.command import Command, Desk, Option
from bot.commands.completing import Completion, complete
from bot.platforms.slack_parts.escaping import mrkdwn, plain_text
from bot.platforms.slack_parts.layout import Block, Sheet

FORM, ANSWER = "form", "answer"
"""The callback ids of our two sorts of modal."""

_TITLE, _LABEL, _HINT, _OPTION, _VALUE, _CHOICES = 24, 200, 300, 75, 150, 100
_LOADED = frozenset({"speaker", "theme", "feed", "statement", "zone", "days", "alert"})
_UNASKED = frozenset({"save", "page", "confirm"})
_LONG_TEXT, _FILE_TYPES = 2900, ["opml", "xml"]
_ABOUT = {"role": "slack.group"}
_COMPOSED = ("channel", "time", "timezone", "days", "language")

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in: an option of a command, or of the part of it that is named."""

    option: Option
    part: str = ""

    @property
    def id(self) -> str:
        """The block's id: ``time/time`` for an option of a part."""
        return f"{self.part}/{self.option.name}" if self.part else self.option.name

    @property
    def label(self) -> str:
        """The catalogue's key for its label; English labels are the names as they are typed."""
        return f"typed.{self.part or self.option.name}"

    @property
    def about(self) -> str:
        """The catalogue's key for its hint."""
        return _ABOUT.get(self.option.kind, self.option.about)


def fields_of(command: Command) -> tuple[Field, ...]:
    """What a form for the command asks: its options, or, for /briefing, the settings that its parts make."""
    if command.options:
        return tuple(Field(option) for option in command.options if option.name not in _UNASKED)
    parts = (part for part in command.parts if part.name in _COMPOSED)
    return tuple(Field(part.options[0], part.name) for part in parts if part.options)


def form(command: Command, name: str, desk: Desk, title: str, channel: str = "") -> View:
    """The modal that asks for a command's options; what is set already stands in it.

    ``name`` is the command's full name, ``title`` that name as it is typed here.
    """
    catalogue = _one_language(command, desk.catalogue)
    say = catalogue.say
    before = _set_already(command, desk)
    blocks: list[Block] = [{"type": "section", "text": plain_text(say(command.about), _LABEL)}]
    blocks += [_input(field, before.get(field.id, ""), catalogue, required=not before) for field in fields_of(command)]
    about = {"command": name, "channel": channel, "before": {key: value for key, value in before.items() if value}}
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain_text(title, _TITLE),
        "submit": plain_text(say("slack.send"), _TITLE),
        "close": plain_text(say("slack.close"), _TITLE),
        "private_metadata": json.dumps(about, ensure_ascii=False),
        "blocks": blocks,
    }


def _set_already(command: Command, desk: Desk) -> dict[str, str]:
    """For /briefing, the settings as they are."""
    if command.options:
        return {}
    wanted = subscription_of(desk.workspace.settings)
    days = ", ".join(DAYS[day] for day in wanted.days)
    return {
        "channel/channel": wanted.channel,
        "time/time": f"{wanted.hour:%H:%M}",
        "timezone/zone": desk.zone.key,
        "days/days": "daily" if wanted.days == EVERY_DAY else days,
        "language/language": wanted.language or desk.catalogue.language,
    }


def _one_language(command: Command, catalogue: Catalogue) -> Catalogue:
    """The reader's language where it has all words of the form, else English: labels and hints go together."""
    keys = [command.about, *(key for field in fields_of(command) for key in (field.label, field.about))]
    return catalogue if all(catalogue.has_own(key) for key in keys) else Catalogue.load()


def _input(field: Field, value: str, catalogue: Catalogue, *, required: bool) -> Block:
    option = field.option
    hint = cut(catalogue.say(field.about), _HINT)
    label = catalogue.say(field.label) if field.label in catalogue else (field.part or option.name).capitalize()
    block: Block = {
        "type": "input",
        "block_id": field.id,
        "label": plain_text(label, _LABEL),
        "element": _element(option, value) | {"action_id": f"value.{option.name}"},
        "optional": not (required and option.required),
    }
    return block | {"hint": plain_text(hint, _HINT)}


def _element(option: Option, value: str) -> Block:
    """The widget for an option's kind, with what is set already."""
    if option.kind in _LOADED:
        return {"type": "external_select", "min_query_length": 0, **_first(value)}
    makers: dict[str, Callable[[], Block]] = {
        "choice": lambda: _menu(option, value),
        "count": lambda: {
            "type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": str(option.most),
        },
        "time": lambda: {"type": "timepicker"} | ({"initial_time": value} if value else {}),
        "channel": lambda: _channels(value, here=option.required),
        "file": lambda: {"type": "file_input", "filetypes": _FILE_TYPES, "max_files": 1},
    }  # fmt: skip
    text = {"type": "plain_text_input", "multiline": option.name == "text", "max_length": _LONG_TEXT}
    return makers.get(option.kind, lambda: text)()


def _menu(option: Option, value: str) -> Block:
    choices = [choice(Completion(one, one)) for one in option.choices[:_CHOICES]]
    return {"type": "static_select", "options": choices, **(_first(value) if value in option.choices else {})}


def _channels(value: str, *, here: bool) -> Block:
    """A menu of channels; with none set, the present one where one is wanted at all."""
    unset: Block = {"default_to_current_conversation": True} if here else {}
    first: Block = {"initial_conversation": value} if value else unset
    shown = {"include": ["public", "private"], "exclude_bot_users": True}
    return {"type": "conversations_select", "filter": shown, **first}


def _first(value: str) -> Block:
    return {"initial_option": choice(Completion(value, value))} if value else {}


def choice(one: Completion) -> Block:
    """One choice of a menu."""
    return {"text": plain_text(one.label, _OPTION), "value": one.value[:_VALUE]}


def suggested(payload: Mapping[str, Any], desk: Desk) -> list[Block]:
    """The choices for what is typed into a menu of a form."""
    asked = read_about(payload.get("view") or {})
    command, _ = command_named(asked.get("command", ""), desk.commands)
    if command is None or (command.admin and not desk.admin):
        return []
    field = next((one for one in fields_of(command) if one.id == payload.get("block_id")), None)
    found = complete(field.option, str(payload.get("value") or ""), desk) if field else []
    return [choice(one) for one in {one.value[:_VALUE]: one for one in found if one.value}.values()][:_CHOICES]


def command_named(name: str, commands: Sequence[Command]) -> tuple[Command | None, str]:
    """The command or part of that full name."""
    head, _, part = name.partition(" ")
    command = next((one for one in commands if one.name == head), None)
    return (command.part(part) if command and part else command), name


def read_about(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a form of ours knows of itself."""
    try:
        told = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def read_values(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field id; the address of a file in place of the file."""
    values = view.get("state", {}).get("values", {})
    return {name: _value(element) for name, row in values.items() for element in row.values()}


def _value(element: Mapping[str, Any]) -> str:
    if chosen := element.get("selected_option"):
        return str(chosen.get("value") or "")
    if files := element.get("files"):
        return str(files[0].get("url_private_download") or files[0].get("url_private") or "")
    keys = ("value", "selected_conversation", "selected_time", "selected_date")
    return str(next((element[key] for key in keys if element.get(key)), ""))


def changed(values: Mapping[str, str], about: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The settings of a form of parts that differ from before, as (part, option, value)."""
    before = about.get("before") or {}
    for name, value in values.items():
        part, _, option = name.partition("/")
        if option and value and value != before.get(name):
            yield part, option, value


def waiting(catalogue: Catalogue, channel: str = "") -> View:
    """The modal that stands while the answer is being made."""
    return _answer([{"type": "section", "text": plain_text(catalogue.say("slack.wait"), _LABEL)}], catalogue, channel)


def answer_view(sheet: Sheet, catalogue: Catalogue, channel: str = "") -> View:
    """An answer in a modal."""
    return _answer(list(sheet.blocks) or [{"type": "section", "text": mrkdwn(sheet.text)}], catalogue, channel)


def _answer(blocks: list[Block], catalogue: Catalogue, channel: str) -> View:
    return {
        "type": "modal",
        "callback_id": ANSWER,
        "title": plain_text("briefbot", _TITLE),
        "close": plain_text(catalogue.say("slack.close"), _TITLE),
        "private_metadata": json.dumps({"channel": channel}),
        "blocks": blocks,
    }
