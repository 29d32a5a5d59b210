"""From owed to posted: once, in order, through faults, with a real store and a small chat server over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.briefing.alerts import Watch, read_rule, with_watches
from bot.delivery.courier import LEASE, QUIET
from bot.delivery.deciding import CAP, back_off, next_edit
from bot.delivery.news import owed_alerts
from store import Store
from store.deliveries import Claim
from store.owed import Delivery
from store.records import Comparison, Label, Workspace
from store.writes import Change
from tests.delivery_kit import CHANNEL, NOW, Clock, courier, news, saved, statement, workspace
from tests.servers.chat import ChatPlatform, ChatServer


@pytest.fixture
async def chat():
    """A small chat server."""
    async with ChatServer() as running:
        yield running


@pytest.fixture
def store():
    """A store with one workspace that wants to hear of Kim Yo Jong."""
    with Store.open(":memory:") as opened:
        opened.save_workspace(workspace())
        yield opened


@pytest.fixture
def clock():
    """A clock set to NOW."""
    return Clock()


@pytest.fixture
def carrier(store, chat, clock):
    """A courier of one process."""
    return courier(store, {"chat": ChatPlatform(chat.url)}, clock)


def spoke(store, number=1, **changes):
    """Store a statement with the alerts it owes; as stored."""
    one = statement(number, **changes)
    return saved(store, one, *owed_alerts([news(one)], store.workspaces(), NOW))


def spoke_again(store, one, **changes):
    """Store a fuller version of a statement."""
    return store.save(Change(statements=(replace(one, **changes),), comparisons={"#0": Comparison()})).statements[0]


async def test_an_alert_is_posted_once(store, chat, carrier, clock):
    """What a statement owes is said in the channel, and never again, however often we look."""
    one = spoke(store)

    await carrier.drained()
    clock.move(hours=3)
    await carrier.drained()

    assert chat.titles(CHANNEL) == ["Kim Yo Jong: new statement"]
    assert chat.channels[CHANNEL][0].message.entries[0].id == one.id
    assert store.outbox.counts()["posted"] == 1


async def test_a_statement_and_its_alert_are_saved_together(store, chat, carrier):
    """When the save fails, nothing is owed either; when it does not, both are there."""
    one = statement()
    owed = owed_alerts([news(one)], store.workspaces(), NOW)

    with pytest.raises(KeyError):
        store.save(Change(statements=(one,), comparisons={"S-0000-0000-9": Comparison()}, owed=owed))
    assert store.outbox.last() == []

    saved(store, one, *owed)
    await carrier.drained()
    assert len(chat.channels[CHANNEL]) == 1


@pytest.mark.parametrize("fault", ["429", "500 before", "500 after", "lost"])
async def test_a_fault_is_waited_out(store, chat, carrier, clock, fault):
    """Whatever happens to the first try, the message stands once in the end, also where the reply was lost."""
    chat.script.append(fault)
    spoke(store)

    await carrier.drained()
    [row] = store.outbox.last()
    assert (row.state, row.attempts) == ("owed", 1)
    assert row.due > clock()
    assert row.error
    clock.move(minutes=1)
    await carrier.drained()

    assert len(chat.channels[CHANNEL]) == 1
    assert store.outbox.last()[0].state == "posted"


async def test_the_platform_s_own_wish_is_respected(store, chat, carrier, clock):
    """After 429 with Retry-After nothing at all is sent to the channel before that time."""
    chat.script.append("429")
    spoke(store, 1)
    spoke(store, 2)

    await carrier.drained()
    clock.move(seconds=0.9)
    await carrier.drained()
    assert len(chat.requests) == 1

    clock.move(seconds=0.2)
    await carrier.drained()
    assert len(chat.channels[CHANNEL]) == 2


async def test_killed_between_posting_and_marking(store, chat, carrier, clock):
    """A process dies after the platform took the message: the next repeats the key, and it stands once."""
    spoke(store)
    [held] = store.outbox.claim(Claim("dead", NOW, LEASE, ("chat",)))
    await ChatPlatform(chat.url).post(CHANNEL, carrier.composer.compose(held, NOW), held.key)

    await carrier.drained()
    assert store.outbox.last()[0].by == "dead"  # its lease still runs
    clock.move(seconds=61)
    await carrier.drained()

    assert len(chat.channels[CHANNEL]) == 1
    assert carrier.platforms["chat"].repeats == [held.key]
    assert store.outbox.last()[0].state == "posted"


async def test_what_grew_between_a_lost_post_and_its_repeat_is_edited_in(store, chat, carrier, clock):
    """The repeat finds the old words standing, so the new ones are edited in."""
    chat.script.append("lost")
    one = spoke(store)
    await carrier.drained()
    spoke_again(store, one, coverage="full")
    for _ in range(3):
        clock.move(minutes=1)
        await carrier.drained()

    [said] = chat.channels[CHANNEL]
    assert len(said.versions) == 2
    assert "read from excerpts" in said.versions[0].entries[0].chips
    assert "read from excerpts" not in said.message.entries[0].chips


async def test_a_clock_that_jumps_back_holds_nothing_up(store, chat, carrier, clock):
    """A lease and a wait written by a clock that was a month ahead do not count."""
    clock.move(days=30)
    chat.script.append("500 before")
    spoke(store, 1)
    await carrier.drained()
    store.outbox.claim(Claim("dead", clock.move(minutes=9), LEASE, ("chat",)))

    clock.move(days=-30)
    await carrier.drained()

    assert len(chat.channels[CHANNEL]) == 1


async def test_two_processes_post_once(tmp_path, chat, clock):
    """Two couriers on one file share the work, and no message comes twice or at the same time in one channel."""
    path = tmp_path / "briefbot.db"
    chat.delay = 0.01
    with Store.open(path) as one, Store.open(path) as other:
        one.save_workspace(workspace())
        one.save_workspace(workspace(name="two"))
        for number in range(4):
            spoke(one, number)
        await asyncio.gather(
            *(courier(store, {"chat": ChatPlatform(chat.url)}, clock).drained() for store in (one, other, one, other))
        )

        assert len(chat.channels[CHANNEL]) == len(chat.channels[f"{CHANNEL}-two"]) == 4
        assert set(chat.most_at_once.values()) == {1}
        assert one.outbox.counts() == {"owed": 0, "posting": 0, "posted": 8, "parked": 0, "dropped": 0}


async def test_urgent_before_routine(store, chat, carrier):
    """A threat that came last goes first, then the other alert, then the notice."""
    store.outbox.owe(
        Delivery("notice", "chat", CHANNEL, "n", "chat:one", {"lead": {"key": "notice.feeds_well", "count": 2}}, 3, NOW)
    )
    spoke(store, 1)
    grave = spoke(store, 2, labels=(Label("threat", "explicit"),))

    await carrier.drained()

    first, second, third = (said.message for said in chat.channels[CHANNEL])
    assert first.entries[0].id == grave.id
    assert second.entries[0].id != grave.id
    assert third.title == "briefbot, to the admins"


async def test_a_burst_is_told_in_one_message(store, chat, carrier, clock):
    """Of 200 at once a handful is posted, the rest is told as "k more", which grows and loses nothing."""
    ids = [spoke(store, number).id for number in range(200)]

    await carrier.drained()
    *alone, more = chat.channels[CHANNEL]
    assert [said.message.kind for said in alone] == ["cards"] * CAP
    assert more.message.title == "195 more statements"

    ids += [spoke(store, number).id for number in range(200, 205)]
    clock.move(seconds=30)
    await carrier.drained()
    assert len(chat.channels[CHANNEL]) == CAP + 1
    assert more.message.title == "200 more statements"
    [row] = [row for row in store.outbox.last() if row.kind == "more"]
    told = {said.message.entries[0].id for said in alone} | set(row.told["statements"])
    assert told == set(ids)


async def test_a_statement_told_among_others_is_kept_true(store, chat, carrier, clock):
    """When it changes, the message that told of it with others says so too; of those it only counts, nothing shows."""
    told = [spoke(store, number) for number in range(CAP + 20)]
    await carrier.drained()
    more = chat.channels[CHANNEL][-1]

    spoke_again(store, told[CAP + 1], labels=(Label("threat", "explicit"),))
    clock.move(seconds=30)
    await carrier.drained()
    assert "explicit threat" in more.message.entries[1].chips
    assert len(more.versions) == 2

    spoke_again(store, told[-1], labels=(Label("threat", "explicit"),))
    clock.move(seconds=30)
    await carrier.drained()
    assert len(more.versions) == 2


async def test_what_is_urgent_is_not_lost_in_a_burst(store, chat, carrier, clock):
    """After a burst of routine, the leader's own words still come alone and call whom they should; up to a point."""
    rules = with_watches(
        {},
        [
            Watch("all", read_rule("side:dprk"), CHANNEL),
            Watch("top", read_rule("speaker:kim-jong-un"), CHANNEL, role="9"),
        ],
    )
    store.save_workspace(Workspace("chat:one", "chat", "one", rules))
    for number in range(CAP + 2):
        spoke(store, number)
    await carrier.drained()
    clock.move(minutes=1)
    leaders = [spoke(store, 50 + number, speaker="kim-jong-un", authority=1) for number in range(CAP + 2)]
    await carrier.drained()

    alone = [said.message for said in chat.channels[CHANNEL] if said.message.kind == "cards"]
    assert [one.ping for one in alone] == [""] * CAP + ["9"] * CAP
    assert [one.entries[0].id for one in alone[CAP:]] == [one.id for one in leaders[:CAP]]
    listed = [name for row in store.outbox.last() if row.kind == "more" for name in row.told["statements"]]
    assert len(listed) == len(set(listed)) == 4


