"""Audience, tone, gestures, themes, demands, offers and formulas of a statement, and the cue language they rest on."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify.cues import compile_cue, load_cues, normalise, sentences
from bot.classify.labels import labels
from bot.classify.reading import Reading, quoted_spans
from store.records import LABEL_KINDS


@pytest.fixture(scope="module")
def cues():
    """All cues, read once."""
    return load_cues()


def found(cues, kind, text, **more):
    """The labels of one kind that a text gets."""
    return [row.label for row in labels(Reading(text=text, **more), cues) if row.kind == kind]


def test_a_cue_allows_endings_gaps_and_hyphens():
    """The cue language does what the head of cues.yaml says."""
    regex = compile_cue("x", "sit ~2 face to face|@place", {"place": ["round+table*"]}).regex
    assert regex.match("sit down again face-to-face")
    assert regex.match("sit at, face to round tables")
    assert not regex.match("sit. face to face")
    assert not regex.match("sitting face to face")


def test_a_cue_without_a_word_is_refused():
    """A cue must have a word to be found by."""
    with pytest.raises(ValueError, match="no word to begin with"):
        compile_cue("theme/x", "~3", {})


def test_abbreviations_do_not_end_a_sentence():
    """Initials, months and ellipses stand inside sentences; US and UN are told from words and names."""
    normal = normalise("The U.S. and S. Korea met on Feb. 3 ... again. Kim Jong Un told the UN and the US, not us.")
    assert len(sentences(normal)) == 2
    assert "jong un told the _n and the u_, not us" in normal


def test_quotation_marks_hold_others_words_in_a_full_text_only():
    """In a dispatch a quotation is refused; in a press item it is the speaker's, but for a quotation within."""
    text = "He said: “It is 'no threat' to us.”"
    assert [text[a:b] for a, b in quoted_spans(text, whole=True)] == ["“It is 'no threat' to us.”"]
    assert [text[a:b] for a, b in quoted_spans(text, whole=False)] == ["'no threat'"]


def test_demands_need_somebody_who_asks(cues):
    """A complaint, a demand of the public's, and what others ask are no demands of the speaker's."""
    assert found(cues, "demand", "The U.S. should stop its joint military exercises at once.") == ["end-exercises"]
    assert found(cues, "demand", "The U.S. stages joint military exercises every year.") == []
    assert found(cues, "demand", "Voices demanding a halt to the war exercises grow louder.") == []
    assert found(cues, "demand", "The U.S. asserted that the DPRK should stop its missile tests.") == []


def test_who_asks_whom_decides_what_is_a_demand(cues):
    """What others ask of the DPRK is no demand of its; "he said" behind the words leaves them the speaker's."""
    assert found(cues, "demand", "The south Korean authorities urged the DPRK to make an apology for the case.") == []
    assert found(cues, "demand", "The U.S. should halt the joint military exercises, he said.") == ["end-exercises"]
    assert found(cues, "demand", "They hamstring the efforts and should not block the resumption of the talks.") == []


def test_what_only_the_headline_asks_for(cues):
    """A headline's demand counts when the text itself names none."""
    title = "S. Korean Authorities Urged to Drop Confrontation Policy"
    assert found(cues, "demand", "The relations are strained.", title=title) == ["end-hostile-policy"]


def test_stop_such_acts_means_what_the_text_is_about(cues):
    """A generic call to stop is named by the main theme."""
    text = "Spy planes and air espionage flights grow. Air espionage is a hostile act. They had better stop such acts."
    assert found(cues, "demand", text) == ["stop-reconnaissance"]


def test_offers_and_gestures(cues):
    """What is put on the table, and what is denied or thanked for."""
    text = "We are ready to resume the six-party talks without preconditions. The DPRK has nothing to do with the case."
    assert found(cues, "offer", text) == ["talks-without-preconditions"]
    assert found(cues, "gesture", text) == ["denial"]


def test_themes_come_most_prominent_first(cues):
    """Several themes, the leading one first."""
    text = (
        "Leaflets were scattered again. The ROK scum sent balloons and leaflets over the border. "
        "Leaflet-scattering is psychological warfare. Joint military exercises are also staged."
    )
    themes = found(cues, "theme", text, title="Press Statement on Leaflets")
    assert themes[0] == "leaflets"
    assert "joint-exercises" in themes


def test_formulas_are_found_through_inflection_and_by_side(cues):
    """One slug for all forms; Washington's phrases are not Pyongyang's."""
    assert found(cues, "formula", "They will be paying a very high price.") == ["pay-dearly"]
    assert "infringe-sovereignty" in found(cues, "formula", "a serious encroachment upon the sovereignty of the state")
    assert "hostile-policy" in found(cues, "formula", "미국의 대조선적대시정책이 철회되여야 한다", language="ko")
    assert found(cues, "formula", "Strategic patience has ended.", side="us", whole=False) == ["strategic-patience"]


