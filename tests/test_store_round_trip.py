"""Everything that a record holds is stored and read back, whatever fields it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st

from store import Store
from store.records import AddedFeed, Comparison, Event, FeedState, Item, Label, Quotation, Report, Statement, Workspace
from store.records_json import from_json, to_json
from store.writes import Change, Verdict

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
NAME = st.text(st.characters(codec="utf-8", exclude_characters="#:"), min_size=1, max_size=12)
INSTANTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
JSON = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | TEXT, lambda inner: st.lists(inner, max_size=3))
PLAIN = {
    str: NAME,
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    date: st.dates(),
    datetime: INSTANTS,
    timedelta: st.timedeltas(timedelta(days=-9000), timedelta(days=9000)),
}


def of(hint):
    """Any value of a field's type; an unknown type fails, so that no field is passed over."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if part is type(None) else of(part) for part in parts))
    if origin is tuple:
        return st.lists(of(parts[0]), max_size=3).map(tuple)
    if "Mapping" in str(origin):
        return st.dictionaries(NAME, JSON, max_size=3)
    return PLAIN[hint] if hint in PLAIN else records(hint)


def records(kind, **fixed):
    """Any record of a kind, every field of it filled by its type."""
    fields = {name: fixed[name] if name in fixed else of(hint) for name, hint in get_type_hints(kind).items()}
    return st.builds(kind, **fields)


STATEMENTS = records(
    Statement,
    id=st.just(""),
    speaker=st.just("kim-yo-jong"),
    with_=st.lists(NAME.filter("kim-yo-jong".__ne__), max_size=2, unique=True).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(statement=STATEMENTS, comparison=records(Comparison))
def test_statements_and_comparisons_come_back_whole(statement, comparison):
    """Every field of a statement, of its parts and of its comparison is read back as it was saved."""
    with Store.open(":memory:") as store:
        saved = store.save(Change(statements=(statement,), comparisons={"#0": comparison})).statements[0]
        assert replace(saved, id="") == statement
        assert store.comparison(saved.id) == comparison
        store.save(Change(statements=(replace(saved, summary="another"),)))
        assert store.statement(saved.id) == replace(saved, summary="another")


@settings(max_examples=30, deadline=None)
@given(statement=STATEMENTS)
def test_what_save_returns_is_what_is_in_the_file(tmp_path_factory, statement):
    """A statement read from the file by another connection equals the one that saving gave."""
    path = tmp_path_factory.mktemp("round") / "store.db"
    with Store.open(path) as store, Store.open(path) as other:
        saved = store.save(Change(statements=(statement,))).statements[0]
        assert other.statement(saved.id) == saved


@settings(max_examples=60, deadline=None)
@given(item=records(Item, id=st.just("")), verdict=records(Verdict), event=records(Event))
def test_items_verdicts_and_events_come_back_whole(item, verdict, event):
    """Every field of an item, of what reading it gave, and of an event."""
    with Store.open(":memory:") as store:
        saved = store.save(Change(items=(item,), verdicts={"#0": verdict}, events=(event,))).items[0]
        assert saved == replace(item, id=saved.id)
        assert store.item(saved.id) == saved
        assert store.verdict(saved.id) == verdict
        assert store.event(event.id) == event


@settings(max_examples=60, deadline=None)
@given(state=records(FeedState), workspace=records(Workspace), feed=records(AddedFeed), name=NAME)
def test_feeds_and_workspaces_come_back_whole(state, workspace, feed, name):
    """Every field of a feed's state, of a workspace and of a feed added from chat."""
    feed = replace(feed, entry={**feed.entry, "id": name})
    with Store.open(":memory:") as store:
        store.save(Change(feed=state))
        store.save_workspace(workspace)
        store.add_feed(feed)
        assert store.feed_state(state.source) == state
        assert store.feed_states() == [state]
        assert store.workspace(workspace.id) == workspace
        assert store.workspaces() == [workspace]
        assert store.added_feeds() == [feed]


@settings(max_examples=60, deadline=None)
@given(record=st.one_of(records(kind) for kind in (Statement, Comparison, Item, FeedState, Label, Quotation, Report)))
def test_json_form_holds_every_field(record):
    """The JSON form of a record reads back equal, with keys that only a newer version knows passed over."""
    form = to_json(record)
    assert from_json(type(record), {**form, "from the future": 1}) == record
