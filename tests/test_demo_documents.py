"""The demo week's press: true to the chronicle, well-formed, and silent about what has not happened yet."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from datetime import datetime, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path

import aiohttp
import feedparser
import pytest
import yaml
from lxml import html

from bot.demo.forms import FORMS, address
from bot.demo.press import Outlet, Story, read_press
from bot.demo.server import FEEDS, WEEK, serve
from bot.sources import read_sources

ROOT = Path(__file__).resolve().parents[1]
OPEDS = sorted((ROOT / "tests/data/opeds").glob("*.yaml"))
PRESS = read_press()
STORIES = [pytest.param(outlet, story, id=f"{outlet.id}/{story.slug}") for outlet in PRESS for story in outlet.stories]
QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|「([^」]+)」|(?<!\w)[‘']([^’']{3,80})[’'](?!\w)")
LONGEST_QUOTE = 25
KIM_YO_JONG = "2021-06-22-kim-yo-jong-disappointment"
END = WEEK[-1] + timedelta(hours=1)


def chronicle(name: str) -> dict[str, dict]:
    """The shipped records, by id."""
    lines = (ROOT / "store/chronicle" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


@pytest.fixture(scope="module")
def records() -> dict[str, dict]:
    """The chronicle's statements."""
    return chronicle("statements")


def plain(text: str) -> str:
    """Words alone: straight apostrophes, single spaces, small letters, no full stop or comma at the end."""
    return " ".join(text.translate(str.maketrans("‘’“”", "''\"\"")).split()).casefold().strip(" .,")


def quoted(text: str) -> list[str]:
    """Everything between quotation marks, read paragraph by paragraph."""
    return [next(filter(None, found)) for part in text.split("\n\n") for found in QUOTED.findall(part)]


def unaccounted(text: str, known: list[str], others: list[str]) -> list[str]:
    """Quoted words that are neither in the quotations of the records named nor owned to be somebody else's."""
    told = [plain(words) for words in known]
    owned = {plain(words) for words in others}
    return [
        words
        for words in quoted(text)
        if plain(words) not in owned and not any(plain(words) in words_told for words_told in told)
    ]


@pytest.mark.parametrize(("outlet", "story"), STORIES)
def test_quotations_are_the_chronicles(outlet: Outlet, story: Story, records):
    """Whatever stands in quotation marks is verbatim in a record that the story names, or is owned by another."""
    known = [quote for name in story.reports + story.recalls for quote in records[name]["quotes"]]
    text = "\n\n".join([unescape(story.title), *story.paragraphs])
    assert unaccounted(text, known, list(story.others)) == []
    assert all(len(words.split()) <= LONGEST_QUOTE for words in quoted(text))
    assert outlet.language in {"ko", "ja"} or not story.reports or any(words_shared(story, known))


def words_shared(story: Story, known: list[str]) -> list[str]:
    """The runs of two words of a record's quotation that the story prints."""
    text = plain(" ".join(story.paragraphs))
    return [quote for quote in known for pair in pairs(plain(quote)) if pair in text]


def pairs(text: str) -> list[str]:
    """Each word with the next."""
    return [f"{first} {second}" for first, second in pairwise(text.split())]


def test_the_dispatches_give_the_record_in_full(records):
    """The state agency's own text has every quotation of the record that it carries, verbatim."""
    room = next(outlet for outlet in PRESS if outlet.id == "moranbong")
    dispatches = [story for story in room.stories if story.reports]
    assert [story.reports[0] for story in dispatches] == [
        "2021-06-17-kim-jong-un-dialogue-and-confrontation",
        KIM_YO_JONG,
        "2021-06-23-ri-son-gwon-no-contact",
    ]
    for story in dispatches:
        body = plain(" ".join(story.paragraphs))
        assert [words for words in records[story.reports[0]]["quotes"] if plain(words) not in body] == []
        assert re.match(r"Pyongyang, June \d\d \(KCNA\) -- ", story.paragraphs[0])


def test_records_are_told_after_they_were_made(records):
    """A story appears no earlier than the day of what it reports or recalls, and reports nothing stale."""
    for outlet in PRESS:
        for story in outlet.stories:
            days = [(story.at.date() - datetime.fromisoformat(records[name]["date"]).date()).days
                    for name in story.reports]  # fmt: skip
            assert all(0 <= days_after <= 2 for days_after in days), (outlet.id, story.slug)
            assert all(records[name]["date"] <= str(END.date()) for name in story.recalls)
            assert set(story.events) <= chronicle("events").keys()


