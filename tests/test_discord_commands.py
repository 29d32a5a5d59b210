"""Every command on Discord, through the real client and over the wire, as people use it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.briefing.message import Action, Entry, Message, Section
from bot.commands import COMMANDS
from bot.commands.command import Arguments, Command, Desk, Option
from tests.discord_kit import Running, bot, desk_factory, june
from tests.servers.discord import Channel, Discord, Permission, Person

READER, ADMIN = Person(), Person.admin()
LINE = "/statement speaker:kim-yo-jong count:1"


@pytest.fixture
async def running(discord: Discord) -> AsyncIterator[Running]:
    """The bot, served."""
    async with bot(discord) as one:
        yield one


async def test_a_lookup_answers_privately_with_everything_about_the_statement(discord, running):
    """/statement says who, when, the words, the judgements in words, and links the sources."""
    reply = await discord.command(READER, "statement", discord.guilds[0], speaker="kim-yo-jong", count=1)

    assert reply.ephemeral
    assert reply.first < 1.0
    assert "22 June 2021: Kim Yo Jong, Vice Department Director" in reply.plain
    assert "rejects talks with the US · no threat" in reply.plain
    assert "Sources: [" in reply.text
    assert [one["label"] for one in reply.buttons] == ["Why", "Sources", "Precedents", "Share", "Chart", "Next"]


READING = [
    ("statement", {"speaker": "Kim Yo Jong", "topic": "sanctions"}),
    ("search", {"query": '"hostile policy"', "since": "2021"}),
    ("digest", {"date": "2021-06-22"}),
    ("digest", {"period": "week"}),
    ("speakers", {}),
    ("speakers", {"query": "김여정"}),
    ("chart", {"speaker": "김여정", "by": "stance"}),
    ("why", {"statement": "S-2021-0622-1", "show": "sources"}),
    ("check", {"text": "Kim Yo Jong said the US may interpret the situation to seek comfort for itself."}),
    ("status", {}),
    ("help", {}),
    ("help", {"command": "statement"}),
]
CHANGING = [
    ("feeds list", {}),
    ("feeds health", {}),
    ("feeds add", {"address": "https://new.example/"}),
    ("feeds add", {"address": "https://new.example/", "save": "yes"}),
    ("feeds remove", {"feed": "dawn"}),
    ("feeds restore", {"name": "dawn"}),
    ("feeds pause", {"feed": "dawn"}),
    ("feeds resume", {"feed": "dawn"}),
    ("feeds test", {"feed": "dawn"}),
    ("feeds import", {"file": b'<opml><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'}),
    ("feeds export", {}),
    ("feeds log", {}),
    ("feeds undo", {}),
    ("briefing time", {"time": "7 pm"}),
    ("briefing timezone", {"zone": "Seoul"}),
    ("briefing days", {"days": "weekdays"}),
    ("briefing filters", {"sides": "dprk,us", "topics": "sanctions"}),
    ("briefing language", {"language": "en"}),
    ("briefing pause", {}),
    ("briefing preview", {}),
    ("briefing show", {}),
    ("briefing log", {}),
    ("briefing undo", {}),
    ("alerts list", {}),
    ("alerts add", {"speaker": "Kim Yo Jong", "threat": "implied"}),
    ("alerts remove", {"name": "x"}),
    ("alerts preview", {"when": "side:dprk and not threat:explicit"}),
    ("alerts log", {}),
    ("alerts undo", {}),
    ("deliveries list", {}),
    ("deliveries retry", {}),
    ("deliveries quiet", {"hours": "22:00-07:00"}),
    ("deliveries log", {}),
    ("deliveries undo", {}),
]


def test_every_command_and_part_is_tried_below():
    """No command can be added without being tried as admin and as member."""
    parts = {f"{one.name} {part.name}" for one in COMMANDS for part in one.parts}
    whole = {one.name for one in COMMANDS if not one.parts}
    tried = {name for name, _ in READING + CHANGING} | {"briefing channel", "deliveries admins"}

    assert parts | whole == tried


async def test_readers_can_use_every_reading_command(discord, running):
    """Lookups answer any member privately, and soon."""
    for name, options in READING:
        reply = await discord.command(READER, name, discord.guilds[0], **options)

        assert reply.ephemeral, name
        assert reply.first < 1.0, name
        assert "That did not work" not in reply.plain, (name, reply.text)


async def test_members_are_refused_what_admins_may(discord, running):
    """Whatever Discord shows them, the bot itself refuses members, in words, and changes nothing."""
    for name, options in CHANGING:
        reply = await discord.command(READER, name, discord.guilds[0], **options)

        assert f"/{name} is for admins" in reply.plain
    assert running.store.journal(f"discord:{discord.guilds[0].id}") == []
    assert running.store.added_feeds() == []


async def test_admins_can_use_every_command(discord, running):
    """Each answers in its own words; only a feed or an alert that is not there is refused."""
    for name, options in CHANGING:
        reply = await discord.command(ADMIN, name, discord.guilds[0], **options)

        assert "is for admins" not in reply.plain, name
        assert "mistake in the program" not in reply.plain, (name, reply.text)


async def test_an_alert_names_its_channel_and_role(discord, running):
    """Ids chosen from Discord's menus are shown by the names that people know, before and after saving."""
    guild = discord.guilds[0]
    guild.roles["77"], guild.mentionable = Permission(0), {"77"}
    guild = await discord.invite(guild)
    for save in ("no", "yes"):
        chosen = {"channel": guild.channel("briefing").id, "role": "77", "save": save}
        reply = await discord.command(ADMIN, "alerts add", guild, speaker="kim-yo-jong", name="x", **chosen)
        assert "It goes to #briefing. It calls @role 77." in reply.plain
    assert "It calls @role 77." in (await discord.command(ADMIN, "alerts list", guild)).plain


