"""What one workspace has of the feeds: their names and states here, its own wishes, and pausing for itself alone."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.command import Desk
from bot.errors import CommandError
from bot.wanted import Wanted, wanted
from store.records import AddedFeed, FeedState


def feeds_here(desk: Desk) -> dict[str, Wanted]:
    """The operator's feeds and those added here, by id."""
    every = wanted(desk.sources, desk.store.added_feeds())
    return {one.source.id: one for one in every if one.operators or one.added_by(desk.workspace.id)}


def states_here(desk: Desk) -> dict[str, FeedState]:
    """The state of each feed as it is here, by id."""
    known = {state.source: state for state in desk.store.feed_states()}
    return {name: _state(known.get(name, FeedState(name)), one, desk) for name, one in feeds_here(desk).items()}


def _state(state: FeedState, one: Wanted, desk: Desk) -> FeedState:
    own = one.added_by(desk.workspace.id)
    paused = own is not None and own.paused and not one.operators
    return replace(state, paused=own.paused, failures=0) if own and paused else state


def own_feed(name: str, desk: Desk) -> AddedFeed | None:
    """The feed of this id as it was added here; None when it was not."""
    found = feeds_here(desk).get(name)
    return found.added_by(desk.workspace.id) if found else None


def stop(name: str, why: str, desk: Desk) -> bool:
    """Pause a feed: one that was added, for this workspace alone; whether others go on wanting it.

    Raises:
        CommandError: it is one of the operator's, and serves others too.
    """
    one = feeds_here(desk).get(name)
    own = one.added_by(desk.workspace.id) if one else None
    if one is None:
        return False  # removed meanwhile
    if own is None or one.operators:
        _ours_alone(name, desk)
        desk.store.pause_feed(name, why)
        return False
    desk.store.pause_wish(desk.workspace.id, str(own.entry["id"]), why)
    return any(not feed.paused for feed in one.by if feed.workspace != desk.workspace.id)


def go_on(name: str, desk: Desk) -> None:
    """Want a feed again that was paused here, and read it at once if it was stopped for everybody.

    Raises:
        CommandError: it is one of the operator's, and serves others too.
    """
    one = feeds_here(desk).get(name)
    own = one.added_by(desk.workspace.id) if one else None
    if one is None:
        return  # removed meanwhile
    if own is None or one.operators:
        _ours_alone(name, desk)
        desk.store.resume_feed(name)
        return
    desk.store.pause_wish(desk.workspace.id, str(own.entry["id"]), "")
    state = desk.store.feed_state(name)
    if one.stopped or (state is not None and state.paused):
        desk.store.resume_feed(name)


def is_shared(desk: Desk) -> bool:
    """Whether the operator's feeds serve others too, so that this workspace cannot stop them."""
    others = [one for one in desk.store.workspaces() if one.id not in {desk.workspace.id, "console"}]
    return bool(others) and desk.workspace.platform != "console"


def _ours_alone(name: str, desk: Desk) -> None:
    """The operator's feeds serve everybody: one of several workspaces cannot stop them.

    Raises:
        CommandError: it would.
    """
    if is_shared(desk):
        raise CommandError(desk.catalogue.say("feeds.shared", name=name))
