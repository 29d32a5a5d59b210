"""The only reader of the network: limits, caching headers, politeness, address guard."""

from bot.fetch.answers import Caching, Fetched, Limits, NotModified
from bot.fetch.fetcher import Fetcher, user_agent
from bot.fetch.guard import Guard

__all__ = ["Caching", "Fetched", "Fetcher", "Guard", "Limits", "NotModified", "user_agent"]
