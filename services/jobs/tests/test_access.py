"""Who may call what: a walk of the route table."""

from __future__ import annotations

import re
from typing import Any

import pytest
from litestar import Litestar
from services.jobs.tests.board import JOB, REVIEW, SERVE, Person

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
    ("POST", "/replies"): ("jobs.add_cannedreply",),
    ("PUT", "/replies/{id:int}"): ("jobs.change_cannedreply",),
    ("DELETE", "/replies/{id:int}"): ("jobs.delete_cannedreply",),
    ("GET", "/jobs"): (),
    ("GET", "/jobs/texts"): (),
    ("GET", "/jobs/countries/{slug:str}"): (),
    ("GET", "/jobs/locations/{slug:str}"): (),
    ("GET", "/jobs/facets"): (),
    ("GET", "/jobs/addresses"): (),
    ("GET", "/jobs/{id:int}"): (),
    ("GET", "/jobs/{id:int}/around"): (),
    ("GET", "/jobs/{id:int}/contact"): SERVE,
    ("POST", "/jobs/{id:int}/reports"): SERVE,
    ("GET", "/review/queue"): REVIEW,
    ("GET", "/review/jobs"): REVIEW,
    ("GET", "/review/jobs/{id:int}"): REVIEW,
    ("PUT", "/review/jobs/{id:int}"): REVIEW,
    ("POST", "/review/jobs/{id:int}/claim"): REVIEW,
    ("DELETE", "/review/jobs/{id:int}/claim"): REVIEW,
    ("POST", "/review/jobs/{id:int}/decide"): REVIEW,
    ("POST", "/review/jobs/{id:int}/comments"): REVIEW,
    ("POST", "/review/jobs/{id:int}/dismiss"): REVIEW,
    ("GET", "/review/replies"): REVIEW,
    ("GET", "/review/report"): REVIEW,
    ("GET", "/internal/export/jobs"): EXPORT,
    ("GET", "/internal/export/categories"): EXPORT,
    ("GET", "/internal/export/types"): EXPORT,
}
#: What is each caller's own: a token is needed, and no permission.
OWN = {
    ("GET", "/own/jobs"),
    ("GET", "/own/jobs/{id:int}"),
    ("POST", "/own/jobs"),
    ("PUT", "/own/jobs/{id:int}"),
    ("POST", "/own/jobs/{id:int}/submit"),
    ("POST", "/own/jobs/{id:int}/withdraw"),
    ("POST", "/own/jobs/{id:int}/extend"),
    ("POST", "/own/jobs/{id:int}/comments"),
}
#: A body that is valid, by the beginning of the address, so that only the permission decides.
BODIES: dict[str, dict[str, Any]] = {
    "/categories": {"name": "Other"},
    "/types": {"name": "Other"},
    "/replies": {"name": "Other", "text": "Other"},
    "/jobs/{id:int}/reports": {"reason": "spam", "reporter": "visitor-1"},
    "/review/jobs/{id:int}/claim": {},
    "/review/jobs/{id:int}/decide": {"move": "approve"},
    "/review/jobs/{id:int}/comments": {"text": "Other"},
    "/review/jobs/{id:int}/dismiss": {},
    "/review/jobs/{id:int}": JOB,
    "/own/jobs/{id:int}/comments": {"text": "Other"},
    "/own/jobs/{id:int}/": {},
    "/own/jobs": JOB,
}

#: Slugs of what is there, by what stands before them.
SLUGS = {
    "/categories": "main",
    "/types": "main",
    "/jobs/countries": "netherlands",
    "/jobs/locations": "delft-netherlands",
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
    for base, slug in SLUGS.items():
        path = path.replace(f"{base}/{{slug:str}}", f"{base}/{slug}")
    return re.sub(r"\{\w+:int\}", "1", path)


def sent(method: str, path: str) -> dict[str, Any]:
    if method not in {"POST", "PUT"}:
        return {}
    return {"json": next(body for base, body in BODIES.items() if path.startswith(base))}


def test_every_route_is_listed(app: Litestar) -> None:
    assert ours(app) == EXPECTED | dict.fromkeys(OWN, ())


async def test_what_is_own_needs_a_user(api: Api, rows: Rows) -> None:
    worker = {"Authorization": f"Bearer {api.token('jobs', subject='service:gateway')}"}
    for method, path in OWN:
        body = sent(method, path)
        assert (await api.call(method, concrete(path), **body)).status_code == 401, path
        answer = await api.call(method, concrete(path), headers=worker, match="*", **body)
        assert answer.status_code == 403, (method, path)
    assert await rows.last() == 0


@pytest.fixture
async def _filled(api: Api) -> None:
    """One row of each kind, so that id 1 and the slugs are there."""
    await api.made("/categories", {"name": "Main"})
    await api.made("/types", {"name": "Main"})
    await api.made("/replies", {"name": "Main", "text": "Main"})
    poster, reviewer = Person(api, 1), Person(api, 8, REVIEW)
    await reviewer.decide(await poster.submitted(), "approve")


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
        assert answer.status_code not in {400, 401, 403}, (method, path, answer.text)
        assert answer.status_code < 500, (method, path)
