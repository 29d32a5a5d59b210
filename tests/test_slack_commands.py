"""Slash commands, buttons and the shortcut, through the real slack-bolt over Socket Mode."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.briefing.alerts import watches_of
from bot.commands import COMMANDS
from bot.commands.command import Caller, Desk
from bot.platforms.slack_parts.naming import Names
from store.records import Workspace
from tests.desks import june, pencil
from tests.servers.slack import Said, until
from tests.servers.slack.world import seen
from tests.slack_kit import ADMIN, KOREAN, MEMBER, OWNER, desks, served

READING = {
    "/statement kim-yo-jong topic:sanctions since:2021": "Kim Yo Jong on record",
    "/brief-search hostile": "Search: hostile",
    "/digest 2021-06-22": "North Korea brief, 22 June 2021",
    "/speakers kim": "Speakers",
    "/chart kim-yo-jong": "Kim Yo Jong: statements by threat",
    "/why S-2021-0622-1": "Why: S-2021-0622-1",
    "/check Kim Yo Jong said the US may interpret the situation to seek comfort for itself.": "Against the record",
    "/brief-status": "Status",
    "/brief-help": "Commands",
    "/briefbot help statement": "/statement SPEAKER",
    "/briefbot statement 김여정": "Kim Yo Jong on record",
}
CHANGING = {
    "/feeds": "Feeds",
    "/feeds list": "Feeds",
    "/feeds health": "Feeds",
    "/feeds add https://new.example/": "Preview: New Feed",
    "/feeds add https://new.example/ save:yes": "Feeds",
    "/feeds pause dawn": "Feeds",
    "/briefing show": "Briefing",
    "/briefing time 07:30": "Briefing",
    "/briefing channel <#C0NEWS|news>": "Briefing",
    "/alerts list": "Alerts",
    "/alerts add speaker:kim-yo-jong threat:explicit": "Alert",
}


@pytest.fixture(scope="module")
def store():
    """One history for the tests that only read."""
    return june()


async def test_every_command_answers_an_admin_at_once_and_privately():
    """Acknowledged within a second, answered to the one who asked, nobody else sees anything."""
    pencil()
    async with served(june()) as here:
        for line, title in (READING | CHANGING).items():
            asked = await here.slack.command(ADMIN, line)
            said = await here.slack.answered(asked)
            assert asked.ack is not None, line
            assert asked.ack < 1.0, line
            assert said.ephemeral, line
            assert said.text.startswith(title), (line, said.text[:80])
        assert not here.slack.world.said


@pytest.mark.parametrize("who", [MEMBER])
async def test_members_may_read_and_not_change(who):
    """Reading commands answer everybody; those that change something are refused in words, and change nothing."""
    store = june()
    pencil()
    async with served(store) as here:
        for line, title in READING.items():
            said = await here.slack.answered(await here.slack.command(who, line))
            assert said.text.startswith(title), (line, said.text[:80])
        for line in CHANGING:
            said = await here.slack.answered(await here.slack.command(who, line))
            assert "is for admins" in said.text, line
    assert not store.added_feeds()
    assert store.feed_state("dawn") is None
    assert all(not one.settings for one in store.workspaces())


async def test_every_command_of_the_list_is_served(store):
    """A command that is added to COMMANDS works in Slack without further ado, also under the common name."""
    async with served(store) as here:
        for command in COMMANDS:
            line = f"help {command.name}"
            said = await here.slack.answered(await here.slack.command(ADMIN, f"/briefbot {line}"))
            assert said.text.split()[0].endswith(command.name), command.name


async def test_owners_and_listed_people_are_admins(store):
    """Workspace owners are admins as workspace admins are; with a list in the settings only those on it."""
    async with served(store) as here:
        assert "admins" not in (await here.slack.answered(await here.slack.command(OWNER, "/alerts list"))).text
    async with served(store, admins=(MEMBER,)) as here:
        assert "admins" not in (await here.slack.answered(await here.slack.command(MEMBER, "/alerts list"))).text
        assert "is for admins" in (await here.slack.answered(await here.slack.command(ADMIN, "/alerts list"))).text


async def test_whom_slack_does_not_tell_of_is_no_admin(store):
    """While users.info fails, lookups work and admin commands are refused."""
    async with served(store) as here:
        here.slack.fail("users.info", error="internal_error", times=20)
        assert (
            "is for admins" in (await here.slack.answered(await here.slack.command(ADMIN, "/alerts list"), 1, 9)).text
        )


@pytest.mark.parametrize(
    ("line", "help_"),
    [
        ("/statement kim-yo-jong sinse:2021", "Did you mean since:2021?"),
        ("/statement kim-yo-jong since:sometime", "is no date"),
        ("/statement nobody-at-all-xyz", "Nobody called"),
        ("/why S-1999-0101-1", "There is no statement"),
        ("/feeds ad https://x.example/", "Did you mean /feeds add?"),
        ("/briefbot statment kim", "Did you mean /statement?"),
        ("/feeds add https://nothing.example/", "no such host"),
        ("/briefing channel <#C0AWAY|away>", "/invite @briefbot"),
        ("/briefing channel news", "leads to no channel"),
        ("/briefing channel <#C0OLDIE|old>", "archived"),
        ("/alerts add speaker:kim-yo-jong channel:<#C0AWAY|away>", "/invite @briefbot"),
    ],
)
async def test_mistakes_are_answered_with_the_correct_form(line, help_):
    """Whatever is wrong, the answer says what is right."""
    async with served(june()) as here:
        assert help_ in (await here.slack.answered(await here.slack.command(ADMIN, line))).text


@pytest.mark.parametrize(
    "text",
    [
        "“hostile policy” speaker:choe-son-hui",
        "hostile since:last week",
        "정상회담",
        "<!channel> *x* <https://e.example|y>",
    ],
)
async def test_anything_typed_is_safe(store, text):
    """Quotes, dates, Korean and control sequences are words like others."""
    async with served(store) as here:
        asked = await here.slack.command(MEMBER, f"/brief-search {text}")
        assert (await here.slack.answered(asked)).text.startswith("Search:")


async def test_a_question_is_answered_by_a_button_in_its_place(store):
    """An ambiguous name gives choices; the one pressed takes the place of the question."""
    async with served(store) as here:
        asked = await here.slack.command(MEMBER, "/statement kim")
        question = await here.slack.answered(asked)
        assert question.text.startswith("Which one?")
        await here.slack.press(MEMBER, question.buttons()[0], asked)
        await until(lambda: asked.last is not question)
        assert len(asked.answers) == 1
        assert "on record" in asked.last.text


async def test_pages_turn_in_place_also_after_a_restart(store):
    """Next replaces the page; the button still works in another process, since it holds all it needs."""
    async with served(store) as here:
        asked = await here.slack.command(MEMBER, "/statement kim-yo-jong since:2021")
        first = await here.slack.answered(asked)
    async with served(store) as there:
        there.slack.asked[asked.envelope] = asked
        await there.slack.press(MEMBER, first.button("Next"), asked)
        await until(lambda: asked.last is not first)
    assert len(asked.answers) == 1
    assert "Shown: 4 to" in asked.last.text


async def test_why_comes_below_and_share_is_seen_by_all(store):
    """A statement's buttons: Why answers privately below, Share posts the statement openly with who shared it."""
    async with served(store) as here:
        asked = await here.slack.command(MEMBER, "/statement kim-yo-jong since:2021")
        card = await here.slack.answered(asked)
        await here.slack.press(MEMBER, card.button("Why"), asked)
        assert (await here.slack.answered(asked, 2)).text.startswith("Why: S-2021")
        assert not here.slack.world.said
        await here.slack.press(MEMBER, card.button("Share"), asked)
        await until(lambda: here.slack.world.said)
        shared = here.slack.world.said[0]
        assert "Kim Yo Jong" in shared.text
        assert "Shared by ben" in str(shared.blocks)
        assert not [one for one in shared.buttons() if one["text"]["text"] == "Share"]


