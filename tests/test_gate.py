"""The quality gate holds: no figure falls in silence, and no floor is lowered by accident."""

from __future__ import annotations

import json

import pytest

from bot.classify.coding import Coder
from bot.codebook import load
from bot.evaluate import FIRST_SEEN
from bot.evaluation.abstention import curve
from bot.evaluation.judgements import Judged, Judgement, worst
from bot.evaluation.merging import b_cubed, merged
from bot.evaluation.report import as_json, evaluation, told
from bot.rows import item_of
from tests import gate

OLD = {"stance": {"floor": 0.7, "pinned": 0.75, "least": 0.7, "n": 36}}


def test_a_figure_below_its_floor_breaks_the_gate():
    """The line names the figure, what it is and what it should be."""
    assert gate.broken(OLD, {"stance": 0.71}) == []
    assert gate.broken(OLD, {"stance": 0.69}) == ["stance: 0.690 is below the floor 0.700 (pinned at 0.750)"]


def test_a_figure_cannot_be_dropped_or_added_without_pinning():
    """What is pinned must be measured and the other way round."""
    assert gate.broken(OLD, {}) == ["stance: pinned and no longer measured"]
    assert gate.broken({}, {"stance": 0.9}) == ["stance: measured and not pinned"]


def test_one_item_more_does_not_break_a_floor_just_pinned():
    """A floor lies a little below the figure, but never below what is asked at least."""
    n = 100
    pinned = gate.row(0.95, n, 0.85)

    assert gate.broken({"speaker": pinned}, {"speaker": 0.95 - 1 / n}) == []
    assert gate.broken({"speaker": pinned}, {"speaker": 0.95 - 3 / n}) != []
    assert gate.floor(0.855, 100, 0.85) == 0.85


def test_pinning_anew_raises_floors_and_keeps_the_higher():
    """A better figure raises its floor; a slightly worse one, still above its floor, leaves it where it is."""
    better = gate.pinned_anew(OLD, {"stance": gate.row(0.9, 36, 0.7)}, regression=False)
    same = gate.pinned_anew(
        {"stance": {**OLD["stance"], "floor": 0.74}}, {"stance": gate.row(0.745, 36, 0.7)}, regression=False
    )

    assert better["stance"]["floor"] > 0.8
    assert same["stance"]["floor"] == 0.74


def test_lowering_a_floor_must_be_asked_for():
    """Below the old floor nothing is pinned without --allow-regression; nor below what is asked at least."""
    high = {"stance": {**OLD["stance"], "floor": 0.8}}
    worse = {"stance": gate.row(0.76, 36, 0.7)}

    with pytest.raises(gate.RefusedError, match="would lower the floor of: stance"):
        gate.pinned_anew(high, worse, regression=False)
    with pytest.raises(gate.RefusedError, match="below what is asked at least: stance"):
        gate.pinned_anew({}, {"stance": gate.row(0.6, 36, 0.7)}, regression=False)
    assert gate.pinned_anew(high, worse, regression=True)["stance"]["floor"] < 0.8


def test_every_figure_is_pinned_at_or_above_what_is_asked():
    """The file that ships has a floor for each line of the gate, none below its least."""
    pinned = json.loads(gate.PINNED.read_text("utf-8"))

    assert list(pinned["floors"]) == [figure.name for figure in gate.FIGURES]
    assert set(pinned["corpora"]) == {"dev", "press-dev"}
    assert all(row["least"] <= row["floor"] <= row["pinned"] for row in pinned["floors"].values())


def test_without_the_labelled_sets_it_skips_and_says_so(tmp_path, monkeypatch, capsys):
    """On a machine without them the gate passes, visibly."""
    monkeypatch.setattr(gate, "GOLD", tmp_path)

    assert gate.main([]) == 0
    assert "SKIPPED" in capsys.readouterr().out


def test_other_texts_are_not_held_against_the_floors(tmp_path, monkeypatch, capsys):
    """A changed set fails before it is measured."""
    for name in ("dev", "press-dev"):
        (tmp_path / f"{name}.jsonl").write_text("{}\n")
    monkeypatch.setattr(gate, "GOLD", tmp_path)

    assert gate.main([]) == 1
    assert "not those that the floors were pinned on" in capsys.readouterr().err


