"""Settings: where they come from, and what is said of a wrong one."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import SETTINGS, Settings, duration, read_settings

NOWHERE = Path("no-such-file.env")


def test_every_field_has_its_variable():
    """SETTINGS and Settings name the same fields, so that none is unreachable or undocumented."""
    assert [setting.field for setting in SETTINGS] == [row.name for row in fields(Settings)]


def test_defaults_need_nothing():
    """An empty environment gives the documented defaults."""
    assert read_settings({}, dotenv=NOWHERE) == Settings()


def test_environment_wins_over_the_dotenv_file(tmp_path):
    """A variable set in the shell beats the same one in .env; the others of .env hold."""
    env = tmp_path / ".env"
    env.write_text("BRIEFBOT_DB=from-file.db\nBRIEFBOT_TICK=2s\n")

    settings = read_settings({"BRIEFBOT_DB": "from-shell.db"}, dotenv=env)

    assert settings.db == Path("from-shell.db")
    assert settings.tick == timedelta(seconds=2)


@pytest.mark.parametrize(("text", "seconds"), [("1", 1), ("90s", 90), ("15m", 900), ("1.5h", 5400), (" 2 D ", 172_800)])
def test_intervals_are_read_in_common_units(text, seconds):
    """Intervals go from one second to days."""
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5m", "0", "0.5s", "5 weeks", "99999999999999d", "36501d", "9" * 400])
def test_a_wrong_interval_is_refused_with_the_right_form(text):
    """The refusal shows an example of what would be right."""
    with pytest.raises(SettingsError, match="15m"):
        duration(text)


def test_a_wrong_value_names_its_variable():
    """Whoever set it must find it."""
    with pytest.raises(SettingsError, match="BRIEFBOT_LOG_LEVEL: 'loud' is not one of debug"):
        read_settings({"BRIEFBOT_LOG_LEVEL": "loud"}, dotenv=NOWHERE)


@pytest.mark.parametrize("text", ["everywhere", "localhost", "0.0.0.0:8080", "10.0.0.0/8", "1.2.3"])
def test_what_is_no_address_to_listen_on_is_told(text):
    """The port without a password is opened by an address alone, and the error names those that fit."""
    with pytest.raises(SettingsError, match=r"BRIEFBOT_HTTP_ADDRESS: .* is no IP address; write 127\.0\.0\.1"):
        read_settings({"BRIEFBOT_HTTP_ADDRESS": text}, dotenv=NOWHERE)


@pytest.mark.parametrize("text", ["0.0.0.0", "::1", "192.0.2.7"])  # noqa: S104 - what is tried
def test_an_address_to_listen_on(text):
    """Of either kind."""
    assert read_settings({"BRIEFBOT_HTTP_ADDRESS": text}, dotenv=NOWHERE).http_address == text


def test_tokens_stay_out_of_the_repr():
    """A logged or printed Settings shows no secret."""
    settings = read_settings({"DISCORD_TOKEN": "hush", "SLACK_BOT_TOKEN": "xoxb-hush"}, dotenv=NOWHERE)

    assert "hush" not in repr(settings)
    assert settings.secrets == ("hush", "xoxb-hush")


def test_hosts_are_separated_by_commas_or_spaces():
    """Both ways of writing a list work."""
    hosts = read_settings({"BRIEFBOT_ALLOWED_HOSTS": "10.0.0.0/8, feeds.internal  localhost:8080"}, dotenv=NOWHERE)

    assert hosts.allowed_hosts == ("10.0.0.0/8", "feeds.internal", "localhost:8080")
