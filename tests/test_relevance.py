"""Relevance: what an analyst of diplomacy with the DPRK wants in a daily brief, and what not."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from bot import codebook
from bot.classify.relevance import Relevance
from bot.classify.speakers import Registry
from bot.classify.text import read
from store.records import Label

DAY = date(2021, 6, 23)


class Judge:
    """Registry and features together, as the classifier uses them."""

    def __init__(self) -> None:
        book = codebook.load()
        self.registry, self.relevance = Registry(book), Relevance(book)

    def __call__(self, title: str, text: str = "", day: date = DAY, source: str = "") -> Label:
        """The label of an item."""
        document = read(title, text, source=source)
        return self.relevance.judge(document, self.registry.mentions(document, day))


@pytest.fixture(scope="module")
def judge() -> Judge:
    """One judge for all tests; it is only read."""
    return Judge()


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("North Korea rejects US offer of talks", "North Korea's foreign minister said there would be no dialogue."),
        ("UN Security Council tightens sanctions on North Korea", "The vote followed a missile test."),
        ("S. Korea, U.S. begin joint military exercises", "Pyongyang has called the drills a rehearsal for invasion."),
        ("김여정 담화 “미국과 대화 없다”", "김여정 북한 노동당 부부장은 미국과의 대화를 거부하는 담화를 발표했다."),
        ("金与正氏が談話、米国との対話を拒否", "北朝鮮の金与正氏は米国との対話を拒否する談話を発表した。"),
        (
            "КНДР отвергла переговоры с США",
            "Ким Ё Чжон заявила, что переговоров с США о денуклеаризации и санкциях не будет.",
        ),
    ],
)
def test_diplomacy_is_kept(judge, title, text):
    """Talks, sanctions, exercises and refusals are relevant, in any of the languages."""
    assert judge(title, text).label == "yes"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "How I passed the KCNA exam",
            "The Kubernetes and Cloud Native Associate exam takes 90 minutes of your cluster time.",
        ),
        ("Kim stuns Paris", "The reality star wore a silver dress at the fashion show; fans cheered."),
        ("Lazarus drains token bridge", "Hackers tied to North Korea laundered crypto tokens through a mixer."),
        (
            "North Korea's women win football championship",
            "The players beat Japan 2-0; their goalkeeper was the star of the match.",
        ),
        (
            "Kim Jong Un Sends Greetings to Lao President",
            "He sent a message of greetings on the anniversary of its founding.",
        ),
        ("Floral Basket to Kim Jong Un from Friendship Association", "It was handed over on the day of the sun."),
        ("New Farm Opens", "Workers and builders completed the fruit farm; production is rising."),
        ("Palestinian FM Criticizes Israel", "The Palestinian foreign minister spoke of peace talks with Israel."),
        ("Juche study group in Nigeria issues bulletin", "The study group praised the exploits of the great leaders."),
        ("평양냉면집 북새통", "서울의 한 냉면 맛집 앞에 손님이 줄을 섰다."),
    ],
)
def test_korea_words_alone_do_not_suffice(judge, title, text):
    """Acronyms, celebrities, hackers, sport, greetings, farms, foreign news and sympathisers are dropped."""
    assert judge(title, text).label == "no"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Joint Exercises Denounced by Chileans",
            (
                "The Chilean Committee for Supporting Korea's Reunification issued a statement denouncing the "
                "U.S.-south Korea joint military exercises as a provocation against the DPRK."
            ),
        ),
        (
            "U.S. Fighter Crashes",
            (
                "A fighter of the U.S. Air Force crashed during a military drill near its base, killing the pilot, "
                "according to a news agency."
            ),
        ),
        (
            "Israel Develops New Missile",
            (
                "Israel is getting frantic about new weapons. It test-fired a long-range missile from a base near its "
                "coast, its Defense Ministry said on Monday. It flew for minutes before it fell into the sea, and "
                "the air force is to receive the first of them next year, the ministry added. The region is worried."
            ),
        ),
        (
            "Candlelight Rally Held in Seoul",
            (
                "Speakers at a candlelight rally in Seoul called for impeaching the president, whom they blamed for "
                "living costs and for a crisis of his own making."
            ),
        ),
        (
            "Economic Delegation Returns Home",
            (
                "Pyongyang, May 6 (KCNA) -- A delegation of the Ministry of Electric Power led by its vice-minister "
                "returned home by air after visiting Russia. -0-"
            ),
        ),
        (
            "Press Review",
            (
                "Pyongyang, May 6 (KCNA) -- Following are major news items and articles in leading newspapers: - An "
                "article calls on all officials to raise production. - A commentary denounces U.S. military exercises."
            ),
        ),
    ],
)
def test_echoes_and_relayed_news_are_dropped(judge, title, text):
    """Sympathisers abroad, crashes, other countries' arms, rallies, delegations and digests are not diplomacy."""
    assert judge(title, text, source="KCNA").label == "no"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Joint Exercises Denounced",
            (
                "A spokesman for the Foreign Ministry of the DPRK issued a statement denouncing the U.S.-south Korea "
                "joint military exercises as a provocation."
            ),
        ),
        (
            "Halt to Joint Exercises Demanded",
            (
                "Civic and public organizations of south Korea held a press conference demanding a halt to the joint "
                "military exercises with the U.S., which harm the north-south dialogue."
            ),
        ),
    ],
)
def test_the_same_words_count_in_the_mouth_of_a_party(judge, title, text):
    """What the DPRK's own bodies, or Southern groups on relations, say of the exercises is relevant."""
    assert judge(title, text, source="KCNA").label == "yes"


