"""The review desk over HTTP: for those who may moderate jobs."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.jobs.inputs import ClaimInput, CommentInput, DecisionInput, ReviewedJobInput
from contracts.jobs.review import ReviewItem, ReviewJob
from jobs.answers import InState
from jobs.jobs import moving
from jobs.review import queries, services
from jobs.review.queries import DeskFilter
from servicekit import access
from servicekit.answers import Id, IfMatch, TextFilter, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class ReviewController(Controller):
    """What waits for review, and what is moderated."""

    path = "/review"
    tags = ("review",)
    opt = access.permission(services.REVIEW)

    @get("/queue", operation_id="list_queue")
    async def list_queue(
        self, read_session: Reading, principal: Caller, window: InWindow
    ) -> Response[Page[ReviewItem]]:
        """List what waits for review, oldest first."""
        user = moving.user_of(principal)
        return answer_page(await queries.queue(read_session, user, window), window)

    @get("/jobs", operation_id="list_desk")
    async def list_desk(  # noqa: PLR0913 - the parameters of a query
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        *,
        in_state: InState = None,
        q: TextFilter = None,
        category: TextFilter = None,
        reported: bool | None = None,
    ) -> Response[Page[ReviewItem]]:
        """List what does not wait and is no draft, what changed last first."""
        found = DeskFilter(state=in_state, q=q, category=category, reported=reported)
        user = moving.user_of(principal)
        return answer_page(await queries.desk(read_session, user, window, found), window)

    @get("/jobs/{id:int}", operation_id="get_review_job")
    async def get_review_job(
        self,
        request: Request[Any, Any, Any],
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[ReviewJob]:
        """Read a job of any state with all there is to know of it."""
        told = request.app.state.runtime.settings
        row = await queries.whole(read_session, told, principal.user_id, id)
        return answer_versioned(row, "job")

    @put("/jobs/{id:int}", operation_id="update_review_job")
    async def update_review_job(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ReviewedJobInput,
        if_match: IfMatch = None,
    ) -> Response[ReviewJob]:
        """Put something right."""
        made = await services.edit(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post("/jobs/{id:int}/claim", operation_id="claim_job", status_code=200)
    async def claim(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ClaimInput,
    ) -> Response[ReviewJob]:
        """Look at a job, so that no other reviewer decides about it meanwhile."""
        made = await services.claim(write_session, id, data, principal)
        return json_response(made, etag=etag(made.version))

    @delete("/jobs/{id:int}/claim", operation_id="release_job")
    async def release(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> None:
        """Look at a job no longer."""
        await services.release(write_session, id, principal)

    @post("/jobs/{id:int}/decide", operation_id="decide_job", status_code=200)
    async def decide(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: DecisionInput,
        if_match: IfMatch = None,
    ) -> Response[ReviewJob]:
        """Decide about a job; its poster and the board are told."""
        made = await services.decide(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post("/jobs/{id:int}/comments", operation_id="comment_job", status_code=200)
    async def comment(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: CommentInput,
    ) -> Response[ReviewJob]:
        """Say something to the poster."""
        made = await services.comment(write_session, id, data, principal)
        return json_response(made, etag=etag(made.version))

    @post("/jobs/{id:int}/dismiss", operation_id="dismiss_reports", status_code=200)
    async def dismiss(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[ReviewJob]:
        """Close the reports of a job that stays as it is."""
        made = await services.dismiss(write_session, id, principal)
        return json_response(made, etag=etag(made.version))
