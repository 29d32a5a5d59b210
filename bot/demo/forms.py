"""Feed documents and article pages, written from stories.

Each form takes the outlet and the stories that its feed shows and returns the document's text, in which ``{base}``
still stands for the server's address. Dates are written in the zone of the story's own moment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from types import MappingProxyType

from bot.demo.press import Outlet, Story


@dataclass(frozen=True)
class Form:
    """A way to write a feed, and the content type it is served under."""

    content_type: str
    write: Callable[[Outlet, Sequence[Story]], str]


def address(outlet: Outlet, story: Story, *, relative: bool = False) -> str:
    """Where the article is read."""
    return f"{'' if relative else '{base}'}/{outlet.id}/{story.slug}"


def page(outlet: Outlet, story: Story) -> str:
    """The article page: the text between the furniture that the outlet puts on every page."""
    furniture = "\n".join(f"<li><a href='{{base}}/{outlet.id}/'>{escape(line)}</a></li>" for line in outlet.furniture)
    kicker = f"<p class='caption'>{escape(story.kicker)}</p>" if story.kicker else ""
    byline = f"<p class='byline'>{escape(story.author)}</p>" if story.author else ""
    return f"""<!DOCTYPE html>
<html lang="{outlet.language}">
<head><meta charset="utf-8"><title>{escape(story.title)} | {escape(outlet.outlet)}</title>
<meta property="article:published_time" content="{story.at.isoformat()}"></head>
<body>
<header><nav><a href="/">{escape(outlet.outlet)}</a></nav></header>
<main><article>
<h1>{escape(story.title)}</h1>
{kicker}{byline}
<div class="body">
{_html(story)}
</div>
</article></main>
<aside class="related"><ul>
{furniture}
</ul></aside>
<footer>{escape(outlet.outlet)}</footer>
</body></html>
"""


def _html(story: Story, *, entities: bool = False) -> str:
    """The text as HTML; with ``entities``, everything beyond ASCII as numbers, as some publishing systems do."""
    body = "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in story.paragraphs)
    return body.encode("ascii", "xmlcharrefreplace").decode() if entities else body


def _content(outlet: Outlet, story: Story) -> str:
    """What the feed gives of a story, as HTML inside XML."""
    given = {
        "text": _html(story, entities=outlet.entities),
        "summary": f"<p>{escape(story.teaser, quote=False)}</p>",
        "nothing": "",
    }
    return escape(given[outlet.lists], quote=False)


def _element(name: str, value: str, attributes: str = "") -> str:
    """One XML element with escaped text; nothing when there is no value."""
    return f"<{name}{attributes}>{escape(value, quote=False)}</{name}>" if value else ""


def _stamp(story: Story, form: str) -> str:
    return form if story.stamp is None else story.stamp


def _rss(outlet: Outlet, stories: Sequence[Story]) -> str:
    items = "\n".join(_rss_item(outlet, story) for story in stories)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel>
<title>{escape(outlet.title)}</title><link>{{base}}/{outlet.id}/</link>
<description>{escape(outlet.title)}</description><language>{outlet.language}</language>
{items}
</channel></rss>
"""


def _rss_item(outlet: Outlet, story: Story) -> str:
    guid = address(outlet, story) if story.guid is None else story.guid
    parts = [
        _element("title", story.title),
        _element("link", address(outlet, story, relative=story.relative)),
        _element("guid", guid, ' isPermaLink="false"'),
        _element("pubDate", _stamp(story, format_datetime(story.at))),
        _element("author", story.author),
        f"<description>{_content(outlet, story)}</description>",
    ]
    return "<item>" + "\n".join(part for part in parts if part) + "</item>"


def _rdf(outlet: Outlet, stories: Sequence[Story]) -> str:
    about = [address(outlet, story) for story in stories]
    order = "".join(f'<rdf:li rdf:resource="{link}"/>' for link in about)
    items = "\n".join(
        f'<item rdf:about="{link}">{_element("title", story.title)}<link>{link}</link>'
        f"<description>{_content(outlet, story)}</description>"
        f"{_element('dc:date', _stamp(story, story.at.isoformat()))}</item>"
        for link, story in zip(about, stories, strict=True)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xml:lang="{outlet.language}">
<channel rdf:about="{{base}}/{outlet.path}"><title>{escape(outlet.title)}</title><link>{{base}}/{outlet.id}/</link>
<description>{escape(outlet.title)}</description><items><rdf:Seq>{order}</rdf:Seq></items></channel>
{items}
</rdf:RDF>
"""


def _atom(outlet: Outlet, stories: Sequence[Story]) -> str:
    updated = max((story.at for story in stories), default=None)
    entries = "\n".join(_atom_entry(outlet, story) for story in stories)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">
<id>urn:demo:{outlet.id}</id><title>{escape(outlet.title)}</title><link href="{{base}}/{outlet.id}/"/>
{_element("updated", updated.isoformat() if updated else "")}
{entries}
</feed>
"""


def _atom_entry(outlet: Outlet, story: Story) -> str:
    stamp = _stamp(story, story.at.isoformat())
    author = f"<author>{_element('name', story.author)}</author>" if story.author else ""
    return f"""<entry><id>{address(outlet, story) if story.guid is None else story.guid}</id>
{_element("title", story.title)}<link rel="alternate" href="{address(outlet, story, relative=story.relative)}"/>
{_element("published", stamp)}{_element("updated", stamp)}{author}
<content type="html">{_content(outlet, story)}</content></entry>"""


def _json(outlet: Outlet, stories: Sequence[Story]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": f"{{base}}/{outlet.id}/",
        "feed_url": f"{{base}}/{outlet.path}",
        "language": outlet.language,
        "items": [_json_item(outlet, story) for story in stories],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(outlet: Outlet, story: Story) -> dict[str, object]:
    link = address(outlet, story, relative=story.relative)
    item: dict[str, object] = {"id": link if story.guid is None else story.guid, "url": link, "title": story.title}
    item["date_published"] = _stamp(story, story.at.isoformat())
    if story.author:
        item["authors"] = [{"name": story.author}]
    return item | {"content_html": _html(story)}


def _list_page(outlet: Outlet, stories: Sequence[Story]) -> str:
    """A list page of an agency without a feed: titles, links and the day, in the Juche calendar too."""
    rows = "\n".join(
        f'<li><a class="title" href="{address(outlet, story, relative=True)}">{escape(story.title)}</a> '
        f'<span class="date">{_stamp(story, f"Juche{story.at.year - 1911}({story.at:%Y.%m.%d}.)")}</span></li>'
        for story in stories
    )
    return f"""<!DOCTYPE html>
<html lang="{outlet.language}"><head><meta charset="utf-8"><title>{escape(outlet.title)}</title></head>
<body><h1>{escape(outlet.title)}</h1>
<ul class="article-link">
{rows}
</ul></body></html>
"""


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "rss": Form("application/rss+xml; charset=utf-8", _rss),
        "rdf": Form("application/rdf+xml; charset=utf-8", _rdf),
        "atom": Form("application/atom+xml; charset=utf-8", _atom),
        "json": Form("application/feed+json; charset=utf-8", _json),
        "html": Form("text/html; charset=utf-8", _list_page),
    }
)
