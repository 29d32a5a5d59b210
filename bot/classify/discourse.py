"""Who is meant by "he", "the minister", "the statement": what is remembered of an item while it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.classify.mentions import ANOTHER_COUNTRY
from bot.classify.subjects import Referent
from bot.classify.text import Span
from bot.classify.walk import CARRIERS, PERSONAL, Source, Walk, is_person

SURE = 0.9
"""A title must find its holder with this score."""
OLD_TALE = timedelta(days=200)
"""A tale of so long ago has officials of its own."""
NEAR_NAME = 160
"""A pronoun that fits nobody heard means the last one named within so many characters."""
LEAD_IN = 12
"""A sentence's subject begins within so many characters ("But Kim ...")."""


_BODIES = frozenset({"ministry", "department", "agency", "government", "commission"})
_VAGUE = frozenset(
    {"envoy", "delegate", "official", "negotiator", "diplomat", "representative", "leader", "pointman", "emissary"}
)
_LEADER = frozenset({"leader", "chairman", "ruler", "dictator", "strongman", "marshal", "president"})
_THE_LEADER = frozenset({"the leader", "the supreme leader"})
_UNIQUE = frozenset({"president", "minister", "secretary", "premier", "chancellor"})
_ENVOYS = frozenset({"envoy", "negotiator", "delegate"})
_TALKS = re.compile(r"\b(?:talks|negotiat\w+)\b")
"""Of a side in talks that has one man for them."""
_HEADS = frozenset({"president", "premier", "chancellor"})
_HEAD_OF_A = re.compile(r"\b(?:American|U\.S\.|US|South Korean|Russian|Chinese)\s(?:president|premier)\b")
_HEAD_OF = {
    "japan": "Japanese prime minister",
    "china": "Chinese president",
    "russia": "Russian president",
    "un": "U.N. chief",
}
"""By what title the registry knows the one who leads a side."""
_HEAD_NOUNS = frozenset({"leader", "chief", "un", "u.n.", "nations"})
_OF_THE_UN = re.compile(r"\sof\sthe\s(?:UN|U\.N\.|United Nations)\b")
_RECENT = re.compile(r"\sof\s(?:this\sweek|today|yesterday|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")
_THEIR_WORDS = re.compile(
    r"['’]s\s(?:[\w-]+\s){0,2}?(?:remark|statement|comment|claim|view|warning|word|promise)s?\sthat\s"
)
"""Between a name and its pronoun: "Sullivan's remark that he saw"."""
_ABOUT = re.compile(r"\W*(?:What|How|Why|Whether|Of|About|Unlike)\s", re.IGNORECASE)
"""Before whom a sentence speaks of without making him its subject: "Of the minister it said"."""
_WHAT_IT = re.compile(r"\b(?:what|as)\sit$")
"""For "the ministry, which regretted what it called": the body of the same sentence."""
_SIGNED = re.compile(
    r",?\s(?:which\swas\s|that\swas\s)?(?:issued|signed|released|given|made)\s(?:by|in\sthe\sname\sof)\s"
)
"""Behind a document: who made it."""
_OF_OLD = re.compile(r"(?:He|She)\s(?:has|had|was|used\sto|once|never|still|also)\b")
_EMPTY = frozenset(
    {
        "the",
        "this",
        "that",
        "of",
        "first",
        "new",
        "senior",
        "top",
        "chief",
        "north",
        "south",
        "korean",
        "american",
        "us",
    }
)
_ADJECTIVES = (
    ("dprk", re.compile(r"\b(?:North(?:ern)? Korean?|N\. ?K(?:orean?)?\.?|DPRK|the North)\b")),
    ("rok", re.compile(r"\b(?:South(?:ern)? Korean?|S\. ?K(?:orean?)?\.?|ROK)\b")),
    ("us", re.compile(r"\b(?:American|U\.S\.|US|Washington|White House|State Department|Pentagon)(?=\s)")),
    ("japan", re.compile(r"\bJapanese\b")),
    ("china", re.compile(r"\bChinese\b")),
    ("russia", re.compile(r"\bRussian\b")),
    ("un", re.compile(r"\b(?:UN|U\.N\.|United Nations)(?=\s|$)")),
)
_SPEAKS_FOR = re.compile(r"\bspokes(?:man|woman|person)$|\b(?:ministry|presidential)\sofficial$")
_SPOKES = re.compile(r"\bspokes(?:man|woman|person)$")
_MINISTRY = re.compile(r"\s(?:of|for|at)\s(?:[\w'’]+\s){0,3}?[Ff]oreign [Mm]inistry")
_NORTH = re.compile(r"\b(?:Pyongyang|North Korean?|N\. ?Korean?|DPRK|the North)\b")


