"""Who does the saying in an English clause: the people a sentence speaks of, its verbs of saying, and their subjects.

Works on text whose quoted words have been blanked, so that nobody inside a quotation is taken for its speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.classify import saying_words as words
from bot.classify.dispatch import Named

Kind = Literal["name", "pronoun", "title", "unknown", "document"]


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


def referents(bare: str, start: int, end: int, named: Sequence[Named]) -> list[Referent]:
    """Everybody in ``bare[start:end]``, in order, overlaps resolved: names win, then the longer phrase."""
    known = [
        Referent(mention.slug, mention.start, mention.end, bare[mention.start : mention.end], "name")
        for mention in named
        if start <= mention.start and mention.end <= end and not bare[mention.start : mention.end].isspace()
    ]
    found = list(_phrases(bare, start, end))
    kept = [_owned(bare, phrase, known) for phrase in found if not _covered(bare, phrase, known)]
    names = [name for name in known if not any(p.start <= name.start and name.end <= p.end for p in kept)]
    return sorted([*kept, *names], key=lambda one: one.start)


def _phrases(bare: str, start: int, end: int) -> Iterator[Referent]:
    taken: list[tuple[int, int]] = []
    for pattern, kind in (
        (words.INDEFINITE, "unknown"),
        (words.DEFINITE, "title"),
        (words.SISTER, "title"),
        (words.CAPITALS, "unknown"),
        (words.SURNAME, "unknown"),
        (words.PLURAL, "unknown"),
        (words.PRONOUN, "pronoun"),
    ):
        for match in pattern.finditer(bare, start, end):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            phrase = match[0]
            if pattern is words.CAPITALS and words.NOT_NAMES.match(phrase):
                continue
            taken.append(match.span())
            yield Referent("", match.start(), match.end(), phrase, _kind(match, kind))
    head = words.ANYBODY.match(bare, start, end)
    if head and not any(a < head.end("who") and head.start("who") < b for a, b in taken):
        yield Referent("", head.start("who"), head.end("who") - 1, head["who"].rstrip(), "unknown")


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
        if bare[name.end : phrase.start] == ", " and words.APPOSED.match(bare, phrase.end):
            return True
        if phrase.kind == "title" and words.EXPLAINED.fullmatch(bare, phrase.end, max(phrase.end, name.start)):
            return True
        if name.start >= phrase.end and not bare[phrase.end : name.start].strip(" ,"):
            plain = "," not in bare[phrase.end : name.start] or words.THEIRS.match(phrase.words) is not None
            return phrase.kind != "unknown" or (plain and bool(re.search(rf"{words.OFFICIAL}$", phrase.words)))
    return False


def _owned(bare: str, phrase: Referent, known: Sequence[Referent]) -> Referent:
    """An unnamed official speaks for the institution that the phrase names; a former one for nobody."""
    inside = [name for name in known if phrase.start <= name.start and name.end <= phrase.end]
    after = [
        name
        for name in known
        if phrase.end <= name.start <= phrase.end + 40
        and re.match(r"\s(?:for|of|at|in)\s", bare[phrase.end : phrase.end + 5])
    ]
    if words.FORMER.search(phrase.words) or not words.OFFICIAL_HEAD.search(phrase.words):
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
    found: list[Saying] = []
    for match in words.VERB.finditer(bare, start, end):
        if words.NOBODY.search(bare, max(start, match.start() - 24), match.start()):
            continue
        if words.SO_CALLED.match(bare, match.start()) and bare[max(start, match.start() - 2) : match.start()] == ", ":
            continue
        if _is_noun(bare, start, match) or (
            words.PASSIVE.search(bare, max(start, match.start() - 12), match.start())
            and match[0] != "quoted as saying"
            and not match[0].endswith("ing")
        ):
            continue
        before = _clause_start(start, match.start(), quotes)
        subject, inverted = None, False
        if before != start and not bare[before : match.start()].strip(" ,.\"'”’»—–-"):
            subject, inverted = _right(bare, match.end(), end, people), True
        subject = subject or _left(bare, before, match.start(), people)
        if subject is None and before != start:
            subject = _passer_by(bare, before, match.start())
            subject = subject or (None if inverted else _left(bare, start, match.start(), people))
        if subject is None and not inverted:
            subject = next(
                (one for one in people if one.words.endswith(" statement") and one.slug and one.end <= match.start()),
                None,
            )
        if found and match[0].endswith("ing") and match[0] != "quoted as saying" and not inverted:
            subject = found[-1].subject or subject
        if found and re.search(
            r"\b(?:and|but)\s(?:\w+ly\s|then\s|also\s)?$", bare[max(start, match.start() - 16) : match.start()]
        ):
            subject = _main(bare, start, found[-1].subject, people) or subject
        past = bool(re.search(r"\bhad\s(?:\w+\s)?$", bare[max(start, match.start() - 20) : match.start()])) or match[
            0
        ].startswith("had ")
        weak = match[0].split()[-1] in words.WEAK_VERBS or match[0].startswith("made the")
        found.append(Saying(match.start(), match.end(), match[0].lower(), subject, weak, past, inverted))
    found += [
        Saying(match.start(), match.end(), "own words", _left(bare, start, match.start(), people))
        for match in words.OWN_WORDS.finditer(bare, start, end)
    ]
    found += [
        Saying(match.start(), match.end(), "according to", _right(bare, match.end() - 1, end, people), inverted=True)
        for match in words.ACCORDING.finditer(bare, start, end)
    ]
    return sorted(found, key=lambda one: one.start)


def _passer_by(bare: str, start: int, at: int) -> Referent | None:
    """Somebody without a name between a quotation and its verb: "“…,” a Seoul-based podcaster said"."""
    found = words.AHEAD.fullmatch(bare, start, at)
    return Referent("", found.start("who"), found.end("who"), found["who"], "unknown") if found else None


def _main(bare: str, start: int, last: Referent | None, people: Sequence[Referent]) -> Referent | None:
    """Whom "and said" goes on with: the last verb's subject, but not that of a clause within ("a text she made")."""
    if last is None or not re.search(r"\b(?:that|which|whom)\s$", bare[max(start, last.start - 8) : last.start]):
        return last
    first = next((one for one in people if one.start >= start), last)
    return first if first.start < last.start and not prepositional(bare, start, first) else last


