"""Benefits over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.sponsors.dto import Benefit, BenefitRecord
from contracts.sponsors.inputs import BenefitInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response
from sponsors.answers import YearFilter
from sponsors.benefits import queries, services


class BenefitController(Controller):
    """What can be chosen."""

    path = "/benefits"
    tags = ("benefits",)

    @get(operation_id="list_benefits", opt=access.public())
    async def list_benefits(
        self, read_session: Reading, window: InWindow, year: YearFilter = None
    ) -> Response[Page[Benefit]]:
        """List benefits, the latest year first and in it in their order."""
        return answer_page(await queries.benefits(read_session, window, year), window)

    @get("/{id:int}", operation_id="get_benefit", opt=access.public())
    async def get_benefit(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Benefit]:
        """Read one benefit."""
        return answer_versioned(await queries.by_id(read_session, id), "benefit")

    @post(operation_id="create_benefit", opt=access.permission("sponsors.add_sponsorshipbenefit"))
    async def create_benefit(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: BenefitInput,
    ) -> Response[BenefitRecord]:
        """Create a benefit."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/benefits/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_benefit",
        opt=access.permission("sponsors.change_sponsorshipbenefit"),
    )
    async def update_benefit(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: BenefitInput,
        if_match: IfMatch = None,
    ) -> Response[BenefitRecord]:
        """Replace a benefit."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_benefit",
        opt=access.permission("sponsors.delete_sponsorshipbenefit"),
    )
    async def delete_benefit(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a benefit; copies that sponsorships have stay."""
        await services.delete(write_session, id, principal, if_match=if_match)
