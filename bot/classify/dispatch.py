"""State media's form: the whole dispatch is the statement, and its first sentence says whose.

``read`` looks at the title and the first sentences of a dispatch of KCNA, a ministry's
site or a state paper. The carrier is never the speaker where somebody signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.classify import dates
from bot.classify import dispatch_words as words
from bot.classify.dispatch_relayed import relayed, sentence
from bot.classify.issuers import institution, slug_of
from store.records import Carries, Coverage, Item

LAST_DAY_OF_KIM_JONG_IL = date(2011, 12, 17)
HEAD = 1500
"""Characters of a dispatch in which the issuer must be named."""
_DENSE = 3
"""Words of abuse in the head that make a report a polemic; one stock word does not."""
_NEAR = 300
"""Characters behind the lead in which a round of voices begins."""


class Named(Protocol):
    """A mention of somebody whom the registry knows, at ``text[start:end]``."""

    @property
    def slug(self) -> str:
        """Whom it names."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What the form of a dispatch tells.

    ``issuer`` is a slug, ``phrase`` the words that name it, ``form`` the word for the kind of
    text ("press statement"). ``lead`` and ``body`` are spans of the text: the sentence that
    names the issuer, and the issuer's own words. ``spokes`` tells that a spokesperson speaks for an institution.
    """

    issuer: str
    form: str
    channel: str
    rule: str
    lead: tuple[int, int]
    body: tuple[int, int]
    made: dates.When | None = None
    coverage: Coverage = "full"
    carries: Carries = "statement"
    phrase: str = ""
    spokes: bool = False
    person: bool = False
    by_authorization: bool = False
    side: str = "dprk"


def is_carrier(item: Item) -> bool:
    """Whether the item is a dispatch of DPRK state media, by its dateline, source or address."""
    return bool(
        words.CARRIER.search(item.text[:400]) or words.SOURCE.search(item.source) or words.SOURCE.search(item.url)
    )


def read(item: Item, named: Sequence[Named]) -> Dispatch | None:
    """Read the item as a dispatch; None when it has not that form.

    ``named`` are the registry's mentions in ``item.text``. An item of another source counts when it
    prints a text whole ("released the following press statement").
    """
    head = item.text[:HEAD]
    carrier = is_carrier(item)
    if not carrier and not words.STRONG.search(head[:700]):
        return None
    now = dates.today(item.published, item.text)
    dispatch = _signed(item.title, item.text, named, now, carrier=carrier) or _paper(item.title, item.text, head, now)
    if dispatch is not None:
        return dispatch
    return _unsigned(item, head, now) if carrier else None


def _signed(title: str, text: str, named: Sequence[Named], now: date, *, carrier: bool) -> Dispatch | None:
    """A text that a person or an institution gives its name to."""
    if words.COMMENTARY_TITLE.search(title):
        return None
    for match in _acts(text):
        lead = _sentence(text, match.start())
        subject = text[lead[0] : match.start()]
        paper = words.PAPER.search(text, 0, lead[1])
        if paper and words.PAPER_SAYS.search(text, paper.end(), max(lead[1], paper.end() + _NEAR)):
            return None
        if words.SUBORDINATE.search(subject) or (carrier and words.VOICES.search(text, lead[1], lead[1] + _NEAR)):
            continue
        issuer = _issuer(subject, lead[0], match.start(), named)
        if issuer is None and words.SAME.search(text, lead[0], lead[1]):
            first = _sentence(text, 0)
            issuer = _issuer(text[: first[1]], 0, first[1], named) if first[1] <= lead[0] else None
        if issuer is None:
            continue
        return _made(text, match, lead, issuer, now)
    return None


def _acts(text: str) -> list[re.Match[str]]:
    """Acts of issuing in the head; a text printed whole ("the following notice") may be introduced further down."""
    found = [
        match
        for pattern in (words.ISSUED, words.ANSWER, words.SPEECH)
        for match in pattern.finditer(text, 0, 2 * HEAD)
        if match.start() < HEAD or "following" in match[0]
    ]
    return sorted(found, key=re.Match.start)[:6]


@dataclass(frozen=True, slots=True)
class _Issuer:
    slug: str
    phrase: str
    spokes: bool = False
    person: bool = False
    side: str = "dprk"


def _issuer(subject: str, offset: int, stop: int, named: Sequence[Named]) -> _Issuer | None:
    """Whose act it is: the first name or institution of the subject, if it is one of the North."""
    plain = re.sub(r"^[^\n]{0,60}?\(KCNA\)\s*-{1,3}\s*", "", subject)
    shift = len(subject) - len(plain)
    found = institution(plain)
    limit = offset + shift + (found[1] if found else len(plain))
    person = next(
        (mention for mention in named if offset + shift <= mention.start < limit and mention.end <= stop), None
    )
    if person is not None and not institution(person.slug.replace("-", " ")):
        return _Issuer(person.slug, subject[person.start - offset : person.end - offset], person=True)
    if name := _unknown_person(plain):
        return _Issuer(slug_of(name), name, person=True)
    if found is None:
        return None
    if re.search(r"\b(?:south Korean?|puppet|Japanese|U\.S\.)\s?$", plain[: found[1]]):
        return None
    return _Issuer(found[0], plain[found[1] : found[2]], spokes=found[3])


def _unknown_person(subject: str) -> str:
    """A name with an office after it that the registry does not hold: still a person who signs."""
    name = words.NAME.match(subject.lstrip())
    return name["name"] if name and words.OFFICE.search(subject[name.end() : name.end() + 90]) else ""


def _made(text: str, match: re.Match[str], lead: tuple[int, int], issuer: _Issuer, now: date) -> Dispatch:
    groups = match.groupdict()
    form = (
        "answer"
        if match.re is words.ANSWER
        else "speech"
        if match.re is words.SPEECH
        else (groups.get("form") or "").lower()
    )
    if form.startswith("answer"):
        form = "answer"
    sentence = text[lead[0] : lead[1]]
    coverage = _coverage(text, lead)
    return Dispatch(
        issuer=issuer.slug,
        form=form,
        channel=_channel(form, issuer, sentence),
        rule=f"dispatch/{form.replace(' ', '-')}",
        lead=lead,
        body=_body(text, lead, match.start() if coverage == "partial" else lead[1]),
        made=_when(text, lead, match, now),
        coverage=coverage,
        phrase=issuer.phrase,
        spokes=issuer.spokes,
        person=issuer.person,
        by_authorization=bool(re.search(r"\b(?:by|upon|as) authori[sz]", sentence)),
    )


def _channel(form: str, issuer: _Issuer, sentence: str) -> str:
    if form == "answer":
        return "spokesperson-answer" if issuer.spokes or not issuer.person else "interview"
    if form == "speech":
        return "un-address" if words.UN.search(sentence) else "speech"
    if re.search(r"\bjoint (?:statement|declaration)|and the [^,]{3,90} issued a (?:peace )?declaration", sentence):
        return "joint-statement"
    if form in words.CHANNELS:
        return words.CHANNELS[form]
    return "government-statement" if issuer.slug in words.STATE_ORGANS and not issuer.person else "press-statement"


def _when(text: str, lead: tuple[int, int], match: re.Match[str], now: date) -> dates.When | None:
    """The day in the issuing sentence, nearest to the verb; it wins over the dateline."""
    start = lead[0]
    line = dates.dateline(text, now)
    if line and lead[0] <= line.start < lead[1]:
        start = line.end
    days = [when for when in dates.expressions(text, now, start=start, end=lead[1]) if when.precision == "day"]
    days = [when for when in days if when.day <= now and (now - when.day).days <= 45]  # noqa: PLR2004 -- older is subject matter
    at = match.start()
    return min(days, key=lambda when: min(abs(when.start - at), abs(when.start - match.end())), default=None)


def _coverage(text: str, lead: tuple[int, int]) -> Coverage:
    if re.search(r"\bfollowing\b|:\s*$|다음과 같", text[lead[0] : lead[1] + 1]):
        return "full"
    return "partial"


def _body(text: str, lead: tuple[int, int], start: int) -> tuple[int, int]:
    """The issuer's own words from ``start``, without the agency's end mark.

    They follow the lead, which itself tells a part of them where it prints none whole ("a notice proposing talks").
    """
    tail = words.TAIL.search(text, lead[1])
    end = tail.start() if tail else len(text)
    while start < end and text[start] in " ,:\n\t":
        start += 1
    return (start, end) if start < end else (0, end)


def _sentence(text: str, at: int) -> tuple[int, int]:
    return sentence(text, at, HEAD * 2)


def _paper(title: str, text: str, head: str, now: date) -> Dispatch | None:
    """A commentary of a newspaper or of KCNA itself."""
    if words.COMMENTARY_TITLE.search(title) or words.COMMENTARY_TEXT.search(head[:500]):
        return _commentary("kcna-commentary", text, now, rule="dispatch/kcna-commentary")
    for paper in words.PAPER.finditer(head):
        lead = _sentence(text, paper.start())
        if not words.PAPER_SAYS.search(text, lead[0], lead[1]):
            continue
        found = institution(paper["paper"])
        slug = found[0] if found else slug_of(paper["paper"])
        return _commentary(slug, text, now, rule="dispatch/paper", lead=lead)
    named = words.PAPER.search(title)
    if named and (found := institution(named["paper"])):
        return _commentary(found[0], text, now, rule="dispatch/paper-title")
    if words.ANALYST.search(head[:500]):
        return _commentary("international-affairs-analyst", text, now, rule="dispatch/analyst")
    return None


def _commentary(
    slug: str,
    text: str,
    now: date,
    *,
    rule: str,
    lead: tuple[int, int] | None = None,
) -> Dispatch:
    made = None
    if lead:
        days = [when for when in dates.expressions(text, now, start=lead[0], end=lead[1]) if when.how == "weekday"]
        made = next((when for when in days if (now - when.day).days <= 1), None)
    line = dates.dateline(text, now)
    start = line.end if line else 0
    tail = words.TAIL.search(text)
    return Dispatch(
        issuer=slug,
        form="commentary",
        channel="commentary",
        rule=rule,
        lead=lead or _sentence(text, min(start, max(len(text) - 1, 0))),
        body=(_after_dateline(text, start), tail.start() if tail else len(text)),
        made=made,
        coverage="full" if lead is None else "partial",
        phrase=slug,
    )


def _after_dateline(text: str, start: int) -> int:
    mark = re.compile(r"[^\n]{0,30}?-{2,3}\s*").match(text, start) if start else None
    return mark.end() if mark else start


def _unsigned(item: Item, head: str, now: date) -> Dispatch:
    """KCNA's own report: of the leader's words, of somebody else's, or of an event."""
    text = item.text
    others = words.FOREIGN_NEWS.search(head) or words.VOICES.search(head)
    polemic = not others and len(words.POLEMIC.findall(head)) >= _DENSE
    leader = words.KIM.search(head) and words.KIM_WORDS.search(text)
    if leader:
        made = _commentary(
            "kim-jong-il" if "Kim Jong Il" in head and now <= LAST_DAY_OF_KIM_JONG_IL else "kim-jong-un",
            text,
            now,
            rule="dispatch/leader",
        )
        guided = words.GUIDANCE.search(item.title) is not None
        days = [
            when
            for when in dates.expressions(text, now, start=made.body[0], end=min(len(text), 600))
            if when.precision == "day"
        ]
        sitting = words.SITTING.search(item.title) is not None
        channel = "party-report" if sitting else "field-guidance" if guided else "speech"
        return _replaced(made, channel, days[0] if days else None)
    if relayed := _relayed(text, now):
        return relayed
    report = _commentary("kcna", text, now, rule="dispatch/unsigned")
    return _reported(report, polemic=polemic)


def _relayed(text: str, now: date) -> Dispatch | None:
    """What somebody outside the DPRK's state said, as KCNA passes it on."""
    said = relayed(text, HEAD * 2)
    if said is None:
        return None
    until = min(len(text), said.lead[1] + 160)
    days = [when for when in dates.expressions(text, now, end=until) if when.precision == "day"]
    return Dispatch(
        said.slug, "statement", said.channel, "dispatch/relayed", said.lead, (0, len(text)),
        made=days[0] if days else None, coverage="relayed", phrase=said.phrase, side=said.side,
    )  # fmt: skip


def _replaced(made: Dispatch, channel: str, when: dates.When | None) -> Dispatch:
    return Dispatch(
        made.issuer, "report", channel, made.rule, made.lead, made.body,
        made=when, coverage="relayed", phrase=made.phrase, person=True,
    )  # fmt: skip


def _reported(made: Dispatch, *, polemic: bool) -> Dispatch:
    return Dispatch(
        made.issuer, "commentary" if polemic else "report", "commentary" if polemic else "news-report", made.rule,
        made.lead, made.body, carries="statement" if polemic else "report", phrase=made.phrase,
    )  # fmt: skip
