"""From quotations to utterances: what one speaker said on one occasion, and whether the item brings it as news."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.classify.dates import When
from bot.classify.speakers import Registry
from bot.classify.text import Document
from bot.classify.walk import CARRIERS, Utterance

SAME_RUN = 4
"""So many quoted words in a row are not said twice by chance."""
LONG_PAST = timedelta(days=10)
"""When even the newest words of an item are older than this, it looks back."""


@dataclass(frozen=True, slots=True)
class Group:
    """The utterances of one statement, in the order of the text."""

    slug: str
    when: When | None
    members: tuple[Utterance, ...]
    new: bool = True

    def quotable(self, *, reported: bool) -> tuple[Utterance, ...]:
        """The members to quote: the direct ones, and the ``reported`` ones where an item has no quotation marks."""
        return tuple(one for one in self.members if one.direct or (reported and one.rule != "reported/headline"))


_OPINION = re.compile(
    r"^(?:comment|opinion|op-?ed|editorial|column|commentary|analysis|viewpoint|letters?)\s*$"
    r"|\bthe (?:writer|author) (?:is|was|taught|teaches|served)\b"
    r"|\b(?:what )?I (?:remember|believe|think|argue|draw|was in|am old enough)\b",
    re.IGNORECASE | re.MULTILINE,
)


_ADVICE = re.compile(
    r"\b(?:United States|U\.S\.|US|Washington|America|administration|White House|Biden|Trump|Obama|Congress|Seoul"
    r"|Tokyo|allies|policymakers|president|we|offer|alliance)\s(?:(?:and|also|still|now|[A-Z]\w+)\s){0,2}"
    r"(?:should|must|ought\sto|need(?:s)?\s(?:to|not))\b",
    re.IGNORECASE,
)
"""What a government should do, in the writer's own voice."""
_FIRST_PERSON = re.compile(r"(?<!War )(?<!Part )(?<!Phase )\bI\s(?:[a-z]+ly\s)?[a-z]{2,}\b")
_SPEAKS = re.compile(r"^\s*(?:[A-Z][A-Z .'-]{2,30}|Q|A|Question|Answer):", re.MULTILINE)
_REPORTED = re.compile(
    r"\b(?:said|says|told|wrote|added|argue[sd]?|according to|urge[sd]|warned|think tank|analysts?)\b"
)
_ADVICES = 2
"""So many sentences of advice, with nobody to whom they are ascribed, make a column; news has hardly one."""


def opinion(doc: Document) -> str:
    """The words by which an item shows itself to be somebody's opinion, "" for news."""
    own = doc.unquoted()
    for found in _OPINION.finditer(own):
        if found[0].strip().lower() != "analysis":
            return doc.text[found.start() : found.end()]
    if first := _in_first_person(own):
        return doc.text[first.start() : first.end()]
    advice = [found for span in doc.sentences for found in [_ADVICE.search(own, span.start, span.end)] if found]
    advice = [found for found in advice if not _ascribed(doc, own, found.start())]
    title = _ADVICE.search(doc.plain_title) is not None and not doc.title_quoted
    return doc.text[advice[0].start() : advice[0].end()] if len(advice) + title >= _ADVICES and advice else ""


def _in_first_person(own: str) -> re.Match[str] | None:
    """The first of several sentences in which the writer says "I"; a transcript's speakers are no writers."""
    if _SPEAKS.search(own):
        return None
    found = list(_FIRST_PERSON.finditer(own))
    return found[0] if len(found) >= _ADVICES else None


def _ascribed(doc: Document, own: str, at: int) -> bool:
    """Is the sentence somebody else's view: said by somebody, or with quoted words in it?"""
    span = doc.sentence_at(at)
    if span is None:
        return False
    quoted = any(span.start <= one.start < span.end for one in doc.quoted)
    return quoted or _REPORTED.search(own, span.start, span.end) is not None


def grouped(spoken: Sequence[Utterance], registry: Registry, text: str = "") -> list[Group]:
    """Utterances by speaker and day. Those of an undated source join the speaker's nearest; metonyms their namesake.

    With the item's ``text``, the same words of one speaker are one utterance under whatever days.
    """
    named = _owned([one for one in spoken if one.slug], registry)
    groups: dict[tuple[str, date | None], list[Utterance]] = {}
    for one in named:
        groups.setdefault((one.slug, _day(one)), []).append(one)
    merged = _undated_joined(groups)
    _repeats_joined(merged, text)
    made = [Group(slug, _when(members), tuple(members)) for (slug, _), members in merged.items()]
    return sorted((group for group in made if group.members), key=lambda group: group.members[0].start)


def _day(one: Utterance) -> date | None:
    return one.when.day if one.when else None


def _when(members: Sequence[Utterance]) -> When | None:
    known = [one.when for one in members if one.when]
    days = [when for when in known if when.precision == "day"]
    told = [when for when in days if when.how != "carried"]
    return next(iter([*told, *days, *known]), None)


def _owned(spoken: Sequence[Utterance], registry: Registry) -> list[Utterance]:
    """Give what a capital or an agency "said" to the person or ministry of that side who speaks in the item."""
    speakers = [one.slug for one in spoken]
    people: dict[str, str] = {}
    for slug in speakers:
        official = registry.official(slug)
        if official and (official.kind == "person" or slug in {"mfa", "mfa-spokesperson", "mfa-department"}):
            people.setdefault(official.side, slug)
    out = []
    for one in spoken:
        side = registry.side(one.slug)
        general = one.slug in CARRIERS or one.slug.endswith("-government")
        owner = people.get(side, "") if general else _voice_of(one, spoken, registry)
        out.append(one if not owner or _other_time(one, owner, spoken) else replace(one, slug=owner))
    return out


