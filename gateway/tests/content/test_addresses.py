"""Pages and redirects at addresses that no route claims: shown, changed, withdrawn, away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devstack.waiting import until

if TYPE_CHECKING:
    from written import Site, Sites, Written

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_page_in_the_frame_of_the_site(site: Site, written: Written) -> None:
    await written.page("a/page", title="A & B", description="About <it>", content="## Part\n\nText")
    answer = await site.get("/a/page/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "page:a/page" in answer.headers["surrogate-key"].split()
    assert "redirects" not in answer.headers["surrogate-key"].split()
    for part in (
        "<title>A &amp; B | Python.org</title>",
        'content="About &lt;it&gt;"',
        '<link rel="canonical" href="https://www.python.org/a/page/"',
        'itemtype="https://schema.org/WebPage"',
        'property="og:title" content="A &amp; B"',
        "<h1>A &amp; B</h1>",
        'itemprop="dateModified"',
        'class="breadcrumbs"',
        ">Part</h2>",
    ):
        assert part in answer.text, part
    assert (await site.client.head("/a/page/")).status_code == 200
    assert (await site.get("/a/page/?a=1")).headers["x-cache"] == "hit"
    for method in ("POST", "PUT", "DELETE"):
        refused = await site.client.request(method, "/a/page/")
        assert refused.status_code == 405
        assert {"GET", "HEAD"} <= set(refused.headers["allow"].split(", "))


async def test_the_slash_is_added_and_the_query_kept(site: Site, written: Written) -> None:
    await written.page("slash")
    for _ in range(2):
        answer = await site.get("/slash?b=1&a=%20x")
        assert (answer.status_code, answer.headers["location"]) == (301, "/slash/?b=1&a=%20x")


async def test_redirects_keep_the_query(site: Site, written: Written) -> None:
    await written.redirect("/old", "/new/")
    await written.redirect("/with", "https://docs.python.org/3/?x=1#part", code=302)
    await written.redirect("/gone", "")
    for _ in range(2):
        for asked, status, location in (
            ("/old", 301, "/new/"),
            ("/old/", 301, "/new/"),
            ("/old/?a=1&b=2", 301, "/new/?a=1&b=2"),
            ("/with?a=1", 302, "https://docs.python.org/3/?x=1&a=1#part"),
        ):
            answer = await site.get(asked)
            assert (answer.status_code, answer.headers["location"]) == (status, location)
    gone = await site.get("/gone/")
    assert gone.status_code == 410
    assert "taken away for good" in gone.text


async def test_a_redirect_of_one_query(site: Site, written: Written) -> None:
    await written.page("asked")
    await written.redirect("/asked", "/seven/", query="id=7")
    assert (await site.get("/asked/")).status_code == 200
    for _ in range(2):
        answer = await site.get("/asked/?id=7")
        assert (answer.status_code, answer.headers["location"]) == (301, "/seven/")
        assert (await site.get("/asked/?id=8")).status_code == 200


async def test_a_change_shows_at_once_at_every_replica(sites: Sites, written: Written) -> None:
    number = await written.page("changing", content="first")
    async with sites() as one, sites() as two:
        for site in (one, two):
            assert await site.shows("/changing/", "first")
            assert (await site.get("/later/")).status_code == 404
        body = {"title": "New", "path": "changing", "content": "second"}
        await written.change("PUT", f"/pages/{number}", body)
        later = await written.page("later")
        for site in (one, two):
            await until(lambda site=site: site.shows("/changing/", "second"), timeout=5)  # type: ignore[misc]
            await until(lambda site=site: site.shows("/later/", "Text."), timeout=5)  # type: ignore[misc]
        await written.change("POST", f"/pages/{later}/unpublish")
        await written.redirect("/changing", "/elsewhere/")

        async def settled(site: Site) -> bool:
            away = (await site.get("/later/")).status_code == 404
            return away and (await site.get("/changing/")).status_code == 301

        for site in (one, two):
            await until(lambda site=site: settled(site), timeout=5)  # type: ignore[misc]


async def test_staff_see_drafts_and_nobody_else(site: Site, written: Written) -> None:
    number = await written.page("secret", is_published=False, content="Not yet.")
    for _ in range(2):
        assert (await site.get("/secret/")).status_code == 404
        shown = await site.get("/secret/", staff=True)
        assert shown.status_code == 200
        assert "Not yet." in shown.text
        assert "only staff see it" in shown.text
        assert shown.headers["cache-control"] == "no-store"
        assert shown.headers["x-robots-tag"] == "noindex, nofollow"
    moved = await site.get("/secret?a=1", staff=True)
    assert (moved.status_code, moved.headers["location"]) == (301, "/secret/?a=1")
    assert (await site.get("/no/secret/", staff=True)).status_code == 404
    # To others a preview of it is given.
    token = (await written.change("POST", f"/pages/{number}/previews", {}))["token"]
    preview = await site.get(f"/preview/{token}/")
    assert "Not yet." in preview.text
    assert preview.headers["cache-control"] == "no-store"
    assert preview.headers["x-robots-tag"] == "noindex, nofollow"
    assert (await site.get(f"/preview/{token}x/")).status_code == 404
    await written.change("POST", f"/pages/{number}/publish")
    assert (await site.get(f"/preview/{token}/")).headers["location"] == "/secret/"


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/html", "<p>a &lt; b</p>"), ("text/plain", "a < b"), ("application/json", "a < b")],
)
async def test_a_text_that_stands_alone(site: Site, written: Written, kind: str, body: str) -> None:
    path = f"raw/{kind.replace('/', '-')}"
    await written.page(path, template_name="raw", content_type=kind, content="a < b")
    answer = await site.get(f"/{path}/")
    assert answer.text.strip() == body
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_templates_differ(site: Site, written: Written) -> None:
    await written.page("psf-page", template_name="psf")
    await written.page("wide", template_name="full-width", content="# Own heading")
    trail = (await site.get("/psf-page/")).text.partition('class="breadcrumbs"')[2]
    assert 'href="/psf-landing/"' in trail.partition("</nav>")[0]
    wide = (await site.get("/wide/")).text
    assert wide.count("<h1") == 1
    assert "Own heading" in wide
    assert "written--wide" in wide


async def test_html_that_is_not_cleaned_still_runs_no_script(site: Site, written: Written) -> None:
    await written.page(
        "bold", content="<script>alert(1)</script>", content_markup_type="html_unsafe"
    )
    answer = await site.get("/bold/")
    assert "<script>alert(1)</script>" in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_what_is_nowhere_fills_no_memory(site: Site) -> None:
    memory = site.app.state.store.memory
    before = len(memory)
    for _ in range(2):
        for asked in ("/nowhere", "/nowhere/", "/nowhere/?a=1", "/nowhere?b=2"):
            assert (await site.get(asked)).status_code == 404
    assert len(memory) == before + 1


@pytest.mark.parametrize(
    "path",
    ["/%ff", "/a%00b", "/..%2f..%2fetc", "/" + "a" * 1600, "/a'\"<b>/", "/-/address", "/-/x"],
)
async def test_hostile_addresses(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code in {400, 404}
