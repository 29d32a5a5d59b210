"""From pages and feed contents to items: golden documents side by side, furniture, damage, teasers."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.extract import extract, text_of
from bot.fetch import Fetched
from bot.furniture import splices, unspliced, without_furniture
from bot.language import language_of
from bot.repair import repaired
from bot.sources import Entry, Source, check_source
from store.records import Stamp

DATA = Path(__file__).parent / "data" / "extract"
NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)
SOURCE = Source("x", "https://example.org/feed", "X")
ENTRY = Entry("https://example.org/1", "Envoy waits for an answer", published=Stamp(date(2021, 6, 22)))


def page(markup):
    """A fetched page."""
    return Fetched("https://example.org/1", markup.encode(), "text/html; charset=utf-8")


def read_golden(file):
    """The golden case: page, entry and source as extract wants them, and the whole record."""
    golden = json.loads(file.read_text(encoding="utf-8"))
    source, problems = check_source(golden["source"])
    assert source is not None, problems
    fields = dict(golden["entry"])
    if stamp := fields.pop("published", None):
        at = datetime.fromisoformat(stamp[1]) if stamp[1] else None
        fields["published"] = Stamp(date.fromisoformat(stamp[0]), at, stamp[2])
    body = (DATA / golden["page"]).read_bytes() if golden["page"] else None
    fetched = Fetched(fields["url"], body, golden["content_type"]) if body else None
    return fetched, Entry(**fields), source, golden


def told(item):
    """What the golden files say of an item."""
    published = [item.published.day.isoformat(), item.published.guessed]
    return {
        "title": item.title,
        "text": item.text.split("\n"),
        "teaser": item.teaser,
        "language": item.language,
        "published": published,
    }


@pytest.mark.parametrize("file", sorted(DATA.glob("*.expected.json")), ids=lambda file: file.name.partition(".")[0])
def test_document_gives_the_item_beside_it(file):
    """Each golden document becomes exactly the item written beside it."""
    fetched, entry, source, golden = read_golden(file)
    assert told(extract(fetched, entry, source, NOW)) == golden["item"]


def test_extraction_downloads_nothing(monkeypatch):
    """Reading a page full of addresses opens no connection."""

    def refuse(*_arguments):
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    fetched, entry, source, _ = read_golden(DATA / "tabloid-page.expected.json")
    assert extract(fetched, entry, source, NOW).text


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("Peopleâ€™s", "People’s"),
        ("People鈥檚 choice", "People’s choice"),
        ("(AP) 鈥 Kim", "(AP) — Kim"),
        ("10┬╗", "10»"),
        ("donΓÇÖt", "don’t"),
        ("вЂњслово", "“слово"),
        ("cafÃ© Ã\u00a0 la carte", "café à la carte"),
        ("PeopleÃ¢â‚¬â„¢s", "People’s"),
        ("it&amp;rsquo;s &#8220;x&#8221;", "it’s “x”"),
        ("no\u200bthing\u00a0new", "nothing new"),
        ("북한\u3000담화", "북한 담화"),
    ],
)
def test_encoding_damage_is_repaired(damaged, whole):
    """Text read in a wrong encoding somewhere on its way is put right."""
    assert repaired(damaged) == whole


@pytest.mark.parametrize(
    "text", ["São Paulo, “Â” ça va", "SÃO", "朝鲜外务省发言人", "김여정은 담화에서", "Ким Ё Чжон", "a & b < c", "500 €"]
)
def test_honest_text_is_left_alone(text):
    """Letters that only look like damage stay."""
    assert repaired(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "NORTH COAST BEST NOT MAKE ANY MORE THREATS TO ITS NEIGHBOURS",
        "He wanted MORE and got less.",
        "Tam Okello and Tam Okello Junior asked for MORE time.",
        "Voss met Okello. Voss said MORE would follow.",
    ],
)
def test_sentences_that_only_resemble_splices_stay_whole(text):
    """A repeated name or the word MORE alone is no junk."""
    assert unspliced(text) == text


def test_splices_are_given_by_offset():
    """The junk runs from the repeated name to MORE, so that offsets in the given text can be kept."""
    text = "Minister Ada ReedAda ReedFirst headline here Second one MORE said no."
    ((start, end),) = splices(text)
    assert text[:start] + text[end:] == "Minister Ada Reed said no."


@pytest.mark.parametrize(
    "line",
    [
        "Share", "Share this article", "Tweet | Email | Print", "RELATED: Ten hotels",
        "More news: Singer buys island", "READ MORE",
        "Don’t Miss: the cat", "See also: harbours", "Sign up for our newsletter", "ADVERTISEMENT",
        "Photo: K. Painter / Agency",
        "FILE - The hall in 2018.", "A guard walks by the hall. (Photo by K. Painter/Getty Images)",
        "© 2021 The Paper",
        "The post Envoy waits appeared first on Lantern.", "관련기사: 회담장은 어디로", "[사진=연합뉴스]",
        "관련 뉴스", "Читайте также: другая новость",
        "シェア", "Continue reading…", "Envoy waits for an answer | The Paper",
    ],
)  # fmt: skip
def test_furniture_lines_go(line):
    """Related links, share bars, credits, notices: such a line goes, its neighbours stay."""
    body = ["The envoy said that he would wait.", line, "Nobody answered on Tuesday."]
    assert without_furniture("\n".join(body), ENTRY.title).split("\n") == [body[0], body[2]]


@pytest.mark.parametrize(
    "line",
    [
        "Pyongyang, June 22 (KCNA) -- The spokesman said this.", "-0-", "Share prices fell after the test.",
        "Related talks on trade went nowhere, the minister said.",
        "“The photo shows nothing,” he said of the picture. (Yonhap)",
        "Comments by the minister drew criticism.", "More news is expected on Friday.",
        "He said: “Read more of our statements.”",
        "Photo opportunities are not talks, she said.",
        "He made a speech there. (a photo accompanied)", "Recommended steps were ignored by both capitals.", "X",
        "Yes.",
    ],
)  # fmt: skip
def test_sentences_that_resemble_furniture_stay(line):
    """A rule that is unsure keeps the line: datelines, closing marks, sentences that begin alike."""
    body = ["The envoy said that he would wait.", line, "Nobody answered on Tuesday."]
    wanted = [part for part in body if part != "X"]  # the name of a network, alone on its line
    assert without_furniture("\n".join(body)).split("\n") == wanted


def test_comments_end_the_text_only_behind_an_article():
    """What follows a comment marker goes; a marker above the article is a link, and the article stays."""
    article = "\n".join(
        f"Paragraph {number} of the article says something of its own about the talks." for number in range(6)
    )
    assert without_furniture(f"{article}\n12 Comments\nBob: no") == article
    assert without_furniture(f"Comments\n{article}") == article


@pytest.mark.parametrize(
    ("fields", "teaser"),
    [
        ({"content": "<p>He spoke.</p><p>She spoke.</p>"}, False),
        ({"content": "He spoke and then he"}, True),
        ({"content": "He spoke. […]"}, True),
        ({"content": "He spoke. Continue reading…"}, True),
        ({"summary": "He spoke."}, True),
        ({"summary": "<p>He spoke.</p><p>She spoke.</p>"}, False),
        ({"summary": "Pyongyang, June 22 (KCNA) -- He spoke. -0-"}, False),
        ({}, True),
    ],
)
def test_excerpts_are_called_teasers(fields, teaser):
    """Short descriptions, cut sentences and ellipses are excerpts; finished texts are not."""
    assert extract(None, replace(ENTRY, digest="", **fields), SOURCE, NOW).teaser is teaser


def test_missing_page_leaves_a_teaser():
    """Where the article page should have been read and could not, the feed's words are an excerpt."""
    item = extract(None, replace(ENTRY, content="<p>He spoke.</p><p>So it was.</p>"), replace(SOURCE, page=True), NOW)
    assert item.teaser
    assert item.text == "He spoke.\nSo it was."


