"""What operators find in the admin of every service: schedules, and messages that were parked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest
import tally.app
from litestar import Litestar
from tally.app import SHOWN, TALLY, do_due, grow, until_settled, with_ticks

from servicekit.database import Database
from servicekit.service import NotDone, TaskContext, Tick

type Rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]
type Operator = Callable[[Litestar], Any]

HOURLY = Tick(name="hourly", task="do-due", cron="0 0 * * * *", timezone="Europe/Berlin")
PARKED = "/admin-api/parked"


@pytest.fixture
def operator(issue_token: Callable[..., str]) -> Operator:
    """A client with an operator's token: `async with operator(app) as client`."""

    @asynccontextmanager
    async def visit(app: Any) -> AsyncIterator[httpx.AsyncClient]:
        token = issue_token("jobs", permissions=["system.operate"], subject="user:7")
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://jobs",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            yield client

    return visit


async def listed(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = [row["values"] for row in answer.json()["items"]]
    return found


async def test_a_schedule_is_run_now_and_tells_what_became_of_it(
    working: Any, operator: Operator, rows: Rows, until: Any
) -> None:
    broken = away = False

    async def work(context: TaskContext) -> str:
        if broken:
            raise RuntimeError("out of paper")
        if away:
            return NotDone("the source is away")
        return await do_due(context)

    await rows("INSERT INTO due SELECT FROM generate_series(1, 5)")
    async with working(with_ticks(HOURLY, run=work)) as app, operator(app) as client:
        [hourly, prune] = await listed(client, "/admin-api/schedule")
        assert datetime.fromisoformat(hourly.pop("next_run")).minute == 0
        assert hourly == {
            "name": "hourly",
            "summary": "Do what is due",
            "times": "At the start of every hour, Europe/Berlin",
            "last_run": None,
            "outcome": "",
            "said": "",
        }
        assert prune["name"] == "prune-messages"

        async def outcome(wanted: str) -> bool:
            return bool(
                (await listed(client, "/admin-api/schedule?q=hourly"))[0]["outcome"] == wanted
            )

        for wanted in ("done", "not done", "failed"):
            away = wanted == "not done"
            broken = wanted == "failed"
            asked = await client.post("/admin-api/schedule/actions/run", json={"ids": ["1"]})
            assert asked.json() == {"message": "asked a worker to run hourly"}
            await until(lambda wanted=wanted: outcome(wanted), timeout=30)
        [hourly, prune] = await listed(client, "/admin-api/schedule")
        assert hourly["said"] == "RuntimeError: out of paper"
        assert hourly["last_run"] is not None
        assert prune["outcome"] == ""
        absent = await client.post("/admin-api/schedule/actions/run", json={"ids": ["9"]})
        assert absent.status_code == 400
    assert await rows("SELECT DISTINCT times FROM due") == [(1,)]
    noted = await rows("SELECT action, actor, entity_id FROM audit ORDER BY id")
    assert noted.count(("asked to run", "user:7", "hourly")) == 3
    assert ("done", "service:jobs", "do-due") in noted


async def test_nothing_is_noted_where_nobody_could_be_asked(
    working: Any, operator: Operator, rows: Rows
) -> None:
    away = working(with_ticks(HOURLY), role="web", nats_url="nats://127.0.0.1:9")
    async with away as app, operator(app) as client:
        answer = await client.post("/admin-api/schedule/actions/run", json={"ids": ["1"]})
        assert answer.status_code == 503
        assert "NATS is away" in answer.json()["detail"]
    assert await rows("SELECT count(*) FROM audit") == [(0,)]


async def test_parked_messages_are_read_redriven_and_forgotten(
    working: Any,
    operator: Operator,
    database: Database,
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    consumers = (replace(TALLY, max_deliver=1), SHOWN)
    poisoned = replace(with_ticks(), consumers=consumers)
    async with working(poisoned) as app, operator(app) as client:
        for counter in (1, 2):
            async with database.write() as session:
                await grow(session, counter, poison=True)
        await until_settled(database)
        [second, first] = (await client.get(PARKED)).json()["items"]
        assert first["values"]["consumer"] == "jobs-tally"
        assert "Poisoned: counter:1" in first["values"]["reason"]
        shown = (await client.get(f"{PARKED}/{first['id']}")).json()["values"]
        assert '"aggregateid"' in shown["body"].replace(" ", "")
        assert shown["subject"] == "jobs.counter.grown"

        ids = {"ids": [first["id"]]}
        failed = await client.post(f"{PARKED}/actions/redrive", json=ids)
        assert failed.json()["message"].startswith("0 given to their consumers; 1 stay parked")
        monkeypatch.setattr(tally.app, "cured", True)
        done = await client.post(f"{PARKED}/actions/redrive", json=ids)
        assert done.json() == {"message": "1 given to their consumers"}
        assert (await client.delete(f"{PARKED}/{second['id']}")).status_code == 204
        assert (await client.get(PARKED)).json()["total"] == 0
        assert (await client.delete(f"{PARKED}/{second['id']}")).status_code == 404
    noted = await rows("SELECT action, entity_id FROM audit WHERE actor = 'user:7' ORDER BY id")
    assert noted == [
        ("redriven", first["id"]),
        ("redriven", first["id"]),
        ("deleted", second["id"]),
    ]