async def test_commands_are_told_with_permissions_contexts_and_korean_names(discord, running):
    """Admin commands are hidden from members and kept to servers; names and descriptions exist in Korean."""
    listed = {one["name"]: one for one in discord.commands}

    assert listed["feeds"]["default_member_permissions"] == 32
    assert listed["feeds"]["contexts"] == [0]
    assert listed["statement"]["default_member_permissions"] is None
    assert listed["statement"]["integration_types"] == [0, 1]
    assert listed["statement"]["name_localizations"] == {"ko": "발언"}
    assert all("ko" in one["description_localizations"] for one in listed.values() if one["type"] == 1)
    assert listed["Check against history"]["name_localizations"] == {"ko": "기록과 대조"}


async def test_commands_are_told_again_only_when_they_changed(discord):
    """A restart tells Discord nothing new; a changed definition is told at once."""
    store = june()
    async with bot(discord, store):
        pass
    async with bot(discord, store):
        pass
    assert discord.syncs == 1

    async with bot(discord, store, commands=COMMANDS[:3]):
        pass
    assert discord.syncs == 2


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("kim yo", "kim-yo-jong"), ("김여정", "kim-yo-jong"), ("Kim Yo-chong", "kim-yo-jong"), ("", "kim-yo-jong")],
)
async def test_speakers_are_found_while_typing(discord, running, typed, slug):
    """Any spelling or script finds the person among at most 25 choices."""
    choices = await discord.suggest(READER, "statement", "speaker", typed, discord.guilds[0])

    assert slug in [one["value"] for one in choices[:3]]
    assert len(choices) <= 25


async def test_a_title_finds_the_one_who_holds_it(discord, running):
    """The words "North Korea's foreign minister" offer Ri Son Gwon, who was that in June 2021."""
    choices = await discord.suggest(READER, "statement", "speaker", "North Korea's foreign minister", discord.guilds[0])

    assert "ri-son-gwon" in [one["value"] for one in choices]


async def test_members_are_not_told_of_feeds_and_alerts_while_typing(discord, running):
    """Whose command would be refused gets no choices for it either; an admin gets them."""
    for who, count in ((READER, 0), (ADMIN, 1)):
        assert len(await discord.suggest(who, "feeds pause", "feed", "dawn", discord.guilds[0])) == count


