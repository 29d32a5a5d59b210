"""The shipped history and the form in which it travels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store import Store, chronicle
from store.writes import Change

FOLDER = Path(chronicle.__file__).parent


def lines(name):
    """The lines of a shipped file."""
    return (FOLDER / name).read_text(encoding="utf-8").splitlines()


def test_every_shipped_statement_comes_back_byte_for_byte():
    """What is read from the chronicle is written the same, key order and all."""
    given = lines("statements.jsonl")
    written = [json.dumps(chronicle.to_record(one), ensure_ascii=False) for one in chronicle.statements()]
    assert len(given) > 700
    assert written == given


def test_every_shipped_event_comes_back_byte_for_byte():
    """Likewise the events."""
    given = lines("events.jsonl")
    written = [json.dumps(chronicle.event_to_record(one), ensure_ascii=False) for one in chronicle.events()]
    assert len(given) > 200
    assert written == given


def test_labels_name_where_they_come_from():
    """A chronicle label is certain and says that the chronicle gave it."""
    labels = [row for one in chronicle.statements() for row in one.labels]
    assert {row.by for row in labels} == {"chronicle"}
    assert {row.confidence for row in labels} == {1.0}


def test_quotations_stay_short():
    """No shipped quotation is longer than 25 words."""
    assert max(len(quote.words.split()) for one in chronicle.statements() for quote in one.quotes) <= 25


def test_what_is_answered_exists():
    """Every trigger that a record names is a statement or an event of the chronicle."""
    names = {one.record for one in chronicle.statements()} | {event.id for event in chronicle.events()}
    assert {name for one in chronicle.statements() for name in one.in_response_to} <= names


def test_the_store_gives_the_chronicle_back_byte_for_byte():
    """Loaded and exported again, not a byte of the history is changed."""
    with Store.open(":memory:") as store:
        store.save(Change(statements=tuple(chronicle.statements()), events=tuple(chronicle.events())))
        written = {json.dumps(record, ensure_ascii=False) for record in store.export()}
    assert written == {*lines("statements.jsonl"), *lines("events.jsonl")}


def test_loading_again_adds_nothing(tmp_path):
    """An export read back in leaves the same statements, under the same ids, and the same events."""
    with Store.open(":memory:") as store:
        store.save(Change(statements=tuple(chronicle.statements()), events=tuple(chronicle.events())))
        before = (store.statements(), store.events(), store.counts())
        exported = tmp_path / "export.jsonl"
        exported.write_text("".join(f"{json.dumps(record)}\n" for record in store.export()), encoding="utf-8")
        again = Change(statements=tuple(chronicle.statements(exported)), events=tuple(chronicle.events(exported)))
        assert store.save(again).created == ()
        assert (store.statements(), store.events(), store.counts()) == before


def test_an_exported_statement_keeps_its_id_in_an_empty_store():
    """A statement without a record travels under its own id and gets it back."""
    first = next(iter(chronicle.statements()))
    with Store.open(":memory:") as store:
        plain = chronicle.from_record({**chronicle.to_record(first), "id": "", "text": "Words in full."})
        kept = store.save(Change(statements=(plain, plain))).statements
        records = list(store.export())
    with Store.open(":memory:") as other:
        back = other.save(Change(statements=tuple(chronicle.from_record(record) for record in reversed(records))))
        assert back.statements == kept[::-1]
        assert other.save(Change(statements=(plain,))).created == ("S-1993-0221-3",)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"speaker": "kim-jong-un"}', "no 'date'"),
        ('{"speaker": "kim-jong-un", "date": "21 June"}', "isoformat"),
        ('{"speaker": "kim-jong-un", "date": "2021-06-21", "side": 7}', '"side" is not a text'),
    ],
)
def test_a_line_that_is_no_record_is_named(tmp_path, line, complaint):
    """The error says which line is wrong and why."""
    good = lines("statements.jsonl")[0]
    file = tmp_path / "records.jsonl"
    file.write_text(f"{good}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"line 3.*{complaint}"):
        list(chronicle.statements(file))
