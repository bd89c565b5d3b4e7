"""What another service reads to rebuild its copy of the locations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.events.dto import Location as LocationDTO
from contracts.events.events import LocationUpdated
from events.locations import queries, services
from events.locations.models import Location
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_locations(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return locations by id."""
    statement = queries.statement().where(Location.id > after).order_by(Location.id).limit(limit)
    found = [LocationDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_location(LocationUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="locations", kind=LocationUpdated, read=read_locations),)
