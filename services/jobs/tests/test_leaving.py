"""Whoever deletes an account leaves jobs behind, and no name, address or number."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from services.jobs.tests.board import REVIEW, Person, sorts

from contracts.events import Event
from contracts.identity.events import UserDeleted
from jobs import leaving
from jobs.app import service
from servicekit.database import Database
from servicekit.testing import Api, Rows


async def test_what_stays_of_somebody_who_is_gone(api: Api, rows: Rows, database: Database) -> None:
    await sorts(api)
    ada, bob, reviewer = Person(api, 7), Person(api, 8), Person(api, 9, REVIEW)
    person = {"poster_name": "Ada", "poster_email": "ada@example.org"}
    shown, draft = await ada.submitted(**person), await ada.draft(**person)
    other = await bob.submitted(poster_name="Bob", poster_email="bob@example.org")
    await reviewer.decide(shown, "approve")
    await reviewer.do(f"/review/jobs/{other}/comments", {"text": "Hm.", "name": "Rae"})
    assert service.consumers == leaving.CONSUMERS
    (consumer,) = leaving.CONSUMERS
    for number in (7, 9):
        event = Event(
            id=uuid4(),
            source="/identity",
            type=UserDeleted.type_name(),
            subject=f"user:{number}",
            time=datetime.now(UTC),
            aggregateid=str(number),
            aggregateversion=2,
            data=UserDeleted(id=number, username="gone").model_dump(mode="json"),
        )
        for _ in range(2):  # it may come twice
            async with database.write() as session:
                await consumer.handler(event, session)
    found = await rows.all(
        "SELECT id, state, creator_id, poster_name, poster_email FROM job ORDER BY id"
    )
    columns = ("id", "state", "creator_id", "poster_name", "poster_email")
    assert [dict(row) for row in found] == [
        dict(zip(columns, each, strict=True))
        for each in (
            (shown, "approved", None, "", ""),
            (other, "review", 8, "Bob", "bob@example.org"),
        )
    ]
    assert draft not in {row["id"] for row in found}
    assert (await api.get(f"/jobs/{shown}")).status_code == 200
    for table in ("job_comment", "job_step"):
        wrong = f"SELECT count(*) FROM {table} WHERE author_id IN (7, 9) OR name IN ('Ada', 'Rae')"
        assert await rows.one(wrong) == 0
    assert await rows.one("SELECT count(*) FROM job_comment WHERE text = 'Hm.'") == 1
    trail = await rows.all("SELECT actor, entity_id FROM audit WHERE action = 'forgotten'")
    assert [row["entity_id"] for row in trail] == ["7", "7", "9", "9"]
    assert {row["actor"] for row in trail} == {"service:jobs"}
