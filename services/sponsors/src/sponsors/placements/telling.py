"""The domain events of a sponsorship, with all that is shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched
from typing import Final

from sqlalchemy import ColumnElement, or_, select, update

from contracts.sponsors.dto import Placement, SponsorshipStatus
from contracts.sponsors.events import SponsorshipDeleted, SponsorshipRef, SponsorshipUpdated
from servicekit import writes
from servicekit.database import WriteSession
from sponsors.placements import queries
from sponsors.sponsorships.models import Sponsorship

#: Sponsorships whose states are in memory at the same time.
_BATCH: Final = 500


def places(placements: Sequence[Placement]) -> list[str]:
    """Return where placements are: `<publisher>:<logo_place>`, each once."""
    return sorted({f"{one.publisher.value}:{one.logo_place.value}" for one in placements})


def of_sponsorship(
    kind: type[SponsorshipRef],
    row: Sponsorship,
    placements: tuple[Placement, ...],
    before: Sequence[str] = (),
) -> SponsorshipRef:
    """Make the event `kind` of a sponsorship; `before` is where it was shown."""
    return kind(
        id=row.id,
        status=SponsorshipStatus(row.status),
        sponsor_id=row.sponsor_id,
        placements=placements,
        shown_in=tuple(sorted({*before, *places(placements)})),
    )


async def tell(session: WriteSession, kind: type[SponsorshipRef], row: Sponsorship) -> None:
    """Record the event `kind` of a locked sponsorship in its state now."""
    await session.flush()
    placements = (await queries.of_sponsorships(session, [row.id])).get(row.id, ())
    before = list(row.shown_in or ())
    row.shown_in = places(placements)
    await session.flush()
    told = of_sponsorship(kind, row, placements, before)
    writes.tell(session, told, number=row.id, version=row.version)


def tell_gone(session: WriteSession, row: Sponsorship) -> None:
    """Record that a sponsorship is about to be deleted: after its last version."""
    told = of_sponsorship(SponsorshipDeleted, row, (), row.shown_in)
    writes.tell(session, told, number=row.id, version=row.version + 1)


async def tell_again(session: WriteSession, concerned: ColumnElement[bool]) -> None:
    """Tell sponsorships anew that show something which is called otherwise now.

    Three statements for each 500 of them.
    """
    await session.flush()
    shown = or_(Sponsorship.shown_in != [], Sponsorship.id.in_(queries.showing()))
    found = select(Sponsorship.id).where(concerned, shown).order_by(Sponsorship.id)
    ids = list(await session.scalars(found.with_for_update(key_share=True)))
    for some in batched(ids, _BATCH):
        states = await queries.of_sponsorships(session, some)
        before = {
            row.id: row
            for row in await session.scalars(
                update(Sponsorship)
                .where(Sponsorship.id.in_(some))
                .values(version=Sponsorship.version + 1)
                .returning(Sponsorship)
                .execution_options(synchronize_session=False, populate_existing=True)
            )
        }
        for number in some:
            row = before[number]
            told = of_sponsorship(SponsorshipUpdated, row, states.get(number, ()), row.shown_in)
            writes.tell(session, told, number=number, version=row.version)
        await session.flush()
