"""What a statement says of talking, by the small grammar of conditions."""

from __future__ import annotations

import pytest

from bot.classify.cues import load_cues
from bot.classify.labels import labels
from bot.classify.reading import Reading


@pytest.fixture(scope="module")
def cues():
    """All cues, read once."""
    return load_cues()


def stances(cues, text, *, side="dprk", whole=True, **more):
    """Audience to stance of a text."""
    found = labels(Reading(text=text, side=side, whole=whole, **more), cues)
    return {row.of: row.label for row in found if row.kind == "stance"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("We are not considering even the possibility of any contact with the U.S.", "rejects"),
        ("There will be no dialogue with the U.S. unless it withdraws its hostile policy.", "rejects-unless"),
        ("We will not sit face to face with the U.S. as long as it clings to its old stance.", "rejects-unless"),
        ("If the U.S. drops its demand, there is no reason for us not to sit down with it.", "conditional"),
        ("If the U.S. truly wants dialogue, it should stop its war drills first.", "conditional"),
        ("We should get prepared for both dialogue and confrontation with the U.S.", "ambivalent"),
        ("The DPRK proposes to the U.S. to have high-level talks at an early date.", "open"),
        ("The DPRK and the U.S. agreed to hold further talks next month.", "open"),
        ("The U.S. will pay for its reckless war drills.", None),
    ],
)
def test_one_sentence_says_where_the_speaker_stands(cues, words, expected):
    """Refusal, way back, condition, both roads and opening are told apart; blame and threats are no stance."""
    assert stances(cues, words) == ({"us": expected} if expected else {})


def test_a_double_negation_is_an_opening(cues):
    """The words "no reason not to" refuse nothing."""
    assert stances(cues, "There is no reason for the DPRK and Japan not to meet.") == {"japan": "conditional"}


def test_what_the_other_side_refuses_is_not_the_speakers_stance(cues):
    """A reported refusal or claim of others says nothing of the speaker's own door."""
    text = (
        "The south Korean authorities are not interested in dialogue. They said there will be no talks with the north."
    )
    assert stances(cues, text) == {}


@pytest.mark.parametrize(
    "words",
    [
        "The U.S. responded to the DPRK's sincere proposal for dialogue with war exercises.",
        "The south Korean authorities stand in the way of resuming the dialogue.",
        "The DPRK and Russia had a sincere dialogue on their friendly relations.",
    ],
)
def test_talk_of_dialogue_is_not_always_an_offer(cues, words):
    """An offer only recalled, a thing thwarted, and talks with friends say nothing of the speaker's door."""
    assert stances(cues, words) == {}


def test_each_audience_has_its_own_stance(cues):
    """One text may shut the door to Seoul and leave it ajar to Washington."""
    text = (
        "We will no longer deal with the south Korean authorities. "
        "If the U.S. changes its attitude, we may hold talks with the U.S."
    )
    assert stances(cues, text) == {"rok": "rejects", "us": "conditional"}


def test_a_firm_refusal_outweighs_kind_words_of_the_past(cues):
    """Two sentences on past dialogue do not soften "no longer deal with"."""
    text = (
        "The north proposed dialogue to the south Korean authorities. "
        "The north repeatedly proposed contacts to south Korea. "
        "The DPRK will no longer deal with the Lee Myung Bak group of traitors."
    )
    assert stances(cues, text) == {"rok": "rejects"}


def test_words_in_quotation_marks_are_the_opponents(cues):
    """KCNA quotes what it refuses: an offer within quotation marks is not its offer."""
    assert stances(cues, 'Trite is the U.S. cry "we are open to dialogue without preconditions".') == {}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("We are ready to meet them anywhere, anytime without preconditions.", "open"),
        ("We will hold talks if North Korea takes steps to denuclearize.", "conditional"),
        ("We will not go back to the talks until North Korea keeps its word.", "rejects-unless"),
    ],
)
def test_other_capitals_are_read_toward_pyongyang(cues, words, expected):
    """An American sentence on talks is a stance toward the DPRK."""
    assert stances(cues, words, side="us", whole=False) == {"dprk": expected}


def test_an_excerpt_that_names_nobody_takes_the_side_from_its_paragraph(cues):
    """Only the quotation is the statement; the sentence around it tells who is meant."""
    text = "Tokyo had asked again.\nOf Japan the minister said: “We have no intention to hold talks.”"
    start = text.index("We have")
    found = stances(cues, text, whole=False, spans=((start, len(text) - 1),))
    assert found == {"japan": "rejects"}


def test_korean_words_are_read_too(cues):
    """A refusal and a double readiness in Korean."""
    assert stances(cues, "미국과 마주앉을 일은 없을 것이다.", language="ko") == {"us": "rejects"}
    assert stances(cues, "미국과의 대화에도 대결에도 다 준비되여있어야 한다.", language="ko") == {"us": "ambivalent"}


def test_what_is_said_of_talks_among_koreans_is_for_the_south(cues):
    """No party is named, but the relations of North and South are: the audience is Seoul, not Washington."""
    words = "Dialogue and negotiations are the only way for improving the north-south relations."
    assert stances(cues, words) == {"rok": "open"}


def test_ready_for_both_is_said_to_everybody_addressed(cues):
    """Both roads shown to nobody by name hold for each audience of the text."""
    text = (
        "The U.S. and south Korea stage drills. The U.S. and south Korea must stop them."
        " The DPRK is ready for both dialogue and war."
    )
    assert stances(cues, text) == {"us": "ambivalent", "rok": "ambivalent"}


def test_a_condition_put_to_two_capitals_holds_for_both(cues):
    """The text addresses Washington and Seoul, and so does its "if"."""
    words = "If the U.S. and the south Korean authorities truly want dialogue, they should stop the war exercises."
    assert stances(cues, words) == {"us": "conditional", "rok": "conditional"}


def test_a_refusal_under_an_inverted_condition_names_the_way_back(cues):
    """Sentences such as "should they enact the law" say as much as "if they enact it"."""
    words = "Should the puppet forces enact the law, neither dialogue nor contact can take place with south Korea."
    assert stances(cues, words) == {"rok": "rejects-unless"}


def test_a_relayed_voice_calls_for_talks_in_its_own_quoted_words_and_refuses_none(cues):
    """Long quotations in a relayed report are the speaker's; a paper has no talks to refuse."""
    call = 'The paper said, "It is high time for the government to resume dialogue with the north at an early date."'
    assert stances(cues, call, side="rok", relayed=True) == {"dprk": "open"}
    assert stances(cues, "There will be no talks with the north.", side="rok", relayed=True) == {}


def test_an_urgent_matter_is_not_urged(cues):
    """The word "urgent" is no word of asking, "urge" is."""
    found = labels(Reading(text="The DPRK proposed an urgent Red Cross working contact with the south side."), cues)
    assert "return-to-talks" not in {row.label for row in found if row.kind == "demand"}
    found = labels(Reading(text="The DPRK urged the south side to have a Red Cross working contact."), cues)
    assert "return-to-talks" in {row.label for row in found if row.kind == "demand"}
