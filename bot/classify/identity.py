"""Is this already known? The one place that answers it, for items and for statements."""

from bot.classify.identity_items import Placement, merge_items, place, same_item

__all__ = ["Placement", "merge_items", "place", "same_item"]
