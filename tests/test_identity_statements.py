"""All reports of one utterance are one statement; two utterances of one day are two."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify.identity import identify, likenesses, merge
from store import chronicle
from store.records import Label, Quotation, Report, Statement

DREAM = "In a dream, what counts most is to read it, not to have it."
GIFT = "it is entirely up to the US what Christmas gift it will select to get."
DAY = date(2021, 6, 22)


def _said(*quotes, speaker="kim-yo-jong", day=DAY, **more) -> Statement:
    return Statement(speaker, day, more.pop("side", "dprk"), quotes=tuple(map(Quotation, quotes)), **more)


def _reports(shared):
    with (shared / "gold" / "press-dev.jsonl").open() as lines:
        return [row for row in map(json.loads, lines) if row["gold"]["cluster"]]


def _stated(row, gold) -> Statement:
    day = gold.get("date_made")
    precision = "day" if day else "month" if gold["new"] else "year"
    return Statement(
        gold["speaker"],
        date.fromisoformat(day) if day else datetime.fromisoformat(row["published"]).date(),
        gold["side"],
        date_precision=precision,
        coverage="partial" if gold["quotes"] else "relayed",
        quotes=tuple(map(Quotation, gold["quotes"])),
        labels=tuple(Label("stance", value, of=side) for side, value in (gold.get("stance") or {}).items()),
        sources=(Report(row["url"], row["source"]),),
    )


def _near(known, found, days=400):
    return [one for one in known if abs(one.date - found.date) <= timedelta(days=days)]


def _clustered(rows) -> dict[str, int]:
    """The number of the statement that each item's first statement ends in; background is taken in too."""
    known: list[Statement] = []
    ends: dict[str, int] = {}
    for row in rows:
        for position, gold in enumerate(row["gold"]["statements"]):
            found = _stated(row, gold)
            same = identify(found, _near(known, found))
            at = next((number for number, one in enumerate(known) if one is same), len(known))
            known[at : at + 1] = [merge(same, found) if same else replace(found, id=f"S-{at}")]
            if not position:
                ends[row["id"]] = at
    return ends


def _b_cubed(ends, clusters) -> float:
    precision, recall = Counter(), Counter()
    for one, end in ends.items():
        together = {other for other in ends if ends[other] == end}
        same = {other for other in ends if clusters[other] == clusters[one]}
        precision[one] = len(together & same) / len(together)
        recall[one] = len(together & same) / len(same)
    p, r = sum(precision.values()) / len(ends), sum(recall.values()) / len(ends)
    return 2 * p * r / (p + r)


@pytest.mark.shared
@pytest.mark.parametrize("backwards", [False, True])
def test_reports_of_one_utterance_merge(shared, backwards):
    """Over the written press items, B-cubed F1 is at least 0.97 with the true speakers, days and quotations."""
    rows = sorted(_reports(shared), key=lambda row: row["published"], reverse=backwards)
    assert _b_cubed(_clustered(rows), {row["id"]: row["gold"]["cluster"] for row in rows}) >= 0.97


def test_no_two_records_of_the_chronicle_are_one():
    """784 different utterances stay 784, same-day pairs and serial formulas among them."""
    known: list[Statement] = []
    for found in chronicle.statements():
        assert identify(found, _near(known, found, 40)) is None, found.record
        known.append(found)
    assert len(known) > 700


def test_every_record_is_known_again_by_a_part_of_its_words():
    """A report with one longer quotation of a record, dated a day late, finds that record among its neighbours."""
    records = [one for one in chronicle.statements() if one.date_precision == "day"]
    missed = total = 0
    for record in records:
        longest = max(record.quotes, key=lambda quote: len(quote.words)).words
        if len(longest.split()) >= 6:
            report = _said(longest, speaker=record.speaker, day=record.date + timedelta(days=1), side=record.side)
            total += 1
            missed += identify(report, _near(records, report, 3)) is not record
    assert total > 600
    assert missed <= total * 0.01


def test_another_translation_is_the_same():
    """An agency's own rendering shares the rare words, not the sentence."""
    kcna = _said(GIFT, speaker="ri-thae-song", day=date(2019, 12, 3))
    agency = _said(
        "What a Christmas gift will be, that is entirely up to the United States",
        speaker="ri-thae-song",
        day=date(2019, 12, 3),
    )
    assert identify(agency, [kcna]) is kcna


