"""Making ZIPs, and keeping the store as the rows say: bytes that no row knows go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, func, select, union_all, update

from servicekit import files
from servicekit.service import Idle, NotDone, Task, TaskContext, Tick
from sponsors import papers
from sponsors.assets.models import Asset
from sponsors.benefits.models import BenefitConfiguration
from sponsors.contracts.models import Contract
from sponsors.exporting import services
from sponsors.exporting.models import AssetExport
from sponsors.settings import Settings
from sponsors.sponsorships.models import BenefitFeature

#: So long a file may be without a row: it may be about to have one.
_GRACE: Final = timedelta(days=1)
#: So long a ZIP is kept.
_KEPT: Final = timedelta(days=7)
_BATCH: Final = 500
#: What is swept here; print logos are their own domain's.
_FOLDERS: Final = ("assets", "contracts", "exports")


async def make(context: TaskContext) -> str:
    """Make the ZIPs that wait."""
    made = 0
    while await services.make_next(context, cast("Settings", context.settings)):
        made += 1
        if context.dry_run:
            break
    return f"{made} exports made" if made else Idle("no export waits")


async def sweep(context: TaskContext) -> str:
    """Forget old ZIPs, and delete private files older than a day that no row knows."""
    async with context.session() as session:
        store = files.of(session)
        old = AssetExport.updated < func.now() - _KEPT
        await session.execute(
            update(AssetExport).where(old, AssetExport.file.is_not(None)).values(file=None)
        )
    gone = seen = 0
    batch: list[str] = []
    try:
        for folder in _FOLDERS:
            prefix = f"{papers.PREFIX}{folder}/"
            async for key in store.older(prefix, datetime.now(UTC) - _GRACE):
                batch.append(key)
                if len(batch) == _BATCH:
                    gone, seen = gone + await _clear(context, store, batch), seen + _BATCH
                    batch = []
                    context.progress(seen, None, "files")
        gone, seen = gone + await _clear(context, store, batch), seen + len(batch)
    except files.FilesAway as error:
        return NotDone(f"the store is away: {error}")
    return f"{seen} private files looked at, {gone} without a row deleted"


async def _clear(context: TaskContext, store: files.FileStore, keys: list[str]) -> int:
    columns: tuple[ColumnElement[Any], ...] = (
        *(
            column["key"].astext
            for column in (
                *(Asset.file, AssetExport.file, Contract.document, Contract.document_docx),
                Contract.signed_document,
            )
        ),
        BenefitFeature.spec["shared_file"].astext,
        BenefitConfiguration.spec["shared_file"].astext,
    )
    known = union_all(*(select(column).where(column.in_(keys)) for column in columns))
    async with context.reading() as session:
        named = set(await session.scalars(known))
    lost = [key for key in keys if key not in named]
    if not context.dry_run:
        for key in lost:
            await store.delete(key)
    return len(lost)


TASKS: Final = (
    Task(name="make-asset-exports", summary="Make the ZIPs of assets that wait", run=make),
    Task(
        name="sweep-papers",
        summary="Forget old ZIPs, and delete private files that no row knows",
        run=sweep,
    ),
)
TICKS: Final = (
    Tick(name="make-asset-exports", every="10s", task="make-asset-exports"),
    Tick(name="sweep-papers", cron="0 25 4 * * *", task="sweep-papers"),
)
