"""Work on contracts that an operator starts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import exists, select

from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.dto import SponsorshipStatus
from servicekit.access import Principal
from servicekit.service import Task, TaskContext
from sponsors.contracts import drafting
from sponsors.contracts.models import Contract
from sponsors.contracts.transitions import LIVING
from sponsors.sponsorships.models import Sponsorship

_WORKER: Final = Principal(subject="service:sponsors")


async def begin(context: TaskContext) -> str:
    """Begin the contracts that approved sponsorships lack, as after an import.

    One whose contract was nullified is left to staff.
    """
    has = exists().where(
        Contract.sponsorship_id == Sponsorship.id,
        Contract.status.in_([status.value for status in (*LIVING, ContractStatus.NULLIFIED)]),
    )
    done = 0
    while True:
        async with context.session() as session:
            row = await session.scalar(
                select(Sponsorship)
                .where(Sponsorship.status == SponsorshipStatus.APPROVED.value, ~has)
                .order_by(Sponsorship.id)
                .limit(1)
                .with_for_update(skip_locked=True, of=Sponsorship)
            )
            if row is None:
                return f"{done} contracts begun"
            await drafting.begin(session, row, _WORKER)
            done += 1
            if context.dry_run:
                return "a contract would be begun, and those of others that lack one"


TASKS: Final = (
    Task(
        name="create-contracts",
        summary="Begin the contracts that approved sponsorships lack",
        run=begin,
    ),
)
