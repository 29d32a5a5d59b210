"""What Slack's documentation allows in a message or a view, and what nothing from a feed may ever do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
SECTION, FIELD, FIELDS, HEADER, CONTEXT, ACTIONS = 3000, 2000, 10, 150, 10, 25
BUTTON, VALUE, URL, ID, OPTIONS, OPTION_TEXT, OPTION_VALUE = 75, 2000, 3000, 255, 100, 75, 150
MODAL_TITLE, MODAL_BUTTON, METADATA, VIEW_SIZE = 24, 24, 3000, 250_000
LABEL, HINT, PLACEHOLDER, ALT, TEXT, TOGETHER = 2000, 2000, 150, 2000, 4000, 13_000
IMAGE_TITLE = 2000
TOKEN = re.compile(r"<([^<>]*)>")
GOOD_LINK = re.compile(r"https?://[^\s|<>]+(\|[^|<>\n]+)?")
SUBTEAM = re.compile(r"!subteam\^S[A-Z0-9]+")
COMMAND_NAME, COMMANDS, DESCRIPTION = re.compile(r"[a-z0-9_-]{1,31}"), 50, 2000
STRAY = re.compile(r"&(?!amp;|lt;|gt;)")
CHOICES = {"static_select", "multi_static_select", "radio_buttons", "checkboxes"}
MENUS = CHOICES | {
    "external_select", "multi_external_select", "conversations_select", "users_select", "channels_select",
}  # fmt: skip
INPUTS = MENUS | {"plain_text_input", "number_input", "timepicker", "datepicker", "email_text_input", "file_input"}


BUILT_IN = frozenset(
    {
        "active", "apps", "archive", "away", "call", "collapse", "dm", "dnd", "expand",
        "feed", "feedback", "help", "huddle", "invite", "join", "kick", "leave", "me",
        "msg", "mute", "open", "part", "prefs", "pro", "remind", "remove", "rename",
        "search", "shortcuts", "shrug", "star", "status", "topic", "unarchive", "who",
    }
)  # fmt: skip
"""Names of Slack's own commands: no app may have them."""


class RefusedError(Exception):
    """Slack would answer with this error."""


def check_mrkdwn(text: str, most: int, where: str) -> None:
    """Only links and a chosen user group may stand in angle brackets; nothing unescaped."""
    refuse_unless(0 < len(text) <= most, f"{where}: {len(text)} characters")
    for token in TOKEN.findall(text):
        refuse_unless(bool(GOOD_LINK.fullmatch(token) or SUBTEAM.fullmatch(token)), f"{where}: <{token}>")
    rest = TOKEN.sub("", text)
    refuse_unless("<" not in rest and ">" not in _without_quotes(rest), f"{where}: a stray angle bracket")
    refuse_unless(not STRAY.search(rest), f"{where}: an unescaped &")


def _without_quotes(text: str) -> str:
    """Our own quotation marks ("> ") at line starts are no stray brackets."""
    return re.sub(r"^> ", "", text, flags=re.MULTILINE)


def refuse_unless(good: bool, why: str) -> None:
    """Slack's answer to a malformed block."""
    if not good:
        raise RefusedError(why)


def check_manifest(told: Json) -> None:
    """An app's manifest as far as commands go: one name that is Slack's own, and all of it is refused."""
    commands = told["features"]["slash_commands"]
    names = [one["command"].removeprefix("/") for one in commands]
    for name in names:
        good = bool(COMMAND_NAME.fullmatch(name)) and name not in BUILT_IN
        refuse_unless(good, f"the slash command has an invalid name: /{name}")
    refuse_unless(len(names) == len(set(names)) and len(names) <= COMMANDS, "slash_commands")
    refuse_unless(all(0 < len(one["description"]) <= DESCRIPTION for one in commands), "description")


def check_message(body: Json) -> None:
    """A message as it is sent: a text that stands alone, and blocks within the limits."""
    text = body.get("text", "")
    refuse_unless(isinstance(text, str) and bool(text.strip()), "no_text: screen readers would have nothing")
    check_mrkdwn(text, TEXT, "text")
    blocks = body.get("blocks") or []
    check_blocks(blocks, MESSAGE_BLOCKS)
    refuse_unless(sum(len(one) for one in texts(blocks)) <= TOGETHER, "msg_blocks_too_long")


def check_blocks(blocks: list[Json], most: int, *, inputs: bool = False) -> None:
    """Every block of a message or a view."""
    refuse_unless(len(blocks) <= most, f"{len(blocks)} blocks")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    refuse_unless(len(ids) == len(set(ids)), "a block_id twice")
    refuse_unless(all(0 < len(one) <= ID for one in ids), "block_id")
    for block in blocks:
        check = CHECKS.get(block.get("type", ""))
        refuse_unless(check is not None, f"block {block.get('type')}")
        refuse_unless(inputs or block["type"] != "input", "input blocks are for views")
        if check:
            check(block)


