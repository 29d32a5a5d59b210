"""feeds.yaml: the shipped one, and wrong ones of every sort."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.addresses import clean, join, public
from bot.errors import SettingsError
from bot.sources import Entry, Source, check_source, digest, read_interval, read_sources

SHIPPED = Path(__file__).parents[1] / "feeds.yaml"
GOOD = {"id": "a", "address": "https://example.org/feed", "outlet": "A"}


def test_shipped_feeds_are_sound_and_many():
    """The file that ships has no problem, at least 45 feeds, and all five languages."""
    sources, problems = read_sources(SHIPPED)
    assert problems == []
    assert len(sources) >= 45
    assert {"en", "ko", "ja", "zh", "ru"} == {source.language for source in sources}
    assert {"dprk", "us", "rok", "japan", "china", "russia", "un"} <= {source.side for source in sources}
    assert all(source.group for source in sources)
    assert Counter(source.address for source in sources).most_common(1)[0][1] == 1
    assert {source.id for source in sources if source.kind == "html"} >= {"kcna", "dprk-foreign-ministry"}


def test_defaults_hold_where_an_entry_says_nothing():
    """A default fills what an entry leaves out; the entry's own word wins."""
    text = """
defaults: {interval: 1h, zone: Asia/Seoul, language: ko}
feeds:
  Desk:
    - {id: a, address: "https://example.org/a", outlet: A}
    - {id: b, address: "https://example.org/b", outlet: B, interval: 30s, zone: UTC, page: true}
"""
    (first, second), problems = read_sources(text)
    assert problems == []
    assert (first.interval, first.zone, first.language, first.group) == (timedelta(hours=1), "Asia/Seoul", "ko", "Desk")
    assert (second.interval, second.zone, second.page) == (timedelta(seconds=30), "UTC", True)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("addres: https://example.org/x", "did you mean 'address'"),
        ("url: https://example.org/x", "did you mean 'address'"),
        ("kind: atom", "did you mean 'rss'"),
        ("kind: html", "needs selectors"),
        ("interval: often", "write 30s, 15m or 1h"),
        ("interval: 15", "write 30s, 15m or 1h"),
        ("interval: 0s", "between 1s and 7d"),
        ("zone: Asia/Soul", "zone 'Asia/Soul' is unknown"),
        ("zone: ../../etc/passwd", "is unknown"),
        ("side: north", "unknown side"),
        ("scope: korean", "did you mean 'korea'"),
        ("page: sometimes", "write true or false"),
        ("language: english", "two-letter code"),
        ("address: example.org/feed", "no http or https address"),
        ("id: Has Spaces", "small letters"),
        ("selectors: li", "each with a CSS selector"),
        ("selectors: {item: 'li['}", "no CSS selector"),
        ("selectors: {itme: li}", "did you mean 'item'"),
        ("outlet: [a, b]", "expected text"),
        ("note: !!python/object/apply:os.system [id]", "note"),
    ],
)
def test_wrong_entry_is_named_by_line_and_the_rest_works(line, words):
    """Each slip becomes a problem at the entry's line, in words that help, and costs only that entry."""
    key = line.partition(":")[0]
    kept = "\n      ".join(f"{name}: {value}" for name, value in GOOD.items() if name != key)
    text = (
        f"feeds:\n  Desk:\n    - {kept}\n      {line}\n    - {{id: z, address: 'https://example.org/z', outlet: Z}}\n"
    )
    sources, problems = read_sources(text)
    assert [source.id for source in sources] == ["z"]
    assert any(words in problem.message for problem in problems)
    assert {problem.line for problem in problems} <= {3, 4, 5, 6}


def test_same_id_twice_keeps_the_first():
    """Two entries with one id would share a history: the second is left out and named."""
    text = "feeds:\n" + "".join(f"- {{id: a, address: 'https://example.org/{n}', outlet: A}}\n" for n in (1, 2))
    sources, problems = read_sources(text)
    assert [source.address for source in sources] == ["https://example.org/1"]
    assert [(problem.line, "twice" in problem.message) for problem in problems] == [(3, True)]


