"""Whether a statement threatens: the codebook's none, implied, deterrent, explicit."""

from __future__ import annotations

from bot.classify.cues import Hit
from bot.classify.reading import Passage
from store.records import Label


def _of_others(passage: Passage, hit: Hit) -> bool:
    """A consequence for which somebody else answers (a third country's war) is no threat of the speaker's."""
    return bool(passage.in_sentence("threat/foreign", hit.sentence))


def _acts(passage: Passage) -> list[tuple[str, Hit]]:
    rows = []
    for hit in passage.own("threat/act"):
        if _of_others(passage, hit):
            continue
        attacked = passage.in_sentence("threat/if_attacked", hit.sentence)
        rows.append(("deterrent" if attacked else "explicit", hit))
    return rows


def threat(passage: Passage) -> Label:
    """The strongest threat of a statement, always one label."""
    rows = _acts(passage)
    for value in ("explicit", "deterrent"):
        hits = [hit for kind, hit in rows if kind == value]
        if hits:
            return passage.label("threat", value, hits[-1], confidence=0.7, by="threat/named-act")
    implied = [hit for hit in passage.own("threat/implied") if not _of_others(passage, hit)]
    if implied:
        sure = min(0.9, 0.55 + 0.1 * len(implied))
        return passage.label("threat", "implied", implied[-1], confidence=sure, by="threat/consequence")
    return passage.label("threat", "none", None, confidence=0.8, by="threat/no-cue")
