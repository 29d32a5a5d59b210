"""/briefing, /alerts, /check and lists of feeds, on any platform: what is set shows, is true, and can be undone."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.alerts import fires, read_rule, watches_of, written
from bot.briefing.plain import plain
from bot.briefing.schedule import Rhythm, next_digest
from bot.briefing.subscription import Subscription, read_days, read_hour, subscription_of, with_subscription
from bot.catalogue import Catalogue
from bot.commands import COMMANDS
from bot.commands.answering import answer, call
from bot.commands.command import Desk
from bot.errors import CommandError
from bot.opml import read_opml, write_opml
from bot.sources import Source
from store.records import Comparison, Label, Shift, Statement, Workspace
from store.writes import Change
from tests import desks
from tests.discord_kit import june

WORDS = Statement("kim-yo-jong", desks.NOON.date(), "dprk", authority=3, summary="On drills", labels=(
    Label("threat", "deterrent"), Label("theme", "sanctions")))  # fmt: skip
SHIFTED = Comparison(novelty="new", shifts=(Shift("stance", "open", "rejects", "us"),))


def desk_of(store) -> Desk:
    """A desk that sees the settings as they are stored now."""
    made = desks.desk(store)
    return replace(made, workspace=store.workspace("console") or made.workspace)


async def said(store, line: str) -> str:
    """The answer to a line, as text."""
    return plain(await answer(line, desk_of(store)))


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("8", time(8)),
        ("08:30", time(8, 30)),
        ("7 pm", time(19)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("1930", time(19, 30)),
    ],
)
def test_hours_are_read_as_people_write_them(typed, hour):
    """Twelve and twenty-four hours, with and without minutes."""
    assert read_hour(typed) == hour


@pytest.mark.parametrize("typed", ["", "25", "8:60", "13 pm", "noonish", "8:5"])
def test_what_is_no_hour_is_none(typed):
    """Nothing is guessed."""
    assert read_hour(typed) is None


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("daily", tuple(range(7))),
        ("weekdays", (0, 1, 2, 3, 4)),
        ("Mon, Wed and fri", (0, 2, 4)),
        ("monday to thursday", (0, 1, 2, 3)),
        ("blue", None),
    ],
)
def test_days_are_read_as_people_write_them(typed, days):
    """Names, lists and ranges; anything else is none."""
    assert read_days(typed) == days


@given(
    st.dictionaries(
        st.sampled_from(["briefing", "alerts", "timezone", "left"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=8,
        ),
    )
)
def test_any_stored_settings_can_be_read(settings):
    """Whatever an older or a newer version left there, the defaults stand in for what makes no sense."""
    assert subscription_of(settings).days
    watches_of(settings)


def test_a_subscription_survives_storing():
    """Every field comes back."""
    wanted = Subscription("7", time(19, 30), (0, 2), "en", ("dprk",), ("sanctions",), paused=True)

    assert subscription_of(with_subscription({"other": 1}, wanted)) == wanted


def test_the_next_digest_is_in_the_workspaces_own_zone():
    """At 21:30 in Seoul on a Friday, the next weekday digest of 08:00 is Monday's."""
    now = datetime(2021, 6, 25, 12, 30, tzinfo=UTC)
    moment = next_digest(Rhythm(time(8), (0, 1, 2, 3, 4), ZoneInfo("Asia/Seoul")), None, now)

    assert moment == datetime(2021, 6, 28, 8, tzinfo=ZoneInfo("Asia/Seoul"))


async def test_preview_is_the_digest_with_the_filters_on():
    """What is filtered out is not in it; what is let through is."""
    with june() as store:
        now = datetime(2021, 6, 22, 23, tzinfo=UTC)
        spoken = (("kim-yo-jong", "dprk"), ("ned-price", "us"))
        fresh = (Statement(who, now.date(), side, summary=who, first_seen=now) for who, side in spoken)
        store.save(Change(statements=tuple(fresh)))
        whole = replace(desk_of(store), now=now)
        await answer("/briefing filters sides:dprk", whole)
        told = plain(await answer("/briefing preview", replace(desk_of(store), now=now)))

    assert "Kim Yo Jong" in told
    assert "Ned Price" not in told


