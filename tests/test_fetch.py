"""Fetching over real HTTP on loopback: caching, redirects, limits, politeness, retries, plain words."""

from __future__ import annotations

import asyncio
import gzip
import resource
import socket
import zlib
from contextlib import asynccontextmanager
from datetime import timedelta

import brotli
import pytest
from aiohttp.abc import AbstractResolver

from bot.errors import FetchError
from bot.fetch import Caching, Fetched, Fetcher, Limits, NotModified, user_agent
from bot.fetch.answers import fresh_for, retry_after
from tests.servers.feeds import Answer, FeedServer

BODY = "<rss>북한</rss>".encode() * 40
SMALL = Limits(total=5, wire=100_000, body=300_000, pause=0)
LOOPBACK = ["127.0.0.0/8"]


class Sleeper:
    """Stands in for ``asyncio.sleep``: notes how long was asked for and goes on at once."""

    def __init__(self):
        self.slept = []

    async def __call__(self, seconds):
        """Note the seconds."""
        self.slept.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def both(limits=SMALL, **options):
    """A server and a fetcher that may reach it."""
    options.setdefault("sleep", Sleeper())
    async with FeedServer() as server, Fetcher(limits=limits, allowed=LOOPBACK, **options) as fetcher:
        yield server, fetcher


async def failure(fetcher, url):
    """The FetchError that fetching gives."""
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    return caught.value


async def test_unchanged_feed_is_asked_for_once_and_then_only_after():
    """The validators of one answer make the next request conditional, and 304 comes back as NotModified."""
    async with both() as (server, fetcher):
        server.say("/feed", Answer(BODY, etag='W/"7"', modified="Tue, 22 Jun 2021 01:00:00 GMT"))
        first = await fetcher.fetch(server.url())
        assert isinstance(first, Fetched)
        assert first.body == BODY
        assert first.caching == Caching('W/"7"', "Tue, 22 Jun 2021 01:00:00 GMT")
        again = await fetcher.fetch(server.url(), first.caching)
        assert isinstance(again, NotModified)
        assert again.caching == first.caching
        assert server.asked[1].headers["if-none-match"] == 'W/"7"'


async def test_304_to_a_plain_request_is_an_error():
    """A server that says "not modified" to somebody who has nothing is told of as a failure."""
    async with both() as (server, fetcher):
        server.say("/feed", Answer(status=304))
        assert "304" in (await failure(fetcher, server.url())).reason


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("gzip", gzip.compress(BODY[:100], mtime=0) + gzip.compress(BODY[100:], mtime=0)),
        ("gzip", gzip.compress(BODY, mtime=0) + b"\0\0\0"),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("br", brotli.compress(BODY)),
        ("identity", BODY),
    ],
    ids=["gzip", "gzip in two members", "gzip with zeros after it", "deflate", "bare deflate", "br", "identity"],
)
async def test_packed_bodies_are_unpacked(encoding, packed):
    """Gzip (also in several members), both kinds of deflate, and brotli, in one piece or byte by byte."""
    async with both() as (server, fetcher):
        pieces = tuple(packed[at : at + 7] for at in range(0, len(packed), 7))
        server.say(
            "/feed",
            Answer(packed, headers={"Content-Encoding": encoding}),
            Answer(pieces=pieces, headers={"Content-Encoding": encoding}),
        )
        for _ in range(2):
            answer = await fetcher.fetch(server.url())
            assert isinstance(answer, Fetched)
            assert answer.body == BODY


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        ("gzip", b"plain after all", "not packed as it says"),
        ("gzip", gzip.compress(BODY, mtime=0)[:-9], "breaks off"),
        ("br", b"\xff" * 40, "not packed as it says"),
        ("br", brotli.compress(BODY)[:-2], "breaks off"),
        ("zstd", b"x", "not asked for"),
    ],
    ids=["no gzip", "gzip cut", "no br", "br cut", "zstd"],
)
async def test_badly_packed_bodies_are_told_of(encoding, body, words):
    """A body that is not packed as its header says is an error in words, never half a feed."""
    async with both() as (server, fetcher):
        server.say("/feed", Answer(body, headers={"Content-Encoding": encoding}))
        assert words in (await failure(fetcher, server.url())).reason


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda data: brotli.compress(data, quality=2)])
async def test_decompression_bomb_stops_at_the_limit(pack):
    """A small body that would unpack to 150 MB costs neither the memory nor the time of it."""
    name = {gzip.compress: "gzip", zlib.compress: "deflate"}.get(pack, "br")
    bomb = pack(bytes(150_000_000))
    limits = Limits(total=20, pause=0)
    async with both(limits) as (server, fetcher):
        server.say("/feed", Answer(bomb, headers={"Content-Encoding": name}))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        error = await failure(fetcher, server.url())
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert error.permanent
        assert "too large" in error.reason
        assert grown < 4 * limits.body / 1024  # kilobytes; the whole bomb would be near 150,000
        assert len(server.asked) == 1


