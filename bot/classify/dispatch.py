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
from bot.classify.issuers import institution, slug_of
from store.records import Carries, Coverage, Item

HEAD = 1500
"""Characters of a dispatch in which the issuer must be named."""


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


_CARRIER = re.compile(r"\((?:KCNA|조선중앙통신|KCNA Watch)\)|\bKCNA\b.{0,12}--", re.IGNORECASE)
_SOURCE = re.compile(
    r"kcna|rodong|minju-?joson|mfa\.gov\.kp|naenara|uriminzok|vok\.rep|voice-of-korea|dprk-?mfa", re.IGNORECASE
)
_FORM = (
    r"(?:press statement|statement|memorandum|white paper|information bulletin|bulletin|appeal"
    r"|declaration|press release"
    r"|open (?:letter|questionnaire|questions?)|notice|notification|letter|message|answers?|communiqu[eé]|indictment"
    r"|public notice|detailed report|crucial report|special report|report|press communiqu[eé]|talk"
    r"|commentary|speech|order)"
)
_VERB = (
    r"(?:issued?|released?|releases|published?|made public|makes public|sent|gave|delivered|made"
    r"|announced|put out|carried|read out)"
)
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day )?"
_ISSUED = re.compile(
    rf"\b(?P<verb>{_VERB})\b(?P<gap>(?! by the| in the name)[^.:\n]{{0,110}}?)\b(?P<form>{_FORM})\b",
)
_STRONG = re.compile(
    rf"\b(?:{_VERB}) {_WEEKDAY}(?:on \w+ )?the following (?:\w+ )?{_FORM}"
    rf"|\bgave {_WEEKDAY}(?:the following|an) answer\b"
    r"|\bpublished the following|다음과 같은 (?:담화|성명)",
)
_ANSWER = re.compile(
    r"\b(?:gave|gives|made) [^.:\n]{0,30}?answers?\b|\banswered (?:a )?questions?\b|\b(?:replied"
    r"|in reply) to (?:a )?question|questions? (?:put|raised|asked) by KCNA",
)
_SPEECH = re.compile(
    r"\b(?:made|delivered|gave) (?:a|an|his|her|the) (?:\w+ ){0,3}?(?P<speech>speech|address)\b"
    r"|\bsaid this,? (?:in (?:a|his|her) (?:speech|address)|when addressing|(?:while )?addressing)"
    r"|\b(?:in (?:a|his|her) (?:\w+ )?(?:speech|address) (?:at|to|before|made)|(?:when "
    r"|while )?addressing (?:the|an|a)\b)",
)
_UN = re.compile(r"\b(?:UNGA|(?:UN|United Nations) General Assembly|UN Security Council|UNSC)\b")
_PAPER = re.compile(
    r"\b(?P<paper>Rodong Sin\s?mun?|Minju Joson|Th?ongil Sinbo|Choson Sinbo|Uriminzokkiri|Meari|DPRK Today)\b"
)
_PAPER_SAYS = re.compile(
    r"\b(?:commentary|article|editorial|essay|commentator|analyst|observes?|says?|said|carrie[sd]"
    r"|comments?|warns?|terms|denounces?|notes?|stresses|urges?)\b",
)
_COMMENTARY_TITLE = re.compile(
    r"\bKCNA (?:[Cc]ommentary|[Cc]omment(?:s|ator)?|[Dd]enounces|[Bb]lasts|[Bb]lames|[Qq]ueries|[Oo]n"
    r"|[Rr]efutes|[Cc]ensures|[Aa]ssails|[Dd]ismisses"
    r"|[Ww]arns|[Uu]rges|[Hh]its|[Ss]lams|[Rr]idicules|[Aa]ccuses|[Rr]ejects|[Cc]alls|[Tt]erms"
    r"|[Uu]nderscores|[Dd]isclose[sd]?|[Ff]lays)\b"
    r"|:\s?KCNA$|조선중앙통신사? (?:론|논)평",
)
_COMMENTARY_TEXT = re.compile(
    r"\b(?:(?:the|following is (?:a|the)) KCNA commentary|KCNA (?:in|made public|released"
    r"|issued) (?:a|the following) (?:\w+ )?commentary)\b",
    re.IGNORECASE,
)
_ANALYST = re.compile(
    r"\b(?:international (?:affairs|security|political) (?:analyst|critic|commentator)"
    r"|military (?:commentator|analyst|critic))\b",
    re.IGNORECASE,
)
_RELAYED = re.compile(
    r"\b(?:in a (?:commentary|statement|talk|article|press conference)|(?:made public|issued|released|published) an? "
    r"|held a press conference|carried an article|analyzed the|in its statement|said on|said (?:Prof"
    r"|Mr|Dr)\.|called on )\b",
)
_CAPITALS = re.compile(
    r"\b(?!The |A |An |This |In |On |At )(?:(?:Prof|Mr|Dr)\. )?[A-Z][\w’'-]+(?:(?: (?:of|for|in|and"
    r"|the|to|by|on))* [A-Z][\w’'-]+)+",
)
_SIDES = (
    ("rok", re.compile(r"\b[Ss](?:outh|\.) Korea|\bSouth (?:Headquarters|Side)")),
    ("china", re.compile(r"\bChin(?:a|ese)\b")),
    ("japan", re.compile(r"\bJapan(?:ese)?\b|\bTokyo\b")),
    ("russia", re.compile(r"\bRussian?\b")),
    ("us", re.compile(r"\bU\.?S\.?\b|\bAmerican\b")),
)
_POLEMIC = re.compile(
    r"\b(?:provocati\w+|aggressi\w+|reckless\w*|war (?:exercises|rehearsals?)|puppet\w*"
    r"|imperialist\w*|reactionar\w+|crimes?|criminal\w*|hideous"
    r"|sinister|moves? (?:for|to)|scheme\w*|racket|anti-DPRK|brigandish|gangster\w*|hypocri\w+"
    r"|shameless\w*|murder\w*|hostile|ulterior|unpardonable)\b",
    re.IGNORECASE,
)
_FOREIGN_NEWS = re.compile(
    r"\baccording to (?:the |a |an )?(?:south Korean?|Japanese|U\.S\.|Chinese|Russian)\b"
    r"|\b[Ii]t (?:has been|was) (?:revealed|reported)"
    r"|\btold KCNA\b",
)
_KIM = re.compile(
    r"\bKim Jong (?:Un|Il)\s?(?:,|set|said|stressed|noted|gave|made|oversaw|guided|inspected|visited|watched)"
)
_KIM_WORDS = re.compile(
    r"\b(?:[Hh]e|Kim Jong (?:Un|Il)|[Tt]he (?:respected|great)[\w\s]{0,30})\s?(?:said|stressed|noted"
    r"|declared|emphasized|affirmed|underscored|called|"
    r"pointed out|clarified|expressed|instructed|ordered|warned|added)\b",
)
_GUIDANCE = re.compile(
    r"\b(?:guid(?:es|ed|ance)|inspect(?:s|ed)|oversees|oversaw|visit(?:s|ed)|watch(?:es|ed)"
    r"|observe[sd]|attend(?:s|ed))\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?P<name>[A-Z][a-z]+(?:[ -][A-Z]?[a-z]+){1,2})(?=,| and\b|\s(?:issued|released|made|sent|on|Mon"
    r"|Tue|Wed|Thu|Fri|Sat|Sun))"
)
_OFFICE = re.compile(
    r"\b(?:minister|vice-?\s?minister|director|department|chairman|chairperson|ambassador|secretary"
    r"|representative|chief|adviser|advisor|premier|president)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[a-z0-9\"”)])[.!?:](?:[\s,\"”]|$)|\n")
