"""Who may call what: a walk of the route table."""

from __future__ import annotations

import re
from typing import Any

import pytest
from litestar import Litestar

from servicekit import access
from servicekit.testing import Api, Rows

EXPORT = ("system.export",)


def _writes(base: str, thing: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what the three usual writes of a domain ask for."""
    return {
        ("POST", base): (f"jobs.add_{thing}",),
        ("PUT", f"{base}/{{id:int}}"): (f"jobs.change_{thing}",),
        ("DELETE", f"{base}/{{id:int}}"): (f"jobs.delete_{thing}",),
    }


#: What each route asks for; an empty tuple is open to everybody. A new route needs a line.
EXPECTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/audit"): ("jobs.view_audit",),
    ("GET", "/categories"): (),
    ("GET", "/categories/{slug:str}"): (),
    **_writes("/categories", "jobcategory"),
    ("GET", "/types"): (),
    ("GET", "/types/{slug:str}"): (),
    **_writes("/types", "jobtype"),
    ("GET", "/internal/export/categories"): EXPORT,
    ("GET", "/internal/export/types"): EXPORT,
}
#: A body that is valid, by the beginning of the address, so that only the permission decides.
BODIES: dict[str, dict[str, Any]] = {
    "/categories": {"name": "Other"},
    "/types": {"name": "Other"},
}


def ours(app: Litestar) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what the service's own routes declare; those of the admin follow its resources."""
    kit = ("/schema", "/livez", "/readyz", "/metrics", "/internal/", "/admin-api")
    return {
        key: () if rule.open else rule.permissions
        for key, rule in access.rules(app.routes).items()
        if key[0] != "OPTIONS" and (not key[1].startswith(kit) or "/export/" in key[1])
    }


def concrete(path: str) -> str:
    path = path.replace("{slug:str}", "main")
    return re.sub(r"\{\w+:int\}", "1", path)


def sent(method: str, path: str) -> dict[str, Any]:
    if method not in {"POST", "PUT"}:
        return {}
    return {"json": next(body for base, body in BODIES.items() if path.startswith(base))}


def test_every_route_is_listed(app: Litestar) -> None:
    assert ours(app) == EXPECTED


@pytest.fixture
async def _filled(api: Api) -> None:
    """One row of each kind, so that id 1 and the slug main are there."""
    await api.made("/categories", {"name": "Main"})
    await api.made("/types", {"name": "Main"})


@pytest.mark.usefixtures("_filled")
async def test_matrix(api: Api, rows: Rows) -> None:
    before = await rows.last()
    for (method, path), needed in EXPECTED.items():
        body = sent(method, path)
        anonymous = await api.call(method, concrete(path), **body)
        if not needed:
            assert anonymous.status_code == 200, (method, path, anonymous.text)
            continue
        assert anonymous.status_code == 401, (method, path)
        for lacking in needed:
            held = [name for name in api.permissions if name != lacking]
            answer = await api.call(method, concrete(path), as_=held, **body)
            assert answer.status_code == 403, (method, path, lacking)
            assert lacking in answer.json()["detail"]
    # Nothing of all this wrote anything.
    assert await rows.last() == before
    for (method, path), needed in EXPECTED.items():
        body = sent(method, path)
        answer = await api.call(method, concrete(path), as_=needed, match="*", **body)
        assert answer.status_code not in {401, 403}, (method, path)
        assert answer.status_code < 500, (method, path)
