"""Messages laid out for Discord: within every documented limit, and harmless, whatever is in them."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.briefing.message import Action, Attachment, Entry, Image, Link, Message, Quote, Section
from bot.catalogue import Catalogue
from bot.platforms.discord_parts.escaping import escape, fitted, link, size
from bot.platforms.discord_parts.layout import lay_out, without_embeds
from bot.platforms.discord_parts.pressing import Press, custom_id, read_press
from bot.platforms.discord_parts.sending import changes, parameters
from bot.platforms.discord_parts.sheet import Sheet
from tests.servers.discord import limits
from tests.servers.discord.world import unmarked

ENGLISH = Catalogue.load()
NASTY = st.sampled_from(
    [
        "@everyone", "<@123>", "<@&5>", "<#9>", "<t:0:R>", "<:smile:1>", "</ban:1>", "[click](https://evil.example)",
        "||spoiler||", "```\n", "`x`", "**bold**", "__u__", "~~s~~", "# head", "\n- item", "\n1. one", "\n> quote",
        "\n-# small", "\\", "https://evil.example/x", "\u202e", "\u200b",
        "🧨", "김여정", "word " * 220, "x" * 1300, ")", "](",
    ]
)  # fmt: skip
TEXT = st.lists(st.one_of(NASTY, st.text(max_size=20)), max_size=4).map("".join)
URL = st.one_of(
    st.sampled_from(["https://a.example/(x)[y]?q=1#z", "javascript:alert(1)", "http://" + "a" * 900, ""]), TEXT
)
ACTION = st.builds(Action, st.sampled_from(["run", "share", "open"]), TEXT.map(lambda text: f"/{text}"[:300]), TEXT)
ENTRY = st.builds(
    Entry,
    TEXT,
    detail=TEXT,
    quote=st.none() | st.builds(Quote, TEXT, TEXT),
    chips=st.lists(TEXT, max_size=4).map(tuple),
    notes=st.lists(TEXT, max_size=5).map(tuple),
    links=st.lists(st.builds(Link, TEXT, URL), max_size=5).map(tuple),
    id=TEXT,
    actions=st.lists(ACTION, max_size=6).map(tuple),
)
SECTION = st.builds(Section, TEXT, st.lists(ENTRY, max_size=6).map(tuple), TEXT)
MESSAGE = st.builds(
    Message,
    TEXT,
    lead=TEXT,
    sections=st.lists(SECTION, max_size=2).map(tuple),
    footer=TEXT,
    actions=st.lists(ACTION, max_size=7).map(tuple),
    kind=st.sampled_from(["digest", "cards", "list", "question", "problem"]),
)
LINKS = re.compile(r"\[(?:\\.|[^\[\]\\])*\]\(https?://[^\s()<>\\]+\)")
ESCAPES = re.compile(r"\\.", re.DOTALL)


def body(sheet: Sheet, *, embeds: bool = True) -> dict:
    """The request body that a sheet becomes."""
    told = parameters(sheet, lambda line: f"{abs(hash(line)):024d}"[:24], embeds=embeds)
    view = told.pop("view", None)
    shown = {"content": told["content"], "embeds": [embed.to_dict() for embed in told["embeds"]]}
    return shown | {"components": view.to_components() if view else [], "allowed_mentions": {"parse": []}}


def harmless(text: str) -> bool:
    """Whether nothing is left that Discord would act on, apart from the marks that the layout itself makes."""
    # What is escaped is shown: it stands for a letter, so that nothing after it begins a line.
    bare = ESCAPES.sub("x", LINKS.sub("", re.sub(r"^(\*\*)?\d+\. ", "", text, flags=re.MULTILINE)))
    lines = [line.removeprefix("-# ").removeprefix("> ") for line in bare.split("\n")]
    bare = "\n".join(lines).replace("**", "").replace("`", "")
    return not re.search(r"[@<>*_~|\[\]#]|://|^\s*(?:[-+]\s|\d+\.\s)", bare, re.MULTILINE)


def escaped_code(text: str) -> int:
    """How many live backticks there are."""
    return ESCAPES.sub("", LINKS.sub("", text)).count("`")


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(MESSAGE, st.sampled_from(["", "/statement kim", "/search " + "word " * 60]))
def test_every_limit_holds_for_any_message(message, line):
    """2,000, 4,096 and 6,000 characters, ten embeds, five rows, custom ids: never more, on no sheet."""
    for sheet in lay_out(message, ENGLISH, line=line):
        shown = body(sheet)

        assert list(limits.message(shown | {"content": shown["content"] or "-"})) == []
        assert size(without_embeds(sheet)) <= limits.CONTENT


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(MESSAGE)
def test_nothing_in_a_text_can_do_anything(message):
    """No emphasis, list, heading, mention, time, spoiler or hidden link survives in any text."""
    for sheet in lay_out(message, ENGLISH, line="/help"):
        shown = body(sheet)
        texts = [shown["content"]]
        for embed in shown["embeds"]:
            texts += [embed.get("title", ""), embed.get("description", "")]
        for text in texts:
            assert harmless(text), text
            assert escaped_code(text) % 2 == 0


@settings(max_examples=150)
@given(st.one_of(TEXT, st.text(max_size=300)))
def test_escaping_shows_the_same_words(text):
    """What a reader sees is what was written."""
    assert unmarked(escape(text)) == text


@settings(max_examples=150)
@given(st.text(max_size=400), st.integers(1, 300))
def test_cut_text_fits_and_ends_in_no_half_escape(text, most):
    """A cut never leaves a backslash that would swallow what follows it."""
    shown = fitted(text, most)

    assert size(shown) <= most
    assert ESCAPES.sub("", shown).count("\\") == 0


@pytest.mark.parametrize(
    ("text", "url", "shown"),
    [
        ("KCNA", "http://kcna.kp/a", "[KCNA](http://kcna.kp/a)"),
        ("KCNA", "javascript:alert(1)", "KCNA"),
        (
            "a](https://evil.example)",
            "https://a.example/",
            r"[a\](https\://evil.example) (a.example)](https://a.example/)",
        ),
        ("kcna.kp", "https://evil.example/", "[kcna.kp (evil.example)](https://evil.example/)"),
        ("x", "https://a.example/(1)", "[x](https://a.example/%281%29)"),
        ("x", "https://북한.example/길", "[x](https://xn--pr3b894b.example/%EA%B8%B8)"),
    ],
)
def test_a_link_leads_where_it_says(text, url, shown):
    """Words that name another site are followed by the site that is meant; nothing can end the link early."""
    got = link(text, url)

    assert got == shown or (text.startswith("a]") and got.endswith("(https://a.example/)"))


def test_cards_stand_apart_and_their_buttons_name_them():
    """Each statement has a panel of its own, numbered as its buttons are, so that a listener knows which is which."""
    entries = tuple(
        Entry(f"Statement {n}", actions=(Action("run", f"/why S-{n}", "Why"), Action("share", f"S-{n}", "Share")))
        for n in range(3)
    )
    sheet = lay_out(Message("Found", sections=(Section("", entries),), kind="cards"), ENGLISH)[0]

    assert [panel.title for panel in sheet.panels] == ["1. Statement 0", "2. Statement 1", "3. Statement 2"]
    assert [button.label for button in sheet.rows[1]] == ["Why (2)", "Share (2)"]
    assert sheet.rows[1][1].press == Press("share", number=2)


def test_what_does_not_fit_is_a_button_away():
    """A long answer is laid out on several sheets, each naming the next; together they hold every entry."""
    entries = tuple(Entry(f"Entry {n}", detail="words " * 150) for n in range(20))
    sheets = lay_out(Message("Long", sections=(Section("All", entries),)), ENGLISH, line="/help")
    text = "".join(panel.text for sheet in sheets for panel in sheet.panels)

    assert len(sheets) > 1
    assert all(f"Entry {n}" in text for n in range(20))
    assert sheets[0].rows[-1][0].label == f"On to part 2 of {len(sheets)}"
    assert sheets[1].rows[-1][0].press == Press("part", "/help", 1)


def test_a_post_says_how_much_it_leaves_out():
    """In a channel there is no line to go on with: the first sheet names the number of entries left."""
    entries = tuple(Entry(f"Entry {n}", detail="words " * 150) for n in range(20))
    sheets = lay_out(Message("Long", sections=(Section("", entries),)), ENGLISH)

    assert re.search(r"\\\+?\+\d+ more$|\+\d+ more$", sheets[0].panels[-1].text)


def test_long_text_is_cut_at_a_word_with_a_link_to_the_rest():
    """The cut text ends with an ellipsis and leads to the source."""
    entry = Entry("Head", detail="word " * 2000, links=(Link("KCNA", "http://kcna.kp/a"),))
    panel = lay_out(Message("T", sections=(Section("", (entry,)),)), ENGLISH)[0].panels[0]

    assert "word… [read on](http://kcna.kp/a)" in panel.text


def test_images_have_alt_text_and_files_come_along():
    """A chart is shown with words for those who cannot see it."""
    message = Message(
        "Chart",
        sections=(Section("", (Entry("x"),)),),
        images=(Image("Threats by month: 3, 4, 9", b"png", "c.png"),),
        files=(Attachment("feeds.opml", b"<opml/>"),),
    )
    made = parameters(lay_out(message, ENGLISH)[0], str)

    assert [(one.filename, one.description) for one in made["files"]] == [
        ("c.png", "Threats by month: 3, 4, 9"),
        ("feeds.opml", None),
    ]
    assert made["embeds"][0].image.url == "attachment://c.png"


def test_only_the_chosen_role_is_called():
    """A ping names one role and lets no other text ping."""
    made = parameters(lay_out(Message("Alert", lead="@everyone", ping="42"), ENGLISH)[0], str)

    assert made["content"].startswith("<@&42> ")
    assert made["allowed_mentions"].to_dict() == {"parse": [], "roles": [42]}


def test_an_edit_takes_away_what_is_gone():
    """Buttons, embeds and files that the new message does not have disappear."""
    made = changes(lay_out(Message("Plain"), ENGLISH)[0], str)

    assert (made["view"], made["embeds"], made["attachments"]) == (None, [], [])


@given(
    st.text(max_size=300), st.sampled_from(["run", "turn", "part", "share"]), st.integers(0, 24), st.integers(0, 200)
)
def test_a_button_carries_its_line_through_a_restart(line, does, place, number):
    """Whatever the line, the custom_id is short enough and gives it back."""
    kept: dict[str, str] = {}

    def keep(text: str) -> str:
        kept["k" * 24] = text
        return "k" * 24

    text = custom_id(Press(does, line, number), place, keep)

    assert 1 <= limits.size(text) <= limits.CUSTOM_ID
    assert read_press(text, kept.get) == Press(does, line, number)


@given(st.text(max_size=100))
def test_foreign_custom_ids_are_no_press_of_ours(text):
    """A custom_id of another making is read as a press or as nothing, never as an error."""
    read_press(text, lambda _key: None)
