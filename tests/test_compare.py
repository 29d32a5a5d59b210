"""What a statement means against the record: June 2021 is the model case."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.classify.compare import compare
from store import chronicle
from store.records import LABEL_KINDS, Earlier, Event, Label, Quotation, Seen, Statement

LEVEL, RECENT, WEEKS = 24, 12, timedelta(days=30)


def _named(record: str, every: list[Statement]) -> Statement:
    return next(one for one in every if one.record.startswith(record))


def _elements(one: Statement) -> set[tuple[str, str]]:
    return {(row.kind, row.label) for row in one.labels if row.kind in LABEL_KINDS}


def _before(statement: Statement, every: list[Statement], events: tuple[Event, ...] = ()) -> Earlier:
    """Everything of ``every`` made before the statement, sorted as the store sorts it; all of its side is similar."""
    past = sorted(
        (one for one in every if one.date < statement.date), key=lambda one: (one.date, one.record), reverse=True
    )
    own = [one for one in past if one.side == statement.side]
    audience = statement.audience[:1]
    lately = [one for one in own if one.speaker == statement.speaker]
    close = [one for one in past if statement.date - one.date <= WEEKS]
    return Earlier(
        recent=tuple(one for one in lately if one.audience[:1] == audience)[:RECENT],
        level=tuple(one for one in own if one.authority == statement.authority and one.audience[:1] == audience)[
            :LEVEL
        ],
        lately=tuple(lately[:RECENT]),
        similar=tuple(own),
        seen=_seen(statement, own),
        triggers=tuple(one for one in close if one.side != statement.side),
        endorsable=tuple(one for one in close if one.side == statement.side),
        events=events,
        frequency=Counter(
            term
            for one in every
            for term in {*one.words.casefold().split(), *(f"{kind}:{label}" for kind, label in _elements(one))}
        ),
        total=len(every),
    )


def _seen(statement: Statement, own: list[Statement]) -> dict[tuple[str, str], Seen]:
    found = {}
    for pair in _elements(statement):
        if users := [one for one in own if pair in _elements(one)]:
            found[pair] = Seen(len(users), users[0].date, users[0].record, users[0].speaker)
    return found


@pytest.fixture(scope="module")
def every() -> list[Statement]:
    """The chronicle, its records standing for ids."""
    return list(chronicle.statements())


def _compared(record: str, every: list[Statement], **changes):
    statement = replace(_named(record, every), **changes)
    return compare(statement, _before(statement, every))


def test_kim_yo_jong_makes_no_threat_though_she_mostly_does(every):
    """22 June 2021, full text: the absent threat is told with the rate and n."""
    found = _compared("2021-06-22-kim-yo-jong", every)
    threat = next(row for row in found.omissions if row.kind == "threat")
    assert (threat.whom, threat.count, threat.n) == ("kim-yo-jong", 6, 10)
    assert "6 of the last 10" in found.reading


def test_nothing_is_missed_in_an_excerpt(every):
    """The same words as an excerpt: no omission at all."""
    assert _compared("2021-06-22-kim-yo-jong", every, coverage="partial").omissions == ()


def test_sullivan_is_recognised_by_name_and_by_his_quoted_words(every):
    """Without the link on record: named in the text, and "interesting signal" stands in quotation marks."""
    text = (
        'The U.S. security adviser Sullivan said he saw an "interesting signal". In a dream, what counts is to read it.'
    )
    found = _compared("2021-06-22-kim-yo-jong", every, in_response_to=(), summary="", text=text)
    (answer,) = found.answers
    assert answer.id == "2021-06-20-jake-sullivan-interesting-signal"
    assert "sullivan" in answer.how
    assert "interesting signal" in answer.how
    assert (answer.relation, answer.after) == ("answers", timedelta(days=2))


def test_a_name_inside_an_administration_is_no_answer(every):
    """Kim Jong Un's plenum speaks of the Biden administration and answers none of Biden's statements."""
    assert _compared("2021-06-17-kim-jong-un", every).answers == ()


def test_kim_jong_un_leaves_out_the_hostile_policy(every):
    """17 June 2021, had the report been full: his party reports to the US demanded its end, this one does not."""
    found = _compared("2021-06-17-kim-jong-un", every, coverage="full")
    assert ("demand", "end-hostile-policy") in {(row.kind, row.label) for row in found.omissions}
    assert all(row.count <= row.n for row in found.omissions)


def test_ri_son_gwon_reaffirms_kim_yo_jong(every):
    """23 June 2021: he welcomes her statement, with and without the link on record; it is no precedent of his."""
    for links in (("2021-06-22-kim-yo-jong-disappointment",), ()):
        found = _compared("2021-06-23-ri-son-gwon", every, in_response_to=links)
        (answer,) = found.answers
        assert (answer.id, answer.relation) == ("2021-06-22-kim-yo-jong-disappointment", "reaffirms")
        assert answer.id not in {row.id for row in found.precedents}
        assert found.novelty == "formulaic"


def test_dialogue_and_confrontation_finds_the_spokesman_of_2011(every):
    """A spokesman ready "for both dialogue and confrontation" on 1 March 2011 is among the first three."""
    spokesman = Statement(
        "mfa-spokesperson",
        date(2011, 3, 1),
        "dprk",
        authority=5,
        quotes=(Quotation("The DPRK is ready for both dialogue and confrontation."),),
        labels=(
            Label("audience", "us"),
            Label("stance", "ambivalent", of="us"),
            Label("theme", "joint-exercises"),
            Label("formula", "dialogue-and-confrontation"),
        ),
        record="2011-03-01-mfa-spokesperson",
    )
    statement = _named("2021-06-17-kim-jong-un", every)
    found = compare(statement, _before(statement, [*every, spokesman]))
    assert spokesman.record in [row.id for row in found.precedents[:3]]
    assert found.precedents[0].score >= found.precedents[1].score


def test_a_stock_phrase_is_found_across_languages(every):
    """The same line in Spanish shares no word; the formula stands in for them."""
    spanish = Statement(
        "mfa-spokesperson",
        date(2011, 3, 1),
        "dprk",
        quotes=(Quotation("Estamos listos tanto para el dialogo como para el enfrentamiento."),),
        labels=(
            Label("audience", "us"),
            Label("stance", "ambivalent", of="us"),
            Label("formula", "dialogue-and-confrontation"),
        ),
        record="spanish",
    )
    statement = _named("2021-06-17-kim-jong-un", every)
    found = compare(statement, _before(statement, [*every, spanish]))
    assert "spanish" in [row.id for row in found.precedents[:3]]


def test_others_quoted_words_make_no_precedent():
    """A text that quotes another at length is not near it for that reason."""
    quoted = "the personal ties between the leaders shall decide whether the door to talks stays open this year"
    source = _said("dprk", date(2020, 1, 1), quoted, record="source")
    text = f'Somebody claimed "{quoted}". We build our own power station.'
    found = compare(_said("dprk", date(2020, 2, 1), "", text=text), _before(_said("dprk", date(2020, 2, 1)), [source]))
    assert found.precedents == ()


def test_a_precedent_is_shown_in_its_own_words():
    """What a label rests on may be a reporter's sentence; a reader is shown what the speaker said."""
    rejects = Label("stance", "rejects", "us", "Somebody on Monday dismissed hopes for talks")
    old = _said("dprk", date(2020, 1, 1), "a dream for the wrong people", labels=(rejects,), record="old")
    now = _said("dprk", date(2020, 2, 1), "no door", labels=(replace(rejects, evidence="no door"),))
    (found,) = compare(now, _before(now, [old])).precedents
    assert found.words == "a dream for the wrong people"


