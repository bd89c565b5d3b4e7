"""What another service reads to rebuild its copy of the nominees whom everybody sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.identity.nominations import NomineeUpdated
from identity.elections import telling as elections
from identity.elections.models import Election, ElectionKind
from identity.nominations import queries, rules, views
from identity.nominations.models import Nominee
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_nominees(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return nominees by id; of those who are not public, the id alone."""
    found = (
        select(Nominee, Election, ElectionKind)
        .join(Election, Election.id == Nominee.election_id)
        .outerjoin(ElectionKind, ElectionKind.id == Election.kind_id)
        .where(Nominee.id > after)
        .order_by(Nominee.id)
        .limit(limit)
    )
    rows = list(await session.execute(found))
    of = await queries.nominations_of(session, [row[0] for row in rows])
    return [
        ExportRow(
            id=nominee.id,
            version=nominee.version,
            data=NomineeUpdated(
                id=nominee.id,
                election_id=election.id,
                nominee=views.public(nominee, of[nominee.id], election, kind)
                if rules.public_nominee(nominee, elections.state_of(election))
                else None,
            ),
        )
        for nominee, election, kind in rows
    ]


EXPORTS: Final = (Export(entity="nominees", kind=NomineeUpdated, read=read_nominees),)
