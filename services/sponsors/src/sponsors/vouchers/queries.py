"""Reads of kinds of vouchers, and of who lacks a code."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.sponsors.dto import SponsorshipStatus
from contracts.sponsors.features import FeatureKind
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row, bytewise
from sponsors.assets.models import Asset
from sponsors.assets.queries import IS_VALUE
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships.models import BenefitFeature, SponsorBenefit, Sponsorship
from sponsors.vouchers.models import VoucherKind

KIND: Final[tuple[Any, ...]] = tuple(
    getattr(VoucherKind, name)
    for name in (
        *("id", "name", "year", "voucher_type", "benefit_id", "internal_name", "active"),
        *("version", "created", "updated"),
    )
)
_Tier: Final = aliased(BenefitFeature)


async def kinds(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of kinds, the latest year first, and how many there are."""
    order = (VoucherKind.year.desc(), bytewise(VoucherKind.name), VoucherKind.id)
    return await reading.page(session, select(*KIND), order, window)


async def kind(session: AsyncSession, kind_id: int) -> Row | None:
    """Return one kind."""
    return await reading.one(session, select(*KIND).where(VoucherKind.id == kind_id))


async def lacking(session: AsyncSession) -> list[Row]:
    """Return which finalized sponsorships have a number of vouchers and no code yet.

    The number is that of the tier of the benefit, the code goes into the provided text with the
    name of the kind, of whatever benefit that is. 1 statement.
    """
    quantity = func.max(_Tier.spec["quantity"].as_integer())
    columns: tuple[Any, ...] = (
        func.min(BenefitFeature.id).label("feature_id"),
        *(Sponsorship.id.label("sponsorship_id"), Sponsor.id.label("sponsor_id")),
        Sponsor.name.label("sponsor_name"),
        *(VoucherKind.id.label("kind_id"), VoucherKind.year, VoucherKind.voucher_type),
        quantity.label("quantity"),
    )
    tier = aliased(SponsorBenefit)
    return await reading.every(
        session,
        select(*columns)
        .select_from(VoucherKind)
        .join(tier, tier.benefit_id == VoucherKind.benefit_id)
        .join(_Tier, _Tier.sponsor_benefit_id == tier.id)
        .join(Sponsorship, Sponsorship.id == tier.sponsorship_id)
        .join(Sponsor, Sponsor.id == Sponsorship.sponsor_id)
        .join(SponsorBenefit, SponsorBenefit.sponsorship_id == Sponsorship.id)
        .join(BenefitFeature, BenefitFeature.sponsor_benefit_id == SponsorBenefit.id)
        .outerjoin(Asset, IS_VALUE)
        .where(
            VoucherKind.active,
            Sponsorship.status == SponsorshipStatus.FINALIZED.value,
            _Tier.kind == FeatureKind.TIERED.value,
            BenefitFeature.kind == FeatureKind.PROVIDED_TEXT.value,
            BenefitFeature.internal_name == VoucherKind.internal_name,
            Asset.id.is_(None),
        )
        .group_by(Sponsorship.id, Sponsor.id, VoucherKind.id)
        .having(quantity > 0)
        .order_by(VoucherKind.id, Sponsorship.id),
    )
