"""What a service declares: refused at once where it could only fail later; settings; ids."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Column, Integer, MetaData, Table

from servicekit.constraints import Constraints
from servicekit.ids import uuid7
from servicekit.problems import Conflict, Invalid
from servicekit.responses import json_response
from servicekit.service import Consumer, Export, Service, Task, Tick
from servicekit.settings import ServiceSettings
from servicekit.tokens import SigningKey, jwks


async def run(_: Any) -> str:
    return ""


TASK = Task(name="clean", summary="Clean", run=run)


def declare(**parts: Any) -> Service:
    return Service(
        name="notes",
        title="Notes",
        version="1",
        description="",
        metadata=MetaData(),
        migrations=Path(),
        **parts,
    )


def test_a_tick_has_one_time_and_a_task() -> None:
    with pytest.raises(ValueError, match="either"):
        Tick(name="a", task="clean")
    with pytest.raises(ValueError, match="either"):
        Tick(name="a", task="clean", cron="@hourly", every="1h")
    with pytest.raises(ValueError, match="timezone"):
        Tick(name="a", task="clean", every="1h", timezone="Europe/Berlin")
    with pytest.raises(ValueError, match="no known task"):
        declare(ticks=[Tick(name="a", task="clean", every="1h")])
    service = declare(tasks=[TASK], ticks=[Tick(name="a", task="clean", every="1h")])
    assert service.task("clean") is TASK
    assert [tick.name for tick in service.ticks_of("clean")] == ["a"]
    with pytest.raises(KeyError):
        service.task("other")


def test_names_are_given_once() -> None:
    with pytest.raises(ValueError, match="task declared twice: clean"):
        declare(tasks=[TASK, TASK])
    consumer = Consumer(name="notes-x", subjects=("jobs.>",), handler=lambda _e, _s: run(_e))  # type: ignore[arg-type,return-value]
    with pytest.raises(ValueError, match="consumer declared twice"):
        declare(consumers=[consumer, consumer])


def test_a_service_owns_its_own_events_only() -> None:
    from contracts.downloads.events import ReleaseCreated

    with pytest.raises(ValueError, match=r"downloads\.release\.created"):
        declare(events=[ReleaseCreated])


GIVEN: dict[str, Any] = {
    "database_url": "postgresql://u:p@h/d",
    "jwks": '{"keys": []}',
}


def test_settings_come_from_prefixed_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYDOTORG_DATABASE_URL", "postgresql://u:hush@h/d")
    monkeypatch.setenv("PYDOTORG_JWKS", '{"keys": []}')
    monkeypatch.setenv("PYDOTORG_POOL_SIZE", "3")
    monkeypatch.setenv("PYDOTORG_ROLE", "web")
    settings = ServiceSettings()
    assert settings.pool_size == 3
    assert settings.production
    assert not settings.has_worker
    assert "hush" not in repr(settings)
    assert settings.database_url.get_secret_value().endswith("h/d")


def test_production_refuses_what_belongs_to_development(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dev, live = SigningKey.generate("dev-1", "gateway"), SigningKey.generate("2027-01", "gateway")
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(jwks(live, dev)))
    refused: list[dict[str, Any]] = [
        {"crash_at": "outbox.after_commit"},
        {"jwks": json.dumps(jwks(dev))},
        {"jwks": json.dumps(jwks(live, dev))},
        {"jwks": str(file)},
        {"signing_key": json.dumps(dev.private())},
    ]
    for change in refused:
        with pytest.raises(ValidationError, match="refused in production"):
            ServiceSettings(**{**GIVEN, **change})
        ServiceSettings(environment="development", **{**GIVEN, **change})
    ServiceSettings(**{**GIVEN, "jwks": json.dumps(jwks(live))})
    monkeypatch.setenv("PYDOTORG_CRASH_AT", "outbox.after_commit")
    with pytest.raises(ValidationError, match="refused in production"):
        ServiceSettings(**GIVEN)


def test_ids_grow_and_say_when_they_were_made() -> None:
    before = time.time_ns() // 1_000_000
    made = [uuid7() for _ in range(20_000)]
    after = time.time_ns() // 1_000_000
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    for each in (made[0], made[-1]):
        assert each.version == 7
        assert each.variant == "specified in RFC 4122"
        # Ids made faster than the clock ticks run ahead of it by a little.
        assert before <= each.int >> 80 <= after + 20


async def test_ids_of_python_and_postgresql_sort_together(database_url: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(database_url)
    try:
        made = []
        for _ in range(20):
            made.append(uuid7())
            time.sleep(0.002)  # noqa: ASYNC251 - two clocks, told apart by more than they differ
            made.append(await connection.fetchval("SELECT uuidv7()"))
            time.sleep(0.002)  # noqa: ASYNC251
    finally:
        await connection.close()
    assert made == sorted(made)


def test_a_constraint_is_told_by_the_column_that_tells_rows_apart() -> None:
    from notes.models import Base
    from sqlalchemy import CheckConstraint, Index, func

    metadata = MetaData()
    Table(
        "thing",
        metadata,
        Column("a", Integer),
        Column("b", Integer),
        CheckConstraint("a < b", name="order"),
        Index("ux_thing_lower", func.abs(Column("b", Integer)), unique=True),
    )
    known = Constraints(Base.metadata, metadata)
    assert known.field_of("uq_note_shelf_id_title") == "title"
    assert known.field_of("uq_note_place") == "place"
    assert known.field_of("fk_note_shelf_id_shelf") or known.field_of("fk_note_shelf_id")
    assert known.field_of("ck_note_stars") == "stars"
    assert known.field_of("order") is None
    assert known.field_of("ux_thing_lower") == "b"
    assert known.field_of("unknown") is None

    class Driver(Exception):
        def __init__(self, sqlstate: str, constraint_name: str = "", column_name: str = "") -> None:
            self.sqlstate, self.constraint_name = sqlstate, constraint_name
            self.column_name = column_name

    overlap = known.explain(Driver("23P01", "uq_note_place"))
    assert isinstance(overlap, Conflict)
    assert overlap.errors[0].code == "exclusion"
    missing = known.explain(Driver("23502", column_name="title"))
    assert isinstance(missing, Invalid)
    assert missing.errors[0].loc == ["body", "title"]
    assert known.explain(Driver("23514", "order")).errors[0].code == "order"


def test_json_needs_a_model_or_an_adapter() -> None:
    from notes.routes import NoteOut

    model = NoteOut(id=1, title="ä", stars=2, version=3)
    assert json_response(model).content == '{"id":1,"title":"ä","stars":2,"version":3}'.encode()
    listed = json_response([model], TypeAdapter(list[NoteOut]), status=201, etag='"3"')
    assert listed.content == b"[" + json_response(model).content + b"]"
    assert (listed.status_code, listed.headers["ETag"]) == (201, '"3"')
    with pytest.raises(TypeError):
        json_response({"a": 1})


def test_an_export_is_declared_once(notes: Service) -> None:
    export: Export = notes.exports[0]
    with pytest.raises(ValueError, match="export declared twice"):
        declare(exports=[export, export])


async def test_exports_page_through_every_row(
    client: Any, app: Any, allowed: dict[str, str], issue_token: Callable[..., str]
) -> None:
    from notes.models import Note

    async with app.state.runtime.database.write() as session:
        session.add_all([Note(title=f"n{number}") for number in range(7)])
    path = "/internal/export/notes"
    assert (await client.get(path)).status_code == 401
    other = {"Authorization": f"Bearer {issue_token('notes', permissions=['notes.add_note'])}"}
    assert (await client.get(path, headers=other)).status_code == 403
    seen: list[Any] = []
    after: int | None = 0
    while after is not None:
        answer = await client.get(f"{path}?after={after}&limit=3", headers=allowed)
        assert answer.status_code == 200, answer.text
        seen += answer.json()["items"]
        after = answer.json()["next"]
    assert [item["data"]["title"] for item in seen] == [f"n{number}" for number in range(7)]
    assert seen[0]["type"] == "notes.note.updated.v1"
    assert seen[0]["version"] == 1
    for query in ("limit=0", "limit=1001", "after=-1", "after=x"):
        assert (await client.get(f"{path}?{query}", headers=allowed)).status_code == 400


def test_the_document_says_what_may_go_wrong(app: Any) -> None:
    from servicekit.documents import openapi

    text = openapi(app)
    assert text == openapi(app)
    document = json.loads(text)
    assert document["openapi"].startswith("3.1")
    create = document["paths"]["/notes"]["post"]
    assert create["operationId"] == "create_note"
    assert set(create["responses"]) == {"201", "400", "401", "403", "409", "413", "503"}
    assert create["security"] == [{"internal": ["notes.add_note"]}]
    assert "application/problem+json" in create["responses"]["409"]["content"]
    change = document["paths"]["/notes/{note_id}"]["put"]
    assert {"404", "412", "428"} <= set(change["responses"])
    listing = document["paths"]["/notes"]["get"]
    assert "security" not in listing
    names = {parameter["name"] for parameter in listing["parameters"]}
    assert names == {"limit", "offset", "title", "stars__gte"}
    assert "Page" in json.dumps(listing["responses"]["200"])
    assert "/readyz" not in document["paths"]
    assert "/wrong/crash" not in document["paths"]
