"""What another service reads to rebuild its copy: every row, as the event that tells its state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from contracts.downloads.dto import OperatingSystem as SystemDTO
from contracts.downloads.dto import ReleaseFile as FileDTO
from contracts.downloads.events import OperatingSystemUpdated, ReleaseFileUpdated, ReleaseUpdated
from downloads import events, queries
from downloads.models import OperatingSystem, Release, ReleaseFile
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_releases(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return releases with their files; a draft as id and state."""
    ids = (
        await session.scalars(
            select(Release.id).where(Release.id > after).order_by(Release.id).limit(limit)
        )
    ).all()
    states = await queries.states(session, ids)
    return [
        ExportRow(
            id=release_id,
            version=states[release_id].version,
            data=events.of_release(ReleaseUpdated, states[release_id]),
        )
        for release_id in ids
    ]


async def read_files(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return files, without the release around each; a draft's as id and state.

    The version is the release's, which orders the events of its files.
    """
    rows = (
        await session.execute(
            queries.files_with_release(ReleaseFile.id > after).order_by(ReleaseFile.id).limit(limit)
        )
    ).mappings()
    found = []
    for row in rows:
        file = FileDTO.model_validate(dict(row))
        found.append(
            ExportRow(
                id=file.id,
                version=row["release_version"],
                data=ReleaseFileUpdated(
                    id=file.release_id,
                    slug=file.release_slug,
                    major=row["release_major"],
                    series=row["release_series"],
                    is_published=row["release_is_published"],
                    file_id=file.id,
                    os_slug=file.os_slug,
                    file=file if row["release_is_published"] else None,
                ),
            )
        )
    return found


async def read_systems(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return operating systems."""
    rows = await session.execute(
        select(*queries.SYSTEM)
        .where(OperatingSystem.id > after)
        .order_by(OperatingSystem.id)
        .limit(limit)
    )
    found = [SystemDTO.model_validate(dict(row)) for row in rows.mappings()]
    return [
        ExportRow(
            id=system.id,
            version=system.version,
            data=OperatingSystemUpdated(id=system.id, slug=system.slug, operating_system=system),
        )
        for system in found
    ]


EXPORTS: Final = (
    Export(entity="releases", kind=ReleaseUpdated, read=read_releases),
    Export(entity="release-files", kind=ReleaseFileUpdated, read=read_files),
    Export(entity="operating-systems", kind=OperatingSystemUpdated, read=read_systems),
)
