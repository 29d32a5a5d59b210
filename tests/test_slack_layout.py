"""Messages as Slack shows them: within its limits, readable without blocks, and deaf to what a feed says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.message import Action, Entry, Image, Link, Message, Quote, Section
from bot.briefing.plain import plain
from bot.catalogue import Catalogue
from bot.platforms.slack_parts.escaping import escape, fitted, link, read_typed
from bot.platforms.slack_parts.layout import Look, lay_out
from bot.platforms.slack_parts.pressing import LONGEST, Press, read_press, value_of
from tests.servers.slack.limits import check_message, texts

LOOK = Look(Catalogue.load(), lambda line: f"key{len(line)}", line="/digest", shares=True)
HOSTILE = (
    "<!channel>", "<!here|here>", "<@U0ADA>", "<#C0NEWS|news>", "<https://evil.example|38north.org>",
    "&lt;!channel&gt;",
    "*bold*", "_it_", "~no~", "`code`", "```block```", "> quoted", ":skull:", "@channel", "@here", "#general", "&amp;",
    "<!subteam^S123>", "<!date^1|x>", "a|b>c", "https://evil.example/?a=<!channel>", "\u202egnp", "김여정 부부장",
)  # fmt: skip
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
texts_ = st.lists(words, max_size=12).map(" ".join)
long_texts = st.builds(lambda text, times: text * times, texts_, st.sampled_from((1, 1, 1, 1, 1, 1, 10, 60)))
urls = st.one_of(
    st.just("https://www.kcna.kp/en?a=1&b=2"), texts_, texts_.map(lambda text: f"https://a.example/{text}")
)
links = st.builds(Link, texts_, urls)
actions = st.builds(Action, st.sampled_from(("run", "share", "open")), st.one_of(long_texts, urls), long_texts)
entries = st.builds(
    Entry,
    headline=long_texts,
    detail=long_texts,
    quote=st.none() | st.builds(Quote, long_texts, texts_),
    chips=st.lists(texts_, max_size=5).map(tuple),
    notes=st.lists(long_texts, max_size=5).map(tuple),
    links=st.lists(links, max_size=12).map(tuple),
    id=texts_,
    actions=st.lists(actions, max_size=5).map(tuple),
)
messages = st.builds(
    Message,
    title=long_texts,
    lead=long_texts,
    sections=st.lists(st.builds(Section, texts_, st.lists(entries, max_size=5).map(tuple), texts_), max_size=4).map(
        tuple
    ),
    footer=long_texts,
    actions=st.lists(actions, max_size=6).map(tuple),
    images=st.lists(st.builds(Image, long_texts, st.just(b"x")), max_size=2).map(tuple),
    kind=st.sampled_from(("digest", "cards", "list", "notice", "question", "problem")),
    private=st.booleans(),
    ping=st.sampled_from(("", "S0TEAM", "!channel", "S1|x>")),
)


@settings(max_examples=40, deadline=None)
@given(messages)
def test_whatever_is_said_slack_takes_it(message):
    """Any content keeps every limit of Block Kit, mentions nobody and forges no link."""
    for sheet in lay_out(message, LOOK):
        check_message({"text": sheet.text, "blocks": list(sheet.blocks)})


@settings(max_examples=60, deadline=None)
@given(long_texts, st.integers(1, 300))
def test_escaped_text_keeps_its_length_and_says_the_same(text, limit):
    """Cutting counts the escaped characters, and nothing that Slack would act on is left."""
    shown = fitted(text, limit)

    assert len(shown) <= limit
    assert not re.search(r"[<>*~`]|&(?!amp;|lt;|gt;)", shown)


@pytest.mark.parametrize("text", HOSTILE)
def test_control_sequences_are_shown_as_they_were_written(text):
    """What is escaped reads as the same text, but for signs that only look alike."""
    back = escape(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    assert len(back) == len(text)
    assert re.sub(r"\W", "", back.replace("ˍ", "")) == re.sub(r"[\W_]", "", text) or "_" in text or "`" in text


def entry(number: int, **more: object) -> Entry:
    """An entry with everything."""
    return Entry(
        f"Statement {number}",
        detail="What it says. " * 20,
        quote=Quote("words as spoken", "Kim Yo Jong"),
        chips=("rejects talks with the US",),
        notes=("Nearest precedent: 2020.",),
        links=(Link("KCNA", f"http://www.kcna.kp/{number}"),),
        id=f"S-2021-0622-{number}",
        actions=(Action("run", f"/why S-2021-0622-{number}", "Why"), Action("share", f"S-2021-0622-{number}", "Share")),
        **more,
    )


def message(count: int, **more: object) -> Message:
    """A message of so many entries."""
    section = Section("From Pyongyang", tuple(entry(number) for number in range(count)), "+2 more")
    return Message("Brief", lead="The bottom line.", sections=(section,), footer="small print", kind="cards", **more)


def test_one_sheet_has_title_bottom_line_entries_and_small_print_in_that_order():
    """Reading order is that of the message, and nothing is said by layout alone."""
    (sheet,) = lay_out(message(2), LOOK)

    kinds = [block["type"] for block in sheet.blocks]
    assert kinds[:4] == ["header", "section", "section", "section"]
    assert kinds[-2:] == ["context", "actions"]
    said = "\n".join(texts(list(sheet.blocks)))
    places = [
        said.index(part) for part in ("Brief", "The bottom line.", "From Pyongyang", "words as spoken", "small print")
    ]
    assert places == sorted(places)
    assert "<http://www.kcna.kp/1|KCNA>" in said


def test_a_long_message_is_split_and_nothing_is_lost():
    """Beyond fifty blocks there are further sheets with buttons to them; every entry is on one of them, once."""
    sheets = lay_out(message(40), LOOK)

    said = ["\n".join(texts(list(sheet.blocks))) for sheet in sheets]
    assert len(sheets) > 1
    for number in range(40):
        assert sum(f"S-2021-0622-{number}\n" in f"{text}\n" for text in said) == 1
    assert "On to part 2" in said[0]
    assert "Back to part" in said[-1]
    assert "small print" in said[-1]
    assert "small print" not in said[0]
    assert sum("The bottom line." in text for text in said) == 1


def test_the_text_alone_tells_everything():
    """Notifications and screen readers get title, bottom line, entries and quotations."""
    (sheet,) = lay_out(message(2), LOOK)

    assert sheet.text.startswith("Brief\n\nThe bottom line.")
    assert "words as spoken" in sheet.text
    assert "rejects talks with the US" in sheet.text
    assert len(plain(message(2))) > 300


def test_what_all_can_see_has_nothing_to_share():
    """A posted message offers no sharing, a private one does."""
    private = lay_out(message(1), LOOK)[0]
    public = lay_out(message(1), Look(Catalogue.load(), str))[0]

    def labels(sheet):
        return [
            one["text"]["text"] for block in sheet.blocks if block["type"] == "actions" for one in block["elements"]
        ]

    assert labels(private) == ["Why", "Share"]
    assert labels(public) == ["Why"]


def test_only_a_group_that_an_admin_chose_is_called():
    """The ping stands before text and bottom line; what is no group's id calls nobody."""
    called = lay_out(message(1, ping="S0TEAM"), LOOK)[0]
    nobody = lay_out(message(1, ping="!channel"), LOOK)[0]

    assert called.text.startswith("<!subteam^S0TEAM> ")
    assert called.blocks[1]["text"]["text"].startswith("<!subteam^S0TEAM> ")
    assert "<!" not in str(nobody.blocks)
    assert "<!" not in nobody.text


