"""Who does the saying in an English clause: the people a sentence speaks of, its verbs of saying, and their subjects.

Works on text whose quoted words have been blanked, so that nobody inside a quotation is taken for its speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.classify.dispatch import Named

Kind = Literal["name", "pronoun", "title", "unknown", "document"]

_SAYING = (
    "said|says|say|saying|told|tells|telling|adds?|added|adding|warn(?:s|ed|ing)?|call(?:s|ed|ing)?|urge[sd]?|urging|wrote|writes|writing"
    "|repl(?:y|ies|ied|ying)|respond(?:s|ed)?|announce[sd]?|declare[sd]?|declaring|insist(?:s|ed|ing)?|stress(?:es|ed|ing)?|not(?:es|ed|ing)"
    "|remark(?:s|ed)?|quip(?:s|ped)?|joke[sd]?|tweet(?:s|ed)?|post(?:s|ed)|ask(?:s|ed)?|claim(?:s|ed|ing)?|argue[sd]?|arguing|promise[sd]?"
    "|promising|vow(?:s|ed|ing)?|threaten(?:s|ed|ing)?|den(?:y|ies|ied|ying)|accuse[sd]?|accusing|condemn(?:s|ed|ing)?|denounce[sd]?"
    "|denouncing|describe[sd]?|describing|dismiss(?:es|ed|ing)?|reject(?:s|ed|ing)?|propose[sd]?|proposing|offer(?:s|ed|ing)?"
    "|express(?:es|ed|ing)?|voice[sd]|reaffirm(?:s|ed)?|recall(?:s|ed)?|explain(?:s|ed)?|continue[sd]?|went on|goes on|go on|complain(?:s|ed)?"
    "|sigh(?:s|ed)|reveal(?:s|ed)|conced(?:es|ed)|suggest(?:s|ed|ing)?|predict(?:s|ed)?|point(?:s|ed|ing) out|spoke of|speaks of|speaking of"
    "|put it|puts it|ran|runs|read out|assure[sd]?|assuring|appeal(?:s|ed)|pledge[sd]?|pledging|boast(?:s|ed)?|snarl(?:s|ed)?|mock(?:s|ed)?"
    "|slam(?:s|med)?|blast(?:s|ed)?|hail(?:s|ed)?|welcome[sd]?|criticiz(?:es?|ed|ing)|criticis(?:es?|ed|ing)|blame[sd]?|blaming|label(?:s|l?ed)"
    "|dub(?:s|bed)|brand(?:s|ed)|term(?:s|ed)|demand(?:s|ed|ing)?|state[sd]|stating|maintain(?:s|ed)?|hint(?:s|ed)?|signal(?:s|ed|led)?"
    "|observe[sd]|acknowledge[sd]?|admit(?:s|ted)?|confirm(?:s|ed)?|underscore[sd]?|underlin(?:es|ed)|emphasi[sz]e[sd]?|comment(?:s|ed)?"
    "|used|uses|cite[sd]?|mention(?:s|ed)?|summed up|sums it up|conclude[sd]?|grumbl(?:es|ed)|rul(?:es|ed) out|sees|saw|had found|found"
    "|has declared|quoted as saying|begged|begging|sniffed|confides|confided|shouts|shouted|hit back|named|wanted|noticed|feared|hopes?|hoped"
    "|reported|reports|report|chant(?:s|ed)?|rail(?:s|ed)|opin(?:es|ed)|reiterat(?:es|ed|ing)|affirm(?:s|ed)|asserts?|asserted|alleg(?:es|ed)"
    "|lambast(?:es|ed)|rebuk(?:es|ed)|scold(?:s|ed)|taunt(?:s|ed)|ridicul(?:es|ed)|rebuff(?:s|ed)|shrugg?(?:s|ed)|bristl(?:es|ed)|reminded"
    "|made public|issued|released|let it be known|read|reads"
)
VERB = re.compile(rf"\b(?:{_SAYING})\b")
ACCORDING = re.compile(r"\b(?:[Aa]ccording to|[Ii]n the words of|\b[Aa]s quoted by|[Ww]ords are those of)\s")
_OWN_WORDS = re.compile(r"\b(?:[Bb]y (?:his|her) own (?:words|account)|[Ii]n (?:his|her) (?:own )?words)\b")
_WEAK_VERBS = frozenset(
    "used uses found saw sees named wanted read reads issued released ran runs noticed hopes hope hoped feared mention".split()
)

_OFFICIAL = (
    "(?:secretary[- ]general|vice[- ]minister|minister|envoy|ambassador|president|leader|chairman|chairwoman|director|secretary|diplomat"
    "|negotiator|general|adviser|advisor|premier|chancellor|representative|pointman|marshal|delegate|chief|official|aide|vice director"
    "|spokes(?:man|woman|person)|republican|democrat|conservative|prime minister|sister|commander|head|emissary|deputy|strongman|dictator|ruler)"
)
_DOCUMENT = "(?:statement|ministry|text|dispatch|commentary|article|letter|agency|department|message|declaration|communiqué|government|commission|paper)"
_EXPERT = (
    "(?:experts?|analysts?|professors?|scholars?|lecturers?|researchers?|fellows?|economists?|engineers?|doctors?|physicians?|inspectors?"
    "|officers?|lawyers?|lawmakers?|legislators?|reporters?|correspondents?|columnists?|authors?|critics?|observers?|sources?|residents?|supporters?"
    "|activists?|students?|teachers?|colleagues?|barbers?|owners?|daughters?|mothers?|fathers?|historians?|strategists?|specialists?"
    "|forecasters?|consultants?|investigators?|commentators?|pundits?|defectors?|refugees?|fans?|writers?|directors?|members?"
    "|employees?|academics?|scientists?|wags?|traders?|officials?|diplomats?|ambassadors?|negotiators?|envoys?|generals?|spies|spy|spokes(?:man|woman|person)"
    "|politicians?|ministers?|presidents?|secretar(?:y|ies)|advisers?|advisors?|aides?|one|man|woman|people|person|chairman|chairwoman|union|group"
    "|firms?|bank|agency|miller|footballers?|players?|captain|coach|manager|stylist|designer|worker|farmer|trader|soldier|guard|priest|monk|bishop"
    "|villager|tourist|guide|customer|neighbou?rs?|friend|brother|son|wife|husband|foundation|think tank|newspaper|daily|full-back|character|novelist)"
)
_INDEFINITE = re.compile(
    rf"\b(?:[Aa]n?|[Oo]ne|[Aa]nother|[Ss]ome|[Ss]everal|[Mm]any|[Mm]ost|[Ff]ew|[Tt]wo|[Tt]hree|[Ff]our|[Oo]ther|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Mm]y"
    rf"|[a-z][\w-]*['’]s)\s(?!day\b|week\b|month\b|year\b)(?:of\s(?:the|his|her|its)\s)?"
    rf"(?:(?!(?:the|that|said|says|told|who|was|is|had|has|after|before|as|but)\b)[\w'’.&-]+\s){{0,5}}?{_EXPERT}\b(?!['’]s)",
)
_PLURAL = re.compile(
    r"\b(?:experts|analysts|critics|observers|sources|specialists|scholars|officials|lawmakers|residents|activists|diplomats|students of [\w ]{3,20}"
    r"|historians|supporters|conservatives)\b",
    re.IGNORECASE,
)
_LINKS = r"(?!(?:the|an?|to|of|and|said|says|told|that|in|on|with|by|who|was|is|had|has|for|from|at|as|but)\b)"
_DEFINITE = re.compile(
    rf"\b(?:the|this|that|our)\s(?:{_LINKS}[\w'’.-]+\s){{0,4}}?(?:(?P<who>{_OFFICIAL}(?:\s(?:{_LINKS}[\w'’.-]+\s){{0,2}}{_OFFICIAL})?)"
    rf"|(?P<doc>{_DOCUMENT})|(?P<expert>{_EXPERT}))\b(?!['’]s)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey)\b")
_CAPITALS = re.compile(
    r"\b(?:(?:Professor|Prof\.|Dr\.?|Mr\.?|Mrs\.?|Ms\.?|Gen\.|Inspector|Judge|Father|Sir)\s)?[A-Z][a-z'’-]+(?:\s(?:[A-Z]\.\s)?[A-Z][a-zA-Z'’-]+){1,2}\b(?!['’]s)",
)
_NOT_NAMES = re.compile(
    r"^(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November"
    r"|December|The|In|On|At|But|And|North|South|New|White|United|Security|General|Supreme|Central|Foreign|State|Workers|Korean|Christmas|World"
    r"|Blue|National|Joint|Pacific|East|West|Asia|Asian|Free|Nobel|Liberation|Day|House|Council|Assembly|Committee|Party|Ministry|Winter|Olympic)\b",
)
_FORMER = re.compile(r"\b(?:former|ex-|retired|then|onetime|one-time)\b", re.IGNORECASE)
_OFFICIAL_HEAD = re.compile(r"\b(?:officials?|spokes(?:man|woman|person)|delegates?|aides?)$", re.IGNORECASE)
_VOICE = re.compile(r"\s*(?:spokes(?:man|woman|person)|officials?)\b")
_POSSESSED = re.compile(
    r"['’]s?\s+(?:\w+\s){0,3}?(?:statements?|remarks?|comments?|words|message|warnings?|text|letter|answer|speech|response|reply|office|ministry|government"
    r"|foreign ministry|account)\b",
)
_AUX = re.compile(
    r"^[\s,]*(?:(?:has|have|had|is|was|were|also|then|later|earlier|again|then|once|never|not|who|which|that|has been|was left to|to|would|did|does"
    r"|could|will|may|might|recently|reportedly|apparently|repeatedly|once more|publicly|on \w+day|\w+ly|\w+day|himself|herself|itself|went|came"
    r"|left|quoted|as|in turn|too|even|just|only|even so|nevertheless|meanwhile|today|yesterday|this week|last week|last month)[\s,]+)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Referent:
    """Somebody or something that a sentence speaks of, at ``[start:end]``; ``slug`` is "" when not known."""

    slug: str
    start: int
    end: int
    words: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Saying:
    """A verb of saying at ``[start:end]`` and its subject. ``weak`` verbs say something only with a quotation."""

    start: int
    end: int
    verb: str
    subject: Referent | None
    weak: bool = False
    past: bool = False
    inverted: bool = False


_SURNAME = re.compile(r"\b(?:Kim|Ri|Pak|Park|Choe|Choi|Jo|Cho|Han|Jang|Yun|Yoon|Kang|Lee|Chung|Song|Hwang|Paek|Sin|Shin|Ro|Roh|Moon|Jong)\b(?!['’]s|\s[A-Z])")
_PATTERNS = (
    (_INDEFINITE, "unknown"),
    (_DEFINITE, "title"),
    (_CAPITALS, "unknown"),
    (_PLURAL, "unknown"),
    (_SURNAME, "unknown"),
    (_PRONOUN, "pronoun"),
)


def referents(bare: str, start: int, end: int, named: Sequence[Named]) -> list[Referent]:
    """Everybody in ``bare[start:end]``, in order, overlaps resolved: names win, then the longer phrase."""
    known = [
        Referent(mention.slug, mention.start, mention.end, bare[mention.start : mention.end], "name")
        for mention in named
        if start <= mention.start and mention.end <= end and not bare[mention.start : mention.end].isspace()
    ]
    found = list(_phrases(bare, start, end))
    kept = [_owned(bare, phrase, known) for phrase in found if not _covered(bare, phrase, known)]
    kept = [phrase for phrase in kept if phrase is not None]
    names = [name for name in known if not any(p.start <= name.start and name.end <= p.end for p in kept)]
    return sorted([*kept, *names], key=lambda one: one.start)


def _phrases(bare: str, start: int, end: int) -> Iterator[Referent]:
    taken: list[tuple[int, int]] = []
    for pattern, kind in (
        (_INDEFINITE, "unknown"),
        (_DEFINITE, "title"),
        (_CAPITALS, "unknown"),
        (_PLURAL, "unknown"),
        (_PRONOUN, "pronoun"),
    ):
        for match in pattern.finditer(bare, start, end):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            words = match[0]
            if pattern is _CAPITALS and _NOT_NAMES.match(words):
                continue
            taken.append(match.span())
            yield Referent("", match.start(), match.end(), words, _kind(match, kind))


def _kind(match: re.Match[str], kind: str) -> Kind:
    groups = match.groupdict()
    if groups.get("doc"):
        return "document"
    if groups.get("expert") or kind == "unknown":
        return "unknown"
    return "title" if kind == "title" else "pronoun"


def _covered(bare: str, phrase: Referent, known: Sequence[Referent]) -> bool:
    """Whether a name says it better: it lies in the phrase's end, follows it at once, or contains it."""
    for name in known:
        if name.start <= phrase.start and phrase.end <= name.end:
            return True
        if phrase.start < name.end and name.start < phrase.end and name.end >= phrase.end:
            return True
        if name.start >= phrase.end and not bare[phrase.end : name.start].strip(" ,"):
            return phrase.kind != "unknown" or bool(re.search(rf"{_OFFICIAL}$", phrase.words)) and "," not in bare[phrase.end : name.start]
    return False