async def test_body_beyond_the_limit_is_not_read_to_its_end():
    """Neither an announced nor an endless chunked body is taken beyond the limit on the wire."""
    async with both() as (server, fetcher):
        server.say("/told", Answer(b"x" * 10, headers={"Content-Length": "900000"}))
        server.say("/endless", Answer(pieces=tuple(b"y" * 10_000 for _ in range(100))))
        for path in ("/told", "/endless"):
            error = await failure(fetcher, server.url(path))
            assert "too large" in error.reason
            assert error.permanent


async def test_permanent_move_is_reported_and_a_passing_one_is_not():
    """The address to remember is the last one reached by permanent redirects alone."""
    async with both() as (server, fetcher):
        server.say("/old", Answer(status=301, headers={"Location": "/newer"}))
        server.say("/newer", Answer(status=308, headers={"Location": server.url("/new")}))
        server.say("/new", Answer(BODY, etag='"1"'))
        server.say("/mixed", Answer(status=301, headers={"Location": "/passing"}))
        server.say("/passing", Answer(status=302, headers={"Location": "/old"}))
        assert (await fetcher.fetch(server.url("/old"))).moved_to == server.url("/new")
        assert (await fetcher.fetch(server.url("/old"), Caching('"1"'))).moved_to == server.url("/new")
        mixed = await fetcher.fetch(server.url("/mixed"))
        assert mixed.moved_to == server.url("/passing")
        assert mixed.url == server.url("/new")
        assert (await fetcher.fetch(server.url("/new"))).moved_to is None


@pytest.mark.parametrize(
    ("target", "words"),
    [("/loop", "circles"), ("", "nowhere"), ("http://[", "no proper address"), ("ftp://example.org/", "only http")],
)
async def test_redirects_that_lead_nowhere_end(target, words):
    """Circles, missing targets and other schemes end in words."""
    async with both() as (server, fetcher):
        server.say("/loop", Answer(status=302, headers={"Location": target}))
        assert words in (await failure(fetcher, server.url("/loop"))).reason
        assert len(server.asked) <= SMALL.redirects + 1


async def test_words_that_are_no_address_are_told_as_such():
    """Somebody typed a name in place of an address: what an address begins with is said."""
    async with both() as (_, fetcher):
        reason = (await failure(fetcher, "notaurl")).reason
    assert reason == "only http and https addresses are read, and this begins with neither https:// nor http://"


async def test_credentials_stay_with_their_host():
    """User name and password go to the host they were written for, to no other, and into no message."""
    async with both(resolver=Names({"other.example": ["127.0.0.1"]})) as (server, fetcher):
        other = f"http://user:pw2@other.example:{server.port}/there"
        server.say("/here", Answer(status=302, headers={"Location": other}))
        server.say("/there", Answer(status=404))
        error = await failure(fetcher, server.url("/here", host="me:secret@127.0.0.1"))
        assert "authorization" in server.asked[0].headers
        assert "authorization" not in server.asked[1].headers
        assert "secret" not in str(error)
        assert error.url == server.url("/here")


