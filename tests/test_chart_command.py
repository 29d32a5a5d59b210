"""/chart and the weekly digest's chart: what is counted, what is said, and how it arrives on each platform."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image as Picture

from bot.briefing.drawing import HEIGHT, WIDTH, png
from bot.briefing.message import Image, Message
from bot.briefing.plain import from_json, plain, to_json
from bot.briefing.subscription import Subscription, subscription_of, with_subscription
from bot.commands.answering import answer
from bot.delivery.composing import look_of
from bot.delivery.digests import owe_digests
from bot.platforms.on_console import Console
from bot.platforms.pictures import drawn, in_words
from bot.worker import InProcess
from store import Store
from tests.delivery_kit import Clock, courier, saved, statement, workspace
from tests.desks import desk, june, pencil
from tests.discord_kit import SPEC, bot, desk_factory
from tests.discord_kit import june as june_file
from tests.servers.chat import ChatPlatform, ChatServer
from tests.servers.discord import Channel, Discord, Permission, Person
from tests.servers.slack import until as slack_until
from tests.slack_kit import ADMIN, served

READER = Person()
HOUSE = "/chart kim-yo-jong since:2021 until:2021-06"


@pytest.fixture(autouse=True)
def _pencil() -> None:
    """The library is loaded before anything is waited for."""
    pencil()


def size(data: bytes) -> tuple[int, int]:
    """Pixels of a picture; fails for what is none."""
    with Picture.open(io.BytesIO(data)) as one:
        assert one.format == "PNG"
        return one.size


# -- the command


async def test_it_tells_the_numbers_and_leads_on():
    """Title, count and share in words, the chart's numbers, and the ways to the other judgement and the statements."""
    message = await answer(HOUSE, desk())
    (chart,) = message.charts

    assert message.title == chart.title == "Kim Yo Jong: statements by threat"
    assert message.lead == "5 statements since 1 January 2021 until 30 June 2021; with a threat: 3 (60%)."
    assert sum(bar.total for bar in chart.bars) == 5
    assert [one.label for one in message.actions] == ["By stance on talks", "Read", "Share"]
    turned = await answer(message.actions[0].argument, desk())
    assert turned.title == "Kim Yo Jong: statements by stance on talks"
    assert turned.actions[0].argument.endswith("by:threat")
    assert (await answer(message.actions[1].argument, desk())).title == "Kim Yo Jong on record"
    assert message.actions[2].argument == "/chart speaker:kim-yo-jong since:2021-01-01 until:2021-06-30"
    assert replace(await answer(message.actions[2].argument, desk()), actions=message.actions) == message


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("/chart", "North Korea: statements by threat"),
        ("/chart sanctions", "North Korea on sanctions: statements by threat"),
        ("/chart joint exercises 2017", "North Korea on joint military exercises: statements by threat"),
        ("/chart side:us by:stance", "US: statements by stance on talks"),
        ("/chart side:all", "Everybody: statements by threat"),
        ("/chart 김여정 2021", "Kim Yo Jong: statements by threat"),
        ('/chart topic:"sea of fire"', "North Korea on “sea of fire”: statements by threat"),
    ],
)
async def test_it_is_found_by_speaker_side_and_topic(line, title):
    """Each option narrows it; with none it is of Pyongyang; "sanctions" alone is a topic, not a body of that name."""
    message = await answer(line, desk())

    assert message.title == title
    assert message.charts


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/chart kim-yo-jong since:1850 until:1900", "Nothing by Kim Yo Jong since 1 January 1850"),
        ("/chart side:all topic:qqqq", "Nothing by anybody on “qqqq” is on record"),
        ("/chart nobody-such", "Nobody called “nobody-such” is known"),
        ("/chart speaker:kim", "may be any of these"),
        ("/chart side:mars", "side must be one of dprk, us"),
        ("/chart since:99-99", "is no date"),
    ],
)
async def test_what_cannot_be_drawn_is_said(line, words):
    """Nothing on record, a wrong speaker, an ambiguous one, a wrong side or date: words with the way out, no chart."""
    message = await answer(line, desk())

    assert words in plain(message)
    assert not message.charts


async def test_lookups_lead_to_a_chart():
    """From statements to the same as a chart; from a speaker that is looked for, if more than one is on record."""
    statements = await answer("/statement kim-yo-jong topic:sanctions since:2020", desk())
    speaker = await answer("/speakers 김여정", desk())
    silent = await answer("/speakers Kim Yong Nam", desk())

    assert "/chart speaker:kim-yo-jong topic:sanctions since:2020" in [one.argument for one in statements.actions]
    assert [(one.label, one.argument) for one in speaker.actions] == [
        ("Chart: Kim Yo Jong", "/chart speaker:kim-yo-jong")
    ]
    assert not silent.actions


