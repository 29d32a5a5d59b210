"""Invented news is told by how it presents itself."""

from __future__ import annotations

import pytest

from bot.classify.satire import satire
from bot.classify.text import read


@pytest.mark.parametrize(
    ("title", "text", "source"),
    [
        ("Kim Jong Un wins marathon asleep", "PYONGYANG — He never woke.\n\nThis is a satirical article.", "Gazette"),
        ("Kim Jong Un wins marathon asleep", "PYONGYANG — He never woke, aides said.", "The Satire Wire"),
        (
            "Kim Jong Un Breaks Off Talks With Toaster",
            "PYONGYANG — The toaster asked for too much, kitchen sources confirmed.\n\nAt press time, it was cold.",
            "Gazette",
        ),
    ],
)
def test_a_site_that_shows_itself_as_satire_is_not_news(title, text, source):
    """A disclaimer, the source's name, or two marks of the genre settle it, with the words as evidence."""
    label = satire(read(title, text, source=source))
    assert label is not None
    assert (label.label, label.by) == ("no", "relevance/satire")
    assert label.evidence


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Kim Calls For Talks", "SEOUL (Wire) — Kim Jong Un called for talks on Monday, state media reported."),
        ("Envoys meet", "SEOUL (Wire) — They met on Monday, officials confirmed, and agreed to meet again."),
        (
            "North assails film",
            (
                "SEOUL (Wire) — Pyongyang on Monday called a film that mocks its leader an act of war. Its director"
                " spoke of a comedy that nobody should take for politics, and the studio kept to its date. State media"
                " had never written of a film at such length before, and analysts were surprised by the tone of it all."
            ),
        ),
    ],
)
def test_one_mark_alone_makes_no_satire(title, text):
    """News in title case, news that officials confirm, and news about comedies stay news."""
    assert satire(read(title, text, source="Wire")) is None
