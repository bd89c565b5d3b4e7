"""Bad input is a 4xx that names the field, whatever it is made of; never a 5xx."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from litestar import Litestar

from servicekit.problems import Conflict, Invalid, NotFound, Problem, Unavailable

Headers = dict[str, str]


def first(answer: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["errors"][0]
    return found


async def test_every_error_is_a_problem(client: httpx.AsyncClient) -> None:
    for method, path, status in (
        ("GET", "/nowhere", 404),
        ("GET", "/notes/1", 404),
        ("PATCH", "/notes", 405),
        ("GET", "/notes?limit=-1", 400),
        ("POST", "/notes", 401),
        ("POST", "/wrong/crash", 500),
    ):
        answer = await client.request(method, path)
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert body["status"] == status
        assert body["title"]
        assert body["instance"] == path.partition("?")[0]
        assert body["trace_id"] == answer.headers["x-trace-id"]
        assert "Traceback" not in answer.text
        assert "ZeroDivision" not in answer.text


QUERIES: list[tuple[str, list[str]]] = [
    ("limit=1001", ["query", "limit"]),
    ("limit=-1", ["query", "limit"]),
    ("limit=a", ["query", "limit"]),
    ("limit=", ["query", "limit"]),
    ("limit=1.5", ["query", "limit"]),
    ("limit=1&limit=x", ["query", "limit"]),
    ("offset=-1", ["query", "offset"]),
    ("offset=99999999999999999999", ["query", "offset"]),
    # Named as the caller wrote it, not as the handler's argument.
    ("stars__gte=many", ["query", "stars__gte"]),
    ("title=%00", ["query", "title"]),
    ("title=a%00b", ["query", "title"]),
    ("title=%FF", ["query", "title"]),
    ("title=%C3%28", ["query", "title"]),
    ("title=%ED%A0%80", ["query", "title"]),
]


async def test_a_bad_query_names_the_field(client: httpx.AsyncClient) -> None:
    for query, loc in QUERIES:
        answer = await client.get(f"/notes?{query}")
        assert answer.status_code == 400, query
        assert first(answer)["loc"] == loc, query


async def test_a_parameter_that_is_not_known_is_refused_with_the_known_ones(
    client: httpx.AsyncClient, allowed: Headers
) -> None:
    answer = await client.get("/notes?stars_gte=3&limit=1&limt=2")
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert [error["loc"] for error in errors] == [["query", "stars_gte"], ["query", "limt"]]
    assert "limit, offset, stars__gte, title" in errors[0]["msg"]
    refused = await client.post("/notes?dryrun", json={"title": "a"}, headers=allowed)
    assert refused.status_code == 400
    assert first(refused)["loc"] == ["query", "dryrun"]
    assert (await client.get("/notes?limit=1&stars__gte=0")).json()["total"] == 0
    assert (await client.post("/notes?dryrun", json={"title": "a"})).status_code == 401


BODIES: list[tuple[Any, list[Any]]] = [
    ({}, ["body", "title"]),
    ({"title": ""}, ["body", "title"]),
    ({"title": 1}, ["body", "title"]),
    ({"title": "a\x00b"}, ["body", "title"]),
    ({"title": "a" * 201}, ["body", "title"]),
    ({"title": "a", "colour": "red"}, ["body", "colour"]),
    # Called like what handlers are given.
    ({"title": "a", "window": 1, "principal": 1}, ["body", "window"]),
    ({"title": "a", "parts": [{"url": "x"}, {"size": 1}]}, ["body", "parts", 1, "url"]),
    ({"title": "a", "parts": 3}, ["body", "parts"]),
    ({"title": "a", "stars": "many"}, ["body", "stars"]),
    ([], ["body"]),
    ("text", ["body"]),
    (None, ["body"]),
]


async def test_a_bad_body_names_the_field(client: httpx.AsyncClient, allowed: Headers) -> None:
    for body, loc in BODIES:
        answer = await client.post("/notes", json=body, headers=allowed)
        assert answer.status_code == 400, body
        assert first(answer)["loc"] == loc, body


NO_JSON = [
    b"",
    b"{",
    b"\xff",
    b'{"title": "\xff"}',
    b'{"title": "\\ud800"}',
    b"[" * 100_000,
    b'{"title": ' + b"9" * 5000 + b"}",
    b'{"title": NaN}',
]


async def test_a_body_that_is_no_json_is_400(client: httpx.AsyncClient, allowed: Headers) -> None:
    for content in NO_JSON:
        answer = await client.post(
            "/notes", content=content, headers={**allowed, "content-type": "application/json"}
        )
        assert answer.status_code == 400, content[:20]
        assert first(answer)["loc"][0] == "body"


async def test_a_body_that_is_too_large_is_413(
    client: httpx.AsyncClient, allowed: Headers, app: Litestar
) -> None:
    size = app.state.runtime.settings.max_body
    answer = await client.post("/notes", json={"title": "a" * size}, headers=allowed)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


PATHS = [
    "/notes/%00",
    "/notes/1%00",
    "/%ff%fe",
    "/notes/" + "9" * 50,
    "/notes/9223372036854775808",
    "/notes/-1",
    "/notes/0x1",
    "/" + "a" * 20_000,
    "/notes/../../etc/passwd",
    "/notes//1",
    "/notes/١",  # noqa: RUF001 - a digit, but not one of ASCII
]


async def test_a_bad_path_is_400_or_404(client: httpx.AsyncClient) -> None:
    for path in PATHS:
        answer = await client.get(path)
        assert answer.status_code in {400, 404}, path
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status", "loc", "code"),
    [
        ({"stars": 6}, 400, ["body", "stars"], "ck_note_stars"),
        ({"shelf_id": 404}, 409, ["body", "shelf_id"], "reference"),
        ({"place": 1}, 409, ["body", "place"], "unique"),
        ({"shelf_id": 1}, 409, ["body", "title"], "unique"),
    ],
)
async def test_a_broken_constraint_names_the_field(
    client: httpx.AsyncClient,
    app: Litestar,
    allowed: Headers,
    body: dict[str, int],
    status: int,
    loc: list[str],
    code: str,
) -> None:
    from notes.models import Note, Shelf

    async with app.state.runtime.database.write() as session:
        shelf = Shelf(name="a", slug="a")
        session.add(shelf)
        await session.flush()
        session.add(Note(title="taken", place=1, shelf_id=shelf.id))
    answer = await client.post("/notes", json={"title": "taken", **body}, headers=allowed)
    assert answer.status_code == status, answer.text
    assert first(answer)["loc"] == loc
    assert first(answer)["code"] == code


@pytest.mark.parametrize("field", ["stars", "place"])
async def test_a_number_that_does_not_fit_is_400(
    client: httpx.AsyncClient, allowed: Headers, field: str
) -> None:
    answer = await client.post("/notes", json={"title": "a", field: 2**70}, headers=allowed)
    assert answer.status_code == 400, answer.text


async def test_a_lock_that_is_not_had_in_time_is_503(
    make_settings: Callable[..., Any], notes: Any, allowed: Headers, database_url: str
) -> None:
    import asyncpg

    from servicekit.app import create_service
    from servicekit.testing import client_of, started

    settings = make_settings(lock_timeout=0.05)
    holder = await asyncpg.connect(database_url)
    try:
        async with started(create_service(notes, settings)) as app, client_of(app) as client:
            await client.post("/notes", json={"title": "a"}, headers=allowed)
            async with holder.transaction():
                await holder.execute("SELECT * FROM note WHERE id = 1 FOR UPDATE")
                answer = await client.put(
                    "/notes/1", json={"title": "b"}, headers={**allowed, "If-Match": '"1"'}
                )
            assert answer.status_code == 503, answer.text
            assert answer.headers["retry-after"] == "1"
            assert app.state.runtime.database.engine.pool.checkedout() == 0
    finally:
        await holder.close()


async def test_a_statement_that_takes_too_long_is_503(
    make_settings: Callable[..., Any], notes: Any
) -> None:
    from servicekit.app import create_service
    from servicekit.testing import client_of, started

    settings = make_settings(statement_timeout=0.1)
    async with started(create_service(notes, settings)) as app, client_of(app) as client:
        answer = await client.post("/wrong/sleep")
    assert answer.status_code == 503, answer.text


async def test_versions_travel_as_etag_and_if_match(
    client: httpx.AsyncClient, allowed: Headers
) -> None:
    made = await client.post("/notes", json={"title": "a"}, headers=allowed)
    assert made.headers["etag"] == '"1"'
    for header, status in (
        (None, 428),
        ('"2"', 412),
        ('W/"1"', 412),
        ("1", 400),
        ('"', 400),
        ('"0", "1"', 200),
    ):
        sent = allowed if header is None else {**allowed, "If-Match": header}
        answer = await client.put("/notes/1", json={"title": "b"}, headers=sent)
        assert answer.status_code == status, header
    assert answer.headers["etag"] == '"2"'
    star = await client.put("/notes/1", json={"title": "c"}, headers={**allowed, "If-Match": "*"})
    assert star.headers["etag"] == '"3"'
    assert (await client.get("/notes/1")).headers["etag"] == '"3"'


async def test_of_two_changes_at_once_one_wins(client: httpx.AsyncClient, allowed: Headers) -> None:
    await client.post("/notes", json={"title": "a"}, headers=allowed)
    answers = await asyncio.gather(
        *(
            client.put("/notes/1", json={"title": f"t{n}"}, headers={**allowed, "If-Match": '"1"'})
            for n in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_a_row_that_changed_meanwhile_is_a_conflict(app: Litestar) -> None:
    from notes.models import Note
    from sqlalchemy.orm.exc import StaleDataError

    database = app.state.runtime.database
    async with database.write() as session:
        session.add(Note(title="a"))
    async with database.write() as mine:
        note = await mine.get(Note, 1)
        async with database.write() as theirs:
            (await theirs.get(Note, 1)).title = "b"
        note.title = "c"
        with pytest.raises(StaleDataError):
            await mine.flush()
        await mine.rollback()
    async with database.read() as session:
        note = await session.get(Note, 1)
        assert (note.title, note.version) == ("b", 2)


async def test_touch_grows_the_version_by_one(app: Litestar) -> None:
    from notes.models import Note

    database = app.state.runtime.database
    async with database.write() as session:
        session.add(Note(title="a"))
    async with database.write() as session:
        note = await session.get(Note, 1)
        before = note.updated
        note.touch()
    async with database.read() as session:
        note = await session.get(Note, 1)
        assert note.version == 2
        assert note.updated > before


def test_problems_say_what_they_are() -> None:
    conflict = Conflict("Taken.", field="slug", code="unique")
    assert conflict.errors[0].loc == ["body", "slug"]
    assert Conflict("Busy.").errors == []
    invalid = Invalid.field(["query", "q"], "Too short.", "short")
    assert (invalid.status, invalid.errors[0].code) == (400, "short")
    assert Unavailable(retry_after=9).headers == {"Retry-After": "9"}
    assert str(NotFound("No.")) == "No."
    assert Problem().status == 500


def test_the_worst_of_a_group_is_told() -> None:
    from servicekit.errors import as_problem

    group = BaseExceptionGroup("", [ExceptionGroup("", [Conflict("x")]), ValueError()])
    request: Any = None
    assert isinstance(as_problem(group, request), Conflict)