async def test_every_setting_can_be_taken_back_in_any_order():
    """Undo gives back what that change replaced, and nothing else."""
    with june() as store:
        await said(store, "/briefing time 7 pm")
        await said(store, "/briefing timezone Seoul")
        assert "19:00, Asia/Seoul" in await said(store, "/briefing show")
        await said(store, "/briefing undo number:1")
        assert "08:00, Asia/Seoul" in await said(store, "/briefing show")
        await said(store, "/briefing undo")
        assert "08:00, UTC" in await said(store, "/briefing show")
        assert "Nothing was changed" in await said(store, "/briefing undo")
        assert "taken back by Ada" in await said(store, "/briefing log")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("EST", "EST"),
        ("est5edt", "EST5EDT"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
async def test_every_zone_of_the_zone_database_is_taken(typed, zone):
    """By any letter case, by its city, and also where its name holds no place."""
    with june() as store:
        assert f"Time zone: {zone}," in await said(store, f"/briefing timezone {typed}")
        assert desk_of(store).zone.key == zone


async def test_what_was_done_is_said_once():
    """A pause is also what comes next; it is not told twice over."""
    with june() as store:
        await said(store, "/briefing channel talk")
        assert (await said(store, "/briefing pause")).count("The digest is paused.") == 1
        assert "comes again. Next digest:" in await said(store, "/briefing pause resume:yes")


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("speaker:kim-yo-jong", True),
        ("speaker:kim-yo-jong and threat:explicit", False),
        ("threat:implied", True),
        ("threat:none", False),
        ("not threat:none", True),
        ("authority:3 and not theme:sanctions", False),
        ("(threat:explicit or novelty:new) and shift:stance", True),
        ("shift:any", True),
        ('words:"on drills"', True),
        ("drills", True),
        ("DRILL", True),
        ("drill*", True),
        ("dril", False),
        ("ills", False),
        ("“on drills”", True),
        ('words:"drills on"', False),
        ("not (side:us or side:rok)", True),
    ],
)
def test_rules_combine_conditions(rule, holds):
    """And, or, not and brackets mean what they say; written out, a rule reads the same."""
    read = read_rule(rule)

    assert fires(read, WORDS, SHIFTED) is holds
    assert fires(read_rule(written(read)), WORDS, SHIFTED) is holds


@pytest.mark.parametrize(
    "rule", ["", "and", "(", "speaker:", "mood:bad", "threat:huge", "authority:9", ")", "not", "a or"]
)
def test_a_wrong_rule_is_answered_with_an_example(rule):
    """The person who mistyped reads what is right."""
    with pytest.raises(CommandError):
        read_rule(rule)


@given(st.text(alphabet='()andornot: "speakerthreat', max_size=60))
def test_any_text_is_a_rule_or_a_mistake(text):
    """Nothing typed is an error of the program."""
    with suppress(CommandError):
        fires(read_rule(text), WORDS, SHIFTED)


async def test_an_alert_is_tried_on_history_before_it_is_kept():
    """The trial names what would have fired; nothing is stored until it is saved; it can be taken back."""
    with june() as store:
        trial = await said(store, "/alerts add speaker:김여정 threat:implied")
        assert "would have fired" in trial
        assert "in the last 90 days" in trial
        assert "no alert yet" in await said(store, "/alerts list")

        await said(store, "/alerts add speaker:김여정 threat:implied name:sister save:yes")
        [watch] = watches_of(store.workspace("console").settings)
        assert watch.rule == {"all": [{"speaker": "kim-yo-jong"}, {"threat": "implied"}]}
        assert "sister" in await said(store, "/alerts list")
        assert "would have fired" in await said(store, "/alerts preview sister")
        await said(store, "/alerts remove sister")
        await said(store, "/alerts undo")
        assert "sister" in await said(store, "/alerts list")


def test_no_threat_is_a_condition_of_its_own():
    """It holds for what carries none, and for nothing that carries one; "at least implied" never holds for it."""
    calm = replace(WORDS, labels=(Label("theme", "sanctions"),))

    assert fires(read_rule("threat:none"), calm, SHIFTED)
    assert not fires(read_rule("threat:implied"), calm, SHIFTED)


async def test_what_an_alert_cannot_mean_is_refused():
    """A level beyond the scale is not taken for another one, and a trial without anything to try says so."""
    with june() as store:
        refused = await said(store, "/alerts add authority:9 save:yes")
        assert "authority must be a number from 1 to 7, not “9”" in refused
        assert "There is no alert yet" in await said(store, "/alerts preview")
        await said(store, "/alerts add threat:none name:calm save:yes")
        assert [one.rule for one in watches_of(store.workspace("console").settings)] == [{"threat": "none"}]
        assert "Which alert? There are: calm." in await said(store, "/alerts preview")


