"""The connection and posting: sockets that go deaf, are refreshed or dropped; limits, lost replies, refusals."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.briefing.message import Entry, Image, Message, Section
from bot.errors import DeliveryError, SettingsError
from bot.platforms.on_slack import Access, Manner, OnSlack
from bot.platforms.platform import Posted
from tests.desks import june
from tests.servers.slack import Slack, until
from tests.servers.slack.world import seen
from tests.slack_kit import ADMIN, COMMANDS, MEMBER, QUICK, desks, served

BRIEF = Message("Brief", lead="Kim Yo Jong rejects talks.", kind="digest", private=False)


@pytest.fixture(scope="module")
def store():
    """One history for all tests here; none of them changes it."""
    return june()


def long(count: int, words: str = "words") -> Message:
    """A message that needs several sheets."""
    entries = tuple(
        Entry(f"Entry {number}", detail=f"{words} " * 60, notes=("a note",), id=f"S-{number}")
        for number in range(count)
    )
    return Message("Brief", lead="Long.", sections=(Section("All", entries),), private=False)


# -- sockets


async def test_a_deaf_socket_is_noticed_and_replaced(store):
    """A socket that answers no ping any more is replaced within a few pings, and commands are answered again."""
    async with served(store) as here:
        here.slack.sockets[0].deaf = True
        await here.slack.connected(1)
        said = await here.slack.answered(await here.slack.command(MEMBER, "/brief-status"))
        assert said.text.startswith("Status")
        assert here.slack.opened == 2


async def test_a_socket_without_hello_is_not_used(store):
    """Slack greets every socket; one that it does not greet is given up for another."""
    async with Slack() as slack:
        slack.hello = False
        platform = OnSlack(
            Access(slack.api.bot_token, slack.api.app_token, slack.api_url), Manner(gap=0, patience=QUICK)
        )

        task = asyncio.create_task(platform.serve(COMMANDS, desks(store)))
        await until(lambda: slack.opened >= 2)
        assert not platform.sockets.connected
        slack.hello = True
        await until(lambda: platform.sockets.connected)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_refresh_loses_nothing(store):
    """While sockets are replaced every command is answered: the new one opens before the old goes."""
    async with served(store) as here:

        async def ask(count: int) -> list[object]:
            asked = []
            for _ in range(count):
                asked.append(await here.slack.command(MEMBER, "/brief-help"))
                await asyncio.sleep(0.01)
            return asked

        asking = [asyncio.create_task(ask(20)) for _ in range(2)]
        for _ in range(3):
            await here.slack.refresh(linger=0.15)
            await asyncio.sleep(0.25)
        asked = [one for task in asking for one in await task]
        assert len(asked) == 40
        for one in asked:
            await here.slack.answered(one)
        assert all(one.ack is not None for one in asked)
        assert all(len(one.answers) == 1 for one in asked)
        assert here.slack.opened >= 4


async def test_a_dropped_connection_comes_back_and_events_are_not_lost(store):
    """After a cut, an event that Slack repeats is handled, once."""
    async with served(store) as here:
        here.slack.drop()
        asked = await here.slack.open_home(MEMBER)
        assert asked.ack is not None
        assert (await here.slack.home(MEMBER)).versions == 1


async def test_a_repeated_event_is_acknowledged_and_not_done_again(store):
    """Slack repeats events whose acknowledgement it missed: the same event id is handled once."""
    async with served(store) as here:
        event = {"type": "app_home_opened", "user": MEMBER, "tab": "home"}
        for _ in range(3):
            assert (await here.slack.event(event, identity="Ev1")).ack is not None
        await asyncio.sleep(0.2)
        assert (await here.slack.home(MEMBER)).versions == 1


async def test_slack_down_at_start_is_waited_for(store):
    """Trouble of Slack's own at the start is tried again until it is over."""
    slack = Slack()
    slack.fail("auth.test", status=503, times=2)
    slack.fail("apps.connections.open", status=500, times=2)
    slack.fail("link", status=502, times=1)
    async with served(store, slack) as here:
        assert (await here.slack.answered(await here.slack.command(MEMBER, "/brief-status"))).text.startswith("Status")


