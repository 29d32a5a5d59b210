"""OPML, the form in which feed readers exchange lists of feeds: read with care, written plainly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from urllib.parse import urlsplit

from lxml import etree

from bot.errors import FeedError
from bot.sources import Source

_MOST = 1000
_ID_MOST = 40


def read_opml(text: str) -> list[dict[str, str]]:
    """The feeds of an OPML document as entries of feeds.yaml: id, address, outlet, and group where there is one.

    Raises:
        FeedError: it is no OPML, or names no feed, or too many.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(f"this is no OPML file: {error}") from error
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise FeedError("this is no OPML file: it does not begin with <opml>")
    found = list(_outlines(root))
    if not found:
        raise FeedError("the OPML file names no feeds (no outline has an xmlUrl)")
    if len(found) > _MOST:
        raise FeedError(f"the OPML file names {len(found)} feeds; at most {_MOST} are read")
    return found


def _outlines(root: etree._Element) -> Iterator[dict[str, str]]:
    taken: set[str] = set()
    for outline in root.iter("outline"):
        attributes = {str(key).lower(): str(value).strip() for key, value in outline.attrib.items()}
        address = attributes.get("xmlurl", "")
        if not address:
            continue
        outlet = attributes.get("title") or attributes.get("text") or urlsplit(address).hostname or address
        entry = {"id": free_id(outlet, address, taken), "address": address, "outlet": outlet[:200]}
        taken.add(entry["id"])
        parent = outline.getparent()
        group = "" if parent is None else str(parent.get("text") or parent.get("title") or "")
        yield entry | ({"group": group[:100]} if group else {})


def free_id(outlet: str, address: str, taken: Iterable[str]) -> str:
    """A short id made of the outlet's name, or of its site; not one of ``taken``."""
    used = set(taken)
    host = re.sub(r"^www\.", "", urlsplit(address).hostname or "feed")
    base = _slug(outlet) or _slug(host) or "feed"
    return next(one for one in chain([base], (f"{base}-{number}" for number in count(2))) if one not in used)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_ID_MOST].strip("-")


def write_opml(title: str, sources: Sequence[Source], added: Sequence[Mapping[str, object]]) -> bytes:
    """All feeds as an OPML 2.0 document, in groups."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    rows = [(one.group, one.outlet, one.address, one.language) for one in sources]
    rows += [
        (str(one.get("group", "")), str(one.get("outlet", "")), str(one["address"]), str(one.get("language", "")))
        for one in added
    ]
    groups: dict[str, etree._Element] = {"": body}
    for group, outlet, address, language in rows:
        if group not in groups:
            groups[group] = etree.SubElement(body, "outline", text=group)
        told = {"type": "rss", "text": outlet, "title": outlet, "xmlUrl": address}
        etree.SubElement(groups[group], "outline", told | ({"language": language} if language else {}))
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return document
