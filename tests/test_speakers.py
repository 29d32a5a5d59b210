"""The registry: who is meant, on which day, in which script, and who is not."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import codebook
from bot.classify.speakers import Registry
from bot.classify.text import read

JUNE_2021 = date(2021, 6, 23)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """One registry for all tests; it is only read."""
    return Registry(codebook.load())


def named(registry, text, day=JUNE_2021, title="", source="") -> list[tuple[str, str]]:
    """Slug and words of every mention of a text and its title."""
    document = read(title, text, source=source)
    return [
        (mention.slug, (title if mention.in_title else text)[mention.start : mention.end])
        for mention in registry.mentions(document, day)
    ]


@pytest.mark.parametrize(
    "spelling",
    [
        "Kim Yo Jong",
        "Kim Yo-jong",
        "KIM YO JONG",
        "Kim Yeo-jeong",
        "Kim Yojong",
        "김여정",
        "金与正",
        "Ким Ё Чжон",
        "キム・ヨジョン",
    ],
)
def test_one_person_in_every_spelling(registry, spelling):
    """Romanisations, scripts and capitals lead to the same slug, in a text and in a query."""
    assert ("kim-yo-jong", spelling) in named(registry, f"… {spelling} …")
    assert registry.exact(spelling) == "kim-yo-jong"


@pytest.mark.parametrize(
    ("day", "slug"),
    [(date(2019, 1, 1), "ri-yong-ho"), (date(2021, 6, 23), "ri-son-gwon"), (date(2022, 8, 1), "choe-son-hui")],
)
def test_a_title_is_whoever_held_it_on_the_day(registry, day, slug):
    """The foreign minister of 2019, of 2021 and of 2022 are three people, in English and in Korean."""
    assert named(registry, "North Korea's foreign minister said so.", day)[0][0] == slug
    assert named(registry, "북한 외무상은 담화를 냈다.", day)[0][0] == slug


def test_the_leader_changes_in_december_2011(registry):
    """In 2010 the North Korean leader is the father."""
    assert named(registry, "The North Korean leader spoke.", date(2010, 1, 1))[0][0] == "kim-jong-il"
    assert named(registry, "The North Korean leader spoke.", date(2013, 1, 1))[0][0] == "kim-jong-un"


@pytest.mark.parametrize(
    "text",
    [
        "Kim Yo Jong-ho spoke.",
        "A violinist, Kim Song Un, played.",
        "Kim Song-gun, 22, played.",
        "Kim Nobody, a professor at a university, spoke.",
    ],
)
def test_a_shorter_name_is_not_found_in_a_longer_one(registry, text):
    """An unknown person whose name contains a known one is a stranger."""
    assert named(registry, text) == []
    assert len(registry.strangers(text, JUNE_2021)) >= 1


def test_a_surname_is_its_last_bearer(registry):
    """After the sister is introduced "Kim said" is the sister."""
    text = "Kim Jong Un spoke in January. His sister Kim Yo Jong answered on Tuesday. Kim said it was a wrong one."
    assert named(registry, text)[-1] == ("kim-yo-jong", "Kim")


def test_a_pronoun_of_the_other_gender_goes_back_to_the_earlier_bearer(registry):
    """Where Kim is a he, it is not the sister."""
    text = "Kim Jong Un met Kim Yo Jong. Kim said he was pleased."
    assert named(registry, text)[-1] == ("kim-jong-un", "Kim")


def test_a_stranger_takes_the_surname_with_him(registry):
    """A bare Kim after a professor Kim is no official."""
    text = "Kim Jong Un was silent. Kim Dong-yup of a Seoul university was not. Kim said the North was waiting."
    assert ("kim-jong-un", "Kim") not in named(registry, text)
    assert registry.strangers(text, JUNE_2021)[-1].how in {"private", "stranger"}


def test_a_headline_drops_the_name_first(registry):
    """Bare Kim in a headline is the leader, unless the text names another one first."""
    assert named(registry, "The talks failed.", title="Kim threatens more tests")[0] == ("kim-jong-un", "Kim")
    found = named(registry, "Kim Yo Jong said so on Tuesday.", title="Kim sneers at offer")
    assert found[0] == ("kim-yo-jong", "Kim")


def test_two_men_of_one_spelling_are_told_apart_by_rank(registry):
    """The general of 2012 and the diplomat share a romanisation."""
    assert named(registry, "The army chief, General Ri Yong Ho, spoke.", date(2012, 5, 1))[0][0] == "ri-yong-ho-general"
    assert named(registry, "The diplomat Ri Yong Ho spoke.", date(2017, 5, 1))[0][0] == "ri-yong-ho"


def test_sung_kim_is_not_kim_song(registry):
    """An American envoy and a DPRK ambassador have nearly the same name."""
    found = named(registry, "Sung Kim arrived in Seoul. Kim Song spoke in New York. Kim Song Nam flew to Beijing.")
    assert [slug for slug, _ in found] == ["sung-kim", "kim-song", "kim-song-nam"]


def test_a_city_speaks_only_with_a_verb_of_saying(registry):
    """Snow in Seoul is no statement by its government."""
    assert named(registry, "Seoul woke up to snow.") == []
    assert named(registry, "Seoul on Friday rejected the offer.") == [("rok-government", "Seoul")]


def test_the_foreign_ministry_is_that_of_the_place_the_item_comes_from(registry):
    """In KCNA's copy it is Pyongyang's, in a Moscow agency's Moscow's, elsewhere nobody's."""
    text = "The Foreign Ministry said so."
    assert named(registry, text, source="KCNA") == [("mfa", "Foreign Ministry")]
    assert named(registry, text, source="TASS") == [("russia-foreign-ministry", "Foreign Ministry")]
    assert named(registry, text) == []
    assert named(registry, "The Chinese Foreign Ministry said so.", source="KCNA")[0][0] == "china-foreign-ministry"