def test_images_come_with_words():
    """An uploaded image has alt text; one that could not be uploaded is told in words."""
    shown = message(1, images=(Image("Chart: five statements", b"png"),))

    (with_file,) = lay_out(shown, Look(Catalogue.load(), str, pictures={"chart.png": "F1"}))
    (without,) = lay_out(shown, LOOK)

    image = next(block for block in with_file.blocks if block["type"] == "image")
    assert image["alt_text"] == "Chart: five statements"
    assert image["slack_file"] == {"id": "F1"}
    assert "Chart: five statements" in "\n".join(texts(list(without.blocks)))


@pytest.mark.parametrize(
    ("text", "url", "shown"),
    [
        ("KCNA", "http://kcna.kp/a?b=1&c=2", "<http://kcna.kp/a?b=1&amp;c=2|KCNA>"),
        ("38north.org", "https://evil.example/", "<https://evil.example/|38north.org (evil.example)>"),
        ("a|b>c", "https://a.example/x|y>z", "<https://a.example/x%7Cy%3Ez|a¦b&gt;c>"),
        ("run", "javascript:alert(1)", "run"),
        ("", "https://a.example/", "<https://a.example/|a.example>"),
    ],
)
def test_links_lead_where_they_say(text, url, shown):
    """Words that look like another site tell the true one; what is no web address is no link."""
    assert link(text, url) == shown


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("channel <#C0NEWS|news>", "channel C0NEWS"),
        ("add <https://a.example/f?x=1&amp;y=2>", "add https://a.example/f?x=1&y=2"),
        ("add <https://a.example/|a.example>", "add https://a.example/"),
        ("role:<!subteam^S01|@desk>", "role:S01"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("<@U0BEN|ben> said", "U0BEN said"),
    ],
)
def test_what_slack_hands_over_is_read_as_it_was_typed(typed, read):
    """Channels, people, groups and links come as ids and addresses."""
    assert read_typed(typed) == read


@given(st.sampled_from(("run", "turn", "part", "share", "card", "form")), st.text(max_size=3000), st.integers(0, 999))
@settings(max_examples=60)
def test_a_button_remembers_what_it_does(does, line, part):
    """Every press comes back from a button's value, long lines through the store."""
    kept: dict[str, str] = {}

    def keep(text: str) -> str:
        kept["k"] = text
        return "k"

    value = value_of(Press(does, line, part), keep)

    assert len(value) <= LONGEST
    assert read_press(value, kept.get) == Press(does, line, part)


@pytest.mark.parametrize("value", ["", "x|y", "r", "/why S-1", "R|gone"])
def test_a_value_that_is_none_of_ours_does_nothing(value):
    """Foreign or outdated values are known as such."""
    assert read_press(value, lambda _key: None) is None