def test_a_dateline_is_no_subject(judge):
    """Where a dispatch was filed adds nothing to what it is about."""
    text = "A vice-minister of Russia spoke about the railway and its engineers."
    bare = judge("Railway", text, source="KCNA")
    filed = judge("Railway", f"Pyongyang, May 6 (KCNA) -- {text}", source="KCNA")
    assert (filed.label, filed.evidence, filed.confidence) == (bare.label, bare.evidence, bare.confidence)


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("North Korea rejects US offer of nuclear talks", "yes"),
        ("Press Statement of Kim Yo Jong, Vice Department Director of WPK Central Committee", "yes"),
        ("U.S.-S. Korea joint military exercises blasted", "yes"),
        ("Floral basket to Kim Jong Un from Lao party", "no"),
        ("New houses built at farms in Hamhung", "no"),
    ],
)
def test_a_headline_alone_is_judged_too(judge, title, label):
    """A feed may give no more than a title."""
    assert judge(title).label == label


def test_a_judgement_names_its_reasons(judge):
    """The label carries the words it rests on, a place in the text, a confidence and the features' names."""
    text = "The United States imposed sanctions on North Korea over missile tests."
    label = judge("New sanctions", text)
    assert label.kind == "relevance"
    assert label.by.startswith("relevance/")
    assert 0.5 <= label.confidence <= 1
    assert label.evidence
    assert text[label.start : label.end].lower().startswith(label.evidence.split("; ")[0].lower())


def test_nothing_to_read_is_not_relevant(judge):
    """An empty item is dropped, not an error."""
    assert judge("", "").label == "no"


@pytest.mark.shared
def test_judgements_agree_with_careful_readers(judge, shared):
    """Kappa on real dispatches and F1 on press items stay above the floors set for the product."""
    dispatches = rows_of(shared / "gold" / "dev.jsonl")
    pairs = [
        (
            judge(row["title"], row["text"], date.fromisoformat(row["date"]), "KCNA").label == "yes",
            row["labels"]["relevant"],
        )
        for row in dispatches
    ]
    assert kappa(pairs) >= 0.9
    press = rows_of(shared / "gold" / "press-dev.jsonl")
    pairs = [
        (
            judge(row["title"], row["text"], date.fromisoformat(row["published"][:10]), row["source"]).label == "yes",
            row["gold"]["relevant"],
        )
        for row in press
    ]
    assert f1(pairs) >= 0.95


@pytest.mark.shared
def test_of_a_year_of_dispatches_about_a_tenth_is_kept(judge, shared):
    """KCNA of 2011 is mostly farms, greetings and foreign news."""
    with gzip.open(shared / "corpora" / "kcna-2011.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for number, line in enumerate(file) if number % 25 == 0]
    kept = sum(
        judge(row["headline"] or "", row["text"] or "", date.fromisoformat(row["date"][:10]), "KCNA").label == "yes"
        for row in rows
    )
    assert 0.05 < kept / len(rows) < 0.2


def rows_of(path: Path) -> list[dict]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def kappa(pairs: list[tuple[bool, bool]]) -> float:
    """Cohen's kappa of two yes/no judges."""
    count = len(pairs)
    agreed = sum(a == b for a, b in pairs) / count
    first, second = sum(a for a, _ in pairs) / count, sum(b for _, b in pairs) / count
    by_chance = first * second + (1 - first) * (1 - second)
    return (agreed - by_chance) / (1 - by_chance)


def f1(pairs: list[tuple[bool, bool]]) -> float:
    """F1 of the first judge's yes against the second's."""
    both = sum(a and b for a, b in pairs)
    return 2 * both / (sum(a for a, _ in pairs) + sum(b for _, b in pairs))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("North Korean women beat Japan 1-0", "North Korea's women won the final in Dhaka and bowed to the crowd."),
        ("Opposition calls aide a North Korea sympathiser", "The opposition leader said so in a row over the budget."),
        ("She crossed the river at night", "A North Korean defector tells in a memoir how she opened a restaurant."),
        ("Pyongyang opens a water park", "North Korea has opened a new water park, state media reported."),
        ("Typhoon nears Korean peninsula", "A typhoon is to come on Friday; North Korea has issued a flood warning."),
    ],
)
def test_a_teaser_with_the_word_alone_is_dropped(judge, title, text):
    """A country's name in two lines is no diplomacy: sport, escapes, outings, weather, home quarrels of the South."""
    assert judge(title, text).label == "no"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Two Koreas reopen hotline", "North and South Korea reopened their hotline on Monday, Seoul said."),
        ("North Korean delegation in Beijing", "A North Korean delegation arrived in Beijing on Friday."),
        ("EU adds North Koreans to blacklist", "The European Union put six North Koreans on its blacklist."),
        ("White House: door open to North Korea", "The White House said its door remained open to North Korea."),
        ("North Korea frees detained American", "North Korea freed a detained American after a visit by an envoy."),
    ],
)
def test_a_teaser_on_a_matter_of_diplomacy_is_kept(judge, title, text):
    """Two lines are enough when they tell of dealings between capitals."""
    assert judge(title, text).label == "yes"
