"""The feed behind a site's address, for people who know only the site."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.addresses import is_web, join
from bot.charset import decode
from bot.fetch import Fetched
from bot.kinds.html import document

TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
COMMON = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")


def discover(page: Fetched | None, url: str) -> list[str]:
    """Addresses that may be feeds, most likely first.

    Those that the page itself names (``link rel=alternate``, links that look like feeds) come
    before the usual places on its host, which nobody promised. An address that is no web address has none.
    """
    if not is_web(url):
        return []
    named = _named(page) if page is not None else []
    parts = urlsplit(url)
    below = url.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].rstrip("/") + "/feed/"
    usual = [below, *(f"{parts.scheme}://{parts.netloc}{path}" for path in COMMON)]
    return list(dict.fromkeys([*named, *usual]))


def _named(page: Fetched) -> list[str]:
    root = document(decode(page.body, content_type=page.content_type))
    if root is None:
        return []
    bases = [str(href) for href in root.xpath("//base/@href") if is_web(str(href))]
    base = bases[0] if bases else page.url
    links = [
        str(link.get("href", ""))
        for link in root.xpath("//link[@href]")
        if "alternate" in str(link.get("rel", "")).lower().split()
        and str(link.get("type", "")).lower().strip() in TYPES
    ]
    anchors = [str(href) for href in root.xpath("//a/@href") if _looks_like_feed(str(href))]
    return [address for address in (join(base, link) for link in [*links, *anchors]) if address]


def _looks_like_feed(address: str) -> bool:
    path = address.lower().split("?")[0].rstrip("/")
    return path.endswith((".rss", "rss.xml", "atom.xml", "feed.xml", "feed.json", "/feed", "/rss", "index.rdf"))
