"""What the gateway learns of a visitor: the system of the browser and the address of the caller."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar.types import HTTPScope

    from gateway.settings import Networks, Settings

type Address = IPv4Address | IPv6Address


class System(StrEnum):
    """The systems that a page may be made for; slugs of the downloads service, and `unknown`."""

    WINDOWS = "windows"
    MACOS = "macos"
    ANDROID = "android"
    IOS = "ios"
    SOURCE = "source"
    UNKNOWN = "unknown"


#: Values of Sec-CH-UA-Platform (https://wicg.github.io/ua-client-hints/#sec-ch-ua-platform).
#: "Chrome OS" runs Linux programs in a container, so source is what helps there.
_HINTS = {
    "windows": System.WINDOWS,
    "macos": System.MACOS,
    "android": System.ANDROID,
    "ios": System.IOS,
    "linux": System.SOURCE,
    "chrome os": System.SOURCE,
    "chromium os": System.SOURCE,
    "chromeos": System.SOURCE,
}

#: Looked for in the user agent in this order: phones name the system they derive from as well
#: ("Linux; Android", "like Mac OS X"), and ChromeOS says "X11; CrOS".
_AGENTS = (
    ("windows phone", System.UNKNOWN),
    ("xbox", System.UNKNOWN),
    ("android", System.ANDROID),
    ("iphone", System.IOS),
    ("ipad", System.IOS),
    ("ipod", System.IOS),
    ("windows", System.WINDOWS),
    ("win64", System.WINDOWS),
    ("cros", System.SOURCE),
    ("macintosh", System.MACOS),
    ("mac os x", System.MACOS),
    ("linux", System.SOURCE),
    ("x11", System.SOURCE),
    ("bsd", System.SOURCE),
    ("sunos", System.SOURCE),
)

_IOS_ONLY = ("mobile/", "crios/", "fxios/", "edgios/")


def detect(platform: bytes, agent: bytes) -> System:
    """Return the system of a visitor from Sec-CH-UA-Platform and User-Agent, as raw header values.

    An iPad says since iPadOS 13 that it is a Macintosh. Browsers other than Safari still give
    themselves away by names that exist on iOS alone, and web views by "Mobile/"; Safari itself
    cannot be told from a Mac in a request, and then the page shows the Mac button. A script may
    correct it, and links to all systems are on the page.

    What was found is kept by the beginning of both: nobody fills the memory with long headers.
    """
    return _detect(platform[:64], agent[:512])


@lru_cache(maxsize=4096)
def _detect(platform: bytes, agent: bytes) -> System:
    hint = platform.strip(b'" ').lower().decode("latin-1")
    if hint in _HINTS:
        return _HINTS[hint]
    text = agent.lower().decode("latin-1")
    for mark, system in _AGENTS:
        if mark in text:
            if system is System.MACOS and any(sign in text for sign in _IOS_ONLY):
                return System.IOS
            return system
    return System.UNKNOWN


def caller(scope: HTTPScope, trusted: Networks) -> Address | None:
    """Return the address that a request comes from, seen through proxies that are trusted.

    X-Forwarded-For is read from its end, where each proxy writes whom it was called by. The first
    one that is no trusted proxy is the caller; whatever stands before it anybody may have written.
    None: nobody is named. The server does not know its peer (a socket of the file system), or a
    trusted proxy says nothing that can be read.
    """
    client = scope.get("client")
    address = _parse(client[0]) if client else None
    if address is None or not _within(address, trusted):
        return address
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    for part in reversed(forwarded.decode("latin-1").split(",")):
        named = _parse(part.strip())
        if named is None:
            # A trusted proxy that does not say whom it speaks for speaks for nobody.
            return None
        address = named
        if not _within(address, trusted):
            break
    return address


def within(address: Address | None, networks: Networks) -> bool:
    """Tell whether an address belongs to one of the networks."""
    return address is not None and _within(address, networks)


def operates(scope: HTTPScope, settings: Settings) -> bool:
    """Tell whether a request comes from where operators and their machines are."""
    return within(caller(scope, settings.trusted_proxies), settings.operator_sources)


def network_of(address: Address | None) -> str:
    """Return whom a limit counts: an IPv4 address, or the /64 that one IPv6 customer has."""
    if address is None:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


def _within(address: Address, networks: Networks) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