_ABBREVIATED = re.compile(
    r"\b(?:Mt|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[Nn]o|Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|St|vs)$"
)
_CONTINUES = re.compile(
    r"\b(?:the (?:statement|bulletin|memorandum|article|commentary|notice|letter|paper|declaration)"
    r"|it|he|she) (?:said|says|goes on|noted|stressed|added|continued)\b",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*-0-\s*$|\n\s*(?:More From|Share|Related)\b.*\Z", re.DOTALL)

_CHANNELS = {
    "memorandum": "memorandum",
    "white paper": "memorandum",
    "detailed report": "memorandum",
    "notice": "notice",
    "public notice": "notice",
    "notification": "notice",
    "letter": "letter",
    "open letter": "letter",
    "message": "letter",
    "commentary": "commentary",
    "order": "order",
    "speech": "speech",
    "talk": "press-statement",
    "press statement": "press-statement",
    "information bulletin": "press-statement",
    "bulletin": "press-statement",
}
_STATE_ORGANS = frozenset(
    {
        "dprk-government", "mfa", "mfa-spokesperson", "national-defence-commission", "state-affairs-commission",
        "central-military-commission", "supreme-command", "general-staff", "defence-ministry", "spa",
        "mt-kumgang-guidance-bureau", "kpa-panmunjom-mission", "wpk-central-committee",
    },
)  # fmt: skip


def is_carrier(item: Item) -> bool:
    """Whether the item is a dispatch of DPRK state media, by its dateline, source or address."""
    return bool(_CARRIER.search(item.text[:400]) or _SOURCE.search(item.source) or _SOURCE.search(item.url))


def read(item: Item, named: Sequence[Named]) -> Dispatch | None:
    """Read the item as a dispatch; None when it has not that form.

    ``named`` are the registry's mentions in ``item.text``. An item of another source counts when it
    prints a text whole ("released the following press statement").
    """
    head = item.text[:HEAD]
    carrier = is_carrier(item)
    if not carrier and not _STRONG.search(head[:700]):
        return None
    now = dates.today(item.published, item.text)
    dispatch = _signed(item.title, item.text, head, named, now) or _paper(item.title, item.text, head, now)
    if dispatch is not None:
        return dispatch
    return _unsigned(item, head, now) if carrier else None


def _signed(title: str, text: str, head: str, named: Sequence[Named], now: date) -> Dispatch | None:
    """A text that a person or an institution gives its name to."""
    if _COMMENTARY_TITLE.search(title):
        return None
    for match in _acts(head):
        lead = _sentence(text, match.start())
        subject = text[lead[0] : match.start()]
        if _PAPER.search(text, lead[0], lead[1]):
            return None
        issuer = _issuer(subject, lead[0], match.start(), named)
        if issuer is None:
            continue
        return _made(text, match, lead, issuer, now)
    return None


def _acts(head: str) -> list[re.Match[str]]:
    found = [*_ISSUED.finditer(head), *_ANSWER.finditer(head), *_SPEECH.finditer(head)]
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
    name = _NAME.match(subject.lstrip())
    return name["name"] if name and _OFFICE.search(subject[name.end() : name.end() + 90]) else ""


def _made(text: str, match: re.Match[str], lead: tuple[int, int], issuer: _Issuer, now: date) -> Dispatch:
    groups = match.groupdict()
    form = "answer" if match.re is _ANSWER else "speech" if match.re is _SPEECH else (groups.get("form") or "").lower()
    if form.startswith("answer"):
        form = "answer"
    sentence = text[lead[0] : lead[1]]
    return Dispatch(
        issuer=issuer.slug,
        form=form,
        channel=_channel(form, issuer, sentence),
        rule=f"dispatch/{form.replace(' ', '-')}",
        lead=lead,
        body=_body(text, lead),
        made=_when(text, lead, match, now),
        coverage=_coverage(text, lead),
        phrase=issuer.phrase,
        spokes=issuer.spokes,
        person=issuer.person,
        by_authorization=bool(re.search(r"\b(?:by|upon|as) authori[sz]", sentence)),
    )


def _channel(form: str, issuer: _Issuer, sentence: str) -> str:
    if form == "answer":
        return "spokesperson-answer" if issuer.spokes or not issuer.person else "interview"
    if form == "speech":
        return "un-address" if _UN.search(sentence) else "speech"
    if re.search(r"\bjoint (?:statement|declaration)|and the [^,]{3,90} issued a (?:peace )?declaration", sentence):
        return "joint-statement"
    if form in _CHANNELS:
        return _CHANNELS[form]
    return "government-statement" if issuer.slug in _STATE_ORGANS and not issuer.person else "press-statement"


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


def _body(text: str, lead: tuple[int, int]) -> tuple[int, int]:
    """The issuer's own words: what follows the lead, without the agency's end mark."""
    tail = _TAIL.search(text, lead[1])
    end = tail.start() if tail else len(text)
    start = lead[1]
    while start < end and text[start] in " ,:\n\t":
        start += 1
    return (start, end) if start < end else (0, end)


def _sentence(text: str, at: int) -> tuple[int, int]:
    """The sentence around ``at``; KCNA's lead may end in a colon. Initials such as "U.S." do not end it."""
    start = 0
    for end in _SENTENCE_END.finditer(text, 0, min(len(text), HEAD * 2)):
        if _ABBREVIATED.search(text, max(0, end.start() - 6), end.start()):
            continue
        if end.start() >= at:
            return start, end.start() + 1
        start = end.end()
    return start, len(text)


def _paper(title: str, text: str, head: str, now: date) -> Dispatch | None:
    """A commentary of a newspaper or of KCNA itself."""
    if _COMMENTARY_TITLE.search(title) or _COMMENTARY_TEXT.search(head[:500]):
        return _commentary("kcna-commentary", text, now, rule="dispatch/kcna-commentary")
    for paper in _PAPER.finditer(head):
        lead = _sentence(text, paper.start())
        if not _PAPER_SAYS.search(text, lead[0], lead[1]):
            continue
        found = institution(paper["paper"])
        slug = found[0] if found else slug_of(paper["paper"])
        return _commentary(slug, text, now, rule="dispatch/paper", lead=lead)
    named = _PAPER.search(title)
    if named and (found := institution(named["paper"])):
        return _commentary(found[0], text, now, rule="dispatch/paper-title")
    if _ANALYST.search(head[:500]):
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
    tail = _TAIL.search(text)
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
    polemic = len(_POLEMIC.findall(head)) >= 3 and not _FOREIGN_NEWS.search(head)  # noqa: PLR2004 -- dense, not one stock word
    leader = _KIM.search(head) and _KIM_WORDS.search(text)
    if leader:
        made = _commentary(
            "kim-jong-il" if "Kim Jong Il" in head and now.year < 2012 else "kim-jong-un",
            text,
            now,
            rule="dispatch/leader",
        )
        guided = _GUIDANCE.search(item.title) is not None
        days = [
            when
            for when in dates.expressions(text, now, start=made.body[0], end=min(len(text), 600))
            if when.precision == "day"
        ]
        return _replaced(made, "field-guidance" if guided else "speech", days[0] if days else None)
    if relayed := _relayed(text, now):
        return relayed
    report = _commentary("kcna", text, now, rule="dispatch/unsigned")
    return _reported(report, polemic=polemic)


def _relayed(text: str, now: date) -> Dispatch | None:
    """What somebody outside the DPRK's state said, as KCNA passes it on: the speaker is who said it."""
    lead = (0, 0)
    for _ in range(2):
        lead = _sentence(text, lead[1] + 1 if lead[1] else 0)
        if lead[1] <= lead[0] or "told KCNA" in text[lead[0] : lead[1] + 200]:
            return None
        act = _RELAYED.search(text, lead[0], lead[1])
        who = _CAPITALS.search(text, lead[0], lead[1])
        if not act or not who:
            continue
        days = [
            when for when in dates.expressions(text, now, end=min(len(text), lead[1] + 160)) if when.precision == "day"
        ]
        name = re.sub(r"^(?:Prof|Mr|Dr)\. ", "", who[0])
        return Dispatch(
            slug_of(name), "statement", _relay_channel(act[0]), "dispatch/relayed", lead, (0, len(text)),
            made=days[0] if days else None, coverage="relayed", phrase=name, side=_side(text[: lead[1]]),
        )  # fmt: skip
    return None


def _relay_channel(act: str) -> str:
    if "press conference" in act:
        return "press-conference"
    return "commentary" if re.search("commentary|article|analy", act) else "press-statement"


def _side(words: str) -> str:
    return next((side for side, pattern in _SIDES if pattern.search(words)), "other")


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
