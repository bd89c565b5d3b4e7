"""What another service reads to rebuild what it knows of kinds of vouchers: that they are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.sponsors.assets import VoucherKindUpdated
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow
from sponsors.vouchers.models import VoucherKind


async def read_kinds(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return kinds by id."""
    found = await session.execute(
        select(VoucherKind.id, VoucherKind.version)
        .where(VoucherKind.id > after)
        .order_by(VoucherKind.id)
        .limit(limit)
    )
    return [
        ExportRow(id=number, version=version, data=VoucherKindUpdated(id=number))
        for number, version in found
    ]


EXPORTS: Final = (Export(entity="voucher-kinds", kind=VoucherKindUpdated, read=read_kinds),)
