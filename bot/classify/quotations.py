"""Whose words stand in the quotation marks of a news item, and when they were spoken.

One walk through the item, sentence by sentence, that remembers who spoke last. Every
quotation gets a speaker whom the registry knows, or a reason why it makes no statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.classify import dates, japanese, korean, tongues, transcript
from bot.classify.attribution import (
    Dating,
    Scene,
    Sources,
    attribute,
    looks_back,
    refused,
    reported,
)
from bot.classify.discourse import resolve
from bot.classify.naming import Mention
from bot.classify.quoting import Quoted
from bot.classify.speakers import Registry
from bot.classify.subjects import Referent, Saying, prepositional, referents, sayings
from bot.classify.text import Document, Span
from bot.classify.walk import CARRIERS, Source, Utterance, Walk, is_person

LONGEST = 3000
"""No real sentence has more characters; what is longer is damage, and only its beginning is searched for speakers."""
WEAK = 0.5
"""Mentions below this strength name a country or an acronym rather than a speaker."""
TOPIC = 80
"""Who is named within so many characters of a sentence's beginning is what it is about."""
CARRIED_AFTER = timedelta(days=2)
"""State media carry what was said within so many days."""
_HEADING = re.compile(
    r"^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s)?\d{1,2}\s[A-Z][a-z]{2,8}\b"
    r"|^[A-Z][a-z]{2,8}\s\d{1,2},?\s\d{4}\b"
)
_THOSE_OF = re.compile(r"^\W*(?:That|Those|This|It|The words)\b[^.]{0,40}?\b(?:is|are|was|were)\b", re.IGNORECASE)
_CARRIED = re.compile(
    r"\b(?:carried|published|released|reported|aired|run|relayed) (?:\w+ )?by [^,;]{0,60}$"
    r"|\b(?:state(?:-run)? (?:\w+ )?(?:media|agency|television|TV|radio)|news agency|KCNA|Korean Central \w+ Agency)"
    r"(?: KCNA)?,? (?:\w+ )?(?:said|says|reported|reports|announced|carried|published)"
    r"(?: it)?(?: early| late)?(?: on)? $"
    r"|(?:통신|방송|신문|매체|텔레비전|TV)(?:이|은|가|는|도)?\s$|(?:通信|放送|新聞|テレビ)(?:が|は)$",
    re.IGNORECASE,
)
_CARRIES = re.compile(r"일?\s?(?:[가-힣]+통신|매체|방송)(?:이|은|가|는)\s?(?:[가-힣]+\s)?(?:보도|전|알|밝)")
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b(?!-)")
_THAT_YEAR = re.compile(r"\bthat (?:year|spring|summer|autumn|fall|winter)\b")
"""Takes a tale back to the year that was written out last."""
TEASER = 300
"""Characters up to which an item is a headline and little more."""
_INTENDS = re.compile(
    r"\s(?:would|will|won['’]t|is (?:open|ready|willing|prepared)|agrees?|refuses?|accepts?|offers?|rules? out|wants?"
    r"|invites?|gives?|sets?|rejects?)\s"
)
_KIN_OF = re.compile(
    r"['’]s\s(?:\w+\s)?(?:sister|brother|aide|envoy|wife|spokes\w+|deputy|predecessor|successor|boss|rival)\b",
    re.IGNORECASE,
)
_DOCUMENT_OF = re.compile(
    r"['’]s\s(?:(?P<back>earlier|previous|last|latest|first|most recent)\s)?(?:[\w-]+\s){0,2}?"
    r"(?:statement|speech|text|letter|remarks|address)\s(?:was|were|is|came|dates|dated|had been)\b"
)
_CAPTION = re.compile(
    r"^\W*(?:\((?:image|file photo|photo|picture|photo caption|caption)|©|image:|photo:|file photo|stock photo)",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"^\W*(?:related|read more|more news|don['’]t miss|you may also like|see also|also read|sign up"
    r"|recommended|advertisement|more from|top stories"
    r"|most read|watch|listen|subscribe|newsletter|share this|follow us)\b",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"\W*(?:\d+ comments?|comments(?: \(\d+\))?|reader comments|join the discussion)\W*$", re.IGNORECASE | re.MULTILINE
)
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
    walk = Walk(doc, _calm(doc), own, registry, now, last_day or now, story=dates.looked_back(doc.title, now))
    outer = [quote for quote in doc.quoted if quote.depth == 1]
    if transcript.turns(doc):
        return tongues.transcribed(walk)
    for paragraph in doc.paragraphs:
        if _COMMENTS.match(doc.text, paragraph.start, paragraph.end):
            walk.found += [refused(quote, "readers' comments") for quote in outer if quote.start >= paragraph.start]
            break
        words = doc.text[paragraph.start : paragraph.end]
        if _CAPTION.match(words) or _TEASER.match(words):
            walk.found += [refused(quote, "furniture") for quote in outer if quote.start in paragraph]
            continue
        if _HEADING.match(words):
            days = dates.expressions(doc.text, now, start=paragraph.start, end=min(paragraph.end, paragraph.start + 40))
            walk.heading = days[0] if days else walk.heading
        for unit, quotes in _units(doc, paragraph, outer):
            if korean.is_korean(doc.text, unit.start, unit.end):
                tongues.korean_unit(walk, unit, quotes, _days(walk, unit))
            elif japanese.is_japanese(doc.text, unit.start, unit.end):
                tongues.japanese_unit(walk, unit, quotes, _days(walk, unit))
            else:
                _unit(walk, unit, quotes, paragraph)
    return _dated(walk)


