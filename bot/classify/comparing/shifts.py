"""Where stance, threat or tone differ from this speaker's last few statements to the same audience.

Never from wording that came through another language or another's report (two
translations of one text differ as much as that), never across speakers, and a threat's absence
only between full texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.classify.comparing.terms import name_of
from store.records import Earlier, Shift, Statement

_FEW = 3
_TONES = ("conciliatory", "neutral", "critical", "hostile")
_HEARD = ("full", "partial")


def shifts(statement: Statement, earlier: Earlier) -> tuple[Shift, ...]:
    """All shifts, stance first; none when the wording is not the speaker's."""
    if statement.coverage not in _HEARD:
        return ()
    heard = [one for one in earlier.recent if one.coverage in _HEARD and one.speaker == statement.speaker]
    return (*_stances(statement, heard), *_threat(statement, heard), *_tone(statement, heard))


def _stances(statement: Statement, heard: Sequence[Statement]) -> Iterator[Shift]:
    for side, now in statement.stance.items():
        rows = [one for one in heard if side in one.stance][:_FEW]
        before = {one.stance[side] for one in rows}
        if len(before) == 1 and now not in before:
            yield Shift("stance", before.pop(), now, side, name_of(rows[0]))


def _threat(statement: Statement, heard: Sequence[Statement]) -> Iterator[Shift]:
    """Only against several that agree: threatening or not, whatever the kind of threat."""
    rows = [one for one in heard if one.threat != "none" or one.coverage == "full"][:_FEW]
    if len(rows) < _FEW or (statement.threat == "none" and statement.coverage != "full"):
        return
    before = {one.threat != "none" for one in rows}
    if len(before) == 1 and (statement.threat != "none") not in before:
        yield Shift("threat", rows[0].threat, statement.threat, "", name_of(rows[0]))


def _tone(statement: Statement, heard: Sequence[Statement]) -> Iterator[Shift]:
    """Two steps at once, or one step away from three that agree."""
    rows = [one for one in heard if one.tone in _TONES][:_FEW]
    if len(rows) < _FEW - 1 or statement.tone not in _TONES:
        return
    places = {_TONES.index(one.tone) for one in rows}
    now = _TONES.index(statement.tone)
    step = min(abs(now - place) for place in places)
    agree = len(places) == 1 and len(rows) == _FEW
    if step > 1 or (step == 1 and agree):
        yield Shift("tone", rows[0].tone, statement.tone, "", name_of(rows[0]))
