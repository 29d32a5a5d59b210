"""What sites put around and into an article, found and taken out of plain text.

Input and output are paragraphs separated by newlines. A rule that is unsure
leaves the text as it is: a stray headline does less harm than a lost sentence.
KCNA's dateline and its closing ``-0-`` are not furniture.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

LONG = 40
"""Characters from which a repeated paragraph is a repetition and not a refrain."""
HEADLINE = 160
"""Characters above which a line is no headline."""
CAPTION = 400
"""Characters above which a line is no caption."""
TOP = 6
"""Lines in which the title may be repeated and a photo credit may stand first."""
LONGEST_LINE = 20_000
"""Characters above which a line is not searched for junk inside its sentences."""
ENOUGH = 200
"""Characters of article that must remain for a block to be cut away."""

AGENCIES = (
    r"(?:AP|AFP|Reuters|EPA|Yonhap|KCNA|Kyodo|Getty(?: Images)?|TASS|Xinhua|Sputnik|KNS|NEWSIS|Newsis"
    r"|연합뉴스|뉴시스|뉴스1)"
)

RELATED = re.compile(
    r"(?i)^\W{0,3}(?:related(?: (?:articles?|stor(?:y|ies)|news|links?"
    r"|content|coverage|topics?))?|more news"
    r"|more stories|more on this"
    r"(?: story)?|read more|read also|also read|read next|see also|see more"
    r"|watch(?: more| now)?|don[’'`]?t miss"
    r"|you may (?:also )?like"
    r"|recommended(?: for you)?|most (?:read|popular)|trending(?: now)?|up next|editor[’']?s picks?"
    r"|in case you missed it|more from .{2,40}"
    r"|관련\s?(?:기사|뉴스)|더\s?보기|많이 본 (?:기사|뉴스)|추천 ?기사|関連(?:記事|ニュース)|あわせて読みたい"
    r"|相关(?:新闻|阅读|报道)|延伸阅读|更多新闻|читайте также|по теме"
    r"|смотрите также)\s*(?P<colon>[:：—–-]|$)\s*(?P<rest>.*)$"
)
MORE_LINE = re.compile(
    r"^(?:MORE|READ MORE|More\.{3}|More »|Read more[ .…»→]*|Continue reading[ .…»→].*|더보기|続きを読む)$"
)
FURNITURE = re.compile(
    r"(?i)^\W{0,3}(?:(?:share|tweet|pin|print|email|e-mail|save|copy link|link copied!?|facebook|twitter|x"
    r"|linkedin|reddit|whatsapp|telegram"
    r"|line|kakao ?talk|url|listen|comments?|font size|공유(?:하기)?|카카오톡|페이스북"
    r"|트위터|글자\s?(?:크기|크게|작게)|인쇄|스크랩|シェア|ツイート|分享"
    r"|微信|微博|поделиться|вконтакте|this(?: article| story)?|on|via|with|and|by|to|a)[\s|/·,:!]*)+$"
)
LINES = re.compile(
    r"(?i)^\W{0,3}(?:click (?:here )?to share|share (?:this|on)\b.{0,60}$"
    r"|sign up (?:for|to)\b|subscribe (?:to"
    r"|now|today|here)\b"
    r"|follow us on|download (?:our|the) app|advertis(?:e|ing)ment\b|sponsored(?: content)?$"
    r"|story continues below|article continues"
    r"|scroll (?:down )?to continue|skip (?:to|past)|all rights reserved|copyright (?:©|\(c\)|\d{4})|(?:©|ⓒ"
    r"|\(c\)\s?\d{4})"
    r"|the post .{3,300} appeared first on |this (?:article"
    r"|story) (?:was )?(?:originally|first) (?:appeared"
    r"|published)"
    r"|무단\s?전재|저작권자|제보는|기사제보|\[?구독|本文版权|責任編輯|责任编辑|подпис(?:ыв|аться|ка))"
)
CREDIT_FIRST = re.compile(
    r"(?i)^\W{0,3}(?:(?:file )?(?:photo|image|picture|photograph|illustration)(?: credit| by| courtesy"
    r"|s?\s?[:/|©])|credit\s?:|courtesy of"
    r"|file ?[-–—:]|file photo|\[?사진\s?[=:/]|\[?자료\s?사진|写真\s?[:：=]|图(?:片来源)?\s?[:：]|фото\s?:)"
)
CREDIT_LAST = re.compile(
    rf"(?:\((?:[^()]{{0,60}}(?i:photos? ?(?:by|from|credit|:|/)|file photo|courtesy|handout|\bvia\b)[^()]{{0,60}}"
    rf"|(?:사진|写真)[^()]{{1,40}})\)"
    rf"|[/|]\s?{AGENCIES}(?:[/ ][\w ]{{2,30}})?"
    rf"|\[(?:사진|{AGENCIES})[^\]]{{0,40}}\]|(?:Photo|Image|Picture):? (?:by |courtesy of )?[^.]{{2,60}}"
    rf"|Getty Images)\s*$"
)
PICTURED = re.compile(
    rf"(?i)^.{{0,200}}\b(?:(?:file |undated |combined? |this |a )+(?:photo"
    rf"|image|picture)|pictured|seen (?:here"
    rf"|in this)|(?:photo|image|picture) "
    rf"(?:shows|taken|released|provided)).{{0,260}}(?:\(?{AGENCIES}[^()]{{0,30}}\)?)?\s*$"
)
SIGNATURE = re.compile(r"(?im)[ \t]*The post [^\n]{3,300}? appeared first on [^\n]{2,80}$")
COMMENTS = re.compile(
    r"(?i)^\W{0,3}(?:\d{0,5} ?(?:comments?|replies)(?: ?\(?\d*\)?)?"
    r"|leave a (?:reply|comment)|post a comment"
    r"|join the (?:discussion|conversation)"
    r"|view (?:all )?comments?|user comments|댓글(?: ?\d+개?)?|コメント(?:\s?\d+件?)?|网友评论"
    r"|комментарии(?: ?\(?\d*\)?)?)\W{0,3}$"
)
BOT_OPENS = re.compile(
    r"(?i)this is the best summary i could come up with"
    r"|^\W{0,4}(?:tl;?dr bot|ai[- ]generated summary|autotl;?dr)"
)
BOT_CLOSES = re.compile(
    r"(?i)saved \d{1,3}%|the original article contains [\d,]+ words"
    r"|i[’']?m a bot|this summary was (?:auto)?generated"
)
SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’»」』)\]]*$|-0-$|다\.?$")
SPLICE = re.compile(
    r"(?<![\w])(?P<shown>(?:[A-Z][\w.’'-]{0,20} ){0,3}?(?P<last>[A-Z][\w’'-]{0,25}[a-z])) ?"
    r"(?=[A-Z])(?P<again>(?:[A-Z][\w.’'-]{0,20} ){0,4}?(?P=last))"
    r"(?P<junk>(?=[\"'“‘]?[A-Z0-9])[^\n]{8,420}?)\sMORE\b"
)


def without_furniture(text: str, title: str = "") -> str:
    """The article's own paragraphs, the title (if given) not repeated."""
    lines = [
        line for line in (" ".join(part.split()) for part in SIGNATURE.sub("", unspliced(text)).splitlines()) if line
    ]
    lines = _without_bot(_before_comments(lines))
    lines = _without_title(list(_own(lines)), title)
    return "\n".join(_once(lines))


