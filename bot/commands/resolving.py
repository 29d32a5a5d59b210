"""Typed words made into values: names into speakers, words into themes and dates; or a question back.

Every mistake is answered with the correct form and an example (CommandError), every
near miss and every ambiguous name with a choice (QuestionError).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from zoneinfo import available_timezones

from bot.briefing.message import Action, Entry, Message, Section
from bot.catalogue import Catalogue, languages
from bot.commands.command import Arguments, Command, Desk, Match, Option, Value
from bot.commands.feeds_wanted import feeds_here
from bot.commands.periods import Period, read_period
from bot.commands.words import written_word
from bot.errors import CommandError

GOOD = 0.8
"""Score from which a match is meant rather than missed."""

CLEAR = 0.1
"""A best match that leads by so much is the one that is meant."""

NEAR = 0.2
"""Near misses within so much of the nearest are offered too."""

_STATEMENT = re.compile(r"[Ss]-?(\d{4})-?(\d{4})-(\d{1,4})")
_SHOWN = 5
_MARKED = frozenset({"query", "words"})
"""Options in which quotation marks say something."""


class QuestionError(CommandError):
    """The command could not be run yet: ``message`` asks which of several things is meant."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.lead)
        self.message = message


def resolve(command: Command, raw: Mapping[str, str], desk: Desk, line: str = "") -> Arguments:
    """Raw option texts as typed arguments. ``line`` is the command's full name, for questions back.

    Raises:
        CommandError: an option is missing or wrong; the text says what is right.
        QuestionError: a name is near to several.
    """
    name = line or command.name
    values: dict[str, Value] = {}
    for option in command.options:
        typed = raw.get(option.name, "").strip()
        if typed:
            values[option.name] = _value(option, typed, desk, _Rest(name, option.name, raw))
        elif option.required:
            own = f"missing.{option.name}"
            key = own if own in desk.catalogue else "error.missing"
            right = {"form": form(command, name), "example": example(command, name)}
            raise CommandError(desk.catalogue.say(key, what=option.name, **right))
    arguments = Arguments(values)
    since, until = arguments.period("since"), arguments.period("until")
    if since and until and since.first > until.last:
        raise CommandError(desk.catalogue.say("error.backwards", since=since.typed, until=until.typed))
    return arguments


class _Rest:
    """The command line around one option, to be typed again with another value in its place."""

    def __init__(self, name: str, option: str, raw: Mapping[str, str]) -> None:
        self.name, self.option, self.raw = name, option, raw

    def line(self, value: str) -> str:
        """The whole line with ``value`` for the option in question."""
        return command_line(self.name, {**self.raw, self.option: value})


def command_line(name: str, raw: Mapping[str, str]) -> str:
    """A line that gives the command just these options again, whatever stands in them; empty ones are left out.

    As in ``/statement speaker:kim-yo-jong topic:"joint exercises"``.
    """
    options = [
        written_word(key, value, phrases=key in _MARKED, held=key == "when") for key, value in raw.items() if value
    ]
    return " ".join([f"/{name}", *options])


def typed_of(command: Command, raw: Mapping[str, str]) -> dict[str, str]:
    """What of the options can stand in a line: all but files."""
    files = {option.name for option in command.options if option.kind == "file"}
    return {name: text for name, text in raw.items() if name not in files}


def form(command: Command, name: str) -> str:
    """The correct form: ``/statement SPEAKER [topic] [since]``."""
    return " ".join(
        [f"/{name}", *(option.name.upper() if option.required else f"[{option.name}]" for option in command.options)]
    )


def example(command: Command, name: str) -> str:
    """A line that works."""
    return f"/{name} {command.example}".strip()


def _value(option: Option, typed: str, desk: Desk, rest: _Rest) -> Value:
    readers: dict[str, Callable[[], Value]] = {
        "speaker": lambda: _speaker(typed, desk, rest),
        "theme": lambda: theme(typed, desk) or typed,
        "date": lambda: _date(typed, desk),
        "count": lambda: _count(option, typed, desk),
        "choice": lambda: _choice(option, typed, desk),
        "feed": lambda: _feed(typed, desk, rest),
        "statement": lambda: _statement(typed, desk, rest),
        "zone": lambda: _zone(typed, desk),
    }
    return readers.get(option.kind, lambda: typed)()


