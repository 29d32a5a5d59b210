"""Whose words stand in quotation marks, and which make no statement."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.classify import dates, quotations
from bot.classify.speakers import Registry
from bot.classify.text import Document
from bot.codebook import load
from store.records import Item, Stamp

DAY = date(2021, 6, 22)
SEEN = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def registry():
    """The registry of the codebook."""
    return Registry(load())


@pytest.fixture
def spoken(registry):
    """Reads a text of 22 June 2021 and gives its utterances."""

    def _spoken(text, day=DAY, language="en"):
        item = Item("wire", "", "", text, Stamp(day), SEEN, language)
        doc = Document.of(item)
        now = dates.today(item.published, text)
        return quotations.read(doc, registry.scan(doc, now).mentions, registry, now)

    return _spoken


def said(utterances):
    """The speakers of the direct quotations, in order."""
    return [one.slug for one in utterances if one.direct]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("“The door is closed to talks,” Kim Yo Jong said on Tuesday.", ["kim-yo-jong"]),
        ("“The door is closed,” said Kim Yo Jong, “and it will stay closed.”", ["kim-yo-jong", "kim-yo-jong"]),
        ("Sung Kim, the U.S. envoy, who was in Seoul, told reporters that “we are still waiting”.", ["sung-kim"]),
        ("According to Ned Price, the offer “stands as it was made”.", ["ned-price"]),
        ("Jake Sullivan called the remarks “an interesting signal”.", ["jake-sullivan"]),
        (
            "Kim Yo Jong spoke on Monday. “The door is closed,” she said. “It will stay closed for long.”",
            ["kim-yo-jong"] * 2,
        ),
        ("In a letter on Monday, Joe Biden wrote: “We are ready to meet them anywhere.”", ["joe-biden"]),
        ("Kim Yo Jong rejected what Jake Sullivan had called “an interesting signal”.", ["jake-sullivan"]),
    ],
)
def test_words_go_to_the_one_who_said_them(spoken, text, speakers):
    """Before, behind, split, by a pronoun, behind an apposition or a colon: the verb's subject is the speaker."""
    assert said(spoken(text)) == speakers


@pytest.mark.parametrize(
    "text",
    [
        "“Pyongyang will not give up one warhead,” a professor at a university in Seoul said.",
        "“They never waste a date,” said a retired American diplomat who took part in talks.",
        "An arms control expert was less sure: “Both of them should stop talking for a week.”",
        "The 'audacious initiative' is a plan of the South for the North.",
        "RELATED: “We fell in love”: the letters of Kim Jong Un in pictures",
        "Kim Yo Jong said no more on Monday.\n-- 12 comments --\nPatriot: “She should be president, at least.”",
    ],
)
def test_words_of_nobody_in_office_make_no_statement(spoken, text):
    """Experts, former officials, names of plans, teasers and readers' comments are told apart, with a reason."""
    direct = [one for one in spoken(text) if one.direct]
    assert direct
    assert all(not one.slug for one in direct)
    assert all(one.rule for one in direct)


def test_spans_are_verbatim_and_days_belong_to_their_verbs(spoken):
    """Each quotation is where it says it is, and takes the day of its own clause."""
    text = (
        "Kim Yo Jong said on Tuesday that “the door is closed”. Jake Sullivan had told ABC on"
        " Sunday it was “an interesting signal”."
    )
    first, second = [one for one in spoken(text) if one.direct]
    assert text[first.start : first.end] == "the door is closed"
    assert (first.when.day, second.when.day) == (date(2021, 6, 22), date(2021, 6, 20))
    assert second.recalled
    assert not first.recalled


def test_korean_quotations_are_read(spoken):
    """A topic particle names the speaker, a particle behind the mark makes it a quotation."""
    text = (
        "김여정 북한 노동당 부부장은 22일 담화에서 “더 큰 실망에 빠질 것”이라고 밝혔다."
        " 한 대학 교수는 “문을 닫은 표현”이라고 분석했다."
    )
    assert said(spoken(text, language="ko")) == ["kim-yo-jong", ""]


def test_a_bullet_goes_on_with_the_last_speaker(spoken):
    """In a brief, "* Says ..." has the subject of the line above."""
    text = 'SEOUL, June 22 (Wire) - Sung Kim said he was ready.\n* Says the offer to meet "anywhere, anytime" stands'
    assert said(spoken(text)) == ["sung-kim"]
