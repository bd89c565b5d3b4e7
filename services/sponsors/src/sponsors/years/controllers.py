"""The current year over HTTP, and copying a year into a later one."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post, put

from contracts.sponsors.dto import Cloned, CurrentYear
from contracts.sponsors.inputs import CloneInput, CurrentYearInput
from servicekit import access
from servicekit.answers import IfMatch, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.responses import json_response
from sponsors.years import cloning, queries, services
from sponsors.years.models import ONLY

_CHANGE = access.permission("sponsors.change_sponsorshipcurrentyear")


class YearController(Controller):
    """The year whose packages can be chosen."""

    tags = ("years",)

    @get("/current-year", operation_id="get_current_year", opt=access.public())
    async def get_current_year(self, read_session: Reading) -> Response[CurrentYear]:
        """Read it; 404 until somebody set it, when that of the calendar counts."""
        return answer_versioned(await queries.state(read_session), "year")

    @put("/current-year", operation_id="update_current_year", opt=_CHANGE)
    async def update_current_year(
        self,
        write_session: Writing,
        principal: Caller,
        data: CurrentYearInput,
        if_match: IfMatch = None,
    ) -> Response[CurrentYear]:
        """Set it."""
        made = await services.update(write_session, ONLY, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post("/years/clone", operation_id="clone_year", opt=_CHANGE)
    async def clone_year(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: CloneInput,
    ) -> Response[Cloned]:
        """Copy packages and benefits of a year into a later one."""

        async def make() -> Response[Any]:
            return json_response(await cloning.clone(write_session, data, principal))

        return await once(request, write_session, principal, make)
