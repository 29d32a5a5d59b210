"""Searching statements and items, with whatever people type."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Store
from store.query import holds, understand
from store.records import Item, Quotation, Stamp, Statement
from store.writes import Change

SEEN = datetime(2021, 6, 22, 12, tzinfo=UTC)


def statement(speaker, day, summary="", words="", text=""):
    """A statement with so much as a search looks at."""
    quotes = (Quotation(words),) if words else ()
    return Statement(speaker, date.fromisoformat(day), "dprk", summary=summary, quotes=quotes, text=text)


@pytest.fixture(scope="module")
def store():
    """A few statements and items in several scripts."""
    item = Item(
        "wire", "https://example.org/1", "Café talks", "The envoy spoke of sanctions.", Stamp(date(2021, 6, 22)), SEEN
    )
    statements = (
        statement("kim-yo-jong", "2021-06-22", "She shuts the door on talks.", "a wrong expectation"),
        statement("kim-jong-un", "2021-06-17", "He is ready.", "prepared for both dialogue and confrontation"),
        statement("mfa", "2021-01-02", "About sanctions.", text="The sanction regime; confrontation, then dialogue."),
        statement("lee-in-young", "2021-06-23", "김여정은 대화를 거부했다", "핵무력정책에 대하여"),
        statement("wang-yi", "2021-06-24", "朝鲜半岛无核化", "中国支持对话"),
    )
    with Store.open(":memory:") as opened:
        opened.save(Change(items=(item,), statements=statements))
        yield opened


def found(store, query, **options):
    """Speakers of what is found, best first."""
    return [one.speaker for one, _ in store.search(query, **options)]


@pytest.mark.parametrize(
    ("query", "speakers"),
    [
        ("expectation", ["kim-yo-jong"]),
        ("kim yo jong", ["kim-yo-jong"]),
        ("kim-yo-jong", ["kim-yo-jong"]),
        ("sanctions", ["mfa"]),
        ("sanction", ["mfa"]),
        ("DIALOGUE confrontation", ["kim-jong-un", "mfa"]),
        ('"dialogue and confrontation"', ["kim-jong-un"]),
        ("“dialogue and confrontation”", ["kim-jong-un"]),
        ('"dialogue and confrontation', ["kim-jong-un"]),
        ("김여정", ["lee-in-young"]),
        ("핵무력", ["lee-in-young"]),
        ("核化", ["wang-yi"]),
        ("confro", []),
        ("confro*", ["kim-jong-un", "mfa"]),
        ('"dialogue and con*"', ["kim-jong-un"]),
        ("对话 朝鲜", ["wang-yi"]),
        ("无核化 sanctions", []),
        ("nothing-of-the-kind", []),
    ],
)
def test_words_phrases_and_scripts(store, query, speakers):
    """Every word must be there; phrases stand together; hangul is found with particles, Han inside a run."""
    assert sorted(found(store, query)) == sorted(speakers)


@pytest.mark.parametrize("query", ["", "   ", '"', '""', "***", "- - ()", "\x00", "\ud800", "。、", "__"])
def test_a_query_without_words_finds_nothing(store, query):
    """Neither everything nor an error."""
    assert store.search(query) == []
    assert store.search_items(query) == []
    assert store.statements(text=query) == []


@pytest.mark.parametrize(
    "query", ["talks AND", "NOT talks", "summary:talks", "NEAR(talks door)", "*talks", "talks'; DROP"]
)
def test_query_syntax_is_only_words(store, query):
    """What FTS5 would take for an operator or a column is a word like any other."""
    assert found(store, query) in ([], ["kim-yo-jong"])


@settings(max_examples=150, deadline=None)
@given(query=st.text(st.characters(), max_size=60) | st.text('"*()^:-+{}\\ ANDORTNE~김핵核a', max_size=60))
def test_any_text_is_safe(store, query):
    """Nothing that can be typed makes the search fail."""
    for one, excerpt in store.search(query, speaker="mfa", since=date(2021, 1, 1)):
        assert one.speaker == "mfa"
        assert len(excerpt.split()) <= 25
    store.search_items(query)
    store.statements(text=query)


ASKED = st.sampled_from(
    ["talk", "talks", "sanctions", "sanctioning", "expect*", "relations", '"wrong expectation"', '"dialogue and con*"',
     "regimes", "readiness", "Café", "cafe", "denuclearised", "kim", "김여정", "대화", "무력정책", "无核化", "支持"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(query=st.lists(ASKED, min_size=1, max_size=3).map(" ".join) | st.text('"* talkingsdoreyCA챠핵核é', max_size=12))
def test_one_text_holds_what_a_search_finds_it_by(store, query):
    """An alert's words are looked for as the search looks: stems, accents, phrases, beginnings, every script."""
    by_search = {one.id for one, _ in store.search(query)}
    by_text = {one.id for one in store.statements() if holds(texts(one), understand(query))}

    assert by_text == by_search


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["sky", "happy", "relate", "hope", "digit", "sens", "troubl", "vi", "communi"]), st.data())
def test_endings_do_not_matter_where_they_do_not_to_a_search(stem, data):
    """Whatever ending a word has here and there, one text answers as the index does."""
    endings = st.sampled_from(["", "s", "es", "ed", "ing", "ational", "ibility", "izer", "y", "ies", "ness", "ation"])
    asked, said = (stem + data.draw(endings) for _ in range(2))
    with Store.open(":memory:") as store:
        store.save(Change(statements=(statement("mfa", "2021-01-02", said),)))
        assert holds([said], understand(asked)) is bool(store.search(asked))


def texts(one):
    """What of a statement is searched."""
    return [one.summary, "\n".join(quote.words for quote in one.quotes), one.text, one.speaker.replace("-", " ")]


def test_narrowed_by_speaker_and_days(store):
    """Both ends of the span are included."""
    assert found(store, "dialogue", speaker="mfa") == ["mfa"]
    assert found(store, "dialogue", since=date(2021, 6, 17), until=date(2021, 6, 17)) == ["kim-jong-un"]
    assert found(store, "dialogue", until=date(2021, 1, 1)) == []


def test_best_first_and_no_more_than_asked(store):
    """A quotation outweighs a long text."""
    assert found(store, "dialogue confrontation", count=1) == ["kim-jong-un"]


def test_excerpts_show_the_words(store):
    """An excerpt holds what was looked for, in any script."""
    assert "dialogue and confrontation" in store.search("confrontation", speaker="kim-jong-un")[0][1]
    assert "支持对话" in store.search("支持")[0][1]


def test_items_are_found_by_title_and_text(store):
    """Accents do not matter."""
    assert [item.title for item, _ in store.search_items("cafe sanctions")] == ["Café talks"]
    assert store.search_items("sanctions", since=date(2021, 6, 23)) == []


def test_the_index_follows_changes():
    """A changed statement is found by its new words and no more by its old ones."""
    with Store.open(":memory:") as store:
        (saved,) = store.save(Change(statements=(statement("mfa", "2021-01-02", "about moratoria"),))).statements
        store.save(Change(statements=(statement("mfa", "2021-01-02", "about abductions"),)))
        (saved,) = store.save(Change(statements=(with_summary(saved, "about leaflets"),))).statements
        assert found(store, "moratoria") == []
        assert found(store, "leaflets") == ["mfa"]
        assert store.check() == []


def with_summary(one, summary):
    """The statement summed up otherwise."""
    return Statement(one.speaker, one.date, one.side, summary=summary, id=one.id)
