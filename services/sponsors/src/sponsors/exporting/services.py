"""Asking for a ZIP of assets, and making it: begun here, made by a task in the background."""

from __future__ import annotations

import asyncio
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from typing import IO, Any, Final

from sqlalchemy import func, or_, select, update

from contracts.sponsors.assets import (
    MAX_EXPORT_BYTES,
    AssetExportCreated,
    AssetExportFinished,
    AssetExportInput,
    AssetExportRef,
    ExportStatus,
)
from contracts.sponsors.assets import AssetExport as AssetExportDTO
from contracts.sponsors.features import FeatureKind
from servicekit import files
from servicekit.access import Principal
from servicekit.database import ReadSession, WriteSession
from servicekit.problems import Conflict, Invalid, NotFound, Problem
from servicekit.service import TaskContext
from servicekit.slugs import slugify
from servicekit.writes import note, sign, tell
from sponsors import papers, settings
from sponsors.assets import queries as assets
from sponsors.assets.queries import Wanted
from sponsors.exporting.models import AssetExport
from sponsors.settings import Settings
from sponsors.sponsors.models import Sponsor
from sponsors.sponsorships.models import BenefitFeature

#: A process that does not tell how far it is for so long is dead: another one makes the ZIP.
_DEAD: Final = timedelta(minutes=5)
_MEDIA_TYPE: Final = "application/zip"
_TOLD: Final = 5


async def begin(session: WriteSession, sent: AssetExportInput, caller: Principal) -> AssetExportDTO:
    """Ask for a ZIP of assets.

    Raises Invalid for what there is not, Conflict for what has no value yet.
    """
    ids = sorted(set(sent.asset_ids))
    found = await assets.wanted(session, BenefitFeature.id.in_(ids))
    if len(found) != len(ids):
        raise Invalid.field(["body", "asset_ids"], "Some of these are no assets.", "unknown")
    told = settings.of(session)
    if lacking := [one.internal_name for one in found if assets.value_of(told, one) is None]:
        names = ", ".join(sorted(set(lacking))[:10])
        raise Conflict(f"{len(lacking)} of these have no value yet: {names}.", field="asset_ids")
    row = AssetExport(feature_ids=ids, total=len(ids), status=ExportStatus.WAITING.value)
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    _tell(session, AssetExportCreated, row)
    note(session, caller, "created", row, f"{len(ids)} assets", after={"assets": ids})
    return seen(told, row)


async def state(
    session: ReadSession | WriteSession, told: Settings, export_id: int
) -> AssetExportDTO:
    """Return how far an export is. Raises NotFound."""
    row = await session.get(AssetExport, export_id)
    if row is None:
        raise NotFound("There is no such export.")
    return seen(told, row)


def seen(told: Settings, row: AssetExport) -> AssetExportDTO:
    """Return an export as staff see it."""
    columns = ("id", "status", "done", "total", "error", "created", "updated")
    values = {name: getattr(row, name) for name in columns}
    return AssetExportDTO.model_validate(values | {"file": papers.shown(told, row.file)})


async def make_next(context: TaskContext, told: Settings) -> bool:
    """Make the export that waits longest; tells whether there was one.

    It is claimed in a transaction of its own, so that others leave it alone and its progress is
    seen. The ZIP and the row that names it come last: a process that dies before makes it again.
    """
    claimed = await _claim(context)
    if claimed is None:
        return False
    number, ids = claimed
    try:
        with tempfile.TemporaryFile() as to:
            await _fill(context, told, number, ids, to)
            to.seek(0)
            made = await asyncio.to_thread(to.read)
        async with context.session() as session:
            name = f"sponsor-assets-{number}.zip"
            kept = await papers.keep(session, "exports", name, made, _MEDIA_TYPE)
            await _finish(session, number, ExportStatus.DONE, file=kept)
    except (Problem, files.FilesAway) as error:
        async with context.session() as session:
            await _finish(session, number, ExportStatus.FAILED, error=str(error)[:500])
    return True


