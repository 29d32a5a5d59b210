"""The one door: ids, references inside a change, corrections by people, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from store import Store
from store.records import AddedFeed, Answer, Comparison, FeedState, Item, Label, Quotation, Report, Stamp, Statement
from store.writes import Change, Mark, Verdict

DAY = date(2021, 6, 22)
SEEN = datetime(2021, 6, 22, 12, tzinfo=UTC)
HERS = Statement("kim-yo-jong", DAY, "dprk", summary="She shuts the door.")
ITEM = Item("kcna", "https://example.org/a", "Press statement", "She said no.", Stamp(DAY), SEEN)


@pytest.fixture
def store():
    """An empty store."""
    with Store.open(":memory:") as opened:
        yield opened


def save(store, *statements):
    """Save statements and give their ids."""
    return [one.id for one in store.save(Change(statements=statements)).statements]


def test_ids_count_the_statements_of_a_day(store):
    """Each day counts for itself; a date known to the month counts on the day that stands for it."""
    vague = replace(HERS, date=date(2021, 6, 1), date_precision="month")
    assert save(store, HERS, vague, HERS) == ["S-2021-0622-1", "S-2021-0601-1", "S-2021-0622-2"]
    assert save(store, HERS) == ["S-2021-0622-3"]


def test_an_id_stays_whatever_changes(store):
    """A statement saved again under another date and speaker keeps its id, and nobody else gets it."""
    save(store, HERS)
    moved = replace(HERS, id="S-2021-0622-1", date=date(2021, 6, 23), speaker="ri-son-gwon")
    assert store.save(Change(statements=(moved,))).created == ()
    assert store.statement("S-2021-0622-1") == moved
    assert save(store, HERS) == ["S-2021-0622-2"]
    assert store.statements(speaker="kim-yo-jong")[0].id == "S-2021-0622-2"


def test_a_record_is_one_statement(store):
    """Saving a record again changes the statement that it is."""
    record = replace(HERS, record="2021-06-22-no")
    save(store, record)
    saved = store.save(Change(statements=(replace(record, summary="Better put."),)))
    assert saved.created == ()
    assert store.statement("2021-06-22-no") == store.statement("S-2021-0622-1") == saved.statements[0]
    assert store.counts()["statements"] == 1


def test_places_in_a_change_become_ids(store):
    """What is new can be pointed at by its place: items, statements, answers, marks, verdicts."""
    hers = replace(
        HERS,
        quotes=(Quotation("no", 9, 11, item="#0"),),
        sources=(Report("u", "KCNA", item="#0"),),
        in_response_to=("#1",),
    )
    his = Statement("jake-sullivan", date(2021, 6, 20), "us")
    saved = store.save(
        Change(
            items=(ITEM,),
            verdicts={"#0": Verdict(relevant=True)},
            statements=(hers, his),
            comparisons={"#0": Comparison(answers=(Answer("#1", "answers", "by name", timedelta(days=2)),))},
            marks=(Mark("kcna", "https://example.org/b", "", "d1", "#0"),),
        )
    )
    item, one = saved.items[0].id, saved.statements[0]
    assert (one.quotes[0].item, one.sources[0].item) == (item, item)
    assert one.in_response_to == ("S-2021-0620-1",)
    assert store.statements_of(item) == [one]
    assert store.comparison(one.id).answers[0].id == "S-2021-0620-1"
    assert store.answered_by("S-2021-0620-1") == [one]
    assert store.item_at("https://example.org/b") == store.item_at("https://example.org/a") == saved.items[0]
    assert store.items(relevant=True) == [saved.items[0]]
    assert store.items(relevant=False) == []


def test_an_entry_is_known_by_digest_and_either_name(store):
    """A new guid or a new address alone does not make it new; other content does; another feed's is another."""
    store.save(Change(marks=(Mark("kcna", "u1", "g1", "d1"),)))
    assert store.known("kcna", "u1", "g1", "d1")
    assert store.known("kcna", "u1", "g2", "d1")
    assert store.known("kcna", "u2", "g1", "d1")
    assert not store.known("kcna", "u2", "g2", "d1")
    assert not store.known("kcna", "u1", "g1", "d2")
    assert not store.known("ap", "u1", "g1", "d1")
    assert not store.known("kcna", "", "", "d1")


