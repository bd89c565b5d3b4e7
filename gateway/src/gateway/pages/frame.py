"""The frame around every page: sister sites, sections, footer map, social links, a banner.

`Frames` builds it from what is known of the tree, of boxes and of banners (`Furniture`); templates
read the result as `frame`. `gateway.web.furnishing` keeps the furniture up to date.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter

from contracts.content.addresses import is_elsewhere
from contracts.content.banners import Banner, BannerPlace
from contracts.content.menus import MenuNode, Navigation
from gateway.pages.navigation import LIVE, SHIPPED, Owner, answers

_PYTHON: Final = "python-meta"
_PSF: Final = "psf-meta"
#: A tab whose pages have sections of their own has at least so many of them.
_SECTIONS: Final = 2
_EMPTY: Final = MenuNode(title="")
_BANNERS: Final = TypeAdapter(tuple[Banner, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry of a menu.

    `href` is empty where the section has no page of its own yet but children that have: print it
    as the heading of its menu, not as a link. `active`: the page belongs to this entry (the
    section, the sister site); `current`: it is this page (`aria-current="page"`). `key` names the
    entry to styles and icons, e.g. `downloads`, `pypi`, `mastodon`. `box` is safe HTML to show in
    its menu beside the children.
    """

    label: str
    href: str
    key: str = ""
    external: bool = False
    active: bool = False
    current: bool = False
    children: tuple[NavItem, ...] = ()
    box: str = ""


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
        donate: The button in the header; None where there is none.
        trail: What is above the page, outermost first, as (label, address); for breadcrumbs.
        aside: The section of the page with its pages of this site; None where it has hardly any.
        psf: The page is one of the Software Foundation.
        banner: What is to be announced on the page, or None.
        search_action: Address of the search form (GET, field `q`).
        account_fragment: Address of the account menu that a script loads into the header.
    """

    sisters: tuple[NavItem, ...]
    sections: tuple[NavItem, ...]
    footer: tuple[NavItem, ...]
    social: tuple[NavItem, ...]
    base: tuple[NavItem, ...]
    legal: tuple[NavItem, ...]
    donate: NavItem | None
    trail: tuple[tuple[str, str], ...] = ()
    aside: NavItem | None = None
    psf: bool = False
    banner: Banner | None = None
    search_action: str = "/search/"
    account_fragment: str = "/authenticated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """What frames are built from.

    Attributes:
        navigation: The tree.
        boxes: Safe HTML of the boxes in section menus, by label.
        banners: Those that visitors see now, the most important first.
    """

    navigation: Navigation = SHIPPED
    boxes: Mapping[str, str] = field(default_factory=dict)
    banners: tuple[Banner, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A hash of all that frames show; versions of rows are not part of it."""
        digest = hashlib.sha256(self.navigation.model_dump_json(exclude={"version"}).encode())
        digest.update(repr(sorted(self.boxes.items())).encode())
        digest.update(_BANNERS.dump_json(self.banners, exclude={"__all__": {"version", "updated"}}))
        return digest.hexdigest()[:16]


def box_label(section: str) -> str:
    """Return the label of the box in the menu of a section."""
    return f"supernav-python-{_BOXED.get(section, section)}"


#: Sections whose box has another name than the section.
_BOXED: Final = {"news": "blog"}

type Chain = tuple[MenuNode, ...]