def _other_time(one: Utterance, slug: str, spoken: Sequence[Utterance]) -> bool:
    """Is it of another month or year than all that the person says here?"""
    if one.when is None or one.when.precision == "day":
        return False
    return _day(one) not in {_day(other) for other in spoken if other.slug == slug}


def _voice_of(one: Utterance, spoken: Sequence[Utterance], registry: Registry) -> str:
    """The spokesperson who is quoted on the same day, for what an institution "said" only in other words."""
    official = registry.official(one.slug)
    if one.direct or official is None or official.kind != "institution" or one.when is None:
        return ""
    for other in spoken:
        person = registry.official(other.slug)
        if person is None or person.kind != "person" or not other.direct or other.recalled != one.recalled:
            continue
        name = registry.name(one.slug).removeprefix("U.S. ").removeprefix("US ").lower()
        if _day(other) in {_day(one), None} and name in registry.office(other.slug, one.when.day).lower():
            return other.slug
    return ""


Groups = dict[tuple[str, date | None], list[Utterance]]


def _undated_joined(groups: Groups) -> Groups:
    """Undated words join the speaker's dated ones, news with news and recollections with recollections."""
    out = {key: list(members) for key, members in groups.items() if key[1] is not None}
    for (slug, day), members in groups.items():
        if day is not None:
            continue
        for one in members:
            own = [key for key in out if key[0] == slug and key[1] and _recalled(out[key]) == one.recalled]
            target = own[0] if own else (slug, None)
            out.setdefault(target, []).append(one)
    _report_days_joined(out)
    for members in out.values():
        members.sort(key=lambda one: one.start)
    return out


def _report_days_joined(groups: Groups) -> None:
    """The day on which an agency carried a text gives way to the day on which it was issued."""
    for key in [
        key for key, members in groups.items() if all(one.when and one.when.how == "carried" for one in members)
    ]:
        own = [other for other in groups if other != key and other[0] == key[0] and _close(other[1], key[1])]
        if own:
            groups[own[0]].extend(groups.pop(key))


def _repeats_joined(groups: Groups, text: str) -> None:
    """Words that stand under two days of one speaker belong to the earlier: nobody says the same again next day."""
    for key in sorted(groups, key=lambda key: (key[1] is not None, key[1] or date.max), reverse=True):
        same = [other for other in groups if other != key and other[0] == key[0] and other[1]]
        earlier = [other for other in same if key[1] is None or (other[1] or date.max) < key[1]]
        mine = [words for words in _quoted(groups[key], text) if len(words.split()) >= SAME_RUN]
        twin = next((other for other in earlier if _contained(mine, _quoted(groups[other], text))), None)
        if twin is not None:
            when = _when(groups[twin])
            moved = [replace(one, when=when) for one in groups.pop(key)]
            groups[twin] = sorted([*groups[twin], *moved], key=lambda one: one.start)


def _quoted(members: Sequence[Utterance], text: str) -> list[str]:
    return [" ".join(re.findall(r"\w+", text[one.start : one.end].lower())) for one in members if one.direct]


def _contained(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(f" {one} " in f" {other} " or f" {other} " in f" {one} " for one in some for other in others if other)


def _close(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and timedelta(0) < other - one <= timedelta(days=2)


def _recalled(members: Sequence[Utterance]) -> bool:
    return all(one.recalled for one in members)


def retrospective(groups: Sequence[Group], now: date) -> bool:
    """Whether the item only looks back: its dated words are all of long ago, and they are most of what it quotes."""
    old = [group for group in groups if group.when and now - group.when.day > LONG_PAST]
    recent = [group for group in groups if group.when and now - group.when.day <= LONG_PAST]
    return bool(old) and not recent and len(old) * 2 >= len(groups)


def judged(groups: Sequence[Group], now: date, *, opinion: bool, opening: When | None = None) -> list[Group]:
    """Tell the item's own news from what it recalls.

    The news is the day of the utterance that the item brings first; of the same
    day or later is new, unless the text itself looks back on it ("had said", "earlier").
    ``opening`` is the day that the item's first sentence names: it dates fresh words that have no day of their own.
    """
    if not groups:
        return []
    if opinion or retrospective(groups, now):
        return [replace(group, new=False) for group in groups]
    lead = _lead(groups, now)
    day = (lead.when.day if lead.when.precision == "day" else None) if lead.when else opening.day if opening else None
    out = []
    for group in groups:
        fresh = (group is lead and not _only_looked_back_on(group, now)) or _is_news(group, day)
        out.append(replace(group, new=fresh, when=group.when or (lead.when or opening if fresh else None)))
    return out


def _only_looked_back_on(group: Group, now: date) -> bool:
    """Whether the text recalls the words without saying when, or long after: no news, though nothing else is quoted."""
    near = group.when is not None and group.when.precision == "day" and now - group.when.day <= LONG_PAST
    return _recalled(group.members) and not near


def _lead(groups: Sequence[Group], now: date) -> Group:
    fresh = [group for group in groups if not _recalled(group.members)]
    recent = [group for group in fresh if group.when is None or now - group.when.day <= LONG_PAST]
    return max(recent or fresh or groups, key=lambda group: (_weight(group), -group.members[0].start))


def _weight(group: Group) -> float:
    """How much of the item a group is: its quotations, the early ones more."""
    return sum((2.0 if one.direct else 1.0) / (1 + one.start / 600) for one in group.members)


def _is_news(group: Group, day: date | None) -> bool:
    if _recalled(group.members):
        return False
    if group.when is None:
        return any(one.direct for one in group.members)
    return day is not None and group.when.precision == "day" and group.when.day >= day
