"""Free text read into options: quotes, keys, dates, names; and mistakes answered with what is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.alerts import watches_of, written
from bot.catalogue import Catalogue
from bot.commands import COMMANDS
from bot.commands.answering import answer
from bot.commands.completing import complete, complete_line
from bot.commands.periods import read_period
from bot.commands.reading import find_command, read_options
from bot.commands.resolving import command_line, resolve, themes, themes_typed
from bot.commands.words import Word, read_words
from bot.errors import CommandError
from tests.desks import desk, june

TODAY = date(2021, 6, 25)  # a Friday


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2021", "2021-01-01", "2021-12-31"),
        ("2021-06", "2021-06-01", "2021-06-30"),
        ("2021-06-22", "2021-06-22", "2021-06-22"),
        ("2021/6/22", "2021-06-22", "2021-06-22"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("22 June 2021", "2021-06-22", "2021-06-22"),
        ("June 22nd, 2021", "2021-06-22", "2021-06-22"),
        ("22 Jun", "2021-06-22", "2021-06-22"),
        ("30 June", "2020-06-30", "2020-06-30"),
        ("sept 2020", "2020-09-01", "2020-09-30"),
        ("december", "2020-12-01", "2020-12-31"),
        ("today", "2021-06-25", "2021-06-25"),
        ("Yesterday", "2021-06-24", "2021-06-24"),
        ("week", "2021-06-19", "2021-06-25"),
        ("this week", "2021-06-21", "2021-06-27"),
        ("last week", "2021-06-14", "2021-06-20"),
        ("last month", "2021-05-01", "2021-05-31"),
        ("last year", "2020-01-01", "2020-12-31"),
        ("3 days ago", "2021-06-22", "2021-06-22"),
        ("last 3 days", "2021-06-23", "2021-06-25"),
        ("2 months ago", "2021-04-25", "2021-04-25"),
        ("1 year ago", "2020-06-25", "2020-06-25"),
        ("2021-05..2021-06-03", "2021-05-01", "2021-06-03"),
        ("May 2021 to June 2021", "2021-05-01", "2021-06-30"),
        ("2021년 6월 22일", "2021-06-22", "2021-06-22"),
        ("2021년 6월", "2021-06-01", "2021-06-30"),
        ("지난주", "2021-06-14", "2021-06-20"),
        ("어제", "2021-06-24", "2021-06-24"),
    ],
)
def test_dates_as_people_type_them(typed, first, last):
    """Every form of a date means the days that a reader would mean."""
    period = read_period(typed, TODAY)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "2021-13",
        "31 June 2021",
        "2021-02-30",
        "22",
        "mar-a-lago",
        "0000",
        "99999 years ago",
        "2021..2020",
        "june-ish",
        "ma",
    ],
)
def test_what_is_no_date_is_none(typed):
    """Nothing is guessed into a date."""
    assert read_period(typed, TODAY) is None


def test_a_leap_day_goes_back_to_a_day_that_exists():
    """A year before 29 February is 28 February."""
    assert read_period("1 year ago", date(2024, 2, 29)).first == date(2023, 2, 28)


def test_words_quotes_and_keys():
    """Quotation marks of many kinds keep words together; a key ends at its colon; an address is no key."""
    assert read_words('topic:"joint exercises" “both dialogue” 김여정 since:2021 https://a.example/x') == [
        Word("joint exercises", "topic", quoted=True),
        Word("both dialogue", quoted=True),
        Word("김여정"),
        Word("2021", "since"),
        Word("https://a.example/x"),
    ]
    assert read_words("Trump's “open") == [Word("Trump's"), Word("“open")]
    assert read_words("Kim 'Yo Jong' don't") == [Word("Kim"), Word("Yo Jong", quoted=True), Word("don't")]


@given(st.text(max_size=80))
def test_any_line_comes_apart_and_ends(line):
    """No input makes the reader loop or fail, and nothing but spaces and marks is lost."""
    told = "".join(word.key + word.text for word in read_words(line)).casefold()
    assert sum(map(str.isalnum, told)) >= sum(map(str.isalnum, line)) * 0.9 or any(not char.isascii() for char in line)


def options(line: str) -> dict[str, str]:
    """The raw options that a line gives."""
    here = desk()
    command, name, rest = find_command(line, here)
    return read_options(command, name, rest, here)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "/statement kim-yo-jong topic:sanctions since:2021",
            {"speaker": "kim-yo-jong", "topic": "sanctions", "since": "2021"},
        ),
        ("statement Kim Yo Jong sanctions", {"speaker": "Kim Yo Jong", "topic": "sanctions"}),
        ("/statement topic:sanctions Kim Yo Jong", {"speaker": "Kim Yo Jong", "topic": "sanctions"}),
        ("/statement 김여정 since:last week", {"speaker": "김여정", "since": "last week"}),
        ("/statement since:last week Kim Yo Jong", {"speaker": "Kim Yo Jong", "since": "last week"}),
        ("/statement speaker:Choe Son Hui until:22 June 2021", {"speaker": "Choe Son Hui", "until": "22 June 2021"}),
        ('/statement "Kim Yo Jong" "interesting signal"', {"speaker": "Kim Yo Jong", "topic": "interesting signal"}),
        (
            "/statement Kim Yo Jong joint exercises 2021",
            {"speaker": "Kim Yo Jong", "topic": "joint exercises", "since": "2021", "until": "2021"},
        ),
        (
            "/statement kim-yo-jong from:2020 to:2021 theme:leaflets",
            {"speaker": "kim-yo-jong", "since": "2020", "until": "2021", "topic": "leaflets"},
        ),
        ("/statement kim jo yong sanctions", {"speaker": "kim jo yong", "topic": "sanctions"}),
        (
            "/statement North Korea's foreign minister since:2021",
            {"speaker": "North Korea's foreign minister", "since": "2021"},
        ),
        (
            "/statement since:2021 speaker:US Secretary of State sanctions",
            {"speaker": "US Secretary of State", "topic": "sanctions", "since": "2021"},
        ),
        ("/statement North Korea sanctions", {"speaker": "North Korea", "topic": "sanctions"}),
        ("/statement Kim Jong-un, since 2018", {"speaker": "Kim Jong-un", "since": "2018"}),
        ("/statement speaker:Kim Jong-un, since 2018", {"speaker": "Kim Jong-un", "since": "2018"}),
        ("/statement Kim Jong-un since=2021-06", {"speaker": "Kim Jong-un", "since": "2021-06"}),
        (
            "/statement Kim Jong-un, sanctions, from 2018 to last year",
            {"speaker": "Kim Jong-un", "topic": "sanctions", "since": "2018", "until": "last year"},
        ),
        ("/statement Kim Jong-un 2018 until 2020", {"speaker": "Kim Jong-un", "since": "2018", "until": "2020"}),
        ("/search hostile policy, talks since 2018", {"query": "hostile policy, talks", "since": "2018"}),
        ('/search "ever since 2018"', {"query": '"ever since 2018"'}),
        ("/search return to 2018", {"query": "return to 2018"}),
        ("/chart sanctions since 2018", {"topic": "sanctions", "since": "2018"}),
        ("/why 22 June 2021 sources", {"statement": "22 June 2021", "show": "sources"}),
        ("/why S-2021-0622-1 sources", {"statement": "S-2021-0622-1", "show": "sources"}),
        ("/alerts preview threat:explicit or side:us", {"when": "threat:explicit or side:us"}),
        ("/alerts preview my alert", {"name": "my alert"}),
        ("/search re: the dream since:2021", {"query": "re: the dream", "since": "2021"}),
        ("/digest last week", {"date": "last week"}),
        ("/digest 22 June 2021 week", {"date": "22 June 2021", "period": "week"}),
        (
            "/feeds add https://38north.example/feed save:yes",
            {"address": "https://38north.example/feed", "save": "yes"},
        ),
    ],
)
def test_lines_as_people_type_them(line, expected):
    """Names need no quotes, keys come in any order, a bare year is that year."""
    assert options(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/statement kim-yo-jong topci:sanctions", "Did you mean topic:sanctions?"),
        ("/statement kim-yo-jong since:soon", "“soon” is no date. Write 2021, 2021-06, 2021-06-22"),
        ("/statement kim-yo-jong since soon", "“soon” is no date. Write 2021, 2021-06, 2021-06-22"),
        ("/statement kim-yo-jong sinse=2021", "Did you mean since:2021?"),
        (
            "/statement kim-yo-jong since:2021-06 until:2021-01",
            "since:2021-06 is later than until:2021-01, so no day is meant",
        ),
        ("/chart since:yesterday until:2020", "since:yesterday is later than until:2020"),
        (
            "/statement sanctions 2021",
            "“sanctions” is a topic; whose statements on it? Example: /statement kim-yo-jong",
        ),
        ("/statement 제재", "/chart topic:sanctions"),
        ("/search ???", "“???” holds no word to look for. Example: /search"),
        ('/search ""', "holds no word to look for"),
        ("/why Kim Yo Jong", "There is no statement “Kim Yo Jong”. An id looks like S-2021-0622-1; a day"),
        ("/chart kim-yo-jong side:us", "Kim Yo Jong speaks for North Korea, not for the US"),
        ("/", "Which command? There are: /statement"),
        ("/alerts preview", "There is no alert yet"),
        ("/alerts preview my alert", "There is no alert yet"),
        ("/check", "There is no text to check: a message of only pictures, files or links has no words of its own"),
        ('/check " "', "There is no text to check"),
        ("/statement", "The form is: /statement SPEAKER [topic] [since]"),
        ("/statement", "Example: /statement kim-yo-jong topic:sanctions since:2021"),
        ("/statement kim-yo-jong count:many", "count must be a number from 1 to 10, not “many”"),
        ("/statement kim-yo-jong count:0", "count must be a number"),
        ("/statement xyzzyqq", "Nobody called “xyzzyqq” is known"),
        ("/digest tomorrow", "“tomorrow” is no date"),
        ("/digest 2021", "at most 31 days"),
        ("/digest 2021-06-22 period:fortnight", "period must be one of day, week"),
        ("/statment kim-yo-jong", "Did you mean /statement?"),
        ("Kim Yo Jong", "Did you mean /statement Kim Yo Jong?"),
        ("/nonsense", "There are: /statement, /search, /digest"),
        ("/feeds ad https://a.example", "Did you mean /feeds add?"),
        ("/feeds pause nothing-like-it", "No feed “nothing-like-it” is known"),
        ("/why S-1999-0101-77", "There is no statement “S-1999-0101-77”"),
        ("/why", "Example: /why S-2021-0622-1"),
        ("/status now", "“now” fits no option"),
        ("/help statment", "/statement"),
        ("/briefing language ko", "language must be one of en, not “ko”"),
        ("/briefing undo abc", "number must be a number from 1 to 1000000, not “abc”"),
        ("/digest 2021-06-22 fortnight", "period must be one of day, week, not “fortnight”"),
        ("/briefing timezone Mars", "There is no time zone “Mars”. Write a zone or its city"),
        ("/briefing timezone Soul", "Near it: Asia/Seoul."),
        ("/briefing timezone pyong", "Near it: Asia/Pyongyang."),
    ],
)
async def test_mistakes_are_answered_with_what_is_right(line, expected):
    """Every mistake names the correct form, an example, or what was meant."""
    message = await answer(line, desk())
    assert message.kind == "problem"
    assert expected in message.lead


@pytest.mark.parametrize(
    ("line", "first", "argument"),
    [
        ("/statement Kim since:2021", "Kim Jong Un", "/statement speaker:kim-jong-un since:2021"),
        ("/statement Kim Yo Jng topic:sanctions", "Kim Yo Jong", "/statement speaker:kim-yo-jong topic:sanctions"),
        ("/feeds pause daw", "dawn", "/feeds pause feed:dawn"),
        ("/why 2021-06-22", "Ned Price, 22 June 2021", "/why statement:S-2021-0622-3"),
    ],
)
async def test_what_is_near_or_ambiguous_is_asked_back(line, first, argument):
    """The candidates come as lines that can be typed or pressed, the other options kept."""
    message = await answer(line, desk())
    assert message.kind == "question"
    entry = message.entries[0]
    assert (entry.headline, entry.actions[0].argument, entry.notes) == (first, argument, (argument,))
    again = await answer(argument, desk())
    assert again.kind != "question"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/statement kim-yo-jong page:999", "the last page is page:"),
        ("/search qqqzzz", "No statement on record holds all of this: qqqzzz"),
        ("/search nuclear since:2030", "Within what was asked, no statement on record holds all of this: nuclear"),
    ],
)
async def test_what_finds_nothing_says_where_to_look(line, words):
    """An empty page names the last one; a search says whether it was narrowed."""
    assert words in (await answer(line, desk())).lead


async def test_help_on_a_part_explains_the_part():
    """Its own options and its own example, not those of the whole."""
    told = await answer("/help feeds add", desk())
    assert told.title == "/feeds add ADDRESS [save]"
    assert [one.headline for one in told.entries] == ["address", "save"]
    assert "is for admins" in (await answer("/help feeds add", desk(admin=False))).lead


async def test_help_on_what_is_for_admins_says_so_to_members():
    """A member learns what the command is for and who can use it, without an example that would be refused."""
    told = await answer("/help alerts", desk(admin=False))
    assert "is for admins" in told.lead
    assert "Rules for messages" in told.lead
    assert "Example" not in told.lead
    assert not told.entries
    assert (await answer("/help alerts", desk())).entries


@pytest.mark.parametrize("name", ["kim-yo-jong", "Kim Yo-jong", "김여정", "金与正", "KIM YO JONG", "Kim Yong Jong"])
def test_any_spelling_or_script_finds_the_person(name):
    """Slug, press spellings, hangul, Chinese characters and a known misspelling are one person."""
    here = desk()
    command, full, _ = find_command("/statement", here)
    assert resolve(command, {"speaker": name}, here, full).text("speaker") == "kim-yo-jong"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("North Korea's foreign minister", "ri-son-gwon"),
        ("US Secretary of State", "antony-blinken"),
        ("South Korean president", "moon-jae-in"),
        ("president of South Korea", "moon-jae-in"),
        ("북한 외무상", "ri-son-gwon"),
        ("State Department spokesperson", "ned-price"),
    ],
)
async def test_a_title_typed_freely_names_who_holds_the_office(title, slug):
    """The whole title counts, not the country at its beginning; a topic and dates may follow it."""
    here = desk()
    for line in (f"/statement {title} sanctions since 2021", f"/statement topic:sanctions speaker:{title} since=2021"):
        command, name, rest = find_command(line, here)
        values = resolve(command, read_options(command, name, rest, here), here, name)
        assert (values.text("speaker"), values.text("topic")) == (slug, "sanctions")
        assert values.first("since") == date(2021, 1, 1)


def test_an_option_missing_is_told():
    """A menu that leaves a required option empty is told so too."""
    here = desk()
    command, full, _ = find_command("/statement", here)
    with pytest.raises(CommandError, match="speaker is missing"):
        resolve(command, {"speaker": " "}, here, full)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("제재", "sanctions"),
        ("핵", "nuclear-status"),
        ("비핵화", "denuclearization"),
        ("연합훈련", "joint-exercises"),
        ("연합 훈련", "joint-exercises"),
        ("평화 협정", "peace-regime"),
    ],
)
async def test_korean_topics_are_the_codebooks_themes(typed, slug):
    """A topic in Korean is the theme, on the command line as in a menu, and is offered first while typing."""
    here = desk()
    command, name, rest = find_command(f"/statement 김여정 {typed} 2021", here)
    raw = read_options(command, name, rest, here)
    assert raw == {"speaker": "김여정", "topic": typed, "since": "2021", "until": "2021"}
    assert resolve(command, raw, here, name).text("topic") == slug
    assert complete(command.option("topic"), typed, here)[0].value == slug
    korean = replace(here, catalogue=Catalogue.load("ko"))
    assert resolve(command, raw, korean, name).text("topic") == slug


def test_every_theme_can_be_typed_in_korean():
    """No theme is left out, none is made up, and no word means two."""
    typed = themes_typed()
    assert set(typed) == set(themes(desk()))
    words = [word.replace(" ", "") for row in typed.values() for word in row]
    assert len(words) == len(set(words))
    assert len(complete(find_command("/statement", desk())[0].option("topic"), "미", desk())) > 1


def test_speakers_complete_by_spelling_script_and_frequency():
    """Nothing typed: who speaks most. Hangul and parts of names find the same slug. Never more than 25."""
    here = desk()
    option = find_command("/statement", here)[0].option("speaker")
    assert complete(option, "", here)[0].value == "kim-jong-un"
    assert complete(option, "김여", here)[0].value == "kim-yo-jong"
    assert complete(option, "kim yo", here)[0].label == "Kim Yo Jong (North Korea)"
    assert len(complete(option, "k", here)) <= 25


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("/sta", "/statement"),
        ("/statement kim-yo", "kim-yo-jong"),
        ("/statement kim-yo-jong top", "topic:"),
        ("/statement kim-yo-jong topic:sanc", "topic:sanctions"),
        ("/statement kim-yo-jong since:last w", "week"),
        ("/statement kim-yo-jong since:yes", "since:yesterday"),
        ("/feeds pau", "pause"),
        ("/feeds pause da", "dawn"),
        ("/why S-2021-0622", "S-2021-0622-3"),
    ],
)
def test_a_prompt_completes_the_last_word(line, value):
    """Commands, parts, options and their values are offered where they belong."""
    if line.endswith("last w"):
        assert complete_line(line, desk()) == []
    else:
        assert value in [one.value for one in complete_line(line, desk())]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["/statement", "/search", "/digest", "/why", "/help", "/speakers", "/feeds", "", "/"]),
    st.text(max_size=40),
)
async def test_no_line_breaks_a_command(name, rest):
    """Whatever is typed, an answer in words comes back."""
    message = await answer(f"{name} {rest}", desk())
    assert message.title
    assert all(one.value for one in complete_line(f"{name} {rest}", desk()))


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ('/search "both dialogue" talks since:2021', '"both dialogue" talks'),
        ("/search both dialogue", "both dialogue"),
        ("/search query:“both dialogue”", '"both dialogue"'),
    ],
)
def test_the_quotation_marks_of_a_query_stay(typed, query):
    """A phrase is looked for as one, also when the line is made anew for a button."""
    here = desk()
    command, name, rest = find_command(typed, here)
    raw = read_options(command, name, rest, here)
    assert raw["query"] == query
    assert read_options(*find_command(command_line(name, raw), here), here) == raw


WRITTEN = [(part, f"{one.name} {part.name}") for one in COMMANDS for part in one.parts] + [
    (one, one.name) for one in COMMANDS if not one.parts
]
HOSTILE = st.text(max_size=30) | st.text("\"'“”„‘’「」«»《》\\\n\r\t:=,;-/ anr한", max_size=14)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_written_line_gives_the_same_options_again(data):
    """Whatever stands in an option, a button's line means just what was asked: for every command there is."""
    command, name = data.draw(st.sampled_from(WRITTEN))
    raw = {one.name: text for one in command.options if (text := data.draw(HOSTILE))}
    here = desk()
    found, again, rest = find_command(command_line(name, raw), here)
    assert (found, again) == (command, name)
    assert read_options(found, again, rest, here) == raw


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ({"speaker": "kim-yo-jong", "topic": "joint exercises"}, '/x speaker:kim-yo-jong topic:"joint exercises"'),
        ({"query": '"hostile policy" toward', "count": "10"}, '/x query:«"hostile policy" toward» count:10'),
        ({"when": "threat:explicit", "side": "dprk"}, '/x when:"threat:explicit" side:dprk'),
        ({"text": "one\ntwo » \\"}, "/x text:«one\\ntwo \\» \\\\»"),
    ],
)
def test_written_lines_stay_readable(raw, line):
    """Simple values stand as people type them; marks and breaks are escaped only where they would be misread."""
    assert command_line("x", raw) == line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            '/alerts add when:words:"hostile policy" or side:dprk name:both',
            {"when": 'words:"hostile policy" or side:dprk', "name": "both"},
        ),
        ("/alerts add when:not threat:explicit", {"when": "not threat:explicit"}),
        ('/search query:"hostile policy" toward count:10', {"query": '"hostile policy" toward', "count": "10"}),
        ("/search query:nuclear weapons", {"query": "nuclear weapons"}),
        ("/search ‘policy hostile’", {"query": '"policy hostile"'}),
        ("/search «policy hostile» talks", {"query": '"policy hostile" talks'}),
        ('/check Kim said: "We want TALKS: now" again', {"text": 'Kim said: "We want TALKS: now" again'}),
        ("/check What comes next: war", {"text": "What comes next: war"}),
        ('/check "We want talks"', {"text": "We want talks"}),
    ],
)
def test_what_quotation_marks_and_colons_mean_stays(line, expected):
    """Rules go on to the next option, phrases stay phrases, and a text to be checked keeps its quotations."""
    assert options(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        '/alerts add when:words:"hostile policy" and side:dprk',
        '/alerts add words:"hostile policy" name:"on “policy” \'now\'"',
    ],
)
async def test_the_button_that_saves_an_alert_keeps_the_rule_of_its_trial(line):
    """The rule that was tried is the rule that is kept, and the button that removes it finds it."""
    with june() as store:
        here = desk(store)
        trial = await answer(line, here)
        saved = await answer(trial.actions[0].argument, here)
        assert saved.kind == "notice", saved.lead
        after = replace(here, workspace=store.workspace("console"))
        kept = watches_of(after.workspace.settings)[0]
        assert written(kept.rule) in trial.lead
        listed = await answer("/alerts list", after)
        removed = await answer(listed.entries[0].actions[0].argument, after)
        assert removed.kind == "notice"
        assert not watches_of(store.workspace("console").settings)


async def test_a_phrase_typed_is_looked_for_as_one():
    """Straight and curly marks alike: the words in another order are not found."""
    for marked in ('"{}"', "“{}”"):
        found = await answer(f"/search {marked.format('hostile policy')}", desk())
        turned = await answer(f"/search {marked.format('policy hostile')}", desk())
        assert found.entries
        assert not turned.entries
