"""What another service reads to rebuild its copy of the packages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.sponsors.dto import Package as PackageDTO
from contracts.sponsors.events import PackageUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow
from sponsors.packages import queries, services
from sponsors.packages.models import Package


async def read_packages(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return packages by id."""
    statement = queries.statement().where(Package.id > after).order_by(Package.id).limit(limit)
    found = [PackageDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_package(PackageUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="packages", kind=PackageUpdated, read=read_packages),)
