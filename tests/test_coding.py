"""From an item to its coding: news and background, grouping, evidence, and any text at all."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify.coding import Coder, code
from bot.codebook import load
from bot.evaluate import evaluate, report, same_words
from store.records import Item, Stamp

SEEN = datetime(2100, 1, 1, tzinfo=UTC)
CODER = Coder(load())

NEWS = """SEOUL (Wire) — The sister of North Korean leader Kim Jong Un on Tuesday dismissed hopes for nuclear talks.

“The door to talks with the United States is closed,” Kim Yo Jong said in a statement carried by state media.

Her target was Jake Sullivan, the White House adviser, who told ABC on Sunday it was “an interesting signal”.

“They like the last word,” said a professor of Korean politics in London."""


def item(text, title="North Korea says no to nuclear talks with the United States", day=date(2021, 6, 22)):
    """A news item of 22 June 2021."""
    return Item("wire", "https://example.org/1", title, text, Stamp(day), SEEN)


def test_the_news_comes_first_and_what_is_recalled_is_background():
    """Her words of Tuesday are new; those of Sunday that she answers keep their own day; the professor's are none."""
    coding = CODER.code(item(NEWS))
    assert coding.carries == "statement"
    assert [(found.statement.speaker, found.statement.date, found.new) for found in coding.found] == [
        ("kim-yo-jong", date(2021, 6, 22), True),
        ("jake-sullivan", date(2021, 6, 20), False),
    ]
    assert [note.evidence for note in coding.notes if note.kind == "not-statement"] == ["They like the last word,"]


def test_every_judgement_shows_its_words():
    """Speaker, date and channel are labels with evidence that stands verbatim in the text."""
    text = NEWS
    statement = CODER.code(item(text)).found[0].statement
    reasons = {label.kind: label for label in statement.labels}
    assert {"speaker", "date", "channel"} <= set(reasons)
    for label in statement.labels:
        if label.start >= 0:
            assert text[label.start : label.end] == label.evidence
    for quote in statement.quotes:
        assert text[quote.start : quote.end] == quote.words


def test_words_under_two_days_are_one_utterance():
    """Where an item gives the same words twice, with two days, the earlier is when they were said."""
    text = (
        "SEOUL, June 22 (Wire) -- On Tuesday Kim Yo Jong said that “the door to talks with the United States is"
        " closed”.\nOn Monday Kim Yo Jong said that “the door to talks with the United States is closed” for good."
    )
    found = CODER.code(item(text)).found
    assert [(one.statement.speaker, one.statement.date) for one in found] == [("kim-yo-jong", date(2021, 6, 21))]


def test_an_institution_speaks_through_its_spokesperson():
    """What the department "said" in other words is its spokesman's quoted utterance of the day, not a second one."""
    text = (
        "WASHINGTON, June 22 (Wire) -- The United States is still ready to talk to North Korea, the State Department"
        " said Tuesday.\n“Our view on diplomacy with North Korea is unchanged,” department spokesman Ned Price said."
    )
    assert [one.statement.speaker for one in CODER.code(item(text)).found] == ["ned-price"]


def test_a_dateline_addresses_nobody():
    """Seoul in the dateline does not make the South the one whom an excerpt speaks to."""
    text = (
        "SEOUL, June 22 (Wire) -- North Korean leader Kim Jong Un told the party to “be prepared for both dialogue and"
        " confrontation” with the United States on Monday."
    )
    [found] = CODER.code(item(text)).found
    assert set(found.statement.stance) == {"us"}


def test_two_days_make_two_statements():
    """The same speaker on two days is coded twice."""
    text = (
        "Kim Yo Jong said on Monday that “nuclear talks are a dream”. "
        "On Tuesday Kim Yo Jong said that “the United States will be disappointed”."
    )
    days = sorted(found.statement.date.day for found in CODER.code(item(text)).found)
    assert days == [21, 22]


