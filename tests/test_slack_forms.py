"""Modals, menus that load their choices, and the Home tab."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.briefing.alerts import watches_of
from bot.briefing.subscription import subscription_of
from bot.catalogue import Catalogue, languages
from bot.commands import COMMANDS
from bot.platforms.slack_parts.forms import command_named, form
from tests.desks import desk as desk_of
from tests.desks import june
from tests.servers.slack import View, until
from tests.slack_kit import ADMIN, KOREAN, MEMBER, OWNER, Served, served

TEAM = "slack:T0TEAM"


async def asked_for(here: Served, who: str, line: str) -> View:
    """The form that a bare command opens."""
    count = len(here.slack.world.views) + 1
    await here.slack.command(who, line)
    return await here.slack.modal(count)


async def result(here: Served, view: View, who: str, values: dict[str, object]) -> str:
    """What a form shows after it was sent in, read as text."""
    before = view.versions
    await here.slack.submit(who, view, values)
    await here.slack.settled(view, before + 2)
    return str(view.view["blocks"])


async def test_a_bare_command_asks_by_a_form_and_answers_in_it():
    """/statement alone opens a form; its speaker menu loads while one types; the answer comes in its place."""
    async with served(june()) as here:
        form = await asked_for(here, MEMBER, "/statement")
        found = await here.slack.suggest(MEMBER, form.input("speaker"), "김여정", form)
        assert found[0]["value"] == "kim-yo-jong"
        shown = await result(here, form, MEMBER, {"speaker": "kim-yo-jong", "since": "2021"})
        assert "Kim Yo Jong on record" in shown
        assert "since 1 January 2021" in shown


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("North Korea's foreign minister", "ri-son-gwon"),
        ("kim yo", "kim-yo-jong"),
        ("文在寅", "moon-jae-in"),
        ("zzzz-nobody", None),
        ("", True),
    ],
)
async def test_speakers_load_as_one_types(typed, first):
    """Any spelling, script or title finds people, most relevant first; with nothing typed, who speaks most."""
    async with served(june()) as here:
        form = await asked_for(here, MEMBER, "/statement")
        found = await here.slack.suggest(MEMBER, form.input("speaker"), typed, form)
        assert bool(found) is (first is not None)
        if isinstance(first, str):
            assert first in [one["value"] for one in found[:3]]


async def test_a_mistake_in_a_form_is_answered_in_words():
    """What cannot be read is told in the modal, with the correct form."""
    async with served(june()) as here:
        form = await asked_for(here, MEMBER, "/statement")
        assert "is no date" in await result(here, form, MEMBER, {"speaker": "kim-yo-jong", "since": "once"})


async def test_adding_a_feed_shows_a_preview_and_asks():
    """/feeds add opens a form; the preview stands in it with a button; pressing adds, and undoing takes it out."""
    store = june()
    async with served(store) as here:
        form = await asked_for(here, ADMIN, "/feeds add")
        shown = await result(here, form, ADMIN, {"address": "https://new.example/"})
        assert "Preview: New Feed" in shown
        assert not store.added_feeds()
        versions = form.versions
        await here.slack.press(ADMIN, form.button("Add this feed"), form)
        await here.slack.settled(form, versions + 1)
        assert store.added_feeds(TEAM)[0].entry["id"] == "new-feed"
        versions = form.versions
        await here.slack.press(ADMIN, form.button("Undo"), form)
        await here.slack.settled(form, versions + 1)
        assert not store.added_feeds(TEAM)


async def test_the_digest_is_set_in_one_form():
    """The button under /briefing opens a form with what is set; what is changed is set, the rest stays."""
    store = june()
    async with served(store) as here:
        asked = await here.slack.command(ADMIN, "/briefing")
        said = await here.slack.answered(asked)
        await here.slack.press(ADMIN, said.button("Digest settings"), asked)
        form = await here.slack.modal()
        assert form.input("time")["element"]["initial_time"] == "08:00"
        values = {"channel": "C0NEWS", "time": "07:15", "zone": "Asia/Seoul", "days": "weekdays", "language": "en"}
        shown = await result(here, form, ADMIN, values)
        assert "#news" in shown
        workspace = store.workspace(TEAM)
        wanted = subscription_of(workspace.settings)
        assert (wanted.channel, f"{wanted.hour:%H:%M}", wanted.days) == ("C0NEWS", "07:15", (0, 1, 2, 3, 4))
        assert workspace.settings["timezone"] == "Asia/Seoul"
        assert len(store.journal(TEAM)) == 4


async def test_a_channel_without_the_bot_is_told_in_the_form():
    """Choosing a channel that the bot is not in says how to invite it, and sets nothing."""
    store = june()
    async with served(store) as here:
        asked = await here.slack.command(ADMIN, "/briefing")
        await here.slack.press(ADMIN, (await here.slack.answered(asked)).button("Digest settings"), asked)
        form = await here.slack.modal()
        assert "/invite @briefbot" in await result(here, form, ADMIN, {"channel": "C0AWAY"})
        assert not subscription_of(store.workspace(TEAM).settings).channel


async def test_an_alert_is_tried_before_it_is_kept():
    """The alert form tries the rule on the history; its button keeps it."""
    store = june()
    async with served(store) as here:
        form = await asked_for(here, OWNER, "/alerts add")
        assert "default_to_current_conversation" not in form.input("channel")["element"]
        assert "Copy group ID" in form.input("role")["hint"]["text"]
        values = {"speaker": "kim-yo-jong", "channel": "C0NEWS", "name": "sister", "role": "<!subteam^S0DESK>"}
        shown = await result(here, form, OWNER, values)
        assert "90 days" in shown
        assert not watches_of(store.workspace(TEAM).settings)
        versions = form.versions
        button = next(one for one in _buttons(form) if "save:yes" in one["value"])
        await here.slack.press(OWNER, button, form)
        await here.slack.settled(form, versions + 1)
        kept = watches_of(store.workspace(TEAM).settings)
        assert [(one.name, one.role) for one in kept] == [("sister", "S0DESK")]


def _buttons(view: View) -> list[dict[str, object]]:
    return [
        {**one, "block_id": block.get("block_id", "")}
        for block in view.blocks
        if block["type"] == "actions"
        for one in block["elements"]
    ]


@pytest.mark.parametrize("line", ["/statement", "/alerts add", "/feeds add", "/brief-search", "/deliveries admins"])
async def test_a_form_is_in_one_language(line):
    """Labels, hints and what the form is for: all Korean for a Korean reader, nothing Korean for an English one."""
    async with served(june(), admins=(KOREAN, ADMIN)) as here:
        for who in (KOREAN, ADMIN):
            form = await asked_for(here, who, line)
            fields = [block for block in form.blocks if block["type"] == "input"]
            words = [form.blocks[0]["text"]["text"], *(block["label"]["text"] for block in fields)]
            words += [block["hint"]["text"] for block in fields]
            assert {bool(re.search("[가-힣]", one)) for one in words} == {who == KOREAN}, words


async def test_buttons_are_in_one_language():
    """The buttons under one answer are all in the reader's language."""
    async with served(june(), admins=(KOREAN,)) as here:
        for line in (
            "/statement kim-yo-jong since:2021",
            "/digest 2021-06-22",
            "/chart kim-yo-jong",
            "/speakers kim yo jong",
        ):
            said = await here.slack.answered(await here.slack.command(KOREAN, line))
            labels = [one["text"]["text"] for one in said.buttons() if "url" not in one]
            assert labels
            assert all(re.search("[가-힣]", label) for label in labels), labels


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_a_language_that_lacks_a_word_of_a_form_gives_it_in_english(language):
    """One missing hint, and the whole form is English: no label in one language over a hint in another."""
    own = Catalogue.load(language)
    command, _ = command_named("search", COMMANDS)
    desk = replace(desk_of(june()), catalogue=own)
    assert form(command, "search", desk, "/x")["blocks"][1]["label"]["text"] == own.say("typed.query")
    strange = replace(command, options=(replace(command.options[0], about="error.bug"),))
    shown = form(strange, "search", desk, "/x")
    assert shown["blocks"][1]["label"]["text"] == "Query"
    assert shown["submit"]["text"] == "Send"


