"""What callers of the sponsors service send.

`Person` is put in by the gateway, of what it knows of who calls: nobody types it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.base import Input, Line, Slug, Text, said
from contracts.content.addresses import ElsewhereOrNone
from contracts.files import Upload
from contracts.sponsors.applications import AccountName
from contracts.sponsors.dto import Money, Year
from contracts.sponsors.features import Feature

MAX_CONTACTS: Final = 5
MAX_BENEFITS: Final = 200

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Email = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^[^@\s\x00-\x1f\x7f<>,;]+@[^@\s\x00-\x1f\x7f<>,;]+$", "must be an address"),
        max_length=254,
    ),
]
EmailOrNone = Annotated[
    str,
    StringConstraints(
        pattern=said(
            r"^([^@\s\x00-\x1f\x7f<>,;]+@[^@\s\x00-\x1f\x7f<>,;]+)?$",
            "must be an address, or empty",
        ),
        max_length=254,
    ),
]
Country = Annotated[
    str,
    StringConstraints(pattern=said(r"^[A-Z]{2}$", "must be the two letters of a country")),
]
CountryOrNone = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^([A-Z]{2})?$", "must be the two letters of a country, or empty")
    ),
]
Handle = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^[A-Za-z0-9_]*$", "must be a name without @, or empty"), max_length=32
    ),
]
Position = Annotated[int, Field(ge=0, le=10_000)]
Words = Annotated[Text, StringConstraints(max_length=5000)]


Needed32 = Annotated[Line, StringConstraints(min_length=1, max_length=32)]
Needed64 = Annotated[Line, StringConstraints(min_length=1, max_length=64)]
Needed100 = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
Needed128 = Annotated[Line, StringConstraints(min_length=1, max_length=128)]
Line64 = Annotated[Line, StringConstraints(max_length=64)]
Line128 = Annotated[Line, StringConstraints(max_length=128)]


class CurrentYearInput(Input):
    """The year whose packages can be chosen from now on."""

    year: Year


class CloneInput(Input):
    """Copy packages and benefits of a year into a later one; what is there already stays."""

    from_year: Year
    to_year: Year

    @model_validator(mode="after")
    def _later(self) -> Self:
        if self.to_year <= self.from_year:
            raise ValueError("the year to fill must be later than the one to copy")
        return self


class ProgramInput(Input):
    """A program to create, or to put in place of what is there."""

    name: Needed64
    description: Words = ""
    position: Position = 100


class PackageInput(Input):
    """A package to create, or to put in place of what is there. The slug of one never changes."""

    name: Needed64
    slug: Annotated[Slug, StringConstraints(max_length=50)] | None = Field(
        default=None, description="Made from the name where absent; unique in its year"
    )
    amount: Money
    year: Year | None
    advertise: bool = False
    allow_a_la_carte: bool = True
    logo_dimension: Annotated[int, Field(ge=1, le=1000)] = 175
    position: Position = 100


class BenefitInput(Input):
    """A benefit to create, or to put in place of what is there."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=1024)]
    description: Words = ""
    program_id: Id
    year: Year | None
    package_ids: list[Id] = Field(default_factory=list, max_length=100)
    conflict_ids: list[Id] = Field(default_factory=list, max_length=100)
    package_only: bool = False
    new: bool = False
    unavailable: bool = False
    standalone: bool = False
    capacity: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    soft_capacity: bool = False
    internal_description: Words = ""
    internal_value: Money | None = None
    position: Position = 100
    features: Annotated[list[Feature], Field(max_length=50)] | None = Field(
        default=None, description="In place of those there are; null: they stay"
    )

    @model_validator(mode="after")
    def _alone(self) -> Self:
        if self.standalone and self.package_ids:
            raise ValueError("a standalone benefit belongs to no package")
        return self


class Person(Input):
    """Who calls, as the gateway knows them: confirmed addresses, and what switches go by."""

    name: Annotated[Line, StringConstraints(max_length=200)] = ""
    email: EmailOrNone = Field(default="", description="Where mails for the caller go")
    emails: list[Email] = Field(
        default_factory=list, max_length=20, description="All confirmed addresses of the caller"
    )
    username: AccountName = ""
    groups: list[AccountName] = Field(default_factory=list, max_length=200)