def test_an_opinion_piece_carries_nothing():
    """A comment quotes old words as background and makes no statement of its own."""
    text = (
        "Comment\n\nOn August 8, 2017 President Donald Trump said that North Korea “will be met with fire and fury”."
        " I believe it was a bluff."
    )
    coding = CODER.code(item(text, title="Was it a nuclear bluff?"))
    assert coding.carries == "none"
    assert all(not found.new for found in coding.found)
    assert [found.statement.date for found in coding.found] == [date(2017, 8, 8)]


def test_an_irrelevant_item_has_no_statements():
    """A match report is not read any further."""
    coding = CODER.code(item("“They never retreat,” said a supporter.", title="Women's football final"))
    assert (coding.relevant, coding.found) == (False, ())


def test_glued_headlines_name_nobody():
    """Other stories' headlines inside a sentence are no part of it."""
    text = (
        "President Joe BidenJoe BidenFive takeaways from the hearing Sanders: “vote now” MORE said on Tuesday that"
        " nuclear talks with North Korea “remain our goal”."
    )
    found = CODER.code(item(text)).found
    assert [(one.statement.speaker, [quote.words for quote in one.statement.quotes]) for one in found] == [
        ("joe-biden", ["remain our goal"])
    ]


def test_the_summary_is_one_plain_sentence():
    """It is built from the labels and names the speaker."""
    summary = CODER.code(item(NEWS)).found[0].statement.summary
    assert summary.startswith("Kim Yo Jong ")
    assert summary.endswith(".")


def test_code_alone_does_what_a_coder_does():
    """The function is the class for one item."""
    assert code(item(NEWS), CODER.codebook) == CODER.code(item(NEWS))


PIECES = st.sampled_from(
    (
        "“ ” \" ' U.S. nuclear MORE said,Kim,Yo,Jong North,Korea on,Monday ,who,told according,to he,said: 31,June"
        " a,professor Pyongyang,,June,22,(KCNA),-- issued,the,following,press,statement"
        " 김,부부장은,“말”이라고,밝혔다. \n"
    )
    .replace(",", "\x00")
    .split(" "),
).map(lambda piece: piece.replace("\x00", " "))


@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=40).map(" ".join)), st.text(max_size=60))
@settings(max_examples=120, deadline=None)
def test_any_text_gives_a_coding(text, title):
    """Nothing raises, and every span is verbatim."""
    coding = CODER.code(item(text, title=f"{title} North Korea nuclear talks"))
    for found in coding.found:
        for quote in found.statement.quotes:
            assert quote.start < 0 or text[quote.start : quote.end] == quote.words


@pytest.mark.parametrize(
    "piece", ["Kim said ", "“a ", "the minister, ", "A a ", "said, who ", "on Monday after ", "김은 “", "Kim Kim, "]
)
def test_long_repetitive_text_is_read_to_its_end(piece):
    """No pattern goes wild on 20,000 characters of the same, and what is said after them is found."""
    told = "Foreign Minister Choe Son Hui said, “We shall never sit down with the US again.”"
    text = f"North Korea nuclear talks.\n\n{piece * (20_000 // len(piece))}\n\n{told}"
    assert "choe-son-hui" in {found.statement.speaker for found in CODER.code(item(text)).found}


@pytest.mark.shared
def test_press_items_are_read_well(shared):
    """On the written news items, quotations reach their speakers and experts make no statements."""
    figures = evaluate(shared / "gold" / "press-dev.jsonl", CODER)
    assert figures.tally("quotations").f1 >= 0.82
    assert figures.rate("not-statements kept out") >= 0.92
    assert figures.rate("new or background") >= 0.9
    assert "quotations" in report(figures)


def test_same_words_compares_wording_not_marks():
    """A shorter excerpt of the same words is the same quotation; other words are not."""
    assert same_words("The door is closed,", "the door is closed")
    assert same_words("is closed", "The door is closed.")
    assert not same_words("the door is open", "talks are a dream")
