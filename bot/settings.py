"""The only reader of the environment: variables, a ``.env`` file, then the command line's flags.

Every setting is one row of SETTINGS; the README's table is checked against it.
Secrets never appear in a repr.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from bot.errors import SettingsError

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("text", "json")
LANGUAGES = ("en",)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decides. Intervals are timedeltas, hosts as in ``Fetcher``'s allow-list."""

    db: Path = Path("briefbot.db")
    feeds: Path = Path("feeds.yaml")
    allowed_hosts: tuple[str, ...] = ()
    interval: timedelta | None = None
    tick: timedelta = timedelta(seconds=5)
    contact: str = ""
    language: str = "en"
    http_port: int = 0
    http_address: str = "127.0.0.1"
    keep_texts: timedelta | None = None
    log_level: str = "info"
    log_format: str = "text"
    discord_token: str = field(default="", repr=False)
    discord_api_url: str = ""
    discord_gateway_url: str = ""
    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_api_url: str = ""
    slack_admins: tuple[str, ...] = ()
    slack_prefix: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must never be shown."""
        return tuple(secret for secret in (self.discord_token, self.slack_bot_token, self.slack_app_token) if secret)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: the variable that carries it, the field it fills, and what it is for."""

    variable: str
    field: str
    meaning: str


SETTINGS = (
    Setting("BRIEFBOT_DB", "db", "the database file"),
    Setting("BRIEFBOT_FEEDS", "feeds", "the list of feeds"),
    Setting("BRIEFBOT_ALLOWED_HOSTS", "allowed_hosts", "private hosts or networks that feeds may be read from"),
    Setting("BRIEFBOT_INTERVAL", "interval", "overrides every feed's polling interval"),
    Setting("BRIEFBOT_TICK", "tick", "how often to look for feeds that are due"),
    Setting("BRIEFBOT_CONTACT", "contact", "an address or link for site owners, sent in the user agent"),
    Setting("BRIEFBOT_LANGUAGE", "language", "language of what the bot says"),
    Setting("BRIEFBOT_HTTP_PORT", "http_port", "where to answer /healthz and /metrics; not at all when unset"),
    Setting("BRIEFBOT_HTTP_ADDRESS", "http_address", "the address that port is on; 0.0.0.0 opens it to the network"),
    Setting("BRIEFBOT_KEEP_TEXTS", "keep_texts", "how long texts of items are kept, such as 90d; statements stay"),
    Setting("BRIEFBOT_LOG_LEVEL", "log_level", "debug, info, warning or error"),
    Setting("BRIEFBOT_LOG_FORMAT", "log_format", "text or json, on standard error"),
    Setting("DISCORD_TOKEN", "discord_token", "the Discord bot's token"),
    Setting("DISCORD_API_URL", "discord_api_url", "a proxy in place of https://discord.com/api/v10"),
    Setting("DISCORD_GATEWAY_URL", "discord_gateway_url", "a proxy in place of wss://gateway.discord.gg/"),
    Setting("SLACK_BOT_TOKEN", "slack_bot_token", "the Slack bot token (xoxb-…)"),
    Setting("SLACK_APP_TOKEN", "slack_app_token", "the Slack app-level token (xapp-…)"),
    Setting("SLACK_API_URL", "slack_api_url", "a proxy in place of https://slack.com/api/"),
    Setting("SLACK_ADMINS", "slack_admins", "ids of the people who are admins here, in place of Slack's own"),
    Setting("SLACK_PREFIX", "slack_prefix", "goes before every slash command's name, such as nk-"),
)

LEAST_KEPT = timedelta(days=14)
"""Texts are compared with those of the days before; they are not to be forgotten sooner."""

LONGEST = timedelta(days=36500)
"""A hundred years; what is longer than that was mistyped, and no calendar has room for it."""

_LAST_PORT = 65535
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)", re.IGNORECASE)
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def duration(text: str) -> timedelta:
    """``"90"``, ``"15m"``, ``"1h"`` as a timedelta from one second to LONGEST; else SettingsError."""
    match = DURATION.fullmatch(text.strip())
    seconds = float(match[1]) * UNITS[match[2].lower()] if match else 0.0
    if seconds < 1:
        raise SettingsError(f"{text!r} is no interval; write seconds or a number with s, m, h or d, such as 15m")
    if seconds > LONGEST.total_seconds():
        raise SettingsError(f"{text!r} is too long an interval; write at most {LONGEST.days}d, or less such as 15m")
    return timedelta(seconds=seconds)


def read_settings(environ: Mapping[str, str] | None = None, *, dotenv: Path = Path(".env")) -> Settings:
    """The settings from the environment, and below it from ``dotenv``; SettingsError names a wrong variable."""
    given = {name: value for name, value in dotenv_values(dotenv).items() if value is not None}
    given |= os.environ if environ is None else environ
    settings = Settings()
    for setting in SETTINGS:
        if value := given.get(setting.variable, "").strip():
            settings = with_value(settings, setting, value)
    return settings


def with_value(settings: Settings, setting: Setting, value: str) -> Settings:
    """``settings`` with one value read from text."""
    try:
        read = READERS.get(setting.field, str)
        changed: dict[str, Any] = {setting.field: read(value)}
        return replace(settings, **changed)
    except SettingsError as error:
        raise SettingsError(f"{setting.variable}: {error}") from None


def _one_of(allowed: tuple[str, ...], value: str) -> str:
    if value.lower() not in allowed:
        raise SettingsError(f"{value!r} is not one of {', '.join(allowed)}")
    return value.lower()


def _hosts(value: str) -> tuple[str, ...]:
    return tuple(host for host in re.split(r"[,\s]+", value) if host)


def _address(*schemes: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not re.fullmatch(rf"(?:{'|'.join(schemes)})://[^\s/]+(?:/\S*)?", value):
            raise SettingsError(f"{value!r} is no address; it begins with {' or '.join(schemes)}://")
        return value

    return read


def _prefix(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,20}", value):
        raise SettingsError(f"{value!r} is no prefix; use small letters, digits, - and _, such as nk-")
    return value


def _port(value: str) -> int:
    if not value.isdigit() or int(value) > _LAST_PORT:
        raise SettingsError(f"{value!r} is no port; write a number such as 8080")
    return int(value)


def _ip(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError:
        raise SettingsError(
            f"{value!r} is no IP address; write 127.0.0.1 for this machine alone, or 0.0.0.0 for all interfaces"
        ) from None


def _retention(value: str) -> timedelta:
    span = duration(value)
    if span < LEAST_KEPT:
        raise SettingsError(f"{value!r} is too short; texts are needed for {LEAST_KEPT.days} days to know copies")
    return span


READERS: Mapping[str, Callable[[str], object]] = {
    "db": Path,
    "feeds": Path,
    "allowed_hosts": _hosts,
    "interval": duration,
    "tick": duration,
    "slack_api_url": _address("https", "http"),
    "slack_admins": _hosts,
    "slack_prefix": _prefix,
    "http_port": _port,
    "http_address": _ip,
    "keep_texts": _retention,
    "discord_api_url": _address("https", "http"),
    "discord_gateway_url": _address("wss", "ws"),
    "language": lambda value: _one_of(LANGUAGES, value),
    "log_level": lambda value: _one_of(LOG_LEVELS, value),
    "log_format": lambda value: _one_of(LOG_FORMATS, value),
}
