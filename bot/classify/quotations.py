"""Whose words stand in the quotation marks of a news item, and when they were spoken.

One walk through the item, sentence by sentence, that remembers who spoke last. Every
quotation gets a speaker whom the registry knows, or a reason why it makes no statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.classify import dates, korean
from bot.classify.naming import Mention
from bot.classify.quoting import Quoted
from bot.classify.speakers import Registry
from bot.classify.subjects import Referent, Saying, prepositional, referents, sayings
from bot.classify.text import Document, Span

CARRIERS = frozenset({"kcna", "kctv", "voice-of-korea", "pyongyang-radio", "rodong-sinmun"})
AFTER_REACH = 60
"""Characters between "a day after" and the verb that it dates."""
WEAK = 0.5
"""Mentions below this strength name a country or an acronym rather than a speaker."""
TOPIC = 80
"""Who is named within so many characters of a sentence's beginning is what it is about."""
LEAD_IN = 12
"""A sentence's subject begins within so many characters ("But Kim ...")."""
SCARE_WORDS = 3
"""Up to so many words in quotation marks need somebody who says them; else they are a name or a scare quote."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words at ``text[start:end]`` and whose they are.

    ``slug`` is "" when they make no statement; ``who`` is the phrase that names the source. ``recalled``
    tells that the text looks back on them ("had said", "earlier"). ``clause`` is where the attribution stands.
    An utterance that is only reported in other words has ``direct`` false.
    """

    start: int
    end: int
    slug: str
    who: str
    clause: Span
    rule: str
    when: dates.When | None = None
    recalled: bool = False
    direct: bool = True
    carrier: bool = False

    @property
    def named(self) -> bool:
        """Whether the text names the source outright, not by "he" or "the minister"."""
        return self.who[:1].isupper() and self.who.lower() not in _PERSONAL


@dataclass(frozen=True, slots=True)
class _Source:
    """Somebody who was the subject of a verb of saying."""

    slug: str
    words: str
    kind: str
    at: int


@dataclass(slots=True)
class _Walk:
    """What is remembered on the way through one item."""

    doc: Document
    bare: str
    named: tuple[Mention, ...]
    registry: Registry
    now: date
    last_day: date
    history: list[_Source] = field(default_factory=list)
    dated: list[tuple[int, str, dates.When, bool]] = field(default_factory=list)
    heading: dates.When | None = None
    story: date | None = None
    found: list[Utterance] = field(default_factory=list)
    colon: bool = False
    attributed: int = -1


_NOUN = re.compile(
    r"\b(?:words?|lines?|phrases?|statement|message|letter|remarks?|warning|offer|answer|riddle|text|account|speech|motto|slogan|verdict|formula"
    r"|report|address|reply|response|call|comments?|declaration|tweet|post|note|promise|expression|headline|reference)\b",
    re.IGNORECASE,
)
_RECALLED = re.compile(
    r"\b(?:earlier|previously|once|before the|before that|as early as|long ago|back in|years? ago|months? ago|last (?:year|month|week)|at the time|in those)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s)?\d{1,2}\s[A-Z][a-z]{2,8}\b|^[A-Z][a-z]{2,8}\s\d{1,2},?\s\d{4}\b"
)
_THOSE_OF = re.compile(r"^\W*(?:That|Those|This|It|The words)\b[^.]{0,40}?\b(?:is|are|was|were)\b", re.IGNORECASE)
_CARRIED = re.compile(r"\b(?:carried|published|released|reported|aired|run|relayed) (?:\w+ )?by [^,;]{0,60}$", re.IGNORECASE)
_CAPTION = re.compile(
    r"^\W*(?:\((?:image|file photo|photo|picture|photo caption|caption)|©|image:|photo:|file photo|stock photo)",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"^\W*(?:related|read more|more news|don['’]t miss|you may also like|see also|also read|sign up|recommended|advertisement|more from|top stories"
    r"|most read|watch|listen|subscribe|newsletter|share this|follow us)\b",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"\W*(?:\d+ comments?|comments(?: \(\d+\))?|reader comments|join the discussion)\W*$", re.IGNORECASE | re.MULTILINE)
