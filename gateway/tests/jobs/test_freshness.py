"""What is decided about a job is on the board within a second, at both replicas.

It is the business of a whole run: times of a machine that does other things, too, say nothing. That
changes show at all is in test_changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from freshness import ROUNDS, Watch

if TYPE_CHECKING:
    from .conftest import Board, Site

pytestmark = [pytest.mark.full, pytest.mark.asyncio(loop_scope="module")]

#: All lists have the key of these; both replicas and their visitors share one process here.
LISTS = ("/jobs/", "/jobs/type/web/", "/jobs/country/germany/", "/jobs/feed/rss/", "/api/v2/jobs")


async def test_a_job_is_on_the_board_within_a_second(
    sites: tuple[Site, Site], board: Board
) -> None:
    watch = Watch(sites)
    await watch.keep(LISTS)
    for turn in range(ROUNDS):
        title = f"Baker number {turn}"
        number = await board.submit(title)
        await board.decide(number, "approve")
        await watch.sees("a job that is approved", title, (*LISTS, f"/jobs/{number}/"))
        renamed = board.body(f"Baker named {turn}")
        await board.call("PUT", f"/review/jobs/{number}", renamed)
        own = f"/jobs/{number}/"
        await watch.sees("a job that is put right", f"Baker named {turn}", (*LISTS, own))
        # One after the other stays first in every list.
        await board.call("POST", f"/own/jobs/{number}/withdraw", {})
    watch.judge()