@pytest.mark.parametrize("broken", ["revoked", "no socket mode", "wrong token"])
async def test_what_no_repeat_will_mend_ends_with_one_clear_line(store, broken):
    """A revoked token, Socket Mode switched off, a wrong token: said once, in words, without a storm of tries."""
    async with Slack() as slack:
        slack.api.revoked = broken == "revoked"
        slack.api.socket_mode = broken != "no socket mode"
        token = "xoxb-wrong" if broken == "wrong token" else slack.api.bot_token
        platform = OnSlack(Access(token, slack.api.app_token, slack.api_url), Manner(patience=QUICK))

        with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN and SLACK_APP_TOKEN"):
            await asyncio.wait_for(platform.serve(COMMANDS, desks(store)), 5)
        assert len(slack.world.called) <= 2


async def test_a_token_revoked_meanwhile_ends_the_platform(store):
    """When Slack opens no further socket since the app was removed, the platform ends with its reason."""
    async with served(store) as here:
        here.slack.api.revoked = True
        here.slack.drop()
        with pytest.raises(SettingsError, match="token_revoked"):
            await asyncio.wait_for(here.task, 5)


async def test_what_is_in_hand_at_the_end_is_answered(store):
    """A shutdown lets an answer that is being made be given."""
    async with served(store) as here:
        here.slack.fail("users.info", wait=0.3)
        asked = await here.slack.command(MEMBER, "/brief-status")
        here.task.cancel()
        await asyncio.wait([here.task])
        assert asked.answers[0].text.startswith("Status")


# -- answers


async def test_slow_work_is_announced_and_then_shown_in_its_place(store, monkeypatch):
    """What takes longer than a second is announced; the answer replaces the announcement."""
    monkeypatch.setattr("bot.platforms.slack_parts.interacting.PATIENCE", 0.05)
    async with served(store) as here:
        here.slack.fail("conversations.info", wait=0.4)
        asked = await here.slack.command(ADMIN, "/deliveries admins <#C0NEWS|news>")
        assert asked.ack < 0.3
        assert (await here.slack.answered(asked)).text.startswith("Deliveries")
        assert len(asked.answers) == 1
        assert asked.uses == 2


async def test_a_used_up_response_url_is_no_dead_end(store):
    """After five answers or half an hour Slack takes no more there: the answer comes by the Web API."""
    async with served(store) as here:
        asked = await here.slack.command(MEMBER, "/statement kim-yo-jong since:2021")
        card = await here.slack.answered(asked)
        here.slack.fail("respond", status=404)
        await here.slack.press(MEMBER, card.button("Why"), asked)
        await until(lambda: here.slack.world.said)
        assert here.slack.world.said[0].user == MEMBER
        assert here.slack.world.said[0].text.startswith("Why:")


async def test_where_the_bot_is_not_the_answer_comes_directly(store):
    """With the response URL gone and no way into the channel, the person gets a direct message."""
    async with served(store) as here:
        here.slack.fail("respond", status=404)
        await here.slack.command(MEMBER, "/brief-status", "C0AWAY")
        await until(lambda: here.slack.world.said)
        assert here.slack.world.said[0].channel == "D0BEN"


@pytest.mark.parametrize("status", [500, 429])
async def test_a_response_url_in_trouble_is_tried_again(store, status):
    """Slack's own trouble delays an answer and does not lose it."""
    async with served(store) as here:
        here.slack.fail("respond", status=status, retry_after=0)
        assert (await here.slack.answered(await here.slack.command(MEMBER, "/brief-status"))).text.startswith("Status")


# -- posts


async def test_a_key_is_posted_once(store):
    """The same key again gives the same message, also from another process, also at the same time."""
    slack = Slack()
    async with served(store, slack) as here:
        first = await here.platform.post("C0NEWS", BRIEF, "digest:1")
        again, other = await asyncio.gather(
            here.platform.post("C0NEWS", BRIEF, "digest:1"), here.platform.post("C0NEWS", BRIEF, "digest:2")
        )
        assert first == again == Posted("slack", "C0NEWS", first.id)
        assert other.id != first.id
        async with asyncio.timeout(5):
            restarted = OnSlack(
                Access(slack.api.bot_token, slack.api.app_token, slack.api_url), Manner(gap=0, patience=QUICK)
            )

            task = asyncio.create_task(restarted.serve(COMMANDS, desks(store)))
            assert await restarted.post("C0NEWS", BRIEF, "digest:1") == first
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        assert len(slack.world.in_channel("C0NEWS")) == 2
        metadata = slack.world.in_channel("C0NEWS")[0].body["metadata"]
        assert metadata == {"event_type": "briefbot_delivery", "event_payload": {"key": "digest:1"}}