async def test_quiet_hours_hold_what_follows_an_alert_too(store, chat, carrier, clock):
    """The alert is edited in silence; the word about it in its thread waits for the end of the quiet hours."""
    one = spoke(store)
    await carrier.drained()
    store.save_workspace(workspace(quiet="08:00-12:00"))
    spoke_again(store, one, labels=(Label("threat", "explicit"),))
    clock.move(minutes=1)
    await carrier.drained()
    [said] = chat.channels[CHANNEL]
    assert len(said.versions) == 2

    clock.move(hours=3)
    await carrier.drained()
    assert [one.under for one in chat.channels[CHANNEL]] == ["", said.id]


async def test_after_a_burst_alerts_come_one_by_one_again(store, chat, carrier, clock):
    """Once the burst is over, a new statement has its own message."""
    for number in range(10):
        spoke(store, number)
    await carrier.drained()

    clock.move(minutes=11)
    late = spoke(store, 99)
    await carrier.drained()

    assert chat.channels[CHANNEL][-1].message.entries[0].id == late.id


async def test_quiet_hours_hold_and_release(store, chat, carrier, clock):
    """An alert in quiet hours waits, visibly, and comes when they end."""
    store.save_workspace(workspace(quiet="08:00-12:00"))
    spoke(store, 1)
    spoke(store, 2)

    await carrier.drained()
    assert chat.requests == []
    assert {(row.error, row.due) for row in store.outbox.last()} == {(QUIET, NOW + timedelta(hours=3))}

    clock.move(hours=3)
    await carrier.drained()
    assert len(chat.channels[CHANNEL]) == 2