async def test_members_get_no_admin_form():
    """A bare admin command is refused; a form that was opened as an admin is refused to a member on sending."""
    store = june()
    async with served(store) as here:
        said = await here.slack.answered(await here.slack.command(MEMBER, "/feeds add"))
        assert "is for admins" in said.text
        assert not here.slack.world.views
        form = await asked_for(here, ADMIN, "/feeds add")
        assert "is for admins" in await result(here, form, MEMBER, {"address": "https://new.example/"})
        assert await here.slack.suggest(MEMBER, {"block_id": "name", "element": {"action_id": "v"}}, "x", form) == []


async def test_a_form_that_comes_too_late_is_an_answer_in_words():
    """When Slack opens no modal any more, the command is answered as typed."""
    async with served(june()) as here:
        here.slack.fail("views.open", error="expired_trigger_id")
        said = await here.slack.answered(await here.slack.command(MEMBER, "/statement"))
        assert "speaker is missing" in said.text


async def test_a_modal_that_was_closed_is_no_trouble(caplog):
    """Whoever closes the modal before the answer is there gets none, and nothing fails."""
    async with served(june()) as here:
        form = await asked_for(here, MEMBER, "/statement")
        here.slack.fail("views.update", error="not_found")
        await here.slack.submit(MEMBER, form, {"speaker": "kim-yo-jong"})
        await here.slack.answered(await here.slack.command(MEMBER, "/brief-status"))
    assert "refused" not in caplog.text


