"""What the gateway learns of a visitor: the system of the browser and the address of the caller."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache


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


@lru_cache(maxsize=4096)
def detect(platform: bytes, agent: bytes) -> System:
    """Return the system of a visitor from Sec-CH-UA-Platform and User-Agent, as raw header values.

    An iPad says since iPadOS 13 that it is a Macintosh. Browsers other than Safari still give
    themselves away by names that exist on iOS alone, and web views by "Mobile/"; Safari itself
    cannot be told from a Mac in a request, and then the page shows the Mac button. A script may
    correct it, and links to all systems are on the page.
    """
    hint = platform.strip(b'" ').lower().decode("latin-1")
    if hint in _HINTS:
        return _HINTS[hint]
    text = agent[:512].lower().decode("latin-1")
    for mark, system in _AGENTS:
        if mark in text:
            if system is System.MACOS and any(sign in text for sign in _IOS_ONLY):
                return System.IOS
            return system
    return System.UNKNOWN
