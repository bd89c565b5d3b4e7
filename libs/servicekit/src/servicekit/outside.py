"""Calls to addresses that strangers chose: only what is on the public internet can be reached.

Feeds, calendars and webhooks are fetched from wherever somebody says. An address of this machine
or of a network behind it is refused where the connection is made, after names are resolved: so
also for a name that means another address the second time, and for each step of a redirect.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

type Network = IPv4Network | IPv6Network

#: What carries an IPv4 address inside, and may lead to it (RFC 6052).
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")

#: Ends of names that mean something inside of a network only (RFC 6761, RFC 6762, ICANN).
_INSIDE: Final = (".localhost", ".local", ".internal")


class NotPublic(OSError):
    """The address is not on the public internet."""


class TooLarge(httpx.TransportError):
    """The answer is larger than the caller takes."""


def is_public(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Tell whether an IP address is on the public internet, or in a network that is allowed.

    Raises ValueError for what is no IP address.
    """
    # What follows a % says through which interface.
    given = ipaddress.ip_address(address.partition("%")[0])
    found = _inner(given)
    if any(found in network for network in allowed if network.version == found.version):
        return True
    return found.is_global and not found.is_multicast and not found.is_reserved


def may_be_public(url: str, allowed: Sequence[Network] = ()) -> bool:
    """Tell whether an address may lead to the public internet, or to a network that is allowed.

    That is what can be told without asking what a name means: for a form, to say at once what
    could never work. What is asked is judged when it is (`going_out`).
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return is_public(host, allowed)
    except ValueError:
        inside = "." not in host or host.endswith(_INSIDE)
        return bool(allowed) or not inside


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


@asynccontextmanager
async def going_out(
    *, seconds: float, allowed: Sequence[Network] = (), agent: str
) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client that reaches the public internet and nothing else.

    It follows no redirect unless a call says so, keeps no cookie, and takes no proxy from the
    environment. `seconds` bound each step of a call; a caller bounds the whole. Where an address
    is refused the call raises httpx.ConnectError with NotPublic among its causes.

    Args:
        seconds: For connecting, and for each wait for bytes.
        allowed: Networks that may be reached though they are not public.
        agent: The User-Agent.
    """

    def open_socket(found: Any) -> socket.socket:  # noqa: ANN401 - as getaddrinfo tells it
        family, kind, protocol, _, where = found
        if not is_public(str(where[0]), allowed):
            raise NotPublic(f"{where[0]} is not a public address")
        return socket.socket(family, kind, protocol)

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=open_socket,
                # A name may mean another address the next time.
                use_dns_cache=False,
                force_close=True,
                happy_eyeballs_delay=None,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async with httpx.AsyncClient(
        transport=AiohttpTransport(client=session, trust_env=False),
        timeout=seconds,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": agent, "Accept-Encoding": "identity"},
    ) as client:
        yield client


async def read(response: httpx.Response, most: int, *, cut: bool = False) -> bytes:
    """Return the body of a streamed answer of at most `most` bytes, or its beginning if `cut`.

    Raises TooLarge.
    """
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > most:
            if cut:
                return bytes(body[:most])
            raise TooLarge(f"more than {most} bytes")
    return bytes(body)


def was_refused(error: BaseException) -> bool:
    """Tell whether a call failed because its address is not public."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, NotPublic) or isinstance(getattr(seen, "os_error", None), NotPublic):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
