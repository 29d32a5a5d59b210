"""From an entry and, where there is one, its article page to an Item: plain text without furniture.

Where the page cannot be had, or is not the article, what the feed gives is taken, and called a teaser if it is one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import trafilatura
from lxml import etree

from bot.charset import decode
from bot.fetch import Fetched
from bot.furniture import complete_sentence, folded, without_furniture
from bot.language import language_of
from bot.repair import repaired
from bot.sources import Entry, Source
from bot.stamps import first_seen, read_stamp
from store.records import Item, Stamp

BLOCKS = {
    "address", "article", "blockquote", "br", "caption", "center", "dd", "div", "dl", "dt", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr",
    "ul",
}  # fmt: skip
HIDDEN = {
    "aside", "audio", "button", "figcaption", "form", "iframe", "nav", "noscript", "object", "script", "select",
    "style", "svg", "template", "video",
}  # fmt: skip
ASIDE = re.compile(
    r"(?i)(?:^|[\s_-])(?:related|share|sharing|sharedaddy|social|newsletter"
    r"|caption|rollover-people-block|promo"
    r"|advert)"
)
MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
UNSHOWN = re.compile(r"(?is)<(script|style|template)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)")
PAYWALL = re.compile(
    r"(?i)(?:subscribe to (?:read|continue)|become a (?:member|subscriber)|to continue reading"
    r"|already a (?:member|subscriber)"
    r"|this (?:article|content) is (?:for|available to) (?:subscribers"
    r"|members)|log ?in to read|유료 ?(?:회원|기사)|有料会員)"
)
CUT_OFF = re.compile(r"(?i)(?:\[?(?:…|\.\.\.)\]?|read more|continue reading[^\n]{0,80}|계속 읽기|続きを読む)[\s»→.]*$")
SHORT = 700
"""Characters below which a feed's description is an excerpt unless it has several paragraphs."""
SHARED = 0.34
"""Share of the title's words that an article must have in common with it."""
LARGEST = 3_000_000
"""Characters of a page that are read: what comes behind is no article."""
PAGE_DATE = re.compile(
    r"""(?ix)"datePublished"\s*:\s*"([^"]{8,40})"
    | <meta[^>]{0,80}(?:article:published_time|pubdate|date\.issued)[^>]{0,40}
    content\s*=\s*["']([^"']{8,40})"""
)


def extract(page: Fetched | None, entry: Entry, source: Source, now: datetime) -> Item:
    """The Item that an entry stands for.

    ``page`` is the article's own page, or None where it was not to be had. ``teaser`` is set
    where the text is only an excerpt. Nothing is downloaded, and nothing is raised whatever the page.
    """
    title = _title(entry, source)
    given = "" if _is_search(source) else (entry.content or entry.summary)[:LARGEST]  # a search repeats titles only
    from_feed = without_furniture(repaired(text_of(given)), title)
    markup = decode(page.body, content_type=page.content_type, language=source.language)[:LARGEST] if page else ""
    whole = repaired(_article(markup, source))
    from_page = without_furniture(whole, title)
    taken = len(from_page) >= 0.9 * len(from_feed) and _is_article(whole, from_feed, title)
    text = from_page if taken else from_feed
    return Item(
        source=source.id,
        url=entry.url,
        title=title,
        text=CUT_OFF.sub("…", text) if CUT_OFF.search(text) else text,
        published=entry.published or _date_on(markup, source, now) or first_seen(now, source.zone),
        first_seen=now,
        language=source.language or entry.language or language_of(f"{title}\n{text}"),
        guid=entry.guid,
        author=repaired(entry.author).strip(),
        teaser=_is_cut(text, markup) if taken else _is_teaser(text, entry, source),
    )


def text_of(markup: str) -> str:
    """Plain paragraphs, separated by newlines, from an HTML fragment or from plain text."""
    if not MARKUP.search(markup):
        return html.unescape(markup)
    try:
        root = lxml.html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError):
        return html.unescape(MARKUP.sub("\n", markup))
    _drop_asides(root)
    # The parser gives up on markup that nests too deep.
    return _lines(root) or html.unescape(MARKUP.sub("\n", UNSHOWN.sub("", markup)))


