"""The week of June 2021, replayed through the real path: what an analyst must find in it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, date
from pathlib import Path

import pytest

from bot.archive import load_chronicle
from bot.demo import replay
from bot.demo.press import read_press
from bot.demo.server import WEEK, serve
from bot.fetch import Fetcher, Limits
from bot.pipeline import Round, poll
from store import Store

ROOT = Path(__file__).resolve().parents[1]
SISTER = "2021-06-22-kim-yo-jong-disappointment"


async def replayed(store):
    """One replay of the week; polled a second time from the start, as if every feed were new to us."""
    async with serve() as server, Fetcher(allowed=("127.0.0.1",), limits=Limits(at_once=1, pause=0)) as fetcher:
        running = await replay.replayed(store, server, fetcher, lambda _now, _outcomes: None)
        before = (store.counts(), list(store.export()))
        for state in store.feed_states():
            store.resume_feed(state.source)
        for now in WEEK[::8]:
            server.show(now)
            await poll(running.sources(), Round(store, fetcher, running.coder, now.astimezone(UTC)))
        return before, (store.counts(), list(store.export()))


@pytest.fixture(scope="module")
def week():
    """The store after the week, and its contents before and after a second poll of it."""
    with Store.open(":memory:") as store:
        load_chronicle(store, until=replay.EVE)
        before, after = asyncio.run(replayed(store))
        yield store, before, after


@pytest.fixture(scope="module")
def sister(week):
    """Kim Yo Jong's statement of 22 June."""
    store, _, _ = week
    found = store.statements(speaker="kim-yo-jong", since=date(2021, 6, 14))
    assert [(one.date, one.coverage) for one in found] == [(date(2021, 6, 22), "full")]
    return found[0]


def outlets_of(record: str) -> set[str]:
    """The outlets whose stories report a record of the chronicle as news, by the documents' own notes."""
    return {outlet.outlet for outlet in read_press() for story in outlet.stories if record in story.reports}


def outlets_recalling(record: str) -> set[str]:
    """The outlets that only look back on it, by the same notes."""
    return {outlet.outlet for outlet in read_press() for story in outlet.stories if record in story.recalls}


def test_polling_twice_changes_nothing(week):
    """The same documents again add no item, no statement and no source."""
    _, before, after = week

    assert after == before


def test_her_statement_is_there_once_with_its_outlets(sister):
    """Seven outlets in three languages reported it; who quotes it in looking back may stand with them."""
    outlets = {report.outlet for report in sister.sources}
    assert outlets_of(SISTER) <= outlets <= outlets_of(SISTER) | outlets_recalling(SISTER)


def test_what_she_said_is_read_rightly(sister):
    """Talks rejected, no threat, one of the regime's senior voices."""
    assert sister.stance == {"us": "rejects"}
    assert (sister.threat, sister.authority, sister.channel) == ("none", 3, "press-statement")


def test_she_answers_sullivan_after_two_days(week, sister):
    """Recognised by his name and his words."""
    store, _, _ = week
    [answer] = [row for row in store.comparison(sister.id).answers if row.relation == "answers"]

    assert store.statement(answer.id).speaker == "jake-sullivan"
    assert answer.after.days == 2


def test_what_is_unusual_about_it_is_told(week, sister):
    """Most of her last statements carried a threat, this one does not; and it has a precedent."""
    comparison = week[0].comparison(sister.id)
    [missing] = [row for row in comparison.omissions if row.kind == "threat"]

    assert missing.count > missing.n / 2
    assert comparison.precedents


def test_the_foreign_minister_endorses_her(week):
    """Ri Son Gwon's statement of the next day is tied to hers."""
    store, _, _ = week
    [minister] = store.statements(speaker="ri-son-gwon", since=date(2021, 6, 14))

    relations = {(row.relation, store.statement(row.id).speaker) for row in store.comparison(minister.id).answers}
    assert minister.date == date(2021, 6, 23)
    assert ("reaffirms", "kim-yo-jong") in relations


@pytest.mark.parametrize(
    ("speaker", "day", "stance"),
    [
        ("kim-jong-un", date(2021, 6, 17), {"us": "ambivalent"}),
        ("jake-sullivan", date(2021, 6, 20), {"dprk": "open"}),
        ("sung-kim", date(2021, 6, 21), {"dprk": "open"}),
        ("ned-price", date(2021, 6, 21), {"dprk": "open"}),
        ("ned-price", date(2021, 6, 22), {"dprk": "open"}),
    ],
)
def test_the_other_voices_of_the_week(week, speaker, day, stance):
    """Each principal's utterance is one statement on its day."""
    store, _, _ = week
    [statement] = store.statements(speaker=speaker, since=day, until=day)

    assert statement.stance == stance


def test_nobody_else_is_made_to_speak(week):
    """No statement of the week is by somebody whom no document reports."""
    store, _, _ = week
    reported = {record for outlet in read_press() for story in outlet.stories for record in story.reports}
    spoken = {statement.speaker for statement in store.statements(since=date(2021, 6, 14))}

    assert {speaker for speaker in spoken if not any(speaker in record for record in reported)} == set()


def test_the_command_ends_well_and_shows_both_digests():
    """``briefbot demo`` without a terminal prints the two digests and leaves with 0."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "North Korea brief, 22 June 2021" in done.stdout
    assert "North Korea brief, 23 June 2021" in done.stdout
    assert "That did not work" not in done.stdout