@pytest.mark.parametrize(
    ("line", "option", "typed", "value"),
    [
        ("statement", "topic", "sanc", "sanctions"),
        ("statement", "since", "last w", "last week"),
        ("why", "statement", "0622", "S-2021-0622-1"),
        ("feeds remove", "feed", "dawn", "dawn"),
        ("briefing timezone", "zone", "seoul", "Asia/Seoul"),
        ("briefing time", "time", "19", "19:00"),
        ("briefing days", "days", "week", "weekdays"),
    ],
)
async def test_other_options_complete_too(discord, running, line, option, typed, value):  # noqa: PLR0913, PLR0917 - a table
    """Topics, dates, statements, feeds, zones, hours and days are offered while typing."""
    choices = await discord.suggest(ADMIN, line, option, typed, discord.guilds[0])

    assert value in [one["value"] for one in choices]


async def test_a_near_miss_is_offered_and_the_choice_replaces_the_question(discord, running):
    """A misspelt name asks back; pressing the answer shows what was meant in the same place."""
    question = await discord.command(READER, "statement", discord.guilds[0], speaker="Kim Yon Jonk")
    answer = await discord.press(READER, question, "Kim Yo Jong", discord.guilds[0])

    assert "Did you mean" in question.plain
    assert answer.updated
    assert "Kim Yo Jong on record" in answer.plain


async def test_pages_turn_in_place(discord, running):
    """Next shows the following statement in the same message, Previous leads back."""
    first = await discord.command(READER, "statement", discord.guilds[0], speaker="kim-yo-jong", count=1)
    second = await discord.press(READER, first, "Next", discord.guilds[0])
    again = await discord.press(READER, second, "Previous", discord.guilds[0])

    assert second.updated
    assert "2 May 2021" in second.plain
    assert "22 June 2021" in again.plain


async def test_buttons_work_after_a_restart(discord):
    """A message of an earlier process still answers: all that its buttons need is in them."""
    store, guild = june(), discord.guilds[0]
    async with bot(discord, store):
        first = await discord.command(READER, "statement", guild, speaker="kim-yo-jong", count=1)
    async with bot(discord, store):
        turned = await discord.press(READER, first, "Next", guild)
        why = await discord.press(READER, first, "Why", guild)

    assert turned.updated
    assert why.ephemeral
    assert "Judgements" in why.plain


async def test_long_lines_survive_a_restart_too(discord):
    """A line longer than Discord's hundred characters is kept in the store."""
    wide = tuple(Entry(f"Entry {number}", detail="words " * 150) for number in range(12))

    async def run(_desk: Desk, arguments: Arguments) -> Message:
        return Message("Long", lead=arguments.text("text")[-8:], sections=(Section("", wide),))

    long = Command("long", "command.help", run, (Option("text", "text", "option.query", required=True, rest=True),))
    store, guild = june(), discord.guilds[0]
    async with bot(discord, store, commands=(long,)):
        first = await discord.command(READER, "long", guild, text="word " * 60 + "the last")
    async with bot(discord, store, commands=(long,)):
        second = await discord.press(READER, first, "On to part 2", guild)

    assert second.updated
    assert "the last" in second.plain
    assert "Entry 11" in second.plain or "On to part 3" in str(second.buttons)


async def test_share_posts_openly_what_the_person_saw(discord, running):
    """Share shows the one statement to the channel, says who shared it, and pings nobody."""
    guild = discord.guilds[0]
    seen = await discord.command(READER, "statement", guild, speaker="kim-yo-jong", count=3)
    shared = await discord.press(READER, seen, "Share (2)", guild)

    assert not shared.ephemeral
    assert shared.message["content"] == f"Shared by <@{READER.id}>"
    assert shared.message["allowed_mentions"]["parse"] == []
    assert len(shared.message["embeds"]) == 1
    assert shared.message["embeds"][0]["title"].endswith(seen.message["embeds"][1]["title"].removeprefix("2. "))
    assert guild.channels[0].messages[-1]["id"] == shared.message["id"]


async def test_a_button_of_a_shared_message_answers_the_one_who_presses(discord, running):
    """Others get an answer of their own; the message everybody sees stays as it is."""
    async with asyncio.timeout(10):
        posted = await running.platform.post(
            discord.guilds[0].channels[0].id,
            Message("Digest", actions=(Action("run", f"{LINE} page:2", "Next"),), private=False),
            "digest",
        )
    message = discord.guilds[0].channels[0].messages[-1]
    reply = await discord.press(READER, message, "Next", discord.guilds[0])

    assert posted.id == message["id"]
    assert reply.ephemeral
    assert not reply.updated
    assert "Digest" in message["content"]


