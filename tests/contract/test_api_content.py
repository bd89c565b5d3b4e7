"""Pages and the search in the API: written by old programs, read and found by new ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from recorded import staff

from devstack.waiting import until

type Gateway = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]

OLD = "/api/v1/pages/page/"
PAGES = "/api/v2/pages"
SEARCH = "/api/v2/search"


async def told(client: httpx.AsyncClient, address: str, /, **params: str) -> Any:
    answer = await client.get(address, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_page_from_its_making_to_its_end(gateway: Gateway) -> None:
    async with gateway() as client:
        key = {"Authorization": staff()["v1"]}
        before = (await told(client, PAGES))["meta"]["total"]
        sent = {"title": "Quokkas", "path": "about/quokkas", "content": "They *smile*."}
        # Only with a key, and only what fits.
        assert (await client.post(OLD, json=sent)).status_code == 401
        refused = await client.post(OLD, json={"title": "Quokkas"}, headers=key)
        assert (refused.status_code, set(refused.json()["pages/page"])) == (400, {"path"})
        taken = await client.post(OLD, json={**sent, "path": "downloads/x"}, headers=key)
        assert taken.status_code == 400
        assert "address of the site itself" in taken.text
        made = await client.post(OLD, json=sent, headers=key)
        assert (made.status_code, made.content) == (201, b"")
        old = made.headers["location"]
        again = await client.post(OLD, json=sent, headers=key)
        assert again.status_code == 400
        assert "path" in again.json()["pages/page"]

        async def listed() -> list[Any]:
            found: list[Any] = (await told(client, PAGES, path="about/quokkas"))["data"]
            return found

        await until(listed)
        [page] = await listed()
        assert page["page"] == "/about/quokkas/"
        assert "content_html" not in page
        whole = (await told(client, f"{PAGES}/{page['id']}"))["data"]
        assert whole["content_html"].strip() == "<p>They <em>smile</em>.</p>"
        assert (whole["content"], whole["markup"]) == ("They *smile*.", "restructuredtext")
        assert (await told(client, old))["content"].strip() == whole["content_html"].strip()

        async def found() -> list[str]:
            results = (await told(client, SEARCH, q="quokkas"))["data"]["results"]
            return [one["url"] for one in results]

        async def gone() -> bool:
            kept = (await client.get(f"{PAGES}/{page['id']}")).status_code
            return (kept, await found(), await listed()) == (404, [], [])

        await until(found, timeout=20)
        assert await found() == ["/about/quokkas/"]
        assert (await client.delete(old)).status_code == 401
        assert (await client.delete(old, headers=key)).status_code == 204
        await until(gone, timeout=20)
        assert (await client.delete(old, headers=key)).status_code == 404
        assert (await told(client, PAGES))["meta"]["total"] == before


FIELDS = "id,path,title,template"


async def every(client: httpx.AsyncClient, **params: str) -> list[Any]:
    """Walk a list by cursor, in the order of the ids."""
    rows: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        part = await told(client, PAGES, cursor=cursor, page_size="100", fields=FIELDS, **params)
        rows += part["data"]
        cursor = part["meta"]["next_cursor"]
    return rows


async def test_pages_are_narrowed_and_walked(gateway: Gateway) -> None:
    async with gateway() as client:
        rows = await every(client)
        assert (await told(client, PAGES))["meta"]["total"] == len(rows) > 100
        assert all(row.keys() == set(FIELDS.split(",")) for row in rows)
        ids = [row["id"] for row in rows]
        assert ids == sorted(set(ids))
        first = rows[0]
        for params, wanted in (
            ({"path": first["path"]}, [first]),
            ({"title": first["title"]}, [r for r in rows if r["title"] == first["title"]]),
            ({"path_begins": "psf"}, [row for row in rows if row["path"].startswith("psf")]),
            ({"template": "psf"}, [row for row in rows if row["template"] == "psf"]),
            ({"since": "2100-01-01"}, []),
            ({"published": "false"}, []),
        ):
            assert await every(client, **params) == wanted, params
        for path in (f"{PAGES}/0", f"{PAGES}/x", f"{PAGES}/{'9' * 30}", f"{PAGES}/%D9%A3"):
            assert (await client.get(path)).status_code == 404, path


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"q": "x" * 201}, "q"),
        ({"q": "a", "type": "nonsense"}, "type"),
        ({"q": "a", "type": "NO"}, "type"),
        ({"q": "a", "page": "51"}, "page"),
        ({"q": "a", "page_size": "101"}, "page_size"),
        ({"q": "a", "colour": "red"}, "colour"),
    ],
)
async def test_a_search_that_cannot_be_made_names_the_field(
    gateway: Gateway, params: dict[str, str], field: str
) -> None:
    async with gateway() as client:
        answer = await client.get(SEARCH, params=params)
        assert answer.status_code == 400, answer.text
        assert set(answer.json()["extra"]) == {field}


async def test_results_are_not_kept(gateway: Gateway) -> None:
    async with gateway() as client:
        for _ in range(2):
            answer = await client.get(SEARCH, params={"q": "zzzzzz"})
            assert answer.headers["cache-control"] == "public, no-cache"
            assert answer.headers["x-cache"] == "uncached"
            assert answer.json()["data"]["total"] == 0
