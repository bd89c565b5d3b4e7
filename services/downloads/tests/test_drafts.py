"""A draft and its files are nobody's business: a walk of every address, and of every write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

VIEW = ["downloads.view_release"]
CANARY = "canary"
#: Filters that name what only the draft has.
QUERIES = (
    "",
    "?is_published=false",
    f"?name={CANARY}",
    f"?q={CANARY}",
    f"?slug={CANARY}",
    "?series=3.77",
    "?os=windows",
    "?is_latest=true",
    "?order=-version",
    "?release=1",
    "?os=1",
    f"?release__slug={CANARY}",
    "?release__is_published=false",
    f"?description__contains={CANARY}",
    "?download_button=true",
    "?limit=1000",
)


@pytest.fixture
async def draft(api: Api, systems: dict[str, int]) -> Any:
    made = await api.release(
        "Python 3.77.0",
        slug=CANARY,
        is_published=False,
        is_latest=True,
        content=CANARY,
        release_notes_url=f"https://example.org/{CANARY}",
    )
    await api.file(
        *(made["id"], systems["windows"], CANARY), description=CANARY, download_button=True
    )
    pre = await api.release("Python 3.78.0a1", slug=f"{CANARY}-pre", is_published=False)
    await api.file(pre["id"], systems["macos"], f"{CANARY}-pre")
    return await api.read(f"/releases/{made['id']}", as_=VIEW)


def addresses(app: Litestar) -> list[str]:
    """Return every address that is read without a permission, with the draft's own ids in it."""
    found = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or "GET" not in route.methods:
            continue
        values = {
            "{id:int}": "1",
            "{slug:str}": CANARY,
            "{which:str}": "python3.77",
            "{path:str}": "openapi.json",
        }
        path = route.path
        for name, value in values.items():
            path = path.replace(name, value)
        assert "{" not in path, f"say what to put into {path}"
        if not path.endswith("/suggestions"):  # made of what was asked with, and of nothing else
            found.append(path)
    return [*found, "/downloads/by-system/windows", "/releases/latest/python3"]


@pytest.mark.usefixtures("draft")
async def test_no_address_shows_a_draft_to_the_public(app: Litestar, api: Api) -> None:
    walked = addresses(app)
    assert len(walked) > 12
    for path in walked:
        for query in QUERIES:
            for permissions in (None, ["downloads.add_release", "downloads.view_releasefile"]):
                answer = await api.get(path + query, as_=permissions)
                # What was asked for is repeated in an error; nothing else may be.
                said = answer.text.replace(f'"instance":"{path}"', "")
                assert CANARY not in said.replace(f"?slug={CANARY}", ""), (path, query)
                assert "3.77" not in said, (path, query)


async def test_who_may_see_drafts_sees_them(api: Api, draft: Any) -> None:
    assert draft["files"][0]["name"] == CANARY
    assert CANARY in [item["slug"] for item in (await api.read("/releases", as_=VIEW))["items"]]
    files = await api.names(f"/release-files?release={draft['id']}", as_=VIEW)
    assert files == [CANARY]
    file = draft["files"][0]["id"]
    assert (await api.get(f"/release-files/{file}")).status_code == 404
    assert (await api.get(f"/release-files/{file}", as_=VIEW)).status_code == 200
    assert (await api.get(f"/releases/by-slug/{CANARY}", as_=VIEW)).status_code == 200


async def test_totals_do_not_count_drafts(api: Api, draft: Any) -> None:
    assert draft
    for path in ("/releases", "/release-files"):
        assert (await api.read(path))["total"] == 0
        assert (await api.read(path, as_=VIEW))["total"] == 2


async def test_a_draft_and_a_thing_that_is_not_there_look_alike(api: Api, draft: Any) -> None:
    there = await api.read(f"/releases/{draft['id']}", status=404)
    absent = await api.read("/releases/999", status=404)
    for answer in (there, absent):
        del answer["instance"], answer["trace_id"]
    assert there == absent


