"""The commands over the real history: what each answers, and what it says when there is nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.briefing.plain import plain, to_json
from bot.classify.compare import compare
from bot.commands import COMMANDS
from bot.commands.answering import answer, call, shared
from bot.doctor import feeds
from bot.settings import Settings
from store.records import Comparison, FeedState, Item, Label, Precedent, Quotation, Report, Stamp, Statement, Workspace
from store.tallied import Selection
from store.writes import Change
from tests.desks import NEWS, NOON, REVIEW, desk, history, june


async def said(line: str, **changes) -> str:
    """The plain text that a line is answered with."""
    return plain(await answer(line, desk(**changes)))


async def test_statement_shows_newest_first_in_pages():
    """Each with date, office, quotation, judgements in words, and a line that leads on."""
    message = await answer("/statement Kim Yo Jong since:2020 until:2021 count:2", desk())
    dates = [entry.record["date"] for entry in message.entries]
    assert dates == sorted(dates, reverse=True)
    assert message.lead.endswith("Shown: 1 to 2.")
    onward = message.actions[-1].argument
    assert onward == "/statement speaker:kim-yo-jong since:2020 until:2021 count:2 page:2"
    second = await answer(onward, desk())
    assert second.entries[0].record["date"] <= dates[-1]
    assert second.actions[0].argument.endswith("page:1")


async def test_statement_by_theme_and_by_words():
    """A theme is matched by name, also misspelt; anything else is searched for as words."""
    by_theme = await answer("/statement kim-yo-jong topic:joint-exercizes", desk())
    assert all("joint-exercises" in entry.record["themes"] for entry in by_theme.entries)
    by_words = await answer('/statement kim-yo-jong topic:"greater disappointment"', desk())
    assert [entry.id for entry in by_words.entries] == ["S-2021-0622-1"]


async def test_a_card_shows_the_whole_of_a_statement():
    """Summary, quotation, chips, whom it answers, themes, sources, and buttons that need no memory."""
    entry = (await answer("/statement kim-yo-jong since:2021-06-22 until:2021-06-22", desk())).entries[0]
    assert entry.headline.startswith("22 June 2021: Kim Yo Jong, Vice Department Director")
    assert entry.detail.startswith("Answering Sullivan's reading")
    assert entry.chips[:2] == ("rejects talks with the US", "no threat")
    assert "Answers Jake Sullivan of 20 June 2021, 2 days later." in entry.notes
    assert [action.label for action in entry.actions] == ["Why", "Sources", "Precedents", "Share"]
    for action in entry.actions[:3]:
        assert (await answer(action.argument, desk())).kind == "list"


async def test_statement_without_a_hit_says_what_there_is():
    """The same topic at another time, else the nearest statement; never a bare nothing."""
    other_time = await said("/statement kim-yo-jong topic:leaflets since:2021-06-01 until:2021-06-30")
    assert "The last on this topic at any time:" in other_time
    nearest = await said("/statement kim-yo-jong since:2021-06-10 until:2021-06-12")
    assert (
        "Nothing by Kim Yo Jong since 10 June 2021 until 12 June 2021 is on record. The nearest on record:" in nearest
    )
    assert "S-2021-0622-1" in nearest
    never = await said("/statement kim-yo-jong", store=june("2021-01-02"))
    assert "There is no statement by Kim Yo Jong on record at all." in never


async def test_search_finds_words_and_phrases():
    """The June 2021 line is found by its words, with the place where they stand."""
    message = await answer('/search "dialogue and confrontation" speaker:kim-jong-un since:2021', desk())
    assert message.entries[0].id == "S-2021-0617-1"
    assert "dialogue and confrontation" in message.entries[0].detail


async def test_a_search_says_how_many_there_are():
    """The number told is that of all that holds the words, not of what is shown; what is left is counted too."""
    store = history()
    every = len(store.search("sanctions", speaker="kim-yo-jong", since=date(2020, 1, 1), count=1000))
    assert every > 2
    message = await answer("/search sanctions speaker:kim-yo-jong since:2020 count:2", desk())
    assert message.lead.startswith(f"{every} statements hold all these words")
    assert message.sections[0].more.startswith(f"+{every - 2} more;")
    assert store.tallies.number(Selection(text="无核化")) == len(store.search("无核化", count=1000))
    assert store.tallies.number(Selection(text="***")) == 0


async def test_search_without_a_hit_looks_further():
    """What lies outside the limits is offered; what is nowhere gets advice. Query syntax is harmless."""
    outside = await said('/search "dialogue and confrontation" speaker:kim-yo-jong until:2019')
    assert "Outside it, the best match is:" in outside
    assert "Try fewer words" in await said("/search zyxwvut")
    assert "Try fewer words" in await said('/search NEAR(" OR* -')


async def test_digest_of_a_day_and_of_a_week():
    """Today by default; a week by name, or ending on a day."""
    assert (await answer("/digest", desk())).title == "North Korea brief, 25 June 2021"
    assert (await answer("/digest yesterday", desk())).title == "North Korea brief, 24 June 2021"
    week = await answer("/digest 2021-06-22 week", desk())
    assert week.title == "North Korea brief, 16 June 2021 to 22 June 2021"
    assert not week.private


async def test_today_is_the_workspaces_own():
    """Late on the 25th in UTC it is the 26th in Seoul."""
    late = NOON.replace(hour=20)
    seoul = replace(desk(now=late), workspace=Workspace("w", "discord", settings={"timezone": "Asia/Seoul"}))
    assert (await answer("/digest today", seoul)).title == "North Korea brief, 26 June 2021"
    wrong = replace(seoul, workspace=Workspace("w", "discord", settings={"timezone": "Mars/Base"}))
    assert (await answer("/digest today", wrong)).title == "North Korea brief, 25 June 2021"


async def test_speakers_lists_and_finds():
    """Most statements first; a name in any script finds the person with what is on record."""
    assert (await answer("/speakers", desk())).entries[0].headline == "Kim Jong Un, North Korea (kim-jong-un)"
    found = await answer("/speakers 최선희", desk())
    assert found.entries[0].headline == "Choe Son Hui, North Korea (choe-son-hui)"
    assert (await answer(found.entries[0].actions[0].argument, desk())).kind == "cards"
    assert "Nobody called" in await said("/speakers qqqq")


async def test_why_shows_evidence_merging_and_precedents():
    """Each judgement with its words, rule and confidence; every report; each precedent with what it shares."""
    with june() as store:
        labels = (
            Label("stance", "rejects", of="us", evidence="would not sit down", confidence=0.9, by="stance/refusal"),
            Label("threat", "none", by="chronicle"),
        )
        sources = (
            Report("https://a.example/1", "A", "2021-06-24", title="She refuses"),
            Report("https://b.example/2", "B"),
        )
        new = Statement(
            "kim-yo-jong", date(2021, 6, 24), "dprk", labels=labels, sources=sources, quotes=(Quotation("x"),)
        )
        precedent = Precedent(
            "S-2021-0622-1",
            "kim-yo-jong",
            date(2021, 6, 22),
            0.71,
            ("stance: rejects", "words: dream"),
            "disappointment",
        )
        held = Comparison((precedent,), "reworked")
        store.save(Change(statements=(new,), comparisons={"#0": held}))
        text = await said("/why s-2021-0624-1", store=store)
        only = await answer("/why S-2021-0624-1 show:sources", desk(store))
    assert (
        "Stance on talks toward the US: rules talks out\n  “would not sit down”\n  by stance/refusal, confidence 90%"
        in text
    )
    assert "known elements in a new combination" in text
    assert "- Kim Yo Jong, 22 June 2021 [S-2021-0622-1]\n  “disappointment”\n  alike by 71%\n" in text
    assert "Shared with it: a refusal of talks, words: dream." in text
    assert "2 reports, merged into one statement" in text
    assert [section.title for section in only.sections] == ["Sources"]


async def test_feeds_are_listed_with_their_state():
    """A sick feed comes first, with its error; health names only those that need a look."""
    with june() as store:
        store.save_feed_state(FeedState("review", failures=5, error="timed out", polled=NOON))
        store.save_feed_state(FeedState("dawn", polled=NOON, succeeded=NOON, entries=12))
        listed = await answer("/feeds", desk(store))
        assert [entry.headline for entry in listed.entries] == ["Strait Review (review)", "The Dawn Bulletin (dawn)"]
        assert listed.lead == "2 feeds: 1 answering and 1 failing."
        assert "failed 5 times in a row: timed out" in plain(listed)
        assert [entry.headline for entry in (await answer("/feeds health", desk(store))).entries] == [
            "Strait Review (review)"
        ]
        assert "2 feeds: 1 answering and 1 failing." in await said("/status", store=store)


async def test_how_feeds_do_is_told_alike_everywhere():
    """Not read yet, failing for the first time and answering are told apart, in the same numbers by all that tell."""
    with june() as store:
        for states, counted, read in (
            ((), "2 feeds: 2 not read yet.", "No feed has been read yet."),
            ((FeedState("dawn", polled=NOON, failures=1, error="no route"),), "2 feeds: 1 failing and 1 not read yet.",
             "No feed has answered yet."),
            ((FeedState("dawn", polled=NOON, succeeded=NOON),), "2 feeds: 1 answering and 1 not read yet.",
             "Feeds were last read less than an hour ago."),
            ((FeedState("review", paused="by Ada"),), "2 feeds: 1 answering and 1 paused.",
             "Feeds were last read less than an hour ago."),
        ):  # fmt: skip
            for state in states:
                store.save_feed_state(state)
            for line in ("/feeds", "/feeds health", "/status"):
                assert counted in (await answer(line, desk(store))).lead, line
            assert (await answer("/status", desk(store))).lead.startswith(read)
            last = list(feeds(store, Settings(), (NEWS, REVIEW), ()))[-1]
            assert last.text == counted.rstrip(".").replace(" and ", ", ")


async def test_a_feed_is_added_after_a_look_and_taken_back():
    """Preview first, saved only when confirmed; removal can be undone; who and when are kept."""
    with june() as store:
        here = desk(store)
        preview = await answer("/feeds add https://new.example/feed", here)
        assert "Nothing is saved yet." in preview.footer
        assert store.added_feeds() == []
        assert preview.entries[0].chips == ("would be kept", "statement by Kim Yo Jong")
        assert preview.entries[1].chips == ("would be dropped as not relevant",)
        added = await answer(preview.actions[0].argument, here)
        assert added.lead == "New Feed was added and will be read from the next round on."
        assert [(feed.by, feed.at) for feed in store.added_feeds("console")] == [("Ada", NOON)]
        assert "is read already" in await said("/feeds add https://new.example/feed", store=store)
        removed = await answer("/feeds remove new-feed", here)
        assert removed.lead == "new-feed was removed."
        assert store.added_feeds() == []
        assert (await answer(removed.actions[0].argument, here)).lead == "Taken back: new-feed was removed."
        assert [feed.by for feed in store.added_feeds()] == ["Ada"]
        await answer(added.actions[0].argument, here)
        assert store.added_feeds() == []
        assert "Removed: new-feed." in await said("/feeds restore other", store=store)


async def test_a_feed_is_paused_and_resumed():
    """The pause says who did it, and its undo is one line."""
    with june() as store:
        paused = await answer("/feeds pause Strait Review", desk(store))
        assert paused.lead == "Strait Review is paused until somebody resumes it."
        assert "paused: by Ada on 25 June 2021" in await said("/feeds", store=store)
        await answer(paused.actions[0].argument, desk(store))
        assert "paused" not in await said("/feeds", store=store)
        assert "cannot be removed here" in await said("/feeds remove review", store=store)


async def test_a_feed_is_tried_without_change():
    """A known feed or any address is read once; a failure is told in words."""
    with june() as store:
        assert "would be kept" in await said("/feeds test dawn", store=store)
        assert "no such host" in await said("/feeds test https://nothing.example/", store=store)
        assert store.added_feeds() == []


@pytest.mark.parametrize(
    ("name", "part"), [(command.name, part.name) for command in COMMANDS for part in command.parts if command.admin]
)
async def test_admins_commands_are_refused_to_others(name, part):
    """In words, before anything is read or changed, from a line and from a menu."""
    with june() as store:
        here = desk(store, admin=False)
        message = await answer(f"/{name} {part} dawn", here)
        assert (message.kind, message.lead) == (
            "problem",
            f"/{name} {part} is for admins. An admin of this workspace can do it.",
        )
        command = next(one for one in COMMANDS if one.name == name).part(part)
        assert (await call(command, f"{name} {part}", {"feed": "dawn"}, here)).kind == "problem"
        assert store.feed_states() == []


@pytest.mark.parametrize("name", ["feeds", "briefing", "alerts", "deliveries"])
async def test_an_admins_command_is_refused_as_a_whole(name):
    """Without a part, and in the help, it tells others nothing of the settings here; /status tells how feeds do."""
    with june() as store:
        here = desk(store, admin=False)
        for line in (f"/{name}", f"/help {name}"):
            assert "is for admins" in (await answer(line, here)).lead
        assert "2 feeds: 2 not read yet." in (await answer("/status", here)).lead


async def test_help_shows_what_the_reader_may_use():
    """Every command with its form; admins' parts only to admins; every example works."""
    assert "/feeds" not in await said("/help", admin=False)
    text = await said("/help")
    assert all(f"/{command.name}" in text for command in COMMANDS)
    assert "/feeds add" in await said("/help feeds")
    for command in COMMANDS:
        message = await answer(f"/{command.name} {command.example}", desk())
        assert message.kind not in {"problem", "question"}, command.name


