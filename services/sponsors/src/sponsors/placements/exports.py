"""What another service reads to rebuild its copy of what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.sponsors.events import SponsorshipUpdated
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow
from sponsors.placements import queries, telling
from sponsors.sponsorships.models import Sponsorship


async def read_sponsorships(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return sponsorships that show something, by id."""
    statement = (
        select(Sponsorship)
        .where(Sponsorship.id > after, Sponsorship.id.in_(queries.showing()))
        .order_by(Sponsorship.id)
        .limit(limit)
    )
    rows = list(await session.scalars(statement))
    states = await queries.of_sponsorships(session, [row.id for row in rows])
    return [
        ExportRow(
            id=row.id,
            version=row.version,
            data=telling.of_sponsorship(SponsorshipUpdated, row, states.get(row.id, ())),
        )
        for row in rows
    ]


EXPORTS: Final = (Export(entity="sponsorships", kind=SponsorshipUpdated, read=read_sponsorships),)
