"""Who does the saying in a Korean sentence: topics marked by a particle, and the verbs behind a quotation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.classify.dispatch import Named
from bot.classify.subjects import Kind, Referent

_HANGUL = re.compile(r"[가-힣]")
_PARTICLE = r"(?:은|는|이|가|도|께서는|께서)"
_TITLE_TAIL = re.compile(
    rf"(?:[가-힣A-Za-z0-9·]*\s?(?:[가-힣A-Za-z0-9·]+\s){{0,5}}?[가-힣A-Za-z0-9·]*?)(?<!에서)(?<!에){_PARTICLE}(?=[\s,])"
)
_AT_ONCE = re.compile(rf"{_PARTICLE}(?=[\s,])")
_PRONOUN = re.compile(r"(?:(?<=\s)|^)(?:그|그녀)(?:는|가)(?=\s)")
_TITLED = re.compile(
    r"(?:(?<=\s)|^)[가-힣]\s(?:[가-힣0-9]+\s)?[가-힣0-9]{0,4}?"
    r"(?:대표|특사|부장|부상|비서|위원장|의장|외상|무상|장관|차관|보좌관|대변인|국장|대사|대통령|총리|주석|수석|실장|단장|참모장)"
    r"(?:은|는|이|가|께서는)(?=\s)",
    re.MULTILINE,
)
"""Surname and title, as on second mention."""
_NOBODY = re.compile(
    rf"(?:[가-힣]+\s){{0,4}}?(?:(?:전직|전임)\s[가-힣\s]{{1,20}}?{_PARTICLE}(?=\s)|[가-힣]*(?:교수|전문가|관계자|연구위원|연구원|소식통|분석가|평론가|손님|직원|회사원|주인|시민|변호사|기자|학자|의원|탈북민|주민|선수|감독|팬){_PARTICLE}(?=\s))",
)
_THEIRS = re.compile(r"에서\s|의\s(?![가-힣\s]*(?:대변인|장관|대사|대표|국장|부장|위원장|보좌관))")
"""Behind a name: the sentence speaks of something of his ("대통령의 연설이")."""
_EX = re.compile(r"(?:^|\s)(?:전직|전임|전|前)\s$")
_AFTER_QUOTE = re.compile(
    r"[\"”’'」』]?\s?(?:이?라고|이?라며|이?라면서|고|며|면서|이?라는|는|을|를|이?란|으?로|에)(?=[\s,.])",
)
SAYING = re.compile(
    r"밝혔|밝힌|밝히|말했|말하|말한|강조|덧붙|주장|비난|경고|지적|분석|평가|설명|요구|촉구|제안|위협|언급|반박|답했|전했|썼|했다|하겠다고|바란다고|비판|규탄|선언|확인|표명|호소|발표|일축|웃었",
)
SAID_AT_END = re.compile(
    r"(?:고|다고|라고|며|을|를)\s?(?:[가-힣]+\s)?(?:밝혔|말했|강조|덧붙였|주장했|비난했|경고했|요구했|촉구했|제안했|위협했|일축했|보도했|전했|했)[가-힣\s]{0,8}[.다]"
)
RECALLED = re.compile(r"앞서|지난해|과거|당시|지난주|바 있다")


def is_korean(text: str, start: int, end: int) -> bool:
    """Whether a stretch of text is mostly written in Hangul."""
    sample = text[start : min(end, start + 120)]
    return len(_HANGUL.findall(sample)) * 4 > len(sample)


def speakers(bare: str, start: int, end: int, named: Sequence[Named]) -> list[Referent]:
    """The topics and subjects of a sentence, in order: registered people, "he", and people without a name."""
    found: list[Referent] = []
    for one in named:
        if not (start <= one.start and one.end <= end):
            continue
        tail = _AT_ONCE.match(bare, one.end, end) or _TITLE_TAIL.match(bare, one.end, min(end, one.end + 40))
        nested = bool(found) and one.start < found[-1].end
        if (tail and _THEIRS.search(tail[0])) or _EX.search(bare, max(start, one.start - 6), one.start):
            continue
        if tail and not nested and not re.search(r"[.,“”\"]", tail[0]):
            found.append(Referent(one.slug, one.start, tail.end(), bare[one.start : tail.end()], "name"))
    taken = [(one.start, one.end) for one in found]
    kinds: tuple[tuple[re.Pattern[str], Kind], ...] = ((_NOBODY, "unknown"), (_PRONOUN, "pronoun"), (_TITLED, "title"))
    found += [
        Referent("", match.start(), match.end(), match[0], kind)
        for pattern, kind in kinds
        for match in pattern.finditer(bare, start, end)
        if not any(a < match.end() and match.start() < b for a, b in taken)
    ]
    return sorted(found, key=lambda one: one.start)


def governed(bare: str, at: int, end: int, *, loosely: bool = False) -> bool:
    """Whether a particle of quotation stands behind the closing mark and a verb of saying follows.

    ``loosely`` accepts words that run on into reported speech without a particle of their own.
    """
    if loosely and SAID_AT_END.search(bare, at, end):
        return True
    after = _AFTER_QUOTE.match(bare, at - 1, end) or _AFTER_QUOTE.match(bare, at, end)
    return after is not None and SAYING.search(bare, after.end(), end) is not None
