"""Exports in the staff admin: how far they are, and their links."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import Format
from contracts.base import Input
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Form,
    Hint,
    Permissions,
    Resource,
    Values,
)
from sponsors import settings
from sponsors.exporting import services
from sponsors.exporting.controllers import VIEW
from sponsors.exporting.models import AssetExport


class ExportForm(Input):
    """What the page of an export shows; nobody writes one."""

    status: str
    progress: str
    error: str
    file: str


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await session.get(AssetExport, key)
    if row is None:
        return None
    seen = services.seen(settings.of(session), row)
    return {
        "id": row.id,
        "version": row.version,
        "status": row.status,
        "progress": f"{row.done} of {row.total}",
        "error": row.error,
        "file": seen.file.url if seen.file else "",
    }


EXPORTS: Final = Resource(
    name="asset-export",
    label="export of assets",
    plural="exports of assets",
    group="Sponsors",
    note="Begun in the list of assets; the ZIP is kept for a week.",
    model=AssetExport,
    key=AssetExport.id,
    title=AssetExport.id,
    permissions=Permissions.same(VIEW),
    columns=(
        Column("id", AssetExport.id, "Number", format=Format.NUMBER),
        Column("status", AssetExport.status),
        Column("done", AssetExport.done, format=Format.NUMBER),
        Column("total", AssetExport.total, format=Format.NUMBER),
        Column("created", AssetExport.created, format=Format.TIME),
    ),
    order="-created",
    form=Form(
        read=_read,
        input=ExportForm,
        fieldsets=(Fieldset("", ("status", "progress", "error", "file")),),
        hints={"file": Hint(label="ZIP", file=True)},
    ),
)

RESOURCES: Final = (EXPORTS,)
