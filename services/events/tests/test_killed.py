"""Reminders and imports: once with three processes, and not lost where one is killed in between."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from events.settings import Settings
from servicekit.testing import Api, Rows

#: Runs both tasks; dies where it is told to: before it could commit.
CHILD = """
import asyncio, os, signal, sys
import structlog
from events.alarms import scheduling, tasks as alarms
from events.settings import Settings
from events.sources import tasks as imports
from servicekit.database import Database
from servicekit.service import TaskContext

async def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    if sys.argv[1] == "import":
        imports._looked = die
    if sys.argv[1] == "alarm":
        scheduling.reschedule = die
    settings = Settings()
    database = Database(settings, application="child")
    context = TaskContext(database=database, settings=settings, log=structlog.get_logger())
    if sys.argv[1] != "alarm":
        await imports.run(context)
    await alarms.send(context)
    await database.dispose()

asyncio.run(main())
"""


async def child(settings: Settings, dies_at: str) -> int:
    environment = {
        **os.environ,
        "PYDOTORG_ENVIRONMENT": "test",
        "PYDOTORG_DATABASE_URL": settings.database_url.get_secret_value(),
        "PYDOTORG_JWKS": '{"keys": []}',
        "PYDOTORG_IMPORT_NETWORKS": '["127.0.0.0/8"]',
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD, dies_at), env=environment
    )
    return await process.wait()


@pytest.mark.full
async def test_once_with_three_and_not_lost_when_one_is_killed(
    api: Api, rows: Rows, settings: Settings
) -> None:
    begin = datetime.now(UTC) + timedelta(hours=5)
    body = "\r\n".join(
        (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x",
            *(
                f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:{begin:%Y%m%dT%H%M%SZ}\r\nEND:VEVENT"
                for n in range(3)
            ),
            "END:VCALENDAR\r\n",
        )
    )

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body)

    app = web.Application()
    app.router.add_get("/a.ics", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await api.made("/calendars", {"name": "Main"})
        start = begin.strftime("%Y-%m-%dT%H:%M:%S")
        await api.made("/events", {"title": "Own", "calendar_id": 1, "start": start})
        await api.made("/alarms", {"event_id": 1, "email": "ada@example.org"}, as_=[])
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/a.ics"
        await api.made("/admin-api/source", {"name": "S", "calendar_id": 1, "url": url})
        killed = await asyncio.gather(child(settings, "import"), child(settings, "alarm"))
        assert list(killed) == [-signal.SIGKILL] * 2
        assert await rows.one("SELECT count(*) FROM event") == 1
        assert await rows.one("SELECT count(*) FROM mail") == 0
        # What it had claimed is free again after a while.
        await rows.do("UPDATE source SET due = now()")
        assert set(await asyncio.gather(*(child(settings, "never") for _ in range(3)))) == {0}
    finally:
        await runner.cleanup()
    assert await rows.one("SELECT count(*) FROM event") == 4
    assert await rows.one("SELECT count(*) FROM mail") == 1
    assert await rows.one("SELECT created FROM import_report") == 3
    created = [name for name, _, _ in await rows.told() if name == "event.created"]
    assert len(created) == 4
