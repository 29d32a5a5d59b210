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
    ("dprk-un-mission", r"(?:Permanent )?Mission\b[^,]{0,40}\b(?:UN|United Nations)\b"),
    ("kpa-panmunjom-mission", r"Panmunjom Mission|Mission of the (?:KPA|Korean People['’]s Army)"),
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