_STRONG = re.compile(
    r"sa(?:id|ys|ying)|told|tells|warn|announce|threaten|vow|declare|propos|reject|den(?:y|ie)|urge|offer|demand|pledge|promise|express|voice|call|stress"
    r"|insist|argue|add|made public|note|reaffirm|complain|assure|appeal|dismiss|welcome|condemn|denounce|slam|blast|reiterat|emphasi|according to|accus",
)
_PERSONAL = frozenset({"he", "she"})
_BODIES = frozenset({"ministry", "department", "agency", "government", "commission"})
_VAGUE = frozenset({"envoy", "delegate", "official", "negotiator", "diplomat", "representative", "leader", "pointman", "emissary"})
_EMPTY = frozenset({"the", "this", "that", "of", "first", "new", "senior", "top", "chief", "north", "south", "korean", "american", "us"})
_ADJECTIVES = (
    ("dprk", re.compile(r"\b(?:North(?:ern)? Korean?|N\. ?K(?:orean?)?\.?|DPRK|the North)\b")),
    ("rok", re.compile(r"\b(?:South(?:ern)? Korean?|S\. ?K(?:orean?)?\.?|ROK)\b")),
    ("us", re.compile(r"\b(?:American|U\.S\.|US|Washington)(?=\s)")),
    ("japan", re.compile(r"\bJapanese\b")),
    ("china", re.compile(r"\bChinese\b")),
    ("russia", re.compile(r"\bRussian\b")),
)
_NORTH = re.compile(r"\b(?:Pyongyang|North Korean?|N\. ?Korean?|DPRK|the North)\b")
_ROLE_ONLY = frozenset({"spokesperson", "spokesman", "spokeswoman", "official", "officials", "statement"})


def read(
    doc: Document,
    named: Sequence[Mention],
    registry: Registry,
    now: date,
    last_day: date | None = None,
) -> list[Utterance]:
    """Every quotation of the item with its source, and sayings of known speakers in reported speech, in order.

    ``named`` are the registry's mentions with strangers (slug ""); ``now`` is the day that the item's
    own words count from and ``last_day`` the last day that can be past (Pyongyang is ahead).
    """
    own = _usable(doc, [one for one in named if not one.in_title])
    walk = _Walk(doc, doc.unquoted(), own, registry, now, last_day or now)
    outer = [quote for quote in doc.quoted if quote.depth == 1]
    for paragraph in doc.paragraphs:
        if _COMMENTS.match(doc.text, paragraph.start, paragraph.end):
            walk.found += [_refused(quote, "readers' comments") for quote in outer if quote.start >= paragraph.start]
            break
        words = doc.text[paragraph.start : paragraph.end]
        if _CAPTION.match(words) or _TEASER.match(words):
            walk.found += [_refused(quote, "furniture") for quote in outer if quote.start in paragraph]
            continue
        if _HEADING.match(words):
            days = dates.expressions(doc.text, now, start=paragraph.start, end=min(paragraph.end, paragraph.start + 40))
            walk.heading = days[0] if days else walk.heading
        for unit, quotes in _units(doc, paragraph, outer):
            if korean.is_korean(doc.text, unit.start, unit.end):
                _korean_unit(walk, unit, quotes)
            else:
                _unit(walk, unit, quotes, paragraph)
    return _dated(walk)