async def test_a_message_with_a_chart_survives_as_json():
    """What an outbox or a program reads is the whole chart in numbers."""
    message = await answer(HOUSE, desk())

    assert from_json(to_json(message)) == message


# -- pictures


async def test_the_worker_draws_the_same_picture():
    """Drawn in the process beside, the bytes are those that a thread gives."""
    (chart,) = (await answer(HOUSE, desk())).charts
    with InProcess() as worker:
        assert await worker.soon(png, chart) == png(chart)


async def test_a_chart_that_cannot_be_drawn_is_told_in_words():
    """An error or a picture that takes too long costs the picture alone."""

    async def broken(_chart):
        raise RuntimeError("no fonts")

    message = await answer(HOUSE, desk())
    told = await drawn(message, broken)

    assert told == in_words(message)
    assert not told.images
    assert message.charts[0].alt in plain(told)
    assert await drawn(message, desk().draw, patience=0) == told


# -- over the wire


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    """The small Discord; whatever limit was broken fails the test."""
    async with Discord(SPEC if SPEC.is_file() else None) as server:
        yield server
        assert server.violations == []


async def attached(discord: Discord, message) -> tuple[str, bytes]:
    """Alt text and bytes of a message's one attachment."""
    (one,) = message["attachments"]
    return one["description"], discord.files[one["id"]]


async def test_discord_shows_the_picture_with_its_words_and_shares_it(discord):
    """An attachment with the alt text as description, for the one who asked; shared, it stands there for all."""
    async with bot(discord) as running:
        guild = discord.guilds[0]
        reply = await discord.command(READER, "chart", guild, speaker="kim-yo-jong", since="2021", until="2021-06")
        alt, data = await attached(discord, reply.message)
        assert reply.ephemeral
        assert "5 statements" in reply.plain
        assert alt.startswith("Stacked bar chart. Kim Yo Jong: statements by threat.")
        assert len(alt) <= 1024
        assert size(data) == (WIDTH, HEIGHT)

        shared = await discord.press(READER, reply, "Share", guild)
        assert not shared.ephemeral
        assert "Shared by" in shared.plain
        assert not [one for one in shared.buttons if one.get("label") == "Share"]
        assert await attached(discord, shared.message) == (alt, data)
        assert running.task.done() is False


async def test_discord_without_attach_files_says_it_in_words(discord):
    """Where no file may be attached, lookups and posts carry the numbers in words, and nothing is refused."""
    message = await answer(HOUSE, desk())
    async with bot(discord) as running:
        guild = discord.guilds[0]
        channel = guild.add(Channel("no-files", denied=Permission.ATTACH_FILES))
        await discord.gateway.dispatch("CHANNEL_CREATE", channel.payload(discord.bot["id"]), guild.id)
        await asyncio.sleep(0.05)
        reply = await discord.command(READER, "chart", channel, speaker="kim-yo-jong", since="2021", until="2021-06")
        await running.platform.post(channel.id, await drawn(message, desk().draw), "k")

        assert not reply.message["attachments"]
        assert "Highest:" in reply.plain
        assert "Highest:" in str(channel.messages[-1])


async def test_slack_uploads_the_picture_with_its_words_and_shares_it():
    """Uploaded by the current API with alt text, shown to one person; shared, to the channel."""
    async with served(june()) as here:
        asked = await here.slack.command(ADMIN, HOUSE)
        said = await here.slack.answered(asked)
        (file,) = here.slack.world.files.values()
        (block,) = [one for one in said.blocks if one["type"] == "image"]
        assert said.ephemeral
        assert file["alt"].startswith("Stacked bar chart. Kim Yo Jong: statements by threat.")
        assert len(file["alt"]) <= 1000
        assert block["alt_text"] == file["alt"]
        assert size(file["data"]) == (WIDTH, HEIGHT)

        await here.slack.press(ADMIN, said.button("Share"), asked)
        await slack_until(lambda: here.slack.world.said)
        (openly,) = here.slack.world.said
        assert "Shared by" in str(openly.blocks)
        assert [one["alt_text"] for one in openly.blocks if one["type"] == "image"] == [file["alt"]]


async def test_slack_without_the_scope_for_files_says_it_in_words():
    """An upload that is refused costs the picture alone, in an answer and in a post."""
    async with served(june()) as here:
        here.slack.api.scopes.remove("files:write")
        said = await here.slack.answered(await here.slack.command(ADMIN, HOUSE))
        await here.platform.post("C0NEWS", Message("Week", images=(Image("The numbers", b"png"),), private=False), "k")

        assert "Highest:" in said.text
        assert not [one for one in said.blocks if one["type"] == "image"]
        assert "The numbers" in here.slack.world.in_channel("C0NEWS")[-1].text


