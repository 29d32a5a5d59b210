"""What every place where people talk to the bot must be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.briefing.message import Message
from bot.commands.command import Command, DeskFactory


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message went: enough to edit it later, and to say that it arrived."""

    platform: str
    channel: str
    id: str


class Platform(Protocol):
    """One chat platform, or the console."""

    name: str

    async def serve(self, commands: Sequence[Command], desk: DeskFactory) -> None:
        """Connect and answer until cancelled, or until the person leaves (console)."""

    async def post(self, channel: str, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Say something in a channel; the same ``key`` again must not say it twice.

        ``repeat``: an earlier try with this key, perhaps of another process that was killed, may
        have arrived; where the platform does not know repeats by itself, look for it first.

        Raises:
            DeliveryError: it was not delivered, or it is not known whether it was.
        """

    async def edit(self, posted: Posted, message: Message) -> Posted:
        """Replace what was said; where it is now, as parts may have come or gone.

        Raises:
            DeliveryError: it was not; ``gone`` when the message does not exist any more.
        """

    async def follow(self, posted: Posted, message: Message, key: str, *, repeat: bool = False) -> Posted:
        """Say something in the thread of what was said, which is begun when there is none; otherwise as ``post``."""