async def test_a_channel_that_is_gone_is_parked(store, chat, carrier, clock):
    """One try, one notice to the admins, no more tries; the others go on; an admin lets it be tried again."""
    store.save_workspace(workspace(admin_channel="admins"))
    store.save_workspace(workspace(name="two"))
    chat.gone.add(CHANNEL)
    for number in range(3):
        spoke(store, number)
    for _ in range(3):
        await carrier.drained()
        clock.move(hours=1)
    spoke(store, 9)
    await carrier.drained()

    assert [request for request in chat.requests if request[1] == CHANNEL] == [
        ("post", CHANNEL, f"alert/chat/{CHANNEL}/S-2021-0622-1")
    ]
    [told] = chat.channels["admins"]
    assert "no such channel" in told.message.lead
    assert len(chat.channels[f"{CHANNEL}-two"]) == 4
    assert store.outbox.counts()["parked"] == 4

    chat.gone.clear()
    assert store.outbox.release("chat", CHANNEL, clock()) == 4
    await carrier.drained()
    assert len(chat.channels[CHANNEL]) == 4


async def test_a_channel_without_permission_is_told_of_once(store, chat, carrier, clock):
    """Each message is tried once and parked, and the admins hear of it once."""
    store.save_workspace(workspace(admin_channel="admins"))
    chat.forbidden.add(CHANNEL)
    for number in range(3):
        spoke(store, number)
        await carrier.drained()
        clock.move(hours=1)

    assert store.outbox.counts()["parked"] == 3
    assert len(chat.channels["admins"]) == 1


async def test_an_alert_grows_with_its_statement(store, chat, carrier, clock):
    """Flash, wire, full text: one message that is edited, the change told in its thread, nobody called again."""
    store.save_workspace(workspace(role="77"))
    one = spoke(store, coverage="relayed")
    await carrier.drained()
    other = replace(one.sources[0], outlet="Strait Review", url="https://strait.example/1")
    clock.move(minutes=1)
    one = spoke_again(store, one, sources=(*one.sources, other))
    await carrier.drained()
    clock.move(minutes=5)
    one = spoke_again(store, one, coverage="full", labels=(*one.labels, Label("threat", "explicit")))
    await carrier.drained()

    said, follow = chat.channels[CHANNEL]
    assert len(said.versions) == 3
    assert [link.text for link in said.message.entries[0].links] == ["The Dawn Bulletin", "Strait Review"]
    assert said.message.ping == "77"
    assert follow.under == said.id
    assert follow.message.ping == ""
    assert [entry.headline for entry in follow.message.entries] == [
        "The full text is on record now; before, there were only excerpts.",
        "Threat: explicit threat; told before: no threat.",
    ]


