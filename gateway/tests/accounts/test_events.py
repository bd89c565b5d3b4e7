"""What people do about events once they are signed in: send in, follow, take back, be reminded."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from contracts.permissions import GRANTABLE
from devstack.testing import TokenFactory
from devstack.testing.backends import RunningService, Services, migrated
from devstack.testing.shared import Embedded

from .conftest import Identity, Person, Town, settings_for, town_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUBMIT, OWN, REMINDERS = "/events/submit/", "/events/submissions/", "/events/alarms/"
DAY = (datetime.now(UTC) + timedelta(days=30)).date()
SENT = {
    "title": "PyCon <Somewhere>",
    "calendar": "main",
    "kind": "conference",
    "link": "https://somewhere.example/",
    "description": "Three days of **Python**.",
    "start_day": f"{DAY}",
    "end_day": f"{DAY + timedelta(days=2)}",
    "place": "Town hall",
    "country": "DE",
}


class Calendars:
    """The events service, as those who look after it use it."""

    def __init__(self, service: RunningService, token: TokenFactory) -> None:
        self.service = service
        self.headers = {
            "Authorization": f"Bearer {token('events', permissions=tuple(GRANTABLE))}",
            "If-Match": "*",
        }

    async def call(self, method: str, path: str, body: object = None) -> Any:
        async with httpx.AsyncClient(base_url=self.service.url, timeout=60) as client:
            answer = await client.request(method, path, headers=self.headers, json=body)
        assert answer.is_success, (method, path, answer.text)
        return answer.json()

    async def decide(self, number: int, decision: str, message: str) -> None:
        """Review a submission as the admin does."""
        path = f"/admin-api/submission/{number}"
        values = (await self.call("GET", path))["values"]
        await self.call("PUT", path, {**values, "decision": decision, "message": message})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def calendars(services: Services, issue_token: TokenFactory) -> Calendars:
    """The events service with one calendar."""
    found = Calendars(services.take("events", migrated), issue_token)
    await found.call("POST", "/calendars", {"name": "Main", "slug": "main"})
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    identity: Identity, calendars: Calendars, signing_key: str, embedded: Embedded
) -> AsyncIterator[Town]:
    """A gateway before accounts and events."""
    settings = settings_for(identity, signing_key, embedded.valkey_url)
    told = settings.model_copy(update={"events_url": calendars.service.url})
    async with town_of(identity, told) as found:
        yield found


async def send(person: Person, **changes: str) -> str:
    """Send an event in; returns the address at which its sender follows it."""
    to, filled = await person.fill(SUBMIT, **SENT, **changes)
    answer = await person.site.post(to, data=filled)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].endswith(f"{SUBMIT}thanks/")
    found = re.findall(rf'href="({OWN}\d+/)"', await person.text(OWN))
    # The newest is the first.
    assert found
    return str(found[0])


async def test_an_event_from_the_form_to_the_calendar(town: Town, calendars: Calendars) -> None:
    person, other = await town.citizen(), await town.citizen()
    path = await send(person)
    number = int(path.split("/")[-2])
    page = await person.text(path)
    assert "waiting for review" in page
    assert "PyCon &lt;Somewhere&gt;" in page
    assert f'value="{DAY + timedelta(days=2)}"' in page

    # It is nobody else's: not to be seen, changed or taken back, and in no calendar.
    assert (await other.get(path)).status_code == 404
    assert path not in await other.text(OWN)
    to, filled = await person.fill(path, "withdraw", action="withdraw")
    assert (await other.site.post(to, data=filled)).status_code in {403, 404}
    stranger = await town.stranger()
    assert "Somewhere" not in (await stranger.get("/events/")).text

    await calendars.decide(number, "ask", "Which hall?")
    page = await person.text(path)
    assert "question for you" in page
    assert "Which hall?" in page
    answer = await person.send(path, **SENT | {"place": "Great hall", "note": "The great one."})
    assert answer.status_code == 303, answer.text
    page = await person.text(path)
    assert "waiting for review" in page
    assert "Great hall" in page
    assert "The great one." in page

    # Nothing goes through that does not fit; what was typed stands.
    answer = await person.send(path, **SENT | {"link": "javascript:alert(1)", "place": "Tent"})
    assert answer.status_code == 422
    assert 'value="Tent"' in answer.text
    assert 'id="error-link"' in answer.text

    await calendars.decide(number, "approve", "See you there.")
    page = await person.text(path)
    assert "See it in the calendar" in page
    assert "Great hall" in page
    event = re.search(r'href="(/events/main/\d+/)"', page)
    assert event is not None
    shown = await stranger.get(event[1])
    assert shown.status_code == 200
    # The text of visitors is plain text.
    assert "Three days of **Python**." in shown.text
    # What is decided cannot be changed by its sender.
    answer = await person.site.post(to, data=filled)
    assert answer.status_code == 422
    assert (await stranger.get(event[1])).status_code == 200


async def test_what_is_taken_back_is_out_of_review(town: Town, calendars: Calendars) -> None:
    person = await town.citizen()
    path = await send(person)
    answer = await person.send(path, "withdraw")
    assert answer.status_code == 303
    page = await person.text(path)
    assert "You took it back." in page
    assert "withdrawn" in page
    async with httpx.AsyncClient(base_url=calendars.service.url, timeout=60) as client:
        form = f"/admin-api/submission/{path.split('/')[-2]}"
        values = (await client.get(form, headers=calendars.headers)).json()["values"]
        body = {**values, "decision": "approve", "message": ""}
        assert (await client.put(form, json=body, headers=calendars.headers)).status_code == 409


async def test_the_same_form_sent_twice_is_one_event(town: Town) -> None:
    person = await town.citizen()
    to, filled = await person.fill(SUBMIT, **SENT)
    for _ in range(2):
        assert (await person.site.post(to, data=filled)).status_code == 303
    assert len(set(re.findall(rf"{OWN}\d+/", await person.text(OWN)))) == 1


async def test_reminders_come_and_go(town: Town, calendars: Calendars) -> None:
    person = await town.citizen()
    sent = {
        "title": "Meetup", "calendar_id": 1, "all_day": True, "kind": "user-group",
        "start": f"{DAY}T00:00", "end": f"{DAY}T00:00",
    }  # fmt: skip
    event = (await calendars.call("POST", "/events", sent))["id"]
    path = f"{REMINDERS}?event={event}"
    answer = await person.send(path, "add", hours="24")
    assert answer.status_code == 303, answer.text
    page = await person.text(REMINDERS)
    assert person.email in page
    assert "Meetup" in page
    assert "A day before" in page
    # Others have their own.
    assert "Meetup" not in await (await town.citizen()).text(REMINDERS)
    assert (await person.send(REMINDERS, "remove")).status_code == 303
    assert "You are reminded of nothing" in await person.text(REMINDERS)


async def test_who_is_not_known_signs_in_first(town: Town) -> None:
    stranger = await town.stranger()
    for path in (SUBMIT, OWN, f"{OWN}1/", REMINDERS):
        answer = await stranger.get(path)
        assert answer.status_code in {302, 303}, path
        assert answer.headers["location"].startswith("/accounts/login/?next="), path


async def test_what_is_no_submission_is_not_found(town: Town) -> None:
    person = await town.citizen()
    for path in ("0", "x", str(10**30), "-1"):
        assert (await person.get(f"{OWN}{path}/")).status_code == 404, path
