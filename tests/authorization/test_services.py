"""Who gets in where: every route of every service, for every kind of caller."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import matrix
import pytest
import time_machine
from running import ROOT
from sqlalchemy import text

from contracts.permissions import GRANTABLE
from identity.seed import GROUPS
from servicekit.app import create_service
from servicekit.service import Service
from servicekit.testing import client_of, started

if TYPE_CHECKING:
    from pathlib import Path

    from devstack.testing import DatabaseFactory, TokenFactory

SERVICES: Mapping[str, Service] = {
    folder.name: importlib.import_module(f"{folder.name}.app").service
    for folder in sorted((ROOT / "services").iterdir())
    if (folder / "pyproject.toml").is_file()
}
#: What a service needs to be told beside what every one does.
TOLD: Mapping[str, Mapping[str, Any]] = {
    "identity": {"secret_key": "x" * 32},
    "downloads": {"release_cycle_url": ""},
}
#: What is each caller's own, by how its addresses begin.
OWN: Mapping[str, tuple[str, ...]] = {
    "content": ("/story-submissions",),
    "events": ("/submissions", "/alarms"),
    "identity": ("/own/",),
    "jobs": ("/own/jobs",),
    "sponsors": ("/own/",),
}
#: What is asked by POST, for the question is long, and changes nothing.
QUESTIONS = {("sponsors", "POST", "/quotes"), ("identity", "POST", "/statement-previews")}
#: Nothing is called so; what is let in finds nothing, and so changes nothing.
NOTHING = {
    "int": "987654",
    "str": "nothing",
    "sha256:str": "0" * 64,
    "kind:str": "token",
}


def tokens(service: str, issue: TokenFactory) -> dict[str, str | None]:
    """Return the token of each caller; None for whoever has none."""
    other = next(name for name in SERVICES if name != service)
    manager = [name for name in GROUPS["Release Manager"] if name in GRANTABLE]
    clerk = [name for name in GRANTABLE if name.startswith("identity.")]
    everything = list(GRANTABLE)
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=5), tick=False):
        expired = issue(service, subject="user:5", permissions=everything)
    return {
        "anonymous": None,
        "user": issue(service, subject="user:1", staff=False),
        "other user": issue(service, subject="user:2", staff=False),
        "group member": issue(service, subject="user:3", permissions=manager),
        "staff of one area": issue(service, subject="user:4", permissions=clerk),
        "superuser": issue(service, subject="user:5", permissions=everything),
        "expired": expired,
        "other audience": issue(other, subject="user:5", permissions=everything),
    }


def concrete(path: str) -> str:
    for kind, value in NOTHING.items():
        while (end := path.find(f"{kind}}}")) >= 0:
            begin = path.rfind("{", 0, end)
            path = f"{path[:begin]}{value}{path[end + len(kind) + 1 :]}"
    assert "{" not in path, path
    return path


@pytest.mark.parametrize("name", sorted(SERVICES))
async def test_every_cell_is_as_the_table_says(
    name: str,
    database_factory: DatabaseFactory,
    jwks: str,
    issue_token: TokenFactory,
    tmp_path: Path,
) -> None:
    service = SERVICES[name]
    settings = service.settings.model_validate(
        {
            "environment": "test",
            "database_url": database_factory(name, service),
            "jwks": jwks,
            "role": "web",
            **TOLD.get(name, {}),
        }
    )
    found: dict[matrix.Route, dict[str, str]] = {}
    async with started(create_service(service, settings)) as app, client_of(app) as client:
        held = tokens(name, issue_token)
        for method, path in matrix.routes(app):
            cells = found[method, path] = {}
            for caller, token in held.items():
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                sent: dict[str, Any] = {"json": {}} if method in {"POST", "PUT"} else {}
                answer = await client.request(method, concrete(path), headers=headers, **sent)
                assert answer.status_code < 500, (method, path, caller, answer.text)
                refused = answer.status_code in {401, 403}
                cells[caller] = str(answer.status_code) if refused else "in"
        written = await outbox(app)
    made = matrix.write(name, found.items(), tmp_path)
    differing = matrix.compare(name, found)
    assert differing == [], f"the table as found is {made}"
    assert written == 0


async def outbox(app: Any) -> int:
    """Return how many events were recorded: what asks for nothing changes nothing."""

    async with app.state.runtime.database.read() as session:
        return int((await session.execute(text("SELECT count(*) FROM outbox"))).scalar_one())


def test_the_tables_hold_what_they_should() -> None:
    """More than a thousand cells; whoever brings nothing, or what does not hold, is kept out."""
    cells = 0
    for name in SERVICES:
        for (method, path), row in matrix.table(name).items():
            cells += len(row)
            assert row["user"] == row["other user"], (name, method, path)
            assert row["expired"] == row["other audience"] == "401", (name, method, path)
            if method not in {"GET", "HEAD"} and (name, method, path) not in QUESTIONS:
                assert row["anonymous"] == "401", (name, method, path)
                wanted = "in" if path.startswith(OWN.get(name, ("-",))) else "403"
                assert row["user"] == wanted, (name, method, path)
    assert cells > 1000
