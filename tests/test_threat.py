"""Threats by the codebook's definitions: none, implied, deterrent, explicit."""

from __future__ import annotations

import pytest

from bot.classify.cues import load_cues
from bot.classify.labels import labels
from bot.classify.reading import Reading


@pytest.fixture(scope="module")
def cues():
    """All cues, read once."""
    return load_cues()


def threat(cues, text, **more):
    """The one threat label of a text."""
    rows = [row for row in labels(Reading(text=text, **more), cues) if row.kind == "threat"]
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The U.S. will have to pay dearly for its reckless act.", "implied"),
        ("South Korea will be held wholly responsible for the consequences.", "implied"),
        ("We regard this as a declaration of war.", "implied"),
        ("If the enemy attacks us, our army will strike its bases without mercy.", "deterrent"),
        ("We will scatter rubbish over the border a hundred times if drones come again.", "explicit"),
        ("The DPRK will conduct a new nuclear test.", "explicit"),
        ("The DPRK will bolster its self-defensive deterrent in every way.", "none"),
        ("We will never tolerate such moves.", "none"),
        ("They will never escape a stern punishment by history.", "none"),
        ("Our army will escalate the military retaliation as it declared.", "explicit"),
        ("No force will dare to attack us.", "none"),
        ("Their racket will invite nothing but a miserable end.", "implied"),
        ("History will never forget their crimes.", "none"),
        ("The tests may bring disastrous consequences to the region and the world.", "none"),
        ("We will force the puppet group to pay for its crimes.", "implied"),
        ("If the other side launches a nuclear war, we are ready to counter it with nukes.", "deterrent"),
        ("Our army is ready to deal a heavy blow at the traitors.", "implied"),
        ("The warmongers set up a command that would spearhead attack operations against the DPRK.", "none"),
        ("The inter-Korean relations will be declared completely frozen.", "explicit"),
        ("They had better cogitate about what consequences their drills will entail.", "implied"),
        ("If they dare fire a single shell, the island will burst into roaring flames.", "deterrent"),
        ("If the U.S. attacks, its bases will be reduced to ashes.", "deterrent"),
        ("The DPRK successfully conducted a nuclear test yesterday.", "none"),
    ],
)
def test_a_sentence_threatens_as_the_codebook_says(cues, words, expected):
    """Consequences, acts under attack and named acts are told apart from resolve and from acts done."""
    assert threat(cues, words).label == expected


def test_the_strongest_threat_stands(cues):
    """A named act outweighs vague consequences in the same text."""
    text = "They will pay a dear price. The DPRK will launch missiles again."
    assert threat(cues, text).label == "explicit"


def test_a_threat_in_quotation_marks_is_the_opponents(cues):
    """Words quoted to be refused threaten nobody in the speaker's name."""
    assert threat(cues, 'The old man babbled about an "end of the regime".').label == "none"


def test_a_third_countrys_war_is_no_threat_of_the_speakers(cues):
    """Consequences that Russia or Palestine will bring about are not Pyongyang's."""
    assert threat(cues, "The Russian army will deal a merciless blow to Ukraine.").label == "none"


def test_the_evidence_is_verbatim(cues):
    """What the label rests on stands in the text at the place given."""
    text = "A fine day. The U.S. will have to pay dearly for it."
    row = threat(cues, text)
    assert text[row.start : row.end] == row.evidence
    assert "pay dearly" in row.evidence


def test_korean_threats_are_read(cues):
    """A dear price and a sea of fire in Korean."""
    assert threat(cues, "값비싼 대가를 치르게 될것이다.", language="ko").label == "implied"
    assert threat(cues, "서울을 불바다로 만들것이다.", language="ko").label == "explicit"


def test_a_paper_or_a_civic_group_that_is_relayed_threatens_nobody(cues):
    """What critics at home foretell their government is no threat: the consequences are not theirs to bring about."""
    words = "The authorities will surely face ruin if they cling to their policy."
    assert threat(cues, words, side="rok", relayed=True).label == "none"
    assert threat(cues, words, side="dprk").label == "implied"