async def test_a_whole_answer_can_be_shared_where_the_bot_is_not(store):
    """Share works through the response URL, so also in channels that the bot was not invited to."""
    async with served(store) as here:
        asked = await here.slack.command(MEMBER, "/digest 2021-06-22", "C0AWAY")
        digest = await here.slack.answered(asked)
        await here.slack.press(MEMBER, digest.button("Share"), asked)
        await until(lambda: here.slack.world.in_channel("C0AWAY"))
        assert here.slack.world.in_channel("C0AWAY")[0].text.startswith("North Korea brief")


async def test_what_was_seen_is_shared_whatever_day_it_is_by_then():
    """A digest of "yesterday" that is shared a day later is of the day that was shown."""
    store, late = june(), []

    def desk_of(caller: Caller) -> Desk:
        made = desks(store)(caller)
        return replace(made, now=made.now + timedelta(days=len(late)))

    async with served(store, desk=desk_of) as here:
        for line in ("/digest yesterday", "/digest", "/digest last week"):
            late.clear()
            asked = await here.slack.command(MEMBER, line)
            digest = await here.slack.answered(asked)
            late += range(9)
            count = len(here.slack.world.in_channel("C0NEWS"))
            label = next(one for one in digest.buttons() if one["value"].startswith("s|"))
            await here.slack.press(MEMBER, label, asked)
            await until(lambda count=count: len(here.slack.world.in_channel("C0NEWS")) > count)
            shared = here.slack.world.in_channel("C0NEWS")[count]
            assert shared.text.splitlines()[0] == digest.text.splitlines()[0], line