def _owned(bare: str, phrase: Referent, known: Sequence[Referent]) -> Referent | None:
    """An unnamed official speaks for the institution that the phrase names; a former one for nobody."""
    inside = [name for name in known if phrase.start <= name.start and name.end <= phrase.end]
    after = [
        name
        for name in known
        if phrase.end <= name.start <= phrase.end + 40
        and re.match(r"\s(?:for|of|at|in)\s", bare[phrase.end : phrase.end + 5])
    ]
    if _FORMER.search(phrase.words) or not _OFFICIAL_HEAD.search(phrase.words):
        return phrase
    owner = next(iter(inside or after), None)
    if owner is None:
        return phrase
    return Referent(voice(owner.slug), phrase.start, max(phrase.end, owner.end), phrase.words, "name")


def voice(slug: str) -> str:
    """The slug of an institution's spokesperson where the codebook has one of its own."""
    return "mfa-spokesperson" if slug == "mfa" else slug


def sayings(
    bare: str, start: int, end: int, people: Sequence[Referent], quotes: Sequence[tuple[int, int]]
) -> list[Saying]:
    """The verbs of saying in ``bare[start:end]`` with their subjects. ``quotes`` are outer spans, with marks."""
    found = []
    for match in VERB.finditer(bare, start, end):
        if _NOBODY.search(bare, max(start, match.start() - 6), match.start()):
            continue
        if _is_noun(bare, start, match) or (_PASSIVE.search(bare, max(start, match.start() - 12), match.start()) and match[0] != "quoted as saying"):
            continue
        before = _clause_start(start, match.start(), quotes)
        subject, inverted = None, False
        if not bare[before : match.start()].strip(" ,.\"'”’»—–-"):
            subject, inverted = _right(bare, match.end(), end, people), True
        subject = subject or _left(bare, before, match.start(), people)
        if subject is None and not inverted and before != start:
            subject = _left(bare, start, match.start(), people)
        if found and match[0].endswith("ing") and match[0] != "quoted as saying" and not inverted:
            subject = found[-1].subject or subject
        if found and re.search(r"\b(?:and|but)\s(?:\w+ly\s|then\s|also\s)?$", bare[max(start, match.start() - 16) : match.start()]):
            subject = found[-1].subject or subject
        past = bool(re.search(r"\bhad\s(?:\w+\s)?$", bare[max(start, match.start() - 20) : match.start()])) or match[
            0
        ].startswith("had ")
        found.append(Saying(match.start(), match.end(), match[0], subject, match[0] in _WEAK_VERBS, past, inverted))
    for match in _OWN_WORDS.finditer(bare, start, end):
        found.append(Saying(match.start(), match.end(), "own words", _left(bare, start, match.start(), people)))
    for match in ACCORDING.finditer(bare, start, end):
        subject = _right(bare, match.end() - 1, end, people)
        found.append(Saying(match.start(), match.end(), "according to", subject, inverted=True))
    return sorted(found, key=lambda one: one.start)


