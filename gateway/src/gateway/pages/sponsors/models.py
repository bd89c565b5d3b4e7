"""What the public pages of sponsors print. Template names stand in each docstring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.pages.heads import Head
    from gateway.pages.landings.blocks import Tile
    from gateway.pages.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoView:
    """A logo as it is shown: `width` and `height` in pixels of the page.

    `sources` name the same picture in the widths that there are, for screens of any density.
    """

    src: str
    sources: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsorLogo:
    """`components/sponsors.html`: the logo of a sponsor, or its name where it has none.

    `href` is empty where the logo leads nowhere.
    """

    name: str
    href: str
    logo: LogoView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoBlock:
    """`components/sponsors.html`: sponsors on a page about something else.

    `tile` is what editors say of them; `more` leads to all of them.
    """

    tile: Tile
    logos: tuple[SponsorLogo, ...]
    more: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsorCard:
    """One sponsor on the page of all of them; `anchor` is unique on the page."""

    anchor: str
    name: str
    description: str
    href: str
    host: str
    logo: LogoView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelView:
    """The sponsors of one level. `size` is how much room each has: large, medium, small."""

    id: str
    name: str
    size: str
    cards: tuple[SponsorCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsorsPage:
    """`sponsors/list.html`, at /psf/sponsors/. `why` is the box that editors write."""

    head: Head
    levels: tuple[LevelView, ...]
    why: Tile
    apply: Link
