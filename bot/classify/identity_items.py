"""The same dispatch, or another one? Text, day and source decide; address and title only help.

Why neither address nor title is a key: an agency prints one statement under up to six
addresses, eighteen press reviews under one headline, a whole day's dispatches on one
page, and two different gifts from one sender on one day. The rules, all within one source:

===================  =======================================================================
same words           one dispatch, when a few days apart at most
same day             three-word runs mostly shared (a corrected or newly translated copy), or a
                     short version contained in a longer one of the same title; short texts must
                     not differ in names or numbers on both sides
same address         likewise within a few days, and looser: an article grows under its address
marked update        "(LEAD)", "UPDATE 2": a like title, half of the shorter text, a day apart at most
some days apart      nearly all runs shared and no name or number differing (a report printed again)
no text              a row that waits for its text: its day and title, or its address and a like title
===================  =======================================================================

Days are compared as days; an hour is never assumed for a date-only stamp.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.classify.wording import (
    containment,
    differ_in_names,
    folded,
    names_missing,
    overlap,
    resemblance,
    tokens,
    unlike,
    wording,
)
from store.records import Item, Stamp

WINDOW = 3
"""Days between two printings of one dispatch, at most."""

_LONG = 100  # words; above it a chance likeness of formulaic texts is no longer seen in the archives
_COPY = 0.45  # shared runs: two translations of one dispatch reach 0.5, two telegrams of one mould stay below
_REPRINT = 0.8
_EXCERPT = 0.7
_GROWN = 0.5
_UPDATE = 0.4
_RETITLED = 0.65  # of a title's words; "Delegation Arrives" and "Delegation Leaves" share 0.6
_STRAY = 0.1  # share of names that a shorter version may have to itself: misprints
_FEW = 8  # words: below it a text says too little to be found inside another

_STAMPED = re.compile(r"\s*\[(?:juche\s*\d+|\d{4})[.\s\d]*\]\s*$", re.IGNORECASE)
_MARK = re.compile(
    r"^\s*(?:\((?:\w+\s+)?(?:lead|ld|urgent|news focus|adds[^)]*|updated?[^)]*|corrected)\)"
    r"|(?:update|wrapup|correction|refile)\s*-?\s*\d*\s*[-:–]|\[(?:update|updated|속보|종합\d*보?)\])\s*"
    r"|\s*[(\[](?:urgent|flash|lead|\w+ lead|\w+ ld|adds[^)\]]*|updated?[^)\]]*)[)\]]\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an item belongs.

    ``item`` is what to save; it carries the stored id when ``into`` is the stored
    item that it repeats, and none when it is new. ``changed`` tells that saving it would add
    something beside the address. ``absorbed`` are further stored items that
    this one proves to be the same dispatch: their addresses and statements belong to ``item``.
    """

    item: Item
    into: Item | None = None
    changed: bool = True
    absorbed: tuple[Item, ...] = ()


def plain_title(title: str) -> str:
    """A title without line breaks, the date some lists append, and marks of updates."""
    plain = _STAMPED.sub("", " ".join(title.split()))
    while (shorter := _MARK.sub("", plain).strip()) != plain:
        plain = shorter
    return plain


def place(item: Item, at_url: Item | None, near: Sequence[Item]) -> Placement:
    """Decide where an item belongs, given what is stored at its address and what its source printed about then."""
    candidates = _distinct([*([at_url] if at_url else []), *near])
    into = same_item(item, candidates)
    if into is None:
        return Placement(replace(item, title=" ".join(item.title.split())))
    merged = merge_items(into, item)
    absorbed = [
        other for other in candidates if other is not into and other.id != into.id and _proved(item, into, other)
    ]
    for other in absorbed:
        merged = replace(merge_items(merged, other), id=into.id)
    return Placement(merged, into, merged != into, tuple(absorbed))


def same_item(item: Item, candidates: Iterable[Item]) -> Item | None:
    """The candidate that is the same dispatch, the likeliest first; None when there is none.

    Among equals the choice does not depend on the order of the candidates.
    """
    ranked = [(likeness, other.text, other.url, other) for other in candidates if (likeness := _likeness(item, other))]
    return max(ranked, key=lambda row: row[:3])[3] if ranked else None


