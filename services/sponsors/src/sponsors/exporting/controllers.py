"""Exports over HTTP: for staff."""

from __future__ import annotations

from typing import Any, Final

from litestar import Controller, Request, Response, get, post

from contracts.sponsors.assets import AssetExport, AssetExportInput
from servicekit import access
from servicekit.answers import Id
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.idempotency import once
from servicekit.responses import json_response
from sponsors.exporting import services

VIEW: Final = "sponsors.view_asset"


class ExportController(Controller):
    """ZIPs of assets."""

    path = "/asset-exports"
    tags = ("assets",)
    opt = access.permission(VIEW)

    @post(operation_id="create_asset_export")
    async def create(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: AssetExportInput,
    ) -> Response[AssetExport]:
        """Begin a ZIP of assets; it is made in the background."""

        async def make() -> Response[Any]:
            made = await services.begin(write_session, data, principal)
            headers = {"Location": f"/asset-exports/{made.id}"}
            return json_response(made, status=201, headers=headers)

        return await once(request, write_session, principal, make)

    @get("/{id:int}", operation_id="get_asset_export")
    async def get_export(
        self,
        request: Request[Any, Any, Any],
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[AssetExport]:
        """Read how far a ZIP is, with its link once it is there."""
        told = request.app.state.runtime.settings
        return json_response(await services.state(read_session, told, id))
