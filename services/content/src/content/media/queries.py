"""Every read of media files. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.media.models import MediaFile
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Column, Row, bytewise

MEDIA_FILE: Final[tuple[Column, ...]] = tuple(
    getattr(MediaFile, name)
    for name in (
        *("id", "folder", "key", "kind", "media_type", "size", "sha256", "width", "height"),
        *("description", "version", "created", "updated"),
    )
)
_ORDERS: Final[Mapping[str, ColumnElement[object] | Column]] = {
    "key": bytewise(MediaFile.key),
    "created": MediaFile.created,
    "id": MediaFile.id,
}


async def media_files(
    session: AsyncSession, window: Window, *, folder: str | None, kind: str | None, order: str
) -> tuple[list[Row], int]:
    """Return one window of the files and how many match."""
    statement = select(*MEDIA_FILE)
    if folder is not None:
        statement = statement.where(MediaFile.folder == folder)
    if kind is not None:
        statement = statement.where(MediaFile.kind == kind)
    by = (reading.direction(_ORDERS, order), MediaFile.id)
    return await reading.page(session, statement, by, window)


async def media_file(session: AsyncSession, file_id: int) -> Row | None:
    """Return one file."""
    return await reading.one(session, select(*MEDIA_FILE).where(MediaFile.id == file_id))


async def of_folder(session: AsyncSession, folder: str, *, most: int) -> list[Row]:
    """Return the newest files of a folder."""
    statement = (
        select(*MEDIA_FILE)
        .where(MediaFile.folder == folder)
        .order_by(MediaFile.id.desc())
        .limit(most)
    )
    return await reading.every(session, statement)