def test_a_name_alone_is_not_shown_as_a_precedents_words():
    """A title or a name between quotation marks says nothing by itself: then no words are shown."""
    old = _said("dprk", date(2020, 1, 1), "Korean Authorities", labels=(Label("theme", "leaflets"),), record="old")
    now = _said("dprk", date(2020, 2, 1), "no leaflets", labels=(Label("theme", "leaflets"),))
    (found,) = compare(now, _before(now, [old])).precedents
    assert found.words == ""


def _said(side: str, day: date, words: str = "", **more) -> Statement:
    quotes = (Quotation(words),) if words else ()
    return Statement(more.pop("speaker", "somebody"), day, side, quotes=quotes, **more)


def test_an_old_phrase_in_a_new_mouth_is_looked_up_by_side(every):
    """The line "anywhere, anytime" was Pyongyang's in 2019; what counts for Ned Price is what Americans said."""
    found = _compared("2021-06-21-ned-price", every)
    past = {(row.kind, row.label): row.seen for row in found.elements}
    seen = past["offer", "talks-without-preconditions"]
    assert seen is None or _named(seen.last_id, every).side == "us"


def test_a_first_demand_is_new_and_an_old_one_in_new_words_is_not():
    """Novelty is in the claim, not in the metaphor."""
    old = _said("dprk", date(2020, 1, 1), "end the drills", labels=(Label("demand", "end-exercises"),), record="old")
    again = _said("dprk", date(2020, 2, 1), "put out the fire", labels=(Label("demand", "end-exercises"),))
    first = _said("dprk", date(2020, 2, 1), "say sorry", labels=(Label("demand", "apology"),))
    assert compare(again, _before(again, [old])).novelty == "formulaic"
    assert compare(first, _before(first, [old])).novelty == "new"