async def test_all_parts_of_a_long_answer_are_shared(monkeypatch):
    """What does not fit one message follows in its thread; where the bot is not, it follows below."""
    monkeypatch.setattr("bot.platforms.slack_parts.layout.TOGETHER", 1500)
    async with served(june()) as here:
        for channel in ("C0NEWS", "C0AWAY"):
            asked = await here.slack.command(MEMBER, "/digest 2021-06-22", channel)
            digest = await here.slack.answered(asked)
            pages = int(digest.button("On to part").get("text")["text"].rpartition(" ")[2])
            assert pages > 1
            await here.slack.press(MEMBER, next(one for one in digest.buttons() if one["value"][0] == "s"), asked)
            await until(lambda c=channel, n=pages: len(here.slack.world.in_channel(c)) == n)
            first, *rest = here.slack.world.in_channel(channel)
            threads = {one.body.get("thread_ts") for one in rest}
            assert threads == ({first.ts} if channel == "C0NEWS" else {None})
            whole = "".join(seen(one.body) for one in (first, *rest))
            assert "Kim Yo Jong" in whole
            assert whole.count("Shared by ben") == 1


async def test_one_statement_has_one_button_to_share_it(store):
    """Where the answer is one statement, sharing means one thing; where it has several, the buttons say which."""
    async with served(store) as here:
        one = await here.slack.answered(
            await here.slack.command(MEMBER, "/statement kim-yo-jong count:1 since:2021-06-22")
        )
        assert [button["text"]["text"] for button in one.buttons() if "Share" in button["text"]["text"]] == ["Share"]
        many = await here.slack.answered(await here.slack.command(MEMBER, "/statement kim-yo-jong since:2021"))
        labels = [button["text"]["text"] for button in many.buttons() if "Share" in button["text"]["text"]]
        assert labels == ["Share"] * (len(labels) - 1) + ["Share all"]


