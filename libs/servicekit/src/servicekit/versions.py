"""Copies of another service's rows: newer versions win, deletions leave a tombstone.

Order is promised by version, not by delivery: an event may come late, after a newer one. A
consumer that copies state asks `newer` first, in the transaction that writes its copy:

    if await newer(session, "content-releases", event, deleted=event.type.endswith(".deleted.v1")):
        ...  # write or delete the copy

The row that `newer` writes is locked until the commit, so that two events of one aggregate do not
overtake each other between the question and the copy. A deleted aggregate stays as a tombstone:
an older event that comes afterwards does not bring it back.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, String, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from contracts.events import Event
from servicekit.database import KitBase


class CopyVersion(KitBase):
    """The version of one aggregate that one copy shows."""

    __tablename__ = "copy_version"

    copy: Mapped[str] = mapped_column(String(100), primary_key=True)
    aggregate: Mapped[str] = mapped_column(String(300), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    deleted: Mapped[bool] = mapped_column(Boolean)
    updated: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )


async def newer(session: AsyncSession, copy: str, event: Event, *, deleted: bool = False) -> bool:
    """Note the version of `event` for `copy`; returns False where the copy is as new already.

    Events of one aggregate with the same version were one transaction and carry the same state,
    so the first of them is enough.
    """
    values = {"version": event.aggregateversion, "deleted": deleted, "updated": func.now()}
    result = await session.execute(
        insert(CopyVersion)
        .values(copy=copy, aggregate=event.subject, **values)
        .on_conflict_do_update(
            index_elements=[CopyVersion.copy, CopyVersion.aggregate],
            set_=values,
            where=CopyVersion.version < event.aggregateversion,
        )
        .returning(CopyVersion.version)
    )
    return result.first() is not None


async def forget(session: AsyncSession, copy: str) -> int:
    """Forget every version and tombstone of `copy`, before it is rebuilt; returns how many."""
    result = await session.execute(
        delete(CopyVersion).where(CopyVersion.copy == copy).returning(CopyVersion.aggregate)
    )
    return len(result.all())
