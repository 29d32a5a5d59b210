"""Work beside the event loop: done in another process, and done again when that dies."""

from __future__ import annotations

import os
import signal
from datetime import UTC, date, datetime

import pytest

from bot.errors import ParseError
from bot.worker import InProcess
from store.records import Item, Stamp

SPOKE = Item(
    source="kcna",
    url="http://kcna.invalid/1",
    title="Press Statement by Vice Department Director Kim Yo Jong",
    text="Pyongyang, June 22 (KCNA) -- Kim Yo Jong, vice department director of the Central Committee of the Workers' "
    "Party of Korea, released the following press statement on Tuesday:\nThe U.S. had better give up its hope.",
    published=Stamp(date(2021, 6, 22)),
    first_seen=datetime(2021, 6, 22, tzinfo=UTC),
)


def refuse(reason):
    """Fails as a reader of feeds does."""
    raise ParseError(reason)


@pytest.fixture
def worker():
    """A process beside this one."""
    with InProcess() as running:
        yield running


async def test_it_works_in_another_process(worker):
    """The event loop's own interpreter is left alone."""
    assert await worker.do(os.getpid) != os.getpid()


async def test_an_expected_failure_comes_back_as_itself(worker):
    """What a reader raises there is raised here, with its words."""
    with pytest.raises(ParseError, match="no feed"):
        await worker.do(refuse, "no feed")


async def test_it_reads_items_and_survives_its_own_death(worker):
    """A killed process is replaced, and the item is read all the same."""
    first = await worker.code(SPOKE)
    victim = await worker.do(os.getpid)
    os.kill(victim, signal.SIGKILL)

    again = await worker.code(SPOKE)

    assert first == again
    assert first.found[0].statement.speaker == "kim-yo-jong"
