"""Writing media files: the bytes first, then row, event and audit entry in one transaction.

A process that dies between the two leaves bytes without a row, which nobody can tell from a file
that is about to have one: `tasks.sweep` deletes them a day later. Bytes of a deleted row go when
its event comes back (`forget`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from content.media import queries
from content.media.models import MediaFile
from content.writes import alone, note, sign, snapshot, tell
from contracts.content.media import MediaFile as MediaFileDTO
from contracts.content.media import (
    MediaFileCreated,
    MediaFileDeleted,
    MediaFileInput,
    MediaFileRef,
    MediaFileUpdated,
    MediaKind,
)
from contracts.events import Event
from servicekit import files, uploads
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid, NotFound

#: Begins the key of every file of this service.
PREFIX: Final = "pages/"


async def create(
    session: WriteSession,
    sent: MediaFileInput,
    caller: Principal,
    *,
    place: str = "file",
    pictures: bool = False,
) -> MediaFileDTO:
    """Keep a file. `place` is the field that errors name; `pictures`: nothing else is taken.

    Raises Invalid where there is none, or none that is taken; Conflict where the folder has the
    same already; Unavailable where the store is away.
    """
    if sent.file is None:
        raise Invalid.field(["body", place], "A file is needed.", "missing")
    store = files.of(session)
    taken = await uploads.accept(sent.file.name, sent.file.data, place=("body", place))
    if pictures and not taken.is_picture:
        raise Invalid.field(["body", place], "The file is no picture.", "upload")
    key = f"{PREFIX}{sent.folder}/{taken.name}"
    await _lock_key(session, key)
    if await session.scalar(select(MediaFile.id).where(MediaFile.key == key)):
        raise Conflict(f"The folder has this file already, as {taken.name}.", field=place)
    try:
        await store.put(key, taken.data, taken.media_type)
    except files.FilesAway as error:
        raise files.away(error) from error
    row = MediaFile(
        folder=sent.folder,
        key=key,
        kind=MediaKind.PICTURE if taken.is_picture else MediaKind.DOCUMENT,
        media_type=taken.media_type,
        size=len(taken.data),
        sha256=taken.sha256,
        width=taken.width,
        height=taken.height,
        description=sent.description,
    )
    sign(row, caller, new=True)
    session.add(row)
    created = await _state(session, row)
    tell_file(session, MediaFileCreated, created)
    note(session, caller, "created", row, row.key, after=snapshot(row))
    return created


async def update(
    session: WriteSession,
    file_id: int,
    sent: MediaFileInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> MediaFileDTO:
    """Replace what is said of a file. Its folder and its bytes stay: others have its address.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row = await _lock(session, file_id)
    check_match(if_match, row.version)
    if sent.file is not None:
        raise Invalid.field(["body", "file"], "A file is never replaced: add another.", "fixed")
    if sent.folder != row.folder:
        raise Invalid.field(["body", "folder"], "The folder of a file is never changed.", "fixed")
    before = snapshot(row)
    row.description = sent.description
    if snapshot(row) == before:
        return await _state(session, row)
    sign(row, caller)
    changed = await _state(session, row)
    tell_file(session, MediaFileUpdated, changed)
    note(session, caller, "updated", row, row.key, before=before, after=snapshot(row))
    return changed


async def delete(
    session: WriteSession, file_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a file. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, file_id)
    check_match(if_match, row.version, required=False)
    gone = await _state(session, row)
    tell_file(session, MediaFileDeleted, gone)
    note(session, caller, "deleted", row, row.key, before=snapshot(row))
    await session.delete(row)


async def forget(event: Event, session: WriteSession) -> None:
    """Delete the bytes of a file whose row is gone; the handler of `media_file.deleted`.

    Raises FilesAway: the event is tried again.
    """
    key = event.read(MediaFileDeleted).key
    await _lock_key(session, key)
    # The same file may have been added again meanwhile, under the same key.
    if not await session.scalar(select(MediaFile.id).where(MediaFile.key == key)):
        await files.of(session).delete(key)


def of_file(kind: type[MediaFileRef], file: MediaFileDTO) -> MediaFileRef:
    """Make the event `kind` of a file in its state after the change (before, if deleted)."""
    gone = issubclass(kind, MediaFileDeleted)
    return kind(id=file.id, key=file.key, media_file=None if gone else file)


def tell_file(session: WriteSession, kind: type[MediaFileRef], file: MediaFileDTO) -> None:
    """Record the event `kind` of a file."""
    version = file.version + issubclass(kind, MediaFileDeleted)
    tell(session, of_file(kind, file), number=file.id, version=version)


async def _lock_key(session: WriteSession, key: str) -> None:
    """Have everybody else who adds or deletes bytes under this key wait for the end of this."""
    await alone(session, "media", key)


async def _lock(session: WriteSession, file_id: int) -> MediaFile:
    statement = select(MediaFile).where(MediaFile.id == file_id).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such file.")
    return row


async def _state(session: WriteSession, row: MediaFile) -> MediaFileDTO:
    await session.flush()
    return MediaFileDTO.model_validate(await queries.media_file(session, row.id))