def _is_noun(bare: str, start: int, match: re.Match[str]) -> bool:
    """Whether a word such as "remarks" or "offer" stands as a noun."""
    if not words.NOUNLIKE.match(match[0]) or match[0] == "warning":
        return match[0] == "warning" and bool(
            re.search(
                r"\b(?:the|a|his|her|its|this|that)\s(?:\w+\s)?$", bare[max(start, match.start() - 24) : match.start()]
            )
        )
    return bool(words.BEFORE_NOUN.search(bare, max(start, match.start() - 24), match.start()))


def _clause_start(start: int, at: int, quotes: Sequence[tuple[int, int]]) -> int:
    return max((stop for _, stop in quotes if start <= stop <= at), default=start)


def _right(bare: str, at: int, end: int, people: Sequence[Referent]) -> Referent | None:
    """The subject behind the verb ("said Kim", "according to a professor"), with nothing but titles between."""
    somebody = words.SOMEBODY.match(bare, at, end)
    if somebody and not any(
        at <= one.start and one.end >= somebody.end("who") for one in people if one.start < somebody.end()
    ):
        return Referent("", at + 1, somebody.end(), somebody["who"], "unknown")
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
    if antecedent := words.ANTECEDENT.search(bare, max(start, at - 60), at):
        told = [one for one in people if one.end == antecedent.start() and one.start >= start]
        if told:
            return told[-1]
        if words.THING.search(bare, max(start, at - 60), at):
            return Referent("", antecedent.start(), antecedent.start(), "", "unknown")
    stop = _without_apposition(bare, start, at)
    return _nearest(bare, start, at, stop, people) or _nearest(bare, start, at, at, people)


def _nearest(bare: str, start: int, at: int, stop: int, people: Sequence[Referent]) -> Referent | None:
    """The last one before ``stop`` who can be the subject of the verb at ``at``."""
    relative = words.RELATIVE.search(bare, max(start, at - 60), at) is not None
    for one in reversed(people):
        if one.end > stop or one.start < start:
            continue
        gap = bare[one.end : stop]
        if possessed := words.POSSESSED.match(bare, one.end, stop):
            gap = bare[possessed.end() : stop]
        elif re.match(r"['’]s?\s", gap) or (not relative and prepositional(bare, start, one)):
            continue
        if re.search(r"[;:\"“”]", gap):
            return None
        return one
    return None


def prepositional(bare: str, start: int, one: Referent) -> bool:
    """Whether the one named only belongs to another's phrase ("the envoy to Seoul", "a statement on Trump").

    A sentence's opening "On Tuesday", "In Tokyo" is no such phrase.
    """
    at = max(start, one.start - 32)
    found = words.PREPOSITION.search(bare[at : one.start])
    if not found or "," in bare[max(at, one.start - 4) : one.start]:
        return False
    if found["between"] and (words.DETERMINER.match(one.words) or words.OPENING.fullmatch(bare, start, one.start)):
        return False
    if words.OF_OFFICE.search(bare, max(start, at + found.start() - 60), at + found.end()):
        return False
    return not (found["between"] and (found[0][0].isupper() or words.TIME.search(found["between"])))


def _without_apposition(bare: str, start: int, at: int) -> int:
    """Where the subject's own words end when "..., the deputy of somebody," stands between it and the verb."""
    stop = at
    for _ in range(3):
        head = bare[start:stop].rstrip()
        head = re.sub(
            r"(?:,\s*)?\b(?:who|which)(?:\s(?:on \w+|in \w+|at [\w\s]{1,25}|has|had|have|was|is|also|then))*$",
            ",",
            head,
        ).rstrip()
        aux = re.search(r",(?P<aux>[^,]{0,40})$", head)
        if aux is None or not words.AUX.match(aux["aux"] + " "):
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