def test_paywalled_page_is_a_teaser():
    """A page that breaks off before "become a member" is an excerpt."""
    body = "".join(
        f"<p>The envoy waits for an answer, paragraph {number}, and nothing comes.</p>" for number in range(5)
    )
    wall = "<p>The envoy then went to the</p></article><div>Already a member? Log in</div>"
    markup = f"<html><body><article>{body}{wall}</body></html>"
    assert extract(page(markup), ENTRY, SOURCE, NOW).teaser


def test_language_is_the_sources_or_seen_in_the_script():
    """The source decides; else the script tells."""
    assert extract(None, replace(ENTRY, content="북한"), replace(SOURCE, language="en"), NOW).language == "en"
    texts = {"ko": "외무성 담화", "ja": "外務省の談話", "zh": "外务省谈话", "ru": "Заявление МИД", "en": "A statement"}
    assert {code: language_of(text) for code, text in texts.items()} == {code: code for code in texts}


def test_deep_and_broken_markup_is_read():
    """Markup nested ten thousand deep, unclosed or full of comments gives text and no error."""
    assert "end" in text_of("<div>" * 10_000 + "end")
    assert text_of("<p>a<!-- b --><br>c<p>d<script>e</script>f") == "a\nc\ndf"


PARTS = ["<p>", "<div class='share'>", "</p>", "MORE", "Comments\n", "<!--", "<svg>", "a b "]


@settings(max_examples=80, deadline=None)
@example("\x00")
@example("<p>\ud7ff&#0;&#1;</p>")
@example("<table><tr><td>x<select><p>y")
@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(["<p>", "<div class='share'>", "</p>", "MORE", "Comments\n", "<!--", "<svg>", "a b "])
    ).map("".join)
)
def test_any_markup_gives_an_item(markup):
    """Whatever a page or a feed holds, extraction gives an item that can be stored."""
    item = extract(page(markup), replace(ENTRY, content=markup, digest=""), SOURCE, NOW)
    assert "\x00" not in item.text
    assert all(line == line.strip() and line for line in item.text.split("\n")) or item.text == ""
