"""Documents of every source kind, read as the files beside them say; and documents that are none."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.charset import decode
from bot.errors import ParseError
from bot.kinds import KINDS
from bot.sources import KIND_NAMES, Selectors, Source, check_source, read_sources

DATA = Path(__file__).parent / "data" / "kinds"
NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)
RSS = Source("x", "https://example.org/feed", "X")
LIST = Source("x", "https://example.org/", "X", kind="html", selectors=Selectors(item="li", date="i", title="b"))
ITEM = b"<item><title>One</title><link>https://example.org/1</link></item>"


def told(entries):
    """Entries as the golden files write them: empty fields left out, digests too (they follow from the rest)."""
    rows = []
    for entry in entries:
        row = {key: value for key, value in asdict(entry).items() if value and key != "digest"}
        if entry.published:
            at = entry.published.at.isoformat() if entry.published.at else None
            row["published"] = [entry.published.day.isoformat(), at, entry.published.guessed]
        rows.append(row)
    return rows


@pytest.mark.parametrize("file", sorted(DATA.glob("*.expected.json")), ids=lambda file: file.name.partition(".")[0])
def test_document_gives_the_entries_beside_it(file):
    """Each golden document is read into exactly the entries written beside it."""
    golden = json.loads(file.read_text(encoding="utf-8"))
    source, problems = check_source(golden["source"])
    assert source is not None, problems
    body = (DATA / golden["document"]).read_bytes()
    now = datetime.fromisoformat(golden["now"])
    entries = KINDS[source.kind](body, source, content_type=golden["content_type"], now=now)
    assert told(entries) == golden["entries"]


def test_every_kind_that_feeds_yaml_may_name_can_be_read():
    """The names that feeds.yaml is checked against are those that KINDS serves."""
    assert set(KINDS) == set(KIND_NAMES)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<!DOCTYPE html><html><head><title>Just a moment</title></head><body>no</body></html>", "Just a moment"),
        (b"\n<!-- hi --><HTML><body>no feed</body></HTML>", "web page"),
        (b"plain words", "neither RSS nor Atom"),
        (b'{"items": []}', "neither RSS nor Atom"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel><title>cut", "breaks off"),
    ],
)
def test_what_is_no_feed_is_told_in_words(body, words):
    """An answer that is no feed becomes a ParseError that says what came instead."""
    with pytest.raises(ParseError, match=words):
        KINDS["rss"](body, RSS, now=NOW)


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"a": 1}', b"{", b"[" * 100_000, b'{"items": 3}'])
def test_what_is_no_json_feed_is_told_in_words(body):
    """Other JSON, broken JSON and web pages become a ParseError for the json kind."""
    with pytest.raises(ParseError):
        KINDS["json"](body, RSS, now=NOW)


def test_list_page_that_changed_its_form_is_an_error_and_not_silence():
    """A list page in which the selector finds nothing says so: a silent source would never be noticed."""
    with pytest.raises(ParseError, match="has the page changed"):
        KINDS["html"](b"<html><body><p>new design</p></body></html>", LIST, now=NOW)


def test_feed_without_entries_is_an_empty_list():
    """A proper feed without entries is read as such, which the caller can count."""
    assert KINDS["rss"](b'<rss version="2.0"><channel><title>t</title></channel></rss>', RSS, now=NOW) == []


def test_cut_off_feed_gives_what_came():
    """Entries before the break are kept."""
    body = b'<rss version="2.0"><channel>' + ITEM + b"<item><title>Tw"
    entries = KINDS["rss"](body, RSS, now=NOW)
    assert entries[0].url == "https://example.org/1"


def test_same_entry_twice_is_one():
    """A feed that repeats an entry gives it once."""
    body = b'<rss version="2.0"><channel>' + ITEM * 3 + b"</channel></rss>"
    assert len(KINDS["rss"](body, RSS, now=NOW)) == 1


def test_digest_overlooks_markup_but_not_words():
    """Spacing and tags leave an entry's digest alone; a changed word does not."""

    def digest_of(description):
        body = f'<rss version="2.0"><item><title>T</title><description>{description}</description></item></rss>'
        return KINDS["rss"](body.encode(), RSS, now=NOW)[0].digest

    assert digest_of("a  b &lt;p&gt;c&lt;/p&gt;") == digest_of("A b\n&lt;b&gt;c&lt;/b&gt;") != digest_of("a b d")


def test_no_kind_reaches_for_network_or_files(monkeypatch, tmp_path):
    """A document that names addresses, or is itself the name of one or of a file, makes nobody open it."""
    secret = tmp_path / "secret.xml"
    secret.write_text('<rss version="2.0"><item><title>SECRET</title></item></rss>', encoding="utf-8")

    def refuse(*_arguments):
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    external = (
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]><rss version="2.0"><item><title>&x;</title></item></rss>'
    )
    for body in (b"http://example.org/feed", str(secret).encode(), external.encode()):
        for parse in KINDS.values():
            try:
                entries = parse(body, LIST, now=NOW)
            except ParseError:
                continue
            assert "SECRET" not in str(entries)