_NOUNLIKE = re.compile(r"(?:remark|comment|report|offer|claim|call|promise|demand|name|signal|post|reject|note|hope|use|read|run|term|brand|state|pledge|warning|hail|mention)s?$")
_BEFORE_NOUN = re.compile(
    r"(?:\b(?:the|an?|his|her|their|its|our|of|latest|new|recent|no|any|such|these|those|this|that|early|more|for|to|with|from|in|by)|['’]s?)\s(?:\w+\s)?$",
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|being|be)\s(?:\w+ly\s)?$")


def _is_noun(bare: str, start: int, match: re.Match[str]) -> bool:
    """Whether a word such as "remarks" or "offer" stands as a noun."""
    if not _NOUNLIKE.match(match[0]) or match[0] == "warning":
        return match[0] == "warning" and bool(re.search(r"\b(?:the|a|his|her|its|this|that)\s(?:\w+\s)?$", bare[max(start, match.start() - 24) : match.start()]))
    return bool(_BEFORE_NOUN.search(bare, max(start, match.start() - 24), match.start()))


_NOBODY = re.compile(r"\b(?:you|I|we|to be)\s$")


def _clause_start(start: int, at: int, quotes: Sequence[tuple[int, int]]) -> int:
    return max((stop for _, stop in quotes if start <= stop <= at), default=start)