async def test_edits_are_gathered(store, chat, carrier, clock):
    """Ten new sources within seconds are one edit, and an edit that would change nothing is not made."""
    one = spoke(store)
    await carrier.drained()
    for number in range(10):
        report = replace(one.sources[0], outlet=f"Outlet {number}", url=f"https://o{number}.example/")
        one = spoke_again(store, one, sources=(*one.sources, report))
        await carrier.drained()
        clock.move(seconds=1)
    clock.move(seconds=60)
    await carrier.drained()
    spoke_again(store, one)
    clock.move(seconds=60)
    await carrier.drained()

    assert len(chat.channels[CHANNEL][0].versions) <= 3
    assert store.outbox.claim(Claim("x", clock.move(days=1), LEASE, ("chat",))) == []


async def test_a_lost_reply_to_an_edit_is_repeated(store, chat, carrier, clock):
    """An edit whose answer was lost is made again; the message ends as it should."""
    one = spoke(store)
    await carrier.drained()
    clock.move(minutes=1)
    chat.script.extend(["lost", "429"])
    spoke_again(store, one, coverage="full")
    for _ in range(4):
        await carrier.drained()
        clock.move(minutes=1)

    assert "read from excerpts" not in chat.channels[CHANNEL][0].message.entries[0].chips
    assert store.outbox.last(states=["posted"])[-1].error == ""


async def test_a_deleted_message_is_let_be(store, chat, carrier, clock):
    """When somebody deleted the alert, it is neither edited for ever nor posted anew."""
    one = spoke(store)
    await carrier.drained()
    chat.channels[CHANNEL].clear()
    clock.move(minutes=1)
    spoke_again(store, one, coverage="full")
    for _ in range(3):
        await carrier.drained()
        clock.move(minutes=10)

    assert chat.channels[CHANNEL] == []
    assert [request[0] for request in chat.requests] == ["post", "edit"]


async def test_what_changes_while_it_is_posted_is_edited_in(store, chat, carrier, clock):
    """A statement that grows during the post is not lost: the edit follows."""
    chat.delay = 0.1
    one = spoke(store)
    await carrier.deliver(clock())
    await asyncio.sleep(0.03)
    spoke_again(store, one, coverage="full")
    await carrier.drained()
    clock.move(minutes=1)
    await carrier.drained()

    assert len(chat.channels[CHANNEL][0].versions) == 2


async def test_at_the_end_nothing_is_cut_in_half(store, chat, carrier, clock):
    """Asked to stop during a post, the courier lets it arrive and marks it, and begins nothing new."""
    chat.delay = 0.1
    spoke(store, 1)
    spoke(store, 2)
    await carrier.deliver(clock())
    await asyncio.sleep(0.02)

    await carrier.close()
    await carrier.deliver(clock())

    assert len(chat.channels[CHANNEL]) == 1
    assert store.outbox.counts() == {"owed": 1, "posting": 0, "posted": 1, "parked": 0, "dropped": 0}


async def test_a_bug_with_one_message_does_not_stop_the_others(store, chat, carrier, clock):
    """A message that cannot be composed is tried a few times and parked; the others arrive."""
    store.outbox.owe(Delivery("notice", "chat", "elsewhere", "n", "chat:one", {"lead": {"key": "no.such"}}, 3, NOW))
    spoke(store)
    for _ in range(8):
        await carrier.drained()
        clock.move(minutes=10)

    assert len(chat.channels[CHANNEL]) == 1
    assert store.outbox.counts()["parked"] == 1


def test_waits_grow_and_end():
    """Back-off doubles, spreads, and stays within minutes."""
    waits = [back_off(attempts, "key") for attempts in range(1, 30)]

    assert waits == sorted(waits)
    assert timedelta(seconds=1) < waits[0] < timedelta(seconds=3)
    assert waits[-1] <= timedelta(minutes=7)
    assert len({back_off(3, f"key {number}") for number in range(20)}) > 10


def test_edits_become_rare():
    """Often in the first minutes, seldom after an hour, never after a week or after too many."""
    one = Delivery("alert", "chat", CHANNEL, "S-1", posted=NOW, edited=NOW)

    assert next_edit(one, NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=1)
    assert next_edit(one, NOW + timedelta(seconds=1)) == NOW + timedelta(seconds=10)
    hours = NOW + timedelta(hours=2)
    assert next_edit(replace(one, edited=hours), hours) == hours + timedelta(minutes=15)
    assert next_edit(one, NOW + timedelta(days=8)) is None
    assert next_edit(replace(one, edits=40), hours) is None
