"""What another service reads to rebuild its copy of the sponsors that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.sponsors.dto import SponsorRef
from contracts.sponsors.events import SponsorUpdated
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow
from sponsors.placements.queries import SPONSOR, showing
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships.models import Sponsorship


async def read_sponsors(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return sponsors of which a logo is shown, by id."""
    shown = select(Sponsorship.sponsor_id).where(Sponsorship.id.in_(showing()))
    statement = (
        select(Sponsor.id, Sponsor.version, SPONSOR)
        .where(Sponsor.id > after, Sponsor.id.in_(shown))
        .order_by(Sponsor.id)
        .limit(limit)
    )
    return [
        ExportRow(
            id=number,
            version=version,
            data=SponsorUpdated(id=number, sponsor=SponsorRef.model_validate(state)),
        )
        for number, version, state in await session.execute(statement)
    ]


EXPORTS: Final = (Export(entity="sponsors", kind=SponsorUpdated, read=read_sponsors),)
