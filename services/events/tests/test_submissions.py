"""Submissions: sent in, followed, reviewed; both sides get mail."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contracts.events.dto import SubmissionState
from events.submissions.transitions import TRANSITIONS
from servicekit.testing import Api, Rows

SENT: dict[str, Any] = {
    "title": "PyCon Somewhere",
    "calendar": "main",
    "kind": "conference",
    "link": "https://somewhere.example/",
    "description": "Three days of <b>Python</b>.",
    "all_day": True,
    "start": "2030-05-01T00:00",
    "end": "2030-05-04T00:00",
    "place": "Town hall",
    "country": "DE",
    "contact_name": "Ada",
    "email": "ada@example.org",
    "note": "First time.",
}
REVIEW = ["events.can_review_events"]


@pytest.fixture(autouse=True)
async def _calendar(api: Api) -> None:
    await api.made("/calendars", {"name": "Main"})


async def send(api: Api, **changes: Any) -> Any:
    return await api.made("/submissions", {**SENT, **changes}, as_=[])


async def decide(api: Api, number: int, decision: str, message: str = "", **changes: Any) -> Any:
    form = await api.read(f"/admin-api/submission/{number}", as_=REVIEW)
    body = {**form["values"], "decision": decision, "message": message, **changes}
    return await api.put(f"/admin-api/submission/{number}", body, form["version"], as_=REVIEW)


async def mails(rows: Rows) -> list[tuple[str, str]]:
    found = await rows.all("SELECT recipient, kind FROM mail ORDER BY id")
    return [(row["recipient"], row["kind"]) for row in found]


async def test_from_draft_to_event(api: Api, rows: Rows) -> None:
    made = await send(api)
    assert (made["state"], made["can_edit"], made["event_id"]) == ("waiting", True, None)
    assert sorted(await mails(rows)) == [
        ("ada@example.org", "event-received"),
        ("events@python.org", "event-review"),
    ]
    assert (await decide(api, 1, "ask")).status_code == 400
    assert (await decide(api, 1, "ask", "Which hall?")).status_code == 200
    asked = await api.read("/submissions/1", as_=[])
    assert asked["state"] == "asked"
    assert [(note["by"], note["action"], note["text"]) for note in asked["notes"]] == [
        ("submitter", "waiting", "First time."), ("reviewer", "asked", "Which hall?"),
    ]  # fmt: skip
    changed = {**SENT, "place": "Great hall", "note": "The great one."}
    assert (await api.put("/submissions/1", changed, None, as_=[])).status_code == 428
    again = await api.put("/submissions/1", changed, asked["version"], as_=[])
    assert again.json()["state"] == "waiting"
    done = await decide(api, 1, "approve", "Welcome!", title="PyCon Somewhere 2030")
    assert done.status_code == 200, done.text
    event = await api.read("/events/1")
    assert event["title"] == "PyCon Somewhere 2030"
    assert (event["first_day"], event["last_day"]) == ("2030-05-01", "2030-05-03")
    assert event["location"]["name"] == "Great hall"
    assert event["location"]["country"] == "DE"
    assert "&lt;b&gt;" in event["description_html"]
    mine = await api.read("/submissions/1", as_=[])
    assert (mine["state"], mine["event_id"], mine["can_edit"]) == ("approved", 1, False)
    assert (await api.put("/submissions/1", SENT, "*", as_=[])).status_code == 409
    assert (await api.post("/submissions/1/withdraw", as_=[])).status_code == 409
    assert (await decide(api, 1, "reject", "No")).status_code == 409
    assert [kind for _, kind in (await mails(rows))[2:]] == [
        "event-asked", "event-review", "event-approved",
    ]  # fmt: skip
    told = [row for row in await rows.events() if row["aggregate_type"] == "submission"]
    # Nobody outside learns more of a draft than that there is one.
    assert {tuple(sorted(row["data"])) for row in told} == {("id", "state")}


async def test_reject_and_withdraw(api: Api, rows: Rows) -> None:
    await send(api)
    assert (await decide(api, 1, "reject", "Not about Python.")).status_code == 200
    assert (await api.read("/submissions/1", as_=[]))["state"] == "rejected"
    await send(api)
    assert (await api.post("/submissions/2/withdraw", as_=[])).json()["state"] == "withdrawn"
    assert (await decide(api, 2, "approve")).status_code == 409
    assert await rows.one("SELECT count(*) FROM event") == 0
    listed = await api.read("/submissions", as_=[])
    assert [one["id"] for one in listed["items"]] == [2, 1]


async def test_each_is_for_who_sent_it(api: Api, rows: Rows) -> None:
    await send(api)
    await rows.do("UPDATE submission SET creator_id = 8")
    assert (await api.get("/submissions/1", as_=[])).status_code == 404
    assert (await api.put("/submissions/1", SENT, "*", as_=[])).status_code == 404
    assert (await api.post("/submissions/1/withdraw", as_=[])).status_code == 404
    assert (await api.read("/submissions", as_=[]))["items"] == []
    assert (await api.get("/admin-api/submission", as_=["events.view_event"])).status_code == 403


async def test_many_at_once_find_no_more_room_than_one_by_one(api: Api, rows: Rows) -> None:
    for _ in range(17):
        assert (await api.post("/submissions", SENT, as_=[])).status_code == 201
    # Few enough that none waits for a connection for longer than there is patience.
    answers = await asyncio.gather(*(api.post("/submissions", SENT, as_=[]) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [400] * 3
    assert await rows.one("SELECT count(*) FROM submission") == 20


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"calendar": "other"}, "calendar"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"rule": "FREQ=HOURLY"}, "rules"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"place": ""}, None),
        ({"end": "2030-04-01T00:00"}, None),
        ({"email": "a@b\r\nBcc: c@d"}, "email"),
        ({"title": ""}, "title"),
    ],
)
async def test_bad_input_names_the_field(
    api: Api, rows: Rows, changes: dict[str, Any], field: str | None
) -> None:
    answer = await api.post("/submissions", {**SENT, **changes}, as_=[])
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["loc"][1:2] == ([field] if field else [])
    assert await mails(rows) == []


def test_what_is_decided_stays_decided() -> None:
    final = {SubmissionState.APPROVED, SubmissionState.REJECTED, SubmissionState.WITHDRAWN}
    assert not any(final & before for before, _ in TRANSITIONS.values())
