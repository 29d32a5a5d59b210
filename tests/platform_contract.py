"""What every platform must be able to do, said once: a platform brings a Bench, the suite does the rest.

``CONTRACT`` lists the checks; tests/test_platform_contract.py runs each on every platform.
"""

from __future__ import annotations

from typing import Protocol

from bot.briefing.message import Entry, Link, Message, Quote, Section
from bot.commands import COMMANDS
from bot.commands.command import Command

HOSTILE = "@everyone <!channel> <@1> [free](https://evil.example) *b* _i_ `c` \u202eabc"
CARD = Message(
    "Brief",
    lead="One statement.",
    sections=(
        Section("All", (Entry("Head", quote=Quote("the very words"), links=(Link("KCNA", "http://kcna.kp/a"),)),)),
    ),
    private=False,
)


class Bench(Protocol):
    """A platform being served, with people at it. Texts are as a reader sees them, without marks."""

    name: str
    members: bool
    """Whether there are people without an admin's rights."""

    async def ask(self, line: str, *, admin: bool = True) -> str:
        """What the answer to a typed line, or to the same chosen from menus, says."""

    async def share(self, line: str) -> str:
        """What everybody sees after the line was asked and its answer shared; "" where nobody else is there."""

    async def post(self, message: Message, key: str) -> object:
        """Post in the bench's channel; gives what ``edit`` takes."""

    async def edit(self, posted: object, message: Message) -> None:
        """Replace what was posted."""

    def said(self) -> list[str]:
        """Everything that stands in the channel, oldest first."""


def leaves() -> list[tuple[str, Command]]:
    """Every command that can be run, with its full name."""
    found = [(one.name, one) for one in COMMANDS if not one.parts]
    return found + [(f"{one.name} {part.name}", part) for one in COMMANDS for part in one.parts]


async def every_command_answers(bench: Bench) -> None:
    """Each command's own example is answered in words, and none of them is a mistake in the program."""
    for name, command in leaves():
        if command.example or not any(option.required for option in command.options):
            said = await bench.ask(f"/{name} {command.example}".strip())
            assert said.strip(), name
            assert "mistake in the program" not in said, (name, said)


async def lookups_tell_the_same_everywhere(bench: Bench) -> None:
    """Speaker, date, judgements, the statement's id: the same facts, whatever the platform makes of them."""
    said = await bench.ask("/statement kim-yo-jong since:2021-06-22")
    for fact in ("Kim Yo Jong", "22 June 2021", "rejects talks with the US", "no threat", "S-2021-0622-1", "Newser"):
        assert fact in said, fact


async def a_chart_says_what_it_shows(bench: Bench) -> None:
    """Whatever becomes of the picture, title, numbers and what an empty place means are said in words."""
    said = await bench.ask("/chart kim-yo-jong since:2021 until:2021-06")
    for fact in ("Kim Yo Jong: statements by threat", "5 statements", "(60%)", "nothing is on record"):
        assert fact in said, (fact, said)


async def answers_can_be_shared(bench: Bench) -> None:
    """What answers a question in private can be shown to all as it is, and says who shows it."""
    asked = {
        "/digest 2021-06-22": "rejects talks",
        "/search dream": "Kim Yo Jong",
        "/speakers foreign minister": "Ri Son Gwon",
        "/status": "statements",
        "/help": "/statement",
        "/statement kim-yo-jong count:1": "22 June 2021",
        "/chart kim-yo-jong since:2021": "statements by threat",
    }
    for line, fact in asked.items():
        said = await bench.share(line)
        if bench.members:
            assert fact in said, (line, said)
            assert "Shared by" in said, line


async def members_are_refused_in_words(bench: Bench) -> None:
    """What is for admins is refused to others, and changes nothing."""
    if not bench.members:
        return
    for name, command in leaves():
        if command.admin and (command.example or not any(option.required for option in command.options)):
            assert "is for admins" in await bench.ask(f"/{name} {command.example}".strip(), admin=False), name


async def mistakes_are_answered_with_the_way_out(bench: Bench) -> None:
    """A wrong date names the right form; an unknown speaker says so; an ambiguous one asks."""
    assert "is no date" in await bench.ask("/statement kim-yo-jong since:99-99")
    assert "may be any of these" in await bench.ask("/statement speaker:kim")


async def settings_are_kept_and_taken_back(bench: Bench) -> None:
    """A setting shows, and undo brings back what was before."""
    await bench.ask("/briefing time 7 pm")
    assert "19:00" in await bench.ask("/briefing show")
    await bench.ask("/briefing undo")
    assert "08:00" in await bench.ask("/briefing show")


async def a_post_is_said_once_for_a_key(bench: Bench) -> None:
    """The same key again says nothing new; another key does."""
    for key in ("a", "a", "b"):
        await bench.post(CARD, key)
    said = bench.said()
    assert len(said) == 2
    for fact in ("Brief", "One statement.", "Head", "the very words", "KCNA"):
        assert fact in said[0], fact


async def a_post_can_be_replaced(bench: Bench) -> None:
    """After an edit the channel shows the new words."""
    posted = await bench.post(CARD, "edit")
    await bench.edit(posted, Message("Brief, corrected", private=False))
    assert "Brief, corrected" in bench.said()[-1]


async def hostile_words_stay_words(bench: Bench) -> None:
    """A reader sees what was written, without what cannot be seen."""
    await bench.post(Message("Feed", lead=HOSTILE, private=False), "hostile")
    said = bench.said()[-1]
    assert "[free](https://evil.example)" in said
    assert "@everyone" in said
    assert "\u202e" not in said


CONTRACT = (
    every_command_answers,
    lookups_tell_the_same_everywhere,
    a_chart_says_what_it_shows,
    answers_can_be_shared,
    members_are_refused_in_words,
    mistakes_are_answered_with_the_way_out,
    settings_are_kept_and_taken_back,
    a_post_is_said_once_for_a_key,
    a_post_can_be_replaced,
    hostile_words_stay_words,
)
