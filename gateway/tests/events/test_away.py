"""What is left of events while their service is away. It does not come back here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Site, World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_while_the_service_is_away(sites: tuple[Site, Site], world: World) -> None:
    site = sites[0]
    await site.text("/events/")
    world.process.stop()
    await site.app.state.store.purge({"events", "calendars"})
    stale = await site.get("/events/")
    assert (stale.status_code, stale.headers["x-cache"]) == (200, "stale")
    unseen = await site.get("/events/month/2027/01/")
    assert unseen.status_code == 503
    assert "retry-after" in unseen.headers
    assert "<main" in unseen.text