def test_every_utterance_has_several_reports(records):
    """The week's main utterances are told by several outlets, Kim Yo Jong's by seven, between irrelevant stories."""
    told = Counter(name for outlet in PRESS for name in {name for story in outlet.stories for name in story.reports})
    assert told[KIM_YO_JONG] == 7
    assert told["2021-06-17-kim-jong-un-dialogue-and-confrontation"] >= 5
    assert told["2021-06-21-sung-kim-anywhere-anytime"] >= 4
    assert told["2021-06-23-ri-son-gwon-no-contact"] >= 5
    week = {name for name, record in records.items() if "2021-06-13" <= record["date"] <= "2021-06-25"}
    assert set(told) == week
    silent = [story for outlet in PRESS for story in outlet.stories if not (story.reports or story.recalls)]
    assert len(silent) >= 12


def test_outlets_are_invented():
    """No outlet bears a real one's name, as the chronicle and the feeds know them; no document names a real address."""
    real = {source["outlet"].casefold() for record in chronicle("statements").values() for source in record["sources"]}
    real |= {source.outlet.casefold() for path in ROOT.glob("feeds.yaml") for source in read_sources(path)[0]}
    names = {outlet.outlet.casefold() for outlet in PRESS}
    assert not [
        (name, cited) for name in names for cited in real if name in cited or (len(cited) > 5 and cited in name)
    ]
    for path in [*(ROOT / "bot/demo/documents").glob("*.yaml"), FEEDS]:
        assert re.findall(r"https?://[^\s\"']+|\bwww\.", path.read_text("utf-8")) == []
    for path in OPEDS:
        assert all(".example/" in found for found in re.findall(r"https?://\S+", path.read_text("utf-8")))


async def test_the_sources_are_the_outlets():
    """The demo's feeds.yaml is accepted as it is and names every outlet's feed once, in the outlet's language."""
    async with serve() as server:
        sources, problems = read_sources(server.feeds())
        assert problems == []
        assert {(source.address, source.outlet, source.language) for source in sources} == {
            (f"{server.base}/{outlet.path}", outlet.outlet, outlet.language) for outlet in PRESS
        }


def entries(outlet: Outlet, body: bytes) -> list[str]:
    """The titles in a feed document, read by the form's own rules; raises where it is malformed."""
    if outlet.form == "json":
        feed = json.loads(body)
        assert feed["version"].startswith("https://jsonfeed.org/version/")
        return [item["title"] for item in feed["items"]]
    if outlet.form == "html":
        return [link.text_content() for link in html.document_fromstring(body).cssselect("ul.article-link a.title")]
    feed = feedparser.parse(body)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == {"rss": "rss20", "rdf": "rss10", "atom": "atom10"}[outlet.form]
    return [entry.title for entry in feed.entries]


@pytest.mark.parametrize("outlet", PRESS, ids=lambda outlet: outlet.id)
async def test_feeds_are_well_formed_and_complete(outlet: Outlet):
    """At the end of the week a feed parses and holds every story, updates in place and copies beside it."""
    async with serve() as server, aiohttp.ClientSession() as client:
        server.show(END)
        answer = await client.get(f"{server.base}/{outlet.path}")
        assert answer.headers["Content-Type"] == FORMS[outlet.form].content_type
        titles = entries(outlet, await answer.read())
        replaced = sum(bool(story.replaces) for story in outlet.stories)
        copies = sum(bool(story.again) for story in outlet.stories)
        assert len(titles) == len(outlet.stories) - replaced + copies
        for story in outlet.shown(END):
            page = await client.get(address(outlet, story).replace("{base}", server.base))
            body = html.document_fromstring(await page.text()).cssselect("article .body p")
            assert [paragraph.text_content() for paragraph in body] == story.paragraphs


