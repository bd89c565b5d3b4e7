"""Telling Meilisearch what the database has.

Whoever writes a document notes in the same transaction that it has to be told
(`SearchPush`). The worker tells it then, as the document is at that moment, one after the other
under one lock: so nothing is lost while the server is away, and nothing old overtakes anything new.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final, cast

import structlog
from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.engine import Row

from content.search import analysis, index
from content.search.documents import Document
from content.search.engines import EngineAway
from content.search.engines.meilisearch import Meilisearch
from content.search.making import meilisearch_of
from content.search.models import SearchDocument, SearchPush
from content.settings import Settings
from content.synonyms import queries as synonyms
from servicekit.consumers import is_away
from servicekit.database import Database
from servicekit.runtime import Runtime
from servicekit.service import Progress

_BATCH: Final = 500
#: Seconds between two looks, and after the server or the database was away.
_LOOK: Final = 0.25
_AWAY: Final = 2.0

#: What is read of a document.
COLUMNS: Final = tuple(
    getattr(SearchDocument, name)
    for name in (
        *("key", "kind", "title", "url", "names", "keywords", "summary", "text", "facts"),
        *("date", "boost", "ages"),
    )
)

_log: Final = structlog.get_logger(__name__)


def document_of(row: Row[Any]) -> Document:
    """Return the document that a row was made of."""
    shown = analysis.versions_shown
    return Document(
        key=row.key,
        kind=row.kind,
        title=shown(row.title),
        url=row.url,
        names=tuple(row.names),
        keywords=tuple(row.keywords),
        summary=shown(row.summary),
        text=shown(row.text),
        facts=tuple(row.facts),
        date=row.date,
        boost=row.boost,
        ages=row.ages,
    )


async def push(database: Database, engine: Meilisearch) -> int:
    """Tell the oldest of what is to be told; returns how much that was. Raises EngineAway."""
    async with database.write() as session:
        await session.execute(select(func.pg_advisory_xact_lock(index.MIRRORING)))
        oldest = select(SearchPush.generation).order_by(SearchPush.id).limit(1).scalar_subquery()
        pushes = (
            await session.execute(
                select(SearchPush.id, SearchPush.generation, SearchPush.key)
                .where(SearchPush.generation == oldest)
                .order_by(SearchPush.id)
                .limit(_BATCH)
            )
        ).all()
        if not pushes:
            return 0
        generation, keys = pushes[0].generation, {one.key for one in pushes}
        if index.SETTINGS in keys:
            await engine.set_synonyms(generation, await synonyms.spelt(session))
            keys.discard(index.SETTINGS)
        found = await session.execute(
            select(*COLUMNS).where(
                SearchDocument.generation == generation, SearchDocument.key.in_(keys)
            )
        )
        documents = [document_of(row) for row in found]
        gone = keys - {document.key for document in documents}
        await engine.push(generation, documents, gone)
        await session.execute(
            delete(SearchPush).where(SearchPush.id.in_([one.id for one in pushes]))
        )
        return len(pushes)


async def fill(
    database: Database, engine: Meilisearch, generation: int, progress: Progress
) -> None:
    """Tell all documents of a generation. Raises EngineAway."""
    async with database.read() as reading:
        groups = await synonyms.spelt(reading)
    await engine.create(generation, groups)
    async with database.write() as session:
        there = select(literal(generation), SearchDocument.key).where(
            SearchDocument.generation == generation
        )
        await session.execute(insert(SearchPush).from_select(["generation", "key"], there))
        total = await session.scalar(select(func.count()).select_from(SearchPush))
    done = 0
    while told := await push(database, engine):
        done += told
        progress(done, max(done, total or 0), "documents told to Meilisearch")


@contextlib.asynccontextmanager
async def mirroring(runtime: Runtime) -> AsyncIterator[None]:
    """Tell Meilisearch of changes as long as the process lives, where it is a worker."""
    settings = cast("Settings", runtime.settings)  # app.py declares no other
    engine = meilisearch_of(settings)
    if engine is None or not settings.has_worker:
        yield
        return
    task = asyncio.create_task(_follow(runtime.database, engine), name="mirror of the search")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _follow(database: Database, engine: Meilisearch) -> None:
    while True:
        wait = _LOOK
        try:
            while await push(database, engine):
                pass
        except EngineAway as error:
            _log.warning("search.mirror.waits", reason=str(error))
            wait = _AWAY
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may be better
            if not is_away(error):
                _log.exception("search.mirror.failed")
            wait = _AWAY
        await asyncio.sleep(wait)