async def test_admin_buttons_refuse_others(discord, running):
    """Who presses is asked for their rights, not who made the message."""
    guild = discord.guilds[0]
    preview = await discord.command(ADMIN, "feeds add", guild, address="https://new.example/")
    refused = await discord.press(READER, preview, "Add this feed", guild)
    assert "is for admins" in refused.plain
    assert running.store.added_feeds() == []


async def test_adding_a_feed_shows_it_asks_and_can_be_undone(discord, running):
    """A preview of what would be coded, one press to save, one to take it back; both are in the log."""
    guild = discord.guilds[0]
    preview = await discord.command(ADMIN, "feeds add", guild, address="https://new.example/")
    assert "would be kept · statement by Kim Yo Jong" in preview.plain
    assert running.store.added_feeds() == []

    added = await discord.press(ADMIN, preview, "Add this feed", guild)
    assert added.updated
    assert [feed.by for feed in running.store.added_feeds()] == [f"admin ({ADMIN.id})"]

    undone = await discord.press(ADMIN, added, "Undo", guild)
    log = await discord.command(ADMIN, "feeds log", guild)
    assert "Taken back" in undone.plain
    assert running.store.added_feeds() == []
    assert f"taken back by admin ({ADMIN.id})" in log.plain


async def test_feeds_go_out_and_come_in_as_opml_attachments(discord, running):
    """What one server exports, another imports; what is no feed is named."""
    guild = discord.guilds[0]
    sent = await discord.command(ADMIN, "feeds export", guild)
    [file] = sent.message["attachments"]
    data = discord.files[file["id"]]
    assert file["filename"] == "briefbot-feeds.opml"
    assert b"https://dawn.example/feed" in data

    more = data.replace(b"https://dawn.example/feed", b"https://dusk.example/feed").replace(b"review.example", b"")
    took = await discord.command(ADMIN, "feeds import", guild, file=more)
    assert "1 feed was added. 1 was refused." in took.plain
    await discord.press(ADMIN, took, "Undo", guild)
    assert running.store.added_feeds() == []


@pytest.mark.parametrize("encoding", ["EUC-KR", "UTF-16"])
async def test_a_list_of_feeds_may_be_in_any_encoding(discord, running, encoding):
    """The names in a list keep their letters, whatever encoding it says it is in."""
    opml = f'<?xml version="1.0" encoding="{encoding}"?><opml><body><outline text="통일뉴스" xmlUrl="https://w.example/rss"/>'
    data = f"{opml}</body></opml>".encode(encoding)
    await discord.command(ADMIN, "feeds import", discord.guilds[0], file=data)

    assert [feed.entry["outlet"] for feed in running.store.added_feeds()] == ["통일뉴스"]


@pytest.mark.parametrize("data", [b"not xml", b"<html/>", b"<opml><body/></opml>", b"\xff\xfe\x00"])
async def test_a_file_that_is_no_opml_is_refused_in_words(discord, running, data):
    """Whatever is attached, the answer says what is wrong with it."""
    reply = await discord.command(ADMIN, "feeds import", discord.guilds[0], file=data)

    assert "OPML" in reply.plain


async def test_one_command_sets_the_digest_up(discord, running):
    """/briefing channel is enough; it says where and when the next digest comes, by the channel's name."""
    guild = discord.guilds[0]
    reply = await discord.command(ADMIN, "briefing channel", guild, channel=guild.channel("briefing").id)

    assert "Channel: #briefing." in reply.plain
    assert "Next digest: 26 June 2021, 08:00 (UTC)." in reply.plain


async def test_a_channel_where_the_bot_may_not_write_is_refused_with_the_remedy(discord, running):
    """The admin reads which permission is missing, before the first digest fails."""
    guild = discord.guilds[0]
    locked = guild.add(Channel("locked", denied=2048))
    await discord.gateway.dispatch("CHANNEL_CREATE", locked.payload(discord.bot["id"]), guild.id)
    await asyncio.sleep(0.05)
    reply = await discord.command(ADMIN, "briefing channel", guild, channel=locked.id)

    assert "I may not write in #locked. Allow briefbot there: Send Messages" in reply.plain


