"""Every read of nominees and nominations. A bounded number of statements, however many rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.nominations import Nomination as NominationDTO
from contracts.identity.nominations import NominationSummary, NomineeList
from contracts.identity.nominations import Nominee as NomineeDTO
from identity.elections import telling
from identity.elections.models import Election, ElectionKind
from identity.nominations import rules, views
from identity.nominations.models import Nomination, Nominee
from servicekit.access import Principal
from servicekit.problems import NotFound

#: The longest list of one's own that is shown.
_MOST_OWN = 500


async def election_of(
    session: AsyncSession, condition: ColumnElement[bool]
) -> tuple[Election, ElectionKind | None]:
    """Return an election with its kind. Raises NotFound."""
    found = select(Election, ElectionKind).outerjoin(
        ElectionKind, ElectionKind.id == Election.kind_id
    )
    row = (await session.execute(found.where(condition))).first()
    if row is None:
        raise NotFound("There is no such election.")
    return row[0], row[1]


async def nominations_of(
    session: AsyncSession, nominees: Sequence[Nominee]
) -> dict[int, list[Nomination]]:
    """Return the nominations of nominees, by nominee. 1 statement."""
    ids = [one.id for one in nominees]
    found: dict[int, list[Nomination]] = {number: [] for number in ids}
    rows = await session.scalars(select(Nomination).where(Nomination.nominee_id.in_(ids)))
    for row in rows:
        found[row.nominee_id].append(row)
    return found


async def nominees(session: AsyncSession, slug: str, caller: Principal) -> NomineeList:
    """Return the nominees of an election as the caller is shown them. 3 statements.

    Raises NotFound.
    """
    election, kind = await election_of(session, Election.slug == slug)
    state = telling.state_of(election)
    settled = Nominee.accepted & Nominee.approved
    mine = Nominee.user_id == caller.user_id if caller.user_id is not None else None
    wanted = settled if mine is None else or_(settled, mine)
    found = select(Nominee).where(Nominee.election_id == election.id, wanted)
    rows = list(await session.scalars(found.order_by(Nominee.id)))
    of = await nominations_of(session, rows)
    summaries = {row.id: views.summary(row, of[row.id], election, kind) for row in rows}
    shown = rules.sees_list(state, caller)
    items = [summaries[row.id] for row in rows if row.accepted and row.approved] if shown else []
    return NomineeList(
        state=state,
        shown=shown,
        items=sorted(items, key=lambda one: (one.name.casefold(), one.id)),
        own=[summaries[row.id] for row in rows if rules.is_nominee(row, caller)],
    )


async def nominee(
    session: AsyncSession, election_slug: str, slug: str, caller: Principal
) -> NomineeDTO:
    """Return a nominee whom the caller sees. 3 statements. Raises NotFound."""
    election, kind = await election_of(session, Election.slug == election_slug)
    state = telling.state_of(election)
    row = await session.scalar(
        select(Nominee).where(Nominee.election_id == election.id, Nominee.slug == slug)
    )
    if row is None or not rules.sees_nominee(row, state, caller):
        raise NotFound("There is no such nominee.")
    of = await nominations_of(session, [row])
    return views.whole(row, of[row.id], election, kind, state, caller)


async def nomination(session: AsyncSession, nomination_id: int, caller: Principal) -> NominationDTO:
    """Return a nomination that the caller sees. 1 statement. Raises NotFound."""
    row, nominee_row, election, kind = await parts(session, nomination_id)
    if not rules.sees_nomination(row, nominee_row, election, caller):
        raise NotFound("There is no such nomination.")
    state = telling.state_of(election)
    return views.nomination(row, nominee_row, election, kind, state, caller)


async def parts(
    session: AsyncSession, nomination_id: int
) -> tuple[Nomination, Nominee, Election, ElectionKind | None]:
    """Return a nomination with all it belongs to. 1 statement. Raises NotFound."""
    found = (
        select(Nomination, Nominee, Election, ElectionKind)
        .join(Nominee, Nominee.id == Nomination.nominee_id)
        .join(Election, Election.id == Nomination.election_id)
        .outerjoin(ElectionKind, ElectionKind.id == Election.kind_id)
    )
    row = (await session.execute(found.where(Nomination.id == nomination_id))).first()
    if row is None:
        raise NotFound("There is no such nomination.")
    return row[0], row[1], row[2], row[3]


async def own(session: AsyncSession, caller: Principal, user_id: int) -> list[NominationSummary]:
    """Return what a user made and received, of the latest election first. 1 statement."""
    found = (
        select(Nomination, Nominee, Election)
        .join(Nominee, Nominee.id == Nomination.nominee_id)
        .join(Election, Election.id == Nomination.election_id)
        .where(or_(Nomination.nominator_id == user_id, Nominee.user_id == user_id))
        .order_by(Election.date.desc(), Election.id.desc(), Nomination.id.desc())
        .limit(_MOST_OWN)
    )
    rows = await session.execute(found)
    return [views.own(row[0], row[1], row[2], caller) for row in rows]


async def concerning(session: AsyncSession, caller: Principal, user_id: int) -> list[NominationDTO]:
    """Return all that a user made and received, whole. 1 statement."""
    found = (
        select(Nomination, Nominee, Election, ElectionKind)
        .join(Nominee, Nominee.id == Nomination.nominee_id)
        .join(Election, Election.id == Nomination.election_id)
        .outerjoin(ElectionKind, ElectionKind.id == Election.kind_id)
        .where(or_(Nomination.nominator_id == user_id, Nominee.user_id == user_id))
        .order_by(Nomination.id)
    )
    return [
        views.nomination(row[0], row[1], row[2], row[3], telling.state_of(row[2]), caller)
        for row in await session.execute(found)
    ]