def _usable(doc: Document, named: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions that can be speakers: no bare role words, no weak names, no title that a name follows and explains."""
    kept = []
    for index, one in enumerate(named):
        after = named[index + 1] if index + 1 < len(named) else None
        explained = after is not None and one.how in {"title", "cue"} and after.how in {"name", "variant", "stranger"}
        if explained and after is not None and not doc.text[one.end : after.start].strip(" ,"):
            continue
        if doc.text[one.start : one.end].lower() in _ROLE_ONLY or (one.how == "weak" and one.strength < WEAK):
            continue
        kept.append(one)
    return tuple(kept)


def _units(doc: Document, paragraph: Span, outer: Sequence[Quoted]) -> list[tuple[Span, list[Quoted]]]:
    """Sentences, joined where a quotation runs over their boundary, each with the quotations that begin in it."""
    units: list[tuple[Span, list[Quoted]]] = []
    here = [quote for quote in outer if paragraph.start <= quote.outer_start < paragraph.end]
    start = -1
    for sentence in doc.sentences_in(paragraph):
        start = sentence.start if start < 0 else start
        if any(quote.outer_start < sentence.end < quote.outer_end - 1 for quote in here):
            continue
        unit = Span(start, sentence.end)
        units.append((unit, [quote for quote in here if quote.outer_start in unit]))
        start = -1
    if start >= 0:
        unit = Span(start, paragraph.end)
        units.append((unit, [quote for quote in here if quote.outer_start in unit]))
    return units


def _refused(quote: Quoted, rule: str) -> Utterance:
    return Utterance(quote.start, quote.end, "", "", Span(quote.outer_start, quote.outer_end), rule)


def _unit(walk: _Walk, unit: Span, quotes: list[Quoted], paragraph: Span) -> None:
    """One sentence: who speaks in it, and which of its quotations are whose."""
    people = referents(walk.bare, unit.start, unit.end, walk.named)
    outer = [(quote.outer_start, quote.outer_end) for quote in quotes]
    said = sayings(walk.bare, unit.start, unit.end, people, outer)
    sources = [(saying, _resolve(walk, saying.subject, unit, people)) for saying in said]
    sources = [(saying, source or _bulleted(walk, saying, unit)) for saying, source in sources]
    days = _days(walk, unit)
    dating = _Dating(days, [saying for saying, source in sources if source])
    for saying, source in sources:
        if source and source.slug and not saying.weak and (when := dating.of(saying)):
            walk.dated.append((saying.start, source.slug, when, _looks_back(walk, saying, unit)))
    used, first = set(), len(walk.found)
    for quote in quotes:
        made = _attribute(walk, quote, sources, dating, unit, people, paragraph)
        if made.when is None and walk.heading:
            made = replace(made, when=walk.heading)
        used.add(made.slug)
        walk.found.append(made)
    _reported(walk, unit, sources, dating, used)
    _remember(walk, sources, people, unit, walk.found[first:], dating)
    _those_of(walk, sources, unit, first)
    walk.colon = walk.doc.text[unit.start : unit.end].rstrip().endswith(":")
    if any(source and source.slug for _, source in sources):
        walk.attributed = paragraph.start


def _korean_unit(walk: _Walk, unit: Span, quotes: list[Quoted]) -> None:
    """One Korean sentence: its topics, and the verb of saying that each quotation leans on."""
    days = _days(walk, unit)
    when = days[0] if days else None
    spoken = korean.speakers(walk.bare, unit.start, unit.end, walk.named)
    used = set()
    for quote in quotes:
        if not korean.governed(walk.bare, quote.outer_end, unit.end):
            walk.found.append(_refused(quote, "scare-quotes"))
            continue
        before = [one for one in spoken if one.start < quote.outer_start]
        topic = korean.topic_of(before, walk.bare, quote.outer_start) or (spoken[0] if spoken else None)
        source = _korean_source(walk, topic, quote.outer_start)
        own = [one for one in days if one.start < quote.outer_start]
        recalled = bool(korean.RECALLED.search(walk.bare, unit.start, unit.end))
        made = _utter(quote, source, unit, "quotation/ko", when=own[-1] if own else None, recalled=recalled)
        walk.found.append(made)
        used.add(made.slug)
        walk.history.append(source)
        if made.slug and made.when:
            walk.dated.append((quote.start, made.slug, made.when, recalled))
    _korean_reported(walk, unit, spoken, used, when)


def _korean_source(walk: _Walk, topic: Referent | None, at: int) -> _Source:
    if topic is None or topic.kind == "pronoun":
        past = next((one for one in reversed(walk.history) if one.kind != "topic"), None)
        return replace(past, at=at) if past else _Source("", "", "unknown", at)
    return _Source(topic.slug, topic.words, "name" if topic.slug else "unknown", topic.start)


def _korean_reported(walk: _Walk, unit: Span, spoken: Sequence[Referent], used: set[str], when: dates.When | None) -> None:
    last = next((one for one in spoken if one.slug), None)
    if last is None or not korean.SAID_AT_END.search(walk.bare, unit.start, unit.end):
        return
    recalled = bool(korean.RECALLED.search(walk.bare, unit.start, unit.end))
    if when:
        walk.dated.append((unit.start, last.slug, when, recalled))
    if last.slug in used or last.slug in CARRIERS:
        return
    source = _Source(last.slug, last.words, "name", last.start)
    walk.history.append(source)
    made = Utterance(unit.start, unit.end, last.slug, last.words, unit, "reported/ko", when=when, recalled=recalled, direct=False)
    walk.found.append(made)


def _those_of(walk: _Walk, sources: Sources, unit: Span, first: int) -> None:
    """ "“…” That was the riddle she offered": the sentence behind a quotation names its source."""
    if first == 0 or not _THOSE_OF.match(walk.bare[unit.start : unit.end]):
        return
    last = walk.found[first - 1]
    source = next((source for _, source in sources if source and source.slug), None)
    if source and last.end <= unit.start <= last.end + 12 and (not last.slug or last.rule.endswith("continued")):  # noqa: PLR2004 -- next to it
        walk.found[first - 1] = replace(last, slug=source.slug, who=source.words, rule="quotation/those-of")


def _days(walk: _Walk, unit: Span) -> list[dates.When]:
    line = dates.dateline(walk.doc.text, walk.now)
    start = line.end if line and line.start in unit else unit.start
    found = dates.expressions(walk.bare, walk.now, start=start, end=unit.end, story=walk.story)
    found = [when for when in found if when.day <= walk.last_day or when.how == "weekday in Washington"]
    found = [replace(when, how="carried") if _CARRIED.search(walk.bare, unit.start, when.start) else when for when in found]
    if days := [when for when in found if when.precision == "day" and when.how in {"date", "relative"}]:
        walk.story = days[-1].day
    return found


def _looks_back(walk: _Walk, saying: Saying, unit: Span) -> bool:
    return saying.past or bool(_RECALLED.search(walk.bare, unit.start, unit.end))


@dataclass(frozen=True, slots=True)
class _Dating:
    """The time expressions of one sentence, each given to the verb of saying that it stands closest to."""

    days: Sequence[dates.When]
    sayings: Sequence[Saying]

    def first(self) -> dates.When | None:
        """The sentence's first time expression, for words that no verb governs."""
        return self.days[0] if self.days else None

    def of(self, saying: Saying) -> dates.When | None:
        """The time expression that belongs to a verb. "A day after" dates what follows it and nothing before."""
        fit = [when for when in self.days if self._owner(when) in (None, saying)]
        return min(fit, key=lambda when: (when.how != "after", when.precision != "day", _gap(when, saying)), default=None)

    def _owner(self, when: dates.When) -> Saying | None:
        if when.how == "after":
            later = [one for one in self.sayings if 0 <= one.start - when.end <= AFTER_REACH]
            return later[0] if later else Saying(-1, -1, "", None)
        return min(self.sayings, key=lambda one: _gap(when, one), default=None)


def _bulleted(walk: _Walk, saying: Saying, unit: Span) -> _Source | None:
    """ "* Says talks are over": a bullet without a subject goes on with whoever spoke before."""
    if saying.subject is not None or re.search(r"\w", walk.bare[unit.start : saying.start]):
        return None
    return next((replace(past, at=saying.start) for past in reversed(walk.history) if past.kind != "topic"), None)


def _gap(when: dates.When, saying: Saying) -> int:
    return when.start - saying.end if when.start >= saying.end else saying.start - when.end


def _resolve(walk: _Walk, subject: Referent | None, unit: Span, people: Sequence[Referent]) -> _Source | None:
    """Who is meant by the subject of a verb of saying."""
    if subject is None:
        return None
    words = walk.doc.text[subject.start : subject.end]
    if subject.kind == "name" or subject.slug:
        return _Source(subject.slug, words, "name" if subject.slug else "unknown", subject.start)
    if subject.kind == "unknown":
        return _unknown(walk, subject, words)
    if subject.kind == "pronoun":
        return _pronoun(walk, words.lower(), subject.start, unit, people)
    return _title(walk, subject, words, unit)


def _unknown(walk: _Walk, subject: Referent, words: str) -> _Source:
    """A spokesperson without a name speaks for the institution named last; other strangers for themselves."""
    if re.search(r"\bspokes(?:man|woman|person)$", words) and not re.search(r"\b(?:former|ex-)", words):
        for past in reversed(walk.history[-3:]):
            official = walk.registry.official(past.slug)
            if official and official.kind == "institution":
                slug = "mfa-spokesperson" if past.slug == "mfa" else past.slug
                return _Source(slug, words, "name", subject.start)
    return _Source(_by_exact_name(walk, words), words, "unknown", subject.start)


def _by_exact_name(walk: _Walk, words: str) -> str:
    """A full name behind titles that the scan of the text has missed."""
    parts = words.split()
    if len(parts) < 2 or not parts[-1][:1].isupper():  # noqa: PLR2004 -- a full name has two words
        return ""
    tries = (" ".join(parts[index:]) for index in range(len(parts) - 1))
    return next((slug for name in tries if (slug := walk.registry.exact(name))), "")


def _pronoun(walk: _Walk, word: str, at: int, unit: Span, people: Sequence[Referent]) -> _Source | None:
    topic = next((one for one in people if one.kind == "name" and one.end <= at), None)
    if topic and topic.slug and topic.start - unit.start <= LEAD_IN and _fits(walk, topic.slug, word):
        return _Source(topic.slug, topic.words, "name", at)
    return next((replace(past, at=at) for past in reversed(walk.history) if _fits(walk, past.slug, word)), None)


def _fits(walk: _Walk, slug: str, word: str) -> bool:
    """Whether "he", "she" or "it" can stand for somebody; of people outside the registry nothing is known."""
    official = walk.registry.official(slug)
    if word not in _PERSONAL or official is None:
        return True
    if official.kind != "person":
        return slug.endswith("spokesperson")
    return official.gender in {"", "m" if word == "he" else "f"}


def _title(walk: _Walk, subject: Referent, words: str, unit: Span) -> _Source | None:
    """ "The minister", "the statement", "the ministry": the one named, before or later, to whom the words apply."""
    noun = words.split()[-1].lower()
    if noun == "sister":
        return _Source("kim-yo-jong", words, "name", subject.start)
    if noun in _BODIES:
        return _body(walk, noun, words, subject.start, unit)
    spoke = [past for past in walk.history if past.slug and past.kind != "topic"]
    if subject.kind == "document" and spoke:
        own = [past for past in spoke if walk.registry.side(past.slug) == "dprk"] if noun == "statement" else spoke
        return replace((own or spoke)[-1], at=subject.start)
    slug = _holder(walk, words, noun)
    if slug:
        return _Source(slug, words, "name", subject.start)
    if walk.history and walk.history[-1].slug:
        return replace(walk.history[-1], at=subject.start)
    del unit
    return _Source("", words, "unknown", subject.start)


def _body(walk: _Walk, noun: str, words: str, at: int, unit: Span) -> _Source | None:
    """The institution of that kind named last, or first later on."""
    named = [one for one in walk.named if one.slug and noun in walk.registry.name(one.slug).lower()]
    named = [one for one in named if (official := walk.registry.official(one.slug)) and official.kind == "institution"]
    before = [one for one in named if one.start < at]
    chosen = before[-1] if before else named[0] if named else None
    if chosen is None and "foreign ministry" in words.lower() and _northern(walk, words, unit):
        return _Source("mfa", words, "name", at)
    return _Source(chosen.slug, words, "name", at) if chosen else None


def _northern(walk: _Walk, words: str, unit: Span) -> bool:
    """Whether a body without a country is the North's: the sentence names the North and no other side's body."""
    if side := _side_of(words):
        return side == "dprk"
    return bool(_NORTH.search(walk.bare, unit.start, unit.end)) or any(
        walk.registry.side(one.slug) == "dprk" for one in walk.named if unit.start <= one.start < unit.end
    )


def _holder(walk: _Walk, words: str, noun: str) -> str:
    """The person whose office the title fits best: heard before, else named later in the item."""
    side = _side_of(words)
    asked = {word for word in re.findall(r"[a-z-]+", words.lower()) if word not in _EMPTY}
    past = [one.slug for one in reversed(walk.history) if one.slug]
    later = [one.slug for one in walk.named if one.slug]
    best, top = "", 0.0
    for rank, slug in enumerate(dict.fromkeys([*past, *later])):
        official = walk.registry.official(slug)
        if official is None or official.kind != "person" or (side and official.side != side):
            continue
        offices = " ".join(office.words.lower() for office in official.offices if office.holds(walk.now)).replace("-", " ")
        fits = [word for word in asked if word.replace("-", " ") in offices]
        score = len(fits) + (1.0 if noun in fits else 0.0) + (0.5 if side else 0.0) - rank * 0.01
        if (noun in fits or (side and noun in _VAGUE)) and score > top:
            best, top = slug, score
    return best


def _side_of(words: str) -> str:
    return next((side for side, pattern in _ADJECTIVES if pattern.search(words)), "")


Sources = list[tuple[Saying, _Source | None]]


def _attribute(
    walk: _Walk,
    quote: Quoted,
    sources: Sources,
    dating: _Dating,
    unit: Span,
    people: Sequence[Referent],
    paragraph: Span,
) -> Utterance:
    """The source of one quotation: the verb that governs it, a noun that stands for one, or whoever spoke before."""
    found = _governing(walk, quote, sources, unit)
    if found is not None:
        saying, source = found
        recalled = _looks_back(walk, saying, unit)
        return _utter(quote, source, unit, f"quotation/{saying.verb}", when=dating.of(saying), recalled=recalled)
    few = len(walk.doc.words(quote).split()) <= SCARE_WORDS
    if quote.continues and walk.found:
        last = walk.found[-1]
        return replace(last, start=quote.start, end=quote.end, rule="quotation/continued")
    source = _by_colon(walk, quote, people, unit) or _by_noun(walk, quote, people, unit)
    if source:
        return _utter(quote, source, unit, "quotation/noun", when=dating.first(), recalled=False)
    alone = not re.search(r"\w", walk.bare[unit.start : quote.outer_start])
    goes_on = not few and walk.attributed == paragraph.start and not any(one.kind in {"name", "unknown"} for one in people)
    if (walk.colon or (alone and not few) or goes_on) and walk.history:
        return _utter(
            quote, walk.history[-1], unit, "quotation/continued", when=dating.first(), recalled=False
        )
    return _refused(quote, "scare-quotes" if few else "unattributed")


def _utter(
    quote: Quoted, source: _Source, unit: Span, rule: str, *, when: dates.When | None, recalled: bool
) -> Utterance:
    return Utterance(
        quote.start, quote.end, source.slug, source.words, unit, rule,
        when=when, recalled=recalled, carrier=source.slug in CARRIERS,
    )  # fmt: skip


def _governing(walk: _Walk, quote: Quoted, sources: Sources, unit: Span) -> tuple[Saying, _Source] | None:
    """The verb that a quotation depends on: one right behind it, else the last before it, else the next one."""
    known = [(saying, source) for saying, source in sources if source is not None]
    after = next(((saying, source) for saying, source in known if saying.start >= quote.outer_end), None)
    before = next(((saying, source) for saying, source in reversed(known) if saying.end <= quote.outer_start), None)
    if after and _trailing(walk, quote, after[0], unit) and not (after[1].slug in CARRIERS and before):
        return after
    if before and not re.search(r"[.;]\s", walk.bare[before[0].end : quote.outer_start]):
        return before
    if after and (
        re.match(r"\W*(?:which|that|as|was|is|were|are)\b", walk.bare[quote.outer_end : after[0].start])
        or before is None
    ):
        return after if len(walk.bare[quote.outer_end : after[0].start]) < 160 else None  # noqa: PLR2004 -- farther is another clause
    return before


def _trailing(walk: _Walk, quote: Quoted, saying: Saying, unit: Span) -> bool:
    gap = walk.bare[quote.outer_end : saying.start]
    if saying.inverted:
        return not gap.strip(" ,.\"'”’»") or saying.verb == "according to"
    closed = walk.doc.text[quote.end - 1 : quote.end] in {",", "?", "!", "."} or gap.lstrip("\"'”’» ").startswith(",")
    starts = quote.outer_start - unit.start < 3  # noqa: PLR2004 -- nothing but marks before it
    if saying.subject is None or saying.subject.start < quote.outer_end:
        return False
    near = len(walk.bare[quote.outer_end : saying.subject.start].strip(" ,\"'”’»")) <= 30  # noqa: PLR2004 -- a title, an adverb
    return near and (closed or starts)


def _by_colon(walk: _Walk, quote: Quoted, people: Sequence[Referent], unit: Span) -> _Source | None:
    """ "Kim moved the date: “…”", "the offer came at the end: “…”": who the sentence is about, or who spoke before."""
    if not walk.bare[unit.start : quote.outer_start].rstrip().endswith(":"):
        return None
    for one in reversed([one for one in people if one.end <= quote.outer_start]):
        if prepositional(walk.bare, unit.start, one):
            continue
        source = _resolve(walk, one, unit, people)
        if one.kind == "unknown":
            return source
        if source and (one.kind == "pronoun" or _is_person(walk, source.slug)):
            return source
    return next((past for past in reversed(walk.history) if past.kind != "topic"), None)


def _is_person(walk: _Walk, slug: str) -> bool:
    official = walk.registry.official(slug)
    return official is not None and official.kind == "person"


def _by_noun(walk: _Walk, quote: Quoted, people: Sequence[Referent], unit: Span) -> _Source | None:
    """ "Kim signed his answer, with the line on the “…”": somebody known, and a noun that stands for speech.

    A longer quotation right behind a name needs no such noun ("Kim “reaffirmed his commitment”").
    """
    before = walk.bare[unit.start : quote.outer_start]
    names = [one for one in people if one.kind == "name" and one.slug and one.end <= quote.outer_start]
    names = [one for one in names if not prepositional(walk.bare, unit.start, one)]
    if not names:
        return None
    first = names[0]
    long = len(walk.doc.words(quote).split()) > SCARE_WORDS and _is_person(walk, first.slug)
    close = not walk.bare[names[-1].end : quote.outer_start].strip(" \"'“‘«")
    if _NOUN.search(before[first.start - unit.start :]) or (long and close):
        return _Source(first.slug, walk.doc.text[first.start : first.end], "name", first.start)
    return None


def _reported(walk: _Walk, unit: Span, sources: Sources, dating: _Dating, used: set[str]) -> None:
    """Known speakers whose words the sentence gives only in reported speech."""
    for saying, source in sources:
        if source is None or not source.slug or saying.weak or source.slug in used or source.slug in CARRIERS:
            continue
        if not _STRONG.match(saying.verb):
            continue
        used.add(source.slug)
        start, end = _clause(walk, saying, unit)
        recalled = _looks_back(walk, saying, unit)
        walk.found.append(
            Utterance(
                start,
                end,
                source.slug,
                source.words,
                unit,
                f"reported/{saying.verb}",
                when=dating.of(saying),
                recalled=recalled,
                direct=False,
            ),  # fmt: skip
        )


def _clause(walk: _Walk, saying: Saying, unit: Span) -> tuple[int, int]:
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


def _remember(walk: _Walk, sources: Sources, people: Sequence[Referent], unit: Span, made: Sequence[Utterance], dating: _Dating) -> None:
    """Keep who spoke, or whom the sentence is about, for "he" and "the minister" in the next one."""
    spoke = [source for _, source in sources if source and source.slug not in CARRIERS]
    walk.history += spoke
    for one in made:
        if one.slug and not any(source.slug == one.slug for source in spoke):
            walk.history.append(_Source(one.slug, one.who, "name", one.start))
    if spoke or made:
        return
    first = next((one for one in people if one.start - unit.start < TOPIC and one.kind in {"name", "title"}), None)
    if first is None or (first.kind == "title" and not first.words.lower().endswith("sister")):
        return
    source = _resolve(walk, first, unit, people)
    if source and _is_person(walk, source.slug):
        walk.history.append(replace(source, kind="topic"))
        if when := dating.first():
            walk.dated.append((unit.start, source.slug, when, False))


def _dated(walk: _Walk) -> list[Utterance]:
    """Utterances without a day of their own take the one that the text gave for the speaker's like words."""
    out = []
    for one in sorted(walk.found, key=lambda found: (found.start, -found.end)):
        if one.when is not None or not one.slug:
            out.append(one)
            continue
        like = [(at, when) for at, slug, when, back in walk.dated if slug == one.slug and back == one.recalled]
        before = [when for at, when in like if at <= one.end]
        after = [when for at, when in like if at > one.end]
        out.append(replace(one, when=before[-1] if before else after[0] if after and not one.recalled else None))
    return out
