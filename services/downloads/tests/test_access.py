"""Who may call what: a walk of the route table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from litestar import Litestar

from servicekit import access
from servicekit.tokens import SigningKey

if TYPE_CHECKING:
    from services.downloads.tests.conftest import Api, Rows

    from devstack.testing import TokenFactory

IMPORT = (
    "downloads.add_release",
    "downloads.change_release",
    "downloads.add_releasefile",
    "downloads.change_releasefile",
    "downloads.delete_releasefile",
    "downloads.view_release",
    "downloads.can_publish_releases",
)
PUBLISH = ("downloads.can_publish_releases",)
#: What each route asks for; an empty tuple is open to everybody. A new route needs a line.
EXPECTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/operating-systems"): (),
    ("GET", "/operating-systems/{id:int}"): (),
    ("POST", "/operating-systems"): ("downloads.add_os",),
    ("PUT", "/operating-systems/{id:int}"): ("downloads.change_os",),
    ("DELETE", "/operating-systems/{id:int}"): ("downloads.delete_os",),
    ("GET", "/releases"): (),
    ("GET", "/releases/latest"): (),
    ("GET", "/releases/latest/{which:str}"): (),
    ("GET", "/releases/{id:int}"): (),
    ("GET", "/releases/by-slug/{slug:str}"): (),
    ("POST", "/releases"): ("downloads.add_release",),
    ("PUT", "/releases/{id:int}"): ("downloads.change_release",),
    ("DELETE", "/releases/{id:int}"): ("downloads.delete_release",),
    ("POST", "/releases/{id:int}/publish"): PUBLISH,
    ("POST", "/releases/{id:int}/unpublish"): PUBLISH,
    ("GET", "/release-files"): (),
    ("GET", "/release-files/{id:int}"): (),
    ("POST", "/release-files"): ("downloads.add_releasefile",),
    ("PUT", "/release-files/{id:int}"): ("downloads.change_releasefile",),
    ("DELETE", "/release-files/{id:int}"): ("downloads.delete_releasefile",),
    ("DELETE", "/release-files"): ("downloads.delete_releasefile",),
    ("GET", "/downloads/by-system/{slug:str}"): (),
    ("GET", "/release-cycle"): (),
    ("POST", "/imports/releases"): IMPORT,
    ("GET", "/audit"): ("downloads.view_audit",),
    ("GET", "/internal/export/releases"): ("system.export",),
    ("GET", "/internal/export/release-files"): ("system.export",),
    ("GET", "/internal/export/operating-systems"): ("system.export",),
}

#: What is needed besides where the release is published.
ALSO = {("DELETE", "/releases/{id:int}"): ("downloads.can_publish_releases",)}


def ours(app: Litestar) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what the service's own routes declare; those of the admin are walked beside this."""
    kit = ("/schema", "/livez", "/readyz", "/metrics", "/internal/", "/admin-api")
    return {
        key: () if rule.open else rule.permissions
        for key, rule in access.rules(app.routes).items()
        if key[0] != "OPTIONS" and (not key[1].startswith(kit) or "/export/" in key[1])
    }


def concrete(method: str, path: str) -> str:
    path = (
        path.replace("{id:int}", "1").replace("{slug:str}", "x").replace("{which:str}", "python3")
    )
    return path + ("?release=1" if (method, path) == ("DELETE", "/release-files") else "")


def body_of(path: str) -> dict[str, Any]:
    """Return a body that is valid, so that only the permission decides."""
    if path.startswith("/release-files"):
        url = "https://www.python.org/ftp/python/x"
        return {"name": "x", "os_id": 1, "release_id": 1, "url": url}
    if path.startswith("/imports"):
        return {"releases": [{"name": "Python 3.99.0"}]}
    return {"name": "Python 3.99.0"}


def test_every_route_is_listed(app: Litestar) -> None:
    assert ours(app) == EXPECTED


@pytest.mark.usefixtures("systems")
async def test_matrix(api: Api, rows: Rows) -> None:
    release = await api.release("Python 3.14.0")
    await api.file(release["id"], 1, "a")
    before = await rows.last()
    for (method, path), needed in EXPECTED.items():
        sent: dict[str, Any] = {"json": body_of(path)} if method in {"POST", "PUT"} else {}
        anonymous = await api.call(method, concrete(method, path), **sent)
        if not needed:
            assert anonymous.status_code in {200, 404}, (method, path)
            continue
        assert anonymous.status_code == 401, (method, path)
        assert anonymous.headers["WWW-Authenticate"] == "Bearer"
        for lacking in needed:
            held = [name for name in api.ALL if name != lacking]
            answer = await api.call(method, concrete(method, path), as_=held, **sent)
            assert answer.status_code == 403, (method, path, lacking)
            assert lacking in answer.json()["detail"]
        nothing = (await api.call(method, concrete(method, path), as_=(), **sent)).json()["detail"]
        assert all(name in nothing for name in needed), (method, path)
    # Nothing of all this wrote anything.
    assert await rows.last() == before
    assert await rows.one("SELECT count(*) FROM release") == 1
    for (method, path), needed in EXPECTED.items():
        sent = {"json": body_of(path)} if method in {"POST", "PUT"} else {}
        held = [*needed, *ALSO.get((method, path), ())]
        answer = await api.call(method, concrete(method, path), as_=held, match="*", **sent)
        assert answer.status_code not in {401, 403}, (method, path)
        assert answer.status_code < 500, (method, path)


async def test_a_token_that_does_not_hold_is_refused_everywhere(
    api: Api, issue_token: TokenFactory
) -> None:
    stranger = SigningKey.generate("stranger", "gateway").mint(
        subject="user:1", audience="downloads", permissions=api.ALL
    )
    header, _, rest = issue_token("downloads", permissions=api.ALL).partition(".")
    tokens = {
        "garbage": "abc",
        "empty": "",
        "other audience": issue_token("gateway", permissions=api.ALL),
        "stranger": stranger,
        "torn": f"{header}.{rest[1:]}",
    }
    for what, token in tokens.items():
        for path in ("/releases", "/audit"):
            answer = await api.get(path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 401, (what, path)
    answer = await api.get("/releases", headers={"Authorization": "Basic dXNlcjpwdw=="})
    assert answer.status_code == 401
