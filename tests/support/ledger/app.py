"""The ledger's composition root."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from litestar import Litestar, get
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from contracts.downloads.events import ReleaseRef
from contracts.events import Event
from ledger.models import Line, ReleaseCopy
from servicekit import access, versions
from servicekit.app import Reading, create_service
from servicekit.database import Base, WriteSession
from servicekit.service import Consumer, Service
from servicekit.settings import ServiceSettings

COPY = "ledger-releases"


async def enter(event: Event, session: WriteSession) -> None:
    """Write the line, and bring the copy up to date where the event is newer than it."""
    told = event.read(ReleaseRef)
    session.add(
        Line(
            event_id=event.id,
            type=event.type,
            aggregate=event.subject,
            version=event.aggregateversion,
        )
    )
    gone = event.type == "downloads.release.deleted.v1"
    if not await versions.newer(session, COPY, event, deleted=gone):
        return
    if gone:
        await session.execute(delete(ReleaseCopy).where(ReleaseCopy.id == told.id))
        return
    values: Mapping[str, Any] = {
        "slug": told.slug,
        "is_published": told.is_published,
        "version": event.aggregateversion,
    }
    await session.execute(
        insert(ReleaseCopy)
        .values(id=told.id, **values)
        .on_conflict_do_update(index_elements=[ReleaseCopy.id], set_=values)
    )


@get("/lines", opt=access.public())
async def count_lines(read_session: Reading) -> dict[str, int]:
    """Tell how many lines there are."""
    return {"lines": await read_session.scalar(select(func.count()).select_from(Line)) or 0}


service = Service(
    name="ledger",
    title="Ledger",
    version="1",
    description="Keeps a book of every release event it has had",
    metadata=Base.metadata,
    migrations=Path(__file__).parent / "migrations",
    routes=[count_lines],
    consumers=[
        Consumer(
            name=COPY,
            subjects=("downloads.release.*", "downloads.release_file.*"),
            handler=enter,
            max_ack_pending=1,
            backoff=(0.2, 0.5, 1.0),
            max_deliver=20,
            ack_wait=5,
        )
    ],
)


def create_app() -> Litestar:
    """Make the application from the environment."""
    return create_service(service, ServiceSettings())
