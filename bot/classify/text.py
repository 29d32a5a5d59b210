"""An item's text as a reader sees it: paragraphs, sentences and quoted spans, all with offsets into the text.

Pure and linear in the length of the text. ``Document.plain`` has the same length as ``text`` (one
character for one), with typographic quotes, apostrophes, dashes and odd spaces straightened, so that a
pattern written in ASCII finds its match at the true offset.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from bot.classify.quoting import Quoted, quoted_spans
from store.records import Item

_PLAIN = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "‟": '"', "＂": '"', "〝": '"', "〞": '"',
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "＇": "'", "`": "'", "´": "'", "ʼ": "'",
        "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-",
        "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "\t": " ", "\u200b": " ", "\ufeff": " ", "\r": " ",
    }
)  # fmt: skip

_LINE = re.compile(r"[^\n]+")
_STOP = re.compile(r"""(?:[.!?…]+["'”’»)\]]*(?=\s)|[。！？]+[」』”’》）]*)""")
_BEFORE = re.compile(r"([A-Za-z][A-Za-z.]*)\.[\"'”’»)\]]*\Z")
_ABBREVIATION = re.compile(
    r"mrs?|ms|dr|prof|gen|lt|col|maj|sgt|capt|adm|rep|sen|gov|amb|st|no|vs|etc|e\.g|i\.e|jr|sr|hon|rev|vol|approx|dept"
    r"|u\.s|u\.n|u\.k|u\.s\.a|n\.k|s\.k|r\.o\.k|d\.p\.r\.k|p\.m|a\.m|d\.c|inc|co|ltd|corp|min"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_ENDS_ANYWAY = re.compile(r"u\.s|u\.n|u\.k|u\.s\.a|n\.k|s\.k|p\.m|a\.m|d\.c|etc|inc|co|ltd|corp")
"""Abbreviations that can end a sentence, when a capitalised function word follows."""
_OPENER = re.compile(
    r"the|an?|in|on|at|it|he|she|they|we|i|this|that|these|those|but|and|however|meanwhile|if|as|when|while|after|his|her"
    r"|its|their|there|for|to|what|who|earlier|later|last"
)
_NEXT_WORD = re.compile(r"""\s*["'“‘«(\[]*(\w[\w'’-]*)?""")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text: ``text[start:end]``."""

    start: int
    end: int

    def __contains__(self, offset: int) -> bool:
        return self.start <= offset < self.end


@dataclass(frozen=True, slots=True)
class Document:
    """A title and a text, cut once. Paragraphs and sentences are in order and do not overlap.

    ``quoted`` holds the quotations of the text, outer before inner, by start; ``title_quoted`` those of
    the title, with offsets into the title. ``source`` is the item's source, for "the ministry said".
    """

    title: str
    text: str
    language: str
    source: str
    plain: str
    plain_title: str
    paragraphs: tuple[Span, ...]
    sentences: tuple[Span, ...]
    quoted: tuple[Quoted, ...]
    title_quoted: tuple[Quoted, ...]

    @classmethod
    def of(cls, item: Item) -> Document:
        """The document of an item; offsets are into ``item.text``."""
        return read(item.title, item.text, item.language, item.source)

    def words(self, span: Span | Quoted) -> str:
        """The text of a paragraph, a sentence or a quotation (without its marks)."""
        return self.text[span.start : span.end]

    def paragraph_at(self, offset: int) -> Span | None:
        """The paragraph that holds the character at ``offset``; None between paragraphs."""
        return _at(self.paragraphs, offset)

    def sentence_at(self, offset: int) -> Span | None:
        """The sentence that holds the character at ``offset``; None between sentences."""
        return _at(self.sentences, offset)

    def sentences_in(self, span: Span | Quoted) -> tuple[Span, ...]:
        """The sentences that begin inside a span."""
        first = bisect_right(self.sentences, span.start - 1, key=_start)
        last = bisect_right(self.sentences, span.end - 1, key=_start)
        return self.sentences[first:last]

    def quoted_at(self, offset: int) -> Quoted | None:
        """The innermost quotation around the character at ``offset``."""
        found = None
        for span in self.quoted[: bisect_right(self.quoted, offset, key=_start)]:
            if offset < span.end:
                found = span
        return found

    def unquoted(self) -> str:
        """``plain`` with all quoted words blanked out, of the same length."""
        return blank(self.plain, self.quoted)


def read(title: str, text: str, language: str = "en", source: str = "") -> Document:
    """Cut a title and a text. Any text is accepted; damage is read as well as can be."""
    paragraphs = tuple(_paragraphs(text))
    return Document(
        title=title,
        text=text,
        language=language,
        source=source,
        plain=text.translate(_PLAIN),
        plain_title=title.translate(_PLAIN),
        paragraphs=paragraphs,
        sentences=tuple(sentence for paragraph in paragraphs for sentence in _sentences(text, paragraph)),
        quoted=quoted_spans(text, [(span.start, span.end) for span in paragraphs]),
        title_quoted=quoted_spans(title, [(0, len(title))]),
    )


def straighten(text: str) -> str:
    """Typographic quotes, apostrophes, dashes and spaces in their plain form, character for character."""
    return text.translate(_PLAIN)


def blank(text: str, spans: tuple[Quoted, ...] | tuple[Span, ...]) -> str:
    """The text with the spans filled with blanks, of the same length."""
    pieces, done = [], 0
    for span in spans:
        if span.start >= done:
            pieces += [text[done : span.start], " " * (span.end - span.start)]
            done = span.end
    return "".join([*pieces, text[done:]])


def _paragraphs(text: str) -> Iterator[Span]:
    for line in _LINE.finditer(text):
        words = line.group()
        start = line.start() + len(words) - len(words.lstrip())
        end = line.start() + len(words.rstrip())
        if start < end:
            yield Span(start, end)


def _sentences(text: str, paragraph: Span) -> Iterator[Span]:
    start = paragraph.start
    for stop in _STOP.finditer(text, paragraph.start, paragraph.end):
        end = stop.end()
        if end < paragraph.end and not _goes_on(text, stop, start, paragraph.end):
            yield Span(start, end)
            start = end + len(text[end : paragraph.end]) - len(text[end : paragraph.end].lstrip())
    if start < paragraph.end:
        yield Span(start, paragraph.end)


def _goes_on(text: str, stop: re.Match[str], start: int, end: int) -> bool:
    """Whether the sentence goes on behind this mark: an abbreviation, an initial, a small letter after it."""
    if not stop.group().startswith("."):
        return stop.group()[0] in "!?…" and text[stop.end() : stop.end() + 2].strip().islower()
    following = _NEXT_WORD.match(text, stop.end(), end)
    word = str(following.group(1) or "") if following else ""
    word = word if not word.startswith("â") else ""  # a quotation mark read in the wrong encoding
    if word[:1].islower():
        return True
    before = _BEFORE.search(text, max(start, stop.start() - 12), stop.end())
    if before is None:
        return False
    last = before.group(1).lower()
    if _ABBREVIATION.fullmatch(last):
        return not (_ENDS_ANYWAY.fullmatch(last) and _OPENER.fullmatch(word.lower()))
    return len(last) == 1 and before.group(1).isupper() and last != "i"


def _at(spans: tuple[Span, ...], offset: int) -> Span | None:
    index = bisect_right(spans, offset, key=_start) - 1
    return spans[index] if index >= 0 and offset in spans[index] else None


def _start(span: Span | Quoted) -> int:
    return span.start
