"""What staff read of sponsorships."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.sponsors.applications import ContractStatus, StaffSponsorship
from contracts.sponsors.dto import SponsorshipStatus
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row
from sponsors.choosing import queries as choosing
from sponsors.choosing import rules
from sponsors.own import queries as own
from sponsors.packages.models import Package
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships import queries, transitions
from sponsors.sponsorships.models import SponsorBenefit, Sponsorship
from sponsors.sponsorships.transitions import Facts


@dataclass(frozen=True, kw_only=True)
class DeskFilter:
    """How the list of staff is narrowed; `q` is looked for in names of sponsors."""

    status: SponsorshipStatus | None = None
    package: str | None = None
    year: int | None = None
    q: str | None = None
    benefit: int | None = None


async def sponsorships(
    session: AsyncSession, window: Window, wanted: DeskFilter
) -> tuple[list[Row], int]:
    """Return one window of all sponsorships, the latest application first."""
    found = _narrowed(queries.statement(*queries.STAFF_SUMMARY), wanted)
    return await reading.page(session, found, (Sponsorship.id.desc(),), window)


def _narrowed(found: Select[tuple[object, ...]], wanted: DeskFilter) -> Select[tuple[object, ...]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(Sponsorship.status == wanted.status.value)
    if wanted.package is not None:
        conditions.append(Package.slug == wanted.package)
    if wanted.year is not None:
        conditions.append(Sponsorship.year == wanted.year)
    if wanted.q:
        conditions.append(Sponsor.name.icontains(wanted.q, autoescape=True))
    if wanted.benefit is not None:
        has = select(SponsorBenefit.sponsorship_id)
        conditions.append(
            Sponsorship.id.in_(has.where(SponsorBenefit.benefit_id == wanted.benefit))
        )
    return found.where(*conditions)


async def whole(session: AsyncSession, sponsorship_id: int) -> StaffSponsorship | None:
    """Return a sponsorship with all there is to know of it: at most six statements."""
    row = await own.whole(session, sponsorship_id, None)
    if row is None:
        return None
    benefits = row["benefits"]
    added, removed = await _changes(session, row)
    facts = Facts(
        status=SponsorshipStatus(row["status"]),
        locked=row["locked"],
        contract=row["contract_status"] and ContractStatus(row["contract_status"]),
    )
    return StaffSponsorship.model_validate(
        {
            **row,
            "customized": bool(added or removed) or row["package_id"] is None,
            "estimated_cost": sum((one["internal_value"] or 0 for one in benefits), Decimal(0)),
            "added": added,
            "removed": removed,
            "staff_benefits": benefits,
            "moves": transitions.views(facts),
            "steps": await queries.steps(session, sponsorship_id),
        }
    )


async def _changes(session: AsyncSession, row: Row) -> tuple[list[str], list[str]]:
    """Return names of the benefits beside those of the package, and of those left out."""
    if row["year"] is None:
        return [], []
    offer = await choosing.offer(session, row["year"])
    have = {one["benefit_id"] for one in row["benefits"]}
    chosen = [one for key, one in offer.benefits.items() if key in have]
    package = offer.packages.get(row["package_id"])
    added, removed = rules.changes(offer, package, chosen)
    return [one.name for one in added], [one.name for one in removed]
