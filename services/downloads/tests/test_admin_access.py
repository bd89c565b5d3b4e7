"""Who may do what in the staff admin: a walk of its routes."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from litestar import Litestar

from servicekit import access

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

OPERATE = "system.operate"
PUBLISH = ("downloads.can_publish_releases",)


def _of(name: str, thing: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what the routes of one resource ask for: one of these."""
    base, row = f"/admin-api/{name}", f"/admin-api/{name}/{{id:int}}"
    view, add, change, delete = (
        f"downloads.{verb}_{thing}" for verb in ("view", "add", "change", "delete")
    )
    return {
        ("GET", base): (view, change),
        ("GET", f"{base}/export.csv"): (view, change),
        ("POST", base): (add,),
        ("GET", row): (view, change),
        ("PUT", row): (change,),
        ("DELETE", row): (delete,),
        ("GET", f"{row}/history"): (view,),
        ("POST", f"{base}/actions/delete"): (delete,),
    }


VIEW = ("downloads.view_release",)
FILE = ("downloads.view_releasefile", "downloads.change_releasefile")
EDIT_FILE = ("downloads.add_releasefile", "downloads.change_releasefile")
#: What each route asks for one of; nothing: any token. A new route needs a line.
EXPECTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/admin-api"): (),
    **_of("release", "release"),
    ("GET", "/admin-api/release/options"): (
        *("downloads.view_release", "downloads.change_release"),
        *(*EDIT_FILE, "downloads.view_releasefile"),
    ),
    ("GET", "/admin-api/release/suggestions"): (
        *("downloads.add_release", "downloads.change_release"),
    ),
    ("POST", "/admin-api/release/actions/publish"): PUBLISH,
    ("POST", "/admin-api/release/actions/unpublish"): PUBLISH,
    **_of("release-file", "releasefile"),
    ("GET", "/admin-api/release-file/options"): FILE,
    **_of("operating-system", "os"),
    ("GET", "/admin-api/operating-system/options"): (
        *("downloads.view_os", "downloads.change_os"),
        *(*EDIT_FILE, "downloads.view_releasefile"),
    ),
    ("GET", "/admin-api/operating-system/suggestions"): ("downloads.add_os", "downloads.change_os"),
    ("GET", "/admin-api/release-cycle"): VIEW,
    ("GET", "/admin-api/release-cycle/export.csv"): VIEW,
    ("GET", "/admin-api/release-cycle/options"): VIEW,
    ("GET", "/admin-api/parked"): (OPERATE,),
    ("GET", "/admin-api/parked/export.csv"): (OPERATE,),
    ("GET", "/admin-api/parked/options"): (OPERATE,),
    ("GET", "/admin-api/parked/{id:int}"): (OPERATE,),
    ("GET", "/admin-api/parked/{id:int}/history"): (OPERATE,),
    ("DELETE", "/admin-api/parked/{id:int}"): (OPERATE,),
    ("POST", "/admin-api/parked/actions/redrive"): (OPERATE,),
    ("GET", "/admin-api/schedule"): (OPERATE,),
    ("GET", "/admin-api/schedule/export.csv"): (OPERATE,),
    ("GET", "/admin-api/schedule/options"): (OPERATE,),
    ("POST", "/admin-api/schedule/actions/run"): (OPERATE,),
}


def body_of(path: str) -> dict[str, Any]:
    """Return a body that is valid, so that only the permission decides."""
    if "/actions/" in path:
        return {"ids": ["1"]}
    if "release-file" in path:
        url = "https://www.python.org/ftp/python/x"
        return {"name": "x", "os_id": 1, "release_id": 1, "url": url}
    return {"name": "Python 3.99.0"}


def test_every_route_is_listed(app: Litestar) -> None:
    found = {
        key: rule
        for key, rule in access.rules(app.routes).items()
        if key[1].startswith("/admin-api") and key[0] != "OPTIONS"
    }
    assert not any(rule.open for rule in found.values())
    assert {key: {*rule.permissions, *rule.alternatives} for key, rule in found.items()} == {
        key: set(names) for key, names in EXPECTED.items()
    }


#: What is needed besides where the release is published.
ALSO = {("DELETE", "/admin-api/release/{id:int}"): ("downloads.can_publish_releases",)}


