"""The domain events of nominees and nominations. What is not public is told by ids and state."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from contracts.identity.nominations import (
    Answer,
    NominationDeleted,
    NominationRef,
    NomineeDeleted,
    NomineeRef,
    NomineeUpdated,
    PublicNominee,
    Review,
)
from identity.elections import telling as elections
from identity.elections.models import Election
from identity.nominations import queries, rules, views
from identity.nominations.models import Nomination, Nominee
from servicekit.database import ReadSession, WriteSession
from servicekit.writes import tell


def tell_nomination(session: WriteSession, kind: type[NominationRef], row: Nomination) -> None:
    """Record the event `kind` of a nomination."""
    gone = issubclass(kind, NominationDeleted)
    event = kind(
        id=row.id,
        election_id=row.election_id,
        nominee_id=row.nominee_id,
        answer=Answer(row.answer),
        review=Review(row.review),
    )
    tell(session, event, number=row.id, version=row.version + gone)


async def states(
    session: ReadSession | WriteSession, rows: Sequence[Nominee], election: Election
) -> dict[int, PublicNominee | None]:
    """Return what is public of nominees of one election, by id. 3 statements."""
    # What the database set with a change is read back.
    again = select(Nominee).where(Nominee.id.in_([row.id for row in rows]))
    rows = (await session.scalars(again.execution_options(populate_existing=True))).all()
    _, kind = await queries.election_of(session, Election.id == election.id)
    of = await queries.nominations_of(session, rows)
    state = elections.state_of(election)
    return {
        row.id: views.public(row, of[row.id], election, kind)
        if rules.public_nominee(row, state)
        else None
        for row in rows
    }


async def tell_nominee(session: WriteSession, kind: type[NomineeRef], row: Nominee) -> None:
    """Record the event `kind` of a nominee; one that is deleted must still be in the session."""
    await session.flush()
    gone = issubclass(kind, NomineeDeleted)
    shown: PublicNominee | None = None
    if not gone:
        election = await session.get_one(Election, row.election_id)
        shown = (await states(session, [row], election))[row.id]
    event = kind(id=row.id, election_id=row.election_id, nominee=shown)
    tell(session, event, number=row.id, version=row.version + gone)


async def tell_again(session: WriteSession, row: Nominee) -> None:
    """Tell a nominee anew of whom a nomination says something else."""
    row.touch()
    await tell_nominee(session, NomineeUpdated, row)


async def tell_all(session: WriteSession, election: Election) -> None:
    """Tell all nominees of an election whose window opened or closed: whether they are shown."""
    found = (
        select(Nominee)
        .where(Nominee.election_id == election.id, Nominee.accepted, Nominee.approved)
        .order_by(Nominee.id)
        .with_for_update()
    )
    rows = list(await session.scalars(found))
    for row in rows:
        row.touch()
    await session.flush()
    shown = await states(session, rows, election)
    for row in rows:
        event = NomineeUpdated(id=row.id, election_id=election.id, nominee=shown[row.id])
        tell(session, event, number=row.id, version=row.version)