async def test_servers_are_independent(discord, running):
    """What one server sets, another neither sees nor shares."""
    other = await discord.invite(
        replace(discord.guilds[0], id=str(int(discord.guilds[0].id) + 4096), channels=[Channel("talk")])
    )
    await discord.command(ADMIN, "briefing timezone", discord.guilds[0], zone="Seoul")
    await discord.command(ADMIN, "feeds add", discord.guilds[0], address="https://new.example/", save="yes")

    assert "UTC" in (await discord.command(ADMIN, "briefing show", other)).plain
    assert "New Feed" not in (await discord.command(ADMIN, "feeds list", other)).plain
    assert "New Feed" in (await discord.command(ADMIN, "feeds list", discord.guilds[0])).plain


async def test_any_message_can_be_checked_against_history(discord, running):
    """A right click codes the message's text and shows it beside the record."""
    words = "It seems that the US may interpret the situation in such a way as to seek a comfort for itself"
    text = f'"{words}," Kim Yo Jong said on June 22, 2021.'
    reply = await discord.menu(READER, "Check against history", text, discord.guilds[0])
    other = await discord.menu(READER, "Check against history", "Lunch?", discord.guilds[0])

    assert "This is on record as S-2021-0622-1." in reply.plain
    assert reply.ephemeral
    assert "does not seem to bear on" in other.plain


async def test_lookups_work_in_direct_messages_and_without_the_bot_in_the_server(discord, running):
    """In a direct message, and where a user brought the app along, lookups answer and admin commands do not."""
    direct = await discord.command(READER, "statement", speaker="kim-yo-jong", count=1)
    discord.guilds[0].joined = False
    brought = await discord.command(ADMIN, "statement", discord.guilds[0], speaker="kim-yo-jong", count=1)
    refused = await discord.command(ADMIN, "feeds add", discord.guilds[0], address="https://new.example/")

    assert not direct.ephemeral
    assert "Kim Yo Jong" in direct.plain
    assert brought.ephemeral
    assert "is for admins" in refused.plain


async def test_slow_answers_are_announced_at_once(discord):
    """What takes longer is announced within a second and then filled in; a bug is told, not left hanging."""

    async def slow(_desk: Desk, _arguments: Arguments) -> Message:
        await asyncio.sleep(1.2)
        return Message("Done")

    async def broken(_desk: Desk, _arguments: Arguments) -> Message:
        raise ZeroDivisionError

    commands = (Command("slow", "command.help", slow), Command("broken", "command.help", broken))
    async with bot(discord, commands=commands):
        reply = await discord.command(READER, "slow", discord.guilds[0])
        bug = await discord.command(READER, "broken", discord.guilds[0])

    assert reply.deferred
    assert reply.first < 1.0
    assert reply.ephemeral
    assert "Done" in reply.plain
    assert "mistake in the program" in bug.plain


async def test_an_outdated_button_or_command_says_so(discord, running):
    """Buttons of another version are answered in words, not with "interaction failed"."""
    message = {"id": "1", "components": [{"components": [{"label": "Old", "custom_id": "zzz"}]}], "flags": 64}
    whole = discord.rest._message(discord.guilds[0].channels[0], {"content": "x"}, []) | message
    reply = await discord.press(READER, whole, "Old", discord.guilds[0])
    discord.commands.append({"name": "gone", "id": "7", "type": 1})
    gone = await discord.command(READER, "gone", discord.guilds[0])

    assert "older version" in reply.plain
    assert "older version" in gone.plain


async def test_hostile_feed_text_reaches_readers_as_plain_words(discord):
    """What a feed says can neither ping, nor link, nor format, nor hide."""
    bad = "@everyone <@&1> [free](https://evil.example) ||x|| **b** \u202eabc"
    store = june()

    async def run(_desk: Desk, _arguments: Arguments) -> Message:
        return Message(
            bad, lead=bad, sections=(Section(bad, (Entry(bad, detail=bad, chips=(bad,)),), bad),), footer=bad
        )

    async with bot(discord, store, commands=(Command("bad", "command.help", run),), desk=desk_factory(store)):
        reply = await discord.command(READER, "bad", discord.guilds[0])

    assert "\\@everyone" in reply.message["content"]
    panel = reply.message["embeds"][0]
    for text in (reply.message["content"], panel["title"], panel["description"]):
        assert "](https://evil" not in text
        assert "\u202e" not in text
    assert reply.message["allowed_mentions"]["parse"] == []
