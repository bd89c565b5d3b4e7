"""Every read of sponsorships. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.sponsors.features import FeatureKind
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row
from sponsors.contracts.models import Contract
from sponsors.dates import TODAY
from sponsors.packages.models import Package
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsorships.models import (
    BenefitFeature,
    SponsorBenefit,
    Sponsorship,
    SponsorshipStep,
)

_EARLIER: Final = aliased(Sponsorship)
#: What was agreed on; null: to be determined.
AGREED_FEE: Final[ColumnElement[Any]] = case(
    (Sponsorship.status.in_(("approved", "finalized")), Sponsorship.sponsorship_fee),
    (~Sponsorship.for_modified_package, Package.amount),
    else_=null(),
)
ACTIVE: Final[ColumnElement[bool]] = func.coalesce(
    and_(Sponsorship.status == "finalized", Sponsorship.end_date >= TODAY), False
)
#: Of the contract that counts, or of the last one that was nullified.
CONTRACT_STATUS: Final = (
    select(Contract.status)
    .where(Contract.sponsorship_id == Sponsorship.id, Contract.status != "outdated")
    .order_by(Contract.id.desc())
    .limit(1)
    .correlate(Sponsorship)
    .scalar_subquery()
)
_PREVIOUS: Final = (
    select(func.max(_EARLIER.start_date))
    .where(
        _EARLIER.sponsor_id == Sponsorship.sponsor_id,
        _EARLIER.status == "finalized",
        _EARLIER.year < Sponsorship.year,
    )
    .correlate(Sponsorship)
    .scalar_subquery()
)
_TIER: Final = (
    select(
        func.coalesce(
            func.nullif(BenefitFeature.spec["display_label"].astext, ""),
            BenefitFeature.spec["quantity"].astext,
        )
    )
    .where(
        BenefitFeature.sponsor_benefit_id == SponsorBenefit.id,
        BenefitFeature.kind == FeatureKind.TIERED.value,
    )
    .order_by(BenefitFeature.id)
    .limit(1)
    .correlate(SponsorBenefit)
    .scalar_subquery()
)


def _own(*names: str) -> tuple[Any, ...]:
    return tuple(getattr(Sponsorship, name) for name in names)


SUMMARY: Final[tuple[Any, ...]] = (
    *_own("id", "sponsor_id"),
    func.coalesce(Sponsor.name, "").label("sponsor_name"),
    *_own("status", "year"),
    func.coalesce(Package.name, "").label("level_name"),
    AGREED_FEE.label("agreed_fee"),
    *_own("start_date", "end_date"),
    ACTIVE.label("active"),
    *_own("applied_on"),
)
STAFF_SUMMARY: Final[tuple[Any, ...]] = (
    *SUMMARY,
    *_own("package_id", "locked", "renewal", "approved_on", "rejected_on", "finalized_on"),
    CONTRACT_STATUS.label("contract_status"),
    *_own("version"),
)
WHOLE: Final[tuple[Any, ...]] = (
    *STAFF_SUMMARY,
    *_own("created", "updated", "submitted_by_id", "submitted_by", "submitted_by_email"),
    *_own("sponsorship_fee", "for_modified_package", "overlapped_by_id"),
    Package.amount.label("package_amount"),
    _PREVIOUS.label("previous_effective_date"),
)
_BENEFIT: Final[tuple[Any, ...]] = (
    *(SponsorBenefit.id, SponsorBenefit.benefit_id, SponsorBenefit.name),
    case(
        (_TIER.is_(None), SponsorBenefit.name),
        else_=func.concat(SponsorBenefit.name, " (", _TIER, ")"),
    ).label("display_name"),
    *(SponsorBenefit.description, SponsorBenefit.program_id, SponsorBenefit.program_name),
    *(SponsorBenefit.added_by_user, SponsorBenefit.standalone, SponsorBenefit.internal_value),
)
_FEATURES: Final = func.coalesce(
    select(func.json_agg(aggregate_order_by(BenefitFeature.spec, BenefitFeature.id)))
    .where(BenefitFeature.sponsor_benefit_id == SponsorBenefit.id)
    .correlate(SponsorBenefit)
    .scalar_subquery(),
    literal_column("'[]'::json"),
)


def statement(*columns: Any) -> Select[Any]:  # noqa: ANN401 - columns of any kind
    """Return the statement of sponsorships, with their sponsors and packages."""
    return (
        select(*columns)
        .select_from(Sponsorship)
        .outerjoin(Sponsor, Sponsor.id == Sponsorship.sponsor_id)
        .outerjoin(Package, Package.id == Sponsorship.package_id)
    )


def visible_to(user_id: int) -> ColumnElement[bool]:
    """Say that a sponsorship is a user's: they applied or are a contact, and it is not rejected."""
    contact = select(SponsorContact.sponsor_id).where(SponsorContact.user_id == user_id)
    return and_(
        or_(Sponsorship.submitted_by_id == user_id, Sponsorship.sponsor_id.in_(contact)),
        Sponsorship.status != "rejected",
    )


async def of_user(session: AsyncSession, user_id: int, window: Window) -> tuple[list[Row], int]:
    """Return one window of a user's sponsorships: active first, then by status and year."""
    rank = case({"finalized": 0, "approved": 1}, value=Sponsorship.status, else_=2)
    order = (ACTIVE.desc(), rank, Sponsorship.year.desc().nulls_last(), Sponsorship.id.desc())
    found = statement(*SUMMARY).where(visible_to(user_id))
    return await reading.page(session, found, order, window)


async def row_of(
    session: AsyncSession, sponsorship_id: int, *conditions: ColumnElement[bool]
) -> Row | None:
    """Return the columns of one sponsorship, without what is in other rows."""
    found = statement(*WHOLE).where(Sponsorship.id == sponsorship_id, *conditions)
    return await reading.one(session, found)


async def benefits(session: AsyncSession, sponsorship_id: int) -> list[Row]:
    """Return the benefits of a sponsorship with their features, by program and place."""
    found = (
        select(*_BENEFIT, _FEATURES.label("features"))
        .where(SponsorBenefit.sponsorship_id == sponsorship_id)
        .order_by(SponsorBenefit.id)
    )
    return await reading.every(session, found)


async def steps(session: AsyncSession, sponsorship_id: int) -> list[Row]:
    """Return what was done with a sponsorship, oldest first."""
    names = ("time", "by", "name", "move", "before", "after", "text")
    found = select(*(getattr(SponsorshipStep, name) for name in names))
    found = found.where(SponsorshipStep.sponsorship_id == sponsorship_id)
    return await reading.every(session, found.order_by(SponsorshipStep.id))
