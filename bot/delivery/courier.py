"""Carries what is owed to its channel: claim, compose, post with the key, mark. A kill anywhere repeats, never doubles.

The record decides what is due; one message at a time for each channel, whichever process
holds it. A message is held under a lease, so that what a killed process left is taken over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.briefing.alerting import changes
from bot.briefing.charts import Draw
from bot.briefing.message import Message
from bot.briefing.schedule import quiet_until
from bot.briefing.subscription import subscription_of
from bot.delivery.composing import Composer, look_of, texts
from bot.delivery.deciding import BURST, asked_wait, back_off, next_edit, room
from bot.errors import DeliveryError
from bot.platforms.pictures import drawn, in_words
from bot.platforms.platform import Platform, Posted
from store.deliveries import Claim
from store.errors import StoreError
from store.owed import Delivery
from store.records import Workspace

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""So long a message is held by who posts it; shorter than Discord remembers a nonce."""
POSTING = 40.0
"""Seconds after which a try is given up; well within LEASE."""
LEAVING = 15.0
"""Seconds that messages under way are given when the process is asked to stop."""
MARKING = (0.2, 1.0, 2.0, 5.0, *[10.0] * 30)
"""Pauses between tries to write down that a message arrived."""
MOST_BUGS = 5
QUIET = "quiet hours"


