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


TRANSCRIPT = (
    "Ned Price, Department Spokesperson. Washington, June 22, 2021.\n"
    "QUESTION: The North Korean statement says “the door is closed”. Does that change anything?\n"
    "MR PRICE: It has not changed our view on diplomacy in the least. Thank you.\n"
    "QUESTION: And what do you do now?\n"
    "MR PRICE: We will have to wait and see whether they answer us directly.\n"
    "QUESTION: On Iran, is there a date for the next round?\n"
    "MR PRICE: We expect the next round of those talks in the coming days."
)


def test_in_a_transcript_the_answers_are_the_speaker_s_words(spoken):
    """Questions are nobody's statement, and neither are answers about the rest of the world."""
    found = spoken(TRANSCRIPT)
    assert {one.slug for one in found} == {"ned-price"}
    assert [TRANSCRIPT[one.start : one.end][:2] for one in found] == ["It", "We"]
    assert {one.when.day for one in found} == {DAY}


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("北朝鮮の金与正党副部長は22日、米国は誤った期待を抱いているとする談話を発表した。", ["kim-yo-jong"]),
        ("李善権外相は22日の談話で「接触は考えていない」と述べた。", ["ri-son-gwon"]),
        ("米国のソン・キム特別代表は22日、北朝鮮が応じることを期待すると述べた。", ["sung-kim"]),
        ("金正恩総書記は平壌の工場を視察した。", []),
    ],
)
def test_japanese_speech_is_read(spoken, text, speakers):
    """The topic of a sentence that ends in a verb of saying is the speaker; what somebody did is no speech."""
    found = spoken(text, language="ja")
    assert [one.slug for one in found] == speakers
    assert all(one.when and one.when.day == DAY for one in found)


def test_a_korean_title_on_second_mention_is_the_last_of_that_surname(spoken):
    """The title "김 대표" is the envoy of that name, not the leader whom his sentence speaks of."""
    text = (
        "성 김 미국 대북특별대표는 22일 북한의 답을 기다린다고 말했다."
        " 김 대표는 김정은 총비서가 곧 답하기를 바란다고 했다."
    )
    assert [one.slug for one in spoken(text, language="ko")] == ["sung-kim", "sung-kim"]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "Kim Jong Un has ordered his party to “get prepared for both dialogue and confrontation”, KCNA said.",
            ["kim-jong-un"],
        ),
        (
            (
                "In a text carried by the agency, she answered U.S. National Security Adviser Jake Sullivan, who had"
                " called it an “interesting signal”."
            ),
            ["jake-sullivan"],
        ),
        (
            "Kim Yo Jong was replying to Jake Sullivan's remark that he saw an “interesting signal” in it.",
            ["jake-sullivan"],
        ),
        (
            (
                "Sung Kim spoke in Seoul. The two were joined by Japan's Takehiro Funakoshi. The envoy said, “We will"
                " be prepared for either.”"
            ),
            ["sung-kim"],
        ),
        (
            (
                "President Biden's national security adviser, Jake Sullivan, said that the White House regards it “as"
                " an interesting signal”."
            ),
            ["jake-sullivan"],
        ),
        (
            "It is softer than the line which Choe Son Hui took on March 17: “no contact of any kind can be possible”.",
            ["choe-son-hui"],
        ),
        (
            (
                "Ri Son Gwon leant on the statement that Kim Yo Jong had put out on June 20, and said that it was meant"
                " to “brush off hasty judgment and conjecture”."
            ),
            ["ri-son-gwon"],
        ),
        ("Kim Yo Jong spoke. The American president said that “we are ready for it”.", ["joe-biden"]),
    ],
)
def test_neighbours_are_not_taken_for_the_speaker(spoken, text, speakers):
    """The carrier, the one answered, the company, a possessive and a clause within do not lend their name."""
    assert said(spoken(text)) == speakers


def days_of(utterances):
    """The days of the direct quotations, in order."""
    return [one.when.day if one.when else None for one in utterances if one.direct]


def test_the_day_of_carrying_gives_way_to_the_day_of_speaking(spoken):
    """What "KCNA said on Tuesday" dates is the report; the text that names the sitting's day dates the words."""
    text = (
        "Kim Jong Un told his party to “get prepared for both dialogue and confrontation”, KCNA said on Tuesday."
        "\nKim spoke on Monday at a plenary."
    )
    assert days_of(spoken(text)) == [date(2021, 6, 21)]


def test_the_day_of_another_s_act_dates_nothing_else(spoken):
    """A date inside "the statement that she had put out" is hers; the minister spoke when he spoke."""
    text = (
        "Ri Son Gwon wrote on Monday that “there is no point in it at all”. The minister leant on the statement that"
        " Kim Yo Jong had put out on June 18, and said that it was meant to “brush off hasty judgment”."
    )
    assert days_of(spoken(text)) == [date(2021, 6, 21)] * 2


def test_earlier_statements_keep_their_own_days(spoken):
    """A sentence that only dates a statement gives its day to the words behind it."""
    text = (
        "Kim Yo Jong said on Tuesday that talks “would end in a disappointment”.\nThe sister's last statement was of"
        " May 2. Then she blamed Seoul, saying, “We can no longer remain an onlooker.”"
    )
    assert days_of(spoken(text)) == [DAY, date(2021, 5, 2)]


def test_that_year_is_the_year_written_out_last(spoken):
    """A tale that goes back to "that year" dates its days in it."""
    text = (
        "On Dec. 3, 2019, Ri Thae Song announced that “it is up to the US what gift it will get”. Much was said that"
        " year. On Dec. 9 Kim Yong Chol said that “the time may come again”."
    )
    assert days_of(spoken(text, date(2020, 12, 22))) == [date(2019, 12, 3), date(2019, 12, 9)]


def test_a_habit_is_no_utterance(spoken):
    """What a side "routinely" says was not said on any day."""
    assert spoken("Kim Yo Jong routinely denounces the drills of the South.") == []
