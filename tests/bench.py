"""Benchmarks: ``make bench``. Each figure is a ratio to a baseline measured in the same run, so that machines compare.

Histories of any size are made from the chronicle, its dates shifted and its words shuffled. ``--full`` adds the
history of 100,000 statements, which takes minutes to build.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sqlite3
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path

import yaml

from bot.classify.coding import Coder
from bot.classify.compare import compare
from bot.classify.speakers import Registry
from bot.codebook import load
from bot.kinds import KINDS
from bot.rows import item_of
from bot.sources import Source
from store import Store, chronicle
from store.records import Item, Statement
from store.writes import Change

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = ROOT.parent / "shared" / "corpora" / "kcna-2011.jsonl.gz"
SIZES, FULL = (1_000, 10_000), 100_000
TEXTS = 600
ASKED = 60
"""Statements held against each history, spread over the years."""
NOW = datetime(2030, 1, 1, tzinfo=UTC)
SHUFFLE = random.Random(17)  # noqa: S311  the same history every time


def line(name: str, seconds: float, baseline: float, against: str, more: str = "") -> None:
    """One result."""
    sys.stdout.write(f"{name:34} {seconds * 1000:9.3f} ms   {seconds / baseline:8.1f} x {against}{more}\n")
    sys.stdout.flush()


def timed(work: Callable[[], object], times: int = 3) -> float:
    """The least of several runs, in seconds."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def texts() -> list[Item]:
    """KCNA's texts where the archive is at hand, else the columns that the tests carry, again and again."""
    if ARCHIVE.is_file():
        with gzip.open(ARCHIVE, "rt", encoding="utf-8") as file:
            return [item_of(json.loads(row), NOW) for row in islice(file, 0, TEXTS * 10, 10)]
    columns = [yaml.safe_load(path.read_text("utf-8"))["item"] for path in (ROOT / "tests/data/opeds").glob("*.yaml")]
    return [item_of(columns[place % len(columns)], NOW) for place in range(TEXTS)]


def reading() -> None:
    """``code()`` against splitting the same texts into words and counting them."""
    coder, items = Coder(load()), texts()
    for item in items[:50]:
        coder.code(item)
    words = timed(lambda: [Counter(item.text.split()) for item in items]) / len(items)
    coded = timed(lambda: [coder.code(item) for item in items], times=2) / len(items)
    line("code() a text", coded, words, "splitting and counting its words", f"   {1 / coded:.0f} texts a second")


def starting() -> None:
    """What every start waits for, against reading the same files as text."""
    folder = ROOT / "bot" / "codebook"
    plain = timed(lambda: [path.read_text("utf-8").split() for path in folder.glob("*.yaml")])

    def loading() -> None:
        load.cache_clear()
        load()

    line("load() the codebook", timed(loading), plain, "splitting its files into words")
    book = load()
    line("Registry() of all speakers", timed(lambda: Registry(book)), plain, "splitting its files into words")


def repeating() -> None:
    """A text that repeats itself ten times as long: what is linear takes ten times as long."""
    coder = Coder(load())
    row = {"title": "North Korea", "date": "2021-06-22"}
    short, long = (item_of(row | {"text": "“a said, who " * count}, NOW) for count in (200, 2000))
    plain = timed(lambda: coder.code(short))
    line("code() a text that repeats itself", timed(lambda: coder.code(long)), plain, "a tenth of it")


def parsing() -> None:
    """The feed documents of the tests against decoding and splitting the same bytes."""
    documents = list(_feeds())
    plain = timed(lambda: [body.decode("utf-8", "replace").split() for _, body in documents]) / len(documents)
    parsed = timed(lambda: [KINDS[source.kind](body, source, now=NOW) for source, body in documents])
    line("parse() a feed", parsed / len(documents), plain, "decoding and splitting it")


def _feeds() -> Iterator[tuple[Source, bytes]]:
    for path in sorted((ROOT / "tests/data/kinds").iterdir()):
        if path.suffix in {".xml", ".rdf"}:
            yield (
                Source(id="bench", address="https://bench.example/feed", outlet="Bench", kind="rss"),
                path.read_bytes(),
            )


def history(size: int) -> Iterator[Statement]:
    """So many statements: the chronicle's, then copies, earlier and earlier, each with words and day of its own."""
    shipped = list(chronicle.statements())
    for place in islice(count(), size):
        turn, which = divmod(place, len(shipped))
        yield _copy(shipped[which], turn) if turn else shipped[which]


def _copy(statement: Statement, turn: int) -> Statement:
    day = statement.date - timedelta(days=turn * 11 + SHUFFLE.randrange(11))
    quotes = tuple(replace(quote, words=_shuffled(quote.words)) for quote in statement.quotes)
    return replace(statement, date=day, record=f"{statement.record}-{turn}", quotes=quotes, in_response_to=())


def _shuffled(words: str) -> str:
    mixed = words.split()
    SHUFFLE.shuffle(mixed)
    return " ".join(mixed)


def fill(store: Store, statements: Sequence[Statement]) -> float:
    """Save them all; seconds each."""
    start = time.perf_counter()
    with store.batch():
        for statement in statements:
            store.save(Change(statements=(statement,)))
    return (time.perf_counter() - start) / len(statements)


def plain_rows(statements: Sequence[Statement]) -> float:
    """The baseline of saving: each record as one row of JSON in SQLite; seconds each."""
    start = time.perf_counter()
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE rows (id TEXT PRIMARY KEY, record TEXT)")
        for statement in statements:
            db.execute("INSERT INTO rows VALUES (?, ?)", (statement.record, json.dumps(chronicle.to_record(statement))))
    return (time.perf_counter() - start) / len(statements)


def histories(sizes: Sequence[int]) -> None:
    """Saving, comparing and searching as the history grows; the smallest is the baseline."""
    asked = list(chronicle.statements())[:: 784 // ASKED][:ASKED]
    first: dict[str, float] = {}
    for size in sizes:
        statements = list(history(size))
        with Store.open(":memory:") as store:
            saved = fill(store, statements)
            line(f"save() a statement, {size:,}", saved, plain_rows(statements), "a row of JSON in SQLite")
            figures = _asked(store, asked)
        for name, seconds in figures.items():
            line(f"{name}, {size:,} statements", seconds, first.setdefault(name, seconds), f"that at {sizes[0]:,}")


def _asked(store: Store, asked: Sequence[Statement]) -> dict[str, float]:
    """Medians, in seconds."""
    pasts, comparisons, searches = [], [], []
    for statement in asked:
        stored = store.statement(statement.record) or statement
        start = time.perf_counter()
        past = store.earlier(stored)
        between = time.perf_counter()
        compare(stored, past)
        end = time.perf_counter()
        store.search(" ".join(stored.words.split()[:2]), count=10)
        pasts.append(between - start)
        comparisons.append(end - between)
        searches.append(time.perf_counter() - end)
    both = [past + comparison for past, comparison in zip(pasts, comparisons, strict=True)]
    every = {"earlier()": pasts, "compare()": comparisons, "both": both, "search()": searches}
    return {name: statistics.median(times) for name, times in every.items()}


def main(arguments: list[str]) -> int:
    """Run them all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help=f"also a history of {FULL:,} statements")
    options = parser.parse_args(arguments)
    starting()
    reading()
    repeating()
    parsing()
    histories((*SIZES, FULL) if options.full else SIZES)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
