"""Redirects, and what an address is altogether."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from content.redirects import rules, seed
from contracts.content.redirects import RedirectInput
from servicekit.service import TaskContext
from servicekit.testing import Api, Rows


async def made(api: Api, old: str, target: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = await api.made(
        "/redirects", {"old_path": old, "target": target, **more}
    )
    return found


async def what(api: Api, path: str, query: str = "") -> dict[str, Any]:
    answer = await api.get("/resolve", params={"path": path, "query": query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def leads(api: Api, path: str, query: str = "") -> str:
    found = await what(api, path, query)
    return f"{found['code']} {found['location']}" if found["kind"] == "redirect" else found["kind"]


async def test_life_of_a_redirect(api: Api, rows: Rows) -> None:
    first = await made(api, "/old/", "/new/")
    assert first["old_path"] == "/old"
    path = f"/redirects/{first['id']}"
    sent = {"old_path": "/older", "target": "https://peps.python.org/", "code": 302}
    assert (await api.put(path, sent, match=None)).status_code == 428
    assert (await api.put(path, sent, match=1)).status_code == 200
    assert (await api.put(path, sent, match=2)).json()["version"] == 2
    assert (await api.read(path))["code"] == 302
    assert (await api.delete(path)).status_code == 204
    number = str(first["id"])
    assert await rows.told() == [
        ("redirect.created", number, 1),
        ("redirect.updated", number, 2),
        ("redirect.deleted", number, 3),
    ]
    told = [event["data"] for event in await rows.events()]
    assert told[1]["previous_paths"] == ["/old"]
    assert told[2]["redirect"] is None
    assert [one["action"] for one in await rows.audit()] == ["created", "updated", "deleted"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"old_path": "old"}, "old_path"),
        ({"old_path": "/a b"}, "old_path"),
        ({"old_path": "/a?b=1"}, "old_path"),
        ({"old_path": "//evil.example"}, "old_path"),
        ({"old_path": "/"}, "old_path"),
        ({"old_path": "/search"}, "old_path"),
        ({"old_path": "/admin/x"}, "old_path"),
        ({"target": "//evil.example/"}, "target"),
        ({"target": "javascript:alert(1)"}, "target"),
        ({"target": "https://a b/"}, "target"),
        ({"target": "/x\r\nSet-Cookie: a=b"}, "target"),
        ({"target": "https://user@evil.example/"}, "target"),
        ({"target": "https://evil.example{rest}", "is_prefix": True}, "target"),
        ({"target": "/{other}", "is_prefix": True}, "target"),
        ({"target": "/{rest}"}, "target"),
        ({"target": "/old/"}, "target"),
        ({"target": "https://www.python.org/old"}, "target"),
        ({"code": 307}, "code"),
        ({"query": "a b"}, "query"),
        ({"query": "a=1", "is_prefix": True}, "query"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, body: dict[str, Any], field: str
) -> None:
    answer = await api.post("/redirects", {"old_path": "/old", "target": "/new/", **body})
    assert answer.status_code == 400, answer.text
    assert [error["loc"] for error in answer.json()["errors"]] == [["body", field]]
    assert await rows.one("SELECT count(*) FROM redirect") == 0


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ([("/a", "/b/")], ("/b", "/a/")),
        ([("/a", "/b"), ("/b", "/c")], ("/c", "/a?x=1")),
        ([("/a", "/p/x")], ("/p", "/a/", True)),
        ([("/c/x", "/a/x")], ("/a", "/c/{rest}", True)),
        ([("/a", "/c/{rest}", True)], ("/c/x", "/a/x")),
        ([], ("/p", "/p/{rest}", True)),
        ([], ("/p", "/p/x/", True)),
    ],
)
async def test_none_leads_in_a_circle(
    api: Api, rows: Rows, there: list[tuple[Any, ...]], new: tuple[Any, ...]
) -> None:
    for old, target, *prefix in there:
        await made(api, old, target, is_prefix=bool(prefix))
    old, target, *prefix = new
    body = {"old_path": old, "target": target, "is_prefix": bool(prefix)}
    answer = await api.post("/redirects", body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["code"] == "loop"
    assert await rows.one("SELECT count(*) FROM redirect") == len(there)


async def test_a_chain_has_an_end(api: Api) -> None:
    for hop in range(5):
        await made(api, f"/{hop}", f"/{hop + 1}/")
    answer = await api.post("/redirects", {"old_path": "/begin", "target": "/0/"})
    assert answer.json()["errors"][0]["code"] == "chain"


async def test_two_for_one_address_are_refused(api: Api) -> None:
    await made(api, "/old", "/new/")
    await made(api, "/old", "/other/", query="a=1")
    for query in (None, "a=1"):
        body = {"old_path": "/old/", "target": "/third/", "query": query}
        assert (await api.post("/redirects", body)).status_code == 409


async def test_where_addresses_lead(api: Api) -> None:
    await made(api, "/old", "/new/")
    await made(api, "/old", "/seven/", query="id=7", code=302)
    await made(api, "/gone", "")
    await made(api, "/peps", "https://peps.python.org/{stem}/", is_prefix=True)
    await made(api, "/peps/deep", "/deeper/", is_prefix=True)
    await made(api, "/sf", "https://bugs.python.org/issue{rest}", is_prefix=True, code=302)
    assert await leads(api, "/old/") == "301 /new/"
    assert await leads(api, "old", "x=1") == "301 /new/"
    assert await leads(api, "/old", "id=7") == "302 /seven/"
    assert await leads(api, "/older") == "nothing"
    assert await leads(api, "/old/er") == "nothing"
    assert await leads(api, "/gone") == "gone"
    assert await leads(api, "/peps") == "301 https://peps.python.org/"
    assert await leads(api, "/peps/pep-0008.html") == "301 https://peps.python.org/pep-0008/"
    assert await leads(api, "/peps/deep/er") == "301 /deeper/"
    assert await leads(api, "/sf/12/") == "302 https://bugs.python.org/issue12"
    assert await leads(api, "/") == "nothing"
    found = await what(api, "/old", "id=7")
    assert (found["keeps_query"], found["by_query"]) == (False, True)
    found = await what(api, "/peps/x", "a=1")
    assert (found["keeps_query"], found["by_query"]) == (True, False)


async def test_the_more_specific_goes_first(api: Api, statements: Callable[[], int]) -> None:
    for path in ("news", "news/today"):
        await api.made("/pages", {"title": path, "path": path, "is_published": True})
    await made(api, "/news", "/blogs/", is_prefix=True)
    # A redirect hides the page at its very address, and not the page below it.
    assert await leads(api, "/news/") == "301 /blogs/"
    assert (await what(api, "/news/today/"))["page"]["title"] == "news/today"
    assert await leads(api, "/news/yesterday/") == "301 /blogs/"
    for path, most in (("/news", 1), ("/news/today", 2), ("/nothing/at/all", 2)):
        before = statements()
        await what(api, path)
        assert statements() - before == most


@pytest.mark.parametrize(
    "query", ["", "?path=a%00", "?path=a%20b", "?path=" + "a" * 2049, "?path=/a&query=%0ab"]
)
async def test_a_question_without_sense(api: Api, query: str) -> None:
    assert (await api.get(f"/resolve{query}")).status_code == 400


async def test_hostile_addresses_are_nothing(api: Api) -> None:
    for path in ("/" + "a/" * 900, "/%00", "/%F0%9F", "/a'b", "/..", "//", "/%", "/\u00e9"):
        assert (await what(api, path))["kind"] == "nothing"


async def test_export_and_staff(api: Api) -> None:
    answer = await api.post("/admin-api/redirect", {"old_path": "/a", "target": "/b/"})
    assert answer.status_code == 201, answer.text
    page = await api.read("/internal/export/redirects", as_=["system.export"])
    assert page["items"][0]["data"]["redirect"]["target"] == "/b/"
    assert (await api.read("/redirects?q=b"))["total"] == 1
    assert (await api.read("/redirects?old_path=/a/"))["total"] == 1
    done = await api.post("/admin-api/redirect/actions/delete", {"ids": ["1"]})
    assert done.status_code == 200, done.text
    assert (await api.read("/redirects"))["total"] == 0


async def test_the_seed(context: TaskContext, api: Api, rows: Rows) -> None:
    wanted = seed.wanted()
    assert await seed.seed(context) == f"added {len(wanted)} redirects"
    row = (await api.read("/redirects?old_path=/security"))["items"][0]
    await api.delete(f"/redirects/{row['id']}")
    last = await rows.last()
    assert await seed.seed(context) == "added 0 redirects"
    assert await rows.last() == last


def test_nothing_follows_the_prefix_itself() -> None:
    one = RedirectInput(old_path="/a", target="/b/{stem}/", is_prefix=True)
    assert rules.location(one, "/a") == "/b/"
    assert rules.location(one, "/a/x.html") == "/b/x/"