def test_an_analyst_is_known_as_private(registry):
    """People whose words read like official positions are named as such and have no slug."""
    found = registry.strangers("Andrei Lankov, a professor in Seoul, disagreed.", JUNE_2021)
    assert [(mention.slug, mention.how) for mention in found] == [("", "private")]


def test_korean_second_mentions_carry_a_title(registry):
    """김 위원장 after the full name is the same person."""
    text = "김정은 국무위원장이 연설했다. 김 위원장은 대화를 말했다."
    assert named(registry, text)[-1] == ("kim-jong-un", "김 위원장")


def test_typed_queries_find_people(registry):
    """Slug, cue, title of a day, surname, beginning and near miss lead to the person."""
    for query in ("kim-yo-jong", "Kim's sister", "Yo Jong", "kim yo", "kim yo jogn", "김여정 부부장"):
        assert registry.find(query, JUNE_2021)[0].slug == "kim-yo-jong", query
    assert registry.find("North Korean foreign minister", JUNE_2021)[0].slug == "ri-son-gwon"
    assert registry.find("foreign minister", JUNE_2021)[0].slug == "ri-son-gwon"
    assert {"chung-eui-yong", "sergei-lavrov"} <= {one.slug for one in registry.find("foreign minister", JUNE_2021)[:8]}
    assert registry.find("lavrof", JUNE_2021)[0].slug == "sergei-lavrov"


def test_a_near_miss_scores_below_a_name(registry):
    """A guess and a find can be told apart."""
    assert registry.find("sulivan")[0].slug == "jake-sullivan"
    assert registry.find("sulivan")[0].score < 0.75
    assert registry.find("sullivan")[0].score > 0.75


def test_an_ambiguous_query_gives_several(registry):
    """Two Clintons, two men called Ri Yong Ho."""
    assert registry.exact("Clinton") is None
    assert {match.slug for match in registry.find("Clinton")[:2]} == {"bill-clinton", "hillary-clinton"}
    assert {match.slug for match in registry.find("Ri Yong Ho")[:2]} == {"ri-yong-ho", "ri-yong-ho-general"}


def test_nothing_is_found_for_nonsense(registry):
    """A query that resembles nobody gives no match."""
    assert registry.find("xqzzw") == []
    assert registry.exact("xqzzw") is None


def test_office_and_authority_are_those_of_the_day(registry):
    """She was vice department director in 2021; outside the DPRK there is no level."""
    assert registry.office("kim-yo-jong", JUNE_2021).startswith("Vice Department Director")
    assert registry.authority("kim-yo-jong", JUNE_2021) == 3
    assert registry.authority("kim-jong-un", JUNE_2021) == 1
    assert registry.authority("joe-biden", JUNE_2021) is None
    assert (registry.side("sung-kim"), registry.side("nobody")) == ("us", "other")


def test_the_dead_and_the_dissolved_say_nothing_new(registry):
    """Words of Kim Jong Il after 2011, or of a body that is gone, are old words."""
    assert not registry.can_speak("kim-jong-il", JUNE_2021)
    assert registry.can_speak("kim-jong-il", date(2010, 1, 1))
    assert not registry.can_speak("cprk", date(2025, 1, 1))
    assert not registry.in_office("ri-son-gwon", date(2015, 1, 1))


@given(st.text(alphabet="KimYoJngRSaid '-.,\n김여정 ", max_size=60))
@settings(max_examples=100)
def test_mentions_of_any_text_lie_inside_it_and_do_not_overlap(registry, text):
    """Whatever the text, offsets are sound and in order."""
    found = registry.mentions(text, JUNE_2021)
    assert all(0 <= mention.start < mention.end <= len(text) for mention in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(max_size=40))
@settings(max_examples=60)
def test_any_query_is_answered(registry, query):
    """Scores stay between 0 and 1, best first, and the limit holds."""
    found = registry.find(query, JUNE_2021, limit=5)
    assert len(found) <= 5
    assert all(0 <= match.score <= 1 for match in found)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
