"""Links as page models carry them, and the addresses of things that several pages link to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from contracts.downloads.dto import ReleaseSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link to print.

    `text` may be printed after the link as a remark. `external` links lead to another site; a
    template may mark them.
    """

    label: str
    href: str
    text: str = ""
    external: bool = False


def host_of(address: str) -> str:
    """Return where an address leads, as people call it."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


def release_path(release: ReleaseSummary) -> str:
    """Return the address of a release: its content page where that replaces the text, else its own.

    The list answers of the service do not carry the text, so a release with a content page is
    linked at its own address too, which redirects where the text is empty.
    """
    return f"/downloads/release/{release.slug}/"


def system_path(slug: str) -> str:
    """Return the address of a system's page."""
    return f"/downloads/{slug}/"
