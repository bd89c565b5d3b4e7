"""Writing elections: row, event and audit entry in one transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from contracts.identity.elections import (
    RESERVED,
    ElectionCreated,
    ElectionDeleted,
    ElectionInput,
    ElectionUpdated,
)
from contracts.identity.elections import Election as ElectionDTO
from contracts.identity.elections import ElectionState as State
from identity import texts
from identity.elections import telling
from identity.elections.models import Election, ElectionKind
from identity.nominations import telling as nominees
from identity.nominations.models import Nominee
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid, NotFound
from servicekit.writes import note, sign, snapshot

#: Columns that follow from others.
_FOLLOWING: Final = frozenset({"description_html", "renderer", "told"})


async def create(
    session: WriteSession, sent: ElectionInput, caller: Principal, *, sample: bool = False
) -> ElectionDTO:
    """Create an election. Raises Invalid, Conflict for a slug that another one has."""
    row = Election(slug=sent.slug or slugs.required(sent.name), sample=sample)
    if row.slug in RESERVED:
        raise Invalid.field(["body", "slug"], "The site has something else there.", "reserved")
    await _fill(session, row, sent)
    sign(row, caller, new=True)
    session.add(row)
    made = await telling.whole(session, row)
    telling.tell_election(session, ElectionCreated, made)
    note(session, caller, "created", row, row.name, after=snapshot(row, _FOLLOWING))
    return made


async def update(
    session: WriteSession,
    election_id: int,
    sent: ElectionInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> ElectionDTO:
    """Replace an election; its slug stays. Where nothing differs, nothing is written.

    A window that opens or closes by this hides or shows nominees.
    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await lock(session, election_id)
    check_match(if_match, row.version)
    before, was = snapshot(row, _FOLLOWING), row.told
    await _fill(session, row, sent)
    if snapshot(row, _FOLLOWING) == before:
        return await telling.whole(session, row)
    sign(row, caller)
    changed = await telling.whole(session, row)
    telling.tell_election(session, ElectionUpdated, changed)
    if State.OPEN.value in {was, row.told} and was != row.told:
        await nominees.tell_all(session, row)
    note(
        session,
        *(caller, "updated", row, row.name),
        before=before,
        after=snapshot(row, _FOLLOWING),
    )
    return changed


async def delete(
    session: WriteSession, election_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete an election without nominees. Raises NotFound, PreconditionFailed, Conflict."""
    row = await lock(session, election_id)
    check_match(if_match, row.version, required=False)
    used = select(Nominee.id).where(Nominee.election_id == row.id).limit(1)
    if await session.scalar(used) is not None:
        raise Conflict("People were nominated for this election. It stays.")
    telling.tell_election(session, ElectionDeleted, await telling.whole(session, row))
    note(session, caller, "deleted", row, row.name, before=snapshot(row, _FOLLOWING))
    await session.delete(row)
    await session.flush()


async def turn(session: WriteSession, row: Election, caller: Principal) -> State | None:
    """Tell what the clock has made of a locked election; None where that was told before."""
    was, now = row.told, telling.state_of(row)
    if was == now.value:
        return None
    row.told = now.value
    changed = await telling.whole(session, row)
    telling.tell_election(session, telling.KINDS.get(now, ElectionUpdated), changed)
    if State.OPEN.value in {was, now.value}:
        await nominees.tell_all(session, row)
    note(session, caller, now.value, row, row.name, before={"state": was}, after={"state": now})
    return now


async def lock(session: WriteSession, election_id: int) -> Election:
    """Lock an election. Raises NotFound."""
    statement = select(Election).where(Election.id == election_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such election.")
    return row


async def _fill(session: WriteSession, row: Election, sent: ElectionInput) -> None:
    if sent.kind_id is not None and await session.get(ElectionKind, sent.kind_id) is None:
        raise Invalid.field(["body", "kind_id"], "There is no such kind.", "unknown")
    for name in ("name", "date", "opens", "closes", "kind_id", "hide_previous_service"):
        setattr(row, name, getattr(sent, name))
    if row.description != sent.description or not row.renderer:
        row.description = sent.description
        row.description_html = await texts.render(sent.description)
        row.renderer = texts.RENDERER
    row.told = telling.state_of(row).value
