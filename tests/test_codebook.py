"""The codebook's data: complete, consistent with itself, and quick to load."""

from __future__ import annotations

from datetime import date

import pytest

from bot import codebook
from bot.codebook import Codebook


@pytest.fixture(scope="module")
def book() -> Codebook:
    """The codebook as it ships."""
    return codebook.load()


def test_everybody_in_the_registry_is_loaded_under_a_slug_of_his_own(book):
    """414 people and institutions, no slug twice."""
    assert len(book.officials) == 414
    assert len(book.by_slug) == 414


def test_a_name_says_the_side_and_the_scripts(book):
    """The sister's entry carries both hanja spellings without the remark between them."""
    sister = book.official("kim-yo-jong")
    assert sister.side == "dprk"
    assert sister.hangul == ("김여정",)
    assert sister.hanja == ("金與正", "金与正")


def test_a_tenure_includes_its_first_and_last_day(book):
    """A bound given as a month runs to that month's last day."""
    minister = book.official("ri-son-gwon")
    office = next(office for office in minister.offices if office.words == "Foreign Minister")
    assert office.since is not None
    assert office.holds(office.since)
    assert office.holds(office.until)
    assert not office.holds(date(2023, 1, 1))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1994", date(1994, 1, 1), date(1994, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("1994-07-08", date(1994, 7, 8), date(1994, 7, 8)),
        ("1990s", date(1990, 1, 1), date(1999, 12, 31)),
    ],
)
def test_a_vague_date_spans_all_its_days(text, first, last):
    """Years, months and decades are read as spans."""
    assert (codebook.first_day(text), codebook.last_day(text)) == (first, last)


def test_formulas_use_only_labels_that_the_codebook_knows(book):
    """Every theme, demand and offer that a formula suggests has a plain description."""
    for formula in book.formulas:
        assert set(formula.themes) <= set(book.labels["theme"]), formula.slug
        assert set(formula.demands) <= set(book.labels["demand"]), formula.slug
        assert set(formula.offers) <= set(book.labels["offer"]), formula.slug
        assert not formula.stance_hint or formula.stance_hint in book.labels["stance"], formula.slug


def test_every_official_is_on_a_side_that_the_codebook_knows(book):
    """Sides of the registry are labels."""
    assert {official.side for official in book.officials} <= set(book.labels["side"])


def test_additions_to_the_registry_name_officials_that_exist(book):
    """Other scripts, deaths, further names, bodies and metonyms all point at known slugs."""
    aliases = book.aliases
    named = {*aliases["other_scripts"], *aliases["died"], *aliases["more_names"], *aliases["metonyms"]}
    named |= {slug for body in aliases["bodies"] for slug in body["of"].values()}
    assert named <= set(book.by_slug)


@pytest.mark.shared
def test_the_labels_are_those_of_the_written_codebook(book, shared):
    """Each label in backticks under Themes, Demands and Offers of the written codebook has a description."""
    text = (shared / "domain" / "codebook.md").read_text(encoding="utf-8")
    for heading, kind in (("## Themes", "theme"), ("## Offers", "offer"), ("## Demands", "demand")):
        section = text.split(heading, 1)[1].split("\n## ", 1)[0]
        written = {word for word in section.split("`")[1::2] if word.replace("-", "").isalpha()}
        assert written <= set(book.labels[kind])


def test_a_label_is_shown_in_plain_words(book):
    """An unknown label is shown as it is rather than failing."""
    assert book.meaning("demand", "lift-sanctions") == "lift sanctions"
    assert book.meaning("demand", "no-such-label") == "no-such-label"
