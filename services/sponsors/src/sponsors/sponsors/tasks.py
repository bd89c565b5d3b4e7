"""Keeping the store as the rows say: files of logos that no sponsor has any more go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final

from sqlalchemy import select

from servicekit import files
from servicekit.service import NotDone, Task, TaskContext, Tick
from sponsors.sponsors import logos
from sponsors.sponsors.models import Sponsor

#: So long a file may be without a row: it may be about to have one.
_GRACE: Final = timedelta(days=1)


async def sweep(context: TaskContext) -> str:
    """Delete logos in the store that are older than a day and of no sponsor."""
    async with context.session() as session:
        store = files.of(session)
    before = datetime.now(UTC) - _GRACE
    try:
        old = [
            key
            for prefix in (logos.PREFIX, logos.PRINT_PREFIX)
            async for key in store.older(prefix, before)
        ]
        # Read after the store: a file that is there now and gets its row meanwhile is young.
        known = await _known(context)
        lost = [key for key in old if key not in known]
        if not context.dry_run:
            for key in lost:
                await store.delete(key)
    except files.FilesAway as error:
        return NotDone(f"the store is away: {error}")
    return f"{len(old)} files looked at, {len(lost)} without a sponsor deleted"


async def _known(context: TaskContext) -> set[str]:
    async with context.reading() as session:
        rows = await session.execute(
            select(Sponsor.web_logo, Sponsor.white_logo, Sponsor.print_logo)
        )
        return {
            str(key)
            for web, white, printed in rows
            for key in chain(_keys(web), _keys(white), (printed,))
        }


def _keys(logo: dict[str, object] | None) -> list[object]:
    return [logo[name] for name in ("key", "small_key", "large_key")] if logo else []


TASKS: Final = (
    Task(name="sweep-logos", summary="Delete logos in the store that no sponsor has", run=sweep),
)
TICKS: Final = (Tick(name="sweep-logos", cron="0 45 4 * * *", task="sweep-logos"),)
