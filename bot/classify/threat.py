"""Whether a statement threatens: the codebook's none, implied, deterrent, explicit."""

from __future__ import annotations

from bot.classify.cues import Hit
from bot.classify.reading import Passage
from store.records import Label

_OTHERS = ("us", "rok", "japan")
_CARRIED = 1  # a condition may stand this many sentences before the act
_OWN_FORCES = ("dprk", "us")  # in a full text of anybody else's, a threat in which Pyongyang is named is Pyongyang's


def _of_others(passage: Passage, hit: Hit) -> bool:
    """Somebody else's act or words: a third country's war, or what the other side is reported to say."""
    if passage.in_sentence("threat/foreign", hit.sentence) or passage.reported(hit):
        return True
    if any(
        row.start < hit.end and hit.start < row.end for row in passage.in_sentence("threat/punished_by", hit.sentence)
    ):
        return True
    relayed = passage.reading.whole and passage.reading.side not in _OWN_FORCES
    return relayed and bool(passage.in_sentence("party/dprk", hit.sentence))


def _theirs(passage: Passage, hit: Hit) -> bool:
    """An act named behind another party, with no word of the speaker's own side before it, is that party's.

    Behind an attack it is the answer to it: "if they attack, their bases will be reduced to ashes".
    """
    if not (passage.reading.whole and passage.reading.side == "dprk"):
        return False
    groups = ("threat/other_side", *(f"party/{side}" for side in _OTHERS))
    before = [row for group in groups for row in passage.in_sentence(group, hit.sentence) if row.end <= hit.start]
    own = [
        *passage.in_sentence("threat/own_side", hit.sentence),
        *passage.in_sentence("threat/if_attacked", hit.sentence),
    ]
    return bool(before) and not any(row.start < hit.start for row in own)


def _if_attacked(passage: Passage, hit: Hit, carried: int = 0) -> bool:
    places = {row.sentence for row in passage.own("threat/if_attacked")}
    if not passage.reading.whole:
        return bool(places)
    return any(hit.sentence - back in places for back in range(carried + 1))


def _acts(passage: Passage) -> list[tuple[str, Hit]]:
    """Acts of the speaker's and words of force, each with the value that it alone would give."""
    acts = [hit for hit in passage.own("threat/act") if not (_of_others(passage, hit) or _theirs(passage, hit))]
    force = [hit for hit in passage.own("threat/force") if not _of_others(passage, hit)]
    return [
        *(("deterrent" if _if_attacked(passage, hit) else "explicit", hit) for hit in acts),
        *(("deterrent" if _if_attacked(passage, hit, _CARRIED) else "implied", hit) for hit in force),
    ]


def threat(passage: Passage) -> Label:
    """The strongest threat of a statement, always one label. A relayed voice foretells consequences only."""
    rows = _acts(passage)
    for value in ("explicit", "deterrent"):
        hits = [hit for kind, hit in rows if kind == value]
        if hits:
            return passage.label("threat", value, hits[-1], confidence=0.7, by="threat/named-act")
    implied = [hit for hit in passage.own("threat/implied") if not _of_others(passage, hit)]
    implied += [hit for kind, hit in rows if kind == "implied"]
    if implied and not passage.reading.relayed:
        sure = min(0.9, 0.55 + 0.1 * len(implied))
        return passage.label("threat", "implied", implied[-1], confidence=sure, by="threat/consequence")
    return passage.label("threat", "none", None, confidence=0.8, by="threat/no-cue")
