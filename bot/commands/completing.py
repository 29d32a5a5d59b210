"""What may come next while somebody types an option: at most 25 choices, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.briefing.alerts import watches_of, written
from bot.briefing.subscription import DAYS
from bot.commands.command import Command, Desk, Option
from bot.commands.periods import read_period
from bot.commands.resolving import feed_names, theme, themes, themes_typed, zone_names

MOST = 25
_DAYS = ("daily", "weekdays", "weekly", "mon, wed, fri", *DAYS)
_RECENT = 200
_ID = re.compile(r"[Ss]-(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Completion:
    """``value`` is what the option takes, ``label`` what a person reads."""

    value: str
    label: str


def complete(option: Option, typed: str, desk: Desk) -> list[Completion]:
    """Choices for one option, given what is typed of it so far."""
    typed = typed.strip()
    choices: dict[str, Callable[[], list[Completion]]] = {
        "speaker": lambda: _speakers(typed, desk),
        "theme": lambda: _themes(typed, desk),
        "date": lambda: _dates(typed, desk),
        "choice": lambda: _matching(typed, (Completion(choice, choice) for choice in option.choices)),
        "feed": lambda: _feeds(typed, desk),
        "statement": lambda: _statements(typed, desk),
        "zone": lambda: _matching(typed.replace(" ", "_"), (Completion(name, name) for name in zone_names())),
        "time": lambda: _matching(typed, (Completion(f"{hour:02}:00", f"{hour:02}:00") for hour in range(24))),
        "days": lambda: _matching(typed, (Completion(name, name) for name in _DAYS)),
        "alert": lambda: _alerts(typed, desk),
    }
    return choices.get(option.kind, list)()


def _themes(typed: str, desk: Desk) -> list[Completion]:
    """By slug or name, or by a word of another language, which is then shown beside the name."""
    names, wanted = themes(desk), typed.replace(" ", "")
    found = _matching(typed, (Completion(slug, name) for slug, name in names.items()))
    begun: list[Completion] = []
    held: list[Completion] = []
    for slug, words in themes_typed().items() if wanted and not wanted.isascii() else ():
        hits = [word for word in words if wanted in word.replace(" ", "")]
        begins = [word for word in hits if word.replace(" ", "").startswith(wanted)]
        if hits and slug in names:
            (begun if begins else held).append(Completion(slug, f"{names[slug]} ({(begins or hits)[0]})"))
    exact = theme(typed, desk, exact=True)
    return sorted([*found, *begun, *held], key=lambda one: one.value != exact)[:MOST]


def _alerts(typed: str, desk: Desk) -> list[Completion]:
    watches = watches_of(desk.workspace.settings)
    return _matching(typed, (Completion(one.name, f"{one.name} ({written(one.rule)})") for one in watches))


def _feeds(typed: str, desk: Desk) -> list[Completion]:
    feeds = feed_names(desk).items()
    return _matching(typed, (Completion(name, f"{outlet} ({name})") for name, (outlet, _) in feeds))


def complete_line(line: str, desk: Desk) -> list[Completion]:
    """Choices for the last word of a line being typed; ``value`` replaces that word. For prompts without menus."""
    head, _, rest = line.lstrip().removeprefix("/").partition(" ")
    if not rest and not line.rstrip("\n").endswith(" "):
        names = (Completion(f"/{one.name}", desk.catalogue.say(one.about)) for one in desk.commands)
        return [one for one in names if one.value[1:].startswith(head.casefold())]
    command = next((one for one in desk.commands if one.name == head.casefold()), None)
    if command is None:
        return []
    words = rest.split(" ")
    if command.parts and len(words) == 1:
        parts = (Completion(part.name, desk.catalogue.say(part.about)) for part in command.parts)
        return [one for one in parts if one.value.startswith(words[0].casefold())]
    part = command.part(words[0].casefold())
    return _of_word(part or command, words[1:] if part else words, desk)


def _of_word(command: Command, words: list[str], desk: Desk) -> list[Completion]:
    key, colon, typed = words[-1].partition(":")
    if colon:
        option = command.option(key.casefold())
        values = complete(option, typed, desk) if option else []
        return [Completion(f"{key}:{_word(one.value)}", one.label) for one in values]
    first = command.options[0] if command.options else None
    values = complete(first, words[-1], desk) if first and len(words) == 1 else []
    keys = (Completion(f"{one.name}:", desk.catalogue.say(one.about)) for one in command.options if one is not first)
    return [
        *(Completion(_word(one.value), one.label) for one in values),
        *(one for one in keys if one.value.startswith(words[-1].casefold())),
    ]


def _word(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _matching(typed: str, choices: Iterable[Completion]) -> list[Completion]:
    """Those that begin with what is typed before those that hold it elsewhere."""
    wanted = typed.casefold()
    found = [one for one in choices if wanted in one.value.casefold() or wanted in one.label.casefold()]
    starts = [
        one for one in found if one.value.casefold().startswith(wanted) or one.label.casefold().startswith(wanted)
    ]
    return list(dict.fromkeys([*starts, *found]))[:MOST]


def _speakers(typed: str, desk: Desk) -> list[Completion]:
    """By spelling, script, title or part of a name; with nothing typed, those who speak most."""
    recorded = [slug for slug, _, _ in desk.store.speakers()]
    if typed:
        rank = {slug: place for place, slug in enumerate(recorded)}
        found = sorted(desk.people.find(typed, desk.today), key=lambda one: (-one.score, rank.get(one.slug, len(rank))))
        slugs = [one.slug for one in found]
    else:
        slugs = recorded
    return [Completion(slug, _speaker(slug, desk)) for slug in slugs[:MOST]]


def _speaker(slug: str, desk: Desk) -> str:
    return f"{desk.voice.name(slug)} ({desk.catalogue.say(f'{desk.people.side(slug)}.heading')})"


def _dates(typed: str, desk: Desk) -> list[Completion]:
    named = ("today", "yesterday", "this week", "last week", "this month", "last month", "this year", "last year")
    choices = [Completion(name, name) for name in named if name.startswith(typed.casefold())]
    period = read_period(typed, desk.today)
    if period and not choices:
        day = desk.catalogue.day
        shown = day(period.first) if period.days == 1 else f"{day(period.first)} – {day(period.last)}"
        choices.insert(0, Completion(typed, shown))
    return choices


def _statements(typed: str, desk: Desk) -> list[Completion]:
    found = _ID.match(typed)
    if found:
        period = read_period(f"{found[1]}-{found[2]}", desk.today)
        recent = desk.store.statements(since=period.first, until=period.last) if period else []
    else:
        recent = desk.store.statements(count=_RECENT if typed else MOST)
    voice = desk.voice
    return _matching(typed, (Completion(one.id, f"{one.id} {voice.named(one)}, {voice.when(one)}") for one in recent))
