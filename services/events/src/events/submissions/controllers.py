"""Submissions over HTTP: each is for who sent it in."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post, put

from contracts.base import Page
from contracts.events.dto import Submission, SubmissionSummary
from contracts.events.inputs import SubmissionInput
from events.submissions import models, queries, services
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class SubmissionController(Controller):
    """Events that the caller sent in."""

    path = "/submissions"
    tags = ("submissions",)
    opt = access.authenticated()

    @get(operation_id="list_submissions")
    async def list_submissions(
        self, read_session: Reading, principal: Caller, window: InWindow
    ) -> Response[Page[SubmissionSummary]]:
        """List what the caller sent in, newest first."""
        user = services.user_of(principal)
        return answer_page(await queries.of_user(read_session, user, window), window)

    @get("/{id:int}", operation_id="get_submission")
    async def get_submission(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Submission]:
        """Read one that the caller sent in."""
        own = models.Submission.creator_id == services.user_of(principal)
        row = await queries.whole(read_session, models.Submission.id == id, own)
        return answer_versioned(row, "submission")

    @post(operation_id="create_submission")
    async def create_submission(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: SubmissionInput,
    ) -> Response[Submission]:
        """Send an event in for review; both sides get a mail."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/submissions/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put("/{id:int}", operation_id="update_submission")
    async def update_submission(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: SubmissionInput,
        if_match: IfMatch = None,
    ) -> Response[Submission]:
        """Change one that was not decided about."""
        made = await services.edit(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post("/{id:int}/withdraw", operation_id="withdraw_submission", status_code=200)
    async def withdraw_submission(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Submission]:
        """Take one back that was not decided about."""
        made = await services.withdraw(write_session, id, principal)
        return json_response(made, etag=etag(made.version))
