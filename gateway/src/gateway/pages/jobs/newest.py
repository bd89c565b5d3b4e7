"""What was listed last, for the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.pages.jobs import fetch, rows

if TYPE_CHECKING:
    from gateway.pages.jobs.models import JobRow
    from gateway.web.pages import PageContext


async def listed(ctx: PageContext, count: int) -> tuple[JobRow, ...]:
    """Return the newest visible jobs; none where they cannot be had."""
    jobs = ctx.backends.jobs
    if jobs is None:
        return ()
    ctx.use(fetch.JOBS, fetch.NAMES)
    found = await ctx.block(
        f"jobs:newest:{count}",
        lambda: jobs.jobs(limit=count),
        keys={fetch.JOBS, fetch.NAMES},
        fallback=None,
    )
    return tuple(rows.row(one, brief=True) for one in found.items) if found else ()
