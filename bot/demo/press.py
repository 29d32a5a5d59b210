"""The demo's outlets and their stories, read from ``documents/*.yaml``.

An outlet's file begins with ``id``, ``outlet``, ``form`` (one of ``forms.FORMS``), ``path`` (of its feed), ``title``,
``language`` and perhaps ``furniture`` (headlines and buttons that its pages wear around every article) and ``lists``
(how much of a story the feed gives: ``text``, ``summary`` or ``nothing``). Its ``stories`` follow, oldest first; the
fields of one are those of ``Story``. ``{base}`` stands for the server's address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

DOCUMENTS = Path(__file__).parent / "documents"


@dataclass(frozen=True)
class Story:
    """One entry of a feed.

    ``at``        the moment it appears, with its zone: nothing shows it earlier
    ``slug``      its address is ``/<outlet>/<slug>``
    ``stamp``     the date as the outlet prints it, where that is not the form's own (date only, no zone); "" for none
    ``guid``      None: the address; "": the entry has none
    ``again``     a second slug under which the same text is listed once more
    ``replaces``  the slug of an earlier story whose place, address and guid this one takes over
    ``relative``  the link is written without host
    ``summary``   what the feed gives when it does not give the text; by default the first paragraph (an editor's note
                  about the update, "(ATTN: …)", apart)
    ``kicker``    what the page prints above the text (a caption, a credit)

    For people and tests only: ``reports`` and ``recalls`` are ids of chronicle records, told as new or as
    background; ``events`` are ids of chronicle events; ``others`` are quoted words that are no statement: an
    analyst's, a player's.
    """

    at: datetime
    slug: str
    title: str
    text: str
    stamp: str | None = None
    guid: str | None = None
    again: str = ""
    replaces: str = ""
    relative: bool = False
    summary: str = ""
    kicker: str = ""
    author: str = ""
    reports: tuple[str, ...] = ()
    recalls: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> list[str]:
        """The text's paragraphs, which blank lines part."""
        return [" ".join(part.split()) for part in self.text.split("\n\n") if part.strip()]

    @property
    def teaser(self) -> str:
        """What a feed without full texts says of it."""
        return self.summary or next(part for part in self.paragraphs if not part.startswith("(ATTN"))


@dataclass(frozen=True)
class Outlet:
    """One invented outlet and everything that it published in the week, oldest first."""

    id: str
    outlet: str
    form: str
    path: str
    title: str
    language: str
    stories: tuple[Story, ...]
    lists: str = "text"
    furniture: tuple[str, ...] = ()
    entities: bool = False

    def shown(self, now: datetime) -> list[Story]:
        """What stands in its feed at ``now``, newest first: updates in place of what they update, copies beside it."""
        places: dict[str, Story] = {}
        for story in self.stories:
            if story.at > now:
                continue
            slug = story.replaces or story.slug
            places[slug] = replace(story, slug=slug)
            if story.again:
                places[story.again] = replace(story, slug=story.again)
        return sorted(places.values(), key=lambda story: story.at, reverse=True)


def read_press(folder: Path = DOCUMENTS) -> tuple[Outlet, ...]:
    """Every outlet of the folder, by file name."""
    return tuple(_outlet(yaml.safe_load(path.read_text("utf-8"))) for path in sorted(folder.glob("*.yaml")))


def _outlet(entry: Mapping[str, Any]) -> Outlet:
    fields = {**entry, "stories": tuple(_story(story) for story in entry["stories"])}
    fields["furniture"] = tuple(entry.get("furniture", ()))
    return Outlet(**fields)


def _story(entry: Mapping[str, Any]) -> Story:
    """A story from its YAML; the moment is quoted there, because YAML itself would drop the zone."""
    lists: Iterable[str] = ("reports", "recalls", "events", "others")
    fields = {**entry, **{name: tuple(entry.get(name, ())) for name in lists}}
    fields["at"] = datetime.fromisoformat(entry["at"])
    return Story(**fields)