async def _claim(context: TaskContext) -> tuple[int, list[int]] | None:
    async with context.session() as session:
        due = (
            select(AssetExport.id)
            .where(
                or_(
                    AssetExport.status == ExportStatus.WAITING.value,
                    (AssetExport.status == ExportStatus.RUNNING.value)
                    & (AssetExport.updated < func.now() - _DEAD),
                )
            )
            .order_by(AssetExport.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        claimed = await session.execute(
            update(AssetExport)
            .where(AssetExport.id == due)
            .values(status=ExportStatus.RUNNING.value, done=0, updated=func.now())
            .returning(AssetExport.id, AssetExport.feature_ids)
        )
        row = claimed.one_or_none()
    return None if row is None else (row[0], list(row[1]))


async def _fill(
    context: TaskContext, told: Settings, number: int, ids: Sequence[int], to: IO[bytes]
) -> None:
    """Write all assets into a ZIP. Raises Conflict for one that is gone, or for too many bytes."""
    async with context.session() as session:
        store = files.of(session)
        found = await assets.wanted(session, BenefitFeature.id.in_(ids))
        sponsors = await session.execute(
            select(Sponsor.id, Sponsor.name).where(
                Sponsor.id.in_({one.sponsor_id for one in found})
            )
        )
        names: dict[int, str] = {row[0]: row[1] for row in sponsors}
    if len(found) < len(ids):
        raise Conflict("Some of the assets are gone: benefits were changed meanwhile.")
    written: set[str] = set()
    size = 0
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, one in enumerate(found, 1):
            name = _name(one, names, written)
            data = await _data(told, store, one)
            size += len(data)
            if size > MAX_EXPORT_BYTES:
                raise Conflict(f"These are more than {MAX_EXPORT_BYTES // 10**6} MB: choose fewer.")
            await asyncio.to_thread(archive.writestr, name, data)
            if done % _TOLD == 0:
                await _progress(context, number, done)
    await _progress(context, number, len(found))


async def _data(told: Settings, store: files.FileStore, one: Wanted) -> bytes:
    value = assets.value_of(told, one)
    if value is None:
        raise Conflict(f"{one.internal_name} has no value any more.")
    key = _key(one)
    if not key:
        answer = {True: "YES", False: "NO", None: value.text}[value.response]
        return answer.encode()
    found = await store.get(key)
    if found is None:
        raise Conflict(f"The file of {one.internal_name} is gone.")
    return b"".join([chunk async for chunk in found.chunks])


def _key(one: Wanted) -> str:
    if one.asset is not None:
        return one.asset.file["key"] if one.asset.file else ""
    return one.spec.get("shared_file", "") if one.kind is FeatureKind.PROVIDED_FILE else ""


def _name(one: Wanted, sponsors: dict[int, str], written: set[str]) -> str:
    """Return `<sponsor>/<internal name>.<ext>`, once: another sponsorship's has its id behind."""
    sponsor = slugify(sponsors.get(one.sponsor_id or 0, "")) or f"sponsor-{one.sponsor_id}"
    suffix = _key(one).rpartition(".")[2] or "txt"
    name = f"{sponsor}/{one.internal_name}.{suffix}"
    if name in written:
        name = f"{sponsor}/{one.internal_name}-{one.id}.{suffix}"
    written.add(name)
    return name


async def _progress(context: TaskContext, number: int, done: int) -> None:
    async with context.session() as session:
        await session.execute(
            update(AssetExport)
            .where(AssetExport.id == number)
            .values(done=done, updated=func.now())
        )
    context.progress(done, None, "assets")


async def _finish(
    session: WriteSession,
    number: int,
    status: ExportStatus,
    *,
    error: str = "",
    file: dict[str, Any] | None = None,
) -> None:
    row = await session.get_one(AssetExport, number, with_for_update=True)
    row.status, row.error, row.file = status.value, error, file
    await session.flush()
    _tell(session, AssetExportFinished, row)


def _tell(session: WriteSession, kind: type[AssetExportRef], row: AssetExport) -> None:
    told = kind(id=row.id, status=ExportStatus(row.status))
    tell(session, told, number=row.id, version=row.version)