def test_a_misspelt_name_is_known_by_its_words_only():
    """A near-namesake with the same words is the same person; with other words, another."""
    known = _said(DREAM)
    assert identify(_said(DREAM, speaker="kim-yong-jong"), [known]) is known
    assert identify(_said("We shall see about that in the autumn.", speaker="kim-yong-jong"), [known]) is None


def test_a_relayed_report_joins_the_only_statement_of_the_day():
    """Without words it joins when one candidate fits, and none when two do."""
    one, two = _said(DREAM, id="S-1"), _said("Another matter altogether was raised here.", id="S-2")
    report = _said(coverage="relayed")
    assert identify(report, [one]) is one
    assert identify(report, [one, two]) is None
    assert "several of that day fit" in likenesses(report, [one, two])[0].reasons


def test_two_statements_of_one_day_to_two_capitals_stay_apart():
    """One to Seoul and one to Washington, in other words: two."""
    seoul = _said("we have no interest in it", labels=(Label("audience", "rok"),), channel="press-statement")
    other = _said("the personal relationship is not bad", labels=(Label("audience", "us"),), channel="press-statement")
    assert identify(other, [seoul]) is None


def test_a_fuller_text_brings_its_labels_and_the_longest_words_stay():
    """Coverage rises, the excerpt's labels give way, the quotation is kept once in its longest form."""
    excerpt = _said(DREAM[:28], labels=(Label("threat", "implied", by="threat/cue"),), id="S-1")
    full = _said(DREAM, text=DREAM + " More.", coverage="full", labels=(Label("threat", "none", by="threat/cue"),))
    merged = merge(excerpt, full)
    assert (merged.id, merged.coverage, merged.threat) == ("S-1", "full", "none")
    assert [quote.words for quote in merged.quotes] == [DREAM]


def test_a_person_and_the_chronicle_win_over_rules():
    """What a person corrected stays, and then what the chronicle says, whatever a fuller text gives."""
    record = _said(DREAM, record="r", labels=(Label("tone", "critical", by="chronicle"),))
    live = _said(DREAM, text=DREAM, coverage="full", labels=(Label("tone", "hostile", by="tone/cue"),))
    assert merge(record, live).tone == "critical"
    corrected = replace(live, labels=(Label("tone", "neutral", by="person:ann"),))
    assert merge(record, corrected).tone == "neutral"


def test_a_better_dated_report_corrects_the_date():
    """A day told in the text wins over a month guessed from the outlet's own date."""
    vague = _said(DREAM, day=DAY + timedelta(days=5), date_precision="month", id="S-1")
    assert merge(vague, _said(DREAM)).date == DAY


def test_a_certain_level_wins():
    """Authority read from the Korean form word replaces a level taken by the speaker."""
    unsure = _said(DREAM, authority=5, authority_certain=False, summary="longer account", text=DREAM)
    merged = merge(unsure, _said(DREAM, authority=4))
    assert (merged.authority, merged.authority_certain) == (4, True)


words = st.sampled_from([DREAM, DREAM[:28], GIFT, "We are ready.", "no reason not to sit down with them at all"])
accounts = st.builds(
    _said,
    words,
    words,
    coverage=st.sampled_from(["relayed", "partial", "full"]),
    labels=st.lists(
        st.builds(
            Label,
            st.sampled_from(["threat", "theme", "demand", "stance"]),
            st.sampled_from(["none", "explicit", "sanctions"]),
            of=st.sampled_from(["", "us"]),
            by=st.sampled_from(["chronicle", "rule"]),
            confidence=st.sampled_from([0.5, 0.9]),
        ),
        max_size=4,
    ).map(tuple),
    sources=st.lists(st.builds(Report, st.sampled_from(["u1", "u2", "u3"]), st.just("Outlet")), max_size=3).map(tuple),
    channel=st.sampled_from(["other", "speech"]),
)


def _essence(one: Statement):
    rows = frozenset((row.kind, row.label, row.of, row.confidence, row.by) for row in one.labels)
    quotes = frozenset(quote.words for quote in one.quotes)
    urls = frozenset(report.url for report in one.sources)
    return one.date, one.coverage, one.channel, quotes, urls, rows


@settings(max_examples=150)
@given(accounts, accounts)
def test_merging_twice_is_merging_once_in_either_order(one, other):
    """Idempotent, commutative in all but the order of lists, and no address is listed twice."""
    merged = merge(one, other)
    assert merge(merged, other) == merged
    assert _essence(merged) == _essence(merge(other, one))
    assert len({report.url for report in merged.sources}) == len(merged.sources)
