"""Kinds of vouchers over HTTP: for staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.sponsors.assets import VoucherKind, VoucherKindInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.responses import json_response
from sponsors.vouchers import queries, services


class VoucherKindController(Controller):
    """Kinds of vouchers that a conference gives out."""

    path = "/voucher-kinds"
    tags = ("vouchers",)

    @get(operation_id="list_voucher_kinds", opt=access.permission("sponsors.view_voucherkind"))
    async def list_voucher_kinds(
        self, read_session: Reading, window: InWindow
    ) -> Response[Page[VoucherKind]]:
        """List kinds, the latest year first."""
        return answer_page(await queries.kinds(read_session, window), window)

    @get(
        "/{id:int}",
        operation_id="get_voucher_kind",
        opt=access.permission("sponsors.view_voucherkind"),
    )
    async def get_voucher_kind(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[VoucherKind]:
        """Read one kind."""
        return answer_versioned(await queries.kind(read_session, id), "kind of voucher")

    @post(operation_id="create_voucher_kind", opt=access.permission("sponsors.add_voucherkind"))
    async def create_voucher_kind(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: VoucherKindInput,
    ) -> Response[VoucherKind]:
        """Create a kind."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/voucher-kinds/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_voucher_kind",
        opt=access.permission("sponsors.change_voucherkind"),
    )
    async def update_voucher_kind(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: VoucherKindInput,
        if_match: IfMatch = None,
    ) -> Response[VoucherKind]:
        """Replace a kind."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_voucher_kind",
        opt=access.permission("sponsors.delete_voucherkind"),
    )
    async def delete_voucher_kind(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a kind."""
        await services.delete(write_session, id, principal, if_match=if_match)