async def test_a_file_that_cannot_be_sent_is_told_of():
    """When Slack takes no upload, whoever asked is told why, and no notice stands without its file."""
    async with served(june()) as here:
        here.slack.api.scopes.remove("files:write")
        asked = await here.slack.command(ADMIN, "/feeds export")
        said = await here.slack.answered(asked, 2)
        assert "briefbot-feeds.opml could not be sent" in said.text
        assert "lacks the scope files:write" in said.text
        await until(lambda: not here.slack.world.in_channel("D0ADA"))


async def test_words_in_capitals_are_no_channels():
    """A lookup asks Slack of no channel; an alert asks of the one in its option, not of those in its words."""
    async with served(june()) as here:

        def asked() -> int:
            return [method for method, _ in here.slack.world.called].count("conversations.info")

        await here.slack.answered(await here.slack.command(ADMIN, "/brief-search CONTACT GROUPS C0NEWS DIALOGUE"))
        assert asked() == 0
        line = "/alerts add words:«CONTACT DIALOGUE» channel:<#C0NEWS|news>"
        await here.slack.answered(await here.slack.command(ADMIN, line))
        assert asked() == 1


@pytest.mark.parametrize("role", ["@desk", "<!channel>", "<!here>", "<@U0BEN|ben>"])
async def test_an_alert_calls_a_user_group_or_nobody(role):
    """What could not be called when the alert is posted is refused when it is set, with the way to what can."""
    store = june()
    async with served(store) as here:
        line = f"/alerts add speaker:kim-yo-jong name:sister save:yes role:{role}"
        said = await here.slack.answered(await here.slack.command(ADMIN, line))
        assert "is no user group" in said.text
        assert "Copy group ID" in said.text
        assert not watches_of((store.workspace("slack:T0TEAM") or Workspace("", "")).settings)
        group = line.replace(role, "<!subteam^S0DESK|@desk>")
        await here.slack.answered(await here.slack.command(ADMIN, group))
        assert [one.role for one in watches_of(store.workspace("slack:T0TEAM").settings)] == ["S0DESK"]


async def test_a_button_of_a_public_message_answers_only_who_pressed_it(store):
    """What stands in a channel for all is never replaced by one reader's press."""
    async with served(store) as here:
        asked = await here.slack.command(MEMBER, "/digest 2021-06-22")
        digest = await here.slack.answered(asked)
        public = Said({**digest.body, "response_type": "in_channel"}, "C0NEWS", "1.1")
        pressed = await here.slack.press(MEMBER, public.button("Why"), public)
        answer = await here.slack.answered(pressed)
        assert answer.ephemeral
        assert not answer.body["replace_original"]


async def test_an_outdated_button_says_so(store):
    """A button from another version is answered in words."""
    async with served(store) as here:
        asked = await here.slack.command(MEMBER, "/brief-status")
        await here.slack.answered(asked)
        foreign = {"action_id": "press.0", "value": "zzz", "text": {"type": "plain_text", "text": "x"}}
        await here.slack.press(MEMBER, foreign, asked)
        assert "older version" in (await here.slack.answered(asked, 2)).text


@pytest.mark.parametrize(
    "message",
    [
        {"text": "Kim Yo Jong said the US may interpret the situation to seek comfort for itself."},
        {
            "text": "",
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "North Korea fired a missile"}}],
        },
        {
            "text": "&lt;!channel&gt; <https://a.example|Kim Jong Un> said so\nand *more*",
            "attachments": [{"text": "x"}],
        },
        {"text": ""},
    ],
)
async def test_any_message_can_be_checked_against_history(store, message):
    """The shortcut codes a message's text and holds it against the record, privately."""
    async with served(store) as here:
        asked = await here.slack.shortcut(MEMBER, message)
        answer = await here.slack.answered(asked, 1, 9)
        assert asked.ack is not None
        assert answer.ephemeral
        assert answer.text.startswith(("Against the record", "That did not work"))


