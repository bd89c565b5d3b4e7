"""Writing kinds of vouchers, and putting codes where sponsors find them."""

from __future__ import annotations

from sqlalchemy import select

from contracts.sponsors.assets import VoucherKind as VoucherKindDTO
from contracts.sponsors.assets import (
    VoucherKindCreated,
    VoucherKindDeleted,
    VoucherKindInput,
    VoucherKindRef,
    VoucherKindUpdated,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Invalid, NotFound
from servicekit.reading import Row
from servicekit.writes import note, sign, snapshot, tell
from sponsors.assets import queries as assets
from sponsors.assets import services as handing
from sponsors.assets.values import Value
from sponsors.benefits.models import Benefit
from sponsors.sponsorships.models import BenefitFeature, Sponsorship
from sponsors.vouchers import queries
from sponsors.vouchers.adapter import Conference, Order
from sponsors.vouchers.models import VoucherKind

_WORKER = Principal(subject="service:sponsors")


async def create(
    session: WriteSession, sent: VoucherKindInput, caller: Principal
) -> VoucherKindDTO:
    """Create a kind. Raises Invalid where there is no such benefit, or of another year."""
    await _check(session, sent)
    row = VoucherKind(**sent.model_dump())
    sign(row, caller, new=True)
    session.add(row)
    made = await _state(session, row)
    _tell(session, VoucherKindCreated, row)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    return made


async def update(
    session: WriteSession,
    kind_id: int,
    sent: VoucherKindInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> VoucherKindDTO:
    """Replace a kind; codes that were fetched stay.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, kind_id)
    check_match(if_match, row.version)
    await _check(session, sent)
    before = snapshot(row)
    for name, value in sent.model_dump().items():
        setattr(row, name, value)
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    made = await _state(session, row)
    _tell(session, VoucherKindUpdated, row)
    note(session, caller, "updated", row, row.name, before=before, after=snapshot(row))
    return made


async def delete(
    session: WriteSession, kind_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a kind; codes that were fetched stay. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, kind_id)
    check_match(if_match, row.version, required=False)
    tell(session, VoucherKindDeleted(id=row.id), number=row.id, version=row.version + 1)
    note(session, caller, "deleted", row, row.name, before=snapshot(row))
    await session.delete(row)


async def fetch(session: WriteSession, conference: Conference, wanted: Row) -> bool:
    """Fetch the code that a sponsorship lacks, and keep it; tells whether it still lacked it.

    Whoever wants the same meanwhile waits, and finds it there. A process that dies before the
    code is kept asks again, and the conference gives the same one.

    Raises NoVoucher.
    """
    sponsorship = await session.get(Sponsorship, wanted["sponsorship_id"])
    if sponsorship is None:
        return False
    await handing.hold(session, sponsorship)
    found = await assets.wanted(session, BenefitFeature.id == wanted["feature_id"])
    if not found or found[0].asset is not None:
        return False
    order = Order(
        **{
            name: wanted[name]
            for name in ("year", "voucher_type", "quantity", "sponsor_name", "sponsor_id")
        }
    )
    code = await conference.code(order)
    await handing.put(session, found[0], Value(text=code), _WORKER)
    return True


async def _check(session: WriteSession, sent: VoucherKindInput) -> None:
    row = await session.get(Benefit, sent.benefit_id)
    if row is None or row.year != sent.year:
        told = f"There is no such benefit of {sent.year}."
        raise Invalid.field(["body", "benefit_id"], told, "unknown")


async def _lock(session: WriteSession, kind_id: int) -> VoucherKind:
    statement = select(VoucherKind).where(VoucherKind.id == kind_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such kind of voucher.")
    return row


async def _state(session: WriteSession, row: VoucherKind) -> VoucherKindDTO:
    await session.flush()
    return VoucherKindDTO.model_validate(await queries.kind(session, row.id))


def _tell(session: WriteSession, kind: type[VoucherKindRef], row: VoucherKind) -> None:
    tell(session, kind(id=row.id), number=row.id, version=row.version)
