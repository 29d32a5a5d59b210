"""Is it satire? Invented news carries no statement, however much it reads like a wire report (trap 83).

A site that calls itself satire settles it. Else it takes two marks of the genre together: the
stock phrases of mock news, sources that "confirm" as in mock news, and a headline in which every little word is
capitalised, as neither agencies nor KCNA print theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.classify.text import Document
from store.records import Label

_MARKS = 2
_ENDS = 240
"""Characters at either end of a text within which a site says what it is."""
_CALLS_ITSELF = re.compile(
    r"\b(?:work|piece|site|page|magazine|publication|article|story) of (?:satire|parody|humou?r)\b"
    r"|\bsatir(?:e|ical) (?:site|website|news|magazine|publication|article|page|newspaper|wire)\b"
    r"|\b(?:this|it) is (?:a )?(?:satire|satirical|a parody|a spoof)\b|^\W*(?:satire|parody|풍자)\b\W"
    r"|\bnone of (?:it|this) (?:ever |really )?happened\b|풍자 (?:기사|매체|뉴스)",
    re.IGNORECASE | re.MULTILINE,
)
_BY_NAME = re.compile(r"\b(?:satire|satirical|parody|spoof|the onion|babylon bee)\b", re.IGNORECASE)
_PRESS_TIME = re.compile(r"(?:^|[.!?”]\s)At press time,", re.MULTILINE)
_CONFIRMED = re.compile(
    r"\b(?:sources|officials|reports|witnesses|aides|insiders|onlookers) (?:close to \w+ )?"
    r"(?:have )?(?:confirmed|reported)[.,;]"
)
_MOCK = re.compile(
    r"\barea (?:man|woman|dictator)\b|\bthe nation['’]s \w+s announced\b|\bvisibly (?:tired|shaken|annoyed|drunk)\b"
    r"|\bwho (?:was|is) a (?:cardboard|inflatable)\b|\bspeaking (?:on condition of \w+ anonymity )?from inside a\b",
    re.IGNORECASE,
)
_SMALL = re.compile(r"\b(?:Of|To|With|For|From|By|At|In|On|The|A|An|And|About|His|Her|Its|Into|Over)\b")
_LOWER = re.compile(r"(?<=\s)[a-z]")


def satire(doc: Document) -> Label | None:
    """The relevance label ("no") of an item that shows itself to be satire, with the words it rests on; else None."""
    ends = (doc.plain[:_ENDS], doc.plain[-_ENDS:])
    named = next((found for part in ends if (found := _CALLS_ITSELF.search(part))), None)
    named = named or _BY_NAME.search(doc.source)
    if named:
        return _label(named[0].strip(), 0.95)
    marks = list(_marks(doc))
    return _label("; ".join(marks), 0.8) if len(marks) >= _MARKS else None


def _marks(doc: Document) -> Iterator[str]:
    own = doc.unquoted()
    for pattern in (_PRESS_TIME, _CONFIRMED, _MOCK):
        if found := pattern.search(own):
            yield found[0].strip(" .!?”")
    small = _SMALL.search(doc.plain_title, 1)
    if small and not _LOWER.search(doc.plain_title):
        yield doc.title


def _label(words: str, confidence: float) -> Label:
    return Label("relevance", "no", evidence=words, confidence=confidence, by="relevance/satire")
