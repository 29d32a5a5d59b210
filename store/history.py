"""The past that a statement is held against, all of it by indexed questions.

What counts as made before is defined in store/moment.py. What is looked for is bounded: of a
label that thousands of statements carry only the newest few hundred are weighed, and of its
words only those too rare to be many, so that the time grows far slower than the history.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, pairwise
from typing import cast

from store.counting import pairs
from store.events import during
from store.file import File
from store.items import Between
from store.moment import DAY, bound, first_day, moment, month_of, start_of, start_of_month
from store.records import Earlier, Seen, Statement
from store.statements import key_of, keys, load
from store.words import tokens

RECENT = 12
LEVEL = 24
WEEKS = 30
"""Days."""
NEARBY = 100
"""At most so many statements of other sides, and of the same side, of the last weeks."""
BY_LABELS, BY_WORDS, BY_PAIRS = 60, 50, 40
"""Candidates for a precedent by each road; 150 together."""
NEWEST = 200
"""Of each label at most so many statements are weighed, the newest."""
COMMON = 0.25
"""What more than this share of all statements have tells nothing of a precedent."""
POSTINGS = 500
"""Of all rare words together at most so many occurrences are read."""
MOST_PAIRS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """The statement that asks for its past: its key (0 when not stored), and the bound of what is before it."""

    statement: Statement
    key: int
    bound: int

    @property
    def main(self) -> str:
        """Its main audience, "" when none is known."""
        return next(iter(self.statement.audience), "")


def earlier(file: File, statement: Statement) -> Earlier:
    """Everything that ``compare`` needs of what was made before the statement; never the statement itself."""
    asked = Asked(statement, key_of(file, statement.id or statement.record) or 0, bound(statement))
    terms = dict.fromkeys(chain(tokens(statement.words), _label_terms(statement)))
    frequency = _frequency(file, terms)
    total = file.number("SELECT count(*) FROM statements")
    groups = (
        _recent(file, asked),
        _lately(file, asked),
        _level(file, asked),
        _similar(file, asked, frequency, total),
        _triggers(file, asked),
        _endorsable(file, asked),
    )
    every = dict(_loaded(file, chain.from_iterable(groups)))
    recent, lately, level, similar, triggers, endorsable = (
        tuple(every[key] for key in group if key in every) for group in groups
    )
    return Earlier(
        recent=recent,
        lately=lately,
        level=level,
        similar=similar,
        seen=_seen(file, asked),
        triggers=triggers,
        endorsable=endorsable,
        events=tuple(during(file, _last_weeks(statement))),
        frequency=frequency,
        total=total,
    )


def _loaded(file: File, wanted: Iterable[int]) -> Iterable[tuple[int, Statement]]:
    listed = sorted(set(wanted))
    return zip(listed, load(file, listed), strict=True)


def _label_terms(statement: Statement) -> list[str]:
    return [f"{kind}:{label}" for kind, label in pairs(statement)]


def _frequency(file: File, terms: Iterable[str]) -> Mapping[str, int]:
    rows = file.all(
        "SELECT term, statements FROM terms WHERE term IN (SELECT value FROM json_each(?)) AND statements > 0",
        (json.dumps(list(terms), ensure_ascii=False),),
    )
    return {str(term): cast("int", count) for term, count in rows}


def _recent(file: File, asked: Asked) -> list[int]:
    """This speaker's last to the same main audience; to any where it is not known."""
    where = "speaker = ? AND audience = ?" if asked.main else "speaker = ? AND ? = ''"
    sql = f"SELECT key FROM statements WHERE {where} AND moment < ? AND key <> ? ORDER BY moment DESC LIMIT {RECENT}"  # noqa: S608
    return keys(file, sql, (asked.statement.speaker, asked.main, asked.bound, asked.key))


