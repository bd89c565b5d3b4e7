"""Sponsorships as sponsors and staff see them: applications, what was chosen, what may be done."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from contracts.base import DTO, Line
from contracts.sponsors.dto import Contact, Logo, SponsorshipStatus
from contracts.sponsors.features import Feature


class Side(StrEnum):
    """Who does something with a sponsorship. `contract`: it follows from its contract."""

    APPLICANT = "applicant"
    STAFF = "staff"
    CONTRACT = "contract"


class Move(StrEnum):
    """What is done with a sponsorship."""

    APPLY = "apply"
    EDIT = "edit"
    APPROVE = "approve"
    REJECT = "reject"
    ROLLBACK = "rollback"
    FINALIZE = "finalize"
    LOCK = "lock"
    UNLOCK = "unlock"


class ContractStatus(StrEnum):
    """Where a contract is. At most one of a sponsorship is neither nullified nor outdated."""

    DRAFT = "draft"
    AWAITING_SIGNATURE = "awaiting_signature"
    EXECUTED = "executed"
    NULLIFIED = "nullified"
    OUTDATED = "outdated"


class Trouble(StrEnum):
    """What is wrong with what was chosen."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"
    NEEDS_PACKAGE = "needs_package"
    STANDALONE_WITH_PACKAGE = "standalone_with_package"
    NO_A_LA_CARTE = "no_a_la_carte"
    CONFLICT = "conflict"
    PACKAGE_ONLY = "package_only"
    FULL = "full"


class Wrong(DTO):
    """One thing that is wrong with what was chosen, and the benefits that it is about."""

    code: Trouble
    message: str
    benefit_ids: list[int] = Field(default_factory=list)


class Quote(DTO):
    """What a choice costs, and what is wrong with it."""

    year: int
    package_id: int | None
    package_name: str
    price: Decimal | None = Field(description="Null: to be determined, for it is customised")
    customized: bool
    benefit_ids: list[int] = Field(description="Chosen ones that there are")
    benefits: list[str] = Field(description="Their names, as they are shown for the package")
    added_ids: list[int] = Field(description="Chosen, and not of the package")
    removed_ids: list[int] = Field(description="Of the package, and not chosen")
    wrong: list[Wrong] = Field(description="Empty: it can be sent in")


class ApplicationDraft(DTO):
    """An application that is not sent in yet, as its writer left it. Nobody else sees it."""

    id: int
    year: int
    package_id: int | None
    benefit_ids: list[int]
    sponsor_id: int | None
    sponsor: dict[str, str] = Field(description="Fields of a new sponsor as far as typed")
    contacts: list[dict[str, Any]] = Field(description="Contacts as far as typed")
    version: int
    updated: datetime


class OwnSponsor(DTO):
    """A sponsor with all that is kept of it, for its people and for staff."""

    id: int
    name: str
    slug: str
    description: str
    landing_page_url: str
    twitter_handle: str
    linked_in_page_url: str
    primary_phone: str
    mailing_address_line_1: str
    mailing_address_line_2: str
    city: str
    state: str
    postal_code: str
    country: str = Field(description="Two letters of ISO 3166-1")
    country_of_incorporation: str = Field(description="The same, or empty")
    state_of_incorporation: str
    incorporation_location: str = Field(description="Where it is incorporated, for contracts")
    web_logo: Logo | None
    white_logo: Logo | None
    print_logo: str = Field(description="Key of the file below private/, or empty")
    contacts: list[Contact]
    can_edit: bool = Field(description="Whether the caller may change it")
    can_apply: bool = Field(description="Whether nothing of it waits or is approved")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class OwnSummary(DTO):
    """A sponsorship in the list of its people."""

    id: int
    sponsor_id: int | None
    sponsor_name: str
    status: SponsorshipStatus
    year: int | None
    level_name: str
    agreed_fee: Decimal | None = Field(description="Null: to be determined")
    start_date: date | None
    end_date: date | None
    active: bool = Field(description="Finalized, and not over")
    applied_on: date


class ChosenBenefit(DTO):
    """A benefit of one sponsorship."""

    id: int
    benefit_id: int | None = Field(description="What it is a copy of")
    name: str
    display_name: str = Field(description="With the label or quantity of its tier")
    description: str
    program_id: int | None
    program_name: str
    added_by_user: bool = Field(description="Chosen beside the package")
    standalone: bool


class StaffBenefit(ChosenBenefit):
    """The same for staff."""

    internal_value: Decimal | None
    features: list[Feature]


class OwnSponsorship(OwnSummary):
    """A sponsorship for its people: 1 call for its page, with sponsor, contacts and benefits."""

    sponsor: OwnSponsor | None
    package_id: int | None
    renewal: bool
    locked: bool
    approved_on: date | None
    rejected_on: date | None
    finalized_on: date | None
    benefits: list[ChosenBenefit]
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Applied(OwnSponsorship):
    """A sponsorship that was just applied for, and who got a mail of it."""

    notified: list[str]


class MoveView(DTO):
    """Something that may be done with a sponsorship, or why not."""

    move: Move
    to: SponsorshipStatus
    why_not: str = Field(description="Empty: it may be done")


class Step(DTO):
    """What was done with a sponsorship."""

    time: datetime
    by: Side
    name: str
    move: Move
    before: SponsorshipStatus | None
    after: SponsorshipStatus
    text: str


class StaffSummary(OwnSummary):
    """A sponsorship in the list of staff."""

    package_id: int | None
    locked: bool
    renewal: bool
    approved_on: date | None
    rejected_on: date | None
    finalized_on: date | None
    contract_status: ContractStatus | None = Field(
        description="Of the contract that counts; null: there is none"
    )
    version: int


class StaffSponsorship(OwnSponsorship):
    """A sponsorship for staff: 1 call, with what was changed and what may be done next."""

    submitted_by_id: int | None
    submitted_by: str
    submitted_by_email: str
    sponsorship_fee: Decimal | None
    package_amount: Decimal | None
    customized: bool
    estimated_cost: Decimal = Field(description="Sum of the internal values of its benefits")
    added: list[str] = Field(description="Benefits beside those of the package")
    removed: list[str] = Field(description="Benefits of the package that it has not")
    staff_benefits: list[StaffBenefit]
    for_modified_package: bool
    overlapped_by_id: int | None
    previous_effective_date: date | None = Field(
        description="When the sponsorship before this one began, for renewals"
    )
    contract_status: ContractStatus | None
    moves: list[MoveView]
    steps: list[Step]


class RevenueShare(DTO):
    """How much of the internal values of a package's benefits is of one program."""

    program: str
    percent: Decimal = Field(description="Of 100, with three decimals")


#: A user name or the name of a group, as the gateway knows it.
AccountName = Annotated[Line, StringConstraints(max_length=150)]
