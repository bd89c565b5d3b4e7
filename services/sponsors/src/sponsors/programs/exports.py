"""What another service reads to rebuild its copy of the programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contracts.sponsors.dto import Program as ProgramDTO
from contracts.sponsors.events import ProgramUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow
from sponsors.programs import queries, services
from sponsors.programs.models import Program


async def read_programs(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return programs by id."""
    statement = queries.statement().where(Program.id > after).order_by(Program.id).limit(limit)
    found = [ProgramDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_program(ProgramUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="programs", kind=ProgramUpdated, read=read_programs),)
