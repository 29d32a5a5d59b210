"""State media's form: who issued a dispatch, how, when, and what its own words are."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.classify.coding import Coder
from bot.classify.dispatch import read
from bot.codebook import load
from store.records import Item, Stamp

SEEN = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def coder():
    """One coder for all tests here."""
    return Coder(load())


def dispatch(title, text, day=date(2021, 6, 22)):
    """A dispatch carried on 22 June 2021."""
    return Item("kcna", "https://example.org/1", title, text, Stamp(day), SEEN)


LEADS = [
    (
        (
            "Pyongyang, June 22 (KCNA) -- Kim Yo Jong, vice department director of the Central Committee"
            " of the Workers' Party of Korea,"
            " released the following press statement on Monday:"
        ),
        ("kim-yo-jong", "press-statement", date(2021, 6, 21), 3),
    ),
    (
        (
            "Pyongyang, June 22 (KCNA) -- A spokesman for the Ministry of Foreign Affairs of the"
            " Democratic People's Republic of Korea"
            " gave the following answer to a question put by KCNA on Tuesday:"
        ),
        ("mfa-spokesperson", "spokesperson-answer", date(2021, 6, 22), 5),
    ),
    (
        (
            "Pyongyang, June 22 (KCNA) -- A spokesperson for the Foreign Ministry of the DPRK Monday"
            " issued the following press statement:"
        ),
        ("mfa-spokesperson", "press-statement", date(2021, 6, 21), 5),
    ),
    (
        (
            "Pyongyang, June 22 (KCNA) -- The Ministry of Foreign Affairs of the DPRK issued the"
            " following statement on June 21:"
        ),
        ("mfa", "government-statement", date(2021, 6, 21), 3),
    ),
    (
        (
            "The Secretariat of the Committee for the Peaceful Reunification of Korea on Monday issued"
            " information bulletin No. 5 in this regard."
        ),
        ("cprk", "press-statement", date(2021, 6, 21), 4),
    ),
    (
        (
            "Pyongyang, June 22 (KCNA) -- The Institute for American Studies of the DPRK Foreign"
            " Ministry released a white paper on Tuesday."
        ),
        ("institute-american-studies", "memorandum", date(2021, 6, 22), 6),
    ),
    (
        (
            "The U.S. talks of dialogue while it sharpens the sword of sanctions, Rodong Sinmun Monday"
            " says in a signed commentary."
        ),
        ("rodong-sinmun", "commentary", date(2021, 6, 21), 6),
    ),
]
BODY = (
    "\nThe U.S. should give up its hostile policy and its nuclear war exercises against the DPRK."
    " We will never sit at a table with it."
)


@pytest.mark.parametrize(("lead", "expected"), LEADS)
def test_the_first_sentence_names_issuer_form_and_day(coder, lead, expected):
    """KCNA carries; whoever signs speaks, on the day that the sentence names, with the weight of the form."""
    found = coder.code(dispatch("On the nuclear hostile policy of the U.S.", lead + BODY)).found[0].statement
    assert (found.speaker, found.channel, found.date, found.authority) == expected


def test_an_unsigned_commentary_is_kcnas_own(coder):
    """The title's "KCNA Commentary" makes the agency the speaker, at level 6, on the day it was carried."""
    coding = coder.code(
        dispatch("U.S. Nuclear Threat under Fire: KCNA Commentary", "Pyongyang, June 22 (KCNA) --" + BODY)
    )
    statement = coding.found[0].statement
    assert (statement.speaker, statement.channel, statement.authority) == ("kcna-commentary", "commentary", 6)
    assert statement.date == date(2021, 6, 22)


def test_a_statement_by_authorization_weighs_more(coder):
    """The words "by authorization" move a Ministry statement one level up."""
    lead = (
        "Pyongyang, June 22 (KCNA) -- The DPRK Foreign Ministry by authorization issued the"
        " following statement on Monday:"
    )
    statement = coder.code(dispatch("Statement of DPRK Foreign Ministry", lead + BODY)).found[0].statement
    assert statement.authority == 2


def test_the_body_is_the_speakers_own_words(coder):
    """A text printed whole is kept whole, and the agency's lead and end mark are no part of it."""
    statement = (
        coder.code(dispatch("Press Statement on U.S. Hostile Policy", LEADS[0][0] + BODY + " -0-")).found[0].statement
    )
    assert statement.coverage == "full"
    assert statement.text.startswith("The U.S. should give up")
    assert statement.text.endswith("at a table with it.")


def test_an_official_whom_no_registry_knows_still_signs(coder):
    """A name with an office is a speaker, with a level taken from the title and marked as uncertain."""
    lead = (
        "Pyongyang, June 22 (KCNA) -- Jang Tong Chol, vice-minister of Foreign Affairs of the"
        " DPRK, issued the following press statement on Monday:"
    )
    statement = coder.code(dispatch("Press Statement of Vice-Minister", lead + BODY)).found[0].statement
    assert (statement.speaker, statement.authority, statement.authority_certain) == ("jang-tong-chol", 4, False)


@pytest.mark.shared
def test_real_dispatches_are_attributed(coder, shared):
    """On the labelled dispatches nearly every issuer, form, level and day is right."""
    from bot.evaluate import evaluate  # noqa: PLC0415

    figures = evaluate(shared / "gold" / "dev.jsonl", coder)
    assert figures.rate("speaker") >= 0.9
    assert figures.rate("authority") >= 0.93
    assert figures.rate("channel") >= 0.9
    assert figures.rate("date_made") >= 0.95


