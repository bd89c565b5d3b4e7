"""What landings print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.pages.landings.blocks import Tile
from gateway.pages.links import Link

if TYPE_CHECKING:
    from gateway.pages.blogs.models import LatestNews
    from gateway.pages.community.models import PostCard
    from gateway.pages.events.models import UpcomingEvents
    from gateway.pages.sponsors.models import LogoBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingPage:
    """`landings/landing.html`: a band, a row of cards, notes beside each other, and the PSF.

    `banner` is printed below the title without its own heading. Of `actions` the first stands out.
    `notes`, `news`, `posts`, `sponsors`, `events` and `foundation` may be left out.
    """

    title: str
    description: str
    banner: Tile
    actions: tuple[Link, ...]
    cards: tuple[Tile, ...]
    notes: tuple[Tile, ...] = ()
    foundation: Tile | None = None
    news: LatestNews | None = None
    posts: tuple[PostCard, ...] = ()
    sponsors: LogoBlock | None = None
    events: UpcomingEvents | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs the releases of a series. `identity` and `issuer` go to the verifying program."""

    series: str
    pep: Link
    manager: str
    identity: str
    issuer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigstorePage:
    """`landings/sigstore.html`, at /downloads/metadata/sigstore/. `signers`: newest series first.

    `example` is a release file that there is, with its signer.
    """

    signers: tuple[Signer, ...]
    example: str
    example_signer: Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellPage:
    """`landings/shell.html`, at /shell/. `others` are more ways to try Python in a browser."""

    console: Link
    others: tuple[Link, ...]