def _lately(file: File, asked: Asked) -> list[int]:
    """This speaker's last to anyone."""
    sql = (
        f"SELECT key FROM statements WHERE speaker = ? AND moment < ? AND key <> ? ORDER BY moment DESC LIMIT {RECENT}"  # noqa: S608
    )
    return keys(file, sql, (asked.statement.speaker, asked.bound, asked.key))


def _level(file: File, asked: Asked) -> list[int]:
    """The last of the same side, for the DPRK at the same authority, to the same main audience."""
    where = "audience = ?" if asked.main else "? = ''"
    sql = f"""
        SELECT key FROM statements WHERE side = ? AND authority IS ? AND {where} AND moment < ? AND key <> ?
        ORDER BY moment DESC LIMIT {LEVEL}"""  # noqa: S608 - constants only
    one = asked.statement
    return keys(file, sql, (one.side, one.authority, asked.main, asked.bound, asked.key))


def _triggers(file: File, asked: Asked) -> list[int]:
    """Statements of other sides of the last weeks, newest first.

    Here alone one of the same day counts as long as it is not known to be later: a third of
    all answers come on the day of what they answer.
    """
    day = first_day(asked.statement.date, asked.statement.date_precision)
    unordered = asked.statement.first_seen is None
    return keys(
        file,
        """
        SELECT key FROM statements WHERE moment >= :since AND moment < :until AND side <> :side AND key <> :key
        AND (moment < :bound OR :unordered OR first_seen IS NULL) ORDER BY moment DESC, key DESC LIMIT :most""",
        {
            "since": start_of(day) - WEEKS * DAY,
            "until": start_of(day) + DAY,
            "side": asked.statement.side,
            "key": asked.key,
            "bound": asked.bound,
            "unordered": unordered,
            "most": NEARBY,
        },
    )


def _endorsable(file: File, asked: Asked) -> list[int]:
    """Statements of the same side of the last weeks at its level or above, newest first."""
    day = first_day(asked.statement.date, asked.statement.date_precision)
    return keys(
        file,
        """
        SELECT key FROM statements WHERE moment >= ? AND moment < ? AND side = ? AND key <> ?
        AND (?5 IS NULL OR authority <= ?5) ORDER BY moment DESC, key DESC LIMIT ?6""",
        (
            start_of(day) - WEEKS * DAY,
            asked.bound,
            asked.statement.side,
            asked.key,
            asked.statement.authority,
            NEARBY,
        ),
    )


def _last_weeks(statement: Statement) -> Between:
    """The days whose events it may answer; its own day too, since acts are mostly answered at once."""
    day = first_day(statement.date, statement.date_precision)
    return Between(date.fromordinal(max(1, day.toordinal() - WEEKS)), day)


def _seen(file: File, asked: Asked) -> Mapping[tuple[str, str], Seen]:
    """How often its side used each of its labels before; labels never used before are absent."""
    stored = load(file, [asked.key])
    found: dict[tuple[str, str], Seen] = {}
    for kind, label in pairs(asked.statement):
        if seen := _use(file, asked, (asked.statement.side, kind, label), stored):
            found[kind, label] = seen
    return found


def _use(file: File, asked: Asked, label: tuple[str, str, str], stored: list[Statement]) -> Seen | None:
    last = file.one(
        """
        SELECT s.date, s.id, s.speaker FROM labels l JOIN statements s ON s.key = l.statement
        WHERE l.live AND l.side = ? AND l.kind = ? AND l.label = ? AND l.moment < ? AND l.statement <> ?
        ORDER BY l.moment DESC LIMIT 1""",
        (*label, asked.bound, asked.key),
    )
    if last is None:
        return None
    day, given, speaker = last
    return Seen(_count(file, asked, label, stored), date.fromisoformat(str(day)), str(given), str(speaker))


