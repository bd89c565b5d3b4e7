"""The frame around every page: sister sites, sections, footer map, social links.

`build(path)` is the whole interface; templates read the result as `frame`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from gateway.pages import navigation
from gateway.pages.navigation import LIVE, Entry, Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry of a menu.

    `href` is empty where the section has no page of its own yet but children that have: print it
    as the heading of its menu, not as a link. `active`: the page belongs to this entry (the
    section, the sister site); `current`: it is this page (`aria-current="page"`). `key` names the
    entry to styles and icons, e.g. `downloads`, `pypi`, `mastodon`.
    """

    label: str
    href: str
    key: str = ""
    external: bool = False
    active: bool = False
    current: bool = False
    children: tuple[NavItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every template has as `frame`.

    Attributes:
        sisters: Top bar, "The Python Network", in order.
        sections: Main navigation; each item's `children` are its menu.
        footer: Columns of the site map; same shape as `sections`, one more column.
        social: Links of the "Socialize" menu.
        base: Links at the very end of the page.
        legal: Links beside the copyright line.
        donate: The button in the header.
        search_action: Address of the search form (GET, field `q`).
        account_fragment: Address of the account menu that a script loads into the header.
    """

    sisters: tuple[NavItem, ...]
    sections: tuple[NavItem, ...]
    footer: tuple[NavItem, ...]
    social: tuple[NavItem, ...]
    base: tuple[NavItem, ...]
    legal: tuple[NavItem, ...]
    donate: NavItem
    search_action: str = "/search/"
    account_fragment: str = "/authenticated"


def build(path: str, live: Collection[Owner] = LIVE) -> Frame:
    """Return the frame of the page at `path`, with the entries whose owner is in `live`."""
    section = _section_of(path)
    # Only pages that the tree names differ within a section; everything else shares one frame, so
    # the number of frames kept is bounded by the tree and not by what visitors ask for.
    return _build(section, path if path in _NAMED else "", frozenset(live))


@lru_cache(maxsize=512)
def _build(section: str, path: str, live: frozenset[Owner]) -> Frame:
    def items(entries: tuple[Entry, ...]) -> tuple[NavItem, ...]:
        return tuple(item for entry in entries if (item := _item(entry, section, path, live)))

    return Frame(
        sisters=tuple(
            # The first sister site is this one: it is active on every page.
            NavItem(
                label=item.label,
                href=item.href,
                key=item.key,
                external=item.external,
                active=item.key == "python",
                current=item.current,
            )
            for item in items(navigation.SISTERS)
        ),
        sections=items(navigation.SECTIONS),
        footer=items(navigation.FOOTER),
        social=items(navigation.SOCIAL),
        base=items(navigation.BASE),
        legal=items(navigation.LEGAL),
        donate=NavItem(label="Donate", href=navigation.DONATE, key="donate", external=True),
    )


def _item(entry: Entry, section: str, path: str, live: frozenset[Owner]) -> NavItem | None:
    """Return the entry as shown, or None where nothing of it is live."""
    href, external = entry.href, entry.owner == "external"
    if entry.owner not in live:
        href, external = entry.elsewhere, True
    children = tuple(item for child in entry.children if (item := _item(child, "", path, live)))
    if not href and not children:
        return None
    return NavItem(
        label=entry.label,
        href=href,
        key=entry.key,
        external=external and bool(href),
        active=bool(section) and entry.key == section,
        current=bool(path) and href == path,
        children=children,
    )


def _section_of(path: str) -> str:
    """Return the key of the section whose pages `path` is one of, or an empty text."""
    for entry in navigation.SECTIONS:
        if path.startswith(entry.prefixes or (entry.href,)):
            return entry.key
    return ""


def _named(entries: tuple[Entry, ...]) -> frozenset[str]:
    own = {entry.href for entry in entries if entry.owner != "external"}
    return frozenset(own.union(*(_named(entry.children) for entry in entries)))


_NAMED = _named((*navigation.SISTERS, *navigation.FOOTER, *navigation.BASE, *navigation.LEGAL))
