"""Following calendars elsewhere: changes, cancellations, deletions, failures, and dry runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web

from events.settings import Settings
from events.sources import following, tasks
from servicekit.service import Idle, TaskContext
from servicekit.testing import Api, Rows

SOURCE = {"name": "Elsewhere", "calendar_id": 1, "kind": "user-group", "zone": "Europe/Berlin"}


@dataclass
class Server:
    """A calendar elsewhere, and how it was asked."""

    url: str = ""
    body: str = ""
    status: int = 200
    asked: list[str | None] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.headers.get("If-None-Match"))
        tag = f'"{hash(self.body)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(text=self.body, status=self.status, headers={"ETag": tag})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    one = Server()
    app = web.Application()
    app.router.add_get("/{name}", one.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield one
    await runner.cleanup()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Have a server on this machine be reached; all else is as it ships."""
    return settings.model_copy(update={"import_networks": (ip_network("127.0.0.0/8"),)})


@pytest.fixture(autouse=True)
async def _calendar(api: Api) -> None:
    await api.made("/calendars", {"name": "Main"})


def stamp(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y%m%dT190000")


def vevent(uid: str, days: int = 5, *lines: str, title: str = "Meeting") -> str:
    begin = f"DTSTART;TZID=Europe/Berlin:{stamp(days)}"
    return "\r\n".join(
        ("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", begin, *lines, "END:VEVENT")
    )


def calendar(*events: str) -> str:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a//b//EN")
    return "\r\n".join((*head, *events, "END:VCALENDAR", ""))


async def again(rows: Rows, context: TaskContext) -> str:
    await rows.do("UPDATE source SET due = now()")
    return await tasks.run(context)


async def test_what_changes_there_changes_here(
    api: Api, rows: Rows, context: TaskContext, server: Server
) -> None:
    await api.made("/admin-api/source", {**SOURCE, "url": f"{server.url}/a.ics"})
    moved = ["RECURRENCE-ID;TZID=Europe/Berlin:" + stamp(12)]
    server.body = calendar(
        vevent("a", 5, "RRULE:FREQ=WEEKLY;COUNT=3", "LOCATION:Hall"),
        vevent("a", 13, *moved, title="Moved"),
        vevent("b", 6, title="Other"),
        vevent("past", -40, title="Over"),
        "BEGIN:VEVENT\r\nUID:bad\r\nSUMMARY:Bad\r\nEND:VEVENT",
    )
    said = await tasks.run(context)
    assert "3 new, 0 changed, 0 gone, 0 as before, 1 left out" in said
    assert "! Bad: it does not say when it begins" in said
    assert isinstance(await tasks.run(context), Idle)
    listed = (await api.read("/occurrences?when=coming"))["items"]
    assert [one["title"] for one in listed] == ["Meeting", "Other", "Moved", "Meeting"]
    assert {one["kind"] for one in listed} == {"user-group"}
    event = await api.read("/events/1")
    assert (event["location"]["name"], event["source"]) == ("Hall", f"{server.url}/a.ics")
    # Nothing changed there: neither asked for whole, nor written.
    last = await rows.last()
    assert "0 new" not in await again(rows, context)
    assert server.asked[0] is None
    assert server.asked[1] is not None
    assert await rows.last() == last
    # What staff add stays; the rest follows.
    body = {"title": "Mine", "calendar_id": 1, "start": "2030-01-01T10:00", "featured": True}
    assert (await api.put("/events/2", body)).status_code == 200
    server.body = calendar(
        vevent("a", 5, "RRULE:FREQ=WEEKLY;COUNT=3", "STATUS:CANCELLED", "LOCATION:Hall"),
        vevent("b", 7, title="Other again"),
    )
    said = await again(rows, context)
    assert "0 new, 2 changed, 0 gone" in said
    assert "~ Meeting: status, overrides" in said
    other = await api.read("/events/2")
    assert (other["title"], other["featured"]) == ("Other again", True)
    assert (await api.read("/events/1"))["status"] == "cancelled"
    # Gone there while to come: gone here. What is over stays.
    server.body = calendar(vevent("b", 7, title="Other again"))
    assert "0 changed, 1 gone, 1 as before" in await again(rows, context)
    assert (await api.get("/events/1")).status_code == 404
    assert (await api.read("/events/3"))["title"] == "Over"
    reports = await rows.all(
        "SELECT created, updated, deleted, skipped FROM import_report ORDER BY id"
    )
    assert [
        [row[name] for name in ("created", "updated", "deleted", "skipped")] for row in reports
    ] == [
        [3, 0, 0, 1],
        [0, 2, 0, 0],
        [0, 0, 1, 0],
    ]
    shown = await api.read("/admin-api/import-report/1", as_=["events.view_source"])
    assert "+ Other" in shown["values"]["lines"]


async def test_a_dry_run_shows_and_writes_nothing(
    api: Api, rows: Rows, settings: Settings, context: TaskContext, server: Server
) -> None:
    await api.made("/admin-api/source", {**SOURCE, "url": f"{server.url}/a.ics"})
    server.body = calendar(vevent("a"), vevent("b"))
    dry = TaskContext(database=context.database, settings=settings, log=context.log, dry_run=True)
    for _ in range(2):
        said = await tasks.run(dry)
        assert "2 new" in said
        assert "  + Meeting" in said
    assert await rows.one("SELECT count(*) FROM event") == 0
    assert await rows.one("SELECT count(*) FROM import_report") == 0
    assert "2 new" in await tasks.run(context)


async def test_one_that_fails_holds_up_no_other(
    api: Api, rows: Rows, context: TaskContext, server: Server
) -> None:
    for number, url in enumerate(
        (
            "http://10.0.0.1/a.ics",
            "http://127.0.0.1:1/a.ics",
            f"{server.url}/a.ics",
        )
    ):
        await api.made("/admin-api/source", {**SOURCE, "name": f"S{number}", "url": url})
    server.body = calendar(vevent("a"))
    said = await tasks.run(context)
    assert "S0: failed: its address is not on the public internet" in said
    assert "S1: failed: Connect" in said
    assert "S2: 1 new" in said
    first = await rows.one("SELECT due - now() FROM source WHERE name = 'S1'")
    await again(rows, context)
    second = await rows.one("SELECT due - now() FROM source WHERE name = 'S1'")
    assert second > first * 1.5
    # The same failure again is no second report.
    assert await rows.one("SELECT count(*) FROM import_report WHERE outcome = 'failed'") == 2
    for body, reason in (
        ("<html>", "no calendar"),
        ("x" * 6_000_000, "larger than"),
        (calendar(), "0 new"),
    ):
        server.body = body
        assert reason in await again(rows, context)
    assert await rows.one("SELECT count(*) FROM event") == 0


async def test_what_nobody_thought_of_is_the_failure_of_one_source(
    api: Api, rows: Rows, context: TaskContext, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.body = calendar(vevent("a"))
    for name in ("S0", "S1"):
        await api.made(
            "/admin-api/source", {**SOURCE, "name": name, "url": f"{server.url}/{name}.ics"}
        )
    follow, asked = following.follow, []

    async def breaks_first(*given: Any) -> Any:
        asked.append(given)
        if len(asked) == 1:
            raise OverflowError("date value out of range")
        return await follow(*given)

    monkeypatch.setattr(tasks, "follow", breaks_first)
    said = await tasks.run(context)
    assert "S0: failed: it could not be followed" in said
    assert "S1: 1 new" in said
    assert await rows.one("SELECT failures FROM source WHERE name = 'S0'") == 1
    assert await rows.one("SELECT count(*) FROM import_report WHERE outcome = 'failed'") == 1


async def test_an_empty_calendar_deletes_no_crowd(
    api: Api, rows: Rows, context: TaskContext, server: Server
) -> None:
    await api.made("/admin-api/source", {**SOURCE, "url": f"{server.url}/a.ics"})
    server.body = calendar(*(vevent(f"e{number}", 5 + number) for number in range(8)))
    assert "8 new" in await tasks.run(context)
    server.body = calendar()
    assert "8 of its 8 coming events are gone" in await again(rows, context)
    assert await rows.one("SELECT count(*) FROM event") == 8
