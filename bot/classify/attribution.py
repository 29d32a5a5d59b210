"""Which verb of saying, noun or earlier speaker a quotation belongs to, and the day that goes with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.classify import dates
from bot.classify.discourse import resolve
from bot.classify.quoting import Quoted
from bot.classify.subjects import Referent, Saying, prepositional
from bot.classify.text import Span
from bot.classify.walk import CARRIERS, Source, Utterance, Walk, is_person

AFTER_REACH = 60
ASIDE_REACH = 90
"""Characters before a time expression in which the clause that it dates begins."""
"""Characters between "a day after" and the verb that it dates."""
APART = 25
"""Characters between two quotations from which on a clause of its own begins."""
NEAR_VERB = 40
"""Characters between the subject and its verb behind a quotation, up to the first comma."""
SCARE_WORDS = 3
"""Up to so many words in quotation marks need somebody who says them; else they are a name or a scare quote."""
_NOUN = re.compile(
    r"\b(?:words?|lines?|phrases?|statement|message|letter|remarks?|warning|offer|answer|riddle|text"
    r"|account|speech|motto|slogan|verdict|formula"
    r"|report|address|reply|response|call|comments?|declaration|tweet|post|note|promise|expression"
    r"|headline|reference)\b",
    re.IGNORECASE,
)
_RECALLED = re.compile(
    r"\b(?:earlier(?! (?:in the day|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|today))|previously|once|before the"
    r"|before that|as early as|long ago|back in|years? ago"
    r"|months? ago|last (?:year|month|week)|at the time|in those)\b",
    re.IGNORECASE,
)
_BEFORE_NOW = re.compile(
    r"\s(?:\w+ly\s)?(?:before(?=\s(?:that|how|why|it|he|she|they)\b|[,.:])|in the past|repeatedly)"
)
"""Behind a verb: said on some other day."""
_REMARK_THAT = re.compile(
    r"['’]s\s(?:[\w-]+\s){0,2}?(?:remark|statement|comment|claim|view|warning|word|promise)s?\sthat\s$"
)
"""For "She replied to Sullivan's remark that he saw": his words are what the sentence takes up."""
_HABIT = re.compile(
    r"\b(?:routinely|regularly|usually|often|always|typically|habitually|frequently|traditionally)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
"""What somebody does all the time is no utterance of a day."""
_UNLESS = re.compile(r"\W*(?:unless|if|until|as long as|provided)\b", re.IGNORECASE)
"""What ties a quotation to the one before it."""
_SEEMS = re.compile(r"\W{0,3}(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey)\s(?:seem(?:s|ed)|appear(?:s|ed)|might|could)\b")
_ANOTHERS = re.compile(
    r"\b(?:[Tt]alk|[Rr]hetoric|[Tt]heory|[Cc]laims?|[Nn]otion|[Dd]emands?|[Aa]llegations?|[Ss]logan|[Ss]o-called)\s(?:of|about|for)?\s?$"
    r"|(?:derided|mocked|rejected|dismissed|denounced|condemned|ridiculed|scorned)\s[^,;:]{0,40}['’]s?\s$"
)
_CLAIMED = re.compile(
    r"\b(?:dismiss|reject|den[iy]|refut|rebuff|disput)\w*\s[^;:]{0,40}\b(?:claim|charge|accusation|allegation|assertion)s?"
    r"\s(?:[^.;:]|\.[A-Z]\.)*\bthat\s[^.;:]*$"
)
_OF_A_THING = re.compile(r"\b(?:the|an?|of|so-called)\s$")
_THING_OF = re.compile(r"\s(?:of|as)\s")
_BY_CALLING = re.compile(r"\b(?:[Bb]y|[Ff]or)\s(?:calling|branding|labell?ing|dubbing|describing)\s[^,;:]{1,60}$")
"""Before a few quoted words that the other side is blamed for."""
_STRONG = re.compile(
    r"sa(?:id|ys|ying)|told|tells|warn|announce|threaten|vow|declare|propos|reject|den(?:y|ie)|urge"
    r"|offer|demand|pledge|promise|express|voice|call|stress"
    r"|insist|suggest|turn|brush|argue|add|made public|note|reaffirm|complain|assure|appeal|dismiss|welcome|condemn"
    r"|denounce|slam|blast|reiterat|emphasi|according to|accus",
)


_ASIDE = re.compile(
    r"\b(?:that|which|who)\s(?:[\w'’-]+\s){0,5}?had\s(?:[\w-]+\s){1,3}(?:on|in|last|the)?\s?$"
    r"|(?<!said )(?<!says )(?<!added )\b(?:that|which)\s(?:(?!(?:was|were|is|came"
    r"|carried|dated|issued|released|published"
    r"|aired|appeared|made|read|ran)\b)[\w'’-]+\s){2,6}(?:on|in|last|this|of)\s$"
    r"|\b(?:statement|text|one|speech|letter|remarks|words)\s(?:made|issued|released|published|put out|given|sent)\s"
    r"(?:on\s)?$",
)
"""What stands before the date of an act that the sentence only mentions."""
_OTHERS = Saying(-1, -1, "", None)


def refused(quote: Quoted, rule: str) -> Utterance:
    """A quotation that makes no statement; ``rule`` says why."""
    return Utterance(quote.start, quote.end, "", "", Span(quote.outer_start, quote.outer_end), rule)


def looks_back(walk: Walk, saying: Saying, unit: Span) -> bool:
    """Whether the clause recalls words instead of bringing them ("had said", "earlier")."""
    if saying.subject and _REMARK_THAT.search(walk.bare, unit.start, saying.subject.start):
        return True
    if saying.past or _RECALLED.search(walk.bare, unit.start, unit.end):
        return True
    return _BEFORE_NOW.match(walk.bare, saying.end, unit.end) is not None


@dataclass(frozen=True, slots=True)
class Dating:
    """The time expressions of one sentence, each given to the verb of saying that it stands closest to."""

    days: Sequence[dates.When]
    sayings: Sequence[Saying]
    bare: str = ""
    start: int = 0

    def first(self) -> dates.When | None:
        """The sentence's first time expression, for words that no verb governs."""
        return self.days[0] if self.days else None

    def of(self, saying: Saying) -> dates.When | None:
        """The time expression that belongs to a verb. "A day after" dates what follows it and nothing before."""
        fit = [when for when in self.days if self._owner(when) in (None, saying)]
        return min(
            fit, key=lambda when: (when.how != "after", when.precision != "day", _gap(when, saying)), default=None
        )

    def _owner(self, when: dates.When) -> Saying | None:
        if when.how == "after":
            later = [one for one in self.sayings if 0 <= one.start - when.end <= AFTER_REACH]
            return later[0] if later else _OTHERS
        if inside := self._aside(when):
            return next((one for one in self.sayings if one.start in inside), _OTHERS)
        told = [one for one in self.sayings if one.end <= when.start]
        if told and self.bare.startswith(" that ", when.end):  # "told them on Monday that he had promised"
            return told[-1]
        return min(self.sayings, key=lambda one: _gap(when, one), default=None)

    def _aside(self, when: dates.When) -> range | None:
        """The clause about another act that a time expression dates: "the text that she had issued on June 22"."""
        found = _ASIDE.search(self.bare, max(self.start, when.start - ASIDE_REACH), when.start)
        return range(found.start(), when.end) if found else None