@dataclass
class Courier:
    """Delivers for one process. ``platforms`` by name; ``clock`` tells when something arrived.

    ``draw`` makes pictures of charts; without it they are told in words. What a message is known
    by (its ``look``) are a chart's numbers, not its picture.
    """

    composer: Composer
    platforms: Mapping[str, Platform]
    clock: Callable[[], datetime]
    draw: Draw | None = None
    lease: timedelta = LEASE
    by: str = field(default_factory=lambda: uuid4().hex)
    under_way: set[asyncio.Task[None]] = field(default_factory=set)
    holding: set[int] = field(default_factory=set)
    leaving: bool = False
    ended: set[str] = field(default_factory=set)

    async def deliver(self, now: datetime) -> int:
        """Start on everything that is due, one message a channel; how many were started."""
        if self.leaving:
            return 0
        claim = Claim(self.by, now, self.lease, tuple(name for name in self.platforms if name not in self.ended))
        held = [one for one in self.composer.store.outbox.claim(claim) if one.number not in self.holding]
        for one in held:
            self.holding.add(one.number)
            task = asyncio.create_task(self._carry(one))
            self.under_way.add(task)
            task.add_done_callback(self.under_way.discard)
        return len(held)

    def without(self, platform: str) -> None:
        """Begin nothing more on a platform that is not served any more: what is owed there waits for a restart."""
        self.ended.add(platform)

    async def drained(self) -> None:
        """Deliver until nothing more is due now; for a single round and for tests."""
        while await self.deliver(self.clock()) or self.under_way:
            if self.under_way:
                await asyncio.wait(self.under_way)

    async def close(self) -> None:
        """Begin nothing new, and let what is under way arrive and be marked."""
        self.leaving = True
        if self.under_way:
            await asyncio.wait(self.under_way, timeout=LEAVING)
        for task in self.under_way:
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)

    async def _carry(self, one: Delivery) -> None:
        try:
            await (self._edit(one) if one.state == "posted" else self._post(one))
        except StoreError as error:
            log.error("%s: %s", one.key, error)  # noqa: TRY400 - the words say all; the lease ends and it is tried again
        except Exception:  # a bug with one message must not stop the others
            log.exception("delivering %s failed unexpectedly", one.key)
            self._given_up(one)
        finally:
            self.holding.discard(one.number)

    async def _post(self, one: Delivery) -> None:
        if not one.unsure and self._held_back(one):
            return
        message = self.composer.compose(one, self.clock())
        if message is None:
            self._settle(replace(one, state="dropped", error="it is not on record any more"))
            return
        memory = self.composer.memory(one)
        try:
            async with asyncio.timeout(POSTING):
                posted = await self._say(one, message)
        except (DeliveryError, TimeoutError) as error:
            self._failed(one, _told(error))
            return
        await self._mark(self._arrived(replace(one, told=memory), posted, message))

    def _arrived(self, one: Delivery, posted: Posted, message: Message) -> Delivery:
        now = self.clock()
        done = replace(one, state="posted", message=posted.id, posted=now, shown=one.wanted)
        done = replace(done, look=look_of(message), error="", unsure=False)
        if one.unsure and one.kind in {"alert", "more"}:
            # What stands may be what an earlier try said, before the statement grew: have it edited.
            done = replace(done, shown=0, look="")
        return replace(done, due=next_edit(done, now) or now)

    async def _mark(self, done: Delivery) -> None:
        """Remember that it arrived, however long the disk is full: later, the platform may have forgotten the key."""
        for pause in (*MARKING, None):
            try:
                self._settle(done)
            except StoreError:
                if pause is None:
                    raise
                log.warning("%s arrived, but the database cannot be written; trying again", done.key)
                await asyncio.sleep(pause)
            else:
                return

    async def _say(self, one: Delivery, message: Message) -> Posted:
        platform = self.platforms[one.platform]
        message = await self._pictured(message)
        under = str(one.told.get("under", ""))
        if under:
            return await platform.follow(Posted(one.platform, one.channel, under), message, one.key, repeat=one.unsure)
        return await platform.post(one.channel, message, one.key, repeat=one.unsure)

    async def _pictured(self, message: Message) -> Message:
        return await drawn(message, self.draw) if self.draw else in_words(message)

    def _held_back(self, one: Delivery) -> bool:
        """Whether it is not to be posted now: the channel is gone; or, but for digests, quiet, or has had enough."""
        outbox, now = self.composer.store.outbox, self.clock()
        if reason := outbox.closed(one.platform, one.channel):
            self._settle(replace(one, state="parked", error=reason, told={**one.told, "gone": True}))
            return True
        if one.kind not in {"alert", "more", "follow"}:
            return False
        if (until := quiet_until(self.composer.workspace(one).settings, now)) is not None:
            with self.composer.store.batch():
                self._settle(replace(one, state="owed", due=until, error=QUIET, attempts=one.attempts - 1))
                outbox.put_off(one, until, QUIET)
            return True
        said = outbox.said(one.platform, one.channel, "alert", now - BURST)
        if one.kind != "alert" or room(said, one):
            return False
        self._fold(one, said[-1], now)
        return True

    def _fold(self, one: Delivery, after: Delivery, now: datetime) -> None:
        """Let one message tell what is too much to be posted one by one, together with all that waits."""
        store = self.composer.store
        with store.batch():
            # What is urgent waits for its own turn, unless this is so itself.
            every = store.outbox.waiting(one.platform, one.channel, "alert")
            waiting = [row for row in every if row.rank >= one.rank]
            names = [row.subject for row in (one, *waiting)]
            like = Delivery("more", one.platform, one.channel, str(after.number), one.workspace, owed=now)
            if known := store.outbox.get(like):
                told = texts(known.told.get("statements"))
                store.outbox.extend(known, {"statements": list(dict.fromkeys([*told, *names]))})
            else:
                store.outbox.owe(replace(like, told={"statements": names}))
            reason = f"told together with others after {after.subject}"
            self._settle(replace(one, state="dropped", error=reason))
            store.outbox.drop([row.number for row in waiting], reason)

    async def _edit(self, one: Delivery) -> None:
        now = self.clock()
        message = self.composer.compose(one, now)
        when = next_edit(one, now)
        look = look_of(message) if message else one.look
        if message is None or when is None or look == one.look:
            self._settle(replace(one, shown=one.wanted, due=now))
            return
        done = replace(one, shown=one.wanted, look=look, edits=one.edits + 1, told=self.composer.memory(one), error="")
        follow = self._follow_up(one)
        try:
            async with asyncio.timeout(POSTING):
                pictured = await self._pictured(message)
                stood = Posted(one.platform, one.channel, one.message)
                posted = await self.platforms[one.platform].edit(stood, pictured)
        except (DeliveryError, TimeoutError) as error:
            self._edit_failed(one, _told(error), now)
            return
        now = self.clock()
        done = replace(done, message=posted.id, edited=now)
        self._settle(replace(done, due=next_edit(done, now) or now), *follow)

    def _follow_up(self, one: Delivery) -> list[Delivery]:
        """What the readers of an alert are to hear of in its thread: nothing, or what turned out otherwise."""
        statement = self.composer.store.statement(one.subject) if one.kind == "alert" else None
        known = one.told.get("gist")
        news = changes(known, statement) if statement and isinstance(known, Mapping) else []
        told: dict[str, object] = {"under": one.message, "statement": one.subject, "changes": news}
        subject = f"{one.subject}#{one.edits + 1}"
        follow = Delivery("follow", one.platform, one.channel, subject, one.workspace, told, 4, self.clock())
        return [follow] if news else []

    def _edit_failed(self, one: Delivery, told: DeliveryError, now: datetime) -> None:
        log.info("%s was not edited: %s", one.key, told)
        if told.permanent:
            self._settle(replace(one, shown=one.wanted, error=str(told)))
            return
        wait = asked_wait(told.retry_after) or back_off(3, one.key)
        self._settle(replace(one, due=now + wait, error=str(told)))

    def _failed(self, one: Delivery, told: DeliveryError) -> None:
        """Put off what may still succeed, park what cannot; the other channels go on either way."""
        now = self.clock()
        if told.permanent:
            self._park(one, told, now)
            return
        until = now + (asked_wait(told.retry_after) or back_off(one.attempts, one.key))
        log.info("%s is put off: %s", one.key, told)
        unsure = one.unsure or not told.unsent
        with self.composer.store.batch():
            self._settle(replace(one, state="owed", due=until, error=str(told), unsure=unsure))
            self.composer.store.outbox.hold_channel(one.platform, one.channel, until)

    def _given_up(self, one: Delivery) -> None:
        """After a bug: an edit is left alone, a message tried again a few times and then parked."""
        error, now = "a mistake in the program; the log has the details", self.clock()
        if one.state == "posted":
            self._settle(replace(one, shown=one.wanted, error=error))
        elif one.attempts < MOST_BUGS:
            due = now + back_off(one.attempts + 3, one.key)
            self._settle(replace(one, state="owed", due=due, error=error, unsure=True))
        else:
            self._settle(replace(one, state="parked", error=error))

    def _park(self, one: Delivery, told: DeliveryError, now: datetime) -> None:
        log.warning("%s was given up: %s", one.key, told)
        outbox = self.composer.store.outbox
        with self.composer.store.batch():
            first = not outbox.parked(one.platform, one.channel)
            notices = [row for row in (self._notice(one, told, now),) if row and first]
            why = {**one.told, "gone": True} if told.gone else one.told
            self._settle(replace(one, state="parked", error=str(told), unsure=False, told=why), *notices)
            if told.gone:
                outbox.park_channel(one.platform, one.channel, str(told))

    def _notice(self, one: Delivery, told: DeliveryError, now: datetime) -> Delivery | None:
        """The one notice to the admins that something cannot be posted; None where they cannot be reached."""
        workspace = self.composer.workspace(one)
        channel = admin_channel(workspace)
        if not channel or channel == one.channel or one.kind == "notice":
            return None
        lead = {"key": "notice.gone", "what": one.kind, "channel": one.channel, "error": str(told)}
        subject = f"gone {one.channel} {now:%Y-%m-%dT%H:%M:%S}"
        return Delivery("notice", one.platform, channel, subject, workspace.id, {"lead": lead}, rank=3, owed=now)

    def _settle(self, one: Delivery, *owed: Delivery) -> None:
        if not self.composer.store.outbox.settle(one, self.by, *owed):
            log.info("%s is in other hands by now", one.key)


def _told(error: DeliveryError | TimeoutError) -> DeliveryError:
    return error if isinstance(error, DeliveryError) else DeliveryError("the platform did not answer in time")


def admin_channel(workspace: Workspace) -> str:
    """Where notices to the admins go: the channel they chose, else the digest's."""
    return str(workspace.settings.get("admin_channel") or subscription_of(workspace.settings).channel)
