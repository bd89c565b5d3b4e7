"""Work on the index: the seed, and what `python -m content run search-rebuild` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import func, select

from content.search import index
from content.search.engines import EngineAway
from content.search.making import meilisearch_of
from content.search.models import SearchDocument
from content.search.rebuilding import rebuild
from content.search.sources import fixed
from servicekit.service import NotDone, Task, TaskContext, Tick

if TYPE_CHECKING:
    from content.settings import Settings


async def run_rebuild(context: TaskContext) -> str:
    """Make the index anew while it is searched."""
    settings = cast("Settings", context.settings)  # app.py declares no other
    try:
        return await rebuild(context, meilisearch_of(settings))
    except EngineAway as error:
        return NotDone(f"what was searched before still is: {error}")


async def seed(context: TaskContext) -> str:
    """Index what no service tells of, where nothing of it is."""
    known = fixed.documents()
    async with context.session() as session:
        there = await session.scalar(
            select(func.count())
            .select_from(SearchDocument)
            .where(SearchDocument.key.startswith(f"{fixed.CONTEXT}:"))
        )
        if there:
            return "search: kept"
        await index.put(session, *known)
    return f"search: {len(known)} fixed documents"


TASKS: Final = (
    Task(
        name="search-rebuild",
        summary="Index all documents anew, while the ones before are searched",
        run=run_rebuild,
    ),
)
TICKS: Final = (
    # Counts of words grow old, and so do releases in Meilisearch.
    Tick(name="search-rebuild", cron="0 20 4 * * *", task="search-rebuild"),
)