class Frames:
    """Builds frames, each once.

    Args:
        furniture: What they are built from.
        live: Owners whose addresses answer here.
    """

    def __init__(self, furniture: Furniture, live: Collection[Owner] = LIVE) -> None:
        self.furniture = furniture
        self._live = frozenset(live)
        roots = furniture.navigation.roots
        self._tabs = tuple(root for root in roots if root.in_menu)
        self._groups = {root.alias: root for root in roots if root.alias}
        self._exact: dict[str, Chain] = {}
        self._prefixes: dict[str, Chain] = {}
        for chain in self._chains(self._tabs, ()):
            node = chain[-1]
            if node.address.startswith("/") and "#" not in node.address:
                self._exact.setdefault(node.address, chain)
                if len(chain) > 1 and node.address.endswith("/"):
                    self._prefixes.setdefault(node.address, chain)
            for prefix in node.prefixes:
                self._prefixes.setdefault(prefix, chain)
        self._longest = sorted(self._prefixes, key=len, reverse=True)
        # Pages are told apart where the tree tells them apart, or a banner does; so the number of
        # frames kept is bounded by those and not by what visitors ask for.
        self._kept: dict[tuple[Chain, bool, int], Frame] = {}

    def build(self, path: str) -> Frame:
        """Return the frame of the page at `path`."""
        exact = path in self._exact
        chain = self._exact[path] if exact else self._near(path)
        banner = self._banner(path, chain)
        place = (chain, exact, banner.id if banner else 0)
        frame = self._kept.get(place)
        if frame is None:
            frame = self._kept[place] = self._frame(chain, path if exact else "", banner)
        return frame

    def _near(self, path: str) -> Chain:
        return next(
            (self._prefixes[prefix] for prefix in self._longest if path.startswith(prefix)), ()
        )

    def _chains(self, nodes: tuple[MenuNode, ...], above: Chain) -> Iterator[Chain]:
        for node in nodes:
            chain = (*above, node)
            yield chain
            yield from self._chains(node.children, chain)

    def _banner(self, path: str, chain: Chain) -> Banner | None:
        for banner in self.furniture.banners:
            match banner.place:
                case BannerPlace.SITE:
                    return banner
                case BannerPlace.PSF if chain and chain[0].alias == _PSF:
                    return banner
                case BannerPlace.PATHS if path.startswith(tuple(banner.paths)):
                    return banner
                case _:
                    continue
        return None

    def _frame(self, chain: Chain, path: str, banner: Banner | None) -> Frame:
        python = self._groups.get(_PYTHON, _EMPTY)
        tab = chain[0] if chain else python
        section = chain[1] if len(chain) > 1 else None
        home = tab if len(self._sections(tab, None, path)) >= _SECTIONS else python
        donate = self._group("header", path)
        return Frame(
            sisters=tuple(
                self._item(node, path, active=node is tab, key=node.alias.removesuffix("-meta"))
                for node in self._tabs
                if self._href(node)
            ),
            sections=self._sections(home, section, path),
            footer=tuple(
                item
                for node in python.children
                if node.in_footer
                and (item := self._with_children(node, path, footer=True)) is not None
            ),
            social=self._group("social", path),
            base=self._group("base", path),
            legal=self._group("legal", path),
            donate=donate[0] if donate else None,
            trail=tuple(
                (node.title, href)
                for node in (chain[:-1] if path else chain)
                if node.in_breadcrumbs and (href := self._href(node)) and not is_elsewhere(href)
            ),
            aside=self._aside(section, path),
            psf=tab.alias == _PSF,
            banner=banner,
        )

    def _sections(self, tab: MenuNode, section: MenuNode | None, path: str) -> tuple[NavItem, ...]:
        return tuple(
            item
            for node in tab.children
            if node.in_menu
            and (item := self._with_children(node, path, active=node is section)) is not None
        )

    def _group(self, alias: str, path: str) -> tuple[NavItem, ...]:
        children = self._groups.get(alias, _EMPTY).children
        return tuple(self._item(node, path) for node in children if self._href(node))

    def _with_children(
        self, node: MenuNode, path: str, *, active: bool = False, footer: bool = False
    ) -> NavItem | None:
        """Return a section with its entries, or None where nothing of it answers."""
        shown = tuple(
            self._item(child, path)
            for child in node.children
            if (child.in_footer if footer else child.in_menu) and self._href(child)
        )
        if not shown and not self._href(node):
            return None
        box = "" if footer else self.furniture.boxes.get(box_label(node.alias), "")
        return self._item(node, path, active=active, children=shown, box=box)

    def _aside(self, section: MenuNode | None, path: str) -> NavItem | None:
        if section is None:
            return None
        own = tuple(
            self._item(child, path)
            for child in section.children
            if child.in_menu and (href := self._href(child)) and not is_elsewhere(href)
        )
        # A place within a page that is there already is no page.
        own = tuple(item for item in own if "#" not in item.href)
        return self._item(section, path, children=own) if len(own) > 1 else None

    def _item(  # noqa: PLR0913 - what there is to say of an entry
        self,
        node: MenuNode,
        path: str,
        *,
        active: bool = False,
        key: str = "",
        children: tuple[NavItem, ...] = (),
        box: str = "",
    ) -> NavItem:
        href = self._href(node)
        return NavItem(
            label=node.title,
            href=href,
            key=key or node.alias,
            external=is_elsewhere(href),
            active=active,
            current=bool(path) and href == path,
            children=children,
            box=box,
        )

    def _href(self, node: MenuNode) -> str:
        """Return where an entry leads now; empty where nothing of it answers."""
        if is_elsewhere(node.address) or answers(node.area, self._live):
            return node.address
        return node.elsewhere


#: Frames of a gateway that has asked nobody yet.
ALONE: Final = Frames(Furniture())
