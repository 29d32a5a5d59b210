"""What the delivery tests share: workspaces, statements, a clock set by hand, a courier to a small chat server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.briefing.alerts import Watch, read_rule, with_watches
from bot.briefing.subscription import Subscription, with_subscription
from bot.classify.compare import compare
from bot.delivery.composing import Composer
from bot.delivery.courier import Courier
from bot.intake import News
from bot.platforms.platform import Platform
from store import Store
from store.owed import Delivery
from store.records import Comparison, Label, Quotation, Report, Stamp, Statement, Workspace
from store.writes import Change
from tests import desks

NOW = datetime(2021, 6, 22, 9, 0, tzinfo=UTC)
CHANNEL = "brief"
TODAY = date(2021, 6, 22)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The moment."""
        return self.now

    def move(self, **lapse: float) -> datetime:
        """Let time pass, or run back."""
        self.now += timedelta(**lapse)
        return self.now


def workspace(rule: str = "speaker:kim-yo-jong", name: str = "one", **settings: object) -> Workspace:
    """A workspace with a digest channel at 08:00 and one alert there."""
    wanted = with_subscription(settings, Subscription(channel=f"{CHANNEL}-{name}" if name != "one" else CHANNEL))
    if rule:
        wanted = with_watches(wanted, [Watch("sister", read_rule(rule), role=str(settings.get("role", "")))])
    return Workspace(f"chat:{name}", "chat", name, wanted)


def statement(number: int = 1, day: date = TODAY, **changes: object) -> Statement:
    """A statement of Kim Yo Jong's, each number in other words, reported by one outlet."""
    words = f"It seems that the US may seek a comfort for itself, number {number}"
    made = Statement(
        speaker="kim-yo-jong",
        date=day,
        side="dprk",
        authority=3,
        summary=f"She says it for the {number}th time",
        quotes=(Quotation(words),),
        labels=(Label("theme", "sanctions"), Label("stance", "rejects", "us", "comfort for itself")),
        sources=(Report(f"https://news.example/{number}", "The Dawn Bulletin"),),
        first_seen=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def news(one: Statement, **changes: object) -> News:
    """The statement as news printed now."""
    made = News(one, Comparison(), uttered=True, published=Stamp(NOW.date(), NOW))
    return replace(made, **changes)  # type: ignore[arg-type]


def saved(store: Store, one: Statement, *owed: Delivery) -> Statement:
    """Store a statement and what is owed for it; as it is now stored."""
    return store.save(Change(statements=(one,), comparisons={"#0": Comparison()}, owed=owed)).statements[0]


def courier(store: Store, platforms: Mapping[str, Platform], clock: Clock) -> Courier:
    """A courier of its own, as another process would have."""
    return Courier(Composer(store, desks.registry().official, compare), platforms, clock)