def test_entity_bomb_is_harmless():
    """A document whose entities would unfold to gigabytes is refused, or read without them."""
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "{"x" * 50}">{lines}]><rss version="2.0"><channel>'
    body = (bomb + "<item><title>&e9;</title></item></channel></rss>").encode()
    try:
        entries = KINDS["rss"](body, RSS, now=NOW)
    except ParseError:
        entries = []
    assert sum(len(entry.title) for entry in entries) < 10_000


FRAGMENTS = st.sampled_from(
    ["<rss>", "<item>", "</item>", "<title>", "]]>", "<![CDATA[", "&x;", "&#0;", "<a href='http://[::1'>",
     "<entry xml:base='http://['>",
     "<link href='//'/>", "<pubDate>", "31 Jun 0000", "<li><a href='x'>", "<i>", "9999999999999",
     "<!DOCTYPE", "<?xml encoding='utf-7'?>",
     '{"items":[', '{"id":1e999}', "]}", "\ud7ff", "\x00",
     "<feed xmlns='http://www.w3.org/2005/Atom'>", "<content type='xhtml'>"]
)  # fmt: skip
BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(FRAGMENTS, st.text(max_size=12)), max_size=25).map(
        lambda parts: "".join(parts).encode("utf-8", "ignore")
    ),
)


@pytest.mark.parametrize("kind", KIND_NAMES)
@settings(max_examples=70, deadline=None)
@example(b'<rss version="2.0"><item><link>http://[::1</link><title>t</title></item></rss>')
@example(b'<?xml version="1.0" encoding="base64"?><rss><item><title>t</title></item></rss>')
@example(b'{"items": [{"id": 1e400, "title": "\\ud800", "url": "http://["}]}')
@example(b'{"items": [{"title": "a\\u0000b", "content_text": "\\u0001"}]}')
@example(b"<li><a href='http://['>x</a><i>31 June 2021</i></li>")
@given(BYTES)
def test_any_bytes_give_entries_or_a_parse_error(kind, body):
    """Whatever comes, a kind gives entries that can be stored, or a ParseError, and nothing else."""
    try:
        entries = KINDS[kind](body, LIST, now=NOW)
    except ParseError:
        return
    for entry in entries:
        assert entry.title
        assert entry.url.startswith(("http://", "https://"))
        stored = entry.title + entry.content + entry.summary + entry.guid
        assert "\x00" not in stored
        assert stored.encode("utf-8").decode("utf-8") == stored


@given(st.binary(max_size=200), st.sampled_from(["", "ko", "ja", "zh", "ru"]), st.text(max_size=30))
@settings(max_examples=70, deadline=None)
def test_any_bytes_can_be_decoded(body, language, content_type):
    """Decoding never fails and leaves no control characters."""
    assert "\x00" not in decode(body, content_type=content_type, language=language)


@pytest.mark.parametrize(
    ("text", "encoding", "declared", "language"),
    [
        ("김여정 부부장 담화", "cp949", "iso-8859-1", "ko"),
        ("김여정 부부장 담화", "utf-8", "euc-kr", "ko"),
        ("朝鮮中央通信", "euc_jp", "euc-jp", "ja"),
        ("朝鮮中央通信は伝えた", "cp932", "", "ja"),
        ("朝鲜外务省", "gb18030", "gb2312", ""),
        ("Заявление МИД", "koi8-r", "koi8-r", "ru"),
        ("naïve “quotes”", "cp1252", "iso-8859-1", "en"),
        ("北朝鮮", "utf-16", "", ""),
    ],
)
def test_encodings_are_recognised(text, encoding, declared, language):
    """Wrong, missing and right declarations all lead to the text that was written."""
    body = f'<meta charset="{declared}">{text}'.encode(encoding)
    assert decode(body, language=language).endswith(text)


def test_damaged_bytes_do_not_spoil_the_rest():
    """One broken byte in UTF-8 costs one character, not the encoding."""
    body = "김여정 부부장은 담화를 발표하였다".encode() + b"\xff" + "끝".encode()
    assert decode(body, language="ko") == "김여정 부부장은 담화를 발표하였다\ufffd끝"


def test_shipped_list_pages_have_selectors_that_work():
    """The selectors in feeds.yaml run on a real page, and say when they find nothing."""
    sources, _ = read_sources(Path(__file__).parents[1] / "feeds.yaml")
    pages = [source for source in sources if source.kind == "html"]
    assert pages
    for source in pages:
        with pytest.raises(ParseError, match="finds no entry"):
            KINDS["html"](b"<html><body><p>nothing here</p></body></html>", source, now=NOW)
