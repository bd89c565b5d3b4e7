"""Reads of contracts, and of what an agreement is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.dto import SponsorshipStatus
from contracts.sponsors.papers import Contract as ContractDTO
from contracts.sponsors.papers import OwnContract
from servicekit import reading
from servicekit.access import Principal
from servicekit.pagination import Window
from servicekit.problems import NotFound
from servicekit.reading import Row
from sponsors import papers
from sponsors.contracts import transitions
from sponsors.contracts.agreement import Facts
from sponsors.contracts.models import Contract
from sponsors.contracts.transitions import Situation
from sponsors.packages.models import Package
from sponsors.places import incorporated
from sponsors.settings import Settings
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships.models import Sponsorship

_PAPERS: Final = ("document", "document_docx", "signed_document")
_LATER: Final = aliased(Contract)

SUMMARY: Final[tuple[Any, ...]] = (
    *(Contract.id, Contract.sponsorship_id),
    func.coalesce(Sponsor.name, "").label("sponsor_name"),
    func.coalesce(Package.name, "").label("level_name"),
    *(Sponsorship.year, Sponsorship.renewal),
    *(
        getattr(Contract, name)
        for name in (
            *("status", "revision", "sent_on", "executed_on", "nullified_on"),
            *("version", "created", "updated"),
        )
    ),
)
_WHOLE: Final[tuple[Any, ...]] = (
    *SUMMARY,
    *(
        getattr(Contract, name)
        for name in (
            *("sponsor_info", "sponsor_contact", "benefits_list", "legal_clauses", "template"),
            *("sent_by", "sent_by_id", "executed_by", *_PAPERS),
        )
    ),
    Sponsorship.status.label("sponsorship_status"),
    *(Sponsorship.start_date, Sponsorship.end_date, Sponsorship.sponsorship_fee),
    ~select(_LATER.id)
    .where(_LATER.sponsorship_id == Contract.sponsorship_id, _LATER.id > Contract.id)
    .correlate(Contract)
    .exists()
    .label("newest"),
)


@dataclass(frozen=True, kw_only=True)
class ContractFilter:
    """Which contracts are wanted."""

    status: ContractStatus | None = None
    year: int | None = None
    sponsorship_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return them as conditions."""
        found: list[ColumnElement[bool]] = []
        if self.status is not None:
            found.append(Contract.status == self.status.value)
        if self.year is not None:
            found.append(Sponsorship.year == self.year)
        if self.sponsorship_id is not None:
            found.append(Contract.sponsorship_id == self.sponsorship_id)
        return found


def statement(columns: Sequence[Any]) -> Select[Any]:
    """Return a statement over contracts with their sponsorships, sponsors and packages."""
    return (
        select(*columns)
        .select_from(Contract)
        .join(Sponsorship, Sponsorship.id == Contract.sponsorship_id)
        .outerjoin(Sponsor, Sponsor.id == Sponsorship.sponsor_id)
        .outerjoin(Package, Package.id == Sponsorship.package_id)
    )


async def contracts(
    session: AsyncSession, window: Window, wanted: ContractFilter
) -> tuple[list[Row], int]:
    """Return one window of contracts, the latest first, and how many there are."""
    found = statement(SUMMARY).where(*wanted.conditions())
    return await reading.page(session, found, (Contract.id.desc(),), window)


async def whole(
    session: AsyncSession, settings: Settings, caller: Principal, *conditions: ColumnElement[bool]
) -> list[ContractDTO]:
    """Return contracts with all there is to know of them, the latest first. 1 statement."""
    found = statement(_WHOLE).where(*conditions).order_by(Contract.id.desc())
    return [_seen(settings, caller, row) for row in await reading.every(session, found)]