def merge_items(stored: Item, item: Item) -> Item:
    """One item from two copies: the fuller text, the earlier stamp, whatever one of them lacks.

    The address stays the stored one, unless that stood without a text. Merging a
    copy again changes nothing.
    """
    fuller, other = (item, stored) if _fullness(item) > _fullness(stored) else (stored, item)
    waited = bool(item.text.strip()) and not stored.text.strip()
    return replace(
        fuller,
        id=stored.id or item.id,
        url=item.url if waited else stored.url,
        title=" ".join((fuller.title or other.title).split()),
        published=_earlier(stored.published, item.published),
        first_seen=min(stored.first_seen, item.first_seen),
        guid=(item.guid or stored.guid) if waited else (stored.guid or item.guid),
        author=fuller.author or other.author,
    )


def _fullness(item: Item) -> tuple[bool, int, int, str]:
    """Real text before an excerpt, longer before shorter; the rest only makes the choice a fixed one."""
    title = " ".join(item.title.split())
    return (not item.teaser and bool(item.text.strip()), len(item.text), -len(title), item.text + title)


def _earlier(one: Stamp, other: Stamp) -> Stamp:
    """The stamp to keep: known before guessed, the earlier day, and on one day the one with an hour."""
    return min(one, other, key=lambda stamp: (bool(stamp.guessed), stamp.day, stamp.at is None, str(stamp.at)))


def _distinct(items: Iterable[Item]) -> list[Item]:
    return list({item.id or f"{item.url} {item.title}": item for item in items}.values())


def _proved(item: Item, into: Item, other: Item) -> bool:
    """Does the item show that two stored ones are the same? By its text, or by being what an empty row awaited."""
    if not item.text.strip():
        return False
    if other.text.strip():
        return into.text.strip() != "" and _likeness(item, other) > 0
    return _likeness(item, other) > 0


def _likeness(item: Item, other: Item) -> float:
    """0 for two dispatches, else how surely it is one, up to 3 for the same words on the same day."""
    gap = abs((item.published.day - other.published.day).days)
    if item.source != other.source or gap > WINDOW:
        return 0.0
    if not item.text.strip() or not other.text.strip():
        return _awaited(item, other, gap)
    if item.text == other.text:
        return 3.0 - gap / 10
    return _same_text(item, other, gap)


def _awaited(item: Item, other: Item, gap: int) -> float:
    """An empty row and what it may be a row of."""
    one, two = folded(plain_title(item.title)), folded(plain_title(other.title))
    if one == two and gap == 0:
        return 1.5 if item.url == other.url else 1.0
    alike = item.url == other.url and overlap(tokens(one), tokens(two)) >= _GROWN
    return 0.5 if alike else 0.0


def _same_text(item: Item, other: Item, gap: int) -> float:
    """Likeness of two texts, when the rules for their days, addresses and titles allow it."""
    apart = gap > 0 and item.url != other.url
    if apart and _size(item, other) < _REPRINT - 0.1 and (gap > 1 or not _marked(item, other)):
        return 0.0  # too unequal for a reprint: most pairs end here, unread
    one, two = wording(item.text), wording(other.text)
    if unlike(one, two) or containment(one, two) < _UPDATE:
        return 0.0
    alike = resemblance(one, two)
    long = not apart and min(one.length, two.length) >= _LONG
    needed = _COPY if long or (not apart and _titles(item, other) == 1) else _REPRINT
    copy = alike >= needed and (long or not differ_in_names(one, two))
    return 1 + alike if copy or _updated(item, other, gap) or (not apart and _fuller(item, other)) else 0.0


def _size(item: Item, other: Item) -> float:
    """The shorter text's length over the longer's."""
    return min(len(item.text), len(other.text)) / max(len(item.text), len(other.text))


def _fuller(item: Item, other: Item) -> bool:
    """Is one text a shorter version of the other, under the same title or at least a like title at the same address?"""
    shorter, longer = sorted((wording(item.text), wording(other.text)), key=lambda text: text.length)
    if shorter.length < _FEW or names_missing(shorter, longer) > _STRAY:
        return False
    alike = _titles(item, other)
    inside = containment(shorter, longer)
    return inside >= _EXCERPT and (alike == 1 or (alike >= _RETITLED and item.url == other.url))


def _updated(item: Item, other: Item, gap: int) -> bool:
    """Is one of them marked as an update, and the other what it updates?"""
    if not _marked(item, other) or gap > 1 or _titles(item, other) < _GROWN:
        return False
    return containment(wording(item.text), wording(other.text)) >= _UPDATE


def _marked(item: Item, other: Item) -> bool:
    """Does either title carry a mark of an update?"""
    return any(_MARK.search(one.title) is not None for one in (item, other))


def _titles(item: Item, other: Item) -> float:
    """How alike two titles are, 0 to 1."""
    return overlap(tokens(plain_title(item.title)), tokens(plain_title(other.title)))
