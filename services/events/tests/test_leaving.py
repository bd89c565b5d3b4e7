"""Whoever deletes an account gets no more mails, and nobody waits for an answer."""

from __future__ import annotations

from services.events.tests.test_submissions import SENT, decide

from events import leaving
from events.app import service
from servicekit.database import Database
from servicekit.testing import Api, Rows


async def test_what_stays_of_somebody_who_is_gone(api: Api, rows: Rows, database: Database) -> None:
    await api.made("/calendars", {"name": "Main"})
    for _ in range(2):
        await api.made("/submissions", SENT, as_=[])
    assert (await decide(api, 1, "approve")).status_code == 200
    await api.made("/alarms", {"event_id": 1, "hours": 24, "email": "ada@example.org"}, as_=[])
    number = await rows.one("SELECT user_id FROM alarm")
    assert service.consumers == leaving.CONSUMERS
    async with database.write() as session:
        await leaving.forget(session, number)
    assert await rows.one("SELECT count(*) FROM alarm") == 0
    found = await rows.all(
        "SELECT state, creator_id, email, contact_name FROM submission ORDER BY id"
    )
    assert [dict(row) for row in found] == [
        {"state": state, "creator_id": None, "email": "", "contact_name": ""}
        for state in ("approved", "withdrawn")
    ]
    assert (await api.get("/events/1")).status_code == 200
    assert (await api.read("/submissions", as_=[]))["total"] == 0