def resolve(walk: Walk, subject: Referent | None, unit: Span, people: Sequence[Referent]) -> Source | None:
    """Who is meant by the subject of a verb of saying."""
    if subject is None:
        return None
    words = walk.doc.text[subject.start : subject.end]
    if subject.kind == "name" and (then := _then(walk, subject, words)):
        return then
    if subject.kind == "name" or subject.slug:
        return Source(subject.slug, words, "name" if subject.slug else "unknown", subject.start)
    if subject.kind == "unknown":
        return _unknown(walk, subject, words, people)
    if subject.kind == "pronoun":
        return _pronoun(walk, words.lower(), subject.start, unit, people)
    return _title(walk, subject, words, unit)


def _then(walk: Walk, subject: Referent, words: str) -> Source | None:
    """A title in a tale of long ago is its holder's of those days, not of the item's own."""
    if walk.reached is None or walk.now - walk.reached < OLD_TALE:
        return None
    if not any(one.how == "title" and one.start >= subject.start and one.end <= subject.end for one in walk.named):
        return None
    slug = _in_office(walk, words)
    return Source(slug, words, "name", subject.start) if slug else None


def _unknown(walk: Walk, subject: Referent, words: str, people: Sequence[Referent]) -> Source:
    """A spokesperson without a name speaks for the institution named last; other strangers for themselves."""
    tail = walk.bare[subject.end : subject.end + 60]
    if (
        _SPOKES.search(words)
        and _MINISTRY.match(tail)
        and _northern(walk, words, Span(subject.start, subject.end + 60))
    ):
        return Source("mfa-spokesperson", words, "name", subject.start)
    if _SPEAKS_FOR.search(words) and not re.search(r"\b(?:former|ex-)", words):
        near = [one for one in people if one.slug and one.end < subject.start] + _represented(walk, subject)
        here = [Source(one.slug, words, "name", one.start) for one in near]
        for past in [*reversed(here), *reversed(walk.history[-3:])]:
            official = walk.registry.official(past.slug)
            if official and official.kind == "institution" and past.slug not in CARRIERS:
                slug = "mfa-spokesperson" if past.slug == "mfa" else past.slug
                return Source(slug, words, "name", subject.start)
    slug = _by_exact_name(walk, words) or _heard(walk, words) or _explained(walk, subject, words, people)
    return Source(slug, words, "unknown", subject.start)


def _represented(walk: Walk, subject: Referent) -> list[Referent]:
    """Whom "a spokesperson for the army's General Staff" speaks for."""
    if not re.match(r"\s(?:for|of|at|from)\s", walk.bare[subject.end : subject.end + 6]):
        return []
    near = [one for one in walk.named if subject.end <= one.start <= subject.end + 30]
    return [Referent(one.slug, one.start, one.end, "", "name") for one in near[:1]]


def _explained(walk: Walk, subject: Referent, words: str, people: Sequence[Referent]) -> str:
    """A surname alone with a title behind it ("Kim, the North Korean envoy,"): the holder, if he is called so."""
    title = next((one for one in people if one.kind == "title" and one.start == subject.end + len(", ")), None)
    if title is None:
        return ""
    held = _title(walk, title, title.words, Span(subject.start, title.end))
    official = walk.registry.official(held.slug) if held else None
    return official.slug if official and words in official.surname.split() else ""