def test_tone_follows_insults_and_warm_words(cues):
    """Dense name-calling is hostile, a welcome is conciliatory."""
    hostile = "The human scum and their gangster masters, rabid dogs and traitors, kick up a despicable racket."
    warm = "Both sides agreed to improve relations, and thanked each other for the constructive, friendly talks."
    assert found(cues, "tone", hostile) == ["hostile"]
    assert found(cues, "tone", warm, whole=False) == ["conciliatory"]


def test_known_audience_leads(cues):
    """A side known to be addressed comes before those merely named."""
    assert found(cues, "audience", "Japan and Japan again.", audience=("rok",)) == ["rok", "japan"]


def test_words_outside_the_spans_are_not_the_statements(cues):
    """Only the spans are read."""
    text = "An analyst feared a sea of fire.\nHe said: we welcome the talks."
    start = text.index("we welcome")
    rows = labels(Reading(text=text, spans=((start, len(text)),), whole=False), cues)
    assert all(row.start >= start for row in rows if row.evidence)
    assert next(row.label for row in rows if row.kind == "threat") == "none"


_PIECES = st.sampled_from(
    [
        "no dialogue",
        "U.S.",
        "will pay dearly",
        '"',
        "“",
        "’",
        "\n",
        ".",
        "...",
        "İ",
        "한국",
        "unless",
        "if attacked",
        "  ",
        "ß",
    ]
)


@settings(max_examples=120, deadline=None)
@given(
    text=st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=40).map(" ".join)),
    known=st.fixed_dictionaries(
        {"title": st.text(max_size=40), "side": st.sampled_from(["dprk", "us", "other", ""]), "whole": st.booleans()}
    ),
    cut=st.tuples(st.integers(0, 320), st.integers(0, 320)),
)
def test_any_text_is_labelled_with_true_spans(cues, text, known, cut):
    """Whatever the text, one threat and one tone come back, and every evidence is verbatim."""
    spans = () if cut[0] >= cut[1] else (cut,)
    rows = labels(Reading(text=text, spans=spans, **known), cues)
    count = Counter(row.kind for row in rows)
    assert count["threat"] == count["tone"] == 1
    for row in rows:
        assert row.kind in LABEL_KINDS
        assert 0 <= row.confidence <= 1
        assert row.start == -1 or text[row.start : row.end] == row.evidence


def _f1(pairs):
    right = sum(len(gold & found) for gold, found in pairs)
    return 2 * right / max(1, sum(len(gold) + len(found) for gold, found in pairs))


def _kappa(pairs):
    agreed = sum(gold == found for gold, found in pairs) / len(pairs)
    gold, said = Counter(gold for gold, _ in pairs), Counter(found for _, found in pairs)
    chance = sum(gold[value] * said[value] for value in gold) / len(pairs) ** 2
    return (agreed - chance) / (1 - chance)


@pytest.mark.shared
def test_agreement_with_careful_readers(cues, shared):
    """On the hand-read dispatches the labels keep to what was measured when they were made."""
    rows = [json.loads(line) for line in (shared / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["labels"]["relevant"] and row["labels"].get("speaker")]
    sets = {"themes": [], "demands": [], "stance": []}
    single = {"threat": [], "tone": []}
    for row in rows:
        gold = row["labels"]
        given_labels = labels(Reading(text=row["text"], title=row["title"], side=gold["side"]), cues)
        by_kind = {kind: {one.label for one in given_labels if one.kind == kind} for kind in LABEL_KINDS}
        sets["themes"].append((set(gold["themes"]), by_kind["theme"]))
        sets["demands"].append((set(gold["demands"]), by_kind["demand"]))
        stances = {(one.of, one.label) for one in given_labels if one.kind == "stance"}
        sets["stance"].append((set(gold["stance"].items()), stances))
        for kind, pairs in single.items():
            pairs.append((gold[kind], *by_kind[kind]))
    assert _f1(sets["themes"]) >= 0.82
    assert _f1(sets["demands"]) >= 0.82
    assert _f1(sets["stance"]) >= 0.74
    assert _kappa(single["threat"]) >= 0.78
    assert _kappa(single["tone"]) >= 0.70


def test_a_puppet_of_kiev_is_not_the_south(cues):
    """The stock word for Seoul, said of Ukraine's government, names no South Korea and no inter-Korean matter."""
    text = (
        "The Zelenskiy puppet clique attacked Russia with U.S.-supplied missiles. The Kiev puppet regime is a stooge."
    )
    found = labels(Reading(text=text), cues)
    assert "rok" not in {row.label for row in found if row.kind == "audience"}
    names = {row.label for row in found if row.kind == "theme"}
    assert "third-country-conflict" in names
    assert "inter-korean" not in names


def test_what_the_south_does_at_home_is_no_demand_on_the_hostile_policy(cues):
    """A call to stop repression is about home affairs; a call to stop provocations is not."""
    home = "The puppet group should stop at once its foolish repressive campaign against the people."
    assert not [row for row in labels(Reading(text=home), cues) if row.kind == "demand"]
    toward = "The puppet group should stop at once its reckless provocations against the DPRK."
    assert [row.label for row in labels(Reading(text=toward), cues) if row.kind == "demand"] == ["end-hostile-policy"]
