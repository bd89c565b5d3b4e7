"""Logos of sponsors on pages about something else, and how large each logo is shown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from contracts.sponsors.dto import LARGE_LOGO, SMALL_LOGO
from contracts.sponsors.features import LogoPlace, Publisher
from gateway.cache.paths import SAFE
from gateway.pages import boxes
from gateway.pages.landings.blocks import Block, tile
from gateway.pages.links import Link
from gateway.pages.sponsors import fetch, links
from gateway.pages.sponsors.models import LogoBlock, LogoView, SponsorLogo

if TYPE_CHECKING:
    from contracts.sponsors.dto import Logo, Placement
    from gateway.web.pages import PageContext

#: Boxes that editors write above logos, with what stands in for them.
DOWNLOADS: Final = Block(
    label="download-sponsors",
    title="Sponsors",
    text="Organisations that support the Python Software Foundation make these downloads possible.",
)
JOBS: Final = Block(
    label="jobs-sponsors",
    title="Supported by sponsors",
    text="The job board is free of charge, thanks to the sponsors of the foundation.",
)
FOUNDATION: Final = Block(
    label="",
    title="Sponsors",
    text="Organisations that earn with Python keep it free, healthy and safe for everybody.",
)
#: Logos where those of the highest levels stand for all.
FEW: Final = 8

_MORE: Final = Link(label="All sponsors", href=links.ALL)
#: Room for a logo on a page about something else, in pixels (150 wide: as at python.org).
_WIDE: Final = (150, 64)
#: The same beside a page (100 wide: as at python.org).
_NARROW: Final = (100, 48)


async def shown(
    ctx: PageContext, place: LogoPlace, declared: Block, *, narrow: bool = False, most: int = 0
) -> LogoBlock | None:
    """Return the logos of a place of this site; None where there are none, or they are away.

    `narrow`: beside the page, where logos are small and lead nowhere. `most`: so many, those of the
    highest levels.
    """
    if ctx.backends.sponsors is None:
        return None
    found, written = await asyncio.gather(
        _placed(ctx, place),
        boxes.placed(ctx, *((declared.label,) if declared.label else ())),
    )
    if not found:
        return None
    room = _NARROW if narrow else _WIDE
    return LogoBlock(
        tile=tile(declared, written),
        logos=tuple(
            SponsorLogo(
                name=one.sponsor.name,
                href="" if narrow else href_of(one),
                logo=view(one.sponsor.web_logo, *room),
            )
            for one in found[: most or None]
        ),
        more=_MORE,
    )


async def _placed(ctx: PageContext, place: LogoPlace) -> tuple[Placement, ...]:
    """Return what a place shows, each sponsor once."""
    found = await ctx.block(
        f"sponsors:{place}", lambda: ask(ctx, place), keys=declare(ctx, place), fallback=()
    )
    once: dict[int, Placement] = {}
    for one in found:
        once.setdefault(one.sponsor.id, one)
    return tuple(once.values())


async def ask(ctx: PageContext, place: LogoPlace) -> tuple[Placement, ...]:
    """Ask for the logos of a place of this site."""
    return tuple(await fetch.service(ctx).placements(Publisher.PSF, place))


def declare(ctx: PageContext, place: LogoPlace) -> set[str]:
    """Have a page depend on what a place of this site shows; returns the surrogate keys."""
    keys = {f"logos:{Publisher.PSF}:{place}", fetch.LEVELS}
    ctx.use(*keys)
    return keys


def href_of(one: Placement) -> str:
    """Return where a logo leads: to the sponsor, or to what the foundation says of it."""
    return links.anchor(one.sponsor.slug) if one.link_to_sponsors_page else one.sponsor.url


def view(logo: Logo | None, width: int, height: int) -> LogoView | None:
    """Return a logo as large as it can be within a box, and never larger than it is."""
    if logo is None or not logo.width or not logo.height:
        return None
    scale = min(1, width / logo.width, height / logo.height)
    widths = dict.fromkeys((min(SMALL_LOGO, logo.width), min(LARGE_LOGO, logo.width)))
    small, large = address(logo.small_key), address(logo.large_key)
    sources = zip((small, large), widths, strict=False)
    return LogoView(
        src=small,
        sources=", ".join(f"{path} {pixels}w" for path, pixels in sources),
        width=max(1, round(logo.width * scale)),
        height=max(1, round(logo.height * scale)),
    )


def address(key: str) -> str:
    """Return where a file is that everybody may see."""
    return "/media/" + quote(key, safe=SAFE)
