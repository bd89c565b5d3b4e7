"""What another service reads to rebuild what it knows of contracts: that they are, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from contracts.sponsors.papers import ContractUpdated
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow
from sponsors.contracts import telling
from sponsors.contracts.models import Contract


async def read_contracts(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return contracts by id."""
    columns: tuple[Any, ...] = (
        *(Contract.id, Contract.sponsorship_id),
        *(Contract.status, Contract.version),
    )
    statement = select(*columns).where(Contract.id > after).order_by(Contract.id).limit(limit)
    return [
        ExportRow(
            id=number,
            version=version,
            data=telling.of_contract(ContractUpdated, number, sponsorship_id, status),
        )
        for number, sponsorship_id, status, version in await session.execute(statement)
    ]


EXPORTS: Final = (Export(entity="contracts", kind=ContractUpdated, read=read_contracts),)
