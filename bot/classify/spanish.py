"""State media's dispatches in Spanish: KCNA prints some texts in no other language. Their form, read as in English.

Accents do not matter: some years of the archive have none. The first sentence names the issuer, the kind of text and
the day of the month ("el dia primero", "este viernes"); the body after the colon is the statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from bot.classify.dates import When
from bot.classify.dispatch import Dispatch
from bot.classify.text import Document

_ACCENTS = str.maketrans("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunAEIOUUN")
_HEAD = 1200
_ISSUED = re.compile(
    r"\b(?P<verb>hizo publica?|publico|dio a la publicidad|dio a conocer|emitio|dio|envio|respondio)\b"
    r"(?P<gap>[^.\n]{0,120}?)"
    r"(?:\b(?P<form>declaracion|respuesta|comunicado|memorandum|nota|aviso|carta abierta|pregunta|comentario)\b"
    r"|\bcomo (?:lo )?sigu\w+)",
)
_PAPER = re.compile(r"\b(?:diario|periodico|rotativo) (?P<paper>Rodong Sinmun|Minju Joson|Tongil Sinbo)\b")
_AGENCY_TITLE = re.compile(r"\bATCC\b|comentario de ATCC", re.IGNORECASE)
_FORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "declaracion": ("statement", "government-statement"),
        "respuesta": ("answer", "spokesperson-answer"),
        "pregunta": ("answer", "spokesperson-answer"),
        "": ("answer", "spokesperson-answer"),
        "comunicado": ("press statement", "press-statement"),
        "memorandum": ("memorandum", "memorandum"),
        "nota": ("press statement", "press-statement"),
        "aviso": ("notice", "notice"),
        "carta abierta": ("open letter", "letter"),
        "comentario": ("commentary", "commentary"),
    }
)
_ISSUERS = (
    ("institute-disarmament-peace", r"Instituto de Desarme y Paz"),
    ("mfa", r"Ministerio de Relaciones Exteriores|MINREX|cancilleria"),
    ("defence-ministry", r"Ministerio de las Fuerzas Armadas|Ministerio de Defensa"),
    ("general-staff", r"Estado Mayor General"),
    ("supreme-command", r"Comandancia Suprema"),
    ("mt-kumgang-guidance-bureau", r"Direccion de la Zona Especial del Turismo"),
    ("national-defence-commission", r"Comite de Defensa Nacional|\bCDN\b"),
    ("cprk", r"Comite (?:por|para) la Reunificacion Pacifica|\bCRPP\b"),
    ("asia-pacific-peace-committee", r"Comite Coreano por la Paz de Asia|\bCCPAP\b"),
    ("dprk-red-cross", r"Cruz Roja"),
    ("dprk-government", r"Gobierno de la (?:RPDC|Republica Popular)"),
)
_ISSUER = re.compile("|".join(f"({words})" for _, words in _ISSUERS))
_SPOKES = re.compile(r"\bportavoz\b")
_FOREIGN = re.compile(r"\b(?:surcorean|titere|japones|norteamerican|Chongwadae|Casa Blanca)")
_BESIDE = 30
"""Letters on each side of an institution in which a foreign name makes it another state's."""
_DAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_DAY = re.compile(
    rf"\bel dia (?P<day>primero|\d{{1,2}})\b|\b(?:este|el) (?P<weekday>{'|'.join(_DAYS)})\b|\b(?P<today>hoy)\b"
)
_FULL = re.compile(r"\bsiguiente\b|\bcomo (?:lo )?sigu\w+|:$")


def folded(text: str) -> str:
    """The text without accents, of the same length."""
    return text.translate(_ACCENTS)


def read(doc: Document, now: date) -> Dispatch | None:
    """A Spanish dispatch by its form; None when nobody of the North signs it. ``now`` is the day it was carried."""
    head = folded(doc.text[:_HEAD])
    return _signed(doc, head, now) or _paper(doc, head, now)


def _signed(doc: Document, head: str, now: date) -> Dispatch | None:
    for act in _ISSUED.finditer(head):
        lead = _lead(head, act.start(), act.end())
        subject = head[lead[0] : act.start()]
        issuers = [found for found in _ISSUER.finditer(subject) if not _foreign(subject, found)]
        spokes = _SPOKES.search(subject)
        if not issuers or (spokes is None and act["form"] is None):
            continue
        found = next((one for one in issuers if spokes and one.start() > spokes.start()), issuers[-1])
        slug = _ISSUERS[(found.lastindex or 1) - 1][0]
        form, channel = _FORMS[act["form"] or ""]
        return Dispatch(
            issuer="mfa-spokesperson" if slug == "mfa" and spokes else slug,
            form=form,
            channel=channel,
            rule=f"dispatch/spanish-{form.replace(' ', '-')}",
            lead=lead,
            body=(_body(head, lead[1]), len(doc.text)),
            made=_made(head, lead, now),
            coverage="full" if _FULL.search(head[lead[0] : lead[1]].rstrip(" ,\n")) else "partial",
            phrase=doc.text[lead[0] + found.start() : lead[0] + found.end()],
            spokes=spokes is not None,
        )
    return None


def _foreign(subject: str, found: re.Match[str]) -> bool:
    """Does the noun phrase make the institution the South's or another state's?"""
    before = subject[max(0, found.start() - _BESIDE) : found.start()].rpartition(",")[2]
    after = subject[found.end() : found.end() + _BESIDE].partition(",")[0]
    return bool(_FOREIGN.search(before) or _FOREIGN.search(after))


def _paper(doc: Document, head: str, now: date) -> Dispatch | None:
    """A paper's article ("señala el diario Rodong Sinmun en un comentario"), or the agency's own comment."""
    found = _PAPER.search(head)
    if found is None and not _AGENCY_TITLE.search(folded(doc.title)):
        return None
    lead = _lead(head, found.start(), found.end()) if found else (0, 0)
    return Dispatch(
        issuer=found["paper"].lower().replace(" ", "-") if found else "kcna-commentary",
        form="commentary",
        channel="commentary",
        rule="dispatch/spanish-commentary",
        lead=lead,
        body=(0, len(doc.text)),
        made=_made(head, lead, now),
        coverage="partial" if found else "full",
    )


def _lead(head: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around the act: up to a colon, a full stop before a space, or the line's end."""
    before = max(head.rfind("\n", 0, start), head.rfind(". ", 0, start)) + 1
    stop = re.compile(r":(?=[\s,])|\.(?=\s)|\n|$").search(head, end)
    return before, stop.end() if stop else len(head)


def _body(head: str, start: int) -> int:
    """Where the words begin after the leading sentence and the marks that follow it."""
    return start + len(head[start:]) - len(head[start:].lstrip(" ,\n"))


def _made(head: str, lead: tuple[int, int], now: date) -> When | None:
    """The day named in the leading sentence, the last such day not after ``now``."""
    for found in _DAY.finditer(head, lead[0], lead[1]):
        day = _day(found, now)
        if day is not None:
            return When(day, "day", found.start(), found.end(), "spanish")
    return None


def _day(found: re.Match[str], now: date) -> date | None:
    if found["today"]:
        return now
    if found["weekday"]:
        return now - timedelta(days=(now.weekday() - _DAYS.index(found["weekday"])) % 7)
    number = 1 if found["day"] == "primero" else int(found["day"])
    days = (now - timedelta(days=back) for back in range(31))
    return next((day for day in days if day.day == number), None)