WRITES: tuple[tuple[str, str, str, dict[str, Any] | None], ...] = (
    ("downloads.change_release", "PUT", "/releases/{release}", {"name": "x"}),
    ("downloads.can_publish_releases", "POST", "/releases/{release}/publish", None),
    ("downloads.can_publish_releases", "POST", "/releases/{release}/unpublish", None),
    ("downloads.delete_release", "DELETE", "/releases/{release}", None),
    (
        *("downloads.change_releasefile", "PUT", "/release-files/{file}"),
        # A system that does not exist must not be told before the file that does not.
        {"name": "x", "os_id": 99, "release_id": 2, "url": "https://www.python.org/x"},
    ),
    ("downloads.delete_releasefile", "DELETE", "/release-files/{file}", None),
)


@pytest.mark.parametrize(("permission", "method", "path", "sent"), WRITES)
async def test_who_may_not_see_drafts_cannot_change_them(
    api: Api, rows: Rows, draft: Any, permission: str, method: str, path: str, sent: Any
) -> None:
    before = await rows.last()
    told = []
    for release, file in ((draft["id"], draft["files"][0]["id"]), (999, 999)):
        answer = await api.call(
            *(method, path.format(release=release, file=file)),
            as_=[permission],
            match="*",
            json=sent,
        )
        assert answer.status_code == 404, answer.text
        told.append({**answer.json(), "instance": "", "trace_id": ""})
    assert told[0] == told[1]
    assert await rows.last() == before
    path = path.format(release=draft["id"], file=draft["files"][0]["id"])
    seen = await api.call(method, path, as_=[permission, *VIEW], match="*", json=sent)
    assert seen.status_code != 404, seen.text


async def test_files_do_not_reach_a_draft_that_is_not_seen(
    api: Api, rows: Rows, draft: Any, systems: dict[str, int]
) -> None:
    public = await api.release("Python 3.76.0")
    mine = await api.file(public["id"], systems["windows"], "mine")
    before = await rows.last()
    sent = api.file_body(draft["id"], systems["windows"], "new")
    for method, path, permission in (
        ("POST", "/release-files", "downloads.add_releasefile"),
        ("PUT", f"/release-files/{mine['id']}", "downloads.change_releasefile"),
    ):
        answer = await api.call(method, path, as_=[permission], match="*", json=sent)
        assert answer.status_code == 400, answer.text
        assert answer.json()["errors"][0]["loc"] == ["body", "release_id"]
    swept = await api.call(
        *("DELETE", f"/release-files?release={draft['id']}"), as_=["downloads.delete_releasefile"]
    )
    assert swept.status_code == 204
    assert await rows.last() == before


async def test_a_draft_of_ones_own_is_answered(api: Api) -> None:
    made = await api.call(
        *("POST", "/releases"), as_=["downloads.add_release"], json={"name": "Python 3.79.0"}
    )
    assert made.status_code == 201
    assert not made.json()["is_published"]
    public = await api.release("Python 3.80.0")
    path = f"/releases/{public['id']}/unpublish"
    change = ["downloads.can_publish_releases"]
    assert (await api.call("POST", path, as_=change)).status_code == 200
    assert (await api.call("POST", path, as_=change)).status_code == 404


async def test_who_may_not_take_a_release_off_the_site_may_not_delete_it(api: Api) -> None:
    shown = await api.release("Python 3.14.0")
    hidden = await api.release("Python 3.14.1", is_published=False)
    may = ["downloads.delete_release", "downloads.view_release"]
    refused = await api.call("DELETE", f"/releases/{shown['id']}", as_=may)
    assert refused.status_code == 403
    assert "downloads.can_publish_releases" in refused.json()["detail"]
    assert (await api.call("DELETE", f"/releases/{hidden['id']}", as_=may)).status_code == 204
    may = [*may, "downloads.can_publish_releases"]
    assert (await api.call("DELETE", f"/releases/{shown['id']}", as_=may)).status_code == 204