async def test_an_alert_says_where_it_goes_and_whom_it_calls():
    """Trial, answer and list name the chosen channel and role; without a channel it is the digest's."""
    with june() as store:
        line = "/alerts add speaker:kim-yo-jong name:sister channel:news role:desk"
        assert "It goes to news. It calls desk. Nothing is saved yet." in await said(store, line)
        assert "It goes to news. It calls desk." in await said(store, f"{line} save:yes")
        assert "It goes to news. It calls desk." in await said(store, "/alerts list")
        assert "It goes to news. It calls desk." in await said(store, "/alerts preview sister")

        await said(store, "/alerts add side:us name:us save:yes")
        assert "once one is chosen with /briefing channel" in await said(store, "/alerts list")
        await said(store, "/briefing channel morning")
        assert "It goes to morning, the digest's channel." in await said(store, "/alerts list")


async def test_words_of_an_alert_are_looked_for_as_a_search_does():
    """Words and phrases typed into the one option; the trial names the same statements as /search."""
    with june() as store:
        tried = await said(store, '/alerts add words:"hostile polic*" name:x')
        searched = {one.id for one, _ in store.search('"hostile polic*"', since=date(2021, 3, 27))}
        assert f"fired {len(searched)} times" in tried
        assert searched

        alerts = next(one for one in COMMANDS if one.name == "alerts").part("add")
        menu = {
            "name": "menu",
            "words": "Washington “joint drills” 담화",
            "when": 'side:dprk and words:"b c" or drills',
        }
        tried = await call(alerts, "alerts add", menu, desk_of(store))
        await answer(tried.actions[0].argument, desk_of(store))
        rules = {one.name: one.rule for one in watches_of(store.workspace("console").settings)}
        typed = [{"words": "Washington"}, {"words": "joint drills"}, {"words": "담화"}]
        assert rules["menu"] == {"all": [*typed, read_rule(menu["when"])]}
        assert read_rule(written(rules["menu"])) == rules["menu"]
        assert "holds no word" in await said(store, '/alerts preview when:words:"…"')


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_rule_shown_as_an_example_is_one(language):
    """What the hint beside the option shows can be typed as it stands."""
    hint = Catalogue.load(language).say("option.when")
    assert fires(read_rule(hint.partition(": ")[2]), replace(WORDS, labels=()), SHIFTED)


async def test_a_topic_of_an_alert_that_is_no_theme_leads_to_words():
    """The mistake names the option that takes words, in a form that works."""
    with june() as store:
        told = await said(store, "/alerts add topic:fishermen")
        assert "write words:“fishermen”" in told
        assert "would have fired" in await said(store, "/alerts add words:“fishermen”")


async def test_a_rule_that_never_fired_says_when_it_would_have():
    """No hit in ninety days: the last time on record, or that there was none."""
    with june() as store:
        assert "never have fired" in await said(store, "/alerts preview when:words:zzzqqq")


def test_opml_goes_out_and_comes_in_the_same():
    """What is written is read back: addresses, names and groups."""
    sources = [
        Source("a", "https://a.example/f", "A & B <News>", group="Agencies"),
        Source("b", "https://b.example/", "신문"),
    ]
    read = read_opml(write_opml("briefbot", sources, ()).decode())

    assert [(one["address"], one["outlet"], one.get("group", "")) for one in read] == [
        ("https://a.example/f", "A & B <News>", "Agencies"),
        ("https://b.example/", "신문", ""),
    ]
    assert len({one["id"] for one in read}) == 2


def test_opml_opens_no_file_and_blows_nothing_up():
    """Entities are not resolved."""
    bomb = '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>'

    assert "root" not in str(read_opml(bomb))


def test_one_server_cannot_stop_the_operators_feeds():
    """Where several workspaces read it, only the operator pauses it."""
    with june() as store:
        for name in ("discord:1", "discord:2"):
            store.save_workspace(Workspace(name, "discord"))
        here = replace(desks.desk(store), workspace=store.workspace("discord:1"))
        told = [plain(asyncio.run(answer(f"/feeds {part} dawn", here))) for part in ("pause", "remove", "resume")]

    assert all("serves other servers too; only the operator can pause it or take it out" in one for one in told)
    assert not any("/feeds pause" in one for one in told)


async def test_what_cannot_be_removed_can_be_paused_where_that_is_said():
    """Where the operator's feeds serve nobody else, the way out that is named is one."""
    with june() as store:
        assert "/feeds pause dawn stops it" in await said(store, "/feeds remove dawn")
        assert "is paused" in await said(store, "/feeds pause dawn")