def _count(file: File, asked: Asked, label: tuple[str, str, str], stored: list[Statement]) -> int:
    """Whole months from the counts, the month of the statement itself one by one."""
    month = month_of(asked.bound)
    whole = file.number(
        "SELECT sum(statements) FROM uses WHERE side = ? AND kind = ? AND label = ? AND month < ?", (*label, month)
    )
    begun = file.number(
        """
        SELECT count(DISTINCT statement) FROM labels
        WHERE live AND side = ? AND kind = ? AND label = ? AND moment >= ? AND moment < ? AND statement <> ?""",
        (*label, start_of_month(month), asked.bound, asked.key),
    )
    itself = sum(month_of(moment(one)) < month and one.side == label[0] and label[1:] in pairs(one) for one in stored)
    return whole + begun - itself


def _similar(file: File, asked: Asked, frequency: Mapping[str, int], total: int) -> list[int]:
    """Candidates for a precedent, unranked: by shared rare labels, by rare words, by rare pairs of words."""
    words = tokens(asked.statement.words)
    roads = (
        _by_labels(file, asked, frequency, max(total, 1)),
        _by_words(file, asked, _rare(words, frequency), BY_WORDS),
        _by_words(file, asked, _pairs(words, frequency, total), BY_PAIRS),
    )
    return list(dict.fromkeys(chain.from_iterable(roads)))


def _by_labels(file: File, asked: Asked, frequency: Mapping[str, int], total: int) -> list[int]:
    """The statements that share most with it, a label weighing the more the rarer it is."""
    weights: Counter[int] = Counter()
    for kind, label in pairs(asked.statement):
        share = frequency.get(f"{kind}:{label}", 0) / total
        if share > COMMON:
            continue
        weight = int(1000 * math.log(1 + 1 / (share + 1 / total)))
        sharing = keys(
            file,
            """
            SELECT statement FROM labels WHERE live AND side = ? AND kind = ? AND label = ? AND moment < ?
            AND statement <> ? ORDER BY moment DESC LIMIT ?""",
            (asked.statement.side, kind, label, asked.bound, asked.key, NEWEST),
        )
        weights.update(dict.fromkeys(sharing, weight))
    return [key for key, _ in weights.most_common(BY_LABELS)]


def _rare(words: Iterable[str], frequency: Mapping[str, int]) -> list[str]:
    """Its rarest words, as search terms, until together they occur too often to be read."""
    budget = POSTINGS
    found: list[str] = []
    for word in sorted({word for word in words if word in frequency}, key=lambda word: (frequency[word], word)):
        budget -= frequency[word]
        if budget < 0 and found:
            break
        found.append(f'"{word}"')
    return found


def _pairs(words: Iterable[str], frequency: Mapping[str, int], total: int) -> list[str]:
    """Its rarest pairs of words that stand together, common words aside, as search terms."""
    telling = [word for word in words if 0 < frequency.get(word, 0) <= COMMON * total and len(word) > 1]
    together = {pair for pair in pairwise(telling) if pair[0] != pair[1]}
    rarest = sorted(together, key=lambda pair: (frequency[pair[0]] * frequency[pair[1]], pair))
    budget = POSTINGS
    found: list[str] = []
    for first, second in rarest[:MOST_PAIRS]:
        budget -= min(frequency[first], frequency[second])
        if budget < 0 and found:
            break
        found.append(f'NEAR("{first}" "{second}", 3)')
    return found


def _by_words(file: File, asked: Asked, terms: list[str], most: int) -> list[int]:
    """What holds any of the terms, best first. CROSS JOIN: the index must lead, whatever the planner thinks."""
    if not terms:
        return []
    return keys(
        file,
        """
        SELECT s.key FROM statements_fts CROSS JOIN statements s ON s.key = statements_fts.rowid
        WHERE statements_fts MATCH ? AND s.side = ? AND s.moment < ? AND s.key <> ?
        ORDER BY bm25(statements_fts) LIMIT ?""",
        ("{quoted text summary} : (" + " OR ".join(terms) + ")", asked.statement.side, asked.bound, asked.key, most),
    )