async def own(session: AsyncSession, settings: Settings, sponsorship_id: int) -> OwnContract | None:
    """Return the contract of a sponsorship as its sponsor sees it: once it was sent."""
    columns: tuple[Any, ...] = (Contract.status, Contract.sent_on, Contract.executed_on)
    papers_of: tuple[Any, ...] = tuple(getattr(Contract, name) for name in _PAPERS)
    shown = (ContractStatus.AWAITING_SIGNATURE.value, ContractStatus.EXECUTED.value)
    row = await reading.one(
        session,
        select(*columns, *papers_of).where(
            Contract.sponsorship_id == sponsorship_id, Contract.status.in_(shown)
        ),
    )
    if row is None:
        return None
    return OwnContract.model_validate(row | _linked(settings, row))


async def facts(
    session: AsyncSession, contract_id: int, *, draft: bool
) -> tuple[Facts, int] | None:
    """Return what an agreement is made of, and the version of its words; None: no such contract.

    2 statements.
    """
    columns: tuple[Any, ...] = (
        *(Sponsorship.sponsor_id, Sponsorship.sponsorship_fee.label("fee")),
        Sponsorship.start_date.label("start"),
        Sponsorship.end_date.label("end"),
        *(Sponsorship.id.label("sponsorship_id"), Sponsorship.year, Sponsorship.renewal),
        func.coalesce(Sponsor.name, "").label("sponsor"),
        func.coalesce(Sponsor.country_of_incorporation, "").label("country"),
        func.coalesce(Sponsor.state_of_incorporation, "").label("state"),
        func.coalesce(Sponsor.state, "").label("mailing_state"),
        func.coalesce(Package.name, "").label("level"),
        Contract.sponsor_info.label("info"),
        Contract.sponsor_contact.label("contact"),
        Contract.benefits_list.label("benefits"),
        Contract.legal_clauses.label("clauses"),
        *(Contract.revision, Contract.template),
    )
    row = await reading.one(session, statement(columns).where(Contract.id == contract_id))
    if row is None:
        return None
    template, sponsor_id = row.pop("template"), row.pop("sponsor_id")
    previous = await previous_start(session, sponsor_id, row.pop("sponsorship_id"))
    place = incorporated(row.pop("country"), row.pop("state"), row.pop("mailing_state"))
    return Facts(**row, incorporated=place, previous=previous, draft=draft), template


async def previous_start(
    session: AsyncSession, sponsor_id: int | None, sponsorship_id: int
) -> date | None:
    """Return when the sponsorship began that a sponsor had before another one."""
    found: date | None = await session.scalar(
        select(Sponsorship.start_date)
        .where(
            Sponsorship.sponsor_id == sponsor_id,
            Sponsorship.id != sponsorship_id,
            Sponsorship.status == SponsorshipStatus.FINALIZED.value,
            Sponsorship.start_date.is_not(None),
        )
        .order_by(Sponsorship.start_date.desc())
        .limit(1)
    )
    return found


async def situation_of(
    session: AsyncSession, settings: Settings, caller: Principal, contract_id: int
) -> Situation:
    """Return what decides about the moves of one contract."""
    row = await reading.one(session, statement(_WHOLE).where(Contract.id == contract_id))
    if row is None:
        raise NotFound("There is no such contract.")
    return _situation(settings, caller, row)


def _situation(settings: Settings, caller: Principal, row: Row) -> Situation:
    """Return what decides about the moves of a contract."""
    needed = (row["start_date"], row["end_date"], row["sponsorship_fee"])
    return Situation(
        status=ContractStatus(row["status"]),
        sponsorship=SponsorshipStatus(row["sponsorship_status"]),
        complete=all(value is not None for value in needed),
        newest=row["newest"],
        sent_by=row["sent_by_id"],
        caller=caller.user_id,
        two_people=settings.two_people_execute,
    )


def _seen(settings: Settings, caller: Principal, row: Row) -> ContractDTO:
    moves = transitions.views(_situation(settings, caller, row))
    return ContractDTO.model_validate(row | _linked(settings, row) | {"moves": moves})


def _linked(settings: Settings, row: Row) -> Row:
    return {name: papers.shown(settings, row[name]) for name in _PAPERS}