def text_object(found: Any, most: int, where: str, *, plain: bool = False) -> None:
    """A text: plain without emoji, or mrkdwn that is taken as it stands."""
    refuse_unless(isinstance(found, dict) and found.get("type") in {"plain_text", "mrkdwn"}, where)
    if found["type"] == "plain_text":
        refuse_unless(0 < len(found["text"]) <= most, f"{where}: {len(found['text'])} characters")
        refuse_unless(found.get("emoji") is False, f"{where}: emoji of a feed would be drawn")
        return
    refuse_unless(not plain, f"{where}: must be plain_text")
    refuse_unless(found.get("verbatim") is True, f"{where}: names and addresses of a feed would become links")
    check_mrkdwn(found["text"], most, where)


def _section(block: Json) -> None:
    refuse_unless("text" in block or "fields" in block, "an empty section")
    if "text" in block:
        text_object(block["text"], SECTION, "section")
    refuse_unless(len(block.get("fields", ())) <= FIELDS, "fields")
    for one in block.get("fields", ()):
        text_object(one, FIELD, "field")
    if "accessory" in block:
        element(block["accessory"])


def _context(block: Json) -> None:
    refuse_unless(0 < len(block["elements"]) <= CONTEXT, "context elements")
    for one in block["elements"]:
        text_object(one, SECTION, "context")


def _actions(block: Json) -> None:
    refuse_unless(0 < len(block["elements"]) <= ACTIONS, "action elements")
    ids = [one["action_id"] for one in block["elements"]]
    refuse_unless(len(ids) == len(set(ids)), "an action_id twice")
    for one in block["elements"]:
        element(one)


def _image(block: Json) -> None:
    refuse_unless(0 < len(block.get("alt_text", "")) <= ALT, "alt_text")
    refuse_unless(("image_url" in block) != ("slack_file" in block), "image without a source")


def _input(block: Json) -> None:
    text_object(block["label"], LABEL, "label", plain=True)
    if "hint" in block:
        text_object(block["hint"], HINT, "hint", plain=True)
    refuse_unless(block["element"]["type"] in INPUTS, f"input {block['element']['type']}")
    element(block["element"])


def _header(block: Json) -> None:
    text_object(block["text"], HEADER, "header", plain=True)


CHECKS = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "header": _header,
    "divider": lambda _block: None,
}


def element(found: Json) -> None:
    """A button, a menu or a field to type in."""
    refuse_unless(0 < len(found.get("action_id", "")) <= ID, "action_id")
    if found["type"] == "button":
        text_object(found["text"], BUTTON, "button", plain=True)
        refuse_unless(len(found.get("value", "")) <= VALUE, "button value")
        refuse_unless(len(found.get("url", "")) <= URL, "button url")
        refuse_unless(found.get("style", "primary") in {"primary", "danger"}, "button style")
        refuse_unless(0 < len(found.get("accessibility_label", "x")) <= BUTTON, "accessibility_label")
        return
    refuse_unless(found["type"] in INPUTS, f"element {found['type']}")
    if "placeholder" in found:
        text_object(found["placeholder"], PLACEHOLDER, "placeholder", plain=True)
    if found["type"] in CHOICES:
        check_options(found["options"], least=1)
        first = found.get("initial_option")
        refuse_unless(first is None or first in found["options"], "initial_option is none of the options")


def check_options(options: list[Json], *, least: int = 0) -> None:
    """The choices of a menu, loaded or given."""
    refuse_unless(least <= len(options) <= OPTIONS, f"{len(options)} options")
    for one in options:
        text_object(one["text"], OPTION_TEXT, "option", plain=True)
        refuse_unless(0 < len(one["value"]) <= OPTION_VALUE, "option value")
    values = [one["value"] for one in options]
    refuse_unless(len(values) == len(set(values)), "an option twice")


def check_view(view: Json) -> None:
    """A modal or a Home tab."""
    refuse_unless(view.get("type") in {"modal", "home"}, "view type")
    check_blocks(view["blocks"], VIEW_BLOCKS, inputs=view["type"] == "modal")
    refuse_unless(len(view.get("private_metadata", "")) <= METADATA, "private_metadata")
    refuse_unless(len(view.get("callback_id", "x")) <= ID, "callback_id")
    refuse_unless(len(str(view)) <= VIEW_SIZE, "view_too_large")
    if view["type"] == "modal":
        text_object(view["title"], MODAL_TITLE, "title", plain=True)
        for name in ("submit", "close"):
            if name in view:
                text_object(view[name], MODAL_BUTTON, name, plain=True)
        has_inputs = any(block["type"] == "input" for block in view["blocks"])
        refuse_unless("submit" in view or not has_inputs, "a modal with inputs needs submit")


def texts(found: Any) -> Iterator[str]:
    """Every text in blocks, as read."""
    if isinstance(found, dict):
        if isinstance(found.get("text"), str):
            yield found["text"]
        for one in found.values():
            yield from texts(one)
    elif isinstance(found, list):
        for one in found:
            yield from texts(one)
