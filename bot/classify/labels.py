"""The labels of one statement: audience, stance, threat, tone, gestures, themes, demands, offers, formulas."""

from __future__ import annotations

from bot.classify.cues import Cues, Hit
from bot.classify.demands import demands
from bot.classify.reading import Passage, Reading, passage
from bot.classify.stance import stance
from bot.classify.themes import themes
from bot.classify.threat import threat
from bot.classify.tone import tone
from store.records import Label

_SHARE = 0.45  # of the mentions of the party named most; who has less is not addressed
_ELSEWHERE = "third-country-conflict"  # a main theme that is told to the world at large
_MAIN = 2
_MINOR = 0.3  # confidence in a formula that is everyday vocabulary
_PARTIES = ("us", "rok", "japan", "china", "russia", "un", "eu", "dprk")


def _audience(page: Passage, main_themes: tuple[str, ...]) -> list[Label]:
    """Whom it addresses: the parties named most, in the title above all."""
    known = page.reading.audience
    relayed = page.reading.whole and page.reading.side != "dprk"
    unaddressed = "dprk" if relayed else page.reading.side
    scores: dict[str, float] = {}
    for side in _PARTIES:
        if side == unaddressed:
            continue
        hits = page.every(f"party/{side}")
        scores[side] = len({hit.sentence for hit in hits}) + 3.0 * len(page.headline.get(f"party/{side}", ()))
    top = max(scores.values(), default=0.0)
    rows = [side for side, score in scores.items() if score and score >= _SHARE * top]
    if page.reading.whole and _ELSEWHERE in main_themes and "world" not in known:
        known = known or tuple(sorted(rows, key=lambda side: -scores[side]))
        known = (*known, "world")
    order = [*known, *sorted((side for side in rows if side not in known), key=lambda side: -scores[side])]
    return [
        page.label(
            "audience",
            side,
            next(iter(page.every(f"party/{side}")), None),
            confidence=0.6 if top else 0.4,
            by="audience/named",
            rank=rank,
        )
        for rank, side in enumerate(order)
    ]


def _any(page: Passage, cues: Cues, kind: str) -> list[Label]:
    """Labels of a kind for which one own cue suffices."""
    rows: list[tuple[str, Hit]] = []
    for name in cues.names(kind):
        hits = page.own(f"{kind}/{name}")
        if hits:
            rows.append((name, hits[0]))
    rows.sort(key=lambda row: row[1].start)
    return [
        page.label(kind, name, hit, confidence=0.6, by=f"{kind}/cue", rank=rank)
        for rank, (name, hit) in enumerate(rows)
    ]


def _formulas(page: Passage, cues: Cues) -> list[Label]:
    """Stock phrases of the speaker's side; in a full text the vocabulary of every dispatch proves little."""
    rows: list[tuple[str, Hit]] = []
    for slug in cues.names("formula"):
        hits = page.every(f"formula/{slug}")
        if hits and _said_by(page, cues.sides.get(slug, "")):
            rows.append((slug, hits[0]))
    rows.sort(key=lambda row: row[1].start)
    return [
        page.label(
            "formula",
            slug,
            hit,
            confidence=_MINOR if page.reading.whole and slug in cues.minor else 0.8,
            by="formula/wording",
            rank=rank,
        )
        for rank, (slug, hit) in enumerate(rows)
    ]


def _said_by(page: Passage, side: str) -> bool:
    """Whether a formula of ``side`` may stand in this mouth: Pyongyang does not speak Washington's, nor they its."""
    return (side == "dprk") == (page.reading.side == "dprk") or not page.reading.whole


def labels(reading: Reading, cues: Cues) -> list[Label]:
    """Every label of one statement, each with the words it rests on; never raises, whatever the text.

    Threat and tone are always there, once; the other kinds may be absent. ``rank`` orders
    the labels of a kind, the main one first.
    """
    page = passage(reading, cues)
    weights = {kind: cues.weights[kind]["whole" if reading.whole else "excerpt"] for kind in ("theme", "tone")}
    about = themes(page, cues.names("theme"), weights["theme"])
    audience = _audience(page, tuple(row.label for row in about[:_MAIN]))
    stances = stance(page, tuple(row.label for row in audience))
    threatens = threat(page)
    sounds = tone(
        page,
        weights["tone"],
        threatens=threatens.label != "none",
        welcomes=any(row.label == "open" for row in stances),
    )
    return [
        *audience,
        *stances,
        threatens,
        sounds,
        *_any(page, cues, "gesture"),
        *about,
        *demands(page, cues, threatens=threatens.label != "none", about=tuple(row.label for row in about)),
        *_any(page, cues, "offer"),
        *_formulas(page, cues),
    ]
