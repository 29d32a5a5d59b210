"""The product's promise in one line: "both dialogue and confrontation" was said before, and it is on record by whom."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime

import pytest

from bot import archive
from bot.archive import load_chronicle
from bot.classify.coding import Coder
from bot.classify.compare import compare
from bot.codebook import load
from bot.intake import Intake
from bot.rows import item_of
from store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LINE = "2021-06-17-kim-jong-un-dialogue-and-confrontation"
SPOKESMAN = date(2011, 3, 1)


@pytest.fixture(scope="module")
def coder() -> Coder:
    """One coder for all tests here."""
    return Coder(load())


@pytest.fixture(scope="module")
def days(shared) -> list[str]:
    """KCNA's items of the days around 1 March 2011, as lines of the archive."""
    with gzip.open(shared / "corpora" / "kcna-2011.jsonl.gz", "rt", encoding="utf-8") as file:
        return [line for line in file if "2011-02-26" <= json.loads(line)["date"] <= "2011-03-05"]


@pytest.mark.shared
def test_june_2021_finds_the_spokesman_of_march_2011(coder, days):
    """With the archive's days around it imported, he is among the first three precedents, and the phrase is shared."""
    with Store.open(":memory:") as store:
        load_chronicle(store)
        for tally in archive.load(days, coder, Intake(store, compares=False), NOW):
            assert not tally.refused
        statement = store.statement(LINE)
        found = compare(statement, store.earlier(statement)).precedents[:3]
        spokesman = next(one for one in found if one.date == SPOKESMAN)

        assert spokesman.speaker == "mfa-spokesperson"
        assert "formula: dialogue-and-confrontation" in spokesman.shares
        assert "dialogo" in spokesman.words


ITEM = {
    "id": "declaracion",
    "source": "KCNA",
    "date": "2013-05-17",
    "title": "Declaracion del portavoz del MINREX",
    "text": (
        "En relacion con que Estados Unidos y los titeres surcoreanos terminaron sus ejercicios militares conjuntos, "
        "el portavoz del Ministerio de Relaciones Exteriores de la RPDC hizo pública el día 16 "
        "la siguiente declaración:\n"
        "La política hostil de EE.UU. no cambia.\n"
        "Nos preparamos tanto para el diálogo como para la confrontación.\n"
        "EE.UU. debe asumir toda la responsabilidad de las consecuencias."
    ),
}
"""Of our own writing, in the form of such texts."""


def test_a_dispatch_in_spanish_is_read_by_its_form(coder):
    """Issuer, day, form, stance and stock phrase of a ministry's statement that exists in Spanish only."""
    coding = coder.code(item_of(ITEM, NOW))
    statement = coding.found[0].statement

    assert coding.relevant
    assert coding.carries == "statement"
    assert (statement.speaker, statement.date) == ("mfa-spokesperson", date(2013, 5, 16))
    assert (statement.coverage, statement.authority) == ("full", 4)
    assert statement.text.startswith("La política hostil")
    assert statement.stance == {"us": "ambivalent"}
    assert "dialogue-and-confrontation" in statement.formulas
    assert "us" in statement.audience


@pytest.mark.parametrize(
    ("lead", "speaker", "day"),
    [
        ("el portavoz del Comité de Defensa Nacional de la RPDC publicó hoy la siguiente declaración:",
         "national-defence-commission", date(2013, 5, 17)),
        ("un portavoz del Comité por la Reunificación Pacífica de la Patria dio este miércoles la siguiente respuesta:",
         "cprk", date(2013, 5, 15)),
        ("el portavoz del Estado Mayor General del Ejército Popular de Corea respondió el día primero como sigue:",
         "general-staff", date(2013, 5, 1)),
    ],
)  # fmt: skip
def test_issuers_and_days_in_spanish(coder, lead, speaker, day):
    """Institutions, weekdays and days of the month, with accents; the year and the month are the item's."""
    text = f"Con respecto a los ejercicios militares de EE.UU., {lead}\nEs una provocación nuclear contra la RPDC."
    statement = coder.code(item_of({**ITEM, "text": text}, NOW)).found[0].statement

    assert (statement.speaker, statement.date) == (speaker, day)


def test_a_spokesman_of_the_south_signs_nothing_for_the_north(coder):
    """Words of Seoul's ministry in a Spanish dispatch are not the issuer's."""
    text = (
        "El portavoz del Ministerio de Defensa surcoreano hizo publica una declaracion sobre los ejercicios militares "
        "conjuntos con EE.UU. contra la RPDC."
    )
    found = coder.code(item_of({**ITEM, "title": "Ejercicios militares", "text": text}, NOW)).found

    assert all(one.statement.speaker != "defence-ministry" for one in found)
