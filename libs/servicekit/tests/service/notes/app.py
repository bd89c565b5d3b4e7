"""The notes service."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from litestar import Router
from litestar.di import Provide
from sqlalchemy import delete, func, select

from contracts.events import EventData
from notes.models import Base, Note
from notes.routes import Notes, Waits, Wrong
from servicekit.database import ReadSession
from servicekit.problems import Invalid
from servicekit.service import Export, ExportRow, Service, Task, TaskContext, Tick


class NoteUpdated(EventData):
    SUBJECT: ClassVar[str] = "notes.note.updated"
    AGGREGATE: ClassVar[str] = "note"

    id: int
    title: str


async def export_notes(session: ReadSession, after: int, limit: int) -> Sequence[ExportRow]:
    query = select(Note).where(Note.id > after).order_by(Note.id).limit(limit)
    return [
        ExportRow(id=n.id, version=n.version, data=NoteUpdated(id=n.id, title=n.title))
        for n in await session.scalars(query)
    ]


async def clear(context: TaskContext) -> str:
    async with context.session() as session:
        gone = len((await session.scalars(delete(Note).returning(Note.id))).all())
    context.progress(gone, gone, "notes")
    return f"{gone} notes deleted"


async def seed(context: TaskContext) -> str:
    async with context.session() as session:
        if await session.scalar(select(func.count()).select_from(Note)):
            return "nothing to do"
        session.add(Note(title="first"))
    return "1 note"


async def read_titles(context: TaskContext, source: Path) -> str:
    lines = (await asyncio.to_thread(source.read_text, encoding="utf-8")).splitlines()
    async with context.session() as session:
        for number, line in enumerate(lines, start=1):
            if not line:
                raise Invalid.field([f"line {number}", "title"], "A title is needed.")
            session.add(Note(title=line))
    return f"{len(lines)} notes read"


def make_service(waits: Waits | None = None) -> Service:
    held = waits or Waits()
    return Service(
        name="notes",
        title="Notes",
        version="1.2.3",
        description="A small service.",
        metadata=Base.metadata,
        migrations=Path(__file__).parent / "migrations",
        routes=[
            Router(
                "/",
                route_handlers=[Notes, Wrong],
                dependencies={"waits": Provide(lambda: held, sync_to_thread=False)},
            )
        ],
        events=[NoteUpdated],
        tasks=[Task(name="clear", summary="Delete every note", run=clear)],
        ticks=[Tick(name="clear", task="clear", cron="0 0 3 * * *")],
        exports=[Export(entity="notes", kind=NoteUpdated, read=export_notes)],
        importers={"titles": read_titles},
        seed=seed,
    )


service = make_service()
