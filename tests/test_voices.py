"""Voices of the press that are easily taken for somebody else's: passers-by, relays, mocked words, old titles."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.classify.coding import Coder
from bot.codebook import load
from store.records import Item, Stamp

SEEN = datetime(2100, 1, 1, tzinfo=UTC)
DAY = date(2021, 6, 22)


@pytest.fixture(scope="module")
def found():
    """Reads an item and gives each quotation's words with their speaker and the day of the statement."""
    coder = Coder(load())

    def _found(text, day=DAY, title="", language="en", source="wire"):
        coding = coder.code(Item(source, "", title, text, Stamp(day), SEEN, language))
        said = [(quote, one.statement) for one in coding.found for quote in one.statement.quotes]
        return {quote.words.strip(".,"): (quote.speaker, statement.date) for quote, statement in said}

    return _found


@pytest.mark.parametrize(
    "text",
    [
        "A waiter in the lobby had a simpler theory: “Nobody ate the lunch that they paid for.”",
        "“She was the good cop this time around,” a Seoul-based podcaster said.",
        "“He would like to be asked to mediate,” believes a Nordic diplomat in Moscow.",
        "“It was a partial deal for a partial man,” scoffed a former Pentagon planner.",
        "“They will be sending balloons again,” said a bookseller from Incheon.",
    ],
)
def test_a_passer_by_makes_no_statement(found, text):
    """Somebody without a name or an office is not the official of the sentence before."""
    lead = "SEOUL (Wire) — Kim Yo Jong said on Tuesday: “The expectation is wrong from the start.” "
    assert list(found(lead + text)) == ["The expectation is wrong from the start"]


@pytest.mark.parametrize(
    ("text", "words", "speaker"),
    [
        (
            "Kim Jong Un told envoys on Monday that “arms are not needed once we are safe”, Chung Eui-yong said.",
            "arms are not needed once we are safe",
            "kim-jong-un",
        ),
        (
            "“The US will face a far worse situation,” said the statement, which was issued by Kwon Jong Gun.",
            "The US will face a far worse situation",
            "kwon-jong-gun",
        ),
        (
            (
                "North Korea's foreign minister Ri Son Gwon said on Monday that Pyongyang had called for “a partial"
                " lifting of the sanctions”."
            ),
            "a partial lifting of the sanctions",
            "ri-son-gwon",
        ),
        (
            (
                "The sister of Kim Jong Un spoke on Tuesday. North Korean leader Kim Jong-un's sister said there was"
                " “no will to improve relations”, and Kim added that “there is nothing to be discussed”."
            ),
            "there is nothing to be discussed",
            "kim-yo-jong",
        ),
        (
            "The Foreign Ministry in Pyongyang was blunt on Tuesday: “The time for our answer is not decided by us.”",
            "The time for our answer is not decided by us",
            "mfa",
        ),
        (
            (
                "The statement came from North Korea's foreign ministry, and the first deputy head of the ministry of"
                " the DPRK Choe Song Hui declared on Tuesday: “No contact of any kind is possible.”"
            ),
            "No contact of any kind is possible",
            "choe-son-hui",
        ),
        (
            "A spokesperson for the army's General Staff said on Tuesday: “Our army will guard every measure.”",
            "Our army will guard every measure",
            "general-staff",
        ),
    ],
)
def test_words_are_given_past_the_relay(found, text, words, speaker):
    """A guest, a document, a capital, a possessive, a seat, a misprint, a body's voice: whose words they are."""
    assert found("SEOUL (Wire) — North Korea spoke out. " + text)[words][0] == speaker


@pytest.mark.parametrize(
    ("lead", "speaker"),
    [
        ("North Korea will not talk, a foreign ministry official said on Tuesday. ", "mfa-spokesperson"),
        ("South Korea will wait, a foreign ministry official said on Tuesday. ", "rok-foreign-ministry"),
    ],
)
def test_a_ministry_is_that_of_the_country_its_sentence_names(found, lead, speaker):
    """A foreign agency's dateline does not make the North's ministry the South's."""
    made = found(f"SEOUL (Wire) — {lead}“The talks with North Korea can wait for long,” the official said.")
    assert [who for who, _ in made.values()] == [speaker]


@pytest.mark.parametrize(
    "mocked",
    [
        "derided President Joe Biden's “end of regime” as",
        "dismissed talk of “complete denuclearization” as",
        "said that by calling her brother “Rocket Man,” America had earned",
    ],
)
def test_the_words_that_somebody_mocks_are_not_his(found, mocked):
    """A few words taken up from the other side are no quotation of the one who rejects them."""
    made = found(f"SEOUL (Wire) — North Korea's Kim Yo Jong on Tuesday {mocked} “an old man's idle words of the day”.")
    assert "an old man's idle words of the day" in made
    assert len(made) == 1


