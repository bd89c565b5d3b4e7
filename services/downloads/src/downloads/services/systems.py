"""Writing operating systems."""

from __future__ import annotations

from sqlalchemy import delete as sql_delete
from sqlalchemy import select

from contracts.downloads.dto import OperatingSystem as SystemDTO
from contracts.downloads.dto import OperatingSystemInput
from contracts.downloads.events import (
    OperatingSystemCreated,
    OperatingSystemDeleted,
    OperatingSystemUpdated,
)
from downloads import events, queries
from downloads.models import OperatingSystem, Release, ReleaseFile
from downloads.services import releases
from downloads.services.common import lock_latest, lock_releases, lock_system, note, sign, snapshot
from servicekit import slugs
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import NotFound


async def create(session: WriteSession, sent: OperatingSystemInput, caller: Principal) -> SystemDTO:
    """Create a system."""
    row = OperatingSystem(name=sent.name, slug=sent.slug or slugs.required(sent.name))
    sign(row, caller, new=True)
    session.add(row)
    created = await _state(session, row)
    events.tell_system(session, OperatingSystemCreated, created)
    note(
        session,
        caller,
        "created",
        row,
        after=snapshot(row),
    )
    return created


async def update(
    session: WriteSession,
    system_id: int,
    sent: OperatingSystemInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> SystemDTO:
    """Replace a system; the slug stays where none is sent.

    A new slug changes what every file of the system says, so their releases are told as changed.
    Raises NotFound, PreconditionFailed.
    """
    row = await _lock(session, system_id)
    check_match(if_match, row.version)
    before = snapshot(row)
    row.name, row.slug = sent.name, sent.slug or row.slug
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    renamed = before["slug"] != row.slug
    previous = (str(before["slug"]),) if renamed else ()
    events.tell_system(session, OperatingSystemUpdated, changed, previous_slugs=previous)
    note(
        session,
        caller,
        "updated",
        row,
        before=before,
        after=snapshot(row),
    )
    if renamed:
        await releases.touch(session, await _releases_of(session, system_id), caller)
    return changed


async def delete(
    session: WriteSession, system_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a system with every file for it. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, system_id)
    check_match(if_match, row.version, required=False)
    gone = await _state(session, row)
    affected = await _releases_of(session, system_id)
    files = await session.scalars(
        sql_delete(ReleaseFile)
        .where(ReleaseFile.os_id == system_id)
        .returning(ReleaseFile.url)
        .execution_options(synchronize_session=False)
    )
    before = {**snapshot(row), "files": sorted(files)}
    await session.delete(row)
    await releases.touch(session, affected, caller)
    events.tell_system(session, OperatingSystemDeleted, gone)
    note(
        session,
        caller,
        "deleted",
        row,
        before=before,
    )


async def _lock(session: WriteSession, system_id: int) -> OperatingSystem:
    await lock_latest(session)
    row = await lock_system(session, system_id, to_change=True)
    if row is None:
        raise NotFound("There is no such operating system.")
    return row


async def _releases_of(session: WriteSession, system_id: int) -> list[Release]:
    """Lock every release that has a file for the system."""
    ids = await session.scalars(
        select(ReleaseFile.release_id).where(ReleaseFile.os_id == system_id).distinct()
    )
    return list((await lock_releases(session, ids.all())).values())


async def _state(session: WriteSession, row: OperatingSystem) -> SystemDTO:
    await session.flush()
    return SystemDTO.model_validate(await queries.system(session, row.id))
