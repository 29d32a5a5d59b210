"""How much weight a DPRK utterance carries (1 most to 7), and through which channel it came.

The ladder is the codebook's. English "statement" stands for two Korean forms of different weight, so a level
that rests on that word alone is marked as not certain; loud words never raise a level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.classify.dispatch import Dispatch
from bot.classify.speakers import Registry


@dataclass(frozen=True, slots=True)
class Weight:
    """A level, whether it is certain, and the rule that gave it. ``level`` is None outside the DPRK."""

    level: int | None
    certain: bool = True
    rule: str = "authority/outside"


_BODIES = {
    "mfa": (3, 5), "mfa-spokesperson": (4, 5), "defence-ministry": (4, 5), "general-staff": (4, 5), "cprk": (4, 5),
    "national-defence-commission": (2, 3), "state-affairs-commission": (2, 3), "supreme-command": (2, 3),
    "dprk-government": (2, 2), "kpa-panmunjom-mission": (4, 5), "mt-kumgang-guidance-bureau": (4, 5),
    "united-front-department": (5, 5), "spa": (2, 3), "central-military-commission": (2, 3),
}  # fmt: skip
"""Level of a body's own text, and of its spokesperson's press statement or answer."""
_OFFICES = (
    (
        1,
        re.compile(
            r"\b(?:supreme leader|president of the State Affairs|general secretary of the Workers)", re.IGNORECASE
        ),
    ),
    (4, re.compile(r"\b(?:first )?(?:vice|deputy)[- ](?:foreign |defen[cs]e )?minister|부상", re.IGNORECASE)),
    (
        3,
        re.compile(
            r"\bminister of (?:foreign affairs|national defen[cs]e)|\b(?:foreign"
            r"|defen[cs]e) minister\b|\bpremier\b|외무상|국방상",
            re.IGNORECASE,
        ),
    ),
    (
        5,
        re.compile(
            r"\b(?:director|department|ambassador|adviser|advisor|envoy|representative|negotiator)\b|국장|대사",
            re.IGNORECASE,
        ),
    ),
)
_LOW = 6
_PRESS_FORMS = frozenset({"press statement", "answer", "press release", "talk", "press communique", "press communiqué"})
_PAPERS = frozenset(
    {"memorandum", "white paper", "report", "detailed report", "information bulletin", "bulletin", "public notice"}
)
_CHANNELS = (
    ("social-media", re.compile(r"\b(?:tweet(?:s|ed)?|twitter|posted on|truth social|facebook post"
r"|on x\b)", re.IGNORECASE)),
    ("un-address", re.compile(r"\b(?:told the (?:un|u\.n\.|united nations)\b|general assembly"
r"|security council (?:meeting|session))", re.IGNORECASE)),
    ("joint-statement", re.compile(r"\bjoint (?:statement|declaration|communiqu[eé])", re.IGNORECASE)),
    ("letter", re.compile(r"\b(?:in|by) (?:a|an|his|her|the) (?:\w+ )?letter\b|\bwrote to\b", re.IGNORECASE)),
    ("press-conference", re.compile(r"\b(?:news conference|press conference|briefing|told reporters"
r"|met the press|기자회견|브리핑)", re.IGNORECASE)),
    ("interview", re.compile(r"\b(?:interview|told (?:abc|cnn|nbc|cbs|fox|bbc|nhk)|인터뷰)\b", re.IGNORECASE)),
    ("speech", re.compile(r"\b(?:speech|address|keynote|연설|경축사|speaking (?:at|on|by))", re.IGNORECASE)),
    ("talks-remark", re.compile(r"\b(?:start of (?:a|the) (?:meeting|talks)|모두발언|at (?:a"
r"|the) (?:plenary )?(?:meeting|session)|전원회의)", re.IGNORECASE)),
    ("press-statement", re.compile(r"\b(?:press statement|statement|담화)|담화", re.IGNORECASE)),
)  # fmt: skip


def of_dispatch(dispatch: Dispatch, lead: str, registry: Registry, day: date) -> Weight:
    """The level of a dispatch by its issuer and form word. ``lead`` is the sentence that names the issuer."""
    if dispatch.side != "dprk":
        return Weight(None)
    if dispatch.person:
        return of_person(dispatch.issuer, lead, registry, day)
    level, certain = _body(dispatch, lead, registry, day)
    if dispatch.by_authorization and level > 1:
        return Weight(level - 1, certain, "authority/by-authorization")
    return Weight(level, certain, f"authority/{dispatch.form.replace(' ', '-') or 'body'}")


def _body(dispatch: Dispatch, lead: str, registry: Registry, day: date) -> tuple[int, bool]:
    form, slug = dispatch.form, dispatch.issuer
    if slug in _BODIES:
        own, spoken = _BODIES[slug]
        if form in _PRESS_FORMS:
            return spoken, True
        if slug == "mfa" and form in _PAPERS:
            return 4, True
        if dispatch.spokes and slug != "mfa-spokesperson":
            return spoken, form != "statement"
        return own, form != "statement"
    level = registry.authority(slug, day) or _LOW
    if level == _LOW and re.search(
        r"\b(?:[Cc]hairman|[Pp]resident|[Hh]ead) of (?:the )?(?:C\. ?C\.|Central|DPRK|\w+ Red Cross)", lead
    ):
        return level - 1, False
    return level, registry.official(slug) is not None


def of_person(slug: str, lead: str, registry: Registry, day: date) -> Weight:
    """The level of somebody who speaks under his or her own name: the office held that day."""
    official = registry.official(slug)
    if official is not None and official.side != "dprk":
        return Weight(None)
    level = registry.authority(slug, day)
    if level is not None:
        return Weight(level, certain=True, rule="authority/office")
    for value, pattern in _OFFICES:
        if pattern.search(lead):
            return Weight(value, certain=False, rule="authority/title")
    return Weight(_LOW, certain=False, rule="authority/unknown")


def of_press(slug: str, clause: str, registry: Registry, day: date) -> Weight:
    """The level of somebody whom a news item quotes; an institution's form word is seldom told there."""
    official = registry.official(slug)
    if official is None or official.side != "dprk":
        return Weight(None)
    if official.kind == "person":
        return of_person(slug, clause, registry, day)
    level = registry.authority(slug, day)
    own, spoken = _BODIES.get(slug, (level or _LOW, level or _LOW))
    spokes = re.search(r"\b[Ss]pokes(?:man|woman|person)\b|대변인", clause) is not None
    return Weight(spoken if spokes else own, certain=False, rule="authority/body")


def channel(clause: str, context: str, side: str) -> tuple[str, str]:
    """The channel that the attribution names, and the words that name it; ``context`` is looked at second."""
    for words in (clause, context):
        for name, pattern in _CHANNELS:
            if found := pattern.search(words):
                return name, found[0]
    return ("press-statement" if side == "dprk" else "other"), ""
