"""Sponsors, as the page of sponsors shows them, and the levels that can be chosen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, Field, TypeAdapter

from contracts.sponsors import dto
from contracts.sponsors.features import LogoPlace, Publisher
from gateway.api.modern.declaration import Found, Operation, Request, cut

if TYPE_CHECKING:
    from gateway.api.store import Store
    from gateway.api.wire import Ask
    from gateway.backends.client import Query

_SERVICE: Final = "sponsors"
_TAG: Final = "sponsors"
_PLACEMENTS: Final = TypeAdapter(list[dto.Placement])
_CATALOGUE: Final = TypeAdapter(dto.Catalogue)
_SHOWN: Final[dict[str, Query]] = {
    "publisher": Publisher.PSF.value,
    "flight": LogoPlace.SPONSORS.value,
}


class SponsorLogo(BaseModel):
    """A logo of a sponsor."""

    url: str = Field(description="Path on the site", examples=["/media/sponsors/5f/logo.png"])
    width: int = Field(description="In pixels")
    height: int
    small_url: str = Field(description="At most 175 wide")
    large_url: str = Field(description="At most 350 wide")


class Sponsor(BaseModel):
    """A sponsor of the foundation, for as long as its sponsorship runs."""

    id: int
    name: str
    slug: str = Field(examples=["heron-and-reed"])
    page: str = Field(description="Path on the site", examples=["/psf/sponsors/#heron-and-reed"])
    url: str = Field(description="Its own site, or empty")
    description: str
    level: str = Field(description="Name of its level; empty where it has none")
    level_slug: str
    starts_on: date
    ends_on: date
    logo: SponsorLogo | None
    white_logo: SponsorLogo | None = Field(description="For dark backgrounds")


class SponsorLevel(BaseModel):
    """A level that can be chosen in the current year."""

    id: int
    name: str
    slug: str = Field(examples=["sustainability"])
    year: int
    amount: Decimal = Field(description="A year, in US dollars", examples=["90000.00"])


def _logo(found: dto.Logo | None) -> SponsorLogo | None:
    if found is None:
        return None
    return SponsorLogo(
        url=f"/media/{found.key}",
        width=found.width,
        height=found.height,
        small_url=f"/media/{found.small_key}",
        large_url=f"/media/{found.large_key}",
    )


def _sponsor(found: dto.Placement) -> Sponsor:
    one = found.sponsor
    return Sponsor(
        id=one.id,
        name=one.name,
        slug=one.slug,
        page=f"/psf/sponsors/#{one.slug}",
        url=one.url,
        description=one.description,
        level=found.level_name,
        level_slug=found.level_slug,
        starts_on=found.start_date,
        ends_on=found.end_date,
        logo=_logo(one.web_logo),
        white_logo=_logo(one.white_logo),
    )


async def _sponsors(asked: Request, store: Store, _: Ask) -> Found | None:
    """Read a window of the logos on the page of sponsors; the service tells all of them."""
    found = await store.find(_SERVICE, "/placements", _PLACEMENTS, _SHOWN)
    return None if found is None else cut(asked, [_sponsor(one) for one in found])


async def _levels(asked: Request, store: Store, _: Ask) -> Found | None:
    """Read a window of the levels that are advertised."""
    found = await store.find(_SERVICE, "/catalogue", _CATALOGUE, {})
    if found is None:
        return None
    levels = [
        SponsorLevel(id=one.id, name=one.name, slug=one.slug, year=found.year, amount=one.amount)
        for one in found.packages
    ]
    return cut(asked, levels)


SPONSORS: Final = (
    Operation(
        id="list_sponsors",
        path="/sponsors",
        tag=_TAG,
        summary="List sponsors of the foundation",
        description="Those whose logos are on the page of sponsors now: by level, then by name.",
        run=_sponsors,
        out=Sponsor,
        many=True,
        keys=("logos:psf:sponsors", "sponsor-levels", "api:sponsors"),
    ),
    Operation(
        id="list_sponsor_levels",
        path="/sponsors/levels",
        tag=_TAG,
        summary="List levels of sponsorship with their prices",
        description="Those of the current year, in the order in which they are offered.",
        run=_levels,
        out=SponsorLevel,
        many=True,
        keys=("sponsor-catalogue", "sponsor-levels", "api:sponsors"),
    ),
)
