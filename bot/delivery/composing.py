"""From what is owed to the words: every delivery is composed from the record at the moment it is said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from bot.briefing.alerting import alert, follow_up, gist, more, notice
from bot.briefing.gather import Compare, Context, tell
from bot.briefing.message import Message
from bot.briefing.plain import to_json
from bot.briefing.schedule import zone_of
from bot.briefing.subscription import subscription_of
from bot.briefing.voice import Person, Told, Voice
from bot.briefing.window import gather_window, window_digest, window_of
from bot.briefing.yearly import with_year
from bot.catalogue import Catalogue
from store import Store
from store.owed import Delivery
from store.records import Workspace

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Composer:
    """Everything that composing needs. ``outlets`` names sources by id, ``language`` is the bot's own."""

    store: Store
    official: Callable[[str], Person | None]
    compare: Compare | None = None
    outlets: Callable[[], Mapping[str, str]] = dict
    language: str = "en"

    def compose(self, one: Delivery, now: datetime) -> Message | None:
        """The message as it is now; None when what it is about is not on record any more."""
        match one.kind:
            case "alert":
                return self._alert(one, now)
            case "digest":
                return self._digest(one, now)
            case "more":
                told = [row for row in map(self._told, texts(one.told.get("statements"))) if row]
                return more(told, self.voice(one)) if told else None
            case "follow":
                return self._follow(one)
            case "notice":
                return notice(one.told, self.voice(one))

    def workspace(self, one: Delivery) -> Workspace:
        """Whom it is for."""
        return self.store.workspace(one.workspace) or Workspace(one.workspace, one.platform)

    def voice(self, one: Delivery) -> Voice:
        """How the workspace is spoken to."""
        language = subscription_of(self.workspace(one).settings).language or self.language
        return Voice(Catalogue.load(language), self.official)

    def memory(self, one: Delivery) -> dict[str, object]:
        """What of it is to be remembered once it was said: what an alert's reader was told, which events a digest."""
        if one.kind == "digest":
            window, zone = window_of(one.told), zone_of(self.workspace(one).settings)
            days = (at.astimezone(zone).date() for at in (window.since, window.until))
            return {**one.told, "seen": [event.id for event in self.store.events(*days)]}
        statement = self.store.statement(one.subject) if one.kind == "alert" else None
        return {**one.told, "gist": gist(statement)} if statement else dict(one.told)

    def _told(self, statement: str) -> Told | None:
        found = self.store.statement(statement)
        return tell(found, self.store, self.compare) if found else None

    def _alert(self, one: Delivery, now: datetime) -> Message | None:
        told = self._told(one.subject)
        if told is None:
            return None
        today = now.astimezone(zone_of(self.workspace(one).settings)).date()
        late = told.statement.date < today - _DAY
        return alert(
            replace(told, late=late), texts(one.told.get("names")), str(one.told.get("ping", "")), self.voice(one)
        )

    def _digest(self, one: Delivery, now: datetime) -> Message:
        settings, window = self.workspace(one).settings, window_of(one.told)
        context = Context(now, zone_of(settings), self.outlets(), self.compare)
        brief = gather_window(self.store, self.store.upkeep, window, context)
        wanted, voice = subscription_of(settings), self.voice(one)
        return with_year(window_digest(brief, window, wanted, voice), brief, wanted, self.store.tallies, voice)

    def _follow(self, one: Delivery) -> Message | None:
        statement = self.store.statement(str(one.told.get("statement", "")))
        if statement is None:
            return None
        changes = cast("Sequence[Mapping[str, str]]", one.told.get("changes", ()))
        return follow_up(changes, statement, self.voice(one))


def look_of(message: Message) -> str:
    """A digest of all that a reader sees, so that nothing is edited into the same again."""
    return hashlib.sha256(json.dumps(to_json(message), sort_keys=True).encode()).hexdigest()[:20]


def texts(value: object) -> list[str]:
    """A stored list of texts; empty when it is none."""
    return [str(one) for one in value] if isinstance(value, Sequence) and not isinstance(value, str) else []
