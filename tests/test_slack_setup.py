"""Setting Slack up: the manifest, and a doctor that names what is missing."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import doctor
from bot.__main__ import main
from bot.commands import COMMANDS
from bot.errors import SettingsError
from bot.platforms import PLATFORMS
from bot.platforms.on_slack import OnSlack
from bot.platforms.slack_parts.checking import check
from bot.platforms.slack_parts.manifest import EVENTS, SCOPES, manifest
from bot.settings import Settings, read_settings
from tests.servers.slack import Slack
from tests.servers.slack.limits import RefusedError, check_manifest

README = Path(__file__).parents[1].joinpath("README.md").read_text("utf-8")


def test_the_manifest_has_every_command_under_its_name_and_the_common_one():
    """What COMMANDS lists is what Slack offers, each with a description and a hint that fit."""
    told = manifest(COMMANDS)["features"]["slash_commands"]

    own = {"search": "brief-search", "status": "brief-status", "help": "brief-help"}
    names = [own.get(command.name, command.name) for command in COMMANDS]
    assert [one["command"] for one in told] == [*(f"/{name}" for name in names), "/briefbot"]
    for one in told:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", one["command"])
        assert 0 < len(one["description"]) <= 140
        assert len(one.get("usage_hint", "")) <= 120
        assert one["should_escape"] is True


def test_a_prefix_keeps_every_command_clear_of_other_apps():
    """With the setting, every command but the common one has the prefix."""
    told = manifest(COMMANDS, "nk-")["features"]["slash_commands"]

    assert [one["command"] for one in told if not one["command"].startswith("/nk-")] == ["/briefbot"]


@pytest.mark.parametrize("prefix", ["", "nk-"])
def test_slack_takes_the_manifest_as_it_is_printed(prefix):
    """No command has the name of one of Slack's own, which would have the whole manifest refused."""
    told = manifest(COMMANDS, prefix)

    check_manifest(told)
    told["features"]["slash_commands"][0]["command"] = "/status"
    with pytest.raises(RefusedError, match="invalid name: /status"):
        check_manifest(told)


def test_the_manifest_asks_for_little_and_the_readme_says_why():
    """No history, no user scopes, no public address; every scope and event is justified where people read it."""
    told = manifest(COMMANDS)

    assert told["oauth_config"]["scopes"] == {"bot": list(SCOPES)}
    assert not [scope for scope in SCOPES if "history" in scope or "admin" in scope or "email" in scope]
    assert told["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in str(told)
    for name in (*SCOPES, *EVENTS, "connections:write"):
        assert f"`{name}`" in README, name


def test_the_shortcut_is_offered_on_messages():
    """The manifest names the shortcut by the id that the bot listens to."""
    (shortcut,) = manifest(COMMANDS)["features"]["shortcuts"]

    assert (shortcut["type"], shortcut["callback_id"]) == ("message", "check")
    assert shortcut["name"] == "Check against history"
    assert len(shortcut["name"]) <= 24


def test_the_command_prints_a_manifest_that_can_be_pasted(monkeypatch):
    """``briefbot slack-manifest`` prints JSON and nothing else."""
    monkeypatch.setenv("SLACK_PREFIX", "nk-")
    result = CliRunner().invoke(main, ["slack-manifest"])

    assert result.exit_code == 0
    assert json.loads(result.output)["features"]["slash_commands"][0]["command"] == "/nk-statement"


def test_settings_choose_the_platform():
    """With both tokens Slack is served; with one it is not."""
    env = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_ADMINS": "U1, U2", "SLACK_PREFIX": "nk-"}
    settings = read_settings(env, dotenv=Path("none"))
    made = [one for make in PLATFORMS if isinstance(one := make(settings), OnSlack)]

    assert len(made) == 1
    assert settings.slack_admins == ("U1", "U2")
    assert "xoxb" not in repr(settings)
    half = Settings(slack_bot_token="x")  # noqa: S106 - none
    assert not any(isinstance(make(half), OnSlack) for make in PLATFORMS)


@pytest.mark.parametrize("wrong", [{"SLACK_PREFIX": "NK /"}, {"SLACK_API_URL": "slack.com"}])
def test_wrong_settings_are_named(wrong):
    """A prefix that no command could have, an address that is none."""
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        read_settings(wrong, dotenv=Path("none"))


async def checked(slack: Slack, bot: str = "", app: str = "") -> list[tuple[bool, str, str]]:
    """What the doctor says of this Slack."""
    found = check(bot or slack.api.bot_token, app or slack.api.app_token, slack.api_url)
    return [(one.well, one.text, one.remedy) async for one in found]


async def test_the_doctor_finds_all_well():
    """Token, scopes and socket, each looked at."""
    async with Slack() as slack:
        told = await checked(slack)

    assert all(well for well, _, _ in told)
    assert "briefbot's in the workspace Watchers" in told[0][1]
    assert "says hello" in told[-1][1]


async def test_the_doctor_names_missing_scopes():
    """Every scope that is missing, with what it is for and the way to get it."""
    async with Slack() as slack:
        slack.api.scopes = ["commands", "chat:write"]
        told = [(text, remedy) for well, text, remedy in await checked(slack) if not well]

    assert [text.split(" ")[2] for text, _ in told] == [one for one in SCOPES if one not in {"commands", "chat:write"}]
    assert all("slack-manifest" in remedy for _, remedy in told)


@pytest.mark.parametrize(
    ("bot", "app", "words"),
    [
        ("xapp-swapped", "", "SLACK_BOT_TOKEN does not begin with xoxb-"),
        ("", "xoxb-swapped", "SLACK_APP_TOKEN does not begin with xapp-"),
        ("xoxb-wrong", "", "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
        ("", "xapp-wrong", "Slack opens no socket (invalid_auth)"),
    ],
)
async def test_the_doctor_names_wrong_tokens(bot, app, words):
    """Swapped and wrong tokens are told apart."""
    async with Slack() as slack:
        told = await checked(slack, bot, app)

    assert any(words in text and remedy for well, text, remedy in told if not well), told


async def test_the_doctor_names_a_socket_mode_that_is_off():
    """Socket Mode is switched on in the app's settings."""
    async with Slack() as slack:
        slack.api.socket_mode = False
        told = await checked(slack)

    assert [remedy for well, _, remedy in told if not well] == ["switch Socket Mode on in the app's settings"]


async def test_the_doctor_says_when_slack_cannot_be_reached():
    """No network is not taken for a wrong token."""
    told = [one async for one in check("xoxb-1", "xapp-1", "http://127.0.0.1:9/api/")]

    assert all("cannot be reached" in one.text for one in told)


def test_the_doctor_asks_slack_only_where_it_is_wanted():
    """Without tokens nothing is said of Slack; with one, the other is named."""
    assert asyncio.run(doctor.slack(Settings())) == []
    settings = Settings(slack_app_token="xapp-1", slack_api_url="http://127.0.0.1:9/api/")  # noqa: S106 - none
    told = asyncio.run(doctor.slack(settings))
    assert any("SLACK_BOT_TOKEN is missing" in one.text for one in told)
