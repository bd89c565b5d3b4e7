"""Setting the year whose packages can be chosen."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from contracts.sponsors.dto import CurrentYear as CurrentYearDTO
from contracts.sponsors.events import CurrentYearUpdated
from contracts.sponsors.inputs import CurrentYearInput
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.writes import note, sign, snapshot, tell
from sponsors.dates import today
from sponsors.years import queries
from sponsors.years.models import ONLY, CurrentYear


async def update(
    session: WriteSession,
    _: int,
    sent: CurrentYearInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> CurrentYearDTO:
    """Have packages of another year be chosen from now on. Raises PreconditionFailed."""
    # A first change needs a row to lock, so that two first changes do not both count.
    made = insert(CurrentYear).values(id=ONLY, year=today().year).on_conflict_do_nothing()
    new = await session.scalar(made.returning(CurrentYear.id)) is not None
    row = (
        await session.scalars(
            select(CurrentYear).with_for_update().execution_options(populate_existing=True)
        )
    ).one()
    check_match(if_match, row.version, required=not new)
    before, row.year = snapshot(row), sent.year
    if snapshot(row) == before and not new:
        return await _state(session)
    sign(row, caller, new=new)
    changed = await _state(session)
    told = CurrentYearUpdated(id=ONLY, current_year=changed)
    tell(session, told, number=ONLY, version=changed.version)
    note(session, caller, "updated", row, str(row.year), before=before, after=snapshot(row))
    return changed


async def _state(session: WriteSession) -> CurrentYearDTO:
    await session.flush()
    return CurrentYearDTO.model_validate(await queries.state(session))