def test_nothing_to_compare_gives_no_verdict():
    """An empty record: no novelty, no precedents, no sentence."""
    found = compare(_said("dprk", date(2020, 2, 1), "words"), Earlier())
    assert (found.novelty, found.precedents, found.reading) == (None, (), "")


def test_a_shift_needs_the_speakers_own_wording():
    """Open after three refusals is a shift; in another's relay or a translation it is not told."""
    refusals = [
        _said("dprk", date(2020, 1, day), "no", labels=(Label("stance", "rejects", of="us"), Label("audience", "us")))
        for day in (1, 2, 3)
    ]
    opening = _said("dprk", date(2020, 2, 1), "yes", labels=(Label("stance", "open", of="us"), Label("audience", "us")))
    (shift,) = (row for row in compare(opening, _before(opening, refusals)).shifts if row.kind == "stance")
    assert (shift.before, shift.now, shift.of) == ("rejects", "open", "us")
    translated = replace(opening, coverage="translated")
    assert compare(translated, _before(translated, refusals)).shifts == ()


def test_a_habit_is_told_only_from_enough_texts():
    """Two earlier texts are no habit, whatever they have in common."""
    earlier = [
        _said("dprk", date(2020, 1, day), "x", labels=(Label("demand", "apology"), Label("audience", "rok")))
        for day in (1, 2)
    ]
    now = _said("dprk", date(2020, 2, 1), "y", coverage="full", labels=(Label("audience", "rok"),))
    assert compare(now, _before(now, earlier)).omissions == ()


def test_an_act_is_recognised_by_its_proper_name():
    """A drill named in the text is what it answers."""
    drill = Event("drill", date(2023, 8, 21), "exercise", "The allies began Ulchi Freedom Shield with field training.")
    now = _said("dprk", date(2023, 8, 22), "The Ulchi Freedom Shield drill is a rehearsal of war.")
    (answer,) = compare(now, _before(now, [], (drill,))).answers
    assert (answer.id, answer.after) == ("drill", timedelta(days=1))


def test_every_record_compares_without_surprise(every):
    """Scores lie between 0 and 1 and fall, no statement precedes itself, and only full texts have omissions."""
    for statement in every[::9]:
        found = compare(statement, _before(statement, every))
        scores = [row.score for row in found.precedents]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
        assert all(row.date < statement.date and row.id != statement.record for row in found.precedents)
        assert statement.coverage == "full" or not found.omissions
