"""Network failures in plain words, and which of them may pass."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp

from bot.fetch.guard import Refused

NO_NETWORK = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
UNKNOWN_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
PASSING = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
    *range(520, 531),  # a proxy's "the origin is away" (Cloudflare)
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request failed, for a person; ``passing``: trying again in a moment may help."""

    reason: str
    passing: bool = False
    permanent: bool = False


def of_status(status: int) -> Failure:
    """A failure that the server itself reported."""
    hints = {401: "a password is wanted", 403: "access is refused", 404: "there is nothing at this address"}
    hints |= {410: "it is gone for good", 429: "we asked too often", 451: "withheld for legal reasons"}
    hint = f" ({hints[status]})" if status in hints else ""
    return Failure(f"the server answered {status}{hint}", passing=status in PASSING)


def of_error(  # noqa: PLR0911  one line a kind of failure
    error: BaseException, seconds: float
) -> Failure:
    """A failure on the way; ``seconds`` is the time limit that a timeout means."""
    refused = _cause(error, Refused)
    if refused is not None:
        return Failure(str(refused), permanent=True)
    if isinstance(error, TimeoutError):
        return Failure(f"no complete answer within {seconds:g} s", passing=True)
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return Failure("the secure connection failed: the certificate is not valid for this host")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _of_connection(error.os_error)
    if isinstance(error, ValueError):
        return Failure("this is no proper address", permanent=True)
    if isinstance(error, aiohttp.ClientResponseError):
        return Failure("the answer is no proper HTTP", passing=True)
    if isinstance(error, aiohttp.ClientPayloadError):
        return Failure("the answer broke off", passing=True)
    return Failure("the connection broke off", passing=True)


def _of_connection(error: OSError) -> Failure:
    name = _cause(error, socket.gaierror)
    if isinstance(name, socket.gaierror) or isinstance(error, socket.gaierror):
        number = (name or error).errno
        return Failure(
            "the name could not be found" if number in UNKNOWN_NAME else "no network: no name server answers"
        )
    if error.errno in NO_NETWORK:
        return Failure("no network: the host cannot be reached")
    if error.errno == errno.ECONNREFUSED:
        return Failure("the server refused the connection")
    return Failure("the connection could not be made", passing=True)


def _cause(error: BaseException | None, kind: type[OSError]) -> OSError | None:
    """The first of this kind in the chain of causes, also as the OSError inside a connector's error."""
    for _ in range(6):
        if error is None or isinstance(error, kind):
            return error
        error = getattr(error, "os_error", None) or error.__cause__ or error.__context__
    return None