async def test_what_may_pass_is_tried_again_with_growing_random_pauses():
    """Server errors and dropped connections are tried again, each pause drawn from a doubling range."""
    sleeper = Sleeper()
    async with both(sleep=sleeper, chance=lambda: 0.5) as (server, fetcher):
        server.say("/feed", Answer(status=503), Answer(BODY, drop="body"), Answer(BODY))
        answer = await fetcher.fetch(server.url())
        assert isinstance(answer, Fetched)
        assert sleeper.slept == [1.0, 2.0]  # half of 2 s, half of 4 s


@pytest.mark.parametrize(
    ("answer", "tries", "words"),
    [
        (Answer(status=503), 3, "the server answered 503"),
        (Answer(drop="head"), 6, "broke off"),  # the HTTP library asks again by itself when nothing at all came
        (Answer(BODY, drop="body"), 3, "broke off"),
        (Answer(raw=b"NONSENSE\r\n\r\n"), 3, "no proper HTTP"),
        (Answer(status=404), 1, "nothing at this address"),
        (Answer(status=403), 1, "access is refused"),
        (Answer(status=429), 1, "asked too often"),
        (Answer(status=204), 1, "204"),
    ],
)
async def test_failures_are_told_in_words_and_only_passing_ones_repeated(answer, tries, words):
    """Each kind of failure has its words; only those that may pass are tried again."""
    async with both() as (server, fetcher):
        server.say("/feed", answer)
        error = await failure(fetcher, server.url())
        assert words in error.reason
        assert len(server.asked) == tries
        assert not error.gone


async def test_gone_is_told_apart():
    """410 says that the feed will not come back."""
    async with both() as (server, fetcher):
        server.say("/feed", Answer(status=410))
        assert (await failure(fetcher, server.url())).gone


async def test_server_that_names_a_time_is_not_asked_before_it():
    """Retry-After is handed on, and the fetcher does not try again itself."""
    async with both() as (server, fetcher):
        server.say("/feed", Answer(status=503, headers={"Retry-After": "120"}))
        assert (await failure(fetcher, server.url())).retry_after == timedelta(minutes=2)
        assert len(server.asked) == 1


async def test_slow_server_meets_the_time_limit():
    """A server that says nothing is given up after the limit, which the message names."""
    async with both(Limits(total=0.2, attempts=1, pause=0)) as (server, fetcher):
        server.say("/feed", Answer(BODY, delay=5))
        assert "within 0.2 s" in (await failure(fetcher, server.url())).reason


async def test_closed_port_and_unknown_name_are_told_apart():
    """A refused connection and a name that does not exist have words of their own."""
    async with FeedServer() as server:
        closed = server.url()
    async with Fetcher(limits=SMALL, allowed=LOOPBACK, sleep=Sleeper(), resolver=Names({})) as fetcher:
        assert "refused" in (await failure(fetcher, closed)).reason
        assert "name could not be found" in (await failure(fetcher, "http://nowhere.example/")).reason


async def test_no_network_is_said():
    """A name server that cannot be reached means no network, and is not tried again at once."""
    async with Fetcher(limits=SMALL, sleep=Sleeper(), resolver=Names({}, trouble=-3)) as fetcher:
        assert "no network" in (await failure(fetcher, "http://example.org/")).reason


@pytest.mark.parametrize(
    "url", ["", "no address", "http://", "http://a..b/", "file:///etc/passwd", "//x", "http://x:99999/"]
)
async def test_nonsense_is_refused_in_words(url):
    """What is no web address becomes a FetchError, and that for good."""
    async with Fetcher(limits=SMALL, sleep=Sleeper()) as fetcher:
        assert (await failure(fetcher, url)).permanent


async def test_agent_is_honest():
    """The server sees the bot's name and how to reach its operator; cookies are not kept."""
    async with both(agent=user_agent("ops@example.org\r\nX: y", "1.2")) as (server, fetcher):
        server.say("/feed", Answer(BODY, headers={"Set-Cookie": "id=1"}))
        await fetcher.fetch(server.url())
        await fetcher.fetch(server.url())
        assert server.asked[0].headers["user-agent"] == "briefbot/1.2 (+ops@example.orgX: y)"
        assert "cookie" not in server.asked[1].headers