class Selection(Input):
    """What is chosen of a year: a package or none, and benefits of every sort."""

    package_id: Id | None = None
    benefit_ids: list[Id] = Field(default_factory=list, max_length=MAX_BENEFITS)
    sponsor_id: Id | None = Field(default=None, description="For whom, where that is known yet")


class DraftInput(Selection):
    """An unfinished application, in place of what the caller left before."""

    benefit_ids: list[Id] = Field(max_length=MAX_BENEFITS)
    sponsor: dict[Line64, Annotated[Text, StringConstraints(max_length=2000)]] = Field(
        default_factory=dict, max_length=30
    )
    contacts: list[dict[Line64, bool | Annotated[Line, StringConstraints(max_length=300)]]] = Field(
        default_factory=list, max_length=MAX_CONTACTS
    )


class ContactInput(Input):
    """Somebody at a sponsor; `id` names one that is there already."""

    id: Id | None = None
    name: Needed100
    email: Email
    phone: Needed32
    primary: bool = False
    administrative: bool = False
    accounting: bool = False
    manager: bool = False


Contacts = Annotated[list[ContactInput], Field(min_length=1, max_length=MAX_CONTACTS)]


class SponsorInput(Input):
    """A sponsor to create, or to put in place of what is there.

    Logos that are not sent stay as they are. A web logo is needed for a new one.
    """

    name: Needed100
    description: Words = ""
    landing_page_url: ElsewhereOrNone = ""
    twitter_handle: Handle = ""
    linked_in_page_url: ElsewhereOrNone = ""
    primary_phone: Needed32
    mailing_address_line_1: Needed128
    mailing_address_line_2: Line128 = ""
    city: Needed64
    state: Line64 = ""
    postal_code: Needed64
    country: Country
    country_of_incorporation: CountryOrNone = ""
    state_of_incorporation: Line64 = ""
    web_logo: Upload | None = Field(default=None, description="PNG, JPEG, WebP or GIF")
    white_logo: Upload | None = Field(default=None, description="The same")
    print_logo: Upload | None = Field(
        default=None, description="EPS, PNG or SVG; kept privately, for staff"
    )
    drop_white_logo: bool = False
    drop_print_logo: bool = False


class SponsorRecordInput(SponsorInput):
    """A sponsor with its contacts: at least one of them is a primary one."""

    contacts: Contacts

    @model_validator(mode="after")
    def _primary(self) -> Self:
        if not any(one.primary for one in self.contacts):
            raise ValueError("at least one contact must be a primary one")
        return self


class SponsorEditInput(Input):
    """A sponsor as one of its people changes it. The name stays: contracts have it."""

    person: Person
    sponsor: SponsorRecordInput


class ApplicationInput(Input):
    """An application: what is chosen, by a sponsor that is there or by a new one."""

    person: Person
    package_id: Id | None = None
    benefit_ids: list[Id] = Field(default_factory=list, max_length=MAX_BENEFITS)
    sponsor_id: Id | None = None
    sponsor: SponsorRecordInput | None = None

    @model_validator(mode="after")
    def _one_sponsor(self) -> Self:
        if (self.sponsor_id is None) == (self.sponsor is None):
            raise ValueError("either sponsor_id or sponsor is needed")
        return self


class ApprovalInput(Input):
    """What is agreed on with an approval."""

    name: Annotated[Line, StringConstraints(max_length=200)] = ""
    start_date: date
    end_date: date
    package_id: Id | None = None
    sponsorship_fee: Money
    renewal: bool = False

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.end_date <= self.start_date:
            raise ValueError("the end must be after the start")
        return self


class MoveInput(Input):
    """Why something is done: `text` is mailed to the sponsor where a rejection is told."""

    name: Annotated[Line, StringConstraints(max_length=200)] = ""
    text: Words = ""


class SponsorshipInput(Input):
    """A sponsorship as staff put it right, while it is open for editing."""

    start_date: date | None = None
    end_date: date | None = None
    package_id: Id | None = None
    sponsorship_fee: Money | None = None
    renewal: bool = False
    benefit_ids: list[Id] = Field(
        max_length=MAX_BENEFITS,
        description="What its benefits are copies of; a new one is copied, a missing one goes",
    )

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.start_date and self.end_date and self.end_date <= self.start_date:
            raise ValueError("the end must be after the start")
        return self