def _heard(walk: Walk, words: str) -> str:
    """A surname alone: whoever of that name was heard, though only by a title or as somebody's sister."""
    if " " in words:
        return ""
    heard = (walk.registry.official(past.slug) for past in reversed(walk.history) if past.slug)
    return next((one.slug for one in heard if one and one.kind == "person" and words in one.surname.split()), "")


def _by_exact_name(walk: Walk, words: str) -> str:
    """A full name behind titles that the scan of the text has missed."""
    parts = words.split()
    if len(parts) < 2 or not parts[-1][:1].isupper():  # noqa: PLR2004 -- a full name has two words
        return ""
    tries = (" ".join(parts[index:]) for index in range(len(parts) - 1))
    return next((slug for name in tries if (slug := walk.registry.exact(name))), "")


def _pronoun(walk: Walk, word: str, at: int, unit: Span, people: Sequence[Referent]) -> Source | None:
    if word == "it" and _WHAT_IT.search(walk.bare, unit.start, at + 2):
        for one in reversed([one for one in people if one.slug and one.end <= at]):
            if not is_person(walk, one.slug):
                return Source(one.slug, one.words, "name", at)
    owner = next((one for one in people if one.slug and _THEIR_WORDS.fullmatch(walk.bare, one.end, at)), None)
    if owner and _fits(walk, owner.slug, word):
        return Source(owner.slug, owner.words, "name", at)
    if people and _ABOUT.match(walk.bare, unit.start, people[0].start):
        return next((replace(past, at=at) for past in reversed(walk.history) if _fits(walk, past.slug, word)), None)
    first = people[0] if people else None
    if first and first.kind == "title" and first.end <= at and first.start - unit.start <= LEAD_IN:
        held = _title(walk, first, walk.doc.text[first.start : first.end], unit)
        if held and held.slug and is_person(walk, held.slug) and _fits(walk, held.slug, word):
            return replace(held, at=at)
    topic = next((one for one in people if one.kind == "name" and one.end <= at), None)
    if topic and topic.slug and topic.start - unit.start <= LEAD_IN and _fits(walk, topic.slug, word):
        return Source(topic.slug, topic.words, "name", at)
    return _heard_of(walk, word, at)


def _heard_of(walk: Walk, word: str, at: int) -> Source | None:
    """Whom a pronoun stands for that its sentence does not explain: the last one heard, else the last one named."""
    fit = [past for past in reversed(walk.history) if _fits(walk, past.slug, word)]
    if fit and not fit[0].slug and _turns_back(walk, at):
        fit = [past for past in fit if past.slug] or fit
    if fit:
        return replace(fit[0], at=at)
    named = [one for one in walk.named if one.end <= at and one.slug and one.how != "metonym"]
    same = [one for one in named if is_person(walk, one.slug) and _fits(walk, one.slug, word)]
    near = same[-1] if same and at - same[-1].end <= NEAR_NAME else None
    return Source(near.slug, walk.doc.text[near.start : near.end], "name", at) if near else None


def _turns_back(walk: Walk, at: int) -> bool:
    """Whether a pronoun opens a paragraph with a past of its own ("She has said harder things"): no passer-by's."""
    paragraph = walk.doc.paragraph_at(at)
    return (
        paragraph is not None
        and not re.search(r"\w", walk.doc.text[paragraph.start : at])
        and _OF_OLD.match(walk.bare, at) is not None
    )


def _fits(walk: Walk, slug: str, word: str) -> bool:
    """Whether "he", "she" or "it" can stand for somebody; of people outside the registry nothing is known."""
    official = walk.registry.official(slug)
    if word not in PERSONAL or official is None:
        return True
    if official.kind != "person":
        return slug.endswith("spokesperson")
    return official.gender in {"", "m" if word == "he" else "f"}


