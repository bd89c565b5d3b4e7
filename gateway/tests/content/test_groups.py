"""Working groups: active and ended ones, and nothing of those that are not approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib
import pytest

from devstack.waiting import until

if TYPE_CHECKING:
    from written import Site, Written

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOME = "/psf/workgroups/"


async def test_the_directory_and_a_group(site: Site, written: Written) -> None:
    ids = {}
    for name, more in {
        "Bakers & Co": {"approved": True},
        "Old Bakers": {"approved": True, "active": False},
        "Secret Bakers": {"approved": False},
    }.items():
        body: dict[str, object] = {
            "name": name,
            "slug": name.split()[0].lower(),
            "purpose": "We *bake*.",
            "communication": "By mail.",
            "short_description": f"{name} bake",
        }
        made = await written.change("POST", "/work-groups", {**body, **more})
        ids[name] = (made["id"], {**body, **more})
    await until(lambda: site.shows(f"{HOME}?state=all", "Old Bakers"))
    for path, present, absent in (
        (HOME, ("Bakers &amp; Co", 'href="/psf/workgroups/bakers/"'), ("Old Bakers",)),
        (f"{HOME}?state=ended", ("Old Bakers", "Has ended"), ("Bakers &amp; Co",)),
        (f"{HOME}bakers/", ("<em>bake</em>", "Communication"), ("Core values",)),
        (f"{HOME}old/", ("This group has ended",), ()),
        ("/sitemap-workgroups.xml", ("/psf/workgroups/old/",), ()),
        ("/api/v2/work-groups?active=false", ('"slug":"old"',), ("bakers",)),
        ("/api/v2/work-groups/bakers", ('"is_active":true',), ()),
    ):
        answer = await site.get(path)
        assert answer.status_code == 200, path
        main = answer.text.partition("<main")[2] or answer.text
        assert [one for one in present if one not in main] == [], path
        assert [one for one in (*absent, "Secret") if one in main] == [], path
        if "<main" in answer.text:
            html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text)
    for path in (f"{HOME}secret/", f"{HOME}nothing/", "/api/v2/work-groups/secret"):
        assert (await site.get(path)).status_code == 404, path
    answer = await site.get(f"{HOME}?state=x")
    assert (answer.status_code, "state" in answer.text) == (400, True)
    number, body = ids["Bakers & Co"]
    await written.change("PUT", f"/work-groups/{number}", {**body, "approved": False})

    async def gone() -> bool:
        listed = (await site.get(HOME)).text
        return (await site.get(f"{HOME}bakers/")).status_code == 404 and "Bakers &amp" not in listed

    await until(gone)
