"""Who says something in a Japanese sentence: a topic marked by a particle, a verb of saying at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.classify.dispatch import Named
from bot.classify.subjects import Referent

_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
_TOPIC = re.compile(r"(?P<title>[^\s、。「」『』はがもをにで]{0,24}?)(?P<particle>は|が|も)(?!ら)")
_SAID = (
    r"述べ|語っ|表明し|強調し|指摘し|主張し|批判し|非難し|警告し|発言し|訴え|呼びかけ|呼び掛け|求め|明らかにし|評し|評価し|反発し|伝え"
    r"|(?:談話|声明|コメント|論評)を(?:発表し|出し|公表し)|との(?:談話|声明|見解|考え)を示し"
)
SAID_AT_END = re.compile(rf"(?:{_SAID}|と|し)(?:た|ている|ていた|いる)(?:と(?:いう|伝えた|報じた|した))?[。]?\s*$")
"""Reported speech at a sentence's end: "…と述べた", "…とする談話を発表した", "…だとしている"."""
_INDIRECT = re.compile(
    rf"(?:と|とも|などと)(?:{_SAID})|(?:とする|との|という)(?:談話|声明|論評|見解|考え)|とし(?:た|て)"
)
_QUOTED = re.compile(rf"[」』](?:と|とも|などと)(?:[^。]{{0,12}}?)(?:{_SAID}|した|し、)")
RECALLED = re.compile(r"ていた。?\s*$|かつて|以前|昨年|当時|これまで")


def is_japanese(text: str, start: int, end: int) -> bool:
    """Whether a stretch of text is Japanese: kana tell it from Chinese."""
    sample = text[start : min(end, start + 120)]
    return len(_KANA.findall(sample)) * 6 > len(sample)


def speakers(bare: str, start: int, end: int, named: Sequence[Named]) -> list[Referent]:
    """The registered people whom a particle marks as what a sentence is about, in order, their titles passed over."""
    return [
        Referent(one.slug, one.start, topic.end(), bare[one.start : one.end], "name")
        for one in named
        if start <= one.start and one.end <= end and (topic := _TOPIC.match(bare, one.end, end))
    ]


def governed(bare: str, at: int, end: int) -> bool:
    """Whether the particle of quotation and a verb of saying stand behind a closing mark."""
    return _QUOTED.match(bare, at - 1, end) is not None


def reports(bare: str, start: int, end: int) -> bool:
    """Whether the sentence gives somebody's words in indirect speech."""
    return bool(SAID_AT_END.search(bare, start, end)) and bool(_INDIRECT.search(bare, start, end))
