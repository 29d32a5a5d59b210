"""What somebody outside the DPRK's state said, as KCNA passes it on: an editorial, a civic group's press conference.

The speaker is who said it. A body that nobody knows gets a slug of its own words; groups that are only
described ("civic and public organizations") get one that says no more than that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.classify import dispatch_words as words
from bot.classify.issuers import institution, outsider, slug_of

_SENTENCES = 3
"""Who speaks stands in so many sentences or nowhere."""
_AFTER = 60
"""Letters behind a verb such as "said" in which its subject may stand."""
_Found = tuple[str, str, str]
"""Slug, wording and side ("" when the words do not tell)."""
_BEFORE = 24
_FOREIGN = re.compile(r"\b(?:[Ss]outh Korean?|puppet|Japanese|U\.S\.|American) $")
"""Whose body it is, right before its name."""
_OF_THE_NORTH = re.compile(r"\b(?:of Korea|DPRK)\b")
_ELSEWHERE = re.compile(r"\b[Ss]outh\b|\bS\. Korea|\bin (?:Japan|China|Russia)|\boverseas\b|\babroad\b")


@dataclass(frozen=True, slots=True)
class Relayed:
    """Who said it (``slug``, the ``phrase`` that names it, its ``side``), through what, and the sentence that tells."""

    slug: str
    phrase: str
    side: str
    channel: str
    lead: tuple[int, int]


def sentence(text: str, at: int, limit: int) -> tuple[int, int]:
    """The sentence around ``at``; KCNA's lead may end in a colon. Initials such as "U.S." do not end it."""
    start = 0
    for end in words.SENTENCE_END.finditer(text, 0, min(len(text), limit)):
        if words.ABBREVIATED.search(text, max(0, end.start() - 6), end.start()):
            continue
        if end.start() >= at:
            return start, end.start() + 1
        start = end.end()
    return start, len(text)


def relayed(text: str, limit: int) -> Relayed | None:
    """Read the first sentences; None when nobody outside the state is passed on."""
    lead = (0, 0)
    for _ in range(_SENTENCES):
        lead = sentence(text, lead[1] + 1 if lead[1] else 0, limit)
        if lead[1] <= lead[0] or words.VOICES.search(text, lead[0], lead[1] + 200):
            return None
        act = words.RELAYED.search(text, lead[0], lead[1])
        if act and (found := _who(text[lead[0] : lead[1]], act.start() - lead[0])):
            slug, phrase, side = found
            return Relayed(slug, phrase, side or _side(text[: lead[1]]), _channel(act[0]), lead)
        if not lead[0] and (found := _judging(text[: lead[1]])):
            slug, phrase, side = found
            return Relayed(slug, phrase, side or _side(text[: lead[1]]), "other", lead)
    return None


def _judging(lead: str) -> _Found | None:
    """A paper or a group that the first sentence has denounce, oppose or demand something."""
    if outlet := words.OUTLET.search(lead):
        return slug_of(outlet["name"]), outlet["name"], "rok"
    verb = words.JUDGES.search(lead)
    if not verb:
        return None
    subject = lead[: verb.start()]
    if known := outsider(subject):
        return known[0], subject[known[2] : known[3]], known[1]
    return _medium(subject) or _civic(subject)


def _who(lead: str, at: int) -> _Found | None:
    """Who acts in a sentence; the act begins at ``at``."""
    subject = lead[:at]
    if known := outsider(lead):
        return known[0], lead[known[2] : known[3]], known[1]
    if body := institution(subject):
        near = subject[max(0, body[1] - _BEFORE) : body[1]]
        return (body[0], lead[body[1] : body[2]], "dprk") if not _FOREIGN.search(near) else None
    if medium := _medium(lead):
        return medium
    near = lead[: at + _AFTER] if lead.startswith(("said", "editorial", "analy", "carried"), at) else subject
    name = next((plain for found in words.CAPITALS.finditer(near) if (plain := _bare(found[0]))), "")
    if name:
        north = _OF_THE_NORTH.search(name) and not _ELSEWHERE.search(subject)
        return slug_of(name), name, "dprk" if north else ""
    return _civic(subject)


def _medium(subject: str) -> _Found | None:
    found = words.MEDIUM.search(subject)
    return (slug_of(found["name"]), found["name"], "") if found else None


def _civic(subject: str) -> _Found | None:
    """Groups of the South that are described, not named."""
    found = words.CIVIC.search(subject)
    if found is None or _side(subject) != "rok":
        return None
    return "south-korean-civic-organizations", found[0], "rok"


def _bare(name: str) -> str:
    """A name without the country and the kind of paper before it; "" when no more than one word is left."""
    plain = words.ORIGIN.sub("", re.sub(r"^(?:Prof|Mr|Dr)\. ", "", name))
    return plain if " " in plain else ""


def _channel(act: str) -> str:
    if "press conference" in act:
        return "press-conference"
    if re.search("lecture|speech|rally|demonstration", act):
        return "speech"
    if "interview" in act:
        return "interview"
    return "commentary" if re.search("commentary|article|analy|editorial", act) else "press-statement"


def _side(lead: str) -> str:
    return next((side for side, pattern in words.SIDES if pattern.search(lead)), "other")