async def test_home_shows_digest_and_last_statements():
    """Everybody sees the newest digest and the last statements; nothing of the settings."""
    async with served(june()) as here:
        await here.slack.open_home(MEMBER)
        home = await here.slack.home(MEMBER)
        said = str(home.blocks)
        assert "North Korea brief" in said
        assert "Last statements on record" in said
        assert "Look up a speaker" in said
        assert "Digest settings" not in said


async def test_home_has_the_settings_for_admins():
    """Admins also see the settings with buttons to the forms, and a form opened there sets them."""
    store = june()
    async with served(store) as here:
        await here.slack.open_home(ADMIN)
        home = await here.slack.home(ADMIN)
        assert "No digest is posted yet" in str(home.blocks)
        await here.slack.press(ADMIN, home.button("Digest settings"), home)
        form = await here.slack.modal()
        await result(here, form, ADMIN, {"channel": "C0NEWS"})
        home = await here.slack.home(ADMIN, home.versions + 1)
        assert "#news" in str(home.blocks)
        versions = form.versions
        await here.slack.press(ADMIN, form.button("Undo"), form)
        await here.slack.settled(form, versions + 1)
        assert "#news" not in str((await here.slack.home(ADMIN, home.versions + 1)).blocks)


async def test_a_lookup_from_home_leaves_it_as_it_is():
    """A lookup changes nothing that Home shows."""
    async with served(june()) as here:
        await here.slack.open_home(MEMBER)
        home = await here.slack.home(MEMBER)
        await here.slack.press(MEMBER, home.button("Look up a speaker"), home)
        form = await here.slack.modal()
        await result(here, form, MEMBER, {"speaker": "kim-yo-jong"})
        await here.slack.answered(await here.slack.command(MEMBER, "/brief-status"))
        assert here.slack.world.homes[MEMBER].versions == 1


async def test_a_button_on_home_answers_in_a_modal():
    """Home is not replaced: a statement's Why opens over it, and further buttons work in there."""
    async with served(june()) as here:
        await here.slack.open_home(MEMBER)
        home = await here.slack.home(MEMBER)
        await here.slack.press(MEMBER, home.button("Why"), home)
        modal = await here.slack.settled(await here.slack.modal(), 2)
        assert "Why: S-2021" in str(modal.blocks)
        assert home.versions == 1
        versions = modal.versions
        await here.slack.press(MEMBER, modal.button("Precedents"), modal)
        await here.slack.settled(modal, versions + 1)


async def test_home_of_an_empty_history():
    """A bot that has just been started shows Home all the same."""
    from store import Store  # noqa: PLC0415 - only here

    async with served(Store.open(":memory:")) as here:
        await here.slack.open_home(MEMBER)
        assert (await here.slack.home(MEMBER)).blocks


async def test_a_list_of_feeds_is_taken_in_from_a_file():
    """/feeds import opens a form for the file, reads it, and tells what was added."""
    store = june()
    opml = '<opml version="2.0"><body><outline text="Wire" xmlUrl="https://wire.example/rss"/></body></opml>'
    async with served(store) as here:
        here.slack.hand_in("F9", opml.encode())
        form = await asked_for(here, ADMIN, "/feeds import")
        shown = await result(here, form, ADMIN, {"file": here.slack.file_url("F9")})
        assert "wire" in shown
    assert [feed.entry["address"] for feed in store.added_feeds(TEAM)] == ["https://wire.example/rss"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8-sig", "UTF-8"), ("euc-kr", "EUC-KR"), ("utf-16", "UTF-16"), ("shift_jis", "Shift_JIS"), ("cp949", "")],
)
async def test_a_list_of_feeds_may_be_in_any_encoding(encoding, declared):
    """A Korean reader's list keeps its names, whatever encoding it is in, and whether or not it says so."""
    store, name = june(), "朝日" if encoding == "shift_jis" else "통일뉴스"
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    opml = f'{head}<opml version="2.0"><body><outline text="{name}" xmlUrl="https://w.example/rss"/></body></opml>'
    async with served(store, admins=(KOREAN,)) as here:
        here.slack.hand_in("F9", opml.encode(encoding))
        form = await asked_for(here, KOREAN, "/feeds import")
        await result(here, form, KOREAN, {"file": here.slack.file_url("F9")})
    assert [feed.entry["outlet"] for feed in store.added_feeds(TEAM)] == [name]


