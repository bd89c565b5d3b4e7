"""One's own membership over HTTP."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.identity.memberships import Membership, MembershipFields, MembershipInput
from identity.memberships import queries, services
from identity.services.common import user_of
from servicekit import access
from servicekit.answers import IfMatch, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.responses import json_response


class MembershipController(Controller):
    """The membership of the caller."""

    path = "/own/membership"
    tags = ("memberships",)
    opt = access.authenticated()

    @get(operation_id="get_own_membership")
    async def get_membership(
        self, read_session: Reading, principal: Caller
    ) -> Response[Membership]:
        """Read the caller's membership."""
        row = await queries.of_user(read_session, user_of(principal))
        return answer_versioned(row, "membership")

    @post(operation_id="begin_membership")
    async def begin_membership(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: MembershipInput,
    ) -> Response[Membership]:
        """Become a Basic member."""

        async def make() -> Response[Any]:
            made = await services.begin(write_session, data, principal)
            headers = {"Location": "/own/membership"}
            return json_response(made, status=201, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(operation_id="edit_own_membership")
    async def edit_membership(
        self,
        write_session: Writing,
        principal: Caller,
        data: MembershipFields,
        if_match: IfMatch = None,
    ) -> Response[Membership]:
        """Replace what the caller tells of themselves."""
        made = await services.edit(write_session, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(operation_id="end_own_membership")
    async def end_membership(self, write_session: Writing, principal: Caller) -> None:
        """End the caller's membership."""
        await services.leave(write_session, principal)

    @post("/affirmations", operation_id="affirm_vote", status_code=200)
    async def affirm(self, write_session: Writing, principal: Caller) -> Response[Membership]:
        """Note that the caller wants to vote this year."""
        made = await services.affirm(write_session, principal)
        return json_response(made, etag=etag(made.version))


ROUTES = (MembershipController,)
