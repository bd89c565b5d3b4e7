"""Alarms over HTTP: each is for who wants it."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post

from contracts.base import Page
from contracts.events.dto import Alarm
from contracts.events.inputs import AlarmInput
from events.alarms import queries, services
from servicekit import access
from servicekit.answers import Id, IdFilter, answer_page
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class AlarmController(Controller):
    """Mails that the caller wants before each time of an event."""

    path = "/alarms"
    tags = ("alarms",)
    opt = access.authenticated()

    @get(operation_id="list_alarms")
    async def list_alarms(
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        event: IdFilter = None,
    ) -> Response[Page[Alarm]]:
        """List the caller's alarms, newest first."""
        user = services.user_of(principal)
        found = await queries.of_user(read_session, user, window, event=event)
        return answer_page(found, window)

    @post(operation_id="create_alarm")
    async def create_alarm(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: AlarmInput,
    ) -> Response[Alarm]:
        """Have a mail sent to the caller before each time of an event."""

        async def make() -> Response[Any]:
            return json_response(await services.create(write_session, data, principal))

        return await once(request, write_session, principal, make)

    @delete("/{id:int}", operation_id="delete_alarm")
    async def delete_alarm(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> None:
        """Take one of the caller's alarms away."""
        await services.delete_own(write_session, id, principal)