@pytest.mark.parametrize(
    "fault", [{"lose": True}, {"status": 500}, {"status": 429, "retry_after": 0}, {"error": "internal_error"}]
)
async def test_faults_neither_lose_nor_double_a_post(store, fault):
    """A lost reply, Slack's own trouble and rate limits end in exactly one message."""
    async with served(store) as here:
        here.slack.fail("chat.postMessage", **fault)
        posted = await here.platform.post("C0NEWS", BRIEF, "k")
        (said,) = here.slack.world.in_channel("C0NEWS")
        assert said.ts == posted.id


async def test_retry_after_holds_for_everybody(store):
    """After a 429 no post is tried before the time that Slack named."""
    async with served(store) as here:
        here.slack.fail("chat.postMessage", status=429, retry_after=1)
        started = time.monotonic()
        await asyncio.gather(here.platform.post("C0NEWS", BRIEF, "a"), here.platform.post("C0WATCH", BRIEF, "b"))
        calls = sorted(at for name, at in here.slack.world.called if name == "chat.postMessage")
        assert calls[-1] - started >= 1.0
        assert len(calls) <= 4


async def test_one_message_a_second_for_each_channel(store):
    """A channel gets about one message a second, urgent ones first; other channels do not wait for it."""
    async with served(store, gap=0.3) as here:
        here.slack.api.pace = 0.25
        routine = [asyncio.create_task(here.platform.post("C0NEWS", BRIEF, f"r{number}")) for number in range(3)]
        await asyncio.sleep(0.05)
        urgent = asyncio.create_task(here.platform.post("C0NEWS", Message("Now", urgent=True), "u"))
        await here.platform.post("C0WATCH", BRIEF, "w")
        assert len(here.slack.world.in_channel("C0NEWS")) == 1
        await asyncio.gather(*routine, urgent)
        assert [one.text.split("\n")[0] for one in here.slack.world.in_channel("C0NEWS")] == [
            "Brief",
            "Now",
            "Brief",
            "Brief",
        ]


async def test_an_edit_replaces_what_was_said(store):
    """The message changes in place and no other appears."""
    async with served(store) as here:
        posted = await here.platform.post("C0NEWS", BRIEF, "k")
        await here.platform.edit(posted, Message("Brief", lead="Now with the full text."))
        (said,) = here.slack.world.in_channel("C0NEWS")
        assert "Now with the full text." in said.text
        assert said.edits == 1


async def test_what_does_not_fit_one_message_follows_in_its_thread(store):
    """A long digest continues in the thread of its first message; edits reach all of it, longer or shorter."""
    async with served(store) as here:
        posted = await here.platform.post("C0NEWS", long(70), "k")
        said = here.slack.world.in_channel("C0NEWS")
        assert len(said) > 2
        assert all(one.body["thread_ts"] == said[0].ts for one in said[1:])
        assert posted.id == ",".join(one.ts for one in said)
        for count, words in ((2, "fewer"), (70, "other"), (2, "fewer"), (70, "again"), (70, "later")):
            posted = await here.platform.edit(posted, long(count, words))
            stands = here.slack.world.in_channel("C0NEWS")
            assert len(stands) == (1 if count == 2 else len(said))
            assert posted.id == ",".join(one.ts for one in stands)
            assert all(words in seen(one.body) for one in stands)


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("under", [False, True])
async def test_a_repeat_is_looked_up_where_history_may_be_read(store, parts, under):
    """Slack has forgotten the client_msg_id: what stands is found by its metadata, and only what is missing is said."""
    async with served(store) as here:
        api, world = here.slack.api, here.slack.world
        api.remembers = 0.0
        api.scopes.append("channels:history")
        message = long(2 if parts == 1 else 70)
        head = await here.platform.post("C0NEWS", BRIEF, "head")
        before = await _said(here.platform, message, under=head if under else None)
        stood = world.in_channel("C0NEWS")
        for one in stood[2:]:  # the process was killed after the first part
            one.deleted = True

        started_again = OnSlack(
            Access(api.bot_token, api.app_token, here.slack.api_url), Manner(gap=0.0, patience=QUICK)
        )
        serving = asyncio.create_task(started_again.serve(COMMANDS, desks(store)))
        after = await _said(started_again, message, under=head if under else None, repeat=True)
        serving.cancel()
        await asyncio.wait([serving])

        assert len(world.in_channel("C0NEWS")) == len(stood)
        assert after.id.split(",")[0] == before.id.split(",")[0]
        assert len(after.id.split(",")) == len(before.id.split(","))