def _right(bare: str, at: int, end: int, people: Sequence[Referent]) -> Referent | None:
    """The subject behind the verb ("said Kim", "according to a professor"): the next one, with nothing but titles between."""
    for one in people:
        if one.start < at:
            continue
        gap = bare[at : min(one.start, end)]
        if len(gap) > 60 or re.search(r"[,;:.\"]\s|\b(?:that|in|on|at|to|with|by)\s", gap):  # noqa: PLR2004 -- longer is another phrase
            return None
        return one
    return None


def _left(bare: str, start: int, at: int, people: Sequence[Referent]) -> Referent | None:
    """The subject before the verb, past appositions and relative pronouns."""
    stop = _without_apposition(bare, start, at)
    return _nearest(bare, start, at, stop, people) or _nearest(bare, start, at, at, people)


def _nearest(bare: str, start: int, at: int, stop: int, people: Sequence[Referent]) -> Referent | None:
    """The last one before ``stop`` who can be the subject of the verb at ``at``."""
    relative = _RELATIVE.search(bare, max(start, at - 60), at) is not None
    for one in reversed(people):
        if one.end > stop or one.start < start:
            continue
        gap = bare[one.end : stop]
        if possessed := _POSSESSED.match(bare, one.end, stop):
            gap = bare[possessed.end() : stop]
        elif re.match(r"['’]s?\s", gap) or (not relative and prepositional(bare, start, one)):
            continue
        if re.search(r"[;:\"“”]", gap):
            return None
        return one
    return None


