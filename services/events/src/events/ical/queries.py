"""Which events a calendar file holds: the coming ones first, then the latest past ones."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from events.events import queries
from events.events.models import Event
from events.occurrences.filters import OccurrenceFilter
from events.occurrences.models import Occurrence
from servicekit.reading import Row

#: Events of one file.
MOST: Final = 2000


async def events(session: AsyncSession, found: OccurrenceFilter, at: datetime) -> list[Row]:
    """Return the events of a file, by id, with all there is of them. At most 6 statements."""
    coming = (
        found.narrow(select(Occurrence.event_id))
        .where(Occurrence.ends > at)
        .group_by(Occurrence.event_id)
        .order_by(func.min(Occurrence.starts), Occurrence.event_id)
        .limit(MOST)
    )
    ids = list(await session.scalars(coming))
    if len(ids) < MOST:
        past = (
            found.narrow(select(Occurrence.event_id))
            .where(Occurrence.ends <= at)
            .group_by(Occurrence.event_id)
            .order_by(func.max(Occurrence.starts).desc(), Occurrence.event_id)
            .limit(MOST)
        )
        known = set(ids)
        ids += [one for one in await session.scalars(past) if one not in known][: MOST - len(ids)]
    return await queries.details(session, Event.id.in_(ids))