def test_a_title_is_its_holder_s_on_the_day_told(found):
    """What "the foreign minister" said a year ago is the minister's of that year."""
    text = (
        "SEOUL (Wire) — In June 2021 the North's foreign minister said that his country was “not considering even the"
        " possibility of any contact”. He has since been replaced."
    )
    assert found(text, date(2022, 8, 30))["not considering even the possibility of any contact"][0] == "ri-son-gwon"


def test_an_anniversary_counts_from_the_day_told(found):
    """A tale that has reached a day counts its anniversaries from there."""
    text = (
        "SEOUL (Wire) — The two met on June 12, 2018, and Kim Jong Un smiled. By the second anniversary the North's"
        " foreign minister, Ri Son Gwon, declared: “Nothing is left of that day in Singapore.”"
    )
    assert found(text, date(2023, 6, 9))["Nothing is left of that day in Singapore"] == (
        "ri-son-gwon",
        date(2020, 6, 12),
    )


def test_the_remark_made_a_day_earlier_dates_the_words(found):
    """An agency reports on Thursday; the item says that the comment was made a day earlier."""
    text = (
        "SEOUL, Feb. 8 (Wire) -- Jo Yong-sam, a director-general of North Korea's foreign ministry, said Thursday that"
        " it has “no intention to meet with the U.S. side”. The official made the comment a day earlier."
    )
    assert found(text, date(2018, 2, 8))["no intention to meet with the U.S. side"] == (
        "jo-yong-sam",
        date(2018, 2, 7),
    )


def test_bullets_in_capitals_are_read(found):
    """A brief's bullets are all the lead's speaker's, unless they name another."""
    text = (
        "SEOUL, July 10 (LNA) - NORTH KOREA'S KIM YO JONG, IN STATEMENT ON FRIDAY:\n\n"
        '* SAYS "SUMMIT TALKS ARE NOT NEEDED THIS YEAR"\n\n'
        '* POMPEO SAID ON THURSDAY HE WAS "VERY HOPEFUL ABOUT TALKS"'
    )
    assert found(text, date(2020, 7, 10)) == {
        "SUMMIT TALKS ARE NOT NEEDED THIS YEAR": ("kim-yo-jong", date(2020, 7, 10)),
        "VERY HOPEFUL ABOUT TALKS": ("mike-pompeo", date(2020, 7, 9)),
    }


def test_a_program_s_translation_is_nobody_s_words(found):
    """What a machine translated is reported, never quoted."""
    text = (
        "Moscow. June 22. Kim Yo Jong declared on Tuesday that the hopes of Washington for dialogue with North Korea"
        " are in vain. This text was translated automatically."
    )
    assert found(text) == {}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "최선희 북한 외무성 제1부상은 22일 담화에서 “어떤 접촉도 없을 것”이라고 밝혔다.",
            {"어떤 접촉도 없을 것": ("choe-son-hui", DAY)},
        ),
        (
            (
                "조선중앙통신은 22일 김정은 북한 국무위원장이 전날 연설에서 이같이 말했다고 보도했다. 김 위원장은 “일체"
                " 상대하지 않을 것”이라고 했다."
            ),
            {"일체 상대하지 않을 것": ("kim-jong-un", date(2021, 6, 21))},
        ),
        (
            (
                "김여정 북한 노동당 부부장은 22일 담화에서 미국을 비난했다. 그는 문재인 대통령의 연설이 “역스럽다”고"
                " 주장했다. 한 전직 통일부 장관은 “문틈이 보인다”고 평가했다."
            ),
            {"역스럽다": ("kim-yo-jong", DAY)},
        ),
    ],
)
def test_korean_titles_days_and_former_ministers(found, text, quoted):
    """A numbered title, the day before the agency's, another's speech and a former minister are told apart."""
    assert found(text, title="북한 담화", language="ko", source="신문") == quoted


@pytest.mark.parametrize("who", ["Sweden's ambassador", "A German delegation", "The British envoy"])
def test_another_country_s_ministry_is_not_the_norths(found, who):
    """Where another country's people are the subject, "the foreign ministry" is theirs, though the North is named."""
    told = "has returned to North Korea after four years, the foreign ministry said. “We are glad.”"
    assert not found(f"SEOUL (Wire) — {who} {told}", day=date(2024, 9, 13))
