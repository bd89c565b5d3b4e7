"""What another service reads to rebuild its copy of the benefits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.sponsors.dto import Benefit as BenefitDTO
from contracts.sponsors.events import BenefitUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow
from sponsors.benefits import queries, services
from sponsors.benefits.models import Benefit


async def read_benefits(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return benefits by id."""
    statement = queries.statement().where(Benefit.id > after).order_by(Benefit.id).limit(limit)
    found = [BenefitDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_benefit(BenefitUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="benefits", kind=BenefitUpdated, read=read_benefits),)
