"""Columns make no statements: what they recall goes to its old record, what they claim is nobody's utterance."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.archive import load_chronicle
from bot.classify.coding import Coder
from bot.codebook import load
from bot.intake import Intake, placed, take_in
from bot.rows import item_of
from store import Store
from store.records import Coding
from store.writes import Mark, Saved

NOW = datetime(2021, 6, 26, tzinfo=UTC)
COLUMNS = Path(__file__).parent / "data" / "opeds"
RECALLING = ("think-tank-2021-06-25", "columnist-2021-06-25")


@pytest.fixture(scope="module")
def coder() -> Coder:
    """One coder for all tests here."""
    return Coder(load())


def read(name: str) -> dict:
    """A column and what is to be found in it."""
    return yaml.safe_load((COLUMNS / f"{name}.yaml").read_text("utf-8"))


def taken(column: dict, coder: Coder, store: Store) -> tuple[Coding, Saved]:
    """The column as an item, through the one door, with the whole history on record."""
    load_chronicle(store)
    item = item_of(column["item"], NOW)
    coding = coder.code(item)
    intake = Intake(store)
    return coding, take_in(
        placed(item, intake), coding, item.source, Mark(item.source, item.url, "", "1", "#0"), intake
    )


@pytest.mark.parametrize("name", RECALLING)
def test_what_a_column_recalls_is_attached_to_its_records(name, coder):
    """Every utterance that it quotes is found, under the right record, however it is dated or its speaker spelt."""
    column = read(name)
    with Store.open(":memory:") as store:
        _, saved = taken(column, coder, store)
        attached = {statement.record for statement in store.statements_of(saved.items[0].id)}

        assert attached == set(column["recalls"])
        for statement in store.statements_of(saved.items[0].id):
            assert any(report.url == column["item"]["url"] for report in statement.sources)


@pytest.mark.parametrize("name", [*RECALLING, "former-envoy-2021-05"])
def test_a_column_creates_no_statement(name, coder):
    """Neither the author's claims nor the quotations from years ago are news."""
    column = read(name)
    with Store.open(":memory:") as store:
        load_chronicle(store)
        before = store.counts()
        coding, saved = taken(column, coder, store)

        assert coding.relevant
        assert coding.carries == "none"
        assert not any(found.new for found in coding.found)
        assert saved.created == ()
        assert store.counts()["statements"] == before["statements"]


@pytest.mark.parametrize("name", RECALLING)
def test_words_that_are_nobodys_are_kept_out(name, coder):
    """Scare quotes and the words of unnamed voices stand in no statement."""
    column = read(name)
    coding = coder.code(item_of(column["item"], NOW))
    words = [quote.words for found in coding.found for quote in found.statement.quotes]

    assert not [word for word in words if word in column["others"]]


def test_nobody_is_named_who_stands_only_in_spliced_headlines(coder):
    """Another site's headlines between the words of a sentence give no speaker."""
    column = read("former-envoy-2021-05")
    coding = coder.code(item_of(column["item"], NOW))
    speakers = {found.statement.speaker for found in coding.found}

    assert coding.found == ()
    assert not speakers & set(column["junk"])


def test_a_column_is_told_by_its_advice(coder):
    """Two sentences on what a government should do, in the writer's own voice; reported, they are news."""
    advice = (
        "North Korea will not give up its nuclear weapons. The United States should keep its sanctions. "
        "Washington must not reward missile tests, and Seoul should not either."
    )
    reported = (
        "The United States should keep its sanctions on North Korea's nuclear weapons, a senator said on Friday. "
        "Washington must not reward missile tests, the senator added."
    )
    rows = [{"id": "x", "date": "2021-06-25", "title": "On North Korea", "text": text} for text in (advice, reported)]
    column, news = (coder.code(item_of(row, NOW)) for row in rows)

    assert any(note.by == "carries/opinion" for note in column.notes)
    assert not any(note.by == "carries/opinion" for note in news.notes)