def splices(text: str) -> list[tuple[int, int]]:
    """Where related-link junk was spliced into sentences, as (start, end) offsets.

    Some sites turn each name into a link with a pop-up list; their text then reads
    ``Jane RoeJane RoeFirst headline Second headline MORE said``. The span runs from the
    repeated name up to and with ``MORE``.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        if " MORE" in line and len(line) <= LONGEST_LINE:
            found += [(start + match.end("shown"), start + match.end()) for match in SPLICE.finditer(line)]
        start += len(line)
    return found


def unspliced(text: str) -> str:
    """The text without such junk."""
    for start, end in reversed(splices(text)):
        text = text[:start] + text[end:]
    return text


def complete_sentence(text: str) -> bool:
    """Whether the text ends as a finished text does, not in mid-sentence or with an ellipsis."""
    return bool(SENTENCE_END.search(text.rstrip())) and not re.search(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])$", text.rstrip())


def folded(line: str) -> str:
    """A line for comparison: letters and digits only."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", line).casefold() if mark.isalnum())


def _own(lines: Sequence[str]) -> Iterator[str]:
    """The lines that are the article's."""
    in_list = False
    for number, line in enumerate(lines):
        related = RELATED.match(line)
        if related and len(line) <= HEADLINE and (related["colon"] or not related["rest"]):
            in_list = not related["rest"]
            continue
        if in_list and _is_headline(line):
            continue
        in_list = False
        if not _is_furniture(line, number):
            yield line