async def test_a_prefix_keeps_clear_of_other_apps(store):
    """With a prefix in the settings, commands answer under it, and under the common name as ever."""
    async with served(store, prefix="nk-") as here:
        assert (await here.slack.answered(await here.slack.command(MEMBER, "/nk-status"))).text.startswith("Status")
        assert (await here.slack.answered(await here.slack.command(MEMBER, "/briefbot status"))).text.startswith(
            "Status"
        )


@pytest.mark.parametrize(
    ("command", "text", "line"),
    [
        ("/briefbot", "", "/help"),
        ("/briefbot", "/digest yesterday", "/digest yesterday"),
        ("/nk-digest", "2021", "/digest 2021"),
        ("/digest", "", "/digest"),
        ("/nk-search", "x", "/search x"),
        ("/brief-search", "x", "/brief-search x"),
        ("/briefbot", "nk-search x", "/search x"),
        ("/other", "x", "/other x"),
    ],
)
def test_the_line_behind_a_slash_command(command, text, line):
    """Common name, prefix and plain name mean the same line."""
    assert Names(COMMANDS, "nk-").line(command, text) == line


@pytest.mark.parametrize(("prefix", "name"), [("", "brief-search"), ("nk-", "nk-search")])
async def test_commands_are_named_as_they_are_typed_here(store, prefix, name):
    """Help, mistakes and forms name a command as Slack knows it, never by a name that Slack keeps for itself."""
    async with served(store, prefix=prefix) as here:
        listed = seen((await here.slack.answered(await here.slack.command(MEMBER, "/briefbot help"))).body)
        assert f"/{name} QUERY" in listed
        assert "\n/search" not in listed
        wrong = await here.slack.answered(await here.slack.command(MEMBER, "/briefbot serch x"))
        assert f"Did you mean /{name}?" in wrong.text
        await here.slack.command(MEMBER, f"/{name}")
        assert (await here.slack.modal()).view["title"]["text"] == f"/{name}"
        one = await here.slack.answered(await here.slack.command(MEMBER, f"/briefbot help {name}"))
        assert f"/{name}" in one.text.splitlines()[0]


async def test_everybody_is_answered_in_their_language(store):
    """Slack knows a person's language; their answers are in it, buttons included."""
    async with served(store) as here:
        said = await here.slack.answered(await here.slack.command(KOREAN, "/digest 2021-06-22"))
        assert [one for one in said.buttons() if one["text"]["text"] == "공유"]


async def test_lookups_work_in_direct_messages(store):
    """In a direct message with somebody else, where the bot is no member, a lookup is answered all the same."""
    async with served(store) as here:
        asked = await here.slack.command(MEMBER, "/brief-status", "D0OTHER")
        assert (await here.slack.answered(asked)).text.startswith("Status")


async def test_files_come_by_direct_message():
    """/feeds export hands over its file where nobody else sees it."""
    async with served(june()) as here:
        await here.slack.answered(await here.slack.command(ADMIN, "/feeds export"))
        await until(lambda: any(file["complete"] for file in here.slack.world.files.values()))
        (file,) = here.slack.world.files.values()
        assert file["channel"] == "D0ADA"
        assert b"<opml" in file["data"]


async def test_sharing_never_repeats_a_change():
    """Share and further parts run a line again: answers to commands that change something have neither."""
    async with served(june()) as here:
        for line in CHANGING:
            said = await here.slack.answered(await here.slack.command(ADMIN, line))
            assert not [one for one in said.buttons() if one["value"].startswith(("s", "p"))], line


async def test_a_burst_is_acknowledged_before_it_is_worked_on(store):
    """Thirty commands at the same moment are all acknowledged within a second, and all answered."""
    async with served(store) as here:
        asked = await asyncio.gather(*(here.slack.command(MEMBER, "/digest 2021-06-22") for _ in range(30)))
        assert max(one.ack for one in asked) < 1.0
        for one in asked:
            assert (await here.slack.answered(one, within=15)).text.startswith("North Korea brief")