@pytest.mark.usefixtures("systems")
async def test_matrix(api: Api, rows: Rows) -> None:
    release = await api.release("Python 3.14.0")
    await api.file(release["id"], 1, "a")
    before, trail = await rows.last(), len(await rows.audit())

    async def status(method: str, path: str, held: tuple[str, ...] | None) -> int:
        sent: dict[str, Any] = {"json": body_of(path)} if method in {"POST", "PUT"} else {}
        address = path.replace("{id:int}", "1")
        return (await api.call(method, address, as_=held, **sent)).status_code

    for (method, path), names in EXPECTED.items():
        assert await status(method, path, None) == 401, (method, path)
        if names:
            lacking = tuple(name for name in api.ALL if name not in names)
            assert await status(method, path, lacking) == 403, (method, path)
    # Nothing of all this wrote anything.
    assert await rows.last() == before
    assert len(await rows.audit()) == trail
    for (method, path), names in EXPECTED.items():
        for name in names:
            got = await status(method, path, (name, *ALSO.get((method, path), ())))
            assert got not in {401, 403}, (method, path, name)
            # There is no NATS here, and so nobody who could be asked to run something.
            assert got < 500 or (got == 503 and path.endswith("/schedule/actions/run")), path


async def test_the_descriptor_tells_nobody_more_than_they_may(api: Api) -> None:
    everything = await api.read("/admin-api", as_=api.ALL)
    assert [one["name"] for one in everything["resources"]] == [
        *("release", "release-file", "operating-system", "release-cycle", "parked", "schedule")
    ]
    assert (await api.read("/admin-api", as_=[]))["resources"] == []
    assert (await api.read("/admin-api", as_=["downloads.add_release"]))["resources"] == []
    release, cycle = (await api.read("/admin-api", as_=["downloads.view_release"]))["resources"]
    assert cycle["can"] == {"view": True, "add": False, "change": False, "delete": False}
    assert release["can"] == {"view": True, "add": False, "change": False, "delete": False}
    assert release["actions"] == []
    assert release["inlines"] == []
    [release] = (await api.read("/admin-api", as_=["downloads.change_release"]))["resources"]
    assert release["actions"] == []
    assert not release["history"]
    held = ["downloads.change_release", "downloads.can_publish_releases"]
    [release] = (await api.read("/admin-api", as_=held))["resources"]
    assert [action["name"] for action in release["actions"]] == ["publish", "unpublish"]


async def test_the_descriptor_is_told_once(api: Api) -> None:
    first = await api.get("/admin-api", as_=api.ALL)
    tag = {"If-None-Match": first.headers["etag"]}
    assert (await api.get("/admin-api", as_=api.ALL, headers=tag)).status_code == 304
    assert (await api.get("/admin-api", as_=[], headers=tag)).status_code == 200


@pytest.mark.parametrize(
    ("held", "own"),
    list(product([("downloads.change_release",), ("downloads.view_releasefile",)], [True, False])),
)
async def test_drafts_are_not_there_for_who_may_not_see_them(
    api: Api, systems: dict[str, int], held: tuple[str, ...], own: object
) -> None:
    draft = await api.release("Python 3.77.0", is_published=False)
    file = await api.file(draft["id"], systems["windows"], "canary")
    name = "release" if "change" in held[0] else "release-file"
    key = draft["id"] if name == "release" else file["id"]
    if own:
        held = (*held, "downloads.view_release")
    seen = 200 if own else 404
    assert (await api.get(f"/admin-api/{name}/{key}", as_=held)).status_code == seen
    listed = await api.read(f"/admin-api/{name}", as_=held)
    assert listed["total"] == len(listed["items"]) == (1 if own else 0)
    assert sum(step["count"] for step in listed["dates"]) == (1 if own and name == "release" else 0)
    table = (await api.get(f"/admin-api/{name}/export.csv", as_=held)).text
    assert ("3.77" in table) == bool(own)
    if name == "release":
        options = await api.read("/admin-api/release/options?q=3.77", as_=held)
        assert len(options["items"]) == (1 if own else 0)
        done = await api.call(
            "POST",
            "/admin-api/release/actions/publish",
            as_=(*held, *PUBLISH),
            json={"ids": [key]},
        )
        assert done.status_code == (200 if own else 400)