def _title(walk: Walk, subject: Referent, words: str, unit: Span) -> Source | None:
    """For "The minister", "the statement", "the ministry": the one named, before or later, to whom the words apply."""
    noun = words.rsplit(maxsplit=1)[-1].lower()
    if noun == "sister":
        return Source("kim-yo-jong", words, "name", subject.start)
    if noun in _BODIES:
        return _body(walk, noun, words, subject.start, unit)
    if subject.kind == "document" and (signed := _SIGNED.match(walk.bare, subject.end)):
        by = next((one for one in walk.named if one.slug and 0 <= one.start - signed.end() <= LEAD_IN), None)
        if by:
            return Source(by.slug, walk.doc.text[by.start : by.end], "name", by.start)
    spoke = [past for past in walk.history if past.slug and past.kind != "topic"]
    if subject.kind == "document" and spoke:
        return replace(_author(walk, subject, noun, spoke), at=subject.start)
    if noun in _VAGUE - _LEADER and not _side_of(words) and (heard := [one for one in spoke if _diplomat(walk, one)]):
        return replace(heard[-1], at=subject.start)
    return _officer(walk, subject, words, spoke)


def _author(walk: Walk, subject: Referent, noun: str, spoke: Sequence[Source]) -> Source:
    """Whose a document is: the last speaker's; of "this week", that of whoever spoke latest by the calendar."""
    own = [past for past in spoke if walk.registry.side(past.slug) == "dprk"] if noun == "statement" else []
    if _RECENT.match(walk.bare, subject.end):
        days = {slug: when.day for _, slug, when, _ in walk.dated}
        return max(own or spoke, key=lambda past: (days.get(past.slug, date.min), past.at))
    return (own or spoke)[-1]


def _officer(walk: Walk, subject: Referent, words: str, spoke: Sequence[Source]) -> Source:
    """Who holds the office: somebody named in the item, somebody heard who can hold it, else the holder on record."""
    if office := _OF_THE_UN.match(walk.bare, subject.end):
        words += office[0]
    noun = words.rsplit(maxsplit=1)[-1].lower()
    old = walk.story is not None and walk.now - walk.story >= OLD_TALE and noun in _HEADS
    slug = _in_office(walk, words, subject.start) if old else ""
    slug = slug or (_leader(walk) if words.lower() in _THE_LEADER else _holder(walk, words, noun))
    if slug:
        return Source(slug, words, "name", subject.start)
    side = _side_of(words)
    for past in [*reversed(spoke), *(past for past in reversed(walk.history) if past.slug)]:
        if _could_be(walk, past.slug, noun, side):
            return replace(past, at=subject.start)
    slug = _in_office(walk, words, subject.start)
    return Source(slug, words, "name" if slug else "unknown", subject.start)


def _leader(walk: Walk) -> str:
    """Whom "the leader" without a country means: the North's, where the item names him."""
    named = [*(past.slug for past in reversed(walk.history)), *(one.slug for one in walk.named)]
    ranks = ((slug, walk.registry.official(slug)) for slug in named if slug)
    return next((slug for slug, official in ranks if official and official.authority == 1), "")


def _diplomat(walk: Walk, past: Source) -> bool:
    """Whether somebody heard can be "the envoy" or "the official": a person below the top."""
    official = walk.registry.official(past.slug)
    return official is not None and official.kind == "person" and official.authority != 1


def _could_be(walk: Walk, slug: str, noun: str, side: str) -> bool:
    """Whether somebody heard before can be meant by a title: of its side, and president only who is one."""
    official = walk.registry.official(slug)
    if official is None or official.kind != "person":
        return official is not None and not side and noun not in _HEADS
    if side and official.side != side:
        return False
    offices = " ".join(office.words.lower() for office in official.offices)
    return noun not in _HEADS or noun in offices


