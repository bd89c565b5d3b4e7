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
        ("POST", base): (f"events.add_{thing}",),
        ("PUT", f"{base}/{{id:int}}"): (f"events.change_{thing}",),
        ("DELETE", f"{base}/{{id:int}}"): (f"events.delete_{thing}",),
    }


#: What each route asks for; an empty tuple is open to everybody. A new route needs a line.
EXPECTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/audit"): ("events.view_audit",),
    ("GET", "/calendars"): (),
    ("GET", "/calendars/{slug:str}"): (),
    **_writes("/calendars", "calendar"),
    ("GET", "/categories"): (),
    ("GET", "/categories/{slug:str}"): (),
    **_writes("/categories", "eventcategory"),
    ("GET", "/locations"): (),
    ("GET", "/locations/{id:int}"): (),
    **_writes("/locations", "eventlocation"),
    ("GET", "/events"): (),
    ("GET", "/events/{id:int}"): (),
    ("GET", "/events/{id:int}/around"): (),
    **_writes("/events", "event"),
    ("GET", "/ical/calendars/{slug:str}"): (),
    ("GET", "/ical/categories/{slug:str}"): (),
    ("GET", "/ical/locations/{id:int}"): (),
    ("GET", "/ical/events/{id:int}"): (),
    ("GET", "/occurrences"): (),
    ("GET", "/occurrences/around"): (),
    ("GET", "/occurrences/days"): (),
    ("GET", "/places"): (),
    ("GET", "/internal/export/calendars"): EXPORT,
    ("GET", "/internal/export/categories"): EXPORT,
    ("GET", "/internal/export/locations"): EXPORT,
    ("GET", "/internal/export/events"): EXPORT,
}
#: What is each caller's own: a token is needed, and no permission.
OWN = {
    ("GET", "/submissions"),
    ("GET", "/submissions/{id:int}"),
    ("POST", "/submissions"),
    ("PUT", "/submissions/{id:int}"),
    ("POST", "/submissions/{id:int}/withdraw"),
    ("GET", "/alarms"),
    ("POST", "/alarms"),
    ("DELETE", "/alarms/{id:int}"),
}
#: A body that is valid, by the beginning of the address, so that only the permission decides.
BODIES: dict[str, dict[str, Any]] = {
    "/calendars": {"name": "Other"},
    "/categories": {"name": "Other"},
    "/locations": {"name": "Other"},
    "/events": {"title": "Other", "calendar_id": 1, "start": "2030-01-01T10:00"},
}
QUERIES: dict[str, str] = {"/occurrences/days": "?first=2030-01-01&last=2030-01-02"}


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
    return re.sub(r"\{\w+:int\}", "1", path) + QUERIES.get(path, "")


def sent(method: str, path: str) -> dict[str, Any]:
    if method not in {"POST", "PUT"}:
        return {}
    return {"json": next(body for base, body in BODIES.items() if path.startswith(base))}


def test_every_route_is_listed(app: Litestar) -> None:
    assert ours(app) == EXPECTED | dict.fromkeys(OWN, ())


async def test_what_is_own_needs_a_user(api: Api, rows: Rows) -> None:
    worker = {"Authorization": f"Bearer {api.token('events', subject='service:gateway')}"}
    event = {"event_id": 1, "email": "a@example.org"}
    body = {
        "title": "a", "calendar": "main", "kind": "other", "link": "https://a.example/",
        "description": "a", "start": "2030-01-01T10:00", "place": "a", "email": "a@example.org",
    }  # fmt: skip
    for method, path in OWN:
        data = event if path.startswith("/alarms") else body
        kwargs: dict[str, Any] = {"json": data} if method in {"POST", "PUT"} else {}
        assert (await api.call(method, concrete(path), **kwargs)).status_code == 401, path
        answer = await api.call(method, concrete(path), headers=worker, **kwargs)
        assert answer.status_code == 403, (method, path)
    assert await rows.last() == 0


@pytest.fixture
async def _filled(api: Api) -> None:
    """One row of each kind, so that id 1 and the slug main are there."""
    await api.made("/calendars", {"name": "Main"})
    await api.made("/categories", {"name": "Main"})
    await api.made("/locations", {"name": "Main"})
    await api.made("/events", {"title": "Main", "calendar_id": 1, "start": "2030-01-01T10:00"})


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
