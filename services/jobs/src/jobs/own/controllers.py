"""Jobs over HTTP for whoever posted them."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post, put

from contracts.base import Page
from contracts.jobs.inputs import CommentInput, JobInput, SignedInput
from contracts.jobs.review import Move, OwnJob, OwnSummary, Side
from jobs.answers import InState
from jobs.jobs import moving
from jobs.jobs.models import Job
from jobs.own import queries, services
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class OwnController(Controller):
    """Jobs that the caller posted, of any state."""

    path = "/own/jobs"
    tags = ("own",)
    opt = access.authenticated()

    @get(operation_id="list_own_jobs")
    async def list_own_jobs(
        self,
        request: Request[Any, Any, Any],
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        in_state: InState = None,
    ) -> Response[Page[OwnSummary]]:
        """List what the caller posted, newest first."""
        user = moving.user_of(principal)
        told = request.app.state.runtime.settings
        found = await queries.of_user(read_session, told, user, window, in_state)
        return answer_page(found, window)

    @get("/{id:int}", operation_id="get_own_job")
    async def get_own_job(
        self,
        request: Request[Any, Any, Any],
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[OwnJob]:
        """Read one that the caller posted."""
        own = Job.creator_id == moving.user_of(principal)
        told = request.app.state.runtime.settings
        row = await queries.whole(read_session, told, Side.POSTER, Job.id == id, own)
        return answer_versioned(row, "job")

    @post(operation_id="create_own_job")
    async def create_own_job(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: JobInput,
    ) -> Response[OwnJob]:
        """Make a draft, for its poster's eyes alone."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/own/jobs/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put("/{id:int}", operation_id="update_own_job")
    async def update_own_job(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: JobInput,
        if_match: IfMatch = None,
    ) -> Response[OwnJob]:
        """Change a draft, what waits, or what was rejected."""
        made = await services.edit(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post("/{id:int}/submit", operation_id="submit_own_job", status_code=200)
    async def submit(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: SignedInput,
        if_match: IfMatch = None,
    ) -> Response[OwnJob]:
        """Send a draft to review, or again what was rejected."""
        made = await services.act(
            write_session, id, Move.SUBMIT, data, principal, if_match=if_match
        )
        return json_response(made, etag=etag(made.version))

    @post("/{id:int}/withdraw", operation_id="withdraw_own_job", status_code=200)
    async def withdraw(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: SignedInput,
        if_match: IfMatch = None,
    ) -> Response[OwnJob]:
        """Take a job back, for good."""
        made = await services.act(
            write_session, id, Move.WITHDRAW, data, principal, if_match=if_match
        )
        return json_response(made, etag=etag(made.version))

    @post("/{id:int}/extend", operation_id="extend_own_job", status_code=200)
    async def extend(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: SignedInput,
        if_match: IfMatch = None,
    ) -> Response[OwnJob]:
        """Have a job shown for longer that soon ends, or ended a little ago."""
        made = await services.act(
            write_session, id, Move.EXTEND, data, principal, if_match=if_match
        )
        return json_response(made, etag=etag(made.version))

    @post("/{id:int}/comments", operation_id="comment_own_job", status_code=200)
    async def comment(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: CommentInput,
    ) -> Response[OwnJob]:
        """Say something to the reviewers."""
        made = await services.comment(write_session, id, data, principal)
        return json_response(made, etag=etag(made.version))
