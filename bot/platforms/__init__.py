"""Where people talk to the bot; ``PLATFORMS`` makes each platform from the settings, if it has what it needs."""

from collections.abc import Callable

from bot.platforms.on_console import Console
from bot.platforms.platform import Platform
from bot.settings import Settings


def console(settings: Settings) -> Platform | None:
    """The console needs nothing."""
    return Console(language=settings.language)


def discord(settings: Settings) -> Platform | None:
    """Discord needs a token."""
    if not settings.discord_token:
        return None
    from bot.platforms.on_discord import on_discord  # noqa: PLC0415 - a second of loading that only its users should pay

    return on_discord(settings)


PLATFORMS: tuple[Callable[[Settings], Platform | None], ...] = (console, discord)
