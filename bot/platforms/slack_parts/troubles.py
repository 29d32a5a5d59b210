"""Slack's refusals, told to the admin who can act."""

from __future__ import annotations

from datetime import timedelta

from bot.catalogue import Catalogue
from bot.errors import DeliveryError
from bot.platforms.slack_parts.calls import HOPELESS, RefusedError

_SOON = timedelta(seconds=30)
_KEYS = {
    "not_in_channel": "slack.invite",
    "channel_not_found": "slack.not_found",
    "is_archived": "slack.archived",
    "message_not_found": "slack.message_gone",
    "cant_update_message": "slack.message_gone",
    "edit_window_closed": "slack.message_gone",
    "restricted_action": "slack.restricted",
    "restricted_action_read_only_channel": "slack.restricted",
    "restricted_action_thread_only_channel": "slack.restricted",
    "user_not_found": "slack.not_found",
    "messages_tab_disabled": "slack.no_direct",
    "cannot_dm_bot": "slack.no_direct",
}
_GONE = {"channel_not_found", "is_archived", "message_not_found", "cant_update_message", "edit_window_closed"}


def told(error: RefusedError, where: str, bot: str, catalogue: Catalogue) -> DeliveryError:
    """A refusal in words that say what to do."""
    say = catalogue.say
    if error.error == "missing_scope":
        return DeliveryError(say("slack.scope", scope=error.needed), permanent=True)
    if error.error in HOPELESS:
        return DeliveryError(say("slack.token", error=error.error), permanent=True)
    if error.error in _KEYS:
        text = say(_KEYS[error.error], where=where, bot=bot)
        return DeliveryError(text, permanent=True, gone=error.error in _GONE)
    if error.passing:
        words = say("slack.busy", where=where, error=error.error)
        return DeliveryError(words, retry_after=error.wait or _SOON, unsent=error.wait is not None)
    return DeliveryError(say("slack.refused", where=where, error=error.error), permanent=True)


def unreachable(error: BaseException, catalogue: Catalogue) -> DeliveryError:
    """No answer came."""
    return DeliveryError(
        catalogue.say("slack.unreachable", words=str(error) or type(error).__name__), retry_after=_SOON
    )