def test_a_mark_learns_its_item_and_keeps_it(store):
    """An entry dropped at first and kept later leads to its item, also after being marked once more without."""
    mark = Mark("kcna", "u1", "g1", "d1")
    store.save(Change(marks=(mark,)))
    assert store.item_at("u1") is None
    (item,) = store.save(Change(items=(ITEM,), marks=(replace(mark, item="#0"),))).items
    store.save(Change(marks=(mark,)))
    assert store.item_at("u1") == item
    assert store.addresses(item.id) == ["https://example.org/a", "u1"]


def test_the_same_entry_saved_twice_is_one_item(store):
    """An item's id is made from what it is; with an id it can change everything."""
    first, second = store.save(Change(items=(ITEM, ITEM))).items
    assert first == second
    store.save(Change(items=(replace(first, text="The full text."),)))
    assert store.item(first.id).text == "The full text."
    assert store.counts()["items"] == 1


def test_items_near_are_of_the_same_source_and_days(store):
    """Neither other sources, nor other weeks, nor the item itself."""
    kept = [replace(ITEM, url=str(n), published=Stamp(DAY + timedelta(days=n))) for n in (-4, -3, 0, 3, 4)]
    (*saved, _) = store.save(Change(items=(*kept, replace(ITEM, source="ap")))).items
    assert store.items_near(saved[2]) == [saved[1], saved[3]]
    assert store.items_near(ITEM, days=0) == [saved[2]]


def test_statements_near_share_a_voice(store):
    """A joint statement is a candidate for each of its speakers; days are bounded; it is not its own candidate."""
    joint = replace(HERS, speaker="mfa", with_=("kim-yo-jong",))
    far = replace(HERS, date=date(2021, 7, 1))
    save(store, HERS, joint, far, replace(HERS, speaker="ri-son-gwon"))
    near = store.statements_near(store.statement("S-2021-0622-1"), days=2)
    assert [one.id for one in near] == ["S-2021-0622-2"]
    assert [one.id for one in store.statements(speaker="kim-yo-jong", until=DAY)] == ["S-2021-0622-2", "S-2021-0622-1"]


def rules(*labels):
    """Label rows by a rule."""
    return tuple(Label(kind, label, of, by="rule") for kind, label, of in labels)


def test_a_person_wins_over_rules(store):
    """A correction stands through every later coding; what it overruled stays on file."""
    coded = replace(HERS, labels=rules(("threat", "explicit", ""), ("theme", "sanctions", "")))
    save(store, coded)
    mine = Label("threat", "none", by="person:ana")
    corrected = replace(coded, id="S-2021-0622-1", labels=(*coded.labels, mine))
    assert store.save(Change(statements=(corrected,))).statements[0].threat == "none"
    for labels in (coded.labels, corrected.labels, store.statement("S-2021-0622-1").labels):
        store.save(Change(statements=(replace(corrected, labels=labels),)))
        assert store.statement("S-2021-0622-1").threat == "none"
        assert store.statement("S-2021-0622-1").themes == ("sanctions",)
        assert {(row.label, row.by) for row in store.labels("S-2021-0622-1") if row.kind == "threat"} == {
            ("none", "person:ana"),
            ("explicit", "rule"),
        }
    later = Label("threat", "implied", by="person:bo")
    store.save(Change(statements=(replace(corrected, labels=(later,)),)))
    assert store.statement("S-2021-0622-1").threat == "implied"


def test_a_person_can_say_that_there_is_none(store):
    """An empty label takes all of its kind away; a stance is judged for one audience at a time."""
    labels = rules(("demand", "apology", ""), ("stance", "rejects", "us"), ("stance", "open", "rok"))
    judged = (Label("demand", "", by="person:ana"), Label("stance", "", of="us", by="person:ana"))
    save(store, replace(HERS, labels=(*labels, *judged)))
    one = store.statement("S-2021-0622-1")
    assert (one.demands, one.stance) == ((), {"rok": "open"})


def test_a_person_corrects_who_spoke(store):
    """A correction of a field is taken over into the field, also by a later coding."""
    told = (Label("speaker", "ri-son-gwon", by="person:ana"), Label("authority", "3", by="person:ana"))
    save(store, replace(HERS, labels=told))
    store.save(Change(statements=(replace(HERS, id="S-2021-0622-1", authority=5),)))
    one = store.statement("S-2021-0622-1")
    assert (one.speaker, one.authority) == ("ri-son-gwon", 3)
    assert store.statements(speaker="kim-yo-jong") == []