def _date(typed: str, desk: Desk) -> Period:
    period = read_period(typed, desk.today)
    if period is None:
        raise CommandError(desk.catalogue.say("error.date", typed=typed))
    return period


def _speaker(typed: str, desk: Desk, rest: _Rest) -> str:
    exact = desk.people.exact(typed)
    if exact:
        return exact
    if topic := theme(typed, desk, exact=True):
        raise CommandError(desk.catalogue.say("error.speaker_topic", typed=typed, topic=topic))
    matches = desk.people.find(typed, desk.today)
    good = [match for match in matches if match.score >= GOOD]
    if good and (len(good) == 1 or good[0].score - good[1].score >= CLEAR):
        return good[0].slug
    if not matches:
        raise CommandError(desk.catalogue.say("error.speaker", typed=typed))
    if good:
        raise QuestionError(_which_speaker(desk.catalogue.say("ask.which", typed=typed), good, desk, rest))
    close = [match for match in matches if match.score >= matches[0].score - NEAR]
    raise QuestionError(_which_speaker(desk.catalogue.say("ask.near", typed=typed), close, desk, rest))


def _which_speaker(question: str, matches: Sequence[Match], desk: Desk, rest: _Rest) -> Message:
    entries = [
        Entry(
            match.name,
            detail=speaker_line(match.slug, desk),
            actions=(Action("run", rest.line(match.slug), match.name),),
        )
        for match in matches[:_SHOWN]
    ]
    return asking(question, entries, desk)


def asking(question: str, entries: Sequence[Entry], desk: Desk) -> Message:
    """A question whose answers can be pressed, or typed as shown."""
    shown = [
        Entry(entry.headline, detail=entry.detail, notes=(entry.actions[0].argument,), actions=entry.actions)
        for entry in entries
    ]
    return Message(
        title=desk.catalogue.say("ask.title"), lead=question, sections=(Section("", tuple(shown)),), kind="question"
    )


def speaker_line(slug: str, desk: Desk) -> str:
    """The side of a speaker, as a second line."""
    return desk.catalogue.say(f"{desk.people.side(slug)}.heading")


def theme(typed: str, desk: Desk, *, exact: bool = False) -> str:
    """The theme that is meant by a slug or a name, unless ``exact`` also misspelt; empty when it is none."""
    names = themes(desk)
    wanted = _plain(typed)
    for slug, name in names.items():
        if wanted in {_plain(slug), _plain(name)}:
            return slug
    if foreign := _themes_typed().get(wanted.replace(" ", "")):
        return foreign
    if exact:
        return ""
    close = get_close_matches(wanted, [_plain(slug) for slug in names], n=1, cutoff=0.85)
    return next((slug for slug in names if close and _plain(slug) == close[0]), "")


def themes(desk: Desk) -> dict[str, str]:
    """Every theme of the codebook with its name."""
    slugs = (key.removeprefix("theme.") for key in desk.catalogue.keys() if key.startswith("theme."))  # noqa: SIM118 - not a dict
    return {slug: desk.catalogue.name("theme", slug) for slug in slugs}


@cache
def _themes_typed() -> Mapping[str, str]:
    """The words of other languages, without spaces, to the themes that they mean; asked for at every word of a line."""
    return MappingProxyType({word.replace(" ", ""): slug for slug, words in themes_typed().items() for word in words})


def themes_typed() -> dict[str, tuple[str, ...]]:
    """Every theme with how it is typed in other languages, the usual word first."""
    typed: dict[str, tuple[str, ...]] = {}
    for catalogue in (Catalogue.load(language) for language in languages()):
        for key in (key for key in catalogue.keys() if key.startswith("theme_typed.")):  # noqa: SIM118 - not a dict
            slug = key.removeprefix("theme_typed.")
            typed[slug] = (*typed.get(slug, ()), *catalogue.say(key).split(", "))
    return typed


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def _count(option: Option, typed: str, desk: Desk) -> int:
    wrong = not re.fullmatch(r"[0-9]{1,6}", typed) or int(typed) < 1
    if wrong or (option.level and int(typed) > option.most):
        raise CommandError(desk.catalogue.say("error.count", option=option.name, typed=typed, most=option.most))
    return min(int(typed), option.most)


