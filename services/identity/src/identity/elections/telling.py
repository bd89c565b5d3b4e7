"""The domain events of an election and its kind."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.identity.elections import Election as ElectionDTO
from contracts.identity.elections import (
    ElectionBegun,
    ElectionClosed,
    ElectionDeleted,
    ElectionOpened,
    ElectionRef,
    ElectionState,
    ElectionUpdated,
    state_at,
)
from identity.elections import queries
from identity.elections.models import Election
from servicekit.database import WriteSession
from servicekit.writes import tell

#: The event of what the clock brings; another state comes about by staff alone.
KINDS: dict[ElectionState, type[ElectionRef]] = {
    ElectionState.OPEN: ElectionOpened,
    ElectionState.CLOSED: ElectionClosed,
    ElectionState.BEGUN: ElectionBegun,
}


def state_of(row: Election) -> ElectionState:
    """Return what an election is now."""
    return state_at(datetime.now(UTC), row.opens, row.closes, row.date)


async def whole(session: WriteSession, row: Election) -> ElectionDTO:
    """Return the state of a row as it is written."""
    await session.flush()
    return ElectionDTO.model_validate(await queries.by_id(session, row.id))


def of_election(kind: type[ElectionRef], election: ElectionDTO) -> ElectionRef:
    """Make the event `kind` of an election in its state after the change (before, if deleted)."""
    gone = issubclass(kind, ElectionDeleted)
    return kind(id=election.id, slug=election.slug, election=None if gone else election)


def tell_election(session: WriteSession, kind: type[ElectionRef], election: ElectionDTO) -> None:
    """Record the event `kind` of an election."""
    gone = issubclass(kind, ElectionDeleted)
    told = of_election(kind, election)
    tell(session, told, number=election.id, version=election.version + gone)


async def tell_again(session: WriteSession, row: Election) -> None:
    """Tell an election anew of which something else says something: its kind."""
    row.touch()
    tell_election(session, ElectionUpdated, await whole(session, row))
