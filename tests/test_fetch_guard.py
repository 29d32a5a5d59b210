"""The address guard: nothing but the open internet is reached, unless the operator names it."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.errors import FetchError, SettingsError
from bot.fetch import Caching, Fetched, Fetcher, Guard, Limits
from bot.fetch.guard import Refused, is_public
from tests.servers.feeds import Answer, FeedServer
from tests.test_fetch import Names, Sleeper

QUICK = Limits(total=3, connect=1, pause=0, attempts=1)

INSIDE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0",  # noqa: S104  refused, not bound to
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.0.0.1", "::",
    "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1",
    "ff02::1", "2001:db8::1",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8", "1.1.1.1", "175.45.176.71", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8",
    "2002:808:808::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_inner_addresses_are_not_public(address):
    """Loopback, private, link-local, shared, multicast, reserved and all their IPv6 wrappings are inside."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_of_the_internet_are_public(address):
    """Ordinary addresses pass, also behind NAT64, 6to4 or as mapped ones."""
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_wrapping_makes_an_inner_address_public(address):
    """Any inner IPv4 address stays inside whatever IPv6 form it is put in."""
    number = int(address)
    wrapped = (f"::ffff:{address}", (0x64FF9B << 96) + number, (0x2002 << 112) + (number << 80))
    assert not any(is_public(ip_address(form)) for form in wrapped)


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "127.0.0.1.", "[::ffff:7f00:1]", "localhost",
     "a.localhost",
     "localhost.", "０.0.0.0", "①②⑦.0.0.1", "0", "[fe80::1%25eth0]"],
)  # fmt: skip
async def test_inner_addresses_in_odd_forms_are_refused(host):
    """Numbers, octal, hexadecimal, short and other forms of inner addresses never reach a socket."""
    async with Fetcher(limits=QUICK, sleep=Sleeper()) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(f"http://{host}:9/")
        assert caught.value.permanent


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
async def test_name_that_leads_inside_is_refused(address):
    """A public-looking name with an inner address is refused when it is resolved."""
    async with Fetcher(limits=QUICK, sleep=Sleeper(), resolver=Names({"news.example": [address]})) as fetcher:
        with pytest.raises(FetchError, match="not an address of the open internet") as caught:
            await fetcher.fetch("http://news.example/feed")
        assert caught.value.permanent


async def test_every_redirect_passes_the_guard():
    """A permitted server cannot send the bot to an inner address or to a name that leads there."""
    names = Names({"inside.example": ["127.0.0.1"], "allowed.example": ["127.0.0.1"]})
    async with FeedServer() as server:
        async with Fetcher(limits=QUICK, allowed=["allowed.example"], resolver=names, sleep=Sleeper()) as fetcher:
            for target in ("http://169.254.169.254/latest", server.url("/x"), server.url("/x", host="inside.example")):
                server.say("/feed", Answer(status=302, headers={"Location": target}))
                with pytest.raises(FetchError, match="open internet"):
                    await fetcher.fetch(server.url(host="allowed.example"))
        assert "/x" not in server.paths()


async def test_rebinding_name_is_caught_at_the_second_answer():
    """A name that is public when first resolved and an inner address later gets no connection to it."""
    async with FeedServer() as server:
        names = Names({"flip.example": [["203.0.113.9"], ["127.0.0.1"]]})
        server.say("/feed", Answer(b"secret"))
        async with Fetcher(limits=QUICK, resolver=names, sleep=Sleeper()) as fetcher:
            for _ in range(2):
                with pytest.raises(FetchError):
                    await fetcher.fetch(server.url(host="flip.example"))
        assert server.asked == []


def test_socket_is_refused_even_if_the_resolver_was_passed_by():
    """The address actually connected to is checked by itself, with no name to vouch for it."""
    guard = Guard()
    for host, family in (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6), ("not an address", socket.AF_INET)):
        with pytest.raises(Refused):
            guard.make_socket((family, socket.SOCK_STREAM, 0, "", (host, 80)))
    guard.make_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("8.8.8.8", 80))).close()


async def test_mixed_answer_uses_only_the_outer_address():
    """Of a name with an inner and an allowed address only the allowed one is connected to."""
    async with FeedServer() as server:
        server.say("/feed", Answer(b"fine"))
        names = Names({"both.example": ["10.0.0.1", "127.0.0.1"]})
        async with Fetcher(limits=QUICK, resolver=names, allowed=["127.0.0.1"], sleep=Sleeper()) as fetcher:
            assert isinstance(await fetcher.fetch(server.url(host="both.example")), Fetched)


@pytest.mark.parametrize(
    "rule", ["feeds.lan", "FEEDS.lan.", "127.0.0.0/8", "127.0.0.1", "feeds.lan:{port}", "127.0.0.1:{port}"]
)
async def test_allow_list_opens_what_it_names(rule):
    """A name, an address, a network, each with or without a port, lets the operator's own host through."""
    async with FeedServer() as server:
        server.say("/feed", Answer(b"fine", etag='"1"'))
        names = Names({"feeds.lan": ["127.0.0.1"]})
        allowed = [rule.format(port=server.port)]
        async with Fetcher(limits=QUICK, resolver=names, allowed=allowed, sleep=Sleeper()) as fetcher:
            assert isinstance(await fetcher.fetch(server.url(host="feeds.lan")), Fetched)
            await fetcher.fetch(server.url(host="feeds.lan"), Caching('"1"'))


@pytest.mark.parametrize("rule", ["feeds.lan:1", "127.0.0.1:1", "other.lan", "10.0.0.0/8", "lan"])
async def test_allow_list_opens_nothing_else(rule):
    """Another port, name or network is no permission."""
    async with FeedServer() as server:
        names = Names({"feeds.lan": ["127.0.0.1"]})
        async with Fetcher(limits=QUICK, resolver=names, allowed=[rule], sleep=Sleeper()) as fetcher:
            with pytest.raises(FetchError, match="open internet"):
                await fetcher.fetch(server.url(host="feeds.lan"))


def test_allowed_name_is_no_permission_for_others_at_its_address():
    """What an allowed name resolved to stays closed to other names."""
    guard = Guard(["feeds.lan"])
    address = ip_address("10.0.0.5")
    assert guard.permits("feeds.lan", 80, address)
    assert not guard.permits("evil.example", 80, address)
    with pytest.raises(Refused):
        guard.check_url(URL("http://10.0.0.5/"))


@pytest.mark.parametrize("rule", ["10.0.0.0/33", "a b", "host:99999", "[::1", "http://x/", "[zz]"])
def test_wrong_allow_list_is_told_in_words(rule):
    """A word of the allow-list that is none stops the start with its name."""
    with pytest.raises(SettingsError, match="allowed host"):
        Guard([rule])
