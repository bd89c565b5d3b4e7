"""What the sponsors service answers to everybody: what can be chosen, and whose logos are shown.

Money is exact, in US dollars, written as "150000.00". Dates are dates; today is that of UTC.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from contracts.base import DTO
from contracts.sponsors.features import Feature, LogoPlace, Publisher

FIRST_YEAR: Final = 2022
LAST_YEAR: Final = 2050
#: The switch that opens and closes applications.
APPLICATIONS_OPEN: Final = "sponsorship-applications-open"
#: Type of the problem that answers an application while they are closed.
CLOSED: Final = "applications-closed"
#: Slug of the package that those have who chose nothing but standalone benefits.
STANDALONE_ONLY: Final = "standalone-only"
#: Widths in pixels of the pictures that are made of a logo.
SMALL_LOGO: Final = 175
LARGE_LOGO: Final = 350

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class SponsorshipStatus(StrEnum):
    """Where a sponsorship is. Whether it runs is told by its dates."""

    APPLIED = "applied"
    REJECTED = "rejected"
    APPROVED = "approved"
    FINALIZED = "finalized"


class CurrentYear(DTO):
    """The year whose packages can be chosen."""

    year: int
    version: int = Field(description="Row version, for If-Match")
    updated: datetime


class Program(DTO):
    """What benefits are of, such as a conference."""

    id: int
    name: str
    description: str
    position: int = Field(description="Programs are shown in this order")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Package(DTO):
    """A level with its price in one year."""

    id: int
    name: str
    slug: str = Field(description="The same in every year, so not unique")
    amount: Decimal
    year: int | None
    advertise: bool = Field(description="Whether it can be chosen on the site")
    allow_a_la_carte: bool
    logo_dimension: int = Field(description="Width of logos on the page of sponsors, in pixels")
    position: int = Field(description="Packages of a year are shown in this order")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Benefit(DTO):
    """What a sponsor can get in one year, as everybody may know it."""

    id: int
    name: str
    description: str
    program_id: int
    year: int | None
    package_ids: list[int] = Field(description="Packages that it belongs to")
    conflict_ids: list[int] = Field(description="Benefits that cannot be chosen with it")
    package_only: bool
    new: bool
    unavailable: bool
    standalone: bool
    capacity: int | None = Field(description="How many sponsors can have it; null: any number")
    soft_capacity: bool = Field(description="More may have it than there is room for")
    taken: int = Field(description="How many have it: approved and finalized sponsorships")
    position: int
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class BenefitRecord(Benefit):
    """A benefit as staff keep it."""

    internal_description: str
    internal_value: Decimal | None
    features: list[Feature]


class CatalogueTier(DTO):
    """What a benefit is called more closely in one package."""

    package_id: int
    label: str = Field(description="Such as 10 passes; shown behind the name in parentheses")


class CatalogueBenefit(DTO):
    """A benefit that can be chosen, with what decides whether it can."""

    id: int
    name: str
    description: str
    package_ids: list[int]
    conflict_ids: list[int]
    package_only: bool
    new: bool
    a_la_carte: bool = Field(description="Of no package: chosen beside one that allows it")
    standalone: bool = Field(description="Chosen without a package")
    available: bool = Field(description="Whether there is room")
    left: int | None = Field(description="How many more there is room for; null: not limited")
    tiers: list[CatalogueTier]


class CatalogueProgram(DTO):
    """A program with what can be chosen of it."""

    id: int
    name: str
    description: str
    benefits: list[CatalogueBenefit]


class Catalogue(DTO):
    """Everything that can be chosen in one year, in the order in which it is shown."""

    year: int
    is_current: bool
    packages: list[Package] = Field(description="Advertised ones")
    programs: list[CatalogueProgram]


class Logo(DTO):
    """A logo: keys below /media/, with sizes in pixels. `small` and `large` never grow it."""

    key: str
    width: int
    height: int
    small_key: str = Field(description="At most 175 wide")
    large_key: str = Field(description="At most 350 wide")


class SponsorRef(DTO):
    """A sponsor as those who are shown are named."""

    id: int
    name: str
    slug: str = Field(description="Made from the name; not unique")
    description: str
    url: str = Field(description="Its site, or empty")
    web_logo: Logo | None
    white_logo: Logo | None = Field(description="For dark backgrounds")


class Placement(DTO):
    """A logo in a place: one row for each that a sponsorship has. Contacts are not part of it."""

    id: int = Field(description="Of the feature that says so")
    sponsorship_id: int
    publisher: Publisher
    logo_place: LogoPlace
    sponsor: SponsorRef
    description: str = Field(description="That of the sponsor, or what names the level instead")
    link_to_sponsors_page: bool
    start_date: date
    end_date: date
    year: int | None
    level_name: str = Field(description="Empty without a package")
    level_slug: str
    level_order: int
    logo_dimension: int


class Contact(DTO):
    """Somebody at a sponsor."""

    id: int
    name: str
    email: str
    phone: str
    primary: bool
    administrative: bool
    accounting: bool
    manager: bool
    linked: bool = Field(description="Whether an account of the site is known to be theirs")


class SponsorContacts(DTO):
    """Whom to write to about one sponsor."""

    sponsor_id: int
    contacts: list[Contact]


class Cloned(DTO):
    """What copying a year into a later one made; what was there already is not counted."""

    packages: int
    benefits: int
    conflicts: int