async def test_a_long_file_is_read_to_its_end():
    """Nothing is cut where one piece of the network's ends: the last feed of a long list is taken in."""
    store = june()
    rows = "".join(f'<outline text="Wire {n:04}" xmlUrl="https://w{n}.example/rss"/>' for n in range(40))
    opml = f'<opml version="2.0"><body>{rows[:-2]}{" " * 800_000}/></body></opml>'
    async with served(store) as here:
        here.slack.hand_in("F9", opml.encode())
        form = await asked_for(here, ADMIN, "/feeds import")
        assert "40 feeds were added" in await result(here, form, ADMIN, {"file": here.slack.file_url("F9")})


async def test_a_file_that_is_too_large_is_refused_in_words():
    """The limit is named, and nothing of the file is taken in."""
    store = june()
    opml = '<opml><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
    async with served(store) as here:
        here.slack.hand_in("F9", opml.encode() + b" " * 1_000_000)
        form = await asked_for(here, ADMIN, "/feeds import")
        shown = await result(here, form, ADMIN, {"file": here.slack.file_url("F9")})
        assert "too large: at most 1000000 bytes" in shown
    assert not store.added_feeds(TEAM)


async def test_a_file_from_elsewhere_is_not_fetched():
    """The token is shown to Slack alone, whatever address a form names."""
    async with served(june()) as here:
        form = await asked_for(here, ADMIN, "/feeds import")
        shown = await result(here, form, ADMIN, {"file": "http://localhost.example/x.opml"})
        assert "not one of Slack" in shown


async def test_forms_survive_a_restart():
    """A form opened before a restart can be sent in after it."""
    store = june()
    async with served(store) as here:
        form = await asked_for(here, MEMBER, "/brief-search")
    async with served(store) as there:
        there.slack.world.views[form.id] = form
        assert "Search: hostile" in await result(there, form, MEMBER, {"query": "hostile"})


async def test_sharing_from_a_modal_posts_where_the_form_was_opened():
    """A form knows its channel: what it shows can be shared there."""
    async with served(june()) as here:
        form = await asked_for(here, MEMBER, "/statement")
        await result(here, form, MEMBER, {"speaker": "kim-yo-jong"})
        await here.slack.press(MEMBER, form.button("Share"), form)
        await until(lambda: here.slack.world.in_channel("C0NEWS"))
        await until(lambda: "Posted in #news" in str(form.blocks))
        assert "Kim Yo Jong on record" in str(form.blocks)


async def test_sharing_where_the_bot_is_not_says_how_to_invite_it():
    """From a modal the bot posts by itself: where it may not, the modal says so and keeps the answer."""
    async with served(june()) as here:
        await here.slack.command(MEMBER, "/statement", "C0AWAY")
        form = await here.slack.modal()
        await result(here, form, MEMBER, {"speaker": "kim-yo-jong"})
        for _ in range(2):
            versions = form.versions
            await here.slack.press(MEMBER, form.button("Share"), form)
            await here.slack.settled(form, versions + 1)
        assert str(form.blocks).count("/invite @briefbot") == 1
        assert "Kim Yo Jong on record" in str(form.blocks)
        assert not here.slack.world.said


async def test_sharing_from_home_says_where_to_do_it():
    """Home is no channel: its answers cannot be posted from there, which is said."""
    async with served(june()) as here:
        await here.slack.open_home(MEMBER)
        home = await here.slack.home(MEMBER)
        await here.slack.press(MEMBER, home.button("Look up a speaker"), home)
        form = await here.slack.modal()
        await result(here, form, MEMBER, {"speaker": "kim-yo-jong"})
        versions = form.versions
        await here.slack.press(MEMBER, form.button("Share"), form)
        await here.slack.settled(form, versions + 1)
        assert "Home, which is no channel" in str(form.blocks)


async def test_a_form_is_acknowledged_while_slack_is_slow_to_tell_who_sent_it():
    """Sending a form in does not wait for users.info; the answer does."""
    async with served(june()) as here:
        form = await asked_for(here, ADMIN, "/statement")
        here.slack.fail("users.info", wait=1.6)
        asked = await here.slack.submit(MEMBER, form, {"speaker": "kim-yo-jong"})
        assert asked.ack is not None
        assert asked.ack < 1.5
        await here.slack.settled(form, 3)
        assert "Kim Yo Jong on record" in str(form.blocks)
