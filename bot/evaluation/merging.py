"""Do all reports of one utterance end up as one statement? The items go through the one door, oldest first."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from bot.classify.coding import Coder
from bot.classify.identity_statements import likenesses
from bot.evaluate import FIRST_SEEN, match
from bot.intake import Intake, placed, repeats, take_in
from bot.rows import item_of
from store import Store
from store.records import Coding, Found, Item
from store.writes import Mark


def merged(rows: Iterable[Mapping[str, Any]], coder: Coder) -> tuple[dict[str, Hashable], dict[str, Hashable]]:
    """Row id to the statement that it brings as news, as found and as wanted, of the rows whose cluster is known.

    Every row is taken in, into an empty store, in order of publication. Of several statements that one of the
    cluster's speaker counts, else of the speaker's side, else the first; a row in which nothing was found stands alone.
    """
    ordered = sorted(rows, key=lambda row: str(row.get("published") or row.get("date") or ""))
    found: dict[str, Hashable] = {}
    with Store.open(":memory:") as store:
        taken = [(row, *_taken(item_of(row, FIRST_SEEN), coder, store)) for row in ordered]
        for row, item, coding in taken:
            if row["gold"].get("cluster"):
                found[str(row["id"])] = _reported(store, item, coding, row) or ("alone", row["id"])
    wanted: dict[str, Hashable] = {str(row["id"]): row["gold"]["cluster"] for row in ordered if str(row["id"]) in found}
    return found, wanted


def _taken(item: Item, coder: Coder, store: Store) -> tuple[str, Coding]:
    """One item taken in; its id and its coding."""
    intake = Intake(store, compares=False)
    placement = placed(item, intake)
    coding = coder.code(placement.item)
    if repeats(placement):
        return placement.item.id, coding
    mark = Mark(item.source, item.url, item.guid, f"{item.source} {item.guid} {item.url}", "#0")
    saved = take_in(placement, coding, item.source, mark, intake)
    return saved.items[0].id, coding


def _reported(store: Store, item: str, coding: Coding, row: Mapping[str, Any]) -> str:
    """The id of the stored statement that the item's news has become, "" when it has none."""
    if not coding.found:
        return ""
    news = next((statement for statement in row["gold"]["statements"] if statement["new"]), None)
    found = _news(coding.found, news) if news else coding.found[0]
    ranked = likenesses(found.statement, store.statements_of(item))
    return ranked[0].statement.id if ranked else ""


def _news(found: Sequence[Found], wanted: Mapping[str, Any]) -> Found:
    """That of the same speaker, else the first of the same side, else the first."""
    same_side = (one for one in found if one.statement.side == wanted["side"])
    return match(found, wanted) or next(same_side, found[0])


def b_cubed(found: Mapping[str, Hashable], wanted: Mapping[str, Hashable]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a clustering, averaged over the items (Bagga and Baldwin 1998); 1 of nothing."""
    names = sorted(wanted)
    if not names:
        return 1.0, 1.0, 1.0
    precision = sum(_together(name, names, found, wanted) for name in names) / len(names)
    recall = sum(_together(name, names, wanted, found) for name in names) / len(names)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _together(name: str, names: Sequence[str], one: Mapping[str, Hashable], other: Mapping[str, Hashable]) -> float:
    """Of those that ``one`` puts with the item (itself too), the share that ``other`` puts with it as well."""
    mates = [mate for mate in names if one[mate] == one[name]]
    return sum(other[mate] == other[name] for mate in mates) / len(mates)


def scattered(found: Mapping[str, Hashable], wanted: Mapping[str, Hashable]) -> list[str]:
    """Each wanted cluster that came out in several statements, and each statement that mixes several, in words."""
    lines = []
    for by, other, what in ((wanted, found, "split"), (found, wanted, "mixed")):
        groups: dict[Hashable, list[str]] = {}
        for name in sorted(by):
            groups.setdefault(by[name], []).append(name)
        lines += [
            f"{what}: {', '.join(names)}" for names in groups.values() if len({other[name] for name in names}) > 1
        ]
    return lines
