"""Canned replies over HTTP: read by reviewers, written by staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.jobs.inputs import CannedReplyInput
from contracts.jobs.review import CannedReply
from jobs.replies import queries, services
from jobs.review.services import REVIEW
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class ReplyController(Controller):
    """Texts that reviewers need again and again."""

    tags = ("replies",)

    @get("/review/replies", operation_id="list_replies", opt=access.permission(REVIEW))
    async def list_replies(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[CannedReply]]:
        """List active replies, in their order."""
        return answer_page(await queries.offered(read_session, window), window)

    @post("/replies", operation_id="create_reply", opt=access.permission("jobs.add_cannedreply"))
    async def create_reply(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: CannedReplyInput,
    ) -> Response[CannedReply]:
        """Create a reply."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/replies/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/replies/{id:int}",
        operation_id="update_reply",
        opt=access.permission("jobs.change_cannedreply"),
    )
    async def update_reply(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: CannedReplyInput,
        if_match: IfMatch = None,
    ) -> Response[CannedReply]:
        """Replace a reply."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/replies/{id:int}",
        operation_id="delete_reply",
        opt=access.permission("jobs.delete_cannedreply"),
    )
    async def delete_reply(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a reply."""
        await services.delete(write_session, id, principal, if_match=if_match)
