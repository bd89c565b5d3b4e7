"""Companies that use Python. They are changed in the staff admin."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from contracts.base import said
from contracts.content import companies as dto
from gateway.api.modern.declaration import Operation, Param, by_slug, listing, reading

_SERVICE: Final = "content"
_TAG: Final = "content"
_KEYS: Final = ("companies", "api:companies")


class Company(BaseModel):
    """A company."""

    id: int
    name: str
    slug: str = Field(examples=["tansy-maps"])
    page: str = Field(description="Path on the site", examples=["/companies/tansy-maps/"])
    url: str = Field(description="Its own site, or empty")
    logo: str | None = Field(description="Path of a picture on the site")
    about_html: str = Field(description="Safe to be put into a page")
    is_sample: bool = Field(description="Made up, to show what the directory looks like")
    revision: int = Field(description="Grows with each change")
    created_at: datetime
    updated_at: datetime


def company_of(found: dto.Company) -> Company:
    """Return a company as this API tells it."""
    return Company(
        id=found.id,
        name=found.name,
        slug=found.slug,
        page=f"/companies/{found.slug}/",
        url=found.url,
        logo=None if found.logo is None else f"/media/{found.logo.key}",
        about_html=found.about_html,
        is_sample=found.sample,
        revision=found.version,
        created_at=found.created,
        updated_at=found.updated,
    )


COMPANIES: Final = (
    Operation(
        id="list_companies",
        path="/companies",
        tag=_TAG,
        summary="List companies that use Python",
        description="By name.",
        run=listing(_SERVICE, lambda _: "/companies", dto.Company, company_of),
        out=Company,
        many=True,
        params=(
            Param(
                name="q",
                to="q",
                schema={"type": "string", "maxLength": 200},
                description="Part of the name or of the text, in any case",
                example="maps",
            ),
            Param(
                name="letter",
                to="letter",
                schema={
                    "type": "string",
                    "pattern": said(r"^[A-Z0]$", "must be a letter from A to Z, or 0"),
                },
                description="First letter of the name; 0: none from A to Z",
                example="T",
            ),
        ),
        keys=_KEYS,
    ),
    Operation(
        id="get_company",
        path="/companies/{slug}",
        tag=_TAG,
        summary="Read a company",
        run=reading(_SERVICE, by_slug("/companies/by-slug"), dto.Company, company_of),
        out=Company,
        keys=_KEYS,
    ),
)
