"""A message: clean at the joint, readable as plain text, whole as JSON; and the catalogue it speaks from."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.clean import clean, cut, cut_words, one_line, web_address
from bot.briefing.message import Action, Entry, Image, Link, Message, Quote, Section
from bot.briefing.plain import from_json, plain, to_json
from bot.catalogue import Catalogue, languages

HOSTILE = st.text(st.characters(), max_size=200)
ROOT = Path(__file__).resolve().parents[1]


@given(HOSTILE)
def test_no_hidden_character_survives(text):
    """Control, bidirectional, zero-width, private and unassigned characters never reach a reader."""
    told = clean(text)
    assert all(char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in told)
    assert clean(told) == told


def test_bidirectional_tricks_are_undone():
    """A right-to-left override cannot turn a name or an address round."""
    assert one_line("gpj.\u202egnp.exe") == "gpj.gnp.exe"
    assert one_line("Kim\u200b Yo\u2066 Jong\u2069\x1b[31m") == "Kim Yo Jong[31m"


def test_heaped_marks_are_thinned_but_scripts_stay():
    """A tower of combining marks is cut; hangul, Chinese and accents are untouched."""
    assert len(one_line("Z" + "\u0301\u0316\u0317\u0318\u0319\u031a" * 10)) <= 5
    assert one_line("김여정 金与正 Ёлка café") == "김여정 金与正 Ёлка café"
    assert one_line(unicodedata.normalize("NFD", "김여정")) == "김여정"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example",
        "https://",
        "https://a b.example",
        "//a.example",
        "https://a.example/\u202e",
        "http://[bad",
    ],
)
def test_only_web_addresses_become_links(url):
    """Nothing but http and https, without blanks or invisible characters, is ever a link."""
    assert web_address(url) == ""
    assert Link("Outlet", url) == Link("Outlet", "")


@given(HOSTILE.map(one_line), st.integers(1, 80))
def test_cutting_keeps_the_limit_and_the_beginning(text, limit):
    """A cut text has at most the limit's characters and is the text's own beginning."""
    told = cut(text, limit)
    assert len(told) <= limit
    assert told == text or (told.endswith("…") and text.startswith(told[:-1]))


def test_cutting_stops_between_words():
    """A cut falls at a word boundary and shows that something is missing."""
    assert cut("not considering even the possibility", 20) == "not considering…"
    assert cut("하나둘셋넷다섯여섯", 5) == "하나둘셋…"
    assert cut_words("one two three, four", 3) == "one two three…"
    assert cut("short", 5) == "short"


def full_message() -> Message:
    """One of everything."""
    entry = Entry(
        headline="Kim Yo Jong (press statement)",
        detail="A line.\nAnother.",
        quote=Quote("a greater disappointment", "Kim Yo Jong"),
        chips=("rejects talks with the US", "no threat"),
        notes=("Answers Jake Sullivan.",),
        links=(Link("KBS", "https://kbs.example/1"), Link("AP", "https://ap.example/2"), Link("Paper")),
        id="S-2021-0622-1",
        actions=(Action("run", "/why S-2021-0622-1", "Why"),),
        record={"speaker": "kim-yo-jong", "stance": {"us": "rejects"}},
    )
    again = Entry(headline="Ned Price", links=(Link("AP", "https://ap.example/2"),))
    return Message(
        title="Brief",
        lead="Bottom line.",
        sections=(Section("From Pyongyang", (entry,), "+2 more"), Section("Other capitals", (again,))),
        footer="Small print.",
        actions=(Action("share", "S-2021-0622-1", "Share"),),
        images=(Image("A chart of threats by year", b"\x89PNG"),),
        kind="digest",
        private=False,
    )


def test_plain_text_reads_well_alone():
    """Judgements in words, quotations marked, each address once at the end."""
    assert plain(full_message()) == (
        "Brief\n\nBottom line.\n\n"
        "From Pyongyang\n"
        "- Kim Yo Jong (press statement) [S-2021-0622-1]\n"
        "  A line.\n  Another.\n"
        "  “a greater disappointment” (Kim Yo Jong)\n"
        "  rejects talks with the US; no threat\n"
        "  Answers Jake Sullivan.\n"
        "  KBS [1], AP [2], Paper\n"
        "+2 more\n\n"
        "Other capitals\n- Ned Price\n  AP [2]\n\n"
        "A chart of threats by year\n\nSmall print.\n\n"
        "[1] https://kbs.example/1\n[2] https://ap.example/2"
    )
    assert "https" not in plain(full_message(), addresses=False)


def test_json_gives_the_whole_message_back():
    """Nothing is lost on the way through JSON, so that an outbox may keep a message."""
    message = full_message()
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


@settings(max_examples=50)
@given(HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=3))
def test_any_text_goes_through_json_and_plain(title, words, chips):
    """Hostile text neither breaks the forms nor comes back changed."""
    message = Message(title, sections=(Section(words, (Entry(words, quote=Quote(words), chips=tuple(chips)),)),))
    assert from_json(json.loads(json.dumps(to_json(message)))) == message
    assert "\x1b" not in plain(message)


def strings_in(folder: str) -> list[str]:
    """Every string constant of the source files below a folder, f-strings with {} for their values."""
    found: list[str] = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
            if isinstance(node, ast.JoinedStr):
                found.append("".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values))
    return found


def matches(key: str, used: list[str]) -> bool:
    """Whether a key is named in the source: whole, or by an f-string with a dot in its fixed parts."""
    forms = (text for text in used if "." in text and "{}" in text and re.fullmatch(r"[\w.{}-]+", text))
    return key in used or any(re.fullmatch(re.escape(form).replace(r"\{\}", r"[\w-]*"), key) for form in forms)


def own_keys() -> list[str]:
    """The keys of en.yaml itself, without the label names of the codebook."""
    labels = (
        "side.",
        "audience.",
        "channel.",
        "coverage.",
        "carries.",
        "stance.",
        "threat.",
        "tone.",
        "gesture.",
        "theme.",
        "demand.",
        "offer.",
        "novelty.",
    )
    return [key for key in Catalogue.load().keys() if not key.startswith(labels)]  # noqa: SIM118 - a catalogue is no dict


def test_every_text_of_the_catalogue_is_used():
    """No key stands in en.yaml that the program never says."""
    used = strings_in("bot")
    assert [key for key in own_keys() if not matches(key, used)] == []


def test_every_key_that_is_said_exists():
    """No call of say() names a key that the catalogue lacks."""
    catalogue = Catalogue.load()
    said: list[str] = []
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "say"
            if named and node.args and isinstance(node.args[0], ast.Constant):
                said.append(node.args[0].value)
            about = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if about and node.value.startswith(("command.", "option.")):
                said.append(node.value)
    assert len(said) > 80
    assert [key for key in said if key not in catalogue] == []


def test_the_catalogue_counts_and_joins():
    """One and many have their own words; lists and dates read like prose."""
    catalogue = Catalogue.load()
    assert catalogue.say("digest.more", count=1) == "+1 more"
    assert catalogue.say("status.statements", count=2) == "2 statements"
    assert catalogue.joined([]) == ""
    assert catalogue.joined(["a", "b", "c"]) == "a, b and c"
    assert catalogue.day(date(2021, 6, 1), "month") == "June 2021"
    assert catalogue.lapse(timedelta(hours=47)) == "2 days"
    assert catalogue.lapse(timedelta(hours=5)) == "5 hours"


def test_values_are_never_read_as_templates():
    """A title full of braces is said as it is."""
    assert Catalogue.load().say("search.title", query="{who} {0}") == "Search: {who} {0}"


def test_an_unknown_language_is_english():
    """Nobody is left without words."""
    assert Catalogue.load("xx").language == "en"
    assert "en" in languages()