def _is_headline(line: str) -> bool:
    return len(line) <= HEADLINE and not SENTENCE_END.search(line)


def _is_furniture(line: str, number: int) -> bool:
    if MORE_LINE.match(line) or (len(line) < HEADLINE and FURNITURE.match(line)):
        return True
    if len(line) <= CAPTION and LINES.match(line):
        return True
    return _is_caption(line, first=number < TOP)


def _is_caption(line: str, *, first: bool) -> bool:
    """A credit or a caption. Without a word for "photo" only a short unfinished line at the top is one."""
    if len(line) > CAPTION:
        return False
    if CREDIT_FIRST.match(line) or line.startswith(("▲", "△")):
        return True
    if re.search(r"[\"“”]", line):  # a quotation is never given up for a caption
        return False
    if CREDIT_LAST.search(line) and not SENTENCE_END.search(line):
        return True
    if PICTURED.match(line) and CREDIT_LAST.search(line):
        return True
    return first and bool(PICTURED.match(line)) and bool(re.search(rf"\(?{AGENCIES}[^()]{{0,30}}\)?\s*$", line))


def _before_comments(lines: list[str]) -> list[str]:
    """What stands before the comments. A marker with hardly any text before it is a link at the top: only it goes."""
    for number, line in enumerate(lines):
        if COMMENTS.match(line):
            before = lines[:number]
            if sum(map(len, before)) >= ENOUGH:
                return before
            return [*before, *_before_comments(lines[number + 1 :])]
    return lines


def _without_bot(lines: list[str]) -> list[str]:
    """Without a machine's summary, whose wording is nobody's; where there is nothing else, only its marks go."""
    opens = next((number for number, line in enumerate(lines) if BOT_OPENS.search(line)), None)
    if opens is None:
        return lines
    closes = [number for number, line in enumerate(lines) if number > opens and BOT_CLOSES.search(line)]
    if closes:
        rest = lines[:opens] + lines[closes[-1] + 1 :]
        if sum(map(len, rest)) >= ENOUGH:
            return rest
    return [line for line in lines if not (BOT_OPENS.search(line) or BOT_CLOSES.search(line))]


def _without_title(lines: list[str], title: str) -> list[str]:
    """Without the title among the first lines, also with the outlet's name behind it."""
    wanted = folded(title)
    if not wanted:
        return lines
    return [line for number, line in enumerate(lines) if number >= TOP or not _is_title(line, title, wanted)]


def _is_title(line: str, title: str, wanted: str) -> bool:
    own = folded(line)
    if own == wanted:
        return True
    named = re.match(r"^\s*[|–—·:-]", line[len(title) :]) if line.startswith(title) else None
    return bool(named) and len(line) <= len(title) + LONG


def _once(lines: Sequence[str]) -> Iterator[str]:
    """Long paragraphs once: pull quotes and key points repeat the text."""
    seen: set[str] = set()
    for line in lines:
        key = folded(line)
        if len(line) >= LONG and key in seen:
            continue
        seen.add(key)
        yield line
