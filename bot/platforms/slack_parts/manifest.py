"""The app's manifest: pasted into Slack once, it sets up commands, shortcut, Home, events and scopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.briefing.clean import cut
from bot.catalogue import Catalogue
from bot.commands.command import Command
from bot.commands.resolving import form
from bot.platforms.slack_parts.interacting import CHECK
from bot.platforms.slack_parts.naming import NAME, Names

SCOPES = {
    "commands": "slash commands and the message shortcut",
    "chat:write": "to post digests and alerts in channels the bot was invited to, and to answer in direct messages",
    "users:read": "to know who is an admin of the workspace, and everyone's language",
    "channels:read": "to say what a channel is called and whether the bot is in it, when one is chosen",
    "groups:read": "the same for private channels that the bot is in",
    "files:write": "to show charts with alternative text, and to send /feeds export",
    "files:read": "to read what an admin hands in with /feeds import, and whether a chart is ready; nothing else",
}
"""Every scope, and what would not work without it. None of them reads what people write."""

APP_SCOPES = {"connections:write": "to open the socket, so that no public address is needed"}

EVENTS = ("app_home_opened",)

_NAME_MOST, _DESCRIPTION_MOST, _HINT_MOST = 32, 140, 120


def manifest(commands: Sequence[Command], prefix: str = "", language: str = "en") -> dict[str, Any]:
    """The manifest as plain JSON values, in Slack's own order."""
    say, names = Catalogue.load(language).say, Names(commands, prefix)
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "briefbot",
            "description": cut(say("slack.description"), _DESCRIPTION_MOST),
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "briefbot", "always_online": True},
            "shortcuts": [
                {
                    "name": say("slack.check"),
                    "type": "message",
                    "callback_id": CHECK,
                    "description": cut(say("slack.check_about"), _DESCRIPTION_MOST),
                }
            ],
            "slash_commands": [_command(one, names, language) for one in commands] + [_own(language)],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def _command(command: Command, names: Names, language: str) -> dict[str, Any]:
    """``should_escape``: channels, people and links come as ids, not as words that only look like them."""
    told: dict[str, Any] = {
        "command": f"/{names.slash(command.name)}"[:_NAME_MOST],
        "description": cut(Catalogue.load(language).say(command.about), _DESCRIPTION_MOST),
        "should_escape": True,
    }
    hint = _hint(command)
    return told | ({"usage_hint": cut(hint, _HINT_MOST)} if hint else {})


def _hint(command: Command) -> str:
    """What may follow the command: its parts, else its options as they are typed."""
    if command.parts:
        return " | ".join(part.name for part in command.parts)
    return form(command, "").removeprefix("/").strip()


def _own(language: str) -> dict[str, Any]:
    say = Catalogue.load(language).say
    return {
        "command": f"/{NAME}",
        "description": cut(say("slack.own"), _DESCRIPTION_MOST),
        "usage_hint": "help",
        "should_escape": True,
    }
