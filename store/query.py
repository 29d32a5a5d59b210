"""What a person's words ask for. They are never query syntax: they are cut into words, and each is quoted."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache

from store.words import WORD

PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')
QUOTATION_MARKS = re.compile("[“”„‟«»「」『』]")
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Kana and Han: scripts without spaces, in which a word cannot be found by an index of whole runs."""

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""How SQLite cuts, folds and stems words: for a single text as in the index (store/schema.py)."""

MOST_PIECES = 32
_ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Query:
    """A query made safe: an FTS5 expression, and parts to be looked for letter by letter. Both empty: nothing asked."""

    expression: str = ""
    parts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.expression or self.parts)


def pieces(text: str) -> list[str]:
    """The words and the "quoted phrases" of a query, without the quotation marks; what holds no letter is left out."""
    cleaned = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    found = PIECE.findall(QUOTATION_MARKS.sub('"', cleaned))[:MOST_PIECES]
    return [phrase or word for phrase, word in found if WORD.search(phrase or word)]


def understand(text: str) -> Query:
    """What a query asks: every word, phrases in one piece; hangul words, and words with a *, by their beginning."""
    return _asked(pieces(text))


def phrase(text: str) -> Query:
    """The same of one phrase."""
    return _asked(pieces(f'"{text.replace(chr(34), " ")}"'))


def _asked(asked: Sequence[str]) -> Query:
    words: list[str] = []
    parts: list[str] = []
    for piece in asked:
        found = WORD.findall(piece)
        if any(UNSPACED.search(token) for token in found):
            parts.extend(found)
        else:
            star = "*" if piece.endswith("*") or HANGUL.search(found[-1]) else ""
            words.append(f'"{" ".join(found)}"{star}')
    return Query(" ".join(words), tuple(parts))


def holds(texts: Sequence[str], query: Query) -> bool:
    """Whether a search would find what has these texts: the same cutting, folding and stemming, in memory."""
    given = [unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode()) for text in texts]
    if not query or not all(any(part in text for text in given) for part in query.parts):
        return False
    if not query.expression:
        return True
    folded = _folded(" ".join(given))
    if not all(root in folded for root in _roots(query.expression)):  # spares most texts the index below
        return False
    with closing(_index(given)) as index:
        return bool(index.execute("SELECT 1 FROM given WHERE given MATCH ?", (query.expression,)).fetchone())


def _index(texts: Sequence[str]) -> sqlite3.Connection:
    """A full-text index of one row, with a column for each text."""
    index = sqlite3.connect(":memory:")
    columns = ", ".join(f"text{number}" for number in range(len(texts)))
    marks = ", ".join("?" * len(texts))
    index.execute(f"CREATE VIRTUAL TABLE given USING fts5({columns}, tokenize='{TOKENIZER}')")
    index.execute(f"INSERT INTO given VALUES ({marks})", texts)  # noqa: S608 - constants
    return index


@lru_cache(maxsize=256)
def _roots(expression: str) -> tuple[str, ...]:
    """Letters that a text must hold for this expression: the stems of its plain words, less a last letter (y, i)."""
    with closing(_index([expression])) as index:
        index.execute("CREATE VIRTUAL TABLE stems USING fts5vocab('given', 'row')")
        return tuple(term[:-1] for (term,) in index.execute("SELECT term FROM stems") if term.isascii())


def _folded(text: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower()
