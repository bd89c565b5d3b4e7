"""Boxes, banners and the menus for programs: what there is, and that a change is there at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devstack.waiting import until

if TYPE_CHECKING:
    from written import Site, Written

pytestmark = pytest.mark.asyncio(loop_scope="module")

API = "/api/v2"


async def data(site: Site, path: str) -> Any:
    answer = await site.get(API + path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()["data"]


async def test_a_box_from_its_making_to_its_end(site: Site, written: Written) -> None:
    assert (await site.get(f"{API}/boxes/quokka")).status_code == 404
    made = await written.change(
        "POST", "/boxes", {"label": "quokka", "content": "They *smile*.<script>x</script>"}
    )
    await until(lambda: site.shows(f"{API}/boxes/quokka", "<em>smile</em>"))
    found = await data(site, "/boxes/quokka")
    assert "<script" not in found["content_html"]
    assert (found["page"], found["markup"], found["revision"]) == ("/box/quokka/", "markdown", 1)
    assert [one["label"] for one in await data(site, "/boxes?label=quokka")] == ["quokka"]
    await written.change("PUT", f"/boxes/{made['id']}", {"label": "quoll", "content": "Spots."})
    await until(lambda: site.shows(f"{API}/boxes/quoll", "Spots."))
    assert (await site.get(f"{API}/boxes/quokka")).status_code == 404
    await written.change("DELETE", f"/boxes/{made['id']}")

    async def gone() -> bool:
        return bool(await data(site, "/boxes?label=quoll") == [])

    await until(gone)
    assert (await site.get(f"{API}/boxes/quoll")).status_code == 404


async def test_banners_are_those_that_are_shown(site: Site, written: Written) -> None:
    assert await data(site, "/banners") == []
    banner = {"title": "Go", "message": "Come & see", "link": "/about/", "priority": 3}
    for active in (True, False):
        await written.change("POST", "/banners", {**banner, "active": active})

    async def shown() -> bool:
        return [one["button"] for one in await data(site, "/banners")] == ["Go"]

    await until(shown)
    answer = (await site.get(f"{API}/banners?page_size=1")).json()
    assert answer["meta"]["total"] == 1
    assert answer["data"][0]["link"] == "/about/"
    assert (await data(site, "/banners?page=2")) == []


async def test_the_menus_are_one_tree(site: Site, written: Written) -> None:
    before = await data(site, "/menus")
    item = {"title": "Quokkas", "address": "/about/quokkas/", "alias": "quokkas"}
    await written.change("POST", "/menu-items", item)

    async def there() -> bool:
        roots = (await data(site, "/menus"))["roots"]
        return "Quokkas" in [one["title"] for one in roots]

    await until(there)
    after = await data(site, "/menus")
    assert after["revision"] > before["revision"]
    [new] = [one for one in after["roots"] if one["title"] == "Quokkas"]
    assert (new["address"], new["children"]) == ("/about/quokkas/", [])
