"""What staff change is on every page that shows it, at both replicas."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from devstack.waiting import until

from .conftest import SOON

if TYPE_CHECKING:
    from .conftest import Site, World

type Look = Callable[[], bool | Awaitable[bool]]

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_event_appears_changes_and_goes(sites: tuple[Site, Site], world: World) -> None:
    berlin = world.ids["Berlin"]
    base = "/events/python-events/"
    showing = (
        f"/events/?since={SOON}",
        base,
        f"{base}locations/{berlin}/",
        f"{base}feed.atom",
        f"/events/month/{SOON:%Y/%m}/",
        "/api/v2/events/occurrences",
    )

    async def says(text: str, *, gone: bool = False, paths: tuple[str, ...] = showing) -> None:
        async def everywhere() -> bool:
            asked = [site.get(path) for site in sites for path in paths]
            answers = await asyncio.gather(*asked)
            return all((text in answer.text) is not gone for answer in answers)

        look: Look = everywhere
        await until(look, 20, message=f"{text} {'gone' if gone else 'there'}")

    # Asked for first, so that a copy of each is kept.
    for site in sites:
        for path in showing:
            assert "Snakes Anew" not in (await site.get(path)).text
    number = await world.event("Snakes Anew", location_id=berlin)
    await says("Snakes Anew")
    own = f"{base}{number}/"
    await says("Snakes Anew", paths=(own,))

    body = world.body("Snakes Renamed", location_id=berlin, status="cancelled")
    await world.call("PUT", f"/events/{number}", body)
    await says("Snakes Renamed", paths=(*showing, own))
    await says("does not take place", paths=(own,))

    # A place that is called otherwise is so wherever it is named.
    place = {"name": "Spandau", "country": "DE", "latitude": 52.5, "longitude": 13.2}
    owner = {"calendar_id": world.ids["python-events"]}
    await world.call("PUT", f"/locations/{berlin}", {**place, **owner})
    await says("Spandau", paths=(base, own, "/events/map/", f"{base}locations/{berlin}/"))

    await world.call("DELETE", f"/events/{number}")
    await says("Snakes Renamed", gone=True)
    for site in sites:
        assert (await site.get(own)).status_code == 404
