"""The audit trail of a service: who changed what, in the transaction that changed it.

`record` belongs beside every write. `routes` makes `GET /audit`, where the gateway reads the
trail of each service; `prune_task` drops what is older than `audit_keep_days`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler
from pydantic import StringConstraints, TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, DateTime, Index, String, delete, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contracts.audit import AuditEntry
from contracts.base import Page
from servicekit import access
from servicekit.access import Principal
from servicekit.database import KitBase, WriteSession
from servicekit.dependencies import Reading
from servicekit.ids import uuid7
from servicekit.pagination import InWindow, count, page
from servicekit.responses import json_response
from servicekit.service import Task, TaskContext
from servicekit.telemetry import current_trace_id

_PAGE: Final = TypeAdapter(Page[AuditEntry])
_BATCH: Final = 5000
MOST_ACTORS: Final = 50
"""People whose entries are asked for at once."""


class AuditRow(KitBase):
    """One write, as `contracts.audit.AuditEntry` tells it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_entity", "entity", "entity_id"),
        Index("ix_audit_time", "time"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(50))
    entity: Mapped[str] = mapped_column(String(100))
    entity_id: Mapped[str] = mapped_column(String(100))
    label: Mapped[str] = mapped_column(String(300), server_default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    trace_id: Mapped[str] = mapped_column(String(32), server_default="")


def record(  # noqa: PLR0913 - what an entry says
    session: WriteSession,
    actor: Principal,
    action: str,
    entity: str,
    entity_id: int | str,
    *,
    label: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add the entry of one write to its transaction.

    `before` and `after` are the entity's fields; where both are given, only those that differ
    are kept.
    """
    old, new = to_jsonable_python(before), to_jsonable_python(after)
    if old is not None and new is not None:
        changed = {key for key in {*old, *new} if old.get(key) != new.get(key)}
        old = {key: value for key, value in old.items() if key in changed}
        new = {key: value for key, value in new.items() if key in changed}
    session.add(
        AuditRow(
            id=uuid7(),
            actor=actor.subject[:200],
            action=action,
            entity=entity,
            entity_id=str(entity_id),
            label=label[:300],
            before=old,
            after=new,
            trace_id=current_trace_id() or "",
        )
    )


def routes(permission: str) -> Sequence[ControllerRouterHandler]:
    """Make `GET /audit` for the holders of `permission`: newest entries first."""

    @get("/audit", operation_id="list_audit", tags=["audit"], opt=access.permission(permission))
    async def list_audit(  # noqa: PLR0913, PLR0917 - the parameters of a query
        read_session: Reading,
        window: InWindow,
        entity: Annotated[str | None, QueryParameter(max_length=100)] = None,
        entity_id: Annotated[str | None, QueryParameter(max_length=100)] = None,
        actor: Annotated[str | None, QueryParameter(max_length=200)] = None,
        by: Annotated[
            list[Annotated[str, StringConstraints(max_length=200)]] | None,
            QueryParameter(max_items=MOST_ACTORS, description="Any of these actors"),
        ] = None,
        action: Annotated[str | None, QueryParameter(max_length=50)] = None,
        about: Annotated[
            str | None,
            QueryParameter(max_length=200, description="Their number, or a part of their name"),
        ] = None,
        since: Annotated[datetime | None, QueryParameter(description="From then on")] = None,
        until: Annotated[datetime | None, QueryParameter(description="Before then")] = None,
        before: Annotated[UUID | None, QueryParameter(description="Older than this entry")] = None,
    ) -> Response[Page[AuditEntry]]:
        """List who changed what, newest first."""
        conditions = (
            None if since is None else AuditRow.time >= in_utc(since),
            None if until is None else AuditRow.time < in_utc(until),
            None if before is None else AuditRow.id < before,
            None if entity is None else AuditRow.entity.in_(_spellings(entity)),
            None if entity_id is None else AuditRow.entity_id == entity_id,
            None if actor is None else AuditRow.actor == actor,
            None if not by else AuditRow.actor.in_(by),
            None if action is None else AuditRow.action.in_(_spellings(action)),
            None if about is None else _is_about(about),
        )
        query = select(AuditRow).where(*(one for one in conditions if one is not None))
        found = await read_session.scalars(
            query.order_by(AuditRow.id.desc()).limit(window.limit).offset(window.offset)
        )
        items = [AuditEntry.model_validate(row) for row in found]
        total = await count(read_session, query)
        return json_response(page(items, total=total, window=window), _PAGE)

    return (list_audit,)


def _is_about(text: str) -> ColumnElement[bool]:
    return or_(AuditRow.label.icontains(text, autoescape=True), AuditRow.entity_id == text)


def _spellings(text: str) -> set[str]:
    """Return what somebody may mean who writes of it as people do: "Release files"."""
    said = "_".join(text.lower().replace("-", " ").replace("_", " ").split())
    return {text, said, said.replace("_", " "), said.removesuffix("s"), said.removesuffix("es")}


def in_utc(moment: datetime) -> datetime:
    """Return a time without a zone as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _prune(context: TaskContext) -> str:
    """Delete entries older than the setting says, in batches of their own transactions."""
    keep = timedelta(days=context.settings.audit_keep_days)
    dropped = 0
    while True:
        async with context.session() as session:
            old = select(AuditRow.id).where(AuditRow.time < func.now() - keep).limit(_BATCH)
            result = await session.scalars(
                delete(AuditRow).where(AuditRow.id.in_(old)).returning(AuditRow.id)
            )
            found = len(result.all())
        dropped += found
        if found < _BATCH or context.dry_run:
            return f"{dropped} audit entries deleted"


def prune_task() -> Task:
    """Make the task that keeps the trail as long as `audit_keep_days` says."""
    return Task(name="prune-audit", summary="Delete audit entries past their retention", run=_prune)
