"""What another service reads to rebuild its copy of the companies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.companies import queries, services
from content.companies.models import Company
from contracts.content.companies import Company as CompanyDTO
from contracts.content.companies import CompanyUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_companies(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return companies by id, as everybody sees them."""
    statement = select(*queries.COMPANY).where(Company.id > after).order_by(Company.id).limit(limit)
    found = [CompanyDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_company(CompanyUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="companies", kind=CompanyUpdated, read=read_companies),)
