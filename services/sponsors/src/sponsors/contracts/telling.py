"""The events of contracts: id, sponsorship and status. What they say is nobody else's business."""

from __future__ import annotations

from typing import Final

from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.papers import (
    ContractCreated,
    ContractExecuted,
    ContractMove,
    ContractNullified,
    ContractOutdated,
    ContractRef,
    ContractSent,
    ContractUpdated,
)
from servicekit import writes
from servicekit.database import WriteSession
from sponsors.contracts.models import Contract

_KINDS: Final[dict[ContractMove, type[ContractRef]]] = {
    ContractMove.BEGIN: ContractCreated,
    ContractMove.EDIT: ContractUpdated,
    ContractMove.SEND: ContractSent,
    ContractMove.EXECUTE: ContractExecuted,
    ContractMove.NULLIFY: ContractNullified,
    ContractMove.REDRAFT: ContractOutdated,
    ContractMove.DISCARD: ContractOutdated,
}


def of_contract(
    kind: type[ContractRef], number: int, sponsorship_id: int, status: str
) -> ContractRef:
    """Make the event `kind` of a contract."""
    return kind(id=number, sponsorship_id=sponsorship_id, status=ContractStatus(status))


def tell(session: WriteSession, move: ContractMove, row: Contract) -> None:
    """Record the event of a move."""
    told = of_contract(_KINDS[move], row.id, row.sponsorship_id, row.status)
    writes.tell(session, told, number=row.id, version=row.version)
