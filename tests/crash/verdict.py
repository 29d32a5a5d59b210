"""What stands in the channels after all, held against what was said and what is on the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.delivery.composing import texts
from store import Store
from store.owed import Delivery
from store.records import Statement
from tests.crash.stages import Stage, Standing
from tests.crash.world import World


@dataclass
class Result:
    """What a run came to. ``troubles`` of the platforms; ``wrong`` is empty when all went well."""

    lives: Counter[str]
    utterances: int
    troubles: Counter[str]
    posts: int
    edits: int
    standing: Counter[str]
    listed: int
    wrong: list[str]

    def told(self) -> str:
        """In lines."""
        return (
            f"{sum(self.lives.values())} lives ({_counted(self.lives)}); {self.utterances} utterances; "
            f"{self.posts} posts and {self.edits} edits asked; standing: {_counted(self.standing)}; "
            f'{self.listed} told as "+k more"; troubles: {_counted(self.troubles)}; {len(self.wrong)} wrong'
        ) + "".join(f"\n  {one}" for one in self.wrong)


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(found.items()))


def verdict(world: World, db: str, ends: Counter[str]) -> Result:
    """Hold what stands in the channels against what was said."""
    standing = [one for place in world.stages for one in place.standing()]
    with Store.open(db, readonly=True) as store:
        rows, stored = store.outbox.last(count=100_000), store.statements()
        wrong = [f"damaged: {fault}" for fault in store.check()]
    if len(stored) != len(world.said):
        wrong.append(f"{len(world.said)} utterances became {len(stored)} statements")
    wrong += [f"{count} lives ended by themselves: {end}" for end, count in ends.items() if end.startswith("left 1")]
    wrong += [f"{row.key} is {row.state}: {row.error}" for row in rows if row.state not in {"posted", "dropped"}]
    for place in world.stages:
        here = [one for one in standing if one.platform == place.name]
        owed = [row for row in rows if row.platform == place.name]
        wrong += [f"{place.name}: {one}" for one in place.broken()]
        wrong += _unlike(place, here, owed)
        wrong += _untold(place, here, owed, _found(world, stored))
        wrong += _digests(place, here, world)
    posts, edits = (sum(counts) for counts in zip(*(place.asked() for place in world.stages), strict=True))
    troubles = sum((place.chaos.struck for place in world.stages), Counter[str]())
    kinds = Counter(f"{row.kind}s" for row in rows if row.state == "posted")
    listed = sum(len(texts(row.told["statements"])) for row in rows if row.kind == "more")
    return Result(ends, len(world.said), troubles, posts, edits, kinds, listed, wrong)


def _found(world: World, stored: Sequence[Statement]) -> dict[str, Statement | None]:
    """The words of each utterance, with its statement."""
    every = (said.words for said in world.said)
    return {words: next((one for one in stored if words in one.words), None) for words in every}


def _unlike(place: Stage, here: list[Standing], owed: list[Delivery]) -> list[str]:
    """What stands and is not on the books, or the other way round; and who was called more than once."""
    posted = {place.key(row.key): row.key for row in owed if row.state == "posted"}
    counts = Counter(one.key.partition("#2")[0] for one in here if "#2" not in one.key)
    calls = Counter(posted.get(one.key, one.key) for one in here if one.pings)
    return [
        *(f"{posted.get(key, key)} stands {count} times" for key, count in counts.items() if count > 1),
        *(f"{key} stands and is not known to" for key in counts.keys() - posted.keys()),
        *(f"{posted[key]} was posted and does not stand" for key in posted.keys() - counts.keys()),
        *(f"{key} calls people {count} times" for key, count in calls.items() if count > 1 or "alert/" not in key),
    ]


def _untold(place: Stage, here: list[Standing], owed: list[Delivery], found: dict[str, Statement | None]) -> list[str]:
    """Utterances that are not on record, or not told once, alone or among others; and alerts that are out of date."""
    listed = {name for row in owed if row.kind == "more" for name in texts(row.told["statements"])}
    wrong = []
    for words, statement in found.items():
        if statement is None:
            wrong.append(f"never stored: {words}")
            continue
        key = place.key(f"alert/{place.name}/{place.alerts}/{statement.id}")
        alone = [one for one in here if one.key == key]
        if len(alone) + (statement.id in listed) != 1:
            times = f"{len(alone)} times alone, {statement.id in listed} in a list"
            wrong.append(f"{place.name}: {statement.id} was told {times}")
        for one in alone:
            missing = [part for part in _wanted(statement) if part not in one.text]
            wrong += [f"{place.name}: the alert of {statement.id} does not show {part}" for part in missing]
            if words[:60] not in one.text and f"strike at the {words.split()[5]}" not in one.text:
                wrong.append(f"{place.name}: the alert of {statement.id} quotes something else")
    return wrong


def _wanted(statement: Statement) -> list[str]:
    """What an alert must show of a statement as it is now."""
    outlets = [report.outlet for report in statement.sources]
    return [*outlets, "explicit threat"] if statement.threat == "explicit" else outlets


def _digests(place: Stage, here: list[Standing], world: World) -> list[str]:
    """Days with two digests, utterances in two digests, and feeds told of wrongly: that one was silent is true."""
    told = [one for one in here if one.channel == place.digests]
    digests = [one.text for one in told if "North Korea brief" in one.text]
    days = Counter(text[text.index("North Korea brief") :].splitlines()[0] for text in digests)
    twice = Counter(said.words for said in world.said for text in digests if f"> “{said.words[:60]}" in text)
    notices = [one.text for one in told if "North Korea brief" not in one.text and not one.under]
    wrongly = [text for text in notices if "silent" not in text and "well again" not in text]
    return [
        *(f"{place.name}: {day} was posted {count} times" for day, count in days.items() if count > 1),
        *(f"{place.name}: “{words}” is in {count} digests" for words, count in twice.items() if count > 1),
        *(f"{place.name}: wrongly told: {text}" for text in wrongly),
    ]
