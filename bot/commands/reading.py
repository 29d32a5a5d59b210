"""Free text read into a command's options: ``kim-yo-jong topic:sanctions since:2021``, in nearly any order.

Named options come first; what follows a name belongs to it as far as it makes sense
there ("since:last week"). The words left over fill the options in their order, each
taking as many as it understands ("Kim Yo Jong sanctions 2021").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from bot.briefing.alerts import RULE_KEYS
from bot.commands.command import Command, Desk, Option
from bot.commands.periods import read_period
from bot.commands.resolving import example, form, theme
from bot.commands.words import Word, read_words
from bot.errors import CommandError

_ALIASES = {
    "from": "since",
    "to": "until",
    "before": "until",
    "after": "since",
    "theme": "topic",
    "about": "topic",
    "id": "statement",
}

_LONGEST_DATE = 8
"""Words in a date: "22 June 2021 to 3 July 2021" has seven."""


def find_command(line: str, desk: Desk) -> tuple[Command, str, str]:
    """The command that a line names, its full name ("feeds add"), and the rest of the line. The slash may be missing.

    Raises:
        CommandError: there is no such command; near ones are named.
    """
    line = line.strip()
    head, _, rest = line.removeprefix("/").partition(" ")
    command = next((one for one in desk.commands if one.name == head.casefold()), None)
    if command is None:
        raise CommandError(_unknown(head, line, desk))
    first, _, after = rest.strip().partition(" ")
    part = command.part(first.casefold())
    if part:
        return part, f"{command.name} {part.name}", after
    if command.parts and first:
        near = get_close_matches(first.casefold(), [one.name for one in command.parts], n=1, cutoff=0.6)
        names = ", ".join(one.name for one in command.parts)
        meant = desk.catalogue.say("error.meant", what=f"/{command.name} {near[0]}") if near else ""
        raise CommandError(
            " ".join(
                filter(None, [desk.catalogue.say("error.part", command=command.name, typed=first, names=names), meant])
            )
        )
    return command, command.name, rest


def _unknown(head: str, line: str, desk: Desk) -> str:
    names = [command.name for command in desk.commands]
    if not head:
        return desk.catalogue.say("error.no_command", names=", ".join(f"/{name}" for name in names))
    near = get_close_matches(head.casefold(), names, n=1, cutoff=0.6)
    if near:
        return desk.catalogue.say("error.command_near", typed=head, meant=f"/{near[0]}")
    if desk.people.exact(line):
        return desk.catalogue.say("error.command_near", typed=head, meant=f"/statement {line}")
    return desk.catalogue.say("error.command", typed=head, names=", ".join(f"/{name}" for name in names))


def read_options(command: Command, name: str, text: str, desk: Desk) -> dict[str, str]:
    """The raw text of each option, for ``resolve``.

    Raises:
        CommandError: an option is unknown, or words are left that fit nowhere.
    """
    raw: dict[str, str] = {}
    loose: list[Word] = []
    words = _unpunctuated(read_words(text), command)
    while words:
        word = words.pop(0)
        option = _named(word, command, name, desk) if word.key else _spoken(word, words, command, loose, desk)
        if option is None:
            loose.append(word if not word.key else Word(word.typed, typed=word.typed, source=word.typed))
            continue
        if not word.key:
            word = words.pop(0)
        elif option.kind == "rule" and word.key != option.name:  # "/alerts preview threat:explicit"
            word = Word(word.typed, typed=word.typed, source=word.typed)
        taken = _taken(option, word, words, waits=not _filled(command, option, raw, loose), desk=desk)
        raw[option.name] = _joined([word, *words[: taken - 1]], option)
        del words[: taken - 1]
    _place(command, name, loose, raw, desk)
    return {option.name: raw[option.name] for option in command.options if option.name in raw}


def _named(word: Word, command: Command, name: str, desk: Desk) -> Option | None:
    option = command.option(word.key) or command.option(_ALIASES.get(word.key, ""))
    if option:
        return option
    rule = next((one for one in command.options if one.kind == "rule"), None)
    if rule and word.key in RULE_KEYS:
        return rule
    near = get_close_matches(word.key, [one.name for one in command.options], n=1, cutoff=0.6)
    rest = any(one.rest for one in command.options)
    if rest and (not near or len(command.options) == 1):
        return None  # "re: talks" in words to be searched for
    meant = desk.catalogue.say("error.meant", what=f"{near[0]}:{word.text}") if near else ""
    text = desk.catalogue.say("error.option", typed=word.key, form=form(command, name), example=example(command, name))
    raise CommandError(" ".join(filter(None, [text, meant])))


def _unpunctuated(words: Sequence[Word], command: Command) -> list[Word]:
    """Without the commas that part a name from what follows: "Kim Jong-un, since 2018". Queries keep theirs."""
    if not any(option.kind in {"speaker", "date"} for option in command.options):
        return list(words)
    bare = (word if word.quoted else replace(word, text=word.text.rstrip(",;")) for word in words)
    return [word for word in bare if word.text or word.key or word.quoted]


def _spoken(word: Word, after: Sequence[Word], command: Command, loose: Sequence[Word], desk: Desk) -> Option | None:
    """The date that a bare word names: "since 2018", "from 2018 to 2020".

    Raises:
        CommandError: "since" or "until" is followed by no date.
    """
    option = _date_option(word, command)
    searched = any(one.kind == "query" for one in command.options)
    surely = word.text.casefold() in {"since", "until"}
    if option is None or (searched and not (surely and loose)):
        return None
    following = _until(after, lambda one: one.key or one.quoted)
    if _date_length(following[:_LONGEST_DATE], desk):
        return option
    if surely and not searched:
        typed = _joined(following) or word.text
        raise CommandError(desk.catalogue.say("error.date", typed=typed))
    return None


def _date_option(word: Word, command: Command) -> Option | None:
    name = word.text.casefold()
    option = None if word.quoted or word.key else command.option(_ALIASES.get(name, name))
    return option if option and option.kind == "date" else None


def _taken(option: Option, word: Word, after: Sequence[Word], *, waits: bool, desk: Desk) -> int:
    """How many words, from a named one on, belong to its option; ``waits``: others are still to get theirs."""
    if word.whole:
        return 1
    if option.kind == "rule" and not word.quoted:
        return 1 + len(_until(after, lambda one: one.key and one.key not in RULE_KEYS))
    if option.kind == "query" and not waits:
        return 1 + len(_until(after, lambda one: one.key))
    if word.quoted or (waits and option.kind in {"text", "theme", "query"}):
        return 1
    ends = {*_ALIASES, "since", "until"} if option.kind == "date" else set()
    tail = _until(after, lambda one: one.key or one.quoted or one.text.casefold() in ends)
    return max(1, _length(option, [word, *tail], desk))


def _until(words: Sequence[Word], ends: Callable[[Word], object]) -> Sequence[Word]:
    return words[: next((at for at, one in enumerate(words) if ends(one)), len(words))]


def _filled(command: Command, named: Option, raw: dict[str, str], loose: Sequence[Word]) -> bool:
    """Whether the other required options have their words, so that those to come may belong to the named one."""
    wanting = [one for one in command.options if one.required and one is not named and one.name not in raw]
    return len(loose) >= len(wanting)


def _joined(words: Sequence[Word], option: Option | None = None) -> str:
    """The words in a row; in a query, a rule or a text with the quotation marks between them, which mean something."""
    alone = words[0] if len(words) == 1 and words[0].quoted else None
    if option is not None and option.kind == "query" and not (alone and alone.whole):
        return " ".join(_phrase(word) for word in words)
    if option is not None and not alone and (option.kind == "rule" or (option.kind == "text" and option.rest)):
        return " ".join([words[0].source, *(word.typed for word in words[1:])])
    return " ".join(word.text for word in words)


def _phrase(word: Word) -> str:
    """A word of a query; what was quoted, by whatever marks, in those that mean a phrase."""
    if not word.quoted:
        return word.source
    return word.text if '"' in word.text else f'"{word.text}"'


def _place(command: Command, name: str, loose: list[Word], raw: dict[str, str], desk: Desk) -> None:
    """Give the loose words to the options that are still empty, in order."""
    for option in command.options:
        if not loose or option.name in raw or _is_for_theme(option, command, loose, raw, desk):
            continue
        taken = len(loose) if option.rest else _length(option, loose, desk)
        if taken:
            raw[option.name] = _joined(loose[:taken], option)
            del loose[:taken]
            if option.name == "since" and command.option("until") and "until" not in raw:
                raw["until"] = raw["since"]  # a bare "2021" means that year, "since:2021" from then on
    empty = [option for option in command.options if option.name not in raw]
    if loose and len(empty) == 1 and empty[0].kind in {"choice", "count"}:
        raw[empty[0].name] = _joined(loose)  # wrong, as it was not taken: whoever resolves it says what is right
    elif loose:
        left = _joined(loose)
        if [option.kind for option in empty][:1] == ["date"]:
            raise CommandError(desk.catalogue.say("error.date", typed=left))
        raise CommandError(
            desk.catalogue.say("error.left", typed=left, form=form(command, name), example=example(command, name))
        )


def _is_for_theme(option: Option, command: Command, loose: list[Word], raw: dict[str, str], desk: Desk) -> bool:
    """Whether a speaker may be left out here, and the words begin with a theme: "/chart sanctions"."""
    if option.kind != "speaker" or option.required or loose[0].quoted:
        return False
    wanted = any(other.kind == "theme" and other.name not in raw for other in command.options)
    return wanted and any(theme(_joined(loose[:count]), desk, exact=True) for count in range(1, len(loose) + 1))


def _length(option: Option, words: Sequence[Word], desk: Desk) -> int:
    """How many of the words, from the first on, this option understands; 0 for none."""
    if words[0].quoted:
        return 1
    first = words[0].text.casefold()
    readers: dict[str, Callable[[], int]] = {
        "speaker": lambda: _speaker_length(words, desk),
        "date": lambda: _date_length(words, desk),
        "theme": lambda: _theme_length(words, desk),
        "count": lambda: int(first.isascii() and first.isdigit()),
        "choice": lambda: int(any(choice.startswith(first) for choice in option.choices)),
        "text": lambda: len(words),
        "query": lambda: len(words),
        "rule": lambda: len(words),
        "alert": lambda: len(words),
        "statement": lambda: _statement_length(words, desk),
    }
    return readers.get(option.kind, lambda: 1)()


def _date_length(words: Sequence[Word], desk: Desk) -> int:
    lengths = range(min(len(words), _LONGEST_DATE), 0, -1)
    return next((count for count in lengths if read_period(_joined(words[:count]), desk.today)), 0)


def _statement_length(words: Sequence[Word], desk: Desk) -> int:
    """An id is one word; a day may be several; anything else is no statement, and told so as a whole."""
    if any(char.isdecimal() for char in words[0].text) and "-" in words[0].text:
        return 1
    return _date_length(words, desk) or len(words)


def _speaker_length(words: Sequence[Word], desk: Desk) -> int:
    """The words that are a name or the title of an office, the most that are; else all up to a theme or a date."""
    texts = {count: _joined(words[:count]) for count in range(min(len(words), 10), 0, -1)}
    known = next((count for count, text in texts.items() if desk.people.exact(text) or desk.people.titled(text)), 0)
    if known:
        return known
    return next((at for at in range(1, len(words)) if _begins_other(words[at:], desk)), len(words))


def _begins_other(words: Sequence[Word], desk: Desk) -> bool:
    """Whether a theme or a date begins here: a name typed wrong ends before it."""
    text = _joined(words)
    return words[0].quoted or bool(
        theme(text, desk) or theme(words[0].text, desk, exact=True) or _date_length(words, desk)
    )


def _theme_length(words: Sequence[Word], desk: Desk) -> int:
    """The words that name a theme; else all up to where a date begins."""
    lengths = range(len(words), 0, -1)
    named = next((count for count in lengths if theme(_joined(words[:count]), desk, exact=True)), 0)
    if named:
        return named
    dated = (at for at in range(len(words)) if read_period(_joined(words[at:]), desk.today))
    return next(dated, len(words))
