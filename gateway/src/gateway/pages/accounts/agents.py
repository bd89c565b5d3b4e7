"""What a browser calls itself, in words that its owner knows it by."""

from __future__ import annotations

from typing import Final

from gateway.web.client import System, detect

#: Looked for in this order: each of these also names those below it.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = {
    System.WINDOWS: "Windows",
    System.MACOS: "macOS",
    System.ANDROID: "Android",
    System.IOS: "iPhone or iPad",
    System.SOURCE: "Linux or another Unix",
}
_LONGEST: Final = 60


def describe(agent: str) -> str:
    """Return "Firefox on Windows", or the beginning of what was said."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = _SYSTEMS.get(detect(b"", agent.encode()), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or agent[:_LONGEST] or "An unknown browser"
