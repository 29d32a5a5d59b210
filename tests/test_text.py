"""Cutting a text: paragraphs, sentences and quotations in every kind of mark, at true offsets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify.text import read, straighten


def quoted(text: str) -> list[tuple[str, int]]:
    """The quotations of a text with their depths."""
    document = read("", text)
    return [(document.words(span), span.depth) for span in document.quoted]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('He said, "No talks," and left.', ["No talks,"]),
        ("He said, “No talks,” and left.", ["No talks,"]),
        ("He said 'no talks' and the North's envoy left.", ["no talks"]),
        ("He said ‘the troops’ return’ was near; it’s late.", ["the troops’ return"]),
        ("Он сказал: «Нет переговоров».", ["Нет переговоров"]),
        ("Sie sagte: „Keine Gespräche“, dann ging sie.", ["Keine Gespräche"]),
        ("報道官は「対話はない」と述べた。", ["対話はない"]),
        ("담화는 《대화는 없다》고 밝혔다.", ["대화는 없다"]),
        ("그는 “대화에는 대화로”라고 말했다.", ["대화에는 대화로"]),
        ("He said, â€œNo talks,â€\x9d and left.", ["No talks,"]),
        ("He said, ΓÇ£No talks,ΓÇ¥ and left.", ["No talks,"]),
        ("In the '90s it was the people's choice.", []),
    ],
)
def test_every_kind_of_mark_is_read(text, words):
    """Curly, straight, single, guillemets, corner brackets, and marks damaged by a wrong decoding."""
    assert [found for found, _ in quoted(text)] == words


def test_a_quotation_inside_a_quotation_is_one_deeper():
    """She quotes him, the outlet quotes her."""
    assert quoted("“He called it an ‘interesting signal’ once.”") == [
        ("He called it an ‘interesting signal’ once.", 1),
        ("interesting signal", 2),
    ]


def test_two_quotations_behind_a_plural_stay_two():
    """A closing mark after an s is no possessive when the next mark opens."""
    assert [words for words, _ in quoted("They 'fear animals' and said that 'it is time' to go.")] == [
        "fear animals",
        "it is time",
    ]


def test_a_quotation_over_paragraphs_is_taken_up_by_the_next_opening_mark():
    """Each paragraph opens, only the last one closes."""
    document = read("", "“First part.\n“Second part,” she said.")
    first, second = document.quoted
    assert (document.words(first), first.closed) == ("First part.", False)
    assert (document.words(second), second.continues, second.closed) == ("Second part,", True, True)


def test_a_lost_mark_does_not_turn_the_rest_inside_out():
    """The paragraph after an odd straight mark is read afresh."""
    assert [words for words, _ in quoted('He said: "It was lost.\nShe said "yes" and left.')] == ["yes"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The U.S. envoy met Mr. Kim in Jan. 2019. He left.", 2),
        ("He met the N.K. leader. They spoke.", 2),
        ("He flew to the U.S. The talks went on.", 2),
        ("J. R. Bolton spoke. “Never!” he said.", 2),
        ("김 부부장은 담화를 냈다. 미국은 답하지 않았다.", 2),
        ("談話を出した。米国は答えなかった。", 2),
        ("He asked why? nobody knew.", 1),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, count):
    """Abbreviations and initials do not end a sentence; a full stop after one may."""
    assert len(read("", text).sentences) == count


def test_straightened_text_keeps_every_offset():
    """Patterns are sought in the plain form and cut from the true one."""
    text = "She said:\u00a0“we’ll see” — later"
    assert straighten(text) == 'She said: "we\'ll see" - later'
    assert len(straighten(text)) == len(text)


def test_the_words_of_others_can_be_blanked_out():
    """Quoted words are replaced by blanks of the same length."""
    document = read("", 'He said "stop it" twice.')
    assert document.unquoted() == 'He said "       " twice.'
    assert document.quoted_at(10) is not None
    assert document.quoted_at(1) is None


@given(st.text(alphabet="ab S.!?“”‘’\"'«»「」\n。가„", max_size=80))
@settings(max_examples=150)
def test_any_text_is_cut_into_pieces_that_lie_inside_it(text):
    """Spans are in order, inside the text, sentences do not overlap, and quotations nest."""
    document = read(text, text)
    for spans in (document.paragraphs, document.sentences):
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
        assert all(a.end <= b.start for a, b in pairwise(spans))
    for span in document.quoted:
        assert 0 <= span.outer_start < span.start < span.end <= span.outer_end <= len(text)
