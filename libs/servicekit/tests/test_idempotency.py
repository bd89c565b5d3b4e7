"""A creating request that is sent again gets the first answer again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from litestar import Litestar, Request, Response, post
from sqlalchemy import func, select, update

from servicekit.access import public
from servicekit.app import create_service
from servicekit.dependencies import Caller, Writing
from servicekit.idempotency import IdempotencyRow, once, prune
from servicekit.service import Service
from servicekit.settings import ServiceSettings
from servicekit.testing import client_of, started

Headers = dict[str, str]


async def count(app: Litestar, model: Any) -> int:
    async with app.state.runtime.database.read() as session:
        return int(await session.scalar(select(func.count()).select_from(model)) or 0)


async def test_ten_at_once_make_one_row_and_one_answer(
    client: httpx.AsyncClient, app: Litestar, allowed: Headers
) -> None:
    from notes.models import Note

    headers = {**allowed, "Idempotency-Key": "k-1"}
    answers = await asyncio.gather(
        *(client.post("/notes", json={"title": "a"}, headers=headers) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["etag"] for answer in answers} == {'"1"'}
    assert {answer.headers["content-type"] for answer in answers} == {"application/json"}
    replayed = [answer.headers.get("idempotency-replayed") for answer in answers]
    assert sorted(filter(None, replayed)) == ["true"] * 9
    assert await count(app, Note) == 1
    assert await count(app, IdempotencyRow) == 1


async def test_the_same_key_with_another_request_is_a_conflict(
    client: httpx.AsyncClient, allowed: Headers
) -> None:
    headers = {**allowed, "Idempotency-Key": "k-1"}
    assert (await client.post("/notes", json={"title": "a"}, headers=headers)).status_code == 201
    other = await client.post("/notes", json={"title": "b"}, headers=headers)
    assert other.status_code == 409
    assert other.json()["errors"][0]["loc"] == ["header", "Idempotency-Key"]


async def test_the_same_key_with_another_query_is_a_conflict(
    notes: Service, settings: ServiceSettings, allowed: Headers
) -> None:
    @post("/counted", opt=public())
    async def counted(
        request: Request[Any, Any, Any], write_session: Writing, principal: Caller, step: int
    ) -> Response[Any]:
        async def make() -> Response[Any]:
            return Response(str(step).encode())

        return await once(request, write_session, principal, make)

    service = replace(notes, routes=[counted])
    headers = {**allowed, "Idempotency-Key": "k"}
    async with started(create_service(service, settings)) as app, client_of(app) as client:
        assert (await client.post("/counted?step=1", headers=headers)).status_code == 201
        assert (await client.post("/counted?step=1", headers=headers)).status_code == 201
        assert (await client.post("/counted?step=2", headers=headers)).status_code == 409


async def test_keys_of_two_callers_do_not_meet(
    client: httpx.AsyncClient, issue_token: Callable[..., str]
) -> None:
    seen = set()
    for subject in ("user:1", "user:2"):
        token = issue_token("notes", permissions=["notes.add_note"], subject=subject)
        answer = await client.post(
            "/notes",
            json={"title": "a"},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "same"},
        )
        assert "idempotency-replayed" not in answer.headers
        seen.add(answer.json()["id"])
    assert len(seen) == 2


async def test_a_request_that_failed_may_be_sent_again(
    client: httpx.AsyncClient, app: Litestar, allowed: Headers
) -> None:
    headers = {**allowed, "Idempotency-Key": "k-1"}
    # The commit fails, so neither the row nor the key is there.
    await client.post("/notes", json={"title": "first", "place": 1}, headers=allowed)
    for _ in range(2):
        failed = await client.post("/notes", json={"title": "b", "place": 1}, headers=headers)
        assert failed.status_code == 409
        assert failed.json()["errors"][0]["code"] == "unique"
    assert await count(app, IdempotencyRow) == 0


async def test_a_bad_key_is_400(client: httpx.AsyncClient, allowed: Headers) -> None:
    for key in ("", "a" * 256, "a\tb", "é".encode().decode("latin-1")):
        headers = httpx.Headers(allowed, encoding="latin-1")
        headers["Idempotency-Key"] = key
        answer = await client.post("/notes", json={"title": "a"}, headers=headers)
        assert answer.status_code == 400, key
        assert answer.json()["errors"][0]["loc"] == ["header", "Idempotency-Key"]


async def test_answers_are_forgotten_after_their_time(
    client: httpx.AsyncClient, app: Litestar, allowed: Headers
) -> None:
    database = app.state.runtime.database
    for key in ("old", "new"):
        headers = {**allowed, "Idempotency-Key": key}
        await client.post("/notes", json={"title": key}, headers=headers)
    async with database.write() as session:
        await session.execute(
            update(IdempotencyRow)
            .where(IdempotencyRow.key == "old")
            .values(created=func.now() - timedelta(hours=49))
        )
    async with database.write() as session:
        assert await prune(session, keep_hours=48) == 1
    assert await count(app, IdempotencyRow) == 1


async def test_an_answer_that_is_not_bytes_is_refused(
    notes: Service, settings: ServiceSettings, allowed: Headers
) -> None:
    @post("/odd", opt=public())
    async def odd(
        request: Request[Any, Any, Any], write_session: Writing, principal: Caller
    ) -> Response[Any]:
        async def make() -> Response[Any]:
            return Response({"a": 1})

        return await once(request, write_session, principal, make)

    service = replace(notes, routes=[odd])
    async with started(create_service(service, settings)) as app, client_of(app) as client:
        assert (await client.post("/odd", headers=allowed)).status_code == 201
        answer = await client.post("/odd", headers={**allowed, "Idempotency-Key": "k"})
        assert answer.status_code == 500
        assert await count(app, IdempotencyRow) == 0
