"""Who may call what: a walk of the route table."""

from __future__ import annotations

import re
from typing import Any

import pytest
from litestar import Litestar
from services.sponsors.tests.desk import APPROVAL, REVIEW, SERVE, SPONSOR, Catalogue, Person

from servicekit import access
from servicekit.testing import Api, Rows

EXPORT = ("system.export",)


def _writes(base: str, thing: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what the three usual writes of a domain ask for."""
    return {
        ("POST", base): (f"sponsors.add_{thing}",),
        ("PUT", f"{base}/{{id:int}}"): (f"sponsors.change_{thing}",),
        ("DELETE", f"{base}/{{id:int}}"): (f"sponsors.delete_{thing}",),
    }


YEAR = ("sponsors.change_sponsorshipcurrentyear",)
#: What each route asks for; an empty tuple is open to everybody. A new route needs a line.
EXPECTED: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/audit"): ("sponsors.view_audit",),
    ("GET", "/switches"): ("system.view_switches",),
    ("GET", "/catalogue"): (),
    ("POST", "/quotes"): (),
    ("GET", "/current-year"): (),
    ("PUT", "/current-year"): YEAR,
    ("POST", "/years/clone"): YEAR,
    ("GET", "/programs"): (),
    ("GET", "/programs/{id:int}"): (),
    **_writes("/programs", "sponsorshipprogram"),
    ("GET", "/packages"): (),
    ("GET", "/packages/{id:int}"): (),
    ("GET", "/packages/{id:int}/revenue"): REVIEW,
    **_writes("/packages", "sponsorshippackage"),
    ("GET", "/benefits"): (),
    ("GET", "/benefits/{id:int}"): (),
    **_writes("/benefits", "sponsorshipbenefit"),
    ("GET", "/sponsors/{id:int}"): ("sponsors.view_sponsor",),
    **_writes("/sponsors", "sponsor"),
    ("GET", "/placements"): (),
    ("GET", "/placements/contacts"): SERVE,
    ("GET", "/staff/sponsorships"): REVIEW,
    ("GET", "/staff/sponsorships/{id:int}"): REVIEW,
    ("PUT", "/staff/sponsorships/{id:int}"): REVIEW,
    ("POST", "/staff/sponsorships/{id:int}/approve"): REVIEW,
    ("POST", "/staff/sponsorships/{id:int}/reject"): REVIEW,
    ("POST", "/staff/sponsorships/{id:int}/rollback"): REVIEW,
    ("POST", "/staff/sponsorships/{id:int}/lock"): REVIEW,
    ("POST", "/staff/sponsorships/{id:int}/unlock"): REVIEW,
    ("GET", "/clauses"): ("sponsors.view_legalclause",),
    ("GET", "/clauses/{id:int}"): ("sponsors.view_legalclause",),
    **_writes("/clauses", "legalclause"),
    ("GET", "/contracts"): ("sponsors.view_contract",),
    ("GET", "/contracts/of/{sponsorship_id:int}"): ("sponsors.view_contract",),
    ("GET", "/contracts/{id:int}"): ("sponsors.view_contract",),
    ("GET", "/contracts/{id:int}/preview"): ("sponsors.view_contract",),
    ("PUT", "/contracts/{id:int}"): ("sponsors.change_contract",),
    ("POST", "/contracts/{id:int}/nullify"): ("sponsors.change_contract",),
    ("POST", "/contracts/{id:int}/redraft"): ("sponsors.change_contract",),
    ("POST", "/contracts/{id:int}/send"): ("sponsors.change_contract",),
    ("POST", "/contracts/{id:int}/execute"): ("sponsors.change_contract",),
    ("POST", "/contracts/of/{sponsorship_id:int}/approve"): (*REVIEW, "sponsors.change_contract"),
    ("GET", "/published-assets"): ("sponsors.sponsor_publisher",),
    ("PUT", "/staff/sponsorships/{id:int}/handover"): ("sponsors.change_asset", *REVIEW),
    ("POST", "/asset-exports"): ("sponsors.view_asset",),
    ("GET", "/asset-exports/{id:int}"): ("sponsors.view_asset",),
    ("GET", "/notice-templates"): ("sponsors.view_noticetemplate",),
    ("GET", "/notice-templates/{id:int}"): ("sponsors.view_noticetemplate",),
    **_writes("/notice-templates", "noticetemplate"),
    ("GET", "/notices"): ("sponsors.can_send_notices",),
    ("POST", "/notices"): ("sponsors.can_send_notices",),
    ("POST", "/notices/preview"): ("sponsors.can_send_notices",),
    ("GET", "/voucher-kinds"): ("sponsors.view_voucherkind",),
    ("GET", "/voucher-kinds/{id:int}"): ("sponsors.view_voucherkind",),
    **_writes("/voucher-kinds", "voucherkind"),
    ("GET", "/internal/export/clauses"): EXPORT,
    ("GET", "/internal/export/contracts"): EXPORT,
    ("GET", "/internal/export/notice-templates"): EXPORT,
    ("GET", "/internal/export/voucher-kinds"): EXPORT,
    ("GET", "/internal/export/benefits"): EXPORT,
    ("GET", "/internal/export/packages"): EXPORT,
    ("GET", "/internal/export/programs"): EXPORT,
    ("GET", "/internal/export/sponsors"): EXPORT,
    ("GET", "/internal/export/sponsorships"): EXPORT,
}
#: What is each caller's own: a token is needed, and no permission.
OWN = {
    ("GET", "/own/application"),
    ("PUT", "/own/application"),
    ("DELETE", "/own/application"),
    ("GET", "/own/sponsors"),
    ("GET", "/own/sponsors/{id:int}"),
    ("PUT", "/own/sponsors/{id:int}"),
    ("GET", "/own/sponsorships"),
    ("POST", "/own/sponsorships"),
    ("GET", "/own/sponsorships/{id:int}"),
    ("GET", "/own/sponsorships/{id:int}/handover"),
    ("PUT", "/own/sponsorships/{id:int}/handover"),
}
PERSON = Person.person_of(1)
#: A body that is valid, by the beginning of the address; elsewhere nothing is sent.
BODIES: dict[str, dict[str, Any]] = {
    "/quotes": {"package_id": 1},
    "/current-year": {"year": 2026},
    "/years/clone": {"from_year": 2026, "to_year": 2027},
    "/programs": {"name": "Other"},
    "/packages": {"name": "Other", "amount": "1.00", "year": 2026},
    "/benefits": {"name": "Other", "program_id": 1, "year": 2026},
    "/sponsors": SPONSOR,
    "/staff/sponsorships/{id:int}/approve": APPROVAL,
    "/staff/sponsorships/{id:int}/": {},
    "/staff/sponsorships/{id:int}": {"benefit_ids": []},
    "/own/application": {"package_id": 1, "benefit_ids": []},
    "/own/sponsors/": {"person": PERSON, "sponsor": SPONSOR},
    "/own/sponsorships/{id:int}/handover": {"assets": [{"id": 1, "text": "Other"}]},
    "/own/sponsorships": {"person": PERSON, "package_id": 1, "sponsor": SPONSOR},
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
    return re.sub(r"\{\w+:int\}", "1", path)


def sent(method: str, path: str) -> dict[str, Any]:
    if method not in {"POST", "PUT"}:
        return {}
    return {"json": next((body for base, body in BODIES.items() if path.startswith(base)), {})}


def test_every_route_is_listed(app: Litestar) -> None:
    assert ours(app) == EXPECTED | dict.fromkeys(OWN, ())


async def test_what_is_own_needs_a_user(api: Api, rows: Rows) -> None:
    worker = {"Authorization": f"Bearer {api.token('sponsors', subject='service:gateway')}"}
    for method, path in OWN:
        body = sent(method, path)
        assert (await api.call(method, concrete(path), **body)).status_code == 401, path
        answer = await api.call(method, concrete(path), headers=worker, match="*", **body)
        assert answer.status_code == 403, (method, path)
    assert await rows.last() == 0


@pytest.fixture
async def _filled(api: Api) -> None:
    """One row of each kind, so that id 1 is there."""
    made = Catalogue(api)
    await made.begin()
    await made.benefit()
    await Person(api, 1).apply(1)


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
        assert answer.status_code not in {401, 403}, (method, path, answer.text)
        assert answer.status_code < 500, (method, path)