def _body(walk: Walk, noun: str, words: str, at: int, unit: Span) -> Source | None:
    """The institution of that kind named last, or first later on."""
    named = [one for one in walk.named if one.slug and noun in walk.registry.name(one.slug).lower()]
    named = [one for one in named if (official := walk.registry.official(one.slug)) and official.kind == "institution"]
    before = [one for one in named if one.start < at]
    chosen = before[-1] if before else named[0] if named else None
    if chosen is None and "foreign ministry" in words.lower() and _northern(walk, words, unit):
        return Source("mfa", words, "name", at)
    return Source(chosen.slug, words, "name", at) if chosen else None


def _northern(walk: Walk, words: str, unit: Span) -> bool:
    """Whether a body without a country is the North's: the sentence names the North and no other side's body."""
    if side := _side_of(words):
        return side == "dprk"
    if ANOTHER_COUNTRY.search(walk.bare, unit.start, unit.end):
        return False
    paragraph = walk.doc.paragraph_at(unit.start)
    if _NORTH.search(walk.bare, paragraph.start if paragraph else unit.start, unit.end):
        return True
    inside = [one.slug for one in walk.named if unit.start <= one.start < unit.end]
    sides = {walk.registry.side(slug) for slug in inside or [past.slug for past in walk.history if past.slug]}
    return "dprk" in sides


def _holder(walk: Walk, words: str, noun: str) -> str:
    """The person whose office the title fits best: heard before, else named later in the item."""
    side = _side_of(words)
    asked = {word for word in re.findall(r"[a-z-]+", words.lower()) if word not in _EMPTY}
    past = [one.slug for one in reversed(walk.history) if one.slug]
    later = [one.slug for one in walk.named if one.slug]
    best, top = "", 0.0
    for rank, slug in enumerate(dict.fromkeys([*past, *later])):
        official = walk.registry.official(slug)
        if official is None or official.kind != "person" or (side and official.side != side):
            continue
        if official.authority == 1 and noun not in _LEADER:
            continue
        offices = " ".join(office.words.lower() for office in official.offices if office.holds(walk.now)).replace(
            "-", " "
        )
        fits = [word for word in asked if word.replace("-", " ") in offices]
        heard = 0.5 if slug in past else 0.0
        whole = 1.0 if len(fits) == len(asked) else 0.0
        score = len(fits) + heard + whole + (1.0 if noun in fits else 0.0) + (0.5 if side else 0.0) - rank * 0.01
        if (noun in fits or (side and noun in _VAGUE)) and score > top:
            best, top = slug, score
    unique = noun in _UNIQUE or (noun in _ENVOYS and _TALKS.search(walk.bare) is not None)
    return best or (_in_office(walk, words) if side and unique else "")


def _in_office(walk: Walk, words: str, at: int = 0) -> str:
    """Who holds an office that one person holds at a time ("the U.S. president"), though the item never names him.

    The day is that of the tale where the item tells of the past, not its own.
    """
    title = re.sub(r"^(?:the|this|that)\s", "", words.replace("U.S.", "US"), flags=re.IGNORECASE)
    side = _side_of(words)
    if not side and title.lower() in _HEADS and (told := list(_HEAD_OF_A.finditer(walk.bare, 0, at))):
        side = _side_of(told[-1][0])
        title = told[-1][0]
    if side and title.rsplit(maxsplit=1)[-1].lower() in _ENVOYS:
        title = f"{title.rsplit(maxsplit=1)[0]} chief negotiator"
    if side in _HEAD_OF and title.rsplit(maxsplit=1)[-1].lower() in _HEAD_NOUNS:
        title = _HEAD_OF[side]
    asked = [title, words] if side else [title]  # "the North's" keeps its article
    found = max(
        (walk.registry.find(one, walk.reached or walk.now) for one in asked), key=lambda row: row[0].score if row else 0
    )
    return found[0].slug if found and found[0].score >= SURE else ""


def _side_of(words: str) -> str:
    return next((side for side, pattern in _ADJECTIVES if pattern.search(words)), "")