def _choice(option: Option, typed: str, desk: Desk) -> str:
    wanted = typed.casefold()
    found = [choice for choice in option.choices if choice == wanted] or [
        choice for choice in option.choices if choice.startswith(wanted)
    ]
    if len(found) != 1:
        choices = ", ".join(option.choices)
        raise CommandError(desk.catalogue.say("error.choice", option=option.name, typed=typed, choices=choices))
    return found[0]


def _feed(typed: str, desk: Desk, rest: _Rest) -> str:
    feeds = feed_names(desk)
    wanted = typed.casefold()
    for id_, names in feeds.items():
        if wanted in {id_.casefold(), *(name.casefold() for name in names)}:
            return id_
    close = near(wanted, feeds)
    if not close:
        raise CommandError(desk.catalogue.say("error.feed", typed=typed))
    entries = [Entry(id_, actions=(Action("run", rest.line(id_), id_),)) for id_ in close]
    raise QuestionError(asking(desk.catalogue.say("ask.near", typed=typed), entries, desk))


def feed_names(desk: Desk) -> dict[str, tuple[str, str]]:
    """Every feed's id with its outlet and address: the operator's and those added here."""
    return {name: (one.source.outlet, one.source.address) for name, one in feeds_here(desk).items()}


def near(typed: str, names: Iterable[str]) -> list[str]:
    """The few that are spelled nearly so, or that contain it."""
    names = list(names)
    wanted = typed.casefold()
    inside = [name for name in names if wanted in name.casefold()]
    return list(dict.fromkeys([*inside, *get_close_matches(wanted, names, n=_SHOWN, cutoff=0.6)]))[:_SHOWN]


def zone_names() -> list[str]:
    """Every time zone with a place in its name, and UTC: those that are offered."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]


def _zone(typed: str, desk: Desk) -> str:
    """A zone by its name, or by the city in it; also one that is not offered, such as EST."""
    wanted = typed.casefold().replace(" ", "_")
    found = [name for name in zone_names() if wanted in {name.casefold(), _city(name)}]
    found += sorted(name for name in available_timezones() if name.casefold() == wanted)
    if not found:
        close = ", ".join(_near_zones(wanted))
        key = "error.zone" if close else "error.zone_far"
        raise CommandError(desk.catalogue.say(key, typed=typed, near=close))
    return found[0]


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].casefold()


def _near_zones(wanted: str) -> list[str]:
    """The few zones whose name holds what was typed, or whose city is spelled nearly so."""
    names = zone_names()
    cities = get_close_matches(wanted, {_city(name) for name in names}, n=_SHOWN, cutoff=0.7)
    inside = [name for name in names if wanted in name.casefold()]
    return list(dict.fromkeys([*inside, *(name for city in cities for name in names if _city(name) == city)]))[:_SHOWN]


def _statement(typed: str, desk: Desk, rest: _Rest) -> str:
    """An id; a day is answered with the statements of that day."""
    found = _STATEMENT.fullmatch(typed)
    if found:
        return f"S-{found[1]}-{found[2]}-{int(found[3])}"
    stored = desk.store.statement(typed)
    if stored is not None:
        return stored.id
    period = read_period(typed, desk.today)
    made = desk.store.statements(since=period.first, until=period.last, count=_SHOWN) if period else []
    if not made:
        raise CommandError(desk.catalogue.say("error.statement", typed=typed))
    voice = desk.voice
    entries = [
        Entry(f"{voice.named(one)}, {voice.when(one)}", id=one.id, actions=(Action("run", rest.line(one.id), one.id),))
        for one in made
    ]
    raise QuestionError(asking(desk.catalogue.say("ask.which", typed=typed), entries, desk))
