"""What another service reads to rebuild its copy of the media files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from content.media import queries, services
from content.media.models import MediaFile
from contracts.content.media import MediaFile as MediaFileDTO
from contracts.content.media import MediaFileUpdated
from servicekit import reading
from servicekit.database import ReadSession
from servicekit.service import Export, ExportRow


async def read_media_files(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    """Return media files by id."""
    statement = (
        select(*queries.MEDIA_FILE).where(MediaFile.id > after).order_by(MediaFile.id).limit(limit)
    )
    found = [MediaFileDTO.model_validate(row) for row in await reading.every(session, statement)]
    return [
        ExportRow(id=one.id, version=one.version, data=services.of_file(MediaFileUpdated, one))
        for one in found
    ]


EXPORTS: Final = (Export(entity="media-files", kind=MediaFileUpdated, read=read_media_files),)
