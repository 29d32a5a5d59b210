"""Finding the feed behind a site's address."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discover import discover
from bot.fetch import Fetched

SITE = "https://paper.example.org/world/"


def fetched(markup):
    """The site's page as it was fetched."""
    return Fetched(SITE, markup.encode("utf-8", "replace"), "text/html; charset=utf-8")


def test_feeds_that_the_page_names_come_first():
    """Alternate links of feed types, made absolute, and links that look like feeds, before the usual places."""
    markup = """<html><head><link rel="stylesheet" href="a.css">
      <link rel="alternate" type="application/rss+xml" href="/rss/world.xml?utm_source=x">
      <link rel="Alternate home" type="application/feed+json" href="feed.json">
      <link rel="alternate" hreflang="ko" href="/ko/"></head>
      <body><a href="https://feeds.example.net/paper.rss">RSS</a> <a href="javascript:x.rss">no</a></body></html>"""
    found = discover(fetched(markup), SITE)
    assert found[:3] == [
        "https://paper.example.org/rss/world.xml",
        "https://paper.example.org/world/feed.json",
        "https://feeds.example.net/paper.rss",
    ]
    assert "https://paper.example.org/ko/" not in found


def test_usual_places_are_offered_without_a_page():
    """Where the page cannot be had, the usual places remain, each once."""
    found = discover(None, SITE)
    assert found[0] == "https://paper.example.org/world/feed/"
    assert "https://paper.example.org/rss.xml" in found
    assert len(set(found)) == len(found)


def test_base_of_the_page_counts():
    """A base element decides what relative links mean."""
    markup = '<base href="https://cdn.example.net/x/"><link rel=alternate type="application/atom+xml" href="f.atom">'
    assert discover(fetched(markup), SITE)[0] == "https://cdn.example.net/x/f.atom"


def test_what_is_no_address_has_no_feed():
    """A word, or an address of another scheme, gives nothing."""
    assert discover(None, "paper") == discover(None, "file:///etc/passwd") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=30))
def test_any_page_gives_web_addresses(markup, address):
    """Whatever the page, candidates are web addresses."""
    assert all(found.startswith("http") for found in discover(fetched(markup), f"https://{address}"))