async def test_a_menu_gives_the_same_answer_as_a_line():
    """Options that came apart already lead to the same message."""
    statement = COMMANDS[0]
    raw = {"speaker": "kim-yo-jong", "topic": "sanctions", "since": "2021"}
    line = "/statement kim-yo-jong topic:sanctions since:2021"
    assert to_json(await call(statement, "statement", raw, desk())) == to_json(await answer(line, desk()))


async def test_a_shared_answer_is_for_everybody():
    """Sharing makes the message public and takes the button away."""
    message = replace(await answer("/status", desk()), private=True)
    assert not shared(message).private


async def test_a_broken_store_is_told_in_words(tmp_path):
    """A locked or read-only database is an answer, not a crash."""
    from store import Store  # noqa: PLC0415 - only here

    path = tmp_path / "history.db"
    Store.open(path).close()
    with Store.open(path, readonly=True) as store:
        message = await answer("/feeds pause dawn", desk(store))
    assert message.kind == "problem"
    assert "history.db" in message.lead


async def test_why_tells_why_reports_were_merged_and_others_kept_apart():
    """Each report with what it has in common with the rest; a near statement of the same voice with the reasons."""
    with june() as store:
        day = date(2021, 6, 24)
        sources = (
            Report("https://a.example/1", "A", "2021-06-24", "#0"),
            Report("https://b.example/2", "B", "2021-06-24", "#1"),
        )
        words = "the wild dream of the gentlemen in Seoul will not come true"
        quotes = (Quotation(f"{words} this year", item="#0"), Quotation(words, item="#1"))
        items = tuple(Item("x", one.url, "t", words, Stamp(day), NOON) for one in sources)
        saved = store.save(
            Change(items=items, statements=(Statement("kim-yo-jong", day, "dprk", sources=sources, quotes=quotes),))
        )
        text = plain(await answer(f"/why {saved.created[0]} show:sources", desk(store)))

        assert "Taken for the same: the same speaker; the same day; words of one in the other." in text
        assert "Kept apart: Kim Yo Jong, 22 June 2021 (S-2021-0622-" in text


async def test_why_gives_the_reading_in_one_sentence():
    """Whom it answers, how fast, and which usual threat it lacks: names and plain words, no slugs."""
    store = history()
    statement = store.statement("2021-06-22-kim-yo-jong-disappointment")
    lead = (await answer(f"/why {statement.id}", replace(desk(), compare=compare))).lead

    assert "answering Jake Sullivan after 2 days" in lead
    assert "kim-yo-jong" not in lead
