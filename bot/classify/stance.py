"""What a statement says of talking, for each audience it speaks of talking with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.classify.cues import Hit
from bot.classify.reading import Passage
from store.records import Label

_MEDIATORS = ("china", "russia", "un")
_SPEAKS = ("firm", "ambivalent", "conditional", "their_step", "rejects", "call", "open", "mild")
_READ = (*_SPEAKS, "theirs", "no_reason", "blame", "others", "recalled", "abroad")
_OPEN_AT_MOST = 2.5  # many kind words of talks weigh no more than one firm refusal
_ENOUGH = 0.95  # weight of the sentences on talking below which nothing is said of it
_OTHERS = ("us", "rok", "japan", "china", "russia", "un", "eu")


_PARTNERS = ("us", "rok", "japan")
"""With whom Pyongyang's full texts speak of talking: talks with its friends are no question of stance."""

_FRIENDS = ("china", "russia")
_BOTH = ("us", "rok")
_FOR_ALL = ("ambivalent", "conditional")

_FIRM, _AMBIVALENT, _MILD = 3.0, 2.0, 0.3  # weights of a sentence beside the usual 1.0

Found = dict[str, list[Hit]]
Said = tuple[str, Hit, float]


@dataclass(frozen=True, slots=True)
class Move:
    """One sentence's word on talking."""

    value: str
    of: str
    hit: Hit
    weight: float


def _own_text(passage: Passage) -> bool:
    """A full text of the DPRK's, in which other people's words and refusals are reported too."""
    return passage.reading.side == "dprk" and passage.reading.whole


def _between_koreas(passage: Passage, sentence: int | None = None) -> bool:
    """Whether a sentence, or the whole text, speaks of North and South."""
    group = "theme/inter-korean/strong"
    return bool(passage.own(group) if sentence is None else passage.in_sentence(group, sentence))


def _toward(passage: Passage, sentence: int, audience: Sequence[str]) -> str:
    """Whom a sentence on talks is about: the party it names, else the main audience.

    Six-party talks count as the US; so does a DPRK sentence that leaves open who is meant, unless it is about the
    relations of North and South.
    """
    named = [side for side in _OTHERS if passage.in_sentence(f"party/{side}", sentence)]
    if passage.reading.side in _MEDIATORS and "us" in named and not passage.in_sentence("party/dprk", sentence):
        return "us"
    if passage.reading.side != "dprk":
        return "dprk"
    if "six party" in passage.sentence(sentence).replace("-", " "):
        return "us"
    ours = _own_text(passage)
    partner = any(side in _PARTNERS for side in named)
    if ours and not partner and any(side in _FRIENDS for side in named):
        return ""
    if ours and not partner and _between_koreas(passage, sentence):
        return "rok"
    ranked = [*(side for side in audience if side in named), *named, *audience, *passage.nearby]
    known = _PARTNERS if passage.reading.whole else _OTHERS
    return next((side for side in ranked if side in known), "rok" if ours and _between_koreas(passage) else "us")


def _addressed(passage: Passage, sentence: int, audience: Sequence[str], value: str) -> list[str]:
    """The audiences of a sentence.

    "Ready for both dialogue and war", said to nobody by name, is for all of them; a condition put to two
    capitals in one breath is for both.
    """
    if not _own_text(passage) or value not in _FOR_ALL:
        return [_toward(passage, sentence, audience)]
    named = [side for side in _OTHERS if passage.in_sentence(f"party/{side}", sentence)]
    if value == "ambivalent" and not named:
        return [side for side in audience if side in _BOTH] or [_toward(passage, sentence, audience)]
    if all(side in named and side in audience for side in _BOTH):
        return list(_BOTH)
    return [_toward(passage, sentence, audience)]


def _way_back(passage: Passage, index: int) -> bool:
    """Whether a refusal names what would change it; excerpts may have it in the words quoted next."""
    reach = 1 if passage.reading.whole else 2
    return any(passage.in_sentence("stance/way_back", index + step) for step in range(reach))


def _refusal(passage: Passage, index: int, found: Found) -> Said | None:
    """A refusal of the speaker's own; what the other side refuses is no stance, nor has a paper anything to refuse."""
    hits = found["rejects"] or found["firm"]
    if passage.reading.relayed or not hits or found["no_reason"] or (_own_text(passage) and found["theirs"]):
        return None
    value = "rejects-unless" if _way_back(passage, index) else "rejects"
    return value, hits[0], _FIRM if found["firm"] else 1.0


def _opening(passage: Passage, found: Found) -> Said | None:
    """An offer or a call; not one only recalled, nor what is laid at the other's door, nor a third party's remark."""
    if found["others"] or found["recalled"]:
        return None
    if found["call"]:
        return "open", found["call"][0], 1.0
    if found["blame"]:
        return None
    if found["open"]:
        return "open", found["open"][0], 1.0
    if found["mild"]:
        return "open", found["mild"][0], _MILD if _own_text(passage) else 1.0
    return None


def _said_here(passage: Passage, name: str, index: int) -> list[Hit]:
    """The hits of a group in one sentence, without what the other side is reported to say."""
    hits = passage.in_sentence(f"stance/{name}", index)
    if name in _SPEAKS and not passage.in_sentence("stance/own_proposal", index):
        return [hit for hit in hits if not passage.reported(hit)]
    return hits


def _value(passage: Passage, index: int) -> Said | None:
    """The reading of one sentence, by the small grammar of conditions."""
    found = {name: _said_here(passage, name, index) for name in _READ}
    if found["abroad"]:
        return None
    if found["ambivalent"]:
        return "ambivalent", found["ambivalent"][0], _AMBIVALENT
    if refusal := _refusal(passage, index, found):
        return refusal
    asked = found["conditional"] or (found["their_step"] if passage.reading.side != "dprk" else [])
    if asked:
        return "conditional", asked[0], 1.0
    opening = _opening(passage, found)
    third = passage.reading.whole and passage.reading.side != "dprk"
    return None if opening and third and not passage.asks(opening[1]) else opening


def _moves(passage: Passage, audience: Sequence[str]) -> list[Move]:
    places = sorted({hit.sentence for name in _SPEAKS for hit in passage.own(f"stance/{name}")})
    moves = []
    for place in places:
        found = _value(passage, place)
        if found:
            sides = _addressed(passage, place, audience, found[0])
            moves += [Move(found[0], side, found[1], found[2]) for side in sides if side]
    return moves


def _decide(moves: list[Move]) -> Move:
    """One value from several sentences: what is said most, the more open on a tie of refusals."""
    order = ("ambivalent", "conditional", "rejects-unless", "rejects", "open")
    return max(
        moves, key=lambda move: (sum(m.weight for m in moves if m.value == move.value), -order.index(move.value))
    )


def stance(passage: Passage, audience: Sequence[str]) -> list[Label]:
    """The stance toward each audience that the statement speaks of talking with; often none."""
    moves = _moves(passage, audience)
    rows = []
    for rank, side in enumerate(dict.fromkeys(move.of for move in moves)):
        said = [move for move in moves if move.of == side]
        if sum(move.weight for move in said) < _ENOUGH:
            continue
        best = _decide(said)
        if best.value == "rejects" and passage.own("stance/way_back_later"):
            best = replace(best, value="rejects-unless")
        rows.append(
            passage.label("stance", best.value, best.hit, of=side, confidence=0.6, by=f"stance/{best.value}", rank=rank)
        )
    return rows
