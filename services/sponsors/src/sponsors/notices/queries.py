"""Reads of templates, of sent notices, and of whom a notice goes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.sponsors.features import FeatureKind
from contracts.sponsors.notices import ContactKind
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row, bytewise
from sponsors.contracts.agreement import in_full
from sponsors.notices.models import Notice, NoticeTemplate
from sponsors.packages.models import Package
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsorships.models import BenefitFeature, SponsorBenefit, Sponsorship

TEMPLATE: Final[tuple[Any, ...]] = tuple(
    getattr(NoticeTemplate, name)
    for name in ("id", "internal_name", "subject", "content", "version", "created", "updated")
)
_NOTICE: Final[tuple[Any, ...]] = tuple(
    getattr(Notice, name)
    for name in (
        *("id", "subject", "content", "contacts", "sponsorship_ids", "recipients", "created"),
    )
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A sponsorship that a notice may go to, with what its placeholders stand for."""

    sponsorship_id: int
    sponsor: str
    targeted: bool
    addresses: tuple[str, ...]
    values: dict[str, str]


async def templates(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of templates by name, and how many there are."""
    order = (bytewise(NoticeTemplate.internal_name), NoticeTemplate.id)
    return await reading.page(session, select(*TEMPLATE), order, window)


async def template(session: AsyncSession, template_id: int) -> Row | None:
    """Return one template."""
    return await reading.one(session, select(*TEMPLATE).where(NoticeTemplate.id == template_id))


async def notices(session: AsyncSession, window: Window) -> tuple[list[Row], int]:
    """Return one window of notices that were sent, the latest first, and how many there are."""
    sent = select(*_NOTICE).where(Notice.sent.is_not(None))
    return await reading.page(session, sent, (Notice.id.desc(),), window)


async def notice(session: AsyncSession, notice_id: int) -> Row | None:
    """Return one notice."""
    return await reading.one(session, select(*_NOTICE).where(Notice.id == notice_id))


async def targets(
    session: AsyncSession, sponsorship_ids: Sequence[int], contacts: Sequence[ContactKind]
) -> list[Target]:
    """Return sponsorships with the addresses of chosen contacts, by sponsor. 2 statements."""
    targetable = exists().where(
        SponsorBenefit.sponsorship_id == Sponsorship.id,
        BenefitFeature.sponsor_benefit_id == SponsorBenefit.id,
        BenefitFeature.kind == FeatureKind.EMAIL_TARGETABLE.value,
    )
    columns: tuple[Any, ...] = (
        *(Sponsorship.id, Sponsorship.sponsor_id, Sponsorship.status),
        *(Sponsorship.start_date, Sponsorship.end_date, Sponsor.name),
        func.coalesce(Package.name, "").label("level"),
        targetable.label("targeted"),
    )
    rows = await reading.every(
        session,
        select(*columns)
        .join(Sponsor, Sponsor.id == Sponsorship.sponsor_id)
        .outerjoin(Package, Package.id == Sponsorship.package_id)
        .where(Sponsorship.id.in_(sponsorship_ids))
        .order_by(bytewise(Sponsor.name), Sponsorship.id),
    )
    roles = or_(*(getattr(SponsorContact, kind.value) for kind in contacts))
    found = await session.execute(
        select(SponsorContact.sponsor_id, SponsorContact.email)
        .where(SponsorContact.sponsor_id.in_({row["sponsor_id"] for row in rows}), roles)
        .order_by(SponsorContact.id)
    )
    addresses: dict[int, dict[str, str]] = {}
    for sponsor_id, email in found:
        addresses.setdefault(sponsor_id, {}).setdefault(email.lower(), email)
    return [
        Target(
            sponsorship_id=row["id"],
            sponsor=row["name"],
            targeted=row["targeted"],
            addresses=tuple(addresses.get(row["sponsor_id"], {}).values()),
            values={
                "sponsor_name": row["name"],
                "sponsorship_level": row["level"],
                "sponsorship_start_date": _day(row["start_date"]),
                "sponsorship_end_date": _day(row["end_date"]),
                "sponsorship_status": row["status"],
            },
        )
        for row in rows
    ]


def _day(day: Any) -> str:  # noqa: ANN401 - a date or None
    return "" if day is None else in_full(day)
