"""Bytes to text, whatever the sender says of their encoding.

Order of belief: a byte order mark; valid UTF-8; what the document says of itself; what the
HTTP header says; the encodings usual in the source's language. A declared
Latin-1 is doubted first: it fits any bytes, and many servers say it of everything.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WIDER = {"euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "big5": "cp950"}
"""Encodings that senders name, and the superset that they mean."""
SINGLE = {"iso8859-1", "ascii", "cp1252", "latin-1"}
"""Encodings that are declared by habit and fit nearly any bytes."""
USUAL = {
    "ko": ("cp949", "iso2022_kr"),
    "ja": ("iso2022_jp", "cp932", "euc_jp"),
    "zh": ("gb18030", "cp950"),
    "ru": ("cp1251", "koi8-r"),
}
DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""")
TEXT_CODECS_ONLY = {"base64", "hex", "bz2", "zlib", "rot13", "quopri", "uu", "unicode_escape", "idna", "punycode"}
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF])
HEAD = 2048


def decode(body: bytes, *, content_type: str = "", language: str = "") -> str:
    """The body as text, without control characters; bytes that fit nothing become U+FFFD, and nothing is raised."""
    return _decoded(body, content_type, language).translate(CONTROL).lstrip("\ufeff")


def _decoded(body: bytes, content_type: str, language: str) -> str:
    for mark, name in MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if body[:2] in (b"<\0", b"\0<"):
        return body.decode("utf-16-le" if body[1] == 0 else "utf-16-be", "replace")
    if not body.isascii():
        text = _mostly_utf8(body)
        if text is not None:
            return text
    for name in _candidates(body, content_type, language):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return _least_damage(body, [*_candidates(body, content_type, language), "utf-8", "cp1252"])


def _mostly_utf8(body: bytes) -> str | None:
    """The text if it is UTF-8, allowing for a few damaged bytes: chance does not make valid sequences."""
    text = body.decode("utf-8", "replace")
    damage = text.count("\ufffd")
    wide = sum(1 for character in text if character > "\x7f") - damage
    return text if damage * 20 <= wide else None


def _candidates(body: bytes, content_type: str, language: str) -> Iterator[str]:
    """Python codec names in order of belief."""
    found = DECLARED.search(body[:HEAD])
    said = DECLARED.search(content_type.encode("ascii", "ignore"))
    declared = list(_known(match[1].decode("ascii") for match in (found, said) if match))
    yield from (name for name in declared if name not in SINGLE)
    yield from USUAL.get(language, ())
    yield from ("cp1252" for name in declared if name in SINGLE)
    if not declared and language not in USUAL:
        yield "cp1252"


def _known(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            codec = codecs.lookup(name)
        except (LookupError, ValueError):
            continue
        if getattr(codec, "_is_text_encoding", True) and not any(part in codec.name for part in TEXT_CODECS_ONLY):
            yield WIDER.get(codec.name, codec.name)


def _least_damage(body: bytes, names: Iterable[str]) -> str:
    texts = (body.decode(name, "replace") for name in dict.fromkeys(names))
    return min(texts, key=lambda text: text.count("\ufffd"))
