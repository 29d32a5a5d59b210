"""Discord's documented limits, checked on everything that the bot sends; sources are the API's reference pages.

Messages: "Create Message", "Embed Limits", "Component Reference". Commands: "Application Command
Naming", "Application Command Option Structure". Lengths are counted in UTF-16 code units where
that is stricter than characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CONTENT, DESCRIPTION, TITLE, FOOTER, FIELD_NAME, FIELD_VALUE = 2000, 4096, 256, 2048, 256, 1024
EMBEDS, FIELDS, TOGETHER, ROWS, BUTTONS, CUSTOM_ID, LABEL, URL = 10, 25, 6000, 5, 5, 100, 80, 512
NAME, ABOUT, OPTIONS, CHOICES, COMMANDS, MENU_COMMANDS, COMMAND_SIZE, NONCE = 32, 100, 25, 25, 100, 15, 8000, 25
LINK = 5


def size(text: object) -> int:
    """The length as the strictest reader counts it."""
    return len(str(text or "").encode("utf-16-le")) // 2


def _over(what: str, text: object, most: int, least: int = 0) -> Iterator[str]:
    if not least <= size(text) <= most:
        yield f"{what} has {size(text)} characters, allowed are {least} to {most}"


def message(body: dict[str, Any], files: int = 0, *, new: bool = True) -> Iterator[str]:
    """What is wrong with a message that is sent or edited."""
    yield from _over("content", body.get("content"), CONTENT)
    embeds, rows = body.get("embeds") or [], body.get("components") or []
    if new and not (body.get("content") or embeds or rows or files):
        yield "the message is empty"
    if len(embeds) > EMBEDS:
        yield f"{len(embeds)} embeds"
    if sum(map(_embed_size, embeds)) > TOGETHER:
        yield f"the embeds hold {sum(map(_embed_size, embeds))} characters together"
    for embed in embeds:
        yield from _embed(embed)
    yield from _components(rows)
    yield from _over("nonce", body.get("nonce"), NONCE)
    yield from _mentions(body)
    for attachment in body.get("attachments") or []:
        yield from _over("alt text", attachment.get("description"), 1024)


def _embed_size(embed: dict[str, Any]) -> int:
    fields = sum(size(one["name"]) + size(one["value"]) for one in embed.get("fields", []))
    others = size(embed.get("title")) + size(embed.get("description"))
    small = size(embed.get("footer", {}).get("text")) + size(embed.get("author", {}).get("name"))
    return fields + others + small


def _embed(embed: dict[str, Any]) -> Iterator[str]:
    yield from _over("embed title", embed.get("title"), TITLE)
    yield from _over("embed description", embed.get("description"), DESCRIPTION)
    yield from _over("embed footer", embed.get("footer", {}).get("text"), FOOTER)
    yield from _over("embed url", embed.get("url"), 2048)
    if len(embed.get("fields", [])) > FIELDS:
        yield f"{len(embed['fields'])} fields"
    for one in embed.get("fields", []):
        yield from _over("field name", one["name"], FIELD_NAME, 1)
        yield from _over("field value", one["value"], FIELD_VALUE, 1)


def _components(rows: list[dict[str, Any]]) -> Iterator[str]:
    if len(rows) > ROWS:
        yield f"{len(rows)} rows of components"
    ids: list[str] = []
    for row in rows:
        buttons = row.get("components", [])
        if row.get("type") != 1 or not 1 <= len(buttons) <= BUTTONS:
            yield f"a row of type {row.get('type')} with {len(buttons)} buttons"
        for button in buttons:
            yield from _over("button label", button.get("label"), LABEL, 1)
            if button.get("style") == LINK:
                yield from _over("button url", button.get("url"), URL, 1)
            else:
                yield from _over("custom_id", button.get("custom_id"), CUSTOM_ID, 1)
                ids.append(button.get("custom_id"))
    if len(ids) != len(set(ids)):
        yield f"a custom_id is used twice: {sorted(ids)}"


def _mentions(body: dict[str, Any]) -> Iterator[str]:
    """Not a limit of Discord but a promise of the bot: it says whom a message may ping, and never everybody."""
    allowed = body.get("allowed_mentions")
    if body.get("content") is not None and allowed is None:
        yield "allowed_mentions is left out, so that everything in the text may ping"
    if allowed and {"everyone", "users", "roles"} & set(allowed.get("parse", [])):
        yield f"allowed_mentions lets text ping: {allowed}"


def commands(listed: list[dict[str, Any]]) -> Iterator[str]:
    """What is wrong with a bulk overwrite of the application's commands."""
    menus = [one for one in listed if one.get("type", 1) != 1]
    if len(listed) - len(menus) > COMMANDS or len(menus) > MENU_COMMANDS:
        yield f"{len(listed) - len(menus)} commands, {len(menus)} menu commands"
    names = [(one.get("type", 1), one["name"]) for one in listed]
    if len(names) != len(set(names)):
        yield "a command is listed twice"
    for command in listed:
        yield from _command(command)


def _command(command: dict[str, Any]) -> Iterator[str]:
    if command.get("type", 1) != 1:
        yield from _over("menu command name", command["name"], NAME, 1)
        if command.get("description"):
            yield f"menu command {command['name']} has a description"
        return
    yield from _named(command)
    yield from _options(command.get("options") or [], command["name"])
    total = _command_size(command)
    if total > COMMAND_SIZE:
        yield f"{command['name']}: {total} characters in all"


def _command_size(one: dict[str, Any]) -> int:
    """The longest of each text's localisations, as Discord counts them."""
    text = sum(
        max(map(size, [one.get(key), *(one.get(f"{key}_localizations") or {}).values()]))
        for key in ("name", "description")
    )
    choices = sum(size(choice["name"]) + size(choice["value"]) for choice in one.get("choices") or [])
    return text + choices + sum(map(_command_size, one.get("options") or []))


def _named(one: dict[str, Any]) -> Iterator[str]:
    for name in [one["name"], *(one.get("name_localizations") or {}).values()]:
        if not (1 <= len(name) <= NAME and all(char.isalnum() or char in "-_'" for char in name)):
            yield f"{name!r} is no name"
        if name != name.lower():
            yield f"{name!r} is not in small letters"
    for about in [one.get("description"), *(one.get("description_localizations") or {}).values()]:
        yield from _over(f"description of {one['name']}", about, ABOUT, 1)


def _options(options: list[dict[str, Any]], of: str) -> Iterator[str]:
    if len(options) > OPTIONS:
        yield f"{of}: {len(options)} options"
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        yield f"{of}: an optional option stands before a required one"
    kinds = {option["type"] in {1, 2} for option in options}
    if len(kinds) > 1:
        yield f"{of}: parts and options are mixed"
    if len({option["name"] for option in options}) != len(options):
        yield f"{of}: an option is named twice"
    for option in options:
        yield from _named(option)
        yield from _choices(option)
        yield from _options(option.get("options") or [], f"{of} {option['name']}")


def _choices(option: dict[str, Any]) -> Iterator[str]:
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        yield f"{option['name']}: choices and autocomplete exclude each other"
    yield from choice_list(choices)


def choice_list(choices: list[dict[str, Any]]) -> Iterator[str]:
    """What is wrong with the choices of an option or an autocompletion."""
    if len(choices) > CHOICES:
        yield f"{len(choices)} choices"
    for choice in choices:
        yield from _over("choice name", choice["name"], ABOUT, 1)
        if isinstance(choice["value"], str):
            yield from _over("choice value", choice["value"], ABOUT, 1)