@pytest.mark.parametrize(
    "bad",
    [
        Change(items=(ITEM,), statements=(HERS, replace(HERS, id="S-1999-0101-1"))),
        Change(items=(ITEM,), statements=(HERS,), comparisons={"#1": Comparison()}),
        Change(items=(ITEM,), statements=(replace(HERS, sources=(Report("u", "o", item="#3"),)),)),
    ],
)
def test_a_change_that_names_nothing_leaves_nothing(store, bad):
    """A name that leads nowhere undoes the whole change, the number given to a statement too."""
    before = store.counts()
    with pytest.raises(KeyError):
        store.save(bad)
    assert store.counts() == before
    assert save(store, HERS) == ["S-2021-0622-1"]


def test_an_instant_without_a_zone_is_refused(store):
    """It could not be ordered."""
    with pytest.raises(ValueError, match="no time zone"):
        store.save(Change(feed=FeedState("kcna", polled=datetime(2021, 6, 22))))  # noqa: DTZ001 - the point
    assert store.feed_states() == []


def test_a_batch_is_all_or_nothing_and_survives_a_caught_failure(store):
    """A failed save inside leaves the others; an error that leaves the block leaves none."""
    with store.batch():
        save(store, HERS)
        with pytest.raises(KeyError):
            save(store, HERS, replace(HERS, id="S-1999-0101-1"))
        save(store, HERS)
    assert store.counts()["statements"] == 2
    with pytest.raises(KeyError), store.batch():
        save(store, replace(HERS, id="S-2021-0622-1", summary="half"), replace(HERS, id="S-1999-0101-1"))
    assert store.statement("S-2021-0622-1").summary == HERS.summary


def test_statements_newest_first_and_narrowed(store):
    """By side, theme, days and number."""
    themed = replace(HERS, date=date(2021, 6, 20), labels=rules(("theme", "sanctions", "")))
    save(store, themed, HERS, replace(HERS, side="us", speaker="sung-kim", date=date(2021, 6, 21)))
    assert [one.date.day for one in store.statements()] == [22, 21, 20]
    assert [one.date.day for one in store.statements(theme="sanctions", side="dprk")] == [20]
    assert [one.date.day for one in store.statements(since=date(2021, 6, 21), count=1)] == [22]
    assert store.speakers() == [("kim-yo-jong", 2, DAY), ("sung-kim", 1, date(2021, 6, 21))]


def test_a_feed_is_added_replaced_removed_and_restored(store):
    """Every step can be undone and says who did it when."""
    feed = AddedFeed("guild", {"id": "blog", "url": "a"}, "ana", SEEN)
    other = replace(feed, entry={"id": "blog", "url": "b"}, by="bo")
    store.add_feed(feed)
    store.add_feed(other)
    assert store.added_feeds("guild") == store.added_feeds() == [other]
    assert store.remove_feed("guild", "blog", by="cy", at=SEEN)
    assert not store.remove_feed("guild", "blog", by="cy", at=SEEN)
    assert store.added_feeds() == []
    assert [(one.by, who) for one, who, _ in store.removed_feeds("guild")] == [("bo", "cy"), ("ana", "bo")]
    assert store.restore_feed("guild", "blog")
    assert not store.restore_feed("guild", "blog")
    assert store.added_feeds("guild") == [other]
    assert store.added_feeds("elsewhere") == []


def test_a_feed_is_paused_and_resumed(store):
    """Resuming forgives the failures; what else is known stays."""
    store.save_feed_state(FeedState("kcna", etag="x", failures=7, error="410 Gone"))
    store.pause_feed("kcna", "gone", until=SEEN)
    assert (store.feed_state("kcna").paused, store.feed_state("kcna").paused_until) == ("gone", SEEN)
    store.resume_feed("kcna")
    assert store.feed_state("kcna") == FeedState("kcna", etag="x")


def test_archives_are_remembered_by_version(store):
    """The digest last marked is the one that counts."""
    assert store.loaded("chronicle") is None
    store.mark_loaded("chronicle", "d1")
    store.mark_loaded("chronicle", "d2")
    assert store.loaded("chronicle") == "d2"
