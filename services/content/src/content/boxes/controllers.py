"""Boxes over HTTP: read by everybody, written by editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.params import QueryParameter

from content.boxes import queries, services
from contracts.base import Page
from contracts.content.boxes import Box, BoxInput
from servicekit import access
from servicekit.answers import Id, IfMatch, TextFilter, answer, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response

Order = Annotated[
    Literal["label", "-label", "updated", "-updated", "id", "-id"],
    QueryParameter(description="A minus in front: descending"),
]
Labels = Annotated[
    list[str],
    QueryParameter(
        max_items=50, description="Any of these; the parameter is repeated", required=True
    ),
]


class BoxController(Controller):
    """Short texts that pages place somewhere."""

    path = "/boxes"
    tags = ("boxes",)

    @get(operation_id="list_boxes", opt=access.public())
    async def list_boxes(
        self,
        read_session: Reading,
        window: InWindow,
        label: TextFilter = None,
        order: Order = "label",
    ) -> Response[Page[Box]]:
        """List boxes."""
        return answer_page(
            await queries.boxes(read_session, window, label=label, order=order), window
        )

    @get("/by-label", operation_id="get_boxes_by_label", opt=access.public())
    async def boxes_by_label(self, read_session: Reading, label: Labels) -> Response[list[Box]]:
        """Read the boxes of some labels at once; a label without a box is left out."""
        return answer(await queries.labelled(read_session, label))

    @get("/{id:int}", operation_id="get_box", opt=access.public())
    async def get_box(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Box]:
        """Read one box."""
        return answer_versioned(await queries.box(read_session, id), "box")

    @post(operation_id="create_box", opt=access.permission("content.add_box"))
    async def create_box(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: BoxInput,
    ) -> Response[Box]:
        """Create a box."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/boxes/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put("/{id:int}", operation_id="update_box", opt=access.permission("content.change_box"))
    async def update_box(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: BoxInput,
        if_match: IfMatch = None,
    ) -> Response[Box]:
        """Replace a box."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete("/{id:int}", operation_id="delete_box", opt=access.permission("content.delete_box"))
    async def delete_box(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a box."""
        await services.delete(write_session, id, principal, if_match=if_match)