def test_the_leader_s_words_in_a_report_are_his():
    """A report of a sitting that gives his remarks is his utterance, of the day of the sitting."""
    text = (
        "Pyongyang, June 22 (KCNA) -- The sitting of the plenary meeting of the Central Committee of the Workers'"
        " Party of Korea was held on June 20.\nKim Jong Un, general secretary of the WPK, gave an analysis of the U.S."
        " administration's policy toward our Republic.\nThe General Secretary stressed the need to get prepared for"
        " both dialogue and confrontation with the U.S. and to cope with its hostile policy and nuclear threat."
    )
    form = read(dispatch("Sitting of Plenary Meeting of WPK Central Committee Held", text), [])
    assert (form.issuer, form.channel, form.coverage) == ("kim-jong-un", "party-report", "relayed")
    assert form.made.day == date(2021, 6, 20)


RELAYED = [
    (
        "The south Korean newspaper Hangyore in an editorial on May 3 took up the row over the border.",
        ("hangyore", "rok", "commentary"),
    ),
    (
        "The People for Achieving Peace and Reunification in south Korea held a press conference in Seoul on May 3.",
        ("people-for-achieving-peace-and-reunification", "rok", "press-conference"),
    ),
    (
        "Civic and public organizations of south Korea held a rally in Seoul on May 3 for an end to the drills.",
        ("south-korean-civic-organizations", "rok", "speech"),
    ),
    (
        "Russia's Internet news Vestnik denounced the West for standing in the way of the talks.",
        ("vestnik", "russia", "other"),
    ),
    (
        "Han Min Su, former minister of Unification of south Korea, in a lecture on May 3 called for dialogue.",
        ("han-min-su", "rok", "speech"),
    ),
]


@pytest.mark.parametrize(("lead", "expected"), RELAYED)
def test_whom_state_media_pass_on_is_the_speaker(lead, expected):
    """A paper's editorial or a southern group's press conference is theirs, not KCNA's."""
    found = read(dispatch("Row over Border", f"{lead}\nThe DPRK and the talks were at issue.", date(2011, 5, 4)), ())
    assert (found.issuer, found.side, found.channel) == expected
    assert found.coverage == "relayed"


def test_people_of_all_walks_of_life_speak_in_a_report_not_in_the_statement_that_moved_them():
    """A worker who told KCNA after a spokesman's statement: a report of voices; the statement is another text."""
    text = (
        "People are incensed after a spokesman for the DPRK government released a statement on Tuesday.\n"
        "Kim Chol Min, a 40-year-old worker, told KCNA that the provocateurs will be held responsible."
    )
    found = read(dispatch("Regime Denounced", text), ())
    assert (found.issuer, found.carries, found.channel) == ("kcna", "report", "news-report")


def test_the_answer_of_a_spokesman_named_a_sentence_before_is_his_bodys():
    """The spokesman of "in his answer to a question" goes back to whom the opening names."""
    text = (
        "A spokesman for the Committee for the Peaceful Reunification of Korea hit out at the drills.\n"
        "In his answer to a question put by KCNA Tuesday, the spokesman said:\nThe drills must stop."
    )
    found = read(dispatch("CPRK Hits at Drills", text), ())
    assert (found.issuer, found.channel) == ("cprk", "spokesperson-answer")


def test_a_paper_that_recalls_another_bodys_appeal_speaks_for_itself():
    """Once a bylined article is announced, what other bodies released is its subject."""
    text = (
        "All Koreans should pool their efforts, said Rodong Sinmun in a bylined article Tuesday., "
        "The Foreign Ministry of the DPRK issued a statement last week. It moves everybody."
    )
    assert read(dispatch("Unity Called for", text), ()).issuer == "rodong-sinmun"


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        (
            "The drills must end, said a spokesman for the National Peace Committee of Korea in a statement Monday.",
            "national-peace-committee-of-korea",
        ),
        ("The Committee for the Peaceful Reunification of Korea tried to send a notice to the south Koreans.", "cprk"),
        ("The government should resume the talks with the north, urged south Korean MBC.\nIt said more.", "mbc"),
    ],
)
def test_who_speaks_is_found_behind_the_words_too(text, issuer):
    """Inverted leads and notices that found no taker name their issuer as others do."""
    assert read(dispatch("War Drills under Fire", text), ()).issuer == issuer


def test_initials_in_the_lead_do_not_hide_who_sent_a_letter():
    """The full stops of "U.S." end no sentence and no lead."""
    text = (
        "Drills are planned. In this regard the Panmunjom Mission of the Korean People's Army Sunday sent the U.S. and"
        " the south Korean authorities the following open letter:\nThe drills must be cancelled."
    )
    found = read(dispatch("Open Letter", text), ())
    assert (found.issuer, found.channel) == ("kpa-panmunjom-mission", "letter")


def test_a_lead_that_tells_what_is_proposed_is_part_of_the_text():
    """A notice that is not printed whole has its message in the sentence that names the sender."""
    lead = (
        "The chairman of the Red Cross Society of the DPRK Monday sent a notice to his south Korean counterpart"
        " proposing to have a working contact."
    )
    text = f"{lead}\nThe notice said that families are waiting."
    found = read(dispatch("DPRK RC Proposes Contact", text), ())
    assert text[found.body[0] : found.body[1]].startswith("sent a notice")
    whole = f"Pyongyang, June 22 (KCNA) -- {LEADS[1][0].split('-- ')[1]}\nThe drills must stop."
    found = read(dispatch("Answer", whole), ())
    assert whole[found.body[0] : found.body[1]] == "The drills must stop."