async def test_requests_to_one_host_keep_their_distance():
    """Requests to one host go one at a time, and wait for the pause between their starts."""
    sleeper = Sleeper()
    async with both(Limits(pause=2, per_host=1), sleep=sleeper) as (server, fetcher):
        server.say("/feed", Answer(BODY, delay=0.01))
        await asyncio.gather(*(fetcher.fetch(server.url()) for _ in range(3)))
        assert server.most_open == 1
        assert [round(seconds) for seconds in sleeper.slept] == [2, 4]


async def test_many_hosts_share_the_overall_limit():
    """Requests to many hosts run side by side, but no more than the limit at once."""
    names = Names({f"h{number}.example": ["127.0.0.1"] for number in range(12)})
    async with both(Limits(at_once=4, pause=0), resolver=names) as (server, fetcher):
        server.say("/feed", Answer(BODY, delay=0.02))
        await asyncio.gather(*(fetcher.fetch(server.url(host=name)) for name in names.known))
        assert 2 <= server.most_open <= 4


async def test_waiting_for_one_host_holds_up_no_other():
    """A queue at one slow host leaves the others free, even when it is longer than the overall limit."""
    names = Names({"slow.example": ["127.0.0.1"], "quick.example": ["127.0.0.1"]})
    async with both(Limits(at_once=2, pause=0), resolver=names) as (server, fetcher):
        server.say("/slow", Answer(BODY, delay=0.3))
        server.say("/quick", Answer(BODY))
        queue = [asyncio.create_task(fetcher.fetch(server.url("/slow", host="slow.example"))) for _ in range(4)]
        await asyncio.sleep(0.05)
        await asyncio.wait_for(fetcher.fetch(server.url("/quick", host="quick.example")), 0.25)
        assert not any(task.done() for task in queue)
        for task in queue:
            task.cancel()
        await asyncio.gather(*queue, return_exceptions=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=900"}, 900),
        ({"Cache-Control": "max-age=900", "Age": "300"}, 600),
        ({"Cache-Control": "max-age=99999999"}, 86400),
        ({"Cache-Control": "s-maxage=60"}, None),
        ({"Cache-Control": "no-cache, max-age=900"}, None),
        ({"Cache-Control": "max-age=0"}, None),
        ({}, None),
    ],
)
def test_cache_control_says_how_long_an_answer_is_fresh(headers, seconds):
    """max-age less the age counts, for a day at most."""
    found = fresh_for(headers)
    assert (found.total_seconds() if found else None) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "60"}, 60),
        ({"Retry-After": "99999999999"}, 604800),
        ({"Retry-After": "Tue, 22 Jun 2021 10:05:00 GMT", "Date": "Tue, 22 Jun 2021 10:00:00 GMT"}, 300),
        ({"Retry-After": "Tue, 22 Jun 2021 10:05:00 GMT"}, None),
        ({"Retry-After": "Tue, 22 Jun 2021 09:00:00 GMT", "Date": "Tue, 22 Jun 2021 10:00:00 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(headers, seconds):
    """A date is held against the server's own clock; nonsense is no wish."""
    found = retry_after(headers)
    assert (found.total_seconds() if found else None) == seconds


def family_of(address):
    """The socket family of an address as text."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Names(AbstractResolver):
    """A name server for tests: names to addresses, taken in turn when a list of lists is given."""

    def __init__(self, known, trouble=-2):
        self.known, self.trouble, self.asked = known, trouble, []

    async def resolve(self, host, port=0, family=socket.AF_UNSPEC):  # noqa: ARG002  aiohttp passes it
        """The scripted addresses."""
        self.asked.append(host)
        if host not in self.known:
            raise socket.gaierror(self.trouble, "scripted")
        answers = self.known[host]
        if isinstance(answers[0], list):
            answers = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            {"hostname": host, "host": address, "port": port, "family": family_of(address), "proto": 0, "flags": 0}
            for address in answers
        ]

    async def close(self):
        """Nothing to close."""
