"""What is left of the pages of editors while their service is away. It does not come back here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from written import Sites, Written

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_while_the_service_is_away(sites: Sites, written: Written) -> None:
    await written.page("known")
    async with sites(cache_unheard=0.01, cache_patience=0.2, backend_timeout=2) as site:
        assert await site.shows("/known/", "Text.")
        written.process.stop()
        await site.app.state.store.purge({"page:known"})
        stale = await site.get("/known/")
        assert (stale.status_code, stale.headers["x-cache"]) == (200, "stale")
        unknown = await site.get("/never/seen/")
        assert unknown.status_code == 503
        assert "retry-after" in unknown.headers
