"""Is this already known? The one place that answers it, for items and for statements."""

from bot.classify.identity_items import Placement, merge_items, place, same_item
from bot.classify.identity_merge import merge
from bot.classify.identity_statements import Likeness, identify, likenesses

__all__ = ["Likeness", "Placement", "identify", "likenesses", "merge", "merge_items", "place", "same_item"]
