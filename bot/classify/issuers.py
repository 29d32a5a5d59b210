"""Institutions that sign dispatches, as state media name them in the first sentence.

The registry knows people and the plain names; this table adds what only the form of a
dispatch needs: which of several institutions in one noun phrase is the one that speaks.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PATTERNS = (
    ("institute-american-studies", r"Institute (?:for|of) American Studies|American Institute of the Foreign"),
    ("institute-japan-studies", r"Institute (?:for|of) Japan Studies"),
    (
        "institute-disarmament-peace",
        r"Disarmament and Peace Institute|Institute (?:for|of) Disarmament (?:and|&) Peace",
    ),
    ("nuclear-weapons-institute", r"Nuclear Weapons Institute"),
    ("national-reunification-institute", r"National Reunification Institute"),
    ("human-rights-association", r"Association for Human Rights Studies|DPRK Human Rights Institution"),
    ("dprk-vienna-mission", r"Mission\b[^,]{0,40}\bVienna"),
    (
        "dprk-un-mission",
        r"DPRK (?:delegate|representative)\b|(?:Permanent )?Mission\b[^,]{0,40}\b(?:UN|United Nations)\b",
    ),
    ("kpa-panmunjom-mission", r"Panmunjom [Mm]ission|[Mm]ission of the (?:KPA|Korean People['’]s Army)"),
    (
        "north-side-head-military-working-level-talks",
        r"[Hh]ead of the (?:north|DPRK) side(?:['’]s)?(?: delegation)? (?:to|at|of|for) [^.,]{0,40}working-level talks",
    ),
    (
        "north-side-head-general-level-military-talks",
        r"[Hh]ead of the (?:north|DPRK) side(?:['’]s)?(?: delegation)? (?:to|at|of|for) [^.,]{0,40}military talks",
    ),
    (
        "mfa",
        r"External Policy (?:Office|Bureau)|Foreign Ministry|Ministry (?:of|for) Foreign Affairs",
    ),
    (
        "defence-ministry",
        r"(?:Ministry of (?:National )?Defen[cs]e|Defen[cs]e Ministry|Ministry of the People['’]s Armed Forces)",
    ),
    ("national-defence-commission", r"National Defen[cs]e Commission|\bNDC\b"),
    ("state-affairs-commission", r"State Affairs Commission|Commission of State Affairs"),
    ("central-military-commission", r"Central Military Commission"),
    ("supreme-command", r"Supreme Command\b"),
    ("general-staff", r"General Staff"),
    (
        "strategic-force",
        r"Strategic (?:Rocket )?Force|Missile (?:Administration|General Bureau)|General Missile Bureau",
    ),
    ("aerospace", r"National Aerospace|Committee of Space Technology"),
    ("general-department-of-atomic-energy", r"(?:Department|Bureau) of Atomic Energy"),
    ("mt-kumgang-guidance-bureau", r"Guidance Bureau of (?:the )?Special Zone for International Tour"),
    ("cprk", r"Committee for the Peaceful Reunification|\bCPRK\b"),
    ("asia-pacific-peace-committee", r"Asia-?\s?Pacific Peace Committee"),
    ("united-front-department", r"United Front (?:Work )?Department"),
    (
        "democratic-front-for-the-reunification-of-korea",
        r"Democratic Front for the Reunification|\bDFRK\b",
    ),
    (
        "north-side-committee-for-implementing-june-15-joint-declaration",
        r"North [Ss]ide Committee for Implementing (?:the )?June 15",
    ),
    ("national-reconciliation-council", r"Council for National Reconciliation|National Reconciliation Council"),
    ("national-peace-committee-of-korea", r"National Peace Committee of Korea"),
    ("buddhist-federation-of-korea", r"Korean? Buddhist(?:s['’])? Federation|Buddhist Federation of Korea"),
    ("korean-christian-federation", r"Korean? Christian(?:s['’])? Federation|Christian Federation of Korea"),
    ("korean-social-democratic-party", r"Korean? Social Democratic Party|Social Democratic Party of Korea"),
    ("dprk-red-cross", r"DPRK Red Cross|Red Cross Society of the DPRK"),
    ("general-federation-of-trade-unions", r"General Federation of Trade Unions of Korea"),
    ("wpk-politburo", r"Political Bureau"),
    ("spa", r"Supreme People['’]s Assembly|\bSPA\b"),
    ("wpk-central-committee", r"(?:C\. ?C\.|CC|Central Committee)(?:,| of) (?:the )?(?:WPK|Workers['’] Party)"),
    ("dprk-government", r"(?:DPRK|North Korean?|our) [Gg]overnment|[Gg]overnment of the (?:DPRK|Democratic People)"),
    ("rodong-sinmun", r"Rodong Sin\s?mun?"),
    ("minju-joson", r"Minju Joson"),
    ("tongil-sinbo", r"Th?ongil Sinbo"),
    ("choson-sinbo", r"Cho[ss]on Sinbo"),
    ("uriminzokkiri", r"Uriminzokkiri"),
)
_ABROAD = (
    ("south-headquarters-pan-national-alliance", "rok", r"South Headquarters of the Pan-?[Nn]ational Alliance"),
    ("democratic-labor-party", "rok", r"Democratic Labou?r Party"),
    ("people-for-achieving-peace-and-reunification", "rok", r"People for Achieving Peace and Reunification"),
    (
        "south-side-committee-for-implementing-june-15",
        "rok",
        r"South [Ss]ide Committee for Implementing (?:the )?June 15",
    ),
    (
        "headquarters-for-withdrawal-of-us-forces",
        "rok",
        r"Headquarters (?:of the Movement )?for (?:the )?Withdrawal of",
    ),
    ("hangyore", "rok", r"Han(?:gyore|kyoreh?|gyoreh)\b"),
    ("kyunghyang-sinmun", "rok", r"Kyung[- ]?hyang (?:Daily News|Sinmun|Shinmun|Ilbo)"),
    ("huanqiu-shibao", "china", r"Huan ?[Qq]iu ?Shi ?[Bb]ao|Global Times"),
    ("general-association-of-koreans-in-china", "other", r"General Association of Koreans in China"),
)
"""Bodies and papers outside the state that dispatches relay: slug, side, wording."""
_KOREAN = (
    ("mfa-spokesperson", r"외무성\s?대변인"),
    ("mfa", r"외무성"),
    ("defence-ministry", r"국방성"),
    ("general-staff", r"총참모부"),
    ("state-affairs-commission", r"국무위원회(?!\s?위원장)"),
    ("cprk", r"조국평화통일위원회|조평통"),
    ("asia-pacific-peace-committee", r"아시아태평양평화위원회|아태평화위"),
    ("united-front-department", r"통일전선부"),
    ("kcna-commentary", r"조선중앙통신(?:사)?\s?(?:론|논)평"),
    ("rodong-sinmun", r"[로노]동신문"),
    ("dprk-government", r"공화국\s?정부"),
)
_SPOKES = re.compile(r"\b[Ss]pokes(?:man|person|woman)\b|대변인")
_SLUG_NOISE = re.compile(r"\b(?:the|a|an|of the DPRK|DPRK|Democratic People['’]s Republic of Korea)\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _abroad() -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    pattern = re.compile("|".join(f"({pattern})" for _, _, pattern in _ABROAD))
    return pattern, tuple((slug, side) for slug, side, _ in _ABROAD)


def outsider(phrase: str) -> tuple[str, str, int, int] | None:
    """The known body outside the DPRK's state that a phrase names first: (slug, side, start, end), else None."""
    pattern, known = _abroad()
    found = pattern.search(phrase)
    if not found or found.lastindex is None:
        return None
    slug, side = known[found.lastindex - 1]
    return slug, side, found.start(), found.end()


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], tuple[str, ...]]:
    rows = _PATTERNS + _KOREAN
    return re.compile("|".join(f"({pattern})" for _, pattern in rows)), tuple(slug for slug, _ in rows)


def institution(phrase: str) -> tuple[str, int, int, bool] | None:
    """The institution that a noun phrase names: (slug, start, end, speaks through a spokesperson), else None.

    The leftmost one is the one that speaks ("the Institute for American Studies of the Foreign Ministry").
    """
    pattern, slugs = _table()
    found = pattern.search(phrase)
    if not found or found.lastindex is None:
        return None
    slug = slugs[found.lastindex - 1]
    spokes = bool(_SPOKES.search(phrase, 0, found.start()) or _SPOKES.match(phrase[found.end() :].lstrip(" ’'s")))
    if slug == "mfa" and spokes:
        slug = "mfa-spokesperson"
    return slug, found.start(), found.end(), spokes or slug == "mfa-spokesperson"


def slug_of(phrase: str) -> str:
    """A slug for a speaker that no registry knows, made of the phrase's own words; "" when there are none."""
    plain = re.sub(r"[^a-z0-9]+", "-", _SLUG_NOISE.sub(" ", phrase).lower()).strip("-")
    return "-".join(plain.split("-")[:7])
