"""Whoever deletes an account leaves a sponsorship behind, which no account leads to any more."""

from __future__ import annotations

from services.sponsors.tests.desk import Catalogue, Person

from servicekit.database import Database
from servicekit.testing import Api, Rows
from sponsors import leaving
from sponsors.app import service


async def test_what_stays_of_somebody_who_is_gone(api: Api, rows: Rows, database: Database) -> None:
    made = Catalogue(api)
    await made.begin()
    benefit = await made.benefit()
    ada, bob = Person(api, 7), Person(api, 8)
    gone, stays = [(await one.apply(1, (benefit,)))["id"] for one in (ada, bob)]
    await rows.do("UPDATE sponsor_contact SET user_id = 7")
    assert (await ada.get(f"/own/sponsorships/{gone}"))["id"] == gone
    assert service.consumers == leaving.CONSUMERS
    async with database.write() as session:
        await leaving.forget(session, 7)
    found = await rows.all(
        "SELECT id, submitted_by_id, submitted_by, submitted_by_email FROM sponsorship ORDER BY id"
    )
    columns = ("id", "submitted_by_id", "submitted_by", "submitted_by_email")
    assert [dict(row) for row in found] == [
        dict(zip(columns, each, strict=True))
        for each in ((gone, None, "", ""), (stays, 8, "User 8", "user8@example.org"))
    ]
    assert await rows.one("SELECT count(*) FROM sponsor_contact WHERE user_id IS NOT NULL") == 0
    assert await rows.one("SELECT count(*) FROM sponsor_contact WHERE name = 'Vera'") == 2
    assert await rows.one("SELECT count(*) FROM sponsorship_step WHERE author_id = 7") == 0
    await ada.get(f"/own/sponsorships/{gone}", status=404)
