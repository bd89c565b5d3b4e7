"""All sponsors of the foundation by level: /psf/sponsors/ (as at python.org)."""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import TYPE_CHECKING, Final

from contracts.sponsors.features import LogoPlace
from gateway.cache.policy import CachePolicy
from gateway.pages import boxes
from gateway.pages.heads import Head
from gateway.pages.landings.blocks import Block, tile
from gateway.pages.links import Link, host_of
from gateway.pages.sponsors import fetch, links, logos
from gateway.pages.sponsors.models import LevelView, SponsorCard, SponsorsPage
from gateway.web.pages import Page, PageContext, page

if TYPE_CHECKING:
    from contracts.sponsors.dto import Placement

TRAIL: Final = (("Python", "/"), ("Python Software Foundation", "/psf-landing/"))
_WHY: Final = Block(
    label="psf-widget4",
    title="Why sponsors matter",
    text="Sponsors pay for what everybody gets free of charge: downloads by the billion, people "
    "who keep Python safe, and grants to those who teach it.",
)
_APPLY: Final = Link(label="Become a sponsor", href=links.APPLY)
_DESCRIPTION: Final = "The organisations that support the Python Software Foundation, by level"
_NO_LEVEL: Final = "Sponsors"
#: Logos of a level get more room the wider they may be.
_SIZES: Final = ((300, "large"), (200, "medium"))
_HEIGHTS: Final = {"large": 160, "medium": 110, "small": 80}


@page(links.ALL, name="sponsors.all", cache=CachePolicy(fresh=3600))
async def everybody(ctx: PageContext) -> Page:
    """List the sponsors by level, the highest first, each with an anchor."""
    fetch.service(ctx)
    place = LogoPlace.SPONSORS
    keys = logos.declare(ctx, place)
    found, written = await asyncio.gather(
        ctx.blocks.fetch(f"sponsors:{place}", keys, lambda: logos.ask(ctx, place)),
        boxes.placed(ctx, _WHY.label),
    )
    model = SponsorsPage(
        head=Head(
            title="Sponsors of the Python Software Foundation",
            description=_DESCRIPTION,
            trail=TRAIL,
            text="They make it possible that Python costs you nothing.",
        ),
        levels=levels(found),
        why=tile(_WHY, written),
        apply=_APPLY,
    )
    return ctx.render("sponsors/list.html", model)


def levels(found: tuple[Placement, ...]) -> tuple[LevelView, ...]:
    """Return sponsors by level. Where one has two sponsorships, the higher level counts."""
    seen: set[int] = set()
    anchors: set[str] = set()
    made = []
    for (slug, name), shown in groupby(found, key=lambda one: (one.level_slug, one.level_name)):
        rows = list(shown)
        dimension = max(one.logo_dimension for one in rows)
        size = next((size for least, size in _SIZES if dimension >= least), "small")
        cards = []
        for one in rows:
            if one.sponsor.id in seen:
                continue
            seen.add(one.sponsor.id)
            cards.append(_card(one, anchors, _HEIGHTS[size]))
        if cards:
            made.append(
                LevelView(
                    id=f"level-{slug or 'other'}",
                    name=name or _NO_LEVEL,
                    size=size,
                    cards=tuple(cards),
                )
            )
    return tuple(made)


def _card(one: Placement, anchors: set[str], height: int) -> SponsorCard:
    sponsor = one.sponsor
    # Two sponsors may have one name; the address of the first is what was always given out.
    anchor = sponsor.slug if sponsor.slug not in anchors else f"{sponsor.slug}-{sponsor.id}"
    anchors.add(anchor)
    return SponsorCard(
        anchor=anchor,
        name=sponsor.name,
        description=one.description,
        href=sponsor.url,
        host=host_of(sponsor.url) if sponsor.url else "",
        logo=logos.view(sponsor.web_logo, one.logo_dimension, height),
    )