async def _said(platform, message, *, under, repeat=False):
    if under:
        return await platform.follow(under, message, "k", repeat=repeat)
    return await platform.post("C0NEWS", message, "k", repeat=repeat)


@pytest.mark.parametrize(
    ("channel", "words", "gone"),
    [
        ("C0AWAY", "I am not in #away. Type there: /invite @briefbot", False),
        ("C0OLDIE", "#old is archived", True),
        ("C0NOWHERE", "I cannot see C0NOWHERE", True),
    ],
)
async def test_where_nothing_can_be_posted_it_says_what_to_do(store, channel, words, gone):
    """A channel without the bot, archived or gone: the way out in words, and no useless repeat."""
    async with served(store) as here:
        with pytest.raises(DeliveryError) as caught:
            await here.platform.post(channel, BRIEF, "k")
        assert words in str(caught.value)
        assert (caught.value.permanent, caught.value.gone) == (True, gone)


async def test_a_missing_scope_is_named(store):
    """Without a scope the message names it and how to get it."""
    async with served(store) as here:
        here.slack.api.scopes.remove("chat:write")
        with pytest.raises(DeliveryError, match="chat:write") as caught:
            await here.platform.post("C0NEWS", BRIEF, "k")
        assert caught.value.permanent


async def test_long_trouble_is_left_to_the_caller(store):
    """A wait that is too long is passed on with its length, for a later try."""
    async with served(store) as here:
        here.slack.fail("chat.postMessage", status=429, retry_after=300)
        with pytest.raises(DeliveryError) as caught:
            await here.platform.post("C0NEWS", BRIEF, "k")
        assert caught.value.retry_after == timedelta(seconds=300)
        assert not caught.value.permanent


async def test_a_deleted_message_cannot_be_edited(store):
    """An edit of what is gone says so."""
    async with served(store) as here:
        posted = await here.platform.post("C0NEWS", BRIEF, "k")
        here.slack.world.in_channel("C0NEWS")[0].deleted = True
        with pytest.raises(DeliveryError, match="is gone"):
            await here.platform.edit(posted, BRIEF)


async def test_images_are_uploaded_with_their_words(store):
    """A chart goes up by the current upload API, with alt text in the file and in the message."""
    async with served(store) as here:
        image = Image("Five statements in June", b"\x89PNG....", "june.png")
        await here.platform.post("C0NEWS", Message("Chart", images=(image,)), "k")
        (file,) = here.slack.world.files.values()
        assert (file["alt"], file["data"], file["complete"]) == ("Five statements in June", b"\x89PNG....", True)
        (said,) = here.slack.world.in_channel("C0NEWS")
        shown = next(block for block in said.blocks if block["type"] == "image")
        assert shown["alt_text"] == "Five statements in June"


async def test_posting_waits_for_the_connection(store):
    """A post that is asked for before Slack is reached is made once it is."""
    async with Slack() as slack:
        platform = OnSlack(
            Access(slack.api.bot_token, slack.api.app_token, slack.api_url), Manner(gap=0, patience=QUICK)
        )
        early = asyncio.create_task(platform.post("C0NEWS", BRIEF, "k"))
        await asyncio.sleep(0.05)
        assert not early.done()

        task = asyncio.create_task(platform.serve(COMMANDS, desks(store)))
        assert (await asyncio.wait_for(early, 5)).id
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_an_alert_calls_the_group_that_an_admin_chose(store):
    """The chosen user group is called, by its id, and nobody else."""
    async with served(store) as here:
        await here.platform.post("C0NEWS", Message("Alert", lead="<!channel> now", ping="S0DESK"), "k")
        (said,) = here.slack.world.in_channel("C0NEWS")
        assert said.text.startswith("<!subteam^S0DESK>")
        assert "<!channel>" not in said.text
        assert (await here.slack.command(ADMIN, "/brief-status")).ack is not None
