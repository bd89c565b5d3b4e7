"""Writing release files: each change is a change of the release that the file belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete as sql_delete
from sqlalchemy import select

from contracts.downloads.dto import (
    FileImport,
    ReleaseFileInput,
)
from contracts.downloads.dto import (
    Release as ReleaseDTO,
)
from contracts.downloads.dto import (
    ReleaseFile as FileDTO,
)
from contracts.downloads.events import (
    ReleaseFileCreated,
    ReleaseFileDeleted,
    ReleaseFileUpdated,
    ReleaseUpdated,
)
from downloads import events, rules, versions
from downloads.models import Release, ReleaseFile
from downloads.services.common import (
    known_to,
    lock_releases,
    lock_system,
    note,
    sign,
    snapshot,
    state,
)
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, FieldError, Invalid, NotFound

#: What a file has besides the release and the system it belongs to.
FIELDS = (
    *("name", "description", "is_source", *rules.URL_FIELDS),
    *("md5_sum", "sha256_sum", "filesize", "download_button"),
)


async def create(session: WriteSession, sent: ReleaseFileInput, caller: Principal) -> FileDTO:
    """Add a file to a release.

    Raises Invalid (unknown system or release, an address or a checksum against the rules) and
    Conflict (a slug or an address of another file, or a second download button for the system).
    """
    releases = await _lock(session, sent, caller)
    release = releases[sent.release_id]
    _check_rules(sent, None)
    row = ReleaseFile()
    slug = sent.slug or versions.file_slug(release.name, release.slug, sent.name)
    fill(row, sent, slug)
    row.os_id, row.release_id = sent.os_id, sent.release_id
    await _check_button(session, row)
    sign(row, caller, new=True)
    session.add(row)
    release.touch()
    after = await state(session, release.id)
    file = _file_in(after, row.id)
    events.tell_file(session, ReleaseFileCreated, after, file)
    note(session, caller, "created", row, after=snapshot(row))
    return file


async def update(
    session: WriteSession,
    file_id: int,
    sent: ReleaseFileInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> FileDTO:
    """Replace a file; the slug stays where none is sent.

    A file that moves to another release is told as a file updated there and as a change of the
    release that lost it. Raises as `create` does, and NotFound, PreconditionFailed.
    """
    row, releases = await _find(session, file_id, sent, caller)
    check_match(if_match, row.version)
    _check_rules(sent, row)
    before, home = snapshot(row), row.release_id
    release = releases[sent.release_id]
    with session.no_autoflush:
        fill(row, sent, sent.slug or row.slug)
        row.os_id, row.release_id = sent.os_id, sent.release_id
        if snapshot(row) == before:
            return _file_in(await state(session, row.release_id), row.id)
        await _check_button(session, row)
    sign(row, caller)
    release.touch()
    if home != release.id:
        releases[home].touch()
        events.tell_release(session, ReleaseUpdated, await state(session, home))
    after = await state(session, release.id)
    file = _file_in(after, row.id)
    events.tell_file(session, ReleaseFileUpdated, after, file)
    note(session, caller, "updated", row, before=before, after=snapshot(row))
    return file


async def delete(
    session: WriteSession, file_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete one file. Raises NotFound, PreconditionFailed."""
    row, releases = await _find(session, file_id, None, caller)
    check_match(if_match, row.version, required=False)
    await _delete(session, releases[row.release_id], [row], caller)


async def delete_of_release(session: WriteSession, release_id: int, caller: Principal) -> int:
    """Delete every file of a release; returns how many: 0 also where there is no such release."""
    release = (await lock_releases(session, [release_id], seen_by=caller)).get(release_id)
    if release is None:
        return 0
    rows = await session.scalars(
        select(ReleaseFile).where(ReleaseFile.release_id == release_id).order_by(ReleaseFile.id)
    )
    return await _delete(session, release, rows.all(), caller)


def fill(row: ReleaseFile, sent: ReleaseFileInput | FileImport, slug: str) -> None:
    """Put what was sent into the row; whom it belongs to is for the caller to say."""
    row.slug = slug
    for field in FIELDS:
        setattr(row, field, getattr(sent, field))


async def _delete(
    session: WriteSession, release: Release, rows: Sequence[ReleaseFile], caller: Principal
) -> int:
    """Delete files of one locked release: one event each, every one with a version of its own."""
    if not rows:
        return 0
    first = release.version
    ids = {row.id for row in rows}
    gone = {file.id: file for file in (await state(session, release.id)).files if file.id in ids}
    await session.execute(sql_delete(ReleaseFile).where(ReleaseFile.id.in_(list(gone))))
    release.version = first + len(rows)
    after = await state(session, release.id)
    for number, row in enumerate(rows, start=1):
        events.tell_file(session, ReleaseFileDeleted, after, gone[row.id], version=first + number)
        note(session, caller, "deleted", row, before=snapshot(row))
    return len(rows)


async def _lock(
    session: WriteSession, sent: ReleaseFileInput | None, caller: Principal, *others: int
) -> dict[int, Release]:
    """Lock the system and the releases of a write; Invalid names the one that does not exist."""
    wanted = [*others]
    if sent is not None:
        if await lock_system(session, sent.os_id) is None:
            raise Invalid.field(
                ["body", "os_id"], "There is no such operating system.", "not_found"
            )
        wanted.append(sent.release_id)
    releases = await lock_releases(session, wanted, seen_by=caller)
    if sent is not None and sent.release_id not in releases:
        raise Invalid.field(["body", "release_id"], "There is no such release.", "not_found")
    return releases


async def _find(
    session: WriteSession, file_id: int, sent: ReleaseFileInput | None, caller: Principal
) -> tuple[ReleaseFile, dict[int, Release]]:
    """Lock a file with its release, and what it is to belong to; raises NotFound."""
    home = await session.scalar(
        select(Release.id)
        .join(ReleaseFile, ReleaseFile.release_id == Release.id)
        .where(ReleaseFile.id == file_id, known_to(caller))
    )
    if home is None:
        raise NotFound("There is no such file.")
    releases = await _lock(session, sent, caller, home)
    row = await session.scalar(
        select(ReleaseFile).where(ReleaseFile.id == file_id).with_for_update()
    )
    if row is None or home not in releases:
        raise NotFound("There is no such file.")
    if row.release_id != home:
        raise Conflict("Somebody else moved the file to another release meanwhile.", code="stale")
    return row, releases


def _check_rules(sent: ReleaseFileInput, old: ReleaseFile | None) -> None:
    errors = [
        FieldError(loc=["body", field], msg=message, code=code)
        for field, message, code in rules.broken(sent, old)
    ]
    if errors:
        raise Invalid("An address or a checksum of the file breaks a rule.", errors=errors)


async def _check_button(session: WriteSession, row: ReleaseFile) -> None:
    """Refuse a second download button; the lock on the release keeps others out meanwhile."""
    if not row.download_button:
        return
    other = await session.scalar(
        select(ReleaseFile.name).where(
            ReleaseFile.release_id == row.release_id,
            ReleaseFile.os_id == row.os_id,
            ReleaseFile.download_button,
            ReleaseFile.id != (row.id or 0),
        )
    )
    if other is not None:
        raise Conflict(
            f"The release has a download button for this system already: {other}",
            field="download_button",
            code="one_button_per_system",
        )


def _file_in(release: ReleaseDTO, file_id: int) -> FileDTO:
    return next(file for file in release.files if file.id == file_id)