def _calm(doc: Document) -> str:
    """The text without its quoted words, and with paragraphs all in capitals (a brief's bullets) in small letters."""
    bare = doc.unquoted()
    for paragraph in doc.paragraphs:
        words = bare[paragraph.start : paragraph.end]
        low = words.lower()
        if words.isupper() and len(low) == len(words) and " " in words.strip():
            bare = bare[: paragraph.start] + low + bare[paragraph.end :]
    return bare


def headline(doc: Document, named: Sequence[Mention]) -> list[Utterance]:
    """What a teaser's headline says that somebody will or would do about talks, where nothing else is quoted."""
    if len(doc.text) > TEASER:
        return []
    first = next((one for one in named if one.in_title and not doc.plain_title[: one.start].strip()), None)
    if first is None or not first.slug or not _INTENDS.match(doc.plain_title, first.end) or doc.title not in doc.text:
        return []
    at = doc.text.index(doc.title)
    clause = Span(at, at + len(doc.title))
    who = doc.title[first.start : first.end]
    return [Utterance(at, clause.end, first.slug, who, clause, "reported/headline", direct=False)]


def _usable(doc: Document, named: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions that can be speakers: no bare role words or weak names, no title that a name follows."""
    kept: list[Mention] = []
    for index, one in enumerate(named):
        after = named[index + 1] if index + 1 < len(named) else None
        explained = after is not None and one.how in {"title", "cue"} and after.how in {"name", "variant", "stranger"}
        if explained and after is not None and not doc.text[one.end : after.start].strip(" ,"):
            continue
        explains = bool(kept) and one.how in {"title", "cue"} and kept[-1].how in {"name", "variant", "stranger"}
        if explains and doc.text[kept[-1].end : one.start] in {", ", ", the ", ", then "}:
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


def _unit(walk: Walk, unit: Span, quotes: list[Quoted], paragraph: Span) -> None:
    """One sentence: who speaks in it, and which of its quotations are whose."""
    end = min(unit.end, unit.start + LONGEST)
    people = referents(walk.bare, unit.start, end, walk.named)
    days = _days(walk, unit)
    walk.scene = next((when.day for when in days if when.precision != "year"), None)
    outer = [(quote.outer_start, quote.outer_end) for quote in quotes]
    said = sayings(walk.bare, unit.start, end, people, outer)
    sources = [(saying, resolve(walk, saying.subject, unit, people)) for saying in said]
    sources = [(saying, source or _bulleted(walk, saying, unit)) for saying, source in sources]
    dating = Dating(days, [saying for saying, source in sources if source], walk.bare, unit.start)
    scene = Scene(unit, paragraph, people, sources, dating)
    for saying, source in sources:
        if source and source.slug and (when := dating.of(saying)):
            when = replace(when, how="made") if saying.verb.startswith("made the") and when.precision == "day" else when
            walk.dated.append((saying.start, source.slug, when, looks_back(walk, saying, unit)))
    used: set[str] = set()
    first = len(walk.found)
    for quote in quotes:
        made = attribute(walk, quote, scene)
        if made.when is None and walk.heading:
            made = replace(made, when=walk.heading)
        used.add(made.slug)
        walk.found.append(made)
    reported(walk, scene, used)
    _remember(walk, scene, walk.found[first:])
    _those_of(walk, sources, unit, first)
    walk.colon = walk.doc.text[unit.start : unit.end].rstrip().endswith(":")
    if any(source and source.slug for _, source in sources):
        walk.attributed = paragraph.start


def _those_of(walk: Walk, sources: Sources, unit: Span, first: int) -> None:
    """For "“…” That was the riddle she offered": the sentence behind a quotation names its source."""
    if first == 0 or not _THOSE_OF.match(walk.bare[unit.start : unit.end]):
        return
    last = walk.found[first - 1]
    source = next((source for _, source in sources if source and source.slug), None)
    if source and last.end <= unit.start <= last.end + 12 and (not last.slug or last.rule.endswith("continued")):
        walk.found[first - 1] = replace(last, slug=source.slug, who=source.words, rule="quotation/those-of")


def _days(walk: Walk, unit: Span) -> list[dates.When]:
    line = dates.dateline(walk.doc.text, walk.now)
    start = line.end if line and line.start in unit else unit.start
    years = _YEAR.findall(walk.bare[: unit.end]) if _THAT_YEAR.search(walk.bare, start, unit.end) else []
    if years:
        walk.story = date(int(years[-1]), 1, 1)
    found = dates.expressions(walk.bare, walk.now, start=start, end=unit.end, story=walk.story)
    found = [when for when in found if when.day <= walk.last_day or when.how == "weekday in Washington"]
    found = [
        replace(when, how="carried")
        if _CARRIED.search(walk.bare, unit.start, when.start) or _CARRIES.match(walk.bare, when.end, unit.end)
        else when
        for when in found
    ]
    if days := [when for when in found if when.precision == "day" and when.how in {"date", "relative", "feast"}]:
        walk.story = days[-1].day
    return found


def _bulleted(walk: Walk, saying: Saying, unit: Span) -> Source | None:
    """For "* Says talks are over": a bullet without a subject goes on with whoever spoke before."""
    if saying.subject is not None or re.search(r"\w", walk.bare[unit.start : saying.start]):
        return None
    lead = _before_bullets(walk, unit)
    owners = [past for past in walk.history if past.at < lead] if lead else []
    owners = owners or [past for past in walk.history if past.kind != "topic"]
    return replace(owners[-1], at=saying.start) if owners else None


def _before_bullets(walk: Walk, unit: Span) -> int:
    """Where the list of bullets begins that a sentence belongs to, 0 when it is none; all are the lead's speaker's."""
    start = 0
    for paragraph in reversed([one for one in walk.doc.paragraphs if one.start <= unit.start]):
        if walk.doc.text[paragraph.start] not in "*•-":
            break
        start = paragraph.start
    return start


def _remember(walk: Walk, scene: Scene, made: Sequence[Utterance]) -> None:
    """Keep who spoke, or whom the sentence is about, for "he" and "the minister" in the next one."""
    unit = scene.unit
    spoke = [source for _, source in scene.sources if source and source.slug not in CARRIERS]
    walk.history += spoke
    heard = {source.slug for source in spoke} | {""}
    walk.history += [Source(one.slug, one.who, "name", one.start) for one in made if one.slug not in heard]
    if spoke or made:
        return
    if _dated_document(walk, scene):
        return
    first = next(
        (
            one
            for one in scene.people
            if one.start - unit.start < TOPIC and _topical(walk, one) and not _beside(walk, unit, one)
        ),
        None,
    )
    if first is None and scene.people and scene.people[0].kind == "unknown" and scene.people[0].start == unit.start:
        walk.history.append(Source("", scene.people[0].words, "topic", unit.start))
    if first is not None and _KIN_OF.match(walk.bare, first.end):
        return
    source = resolve(walk, first, unit, scene.people)
    if source and is_person(walk, source.slug):
        walk.history.append(replace(source, kind="topic"))
        if when := scene.dating.first():
            walk.dated.append((unit.start, source.slug, when, False))


def _beside(walk: Walk, unit: Span, one: Referent) -> bool:
    """Whether somebody is only the company of those whom the sentence tells of ("were joined by …")."""
    if not prepositional(walk.bare, unit.start, one):
        return False
    return bool(re.search(r"\b(?:by|with|beside|alongside)\s[\w.'’ -]{0,40}$", walk.bare[unit.start : one.start]))


def _dated_document(walk: Walk, scene: Scene) -> bool:
    """For "Kim's last statement was of May 2": the day of what the next sentence quotes."""
    when = scene.dating.first()
    for found in _DOCUMENT_OF.finditer(walk.bare, scene.unit.start, scene.unit.end):
        owner = next((one for one in walk.named if one.end == found.start()), None)
        sister = walk.bare[: found.start()].endswith("sister")
        slug = owner.slug if owner else "kim-yo-jong" if sister else ""
        if slug and when:
            walk.history.append(Source(slug, walk.bare[scene.unit.start : found.start()], "topic", found.start()))
            walk.dated.append((scene.unit.start, slug, when, False))
            return True
    return False


def _topical(walk: Walk, one: Referent) -> bool:
    if one.kind == "name":
        return is_person(walk, one.slug)
    return one.kind == "title" and one.words.lower().endswith("sister")


def _dated(walk: Walk) -> list[Utterance]:
    """Utterances without a day of their own take the one that the text gave for the speaker's like words."""
    out = []
    for one in sorted(walk.found, key=lambda found: (found.start, -found.end)):
        if not one.slug or (one.when is not None and one.when.how != "carried"):
            out.append(replace(one, when=_told_to_be_of(walk, one)))
            continue
        mine = [(at, when, back) for at, slug, when, back in walk.dated if _kin(slug) == _kin(one.slug)]
        if one.when:
            out.append(replace(one, when=_made_before(one, mine)))
            continue
        told = any(at <= one.end for at, _, _ in mine)
        out.append(replace(one, when=None if told else _scene_day(walk, one)))
        if out[-1].when is None:
            out[-1] = replace(one, when=_nearest_day(one, mine))
    return out


def _told_to_be_of(walk: Walk, one: Utterance) -> dates.When | None:
    """The day of words whose making the item dates apart ("said Thursday … made the comment a day earlier")."""
    if one.when is None or one.when.precision != "day":
        return one.when
    government = one.slug.endswith("-government")
    for _, slug, made, _ in walk.dated:
        whose = slug == one.slug or (government and walk.registry.side(slug) == walk.registry.side(one.slug))
        if made.how == "made" and whose and timedelta(0) < one.when.day - made.day <= CARRIED_AFTER:
            return made
    return one.when


def _scene_day(walk: Walk, one: Utterance) -> dates.When | None:
    """The day that the sentence before sets the scene with ("It began on June 17."), naming nobody."""
    before = [span for span in walk.doc.sentences if span.end <= one.clause.start][-1:]
    paragraph = walk.doc.paragraph_at(one.clause.start)
    if not before or paragraph is None or before[0].start < paragraph.start:
        return None
    scene = before[0]
    if any(scene.start <= mention.start < scene.end for mention in walk.named if is_person(walk, mention.slug)):
        return None
    days = dates.expressions(walk.doc.plain, walk.now, start=scene.start, end=scene.end)
    return next((when for when in days if when.precision == "day" and when.day <= walk.last_day), None)


def _nearest_day(one: Utterance, days: Sequence[tuple[int, dates.When, bool]]) -> dates.When | None:
    """The day told last before the words; of recollections, that of recollections first, and never a later one."""
    before = [(back, when) for at, when, back in days if at <= one.end]
    like = [when for back, when in before if back == one.recalled]
    if like or before:
        return like[-1] if like else None if one.recalled else before[-1][1]
    after = [when for at, when, back in days if at > one.end and not back]
    return after[0] if after and not one.recalled else None


def _made_before(one: Utterance, days: Sequence[tuple[int, dates.When, bool]]) -> dates.When | None:
    """The day on which words were spoken that an agency carried soon after; where none is told, the day of carrying."""
    carried = one.when
    if carried is None:
        return None
    own = [when for _, when, _ in days if when.how != "carried" and when.precision == "day"]
    return next((when for when in own if timedelta(0) <= carried.day - when.day <= CARRIED_AFTER), carried)


def _kin(slug: str) -> str:
    """A ministry and its spokesperson are one for the calendar."""
    return slug.removesuffix("-spokesperson")
