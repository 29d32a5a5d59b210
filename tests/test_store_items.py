"""Items that turn out to be one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from store import Store
from store.records import Item, Report, Stamp, Statement
from store.writes import Change

DAY = date(2024, 8, 2)


def make_item(**changes):
    """A dispatch of the day."""
    seen = datetime(2024, 8, 2, 6, tzinfo=UTC)
    return replace(Item("kcna", "http://one.invalid/", "Players Back Home", "", Stamp(DAY), seen), **changes)


def test_an_absorbed_copy_leaves_its_addresses_and_reports(tmp_path):
    """When two stored items prove to be one, nothing that led to the copy is lost."""
    with Store.open(tmp_path / "a.db") as store:
        first = make_item(url="http://one.invalid/a")
        copy = make_item(url="http://one.invalid/b", title="Other")
        one, two = (store.save(Change(items=(item,))).items[0] for item in (first, copy))
        report = Report("http://one.invalid/b", "One", item=two.id)
        [spoken] = store.save(Change(statements=(Statement("mfa", DAY, "dprk", sources=(report,)),))).statements

        store.save(Change(items=(replace(one, text="The whole text."),), absorbed={two.id: "#0"}))

        assert store.item(two.id) is None
        assert store.item_at("http://one.invalid/b").id == one.id
        assert [held.id for held in store.statements_of(one.id)] == [spoken.id]
