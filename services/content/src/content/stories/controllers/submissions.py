"""Stories that people send in, over HTTP: each is for who sent it."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post, put

from content.stories import models, queries, submissions
from contracts.base import Page
from contracts.content.stories import (
    StorySubmission,
    StorySubmissionInput,
    StorySubmissionSummary,
)
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class StorySubmissionController(Controller):
    """Stories that the caller sent in."""

    path = "/story-submissions"
    tags = ("stories",)
    opt = access.authenticated()

    @get(operation_id="list_story_submissions")
    async def list_story_submissions(
        self, read_session: Reading, principal: Caller, window: InWindow
    ) -> Response[Page[StorySubmissionSummary]]:
        """List what the caller sent in, newest first."""
        user = submissions.user_of(principal)
        return answer_page(await queries.of_user(read_session, user, window), window)

    @get("/{id:int}", operation_id="get_story_submission")
    async def get_story_submission(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[StorySubmission]:
        """Read one that the caller sent in."""
        own = models.Story.submitted_by == submissions.user_of(principal)
        row = await queries.submission(read_session, models.Story.id == id, own)
        return answer_versioned(row, "story")

    @post(operation_id="create_story_submission")
    async def create_story_submission(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: StorySubmissionInput,
    ) -> Response[StorySubmission]:
        """Send a story in for review; both sides get a mail."""

        async def make() -> Response[Any]:
            made = await submissions.create(write_session, data, principal)
            headers = {"Location": f"/story-submissions/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put("/{id:int}", operation_id="update_story_submission")
    async def update_story_submission(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: StorySubmissionInput,
        if_match: IfMatch = None,
    ) -> Response[StorySubmission]:
        """Change one that was not decided about."""
        made = await submissions.edit(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @post("/{id:int}/withdraw", operation_id="withdraw_story_submission", status_code=200)
    async def withdraw_story_submission(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[StorySubmission]:
        """Take one back that was not decided about."""
        made = await submissions.withdraw(write_session, id, principal)
        return json_response(made, etag=etag(made.version))