async def test_nothing_is_told_early():
    """At no poll of the week does a feed or a page show what was published later, and clocks may go back."""
    async with serve() as server, aiohttp.ClientSession() as client:
        for now in (*WEEK[::7], WEEK[0]):
            server.show(now)
            for outlet in PRESS:
                body = await (await client.get(f"{server.base}/{outlet.path}")).text()
                later = [story for story in outlet.stories if story.at > now]
                assert [story.slug for story in later if f"{outlet.id}/{story.slug}" in body] == []
                for story in later[:2]:
                    assert (await client.get(f"{server.base}/{outlet.id}/{story.slug}")).status == 404


async def test_an_update_takes_the_place_of_what_it_updates():
    """The wire's update keeps address and guid and shows its own text from its own moment on."""
    wire = next(outlet for outlet in PRESS if outlet.id == "ternwick")
    update = next(story for story in wire.stories if story.replaces)
    before = [story for story in wire.shown(update.at - timedelta(minutes=1)) if story.slug == update.replaces]
    after = [story for story in wire.shown(update.at) if story.slug == update.replaces]
    assert len(before) == len(after) == 1
    assert "UPDATE" not in before[0].title
    assert "UPDATE" in after[0].title


async def test_unchanged_documents_answer_304():
    """Either validator gives 304 while nothing changed and 200 afterwards; the tag decides where both come."""
    async with serve() as server, aiohttp.ClientSession() as client:
        url = f"{server.base}/mulbit/rss/north-korea.xml"
        server.show(datetime.fromisoformat("2021-06-22T13:30:00+09:00"))
        first = await client.get(url)
        tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
        assert changed == "Tue, 22 Jun 2021 04:20:00 GMT"
        both = {"If-None-Match": tag, "If-Modified-Since": changed}
        for headers in ({"If-None-Match": tag}, {"If-Modified-Since": changed}, both):
            again = await client.get(url, headers=headers)
            assert (again.status, await again.read()) == (304, b"")
        server.show(datetime.fromisoformat("2021-06-22T14:30:00+09:00"))
        assert [(await client.get(url, headers=headers)).status for headers in (both, {"If-Modified-Since": changed})] \
            == [200, 200]  # fmt: skip


async def test_gzip_only_when_asked():
    """A caller that takes gzip gets it, another gets the plain document; both are the same text."""
    async with serve() as server, aiohttp.ClientSession(auto_decompress=False) as client:
        server.show(END)
        url = f"{server.base}/yalu/feed.json"
        packed = await client.get(url, headers={"Accept-Encoding": "gzip"})
        bare = await client.get(url, headers={"Accept-Encoding": "identity"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in bare.headers
        assert gzip.decompress(await packed.read()) == await bare.read()


def test_the_week_is_polled_four_times_a_day():
    """From 14 to 25 June 2021, four moments a day in order, Pyongyang mornings first."""
    assert len(WEEK) == 48
    assert list(WEEK) == sorted(WEEK)
    assert {str(moment.date()) for moment in WEEK} == {f"2021-06-{day}" for day in range(14, 26)}
    assert {moment.utcoffset() for moment in WEEK} == {timedelta(hours=9)}


def test_the_usual_damage_is_there():
    """The press has what real feeds have: no guid, no date, a day only, no zone, a relative link, entities, a copy."""
    stories = [story for outlet in PRESS for story in outlet.stories]
    stamps = {story.stamp for story in stories}
    assert {story.guid for story in stories} >= {"", None}
    assert {"", "2021-06-21", "2021-06-22 14:30:00"} <= stamps
    assert any(story.relative for story in stories)
    assert any(story.again for story in stories)
    assert any("&#8217;" in story.title for story in stories)
    assert any(outlet.entities for outlet in PRESS)
    assert {outlet.form for outlet in PRESS} == set(FORMS)


@pytest.mark.parametrize("path", OPEDS, ids=lambda path: path.stem)
def test_columns_quote_the_chronicle_only(path: Path, records):
    """The columns kept for later tests quote the records that they name, each at least once, verbatim."""
    column = yaml.safe_load(path.read_text("utf-8"))
    known = [quote for name in column["recalls"] for quote in records[name]["quotes"]]
    assert unaccounted(column["item"]["text"], known, column["others"]) == []
    words = [plain(found) for found in quoted(column["item"]["text"])]
    for name in column["recalls"]:
        assert any(found in plain(quote) for found in words for quote in records[name]["quotes"]), name
