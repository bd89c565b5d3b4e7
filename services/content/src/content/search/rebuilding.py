"""Making the index anew while it is searched.

A new generation is filled beside the one that is searched, in batches, from the documents that are
there and the fixed ones, with words made as this version of the code makes them. What changes
meanwhile is written to both. Then readers go over to it in one commit, and the old one is removed.

What the documents say comes from events: `resync` of a feed's consumer asks their owner again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import Row

from content.search import index, mirror
from content.search.engines.meilisearch import Meilisearch
from content.search.models import SearchDocument, SearchGeneration
from content.search.sources import fixed
from servicekit.database import Database, WriteSession
from servicekit.service import NotDone, TaskContext

_BATCH: Final = 200
#: One rebuild at a time; whoever holds it has a connection of its own for it.
_REBUILDING: Final = 0x5EA2_0003


async def rebuild(context: TaskContext, engine: Meilisearch | None) -> str:
    """Fill a new generation and go over to it."""
    database = context.database
    if context.dry_run:
        async with context.reading() as reading:
            there = await reading.scalar(select(func.count()).select_from(SearchDocument))
        return f"{there} documents and {len(fixed.documents())} fixed ones would be indexed anew"
    async with database.engine.connect() as holder:
        # Or it would be a transaction that is left open for too long.
        await holder.execution_options(isolation_level="AUTOCOMMIT")
        alone = await holder.scalar(select(func.pg_try_advisory_lock(_REBUILDING)))
        if not alone:
            return NotDone("another rebuild is under way")
        try:
            return await _rebuild(context, database, engine)
        finally:
            await holder.execute(select(func.pg_advisory_unlock(_REBUILDING)))


async def _rebuild(context: TaskContext, database: Database, engine: Meilisearch | None) -> str:
    old, new, total = await _begin(database, mirrored=engine is not None)
    known = fixed.documents()
    total += len(known)
    done = 0
    for at in range(0, len(known), _BATCH):
        async with database.write() as session:
            await _alone(session)
            await index.write(session, new, known[at : at + _BATCH], anew=True)
        done += len(known[at : at + _BATCH])
        context.progress(done, total, "documents")
    after = ""
    while True:
        async with database.write() as session:
            await _alone(session)
            rows = await _rows(session, old, after)
            await index.write(session, new, [mirror.document_of(row) for row in rows], anew=True)
        if not rows:
            break
        after = rows[-1].key
        done += len(rows)
        context.progress(done, max(done, total), "documents")
    if engine is not None:
        await mirror.fill(database, engine, new, context.progress)
    async with database.write() as session:
        await _alone(session)
        await session.execute(
            update(SearchGeneration).where(SearchGeneration.active).values(active=False)
        )
        await session.execute(
            update(SearchGeneration).where(SearchGeneration.number == new).values(active=True)
        )
    await _clear(database, engine)
    return f"{done} documents indexed anew, generation {new} is searched"


async def _begin(database: Database, *, mirrored: bool) -> tuple[int, int, int]:
    """Open a new generation, and remove what a rebuild that broke off left behind.

    Returns the one that is searched, the new one, and how many documents are to be copied.
    """
    async with database.write() as session:
        await _alone(session)
        await session.execute(
            upsert(SearchGeneration).values(active=True, mirrored=False).on_conflict_do_nothing()
        )
        await session.execute(delete(SearchGeneration).where(~SearchGeneration.active))
        old = (
            await session.scalars(select(SearchGeneration.number).where(SearchGeneration.active))
        ).one()
        generation = SearchGeneration(active=False, mirrored=mirrored)
        session.add(generation)
        await session.flush()
        copied = await session.scalar(
            select(func.count()).select_from(SearchDocument).where(*_told(old))
        )
        return old, generation.number, copied or 0


async def _alone(session: WriteSession) -> None:
    """Wait until nobody writes documents, and keep others from it until the commit."""
    await session.execute(select(func.pg_advisory_xact_lock(index.WRITING)))


def _told(generation: int) -> tuple[Any, ...]:
    """Return the conditions of documents that services told of."""
    return (
        SearchDocument.generation == generation,
        ~SearchDocument.key.startswith(f"{fixed.CONTEXT}:"),
    )


async def _rows(session: WriteSession, generation: int, after: str) -> Sequence[Row[Any]]:
    found = await session.execute(
        select(*mirror.COLUMNS)
        .where(*_told(generation), SearchDocument.key > after)
        .order_by(SearchDocument.key)
        .limit(_BATCH)
    )
    return found.all()


async def _clear(database: Database, engine: Meilisearch | None) -> None:
    """Remove generations that nobody searches any more, while nobody writes to them."""
    async with database.write() as session:
        await _alone(session)
        gone = await session.scalars(
            delete(SearchGeneration)
            .where(~SearchGeneration.active)
            .returning(SearchGeneration.number)
        )
        numbers = gone.all()
    if engine is not None:
        for number in numbers:
            await engine.drop(number)