def test_missing_parts_are_named():
    """An entry without address or outlet says which is missing."""
    _, problems = read_sources("feeds:\n- id: a\n")
    assert {"a: address is missing", "a: outlet is missing"} == {problem.message for problem in problems}


def test_wrong_default_is_named_and_overlooked():
    """A wrong default is a problem of its own and spoils no entry."""
    sources, problems = read_sources(
        "defaults: {interval: x}\nfeeds:\n- {id: a, address: 'https://e.org', outlet: A}\n"
    )
    assert [source.interval for source in sources] == [timedelta(minutes=15)]
    assert "defaults" in str(problems[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("feeds: [", "line 1"),
        ("a: 1\nb: }", "line 2"),
        ("", "feeds"),
        ("- x", "feeds"),
        ("defaults: {}", "no `feeds:`"),
        ("\x00", "line 1"),
    ],
)
def test_unreadable_file_is_told_as_a_whole(text, words):
    """A file that is no YAML, or has no feeds, stops the start with its name and line."""
    with pytest.raises(SettingsError, match=words):
        read_sources(text)


def test_file_that_is_not_there_says_how_to_name_another(tmp_path):
    """A missing file names the setting that points to it; a file in another encoding is told of too."""
    with pytest.raises(SettingsError, match="BRIEFBOT_FEEDS"):
        read_sources(tmp_path / "none.yaml")
    odd = tmp_path / "odd.yaml"
    odd.write_bytes("feeds: 조선".encode("cp949"))
    with pytest.raises(SettingsError, match="cannot be read"):
        read_sources(odd)


def test_feed_from_chat_is_checked_alike():
    """A plain mapping goes through the same checks, without a line."""
    source, problems = check_source(GOOD | {"interval": "5m"})
    assert isinstance(source, Source)
    assert problems == []
    source, problems = check_source({"adress": "x"})
    assert source is None
    assert all(problem.line == 0 and not str(problem).startswith("line") for problem in problems)


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1), ("15m", 900), ("1h30m", 5400), (" 2 H ", 7200), ("1d", 86400)]
)
def test_intervals_go_down_to_a_second(text, seconds):
    """Spans are numbers with units, also together."""
    assert read_interval(text).total_seconds() == seconds


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=80)
    | st.text(alphabet="feds:-[]{} \n\"'&*!|>#a1", max_size=60).map(lambda tail: f"feeds:\n {tail}")
)
def test_any_text_is_read_or_refused_in_words(text):
    """Whatever stands in the file, the outcome is sources and problems or a SettingsError."""
    try:
        read_sources(text)
    except SettingsError:
        return


def test_only_tracking_parameters_are_stripped():
    """``utm_`` goes, everything else stays: an article's id often stands in the query."""
    assert (
        clean("https://e.org/a?id=7&utm_source=x&b=%ea%b9%80&UTM_medium=y#top")
        == "https://e.org/a?id=7&b=%ea%b9%80#top"
    )
    assert clean("https://e.org/a?utm_source=x") == "https://e.org/a"
    assert clean("https://e.org/a#utm_source=rss") == "https://e.org/a"


def test_links_are_made_absolute_or_dropped():
    """Only links that lead to web pages remain."""
    assert join("https://e.org/x/y", " ../z\n ") == "https://e.org/z"
    assert [join("https://e.org/", link) for link in ("javascript:x()", "mailto:a@e.org", "http://[")] == ["", "", ""]


def test_addresses_in_messages_have_no_password():
    """User name and password are taken out, also from an address that cannot be parsed."""
    assert public("https://me:pw@e.org:8/a?b") == "https://e.org:8/a?b"
    assert "pw" not in public("http://me:pw@[e.org/")


def test_digest_tells_whether_exactly_this_was_processed():
    """Digests are equal for equal words, differ for others, and fill themselves in."""
    assert digest("Title", "<p>one  two</p>") == digest("title", "one two")
    assert digest("Title", "one two") != digest("Title", "one two three")
    assert Entry("https://e.org", "Title", summary="one").digest == digest("Title", "one")
