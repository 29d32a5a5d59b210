"""Errors of the bot, each told in words that name the thing and the way out.

BriefbotError
├── SettingsError       a setting is missing or wrong
├── FeedError           subject: one feed
│   ├── FetchError      its address could not be read
│   └── ParseError      what came could not be understood
├── DeliveryError       subject: one message to one channel
└── CommandError        subject: a person's command; the text is shown to them

The store has a tree of its own: ``store.errors``.
"""

from __future__ import annotations

from datetime import timedelta


class BriefbotError(Exception):
    """An expected failure, told to the person who can act."""


class SettingsError(BriefbotError):
    """A setting is missing or wrong."""


class FeedError(BriefbotError):
    """One feed failed; the round goes on."""


class FetchError(FeedError):
    """An address could not be read.

    ``gone``: the server says it will not come back (410). ``permanent``: trying
    again soon is useless (refused address, too large). ``retry_after``: how long
    the server asked us to wait.
    """

    def __init__(
        self,
        url: str,
        reason: str,
        *,
        gone: bool = False,
        permanent: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason
        self.gone = gone
        self.permanent = permanent
        self.retry_after = retry_after


class ParseError(FeedError):
    """A body came, but no entries could be read from it."""


class CommandError(BriefbotError):
    """A command was wrong; the text says what the correct form is."""


class DeliveryError(BriefbotError):
    """A message could not be delivered; the text says what an admin can do.

    ``permanent``: trying again is useless until a person has acted. ``gone``: the channel
    or message does not exist any more. ``retry_after``: how long the platform asked us to wait.
    ``unsent``: it certainly did not arrive; else it may have, and is repeated as such.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: bool = False,
        gone: bool = False,
        retry_after: timedelta | None = None,
        unsent: bool = False,
    ) -> None:
        super().__init__(text)
        self.permanent = permanent or gone
        self.gone = gone
        self.unsent = unsent or self.permanent
        self.retry_after = retry_after
