"""Templates and notices over HTTP: for staff."""

from __future__ import annotations

from typing import Any, Final

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.sponsors.notices import (
    Notice,
    NoticeInput,
    NoticePreview,
    NoticeTemplate,
    NoticeTemplateInput,
)
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response
from sponsors.notices import queries, services

SEND: Final = "sponsors.can_send_notices"


class NoticeTemplateController(Controller):
    """Mails that staff send again and again."""

    path = "/notice-templates"
    tags = ("notices",)

    @get(
        operation_id="list_notice_templates", opt=access.permission("sponsors.view_noticetemplate")
    )
    async def list_templates(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[NoticeTemplate]]:
        """List templates by name."""
        return answer_page(await queries.templates(read_session, window), window)

    @get(
        "/{id:int}",
        operation_id="get_notice_template",
        opt=access.permission("sponsors.view_noticetemplate"),
    )
    async def get_template(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[NoticeTemplate]:
        """Read one template."""
        return answer_versioned(await queries.template(read_session, id), "template")

    @post(
        operation_id="create_notice_template", opt=access.permission("sponsors.add_noticetemplate")
    )
    async def create_template(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: NoticeTemplateInput,
    ) -> Response[NoticeTemplate]:
        """Create a template."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/notice-templates/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_notice_template",
        opt=access.permission("sponsors.change_noticetemplate"),
    )
    async def update_template(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: NoticeTemplateInput,
        if_match: IfMatch = None,
    ) -> Response[NoticeTemplate]:
        """Replace a template."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_notice_template",
        opt=access.permission("sponsors.delete_noticetemplate"),
    )
    async def delete_template(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a template."""
        await services.delete(write_session, id, principal, if_match=if_match)


class NoticeController(Controller):
    """Mails to many sponsors."""

    path = "/notices"
    tags = ("notices",)
    opt = access.permission(SEND)

    @get(operation_id="list_notices")
    async def list_notices(self, read_session: Reading, window: InWindow) -> Response[Page[Notice]]:
        """List what was sent, the latest first."""
        return answer_page(await queries.notices(read_session, window), window)

    @post("/preview", operation_id="preview_notice", status_code=200)
    async def preview(self, read_session: Reading, data: NoticeInput) -> Response[NoticePreview]:
        """Show what would be sent, and to whom; nothing is sent."""
        return json_response(await services.preview(read_session, data))

    @post(operation_id="send_notice")
    async def send(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: NoticeInput,
    ) -> Response[Notice]:
        """Send a mail to chosen contacts of each sponsorship."""

        async def make() -> Response[Any]:
            return json_response(await services.send(write_session, data, principal), status=201)

        return await once(request, write_session, principal, make)
