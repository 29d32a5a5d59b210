"""Which addresses may be connected to: public ones, and those that the operator's allow-list names.

A feed's address comes from a person in a chat, a redirect from a stranger's
server, a name's addresses from a stranger's name server: none may lead into the
operator's own network. So names are checked when they are resolved, on every
hop, and the very address is checked again when its socket is made.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.errors import SettingsError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NAT64 = IPv6Network("64:ff9b::/96")
NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
SIX_TO_FOUR = IPv6Network("2002::/16")
TEREDO = IPv6Network("2001::/32")
COMPATIBLE = IPv6Network("::/96")
ODD_FORM = re.compile(r"(?i)^(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+)){0,3}\.?$")
RULE = re.compile(r"^(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<name>[^:/\s\[\]]+))(?::(?P<port>\d{1,5}))?$")


class Refused(OSError):  # noqa: N818  an OSError, so that the HTTP library's connector hands it through
    """An address that must not be connected to; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One word of the allow-list: a name or a network, at one port or at any."""

    name: str = ""
    network: Network | None = None
    port: int | None = None


def read_rules(words: Iterable[str]) -> tuple[Rule, ...]:
    """Rules from ``host``, ``host:port``, ``10.0.0.0/8``, ``[::1]:8080``. Raises SettingsError."""
    return tuple(_rule(word.strip().lower()) for word in words if word.strip())


def _rule(word: str) -> Rule:
    try:
        return Rule(network=ip_network(word, strict=False))
    except ValueError:
        found = RULE.match(word)
    if not found or "/" in word or int(found["port"] or 0) > 65535:  # noqa: PLR2004  the last port
        raise SettingsError(
            f"allowed host {word!r}: write a name, name:port, an address, or a network such as 10.0.0.0/8"
        )
    port = int(found["port"]) if found["port"] else None
    try:
        return Rule(network=ip_network(found["six"] or found["name"]), port=port)
    except ValueError as error:
        if found["six"]:
            raise SettingsError(f"allowed host {word!r} is no IPv6 address") from error
        return Rule(name=found["name"].rstrip("."), port=port)


def is_public(address: Address) -> bool:
    """Whether the address is one of the open internet, also behind an IPv6 wrapping of an IPv4 address."""
    if isinstance(address, IPv6Address):
        inner = _inside(address)
        if inner is not None:
            return is_public(inner)
        if any(address in network for network in (NAT64_LOCAL, TEREDO, COMPATIBLE)) or address.is_site_local:
            return False
    kinds = (address.is_loopback, address.is_private, address.is_link_local, address.is_multicast)
    return address.is_global and not (any(kinds) or address.is_reserved or address.is_unspecified)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for (mapped, NAT64, 6to4)."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour if address in SIX_TO_FOUR else None


REMEDY = "the operator can permit a private host in BRIEFBOT_ALLOWED_HOSTS"


class Guard:
    """Decides by host name, port and address. ``named`` remembers what allowed names resolved to."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._rules = read_rules(allowed)
        self._named: set[tuple[Address, int]] = set()

    def check_url(self, url: URL) -> None:
        """Raises Refused for a scheme that is not the web's, and for an address written out that is not public."""
        if url.scheme not in {"http", "https"}:
            why = f"not {url.scheme!r}" if url.scheme else "and this begins with neither https:// nor http://"
            raise Refused(f"only http and https addresses are read, {why}")
        host, port = (url.host or "").rstrip("."), url.port or 0
        if not host:
            raise Refused("the address names no host")
        literal = _literal(host)
        if literal is None and ODD_FORM.match(host):
            raise Refused(f"the host {host[:60]!r} is a number in disguise")
        if literal is not None and not self.permits(host, port, literal):
            raise Refused(f"{literal} is not an address of the open internet ({REMEDY})")
        if host.lower() == "localhost" or host.lower().endswith(".localhost"):
            self._check_local(host, port)

    def _check_local(self, host: str, port: int) -> None:
        loopback = (IPv4Address("127.0.0.1"), IPv6Address("::1"))
        if not any(self.permits(host, port, address) for address in loopback):
            raise Refused(f"{host} is this machine itself")

    def permits(self, host: str, port: int, address: Address) -> bool:
        """Whether ``host`` may be reached at this address and port."""
        name = host.lower().rstrip(".")
        for rule in self._rules:
            if rule.port not in {None, port}:
                continue
            if rule.name == name:
                self._named.add((address, port))
                return True
            if rule.network is not None and address in rule.network:
                return True
        return is_public(address)

    def permits_socket(self, address: Address, port: int) -> bool:
        """The last check, where only the address is known: as ``permits``, or resolved from an allowed name."""
        return (address, port) in self._named or self.permits("", port, address)

    def make_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for this address and no other: aiohttp's ``socket_factory``. Raises Refused."""
        family, kind, protocol, _, target = info
        address = _literal(str(target[0]))
        if address is None or not self.permits_socket(address, int(target[1])):
            raise Refused(f"{target[0]} is not an address of the open internet ({REMEDY})")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made


class GuardedResolver(AbstractResolver):
    """Resolves as ``inner`` does and drops what the guard refuses."""

    def __init__(self, guard: Guard, inner: AbstractResolver | None = None) -> None:
        self._guard = guard
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The permitted addresses of a name. Raises Refused when there are only others."""
        found = await self._inner.resolve(host, port, family)
        good = [row for row in found if self._permitted(host, port, row["host"])]
        if found and not good:
            raise Refused(
                f"{host} leads to {found[0]['host']}, which is not an address of the open internet ({REMEDY})"
            )
        return good

    def _permitted(self, host: str, port: int, address: str) -> bool:
        literal = _literal(address)
        return literal is not None and self._guard.permits(host, port, literal)

    async def close(self) -> None:
        """Close the inner resolver."""
        await self._inner.close()


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
