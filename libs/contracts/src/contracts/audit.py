"""Who changed what: the audit trail that every service keeps of its own writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from contracts.base import DTO


class AuditEntry(DTO):
    """One write, recorded in its transaction.

    `before` and `after` hold only the fields that differ; `before` is null for a creation and
    `after` for a deletion.
    """

    id: UUID = Field(description="UUIDv7, so that ids grow with time")
    time: datetime
    actor: str = Field(description="Subject of the caller's token, e.g. user:7 or service:worker")
    action: str = Field(description="What was done to the entity, e.g. created, published")
    entity: str = Field(examples=["release"])
    entity_id: str
    label: str = Field(description="The entity's name when it was written")
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    trace_id: str = Field(description="Trace of the request, 32 hex digits; empty outside of one")
