"""Alarms: a mail before each time of an event, once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.alarms import tasks
from servicekit.service import Idle, TaskContext
from servicekit.testing import Api, Rows


def wall(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.fixture(autouse=True)
async def _calendar(api: Api) -> None:
    await api.made("/calendars", {"name": "Main"})


async def event(api: Api, **changes: Any) -> Any:
    body = {"title": "Meeting", "calendar_id": 1, "start": wall(10), **changes}
    return await api.made("/events", body)


async def alarm(api: Api, **changes: Any) -> Any:
    body = {"event_id": 1, "hours": 24, "email": "ada@example.org", **changes}
    return await api.made("/alarms", body, as_=[])


async def test_each_time_is_told_of_once(api: Api, rows: Rows, context: TaskContext) -> None:
    await event(api, rules=["FREQ=DAILY;COUNT=3"], zone="UTC")
    made = await alarm(api)
    assert made["due"] is not None
    # Three workers at the same time, and again: one mail.
    said = await asyncio.gather(*(tasks.send(context) for _ in range(3)))
    assert max(map(str, said)) == "1 reminders mailed"
    assert isinstance(await tasks.send(context), Idle)
    (mail,) = await rows.all("SELECT recipient, subject, text FROM mail")
    assert (mail["recipient"], mail["subject"]) == ("ada@example.org", "Soon: Meeting")
    assert "/events/main/1/" in mail["text"]
    (row,) = await rows.all("SELECT due, told FROM alarm")
    # The second time is 34 hours from now: its mail is due in ten.
    assert row["due"] == row["told"]
    await rows.do("UPDATE occurrence SET starts = starts - interval '11 hours'")
    await rows.do(
        "UPDATE alarm SET due = due - interval '11 hours', told = told - interval '11 hours'"
    )
    assert await tasks.send(context) == "1 reminders mailed"


async def test_what_changed_is_gone_by(api: Api, rows: Rows, context: TaskContext) -> None:
    made = await event(api)
    await alarm(api)
    later = {"title": "Meeting", "calendar_id": 1, "start": wall(100)}
    assert (await api.put("/events/1", later, made["version"])).status_code == 200
    assert isinstance(await tasks.send(context), Idle)
    cancelled = {**later, "start": wall(5), "status": "cancelled"}
    assert (await api.put("/events/1", cancelled)).status_code == 200
    assert isinstance(await tasks.send(context), Idle)
    assert (await api.read("/alarms?event=1", as_=[]))["items"][0]["due"] is None
    assert (await api.put("/events/1", {**cancelled, "status": "confirmed"})).status_code == 200
    assert await tasks.send(context) == "1 reminders mailed"
    # Moved after it was told of: the new time is told of, too.
    assert (await api.put("/events/1", {**later, "start": wall(20)})).status_code == 200
    assert await tasks.send(context) == "1 reminders mailed"
    assert await rows.one("SELECT count(*) FROM mail") == 2


async def test_an_alarm_is_for_who_wants_it(api: Api, rows: Rows) -> None:
    await event(api)
    await alarm(api)
    assert (await api.post("/alarms", {"event_id": 1, "email": "a@b.c"}, as_=[])).status_code == 409
    assert (await api.post("/alarms", {"event_id": 9, "email": "a@b.c"}, as_=[])).status_code == 400
    await rows.do("UPDATE alarm SET user_id = 8")
    assert (await api.read("/alarms", as_=[]))["items"] == []
    assert (await api.delete("/alarms/1", as_=[])).status_code == 404
    await rows.do("UPDATE alarm SET user_id = 7")
    assert (await api.delete("/alarms/1", as_=[])).status_code == 204
    await alarm(api)
    # It goes with its event, and its address is in no trail.
    assert (await api.delete("/events/1")).status_code == 204
    assert await rows.one("SELECT count(*) FROM alarm") == 0
    assert "ada@" not in str([dict(row) for row in await rows.audit()])
