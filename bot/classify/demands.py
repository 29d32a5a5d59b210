"""What the speaker wants the other side to do: obligations and urgings with their object; a complaint is no demand."""

from __future__ import annotations

from collections.abc import Iterable

from bot.classify.cues import Cues, Hit
from bot.classify.reading import Passage
from store.records import Label

_STOP_OF_THEME = {
    "joint-exercises": "end-exercises",
    "leaflets": "stop-leaflets",
    "reconnaissance": "stop-reconnaissance",
    "strategic-assets": "withdraw-assets",
    "missile-tests": "stop-tests",
    "nuclear-tests": "stop-tests",
    "human-rights": "stop-criticism",
    "arms-transfers": "stop-arms-transfers",
}
"""What "stop such acts" asks for, by the first of the main themes that tells; else the hostile policy as a whole."""
_MAIN = 2
_OF_PYONGYANG = ("denuclearise", "resolve-abductions")
"""What others ask of Pyongyang and what it therefore asks of nobody."""
_HOSTILE = "end-hostile-policy"


def _thwarted(page: Passage, hit: Hit) -> bool:
    """The thing is named as what the other side stands in the way of: "hamstring the resumption of talks"."""
    return any(row.end <= hit.start for row in page.in_sentence("frame/thwart", hit.sentence))


def _asked(page: Passage, group: str) -> Hit | None:
    hits = (hit for hit in page.own(group) if page.asks(hit))
    return next((hit for hit in hits if not page.reported(hit) and not _thwarted(page, hit)), None)


def _titled(page: Passage, names: Iterable[str]) -> list[str]:
    """What the headline asks for: "Authorities Urged to Drop Confrontation Policy"."""
    if not page.headline.get("frame/title"):
        return []
    found = [name for name in names if page.headline.get(f"demand/{name}")]
    return found or [_HOSTILE] if found or page.headline.get("generic_stop") else []


def _stop_of(about: tuple[str, ...]) -> str:
    return next((_STOP_OF_THEME[theme] for theme in about[:_MAIN] if theme in _STOP_OF_THEME), _HOSTILE)


def demands(page: Passage, cues: Cues, *, threatens: bool, about: tuple[str, ...]) -> list[Label]:
    """What the speaker asks for, by its place in the text; ``about`` are the themes, the main one first.

    A threat over leaflets asks for their end. What only the headline asks for comes last and has no evidence in
    the text.
    """
    own = page.reading.side == "dprk"
    names = [name for name in cues.names("demand") if not (own and name in _OF_PYONGYANG)]
    found = {name: hit for name in names if (hit := _asked(page, f"demand/{name}"))}
    leaflets = page.own("theme/leaflets/strong")
    if own and leaflets and threatens and "leaflets" in about:
        found.setdefault("stop-leaflets", leaflets[-1])
    plain = _asked(page, "generic_stop")
    if plain and not found and not page.in_sentence("frame/home_affairs", plain.sentence):
        found[_stop_of(about)] = plain
    if not own and not page.reading.whole and _HOSTILE in found:
        found.setdefault("stop-tests", found.pop(_HOSTILE))
    rows: list[tuple[str, Hit | None]] = [*sorted(found.items(), key=lambda row: row[1].start)]
    if own and not rows:
        rows = [(name, None) for name in _titled(page, names)]
    return [
        page.label("demand", name, hit, confidence=0.6, by="demand/asked" if hit else "demand/title", rank=rank)
        for rank, (name, hit) in enumerate(rows)
    ]