async def test_slack_is_given_time_to_look_a_picture_over():
    """A picture that Slack is not done with is waited for; one that it never is done with is told in words."""
    async with served(june()) as here:
        here.slack.world.scans = 2
        said = await here.slack.answered(await here.slack.command(ADMIN, HOUSE))
        assert [one["alt_text"] for one in said.blocks if one["type"] == "image"]

        here.slack.api.scopes.remove("files:read")
        said = await here.slack.answered(await here.slack.command(ADMIN, HOUSE))
        assert not [one for one in said.blocks if one["type"] == "image"]
        assert "Highest:" in str(said.blocks)


async def test_the_console_prints_words_and_bars():
    """A console shows no pictures: the alt text, and the same numbers as bars of characters; nothing is drawn."""

    async def never(_chart):
        raise AssertionError("drawn for a console")

    out = io.StringIO()
    store = june_file()
    made = desk_factory(store)
    console = Console(out=out, errors=out)
    assert await console.ask(HOUSE, lambda caller: replace(made(caller), draw=never)) == 0
    store.close()

    assert "Stacked bar chart." in out.getvalue()
    assert "week of 21 June 2021 |. 1" in out.getvalue()
    assert "By stance on talks: /chart speaker:kim-yo-jong since:2021 until:2021-06 by:stance" in out.getvalue()


# -- the weekly digest


MONDAY = datetime(2021, 6, 21, 7, 59, tzinfo=UTC)


@pytest.fixture
async def chat() -> AsyncIterator[ChatServer]:
    """A small chat server."""
    async with ChatServer() as running:
        yield running


@pytest.fixture
def weekly():
    """A store with a channel that has its digest on Mondays, and a statement of each month of the year before."""
    with Store.open(":memory:") as store:
        place = workspace(rule="")
        wanted = replace(subscription_of(place.settings), days=(0,))
        store.save_workspace(replace(place, settings=with_subscription(place.settings, wanted)))
        for number in range(12):
            day = MONDAY.date() - timedelta(days=30 * number)
            saved(store, statement(number, day=day, first_seen=MONDAY - timedelta(days=30 * number, hours=1)))
        yield store


async def test_a_weekly_digest_has_the_chart_of_its_year(weekly, chat):
    """The chart of the last twelve months is posted with its words; a daily digest has none."""
    clock = Clock(MONDAY)
    carrier = replace(courier(weekly, {"chat": ChatPlatform(chat.url)}, clock), draw=desk().draw)
    clock.move(minutes=2)
    owe_digests(weekly, clock())
    await carrier.drained()

    ((said,),) = chat.channels.values()
    (image,) = said.message.images
    assert "North Korea, the last twelve months: statements by threat" in image.alt
    assert "12 statements" in image.alt
    assert size(image.data) == (WIDTH, HEIGHT)
    assert not (await answer("/digest 2021-06-21", desk(weekly))).charts
    assert (await answer("/digest 2021-06-21 week", desk(weekly))).charts


async def test_the_same_record_gives_the_same_look(weekly):
    """Composed again later, after more has come in, a digest is what it was, picture too; and follows its filters."""
    clock = Clock(MONDAY)
    carrier = courier(weekly, {}, clock)
    clock.move(minutes=2)
    owe_digests(weekly, clock())
    (owed,) = weekly.outbox.waiting("chat", "brief", "digest")
    first = carrier.composer.compose(owed, clock())
    saved(weekly, statement(50, day=date(2021, 6, 21), first_seen=clock.move(hours=3)))
    again = carrier.composer.compose(owed, clock())

    assert look_of(first) == look_of(again)
    assert png(first.charts[0]) == png(again.charts[0])

    place = weekly.workspace("chat:one")
    for wanted, charts in ((Subscription(sides=("us",)), 0), (Subscription(themes=("sanctions",)), 1)):
        weekly.save_workspace(replace(place, settings=with_subscription(place.settings, wanted)))
        assert len(carrier.composer.compose(owed, clock()).charts) == charts


async def test_a_digest_goes_out_when_its_chart_cannot_be_drawn(weekly, chat):
    """The outbox's promise is the digest: it is posted in words, once, and marked."""

    async def broken(_chart):
        raise RuntimeError("no fonts")

    clock = Clock(MONDAY)
    carrier = replace(courier(weekly, {"chat": ChatPlatform(chat.url)}, clock), draw=broken)
    clock.move(minutes=2)
    owe_digests(weekly, clock())
    await carrier.drained()
    await carrier.drained()

    ((said,),) = chat.channels.values()
    assert not said.message.images
    assert "12 statements" in plain(said.message)
    assert not weekly.outbox.waiting("chat", "brief", "digest")
