"""Minutes over HTTP: what is published is read by everybody, drafts by staff."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import PathParameter, QueryParameter

from content.minutes import queries, services
from contracts.base import Page
from contracts.content.minutes import Minutes, MinutesInput, MinutesSummary, MinutesYear
from servicekit import access
from servicekit.access import Principal
from servicekit.answers import Id, IfMatch, answer, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.problems import NotFound
from servicekit.responses import json_response

YearFilter = Annotated[int | None, QueryParameter(ge=1990, le=2100, description="Of this year")]
PublishedFilter = Annotated[
    bool | None, QueryParameter(description="False: drafts, for those who may see them")
]


def _drafts(caller: Principal) -> bool:
    return caller.may(queries.VIEW_DRAFTS)


class MinutesController(Controller):
    """Minutes of meetings of the board."""

    path = "/minutes"
    tags = ("minutes",)

    @get(operation_id="list_minutes", opt=access.public())
    async def list_minutes(
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        year: YearFilter = None,
        is_published: PublishedFilter = None,
    ) -> Response[Page[MinutesSummary]]:
        """List minutes without texts, newest first; drafts with `content.view_minutes`."""
        found = await queries.minutes(
            read_session,
            window,
            drafts=_drafts(principal),
            year=year,
            is_published=is_published,
        )
        return answer_page(found, window)

    @get("/texts", operation_id="list_minutes_with_texts", opt=access.public())
    async def texts(
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        year: YearFilter = None,
    ) -> Response[Page[Minutes]]:
        """List minutes with texts, newest first; drafts with `content.view_minutes`."""
        found = await queries.minutes(
            read_session, window, drafts=_drafts(principal), year=year, text=True
        )
        return answer_page(found, window)

    @get("/years", operation_id="list_minutes_years", opt=access.public())
    async def years(self, read_session: Reading, principal: Caller) -> Response[list[MinutesYear]]:
        """List the years that have minutes, newest first."""
        return answer(await queries.years(read_session, drafts=_drafts(principal)))

    @get("/on/{day:str}", operation_id="list_minutes_of_day", opt=access.public())
    async def on_day(
        self,
        read_session: Reading,
        principal: Caller,
        day: Annotated[str, PathParameter(max_length=10, description="2024-05-01")],
    ) -> Response[list[Minutes]]:
        """List the minutes of a day with texts; drafts last, with `content.view_minutes`."""
        try:
            wanted = date.fromisoformat(day)
        except ValueError as error:
            raise NotFound("There is no such day.") from error
        return answer(await queries.on_day(read_session, wanted, drafts=_drafts(principal)))

    @get("/{id:int}", operation_id="get_minutes", opt=access.public())
    async def get_minutes(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Minutes]:
        """Read minutes; a draft with `content.view_minutes`."""
        found = await queries.one(read_session, id, drafts=_drafts(principal))
        if found is None:
            raise NotFound("There are no such minutes.")
        return answer_versioned(found, "minutes")

    @post(operation_id="create_minutes", opt=access.permission("content.add_minutes"))
    async def create_minutes(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: MinutesInput,
    ) -> Response[Minutes]:
        """Create minutes."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/minutes/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}", operation_id="update_minutes", opt=access.permission("content.change_minutes")
    )
    async def update_minutes(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: MinutesInput,
        if_match: IfMatch = None,
    ) -> Response[Minutes]:
        """Replace minutes. On another day they get another number."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}", operation_id="delete_minutes", opt=access.permission("content.delete_minutes")
    )
    async def delete_minutes(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete minutes."""
        await services.delete(write_session, id, principal, if_match=if_match)