def _title(entry: Entry, source: Source) -> str:
    title = " ".join(repaired(entry.title).split())
    if _is_search(source):  # the outlet stands behind the last dash
        title = title.rpartition(" - ")[0] or title
    return title


def _is_search(source: Source) -> bool:
    return urlsplit(source.address).hostname == "news.google.com"


def _article(markup: str, source: Source) -> str:
    """The page's article: by the source's selector, else as trafilatura finds it."""
    if not markup.strip():
        return ""
    try:
        return _selected(markup, source.selectors.text) or _found(markup)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return ""


def _selected(markup: str, selector: str) -> str:
    if not selector:
        return ""
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True)
    root = lxml.html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    parts = root.cssselect(selector)
    outer = [part for part in parts if not any(other in parts for other in part.iterancestors())]
    for part in outer:
        _drop_asides(part)
    return "\n".join(_lines(part) for part in outer)


def _found(markup: str) -> str:
    found: str | None = trafilatura.extract(markup, include_comments=False, include_tables=True, with_metadata=False)
    return found or ""


def _drop_asides(root: Any) -> None:  # noqa: ANN401  lxml ships no types
    """Take out what is by its tag or class not text, unless that would be most of it."""
    whole = len(root.text_content())
    for element in list(root.iter(etree.Element)):
        if element is root or element.getparent() is None:
            continue
        named = ASIDE.search(f"{element.get('class', '')} {element.get('id', '')}")
        if element.tag in HIDDEN or (named and len(element.text_content()) * 2 < whole):
            element.drop_tree()


def _lines(root: Any) -> str:  # noqa: ANN401
    parts = "".join(_pieces(root))
    return "\n".join(line for line in (" ".join(part.split()) for part in parts.split("\x00")) if line)


def _pieces(root: Any) -> Iterator[str]:  # noqa: ANN401
    """The text in order, blocks parted by NUL; iterative, since hostile markup nests deep."""
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        shown = event in {"start", "end"}
        if shown and element.tag in BLOCKS:
            yield "\x00"
        if event == "start":
            yield element.text or ""
        elif element is not root:
            yield element.tail or ""


def _is_article(text: str, given: str, title: str) -> bool:
    """Whether the page's text is this article, and not a consent wall or a section page."""
    if not text:
        return False
    wanted = _words(title) or _words(given[:300])
    if len(wanted) < 3:  # noqa: PLR2004  too little to judge by
        return True
    return len(wanted & _words(text)) >= SHARED * len(wanted)


def _words(text: str) -> set[str]:
    """Words of three letters and more; pairs of characters where words are not parted by spaces."""
    found = {folded(word) for word in re.findall(r"[^\W_]{3,}", text)}
    scripts = re.findall(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2,}", text)
    pairs = {run[at : at + 2] for run in scripts for at in range(len(run) - 1)}
    return pairs or found


def _is_cut(text: str, markup: str) -> bool:
    """Whether a page's text is only the part before a paywall."""
    return (bool(PAYWALL.search(markup)) and not complete_sentence(text)) or bool(CUT_OFF.search(text))


def _is_teaser(text: str, entry: Entry, source: Source) -> bool:
    """Whether the feed gave only an excerpt. A dispatch that closes with ``-0-`` is complete whatever else."""
    if text.endswith("-0-"):
        return False
    if not text or source.page or CUT_OFF.search(text) or not complete_sentence(text):
        return True
    return not entry.content and (len(text) < SHORT and "\n" not in text)


def _date_on(markup: str, source: Source, now: datetime) -> Stamp | None:
    """The date that the page states in its head, for feeds that give none."""
    found = PAGE_DATE.search(markup)
    stamp = read_stamp(found[1] or found[2], source.zone, now) if found else None
    if stamp is None:
        return None
    return Stamp(
        stamp.day, stamp.at, "; ".join(part for part in ("no date in the feed: the page's", stamp.guessed) if part)
    )
