"""The events service, as the gateway sees it (routes: docs/events-api.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

from contracts.base import Page
from contracts.events import dto
from gateway.backends.client import Call, once

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from contracts.events import inputs
    from gateway.backends.client import BackendClient, Query

CALENDAR_TYPE = "text/calendar"

_CALENDARS = TypeAdapter(Page[dto.CalendarSummary])
_CALENDAR = TypeAdapter(dto.CalendarDetail)
_CATEGORIES = TypeAdapter(Page[dto.Category])
_CATEGORY = TypeAdapter(dto.Category)
_LOCATIONS = TypeAdapter(Page[dto.Location])
_LOCATION = TypeAdapter(dto.Location)
_OCCURRENCES = TypeAdapter(dto.Occurrences)
_AROUND = TypeAdapter(dto.Around)
_DAYS = TypeAdapter(dto.Days)
_PLACES = TypeAdapter(dto.Places)
_SUMMARIES = TypeAdapter(Page[dto.EventSummary])
_EVENT = TypeAdapter(dto.EventDetail)
_BESIDE = TypeAdapter(dto.EventAround)
_SUBMISSION = TypeAdapter(dto.Submission)
_SUBMISSIONS = TypeAdapter(Page[dto.SubmissionSummary])
_ALARM = TypeAdapter(dto.Alarm)
_ALARMS = TypeAdapter(Page[dto.Alarm])
_BYTES = TypeAdapter(bytes)
_ANY: TypeAdapter[Any] = TypeAdapter(Any)

#: The most rows that the service gives of a list in one answer.
WINDOW = 1000


class Events:
    """Reads of the events service. Every method raises `BackendError` where it has no answer.

    A thing that does not exist is None, not an error.
    """

    def __init__(self, client: BackendClient) -> None:
        self.client = client

    async def calendars(self) -> list[dto.CalendarSummary]:
        """Return all calendars in their order, each with what comes next."""
        return (await self.client.get("/calendars", _CALENDARS, {"limit": WINDOW})).items

    async def calendar(self, slug: str) -> dto.CalendarDetail | None:
        """Return one calendar with its categories and locations."""
        return await self.client.find(f"/calendars/{_name(slug)}", _CALENDAR)

    async def categories(self, calendar: str) -> list[dto.Category]:
        """Return the categories of a calendar, with those of all calendars."""
        query: dict[str, Query] = {"calendar": calendar, "limit": WINDOW}
        return (await self.client.get("/categories", _CATEGORIES, query)).items

    async def category(self, slug: str) -> dto.Category | None:
        """Return one category."""
        return await self.client.find(f"/categories/{_name(slug)}", _CATEGORY)

    async def locations(self, calendar: str, limit: int, offset: int) -> Page[dto.Location]:
        """Return one window of the locations of a calendar, with those of all calendars."""
        query: dict[str, Query] = {"calendar": calendar, "limit": limit, "offset": offset}
        return await self.client.get("/locations", _LOCATIONS, query)

    async def location(self, number: int) -> dto.Location | None:
        """Return one location."""
        return await self.client.find(f"/locations/{number}", _LOCATION)

    async def occurrences(self, **query: Query) -> dto.Occurrences:
        """Return one window of what takes place; `query` as in GET /occurrences."""
        return await self.client.get("/occurrences", _OCCURRENCES, query)

    async def around(self, **query: Query) -> dto.Around:
        """Return what is on, what comes and what was missed."""
        return await self.client.get("/occurrences/around", _AROUND, query)

    async def days(self, **query: Query) -> dto.Days:
        """Return what takes place on each of some days."""
        return await self.client.get("/occurrences/days", _DAYS, query)

    async def places(self, **query: Query) -> dto.Places:
        """Return where events take place within the next months."""
        return await self.client.get("/places", _PLACES, query)

    async def event(self, number: int) -> dto.EventDetail | None:
        """Return one event."""
        return await self.client.find(f"/events/{number}", _EVENT)

    async def beside(self, number: int) -> dto.EventAround | None:
        """Return the times of an event, and what there is beside it."""
        return await self.client.find(f"/events/{number}/around", _BESIDE)

    async def all_events(self, most: int) -> AsyncIterator[dto.EventSummary]:
        """Yield events by id, at most so many."""
        last = count = 0
        while count < most:
            query: dict[str, Query] = {"id__gt": last or None, "limit": min(WINDOW, most - count)}
            found = (await self.client.get("/events", _SUMMARIES, query)).items
            for one in found:
                yield one
            if not found:
                return
            last, count = found[-1].id, count + len(found)

    async def ical(self, kind: str, key: str | int) -> bytes | None:
        """Return the iCalendar file of one of `calendars`, `categories`, `locations`, `events`."""
        path = f"/ical/{kind}/{_name(str(key))}"
        return await self.client.find(path, _BYTES, media=CALENDAR_TYPE)


class OwnEvents:
    """What one signed-in user sent in, and is reminded of.

    Args:
        client: Of the events service.
        token: Speaks for the user.
    """

    def __init__(self, client: BackendClient, token: str) -> None:
        self._client = client
        self._token = token

    async def submissions(self, limit: int, offset: int) -> Page[dto.SubmissionSummary]:
        """Return one window of the submissions, newest first."""
        query: dict[str, Query] = {"limit": limit, "offset": offset}
        return await self._client.get("/submissions", _SUBMISSIONS, query, token=self._token)

    async def submission(self, number: int) -> dto.Submission | None:
        """Return one submission, None where there is none of this user."""
        return await self._client.find(f"/submissions/{number}", _SUBMISSION, token=self._token)

    async def submit(self, sent: inputs.SubmissionInput, key: str) -> dto.Submission:
        """Send an event in; a second time with the same key it is the first one again."""
        return await self._send("POST", "/submissions", _SUBMISSION, sent, once(key))

    async def edit(self, number: int, sent: inputs.SubmissionInput, version: int) -> dto.Submission:
        """Replace a submission of which `version` was shown."""
        headers = {"If-Match": f'"{version}"'}
        return await self._send("PUT", f"/submissions/{number}", _SUBMISSION, sent, headers)

    async def withdraw(self, number: int) -> dto.Submission:
        """Take a submission back."""
        return await self._send("POST", f"/submissions/{number}/withdraw", _SUBMISSION)

    async def alarms(self) -> list[dto.Alarm]:
        """Return what the user is reminded of."""
        query: dict[str, Query] = {"limit": WINDOW}
        return (await self._client.get("/alarms", _ALARMS, query, token=self._token)).items

    async def remind(self, sent: inputs.AlarmInput) -> dto.Alarm:
        """Have the user reminded of an event."""
        return await self._send("POST", "/alarms", _ALARM, sent)

    async def forget(self, number: int) -> None:
        """Have the user reminded no longer."""
        await self._send("DELETE", f"/alarms/{number}", _ANY)

    async def _send[T](
        self,
        method: str,
        path: str,
        kind: TypeAdapter[T],
        sent: BaseModel | None = None,
        headers: dict[str, str] | None = None,
    ) -> T:
        body = None if sent is None else sent.model_dump_json().encode()
        call = Call(method, path, body=body, token=self._token, headers=headers or {})
        return await self._client.send(call, kind)


def _name(text: str) -> str:
    return quote(text, safe="")
