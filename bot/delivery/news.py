"""Which alerts a statement owes to which channels; decided when it is taken in, so that both are saved together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.briefing.alerts import Watch, fires, watches_of
from bot.briefing.subscription import subscription_of
from bot.intake import News
from store.owed import Delivery
from store.records import Stamp, Workspace

RECENT = timedelta(days=2)
"""A statement made longer ago is history, however new its report."""
PRINTED = timedelta(hours=24)
"""A report older than this is no news, whenever it was found."""
AT_FIRST = timedelta(hours=3)
"""The same when a feed is read for the first time: its archive is not poured out."""


def is_news(news: News, now: datetime) -> bool:
    """Whether somebody should hear of it at once: uttered in this news, lately, and printed lately."""
    statement, today = news.statement, now.date()
    if not news.uttered or statement.date_precision != "day":
        return False
    if not (now - RECENT).date() <= statement.date <= today + timedelta(days=1):
        return False
    return _printed_lately(news.published, now, first=news.first)


def _printed_lately(stamp: Stamp, now: datetime, *, first: bool) -> bool:
    if stamp.guessed.startswith("no date"):
        return not first
    if stamp.at is not None:
        return now - stamp.at <= (AT_FIRST if first else PRINTED)
    return stamp.day >= (now if first else now - PRINTED).date()


def owed_alerts(found: Sequence[News], workspaces: Sequence[Workspace], now: datetime) -> tuple[Delivery, ...]:
    """One delivery for each statement and each channel that has a rule it fits; names are "#0" by position.

    Several rules of one channel make one alert, which names them all; the first that
    has a role decides who is called.
    """
    fresh = [(place, news) for place, news in enumerate(found) if is_news(news, now)]
    if not fresh:
        return ()
    return tuple(
        one for workspace in workspaces if "left" not in workspace.settings for one in _of(workspace, fresh, now)
    )


def _of(workspace: Workspace, fresh: Sequence[tuple[int, News]], now: datetime) -> Iterator[Delivery]:
    watches = watches_of(workspace.settings)
    usual = subscription_of(workspace.settings).channel if watches else ""
    placed = [replace(one, channel=one.channel or usual) for one in watches]
    for channel in dict.fromkeys(one.channel for one in placed if one.channel):
        here = [one for one in placed if one.channel == channel]
        for place, news in fresh:
            fitting = [one for one in here if fires(one.rule, news.statement, news.comparison)]
            if fitting:
                alert = _alert(fitting, _rank(news, fitting), now)
                yield replace(alert, platform=workspace.platform, workspace=workspace.id, subject=f"#{place}")


def _alert(fitting: Sequence[Watch], rank: int, now: datetime) -> Delivery:
    ping = next((one.role for one in fitting if one.role), "")
    told: dict[str, object] = {"names": [one.name for one in fitting], "ping": ping}
    return Delivery("alert", "", fitting[0].channel, "", told=told, rank=rank, owed=now)


def _rank(news: News, fitting: Sequence[Watch]) -> int:
    """0 for what an admin wants somebody called for, for the leader's own words and for open threats; else 1."""
    grave = news.statement.threat == "explicit" or news.statement.authority == 1
    return 0 if grave or any(one.role for one in fitting) else 1