_OF_OFFICE = re.compile(r"\b(?:[Ss]ecretary|[Mm]inister|[Pp]resident|[Cc]hairman|[Dd]irector|[Hh]ead|[Cc]hief|[Dd]epartment|[Ss]peaker) (?:of|for) (?:the )?[\w ]*$")
_TIME = re.compile(r"\d|day\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|week|month|year)\b")
_RELATIVE = re.compile(r"\bwho(?:\s(?:on \w+|in \w+|has|had|have|also|later|then|at [\w\s]{1,25}|\w+ly)){0,3}\s$")
_PREPOSITION = re.compile(
    r"\b(?:of|with|to|from|against|toward|towards|on|for|about|between|than|by|at|in|like|over|into)\s(?:the\s|an?\s)?(?P<between>(?:[\w.'’-]+\s){0,2})$",
    re.IGNORECASE,
)


def prepositional(bare: str, start: int, one: Referent) -> bool:
    """Whether the one named only belongs to another's phrase ("the envoy to Seoul", "a statement on Trump").

    A sentence's opening "On Tuesday", "In Tokyo" is no such phrase.
    """
    at = max(start, one.start - 32)
    found = _PREPOSITION.search(bare[at : one.start])
    if not found or "," in bare[max(at, one.start - 4) : one.start]:
        return False
    if _OF_OFFICE.search(bare, max(start, at + found.start() - 24), at + found.end()):
        return False
    return not (found["between"] and (found[0][0].isupper() or _TIME.search(found["between"])))


def _without_apposition(bare: str, start: int, at: int) -> int:
    """Where the subject's own words end when "..., the deputy of somebody," stands between it and the verb."""
    stop = at
    for _ in range(3):
        head = bare[start:stop].rstrip()
        head = re.sub(r"(?:,\s*)?\b(?:who|which)(?:\s(?:on \w+|in \w+|at [\w\s]{1,25}|has|had|have|was|is|also|then))*$", ",", head).rstrip()
        aux = re.search(r",(?P<aux>[^,]{0,40})$", head)
        if aux is None or not _AUX.match(aux["aux"]):
            return start + len(head) if head else stop
        inner = head[: aux.start()].rfind(",")
        if inner < 0 or len(head) - inner > 220:  # noqa: PLR2004 -- no apposition is longer
            return start + len(head[: aux.start()])
        stop = start + inner + 1
        head = bare[start : stop - 1]
        if not re.search(r"[A-Z]", head[-60:]):
            continue
        return stop - 1
    return stop
