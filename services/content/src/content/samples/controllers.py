"""Code samples over HTTP: published ones are read by everybody, all of them by staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from content.samples import queries, services
from contracts.base import Page
from contracts.content.samples import CodeSample, CodeSampleInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response


class CodeSampleController(Controller):
    """Short sessions at the prompt."""

    path = "/code-samples"
    tags = ("code samples",)

    @get(operation_id="list_code_samples", opt=access.public())
    async def list_code_samples(
        self, read_session: Reading, principal: Caller, window: InWindow
    ) -> Response[Page[CodeSample]]:
        """List samples in their order; drafts with `content.view_codesample`."""
        drafts = principal.may(queries.VIEW_DRAFTS)
        return answer_page(await queries.samples(read_session, window, drafts=drafts), window)

    @get("/{id:int}", operation_id="get_code_sample", opt=access.public())
    async def get_code_sample(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[CodeSample]:
        """Read one sample; a draft with `content.view_codesample`."""
        drafts = principal.may(queries.VIEW_DRAFTS)
        return answer_versioned(
            await queries.sample(read_session, id, drafts=drafts), "code sample"
        )

    @post(operation_id="create_code_sample", opt=access.permission("content.add_codesample"))
    async def create_code_sample(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: CodeSampleInput,
    ) -> Response[CodeSample]:
        """Create a sample. Its code must be a session at the prompt."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/code-samples/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_code_sample",
        opt=access.permission("content.change_codesample"),
    )
    async def update_code_sample(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: CodeSampleInput,
        if_match: IfMatch = None,
    ) -> Response[CodeSample]:
        """Replace a sample."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_code_sample",
        opt=access.permission("content.delete_codesample"),
    )
    async def delete_code_sample(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a sample."""
        await services.delete(write_session, id, principal, if_match=if_match)
