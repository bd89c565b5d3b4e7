"""What changes shows on every page, at both replicas; what is left without the service."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from devstack.waiting import until

if TYPE_CHECKING:
    from .conftest import Board, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_job_appears_changes_and_goes(sites: tuple[Site, Site], board: Board) -> None:
    lists = (
        "/jobs/?country=iceland",
        "/jobs/country/iceland/",
        "/jobs/feed/rss/",
        "/jobs/feed/atom/",
        "/api/v2/jobs",
    )

    async def says(text: str, *paths: str, gone: bool = False) -> None:
        async def everywhere() -> bool:
            asked = [site.get(path) for site in sites for path in paths]
            answers = await asyncio.gather(*asked)
            return all((text in answer.text) is not gone for answer in answers)

        await until(everywhere, 20, message=f"{text} {'gone' if gone else 'there'}")

    number = await board.submit("Whale Watcher", country="Iceland", city="Húsavík")
    own = f"/jobs/{number}/"
    # Asked for first, so that a copy of each is kept.
    for site in sites:
        assert (await site.get(own)).status_code == 404
        for path in (*lists, "/jobs/locations/"):
            text = (await site.get(path)).text
            assert "Whale Watcher" not in text
            assert "Húsavík" not in text
    await board.decide(number, "approve")
    await says("Whale Watcher", *lists, own)
    await says("Húsavík", "/jobs/locations/")

    # A category that is called otherwise is so wherever it is named.
    body = {"name": "Engineer", "slug": "software-developer"}
    await board.call("PUT", f"/categories/{board.ids['developer']}", body)
    await says("Engineer", "/jobs/", own, "/jobs/categories/", "/api/v2/jobs/categories")

    await board.call("POST", f"/own/jobs/{number}/withdraw", {})
    await says("Whale Watcher", *lists, gone=True)
    await says("Húsavík", "/jobs/locations/", gone=True)
    for site in sites:
        assert (await site.get(own)).status_code == 404


async def test_while_the_service_is_away(sites: tuple[Site, Site], board: Board) -> None:
    site = sites[0]
    await site.text("/jobs/")
    await site.text("/jobs/feed/rss/")
    board.service.process.stop()
    await site.app.state.store.purge({"jobs", "job-names"})
    for path in ("/jobs/", "/jobs/feed/rss/"):
        stale = await site.get(path)
        assert (stale.status_code, stale.headers["x-cache"]) == (200, "stale"), path
    for path in ("/jobs/types/", "/jobs/type/web/feed/atom/", "/jobs/?q=herder"):
        unseen = await site.get(path)
        assert unseen.status_code == 503, path
        assert "retry-after" in unseen.headers
        assert "<main" in unseen.text
    board.service.process.start()
