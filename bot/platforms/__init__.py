"""Where people talk to the bot; ``PLATFORMS`` makes each platform from the settings, if it has what it needs."""

from collections.abc import Callable

from bot.platforms.on_console import Console
from bot.platforms.on_discord import on_discord
from bot.platforms.platform import Platform
from bot.settings import Settings


def console(settings: Settings) -> Platform | None:
    """The console needs nothing."""
    return Console(language=settings.language)


PLATFORMS: tuple[Callable[[Settings], Platform | None], ...] = (console, on_discord)