def _gap(when: dates.When, saying: Saying) -> int:
    return when.start - saying.end if when.start >= saying.end else saying.start - when.end


Sources = list[tuple[Saying, Source | None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """One sentence being read: where it stands, who is in it, what its verbs of saying are and which days they have."""

    unit: Span
    paragraph: Span
    people: Sequence[Referent]
    sources: Sources
    dating: Dating


def attribute(walk: Walk, quote: Quoted, scene: Scene) -> Utterance:
    """The source of one quotation: the verb that governs it, a noun that stands for one, or whoever spoke before."""
    unit, people, dating = scene.unit, scene.people, scene.dating
    found = _governing(walk, quote, scene.sources, unit)
    if found is not None:
        saying, source = _spokesman_for(walk, *found, scene.sources)
        made = utter(quote, source, unit, f"quotation/{saying.verb}", dating.of(saying))
        return replace(made, recalled=looks_back(walk, saying, unit) and not _told_now(saying, source, scene.sources))
    few = len(walk.doc.words(quote).split()) <= SCARE_WORDS
    if _SEEMS.match(walk.bare, quote.outer_end):
        return refused(quote, "put into somebody's mouth")
    if quote.continues and walk.found:
        last = walk.found[-1]
        return replace(last, start=quote.start, end=quote.end, rule="quotation/continued")
    named = _by_colon(walk, quote, people, unit) or _by_noun(walk, quote, people, unit)
    if named:
        return utter(quote, named, unit, "quotation/noun", dating.first())
    alone = not re.search(r"\w", walk.bare[unit.start : quote.outer_start])
    goes_on = (
        not few
        and walk.attributed == scene.paragraph.start
        and not any(one.kind in {"name", "unknown"} for one in people)
    )
    if (walk.colon or (alone and not few) or goes_on) and walk.history:
        return utter(quote, walk.history[-1], unit, "quotation/continued", dating.first())
    return refused(quote, "scare-quotes" if few else "unattributed")


def _told_now(saying: Saying, source: Source, sources: Sources) -> bool:
    """For "In return, he said, they had offered": a past within what the same voice says here is no recall."""
    before = [told for one, told in sources if one is not saying and one.end <= saying.start and not one.past]
    return any(told is not None and told.slug == source.slug for told in before)


def _spokesman_for(walk: Walk, saying: Saying, source: Source, sources: Sources) -> tuple[Saying, Source]:
    """For "He said that Pyongyang had called for “…”": a capital in what its official says is that official."""
    if not source.slug.endswith("-government"):
        return saying, source
    for one, told in sources:
        outer = told is not None and one.end <= saying.start and not one.past and is_person(walk, told.slug)
        if outer and told is not None and walk.registry.side(told.slug) == walk.registry.side(source.slug):
            return one, told
    return saying, source


def utter(quote: Quoted, source: Source, unit: Span, rule: str, when: dates.When | None) -> Utterance:
    """The quotation with its source and its day."""
    return Utterance(quote.start, quote.end, source.slug, source.words, unit, rule, when)


def _governing(walk: Walk, quote: Quoted, sources: Sources, unit: Span) -> tuple[Saying, Source] | None:
    """The verb that a quotation depends on: one right behind it, else the last before it, else the next one."""
    known = [(saying, source) for saying, source in sources if source is not None]
    after = next(((saying, source) for saying, source in known if saying.start >= quote.outer_end), None)
    before = next(((saying, source) for saying, source in reversed(known) if saying.end <= quote.outer_start), None)
    if before and (
        (
            re.search(r"(?<!\b[A-Za-z])[.;]\s", walk.bare[before[0].end : quote.outer_start])
            and not (before[1].slug and after is None and _runs_on(walk, quote, before[0].end))
        )
        or _apart(walk, quote, before[0].end)
    ):
        before = None
    few = len(walk.doc.words(quote).split()) <= SCARE_WORDS
    if few and _taken_up(walk, quote, unit):
        return None
    if few and _BY_CALLING.search(walk.bare, max(unit.start, quote.outer_start - 80), quote.outer_start):
        return None
    if after and _trailing(walk, quote, after[0], unit):
        relayed = before is not None and (after[1].slug in CARRIERS or _relayed(walk, quote, before, after[1]))
        return before if relayed else after
    if before:
        return before
    if after and (
        re.match(r"\W*(?:which|that|as|was|is|were|are)\b", walk.bare[quote.outer_end : after[0].start])
        or before is None
    ):
        return after if len(walk.bare[quote.outer_end : after[0].start]) < 160 else None  # noqa: PLR2004 -- farther is another clause
    return None


def _taken_up(walk: Walk, quote: Quoted, unit: Span) -> bool:
    """Whether a few quoted words are what somebody speaks of: another's, or a word that he mocks (traps 36, 38, 43)."""
    before = walk.bare[max(unit.start, quote.outer_start - 40) : quote.outer_start]
    clause = walk.bare[max(unit.start, quote.outer_start - 200) : quote.outer_start]
    if _ANOTHERS.search(before) or _CLAIMED.search(clause):
        return True
    loose = _OF_A_THING.search(before) and _THING_OF.match(walk.bare, quote.outer_end)
    return bool(loose) and len(walk.doc.words(quote).split()) < SCARE_WORDS


def _relayed(walk: Walk, quote: Quoted, before: tuple[Saying, Source], after: Source) -> bool:
    """For "Kim told envoys that “…”, Chung said": a guest's report of the leader's words (trap 31)."""
    told = walk.bare[before[0].end : quote.outer_start]
    that = re.search(r"\bthat\s\W*$", told) is not None and not re.search(r"[,;:.]\s", told)
    other = before[1].slug != after.slug and is_person(walk, before[1].slug)
    return that and other and walk.registry.side(before[1].slug) == "dprk"


def _runs_on(walk: Walk, quote: Quoted, at: int) -> bool:
    """For "…, she said; the other side, “by refusing”, was “…”": more than a few words, and no other person named."""
    named = [one for one in walk.named if at <= one.start < quote.outer_start]
    if any(not one.slug or is_person(walk, one.slug) for one in named):
        return False
    return "." not in walk.bare[at : quote.outer_start] and len(walk.doc.words(quote).split()) > SCARE_WORDS


def _apart(walk: Walk, quote: Quoted, at: int) -> bool:
    """Whether a few quoted words stand in a clause of their own, behind what has been quoted since ``at``."""
    between = [one for one in walk.doc.quoted if at <= one.outer_start and one.outer_end <= quote.outer_start]
    if not between or len(walk.doc.words(quote).split()) >= SCARE_WORDS:
        return False
    gap = walk.bare[max(one.outer_end for one in between) : quote.outer_start]
    return len(gap) > APART and not _UNLESS.match(gap)


def _trailing(walk: Walk, quote: Quoted, saying: Saying, unit: Span) -> bool:
    gap = walk.bare[quote.outer_end : saying.start]
    if saying.inverted:
        return not gap.strip(" ,.\"'”’»") or saying.verb == "according to"
    closed = walk.doc.text[quote.end - 1 : quote.end] in {",", "?", "!", "."} or gap.lstrip("\"'”’» ").startswith(",")
    starts = quote.outer_start - unit.start < 3  # noqa: PLR2004 -- nothing but marks before it
    if saying.subject is None or saying.subject.start < quote.outer_end:
        return False
    if len(walk.bare[saying.subject.end : saying.start].partition(",")[0]) > NEAR_VERB:
        return False
    near = len(walk.bare[quote.outer_end : saying.subject.start].strip(" ,\"'”’»")) <= 30  # noqa: PLR2004 -- a title, an adverb
    return near and (closed or starts)


def _by_colon(walk: Walk, quote: Quoted, people: Sequence[Referent], unit: Span) -> Source | None:
    """For "Kim moved the date: “…”", "the offer came last: “…”": who the sentence is about, or who spoke before."""
    if not walk.bare[unit.start : quote.outer_start].rstrip().endswith(":"):
        return None
    clause = max(walk.bare.rfind(";", unit.start, quote.outer_start), unit.start)
    for one in reversed([one for one in people if clause <= one.start and one.end <= quote.outer_start]):
        if prepositional(walk.bare, unit.start, one):
            continue
        source = resolve(walk, one, unit, people)
        if one.kind == "unknown":
            return source
        if source and (one.kind == "pronoun" or is_person(walk, source.slug) or _body_speaks(walk, source.slug, one)):
            return source
    return next((past for past in reversed(walk.history) if past.kind != "topic"), None)


def _body_speaks(walk: Walk, slug: str, one: Referent) -> bool:
    """Whether an institution that a sentence begins with can be the source of what its colon introduces."""
    official = walk.registry.official(slug)
    weak = slug in CARRIERS or slug.endswith("-government")
    return one.kind == "name" and official is not None and official.kind == "institution" and not weak


def _by_noun(walk: Walk, quote: Quoted, people: Sequence[Referent], unit: Span) -> Source | None:
    """For "Kim signed his answer, with the line on the “…”": somebody known, and a noun that stands for speech.

    A longer quotation right behind a name needs no such noun ("Kim “reaffirmed his commitment”").
    """
    before = walk.bare[unit.start : quote.outer_start]
    names = [one for one in people if one.kind == "name" and one.slug and one.end <= quote.outer_start]
    names = [one for one in names if not prepositional(walk.bare, unit.start, one)]
    if not names:
        return None
    first = names[0]
    if len(walk.doc.words(quote).split()) <= SCARE_WORDS and _apart(walk, quote, first.end):
        return None
    long = len(walk.doc.words(quote).split()) > SCARE_WORDS and is_person(walk, first.slug)
    close = not walk.bare[names[-1].end : quote.outer_start].strip(" \"'“‘«")
    if _NOUN.search(before[first.start - unit.start :]) or (long and close):
        return Source(first.slug, walk.doc.text[first.start : first.end], "name", first.start)
    return None


def reported(walk: Walk, scene: Scene, used: set[str]) -> None:
    """Known speakers whose words the sentence gives only in reported speech."""
    unit = scene.unit
    for saying, source in scene.sources:
        if source is None or not source.slug or saying.weak or source.slug in used or source.slug in CARRIERS:
            continue
        if not _STRONG.match(saying.verb) or _HABIT.search(walk.bare, max(unit.start, saying.start - 24), saying.start):
            continue
        used.add(source.slug)
        start, end = _clause(walk, saying, unit)
        made = Utterance(start, end, source.slug, source.words, unit, f"reported/{saying.verb}", direct=False)
        recalled = looks_back(walk, saying, unit)
        walk.found.append(replace(made, when=scene.dating.of(saying), recalled=recalled))


def _clause(walk: Walk, saying: Saying, unit: Span) -> tuple[int, int]:
    """The reported clause: what follows the verb, or what precedes it when the verb closes the sentence."""
    start, end = saying.end, unit.end
    stop = max((saying.subject.end if saying.subject else 0), saying.end)
    if len(walk.bare[stop:end].strip(" .\"'")) < 15:  # noqa: PLR2004 -- nothing but a weekday left
        start, end = unit.start, min(saying.start, saying.subject.start if saying.subject else saying.start)
    found = re.compile(r"(?:\s*(?:that|on \w+day|\w+day|:|,))*\s*").match(walk.doc.text, start, end)
    start = found.end() if found else start
    while end > start and walk.doc.text[end - 1] in " ,\n":
        end -= 1
    return (start, end) if start < end else (unit.start, unit.end)