def test_b_cubed_of_one_cluster_torn_in_two():
    """Four reports of one statement in two halves: all that is together is right, half of what belongs is."""
    wanted = dict.fromkeys("abcd", "one")
    found = {"a": 1, "b": 1, "c": 2, "d": 2}

    assert b_cubed(found, wanted) == (1.0, 0.5, pytest.approx(2 / 3))
    assert b_cubed(wanted, found)[:2] == (0.5, 1.0)
    assert b_cubed({}, {}) == (1.0, 1.0, 1.0)


def test_leaving_out_unsure_labels_trades_recall_for_precision():
    """The curve goes from everything kept to only the surest."""
    rows = [
        Judgement("threat", "none", due, sure, str(place), "")
        for place, (due, sure) in enumerate([("none", 0.9), ("none", 0.9), ("implied", 0.5), ("none", 0.5)])
    ]

    every, surest = curve(rows, wanted=4)

    assert (every.kept, every.precision, every.recall) == (4, 0.75, 0.75)
    assert (surest.confidence, surest.kept, surest.precision, surest.recall) == (0.9, 2, 1.0, 0.5)


def test_the_surest_mistakes_come_first():
    """A wrong label given with confidence is worse than a guess."""
    unsure, sure, right = (
        Judgement("threat", "none", "implied", 0.4, "a", "words"),
        Judgement("threat", "none", "implied", 0.9, "b", "words"),
        Judgement("threat", "none", "none", 1.0, "c", "words"),
    )

    assert worst(Judged((unsure, sure, right), {"threat": 3}), 5) == [sure, unsure]


ROW = {
    "id": "row-1",
    "source": "Bracken Wire",
    "date": "2021-06-22",
    "title": "North Korea's Kim Yo Jong rejects talks with the US",
    "text": (
        "SEOUL, June 22 (Bracken) - Kim Yo Jong, the sister of North Korea's leader, said on Tuesday that talks "
        "with the United States were out of the question. “There is nothing to talk about with the US,” she said "
        "in a press statement carried by state media."
    ),
}
STATEMENT = {
    "record": "", "speaker": "kim-yo-jong", "side": "dprk", "date_made": "2021-06-22", "new": True,
    "quotes": ["There is nothing to talk about with the US,"], "stance": {"us": "rejects"}, "threat": "none",
}  # fmt: skip
GOLD = {"relevant": True, "carries": "statement", "statements": [STATEMENT], "not_statements": [], "cluster": "one"}


@pytest.fixture(scope="module")
def coder() -> Coder:
    """One coder for all tests here."""
    return Coder(load())


def test_reports_of_one_utterance_are_put_together(coder):
    """Two outlets, one statement; another speaker's words stand apart."""
    again = {**ROW, "id": "row-2", "source": "Umber Post", "title": "Kim Yo Jong: nothing to talk about", "gold": GOLD}
    other = {
        **ROW, "id": "row-3", "title": "US still open to talks with North Korea",
        "text": "WASHINGTON, June 22 (Bracken) - “We remain ready to meet the North Koreans for nuclear talks,” State "
        "Department spokesman Ned Price said on Tuesday.",
        "gold": {**GOLD, "cluster": "two", "statements": [{**STATEMENT, "speaker": "ned-price", "side": "us"}]},
    }  # fmt: skip

    found, wanted = merged([{**ROW, "gold": GOLD}, again, other], coder)

    assert b_cubed(found, wanted) == (1.0, 1.0, 1.0)


def test_an_evaluation_tells_figures_tables_and_mistakes(coder, tmp_path):
    """A file of one item read rightly and one with another label: the mistake is shown with its words."""
    wrong = {**ROW, "id": "row-2", "gold": {**GOLD, "statements": [{**STATEMENT, "threat": "explicit"}]}}
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ({**ROW, "gold": GOLD}, wrong)))

    done = evaluation(path, coder)
    text, data = told(done), as_json(done)

    assert coder.code(item_of(ROW, FIRST_SEEN)).relevant
    assert data["items"] == 2
    assert data["several"]["quotations"]["f1"] == 1.0
    assert {"given": "none", "wanted": "explicit", "count": 1} in data["confusion"]["threat"]
    assert "threat | row-2 | none instead of explicit" in text
    assert data["merged"]["n"] == 2
