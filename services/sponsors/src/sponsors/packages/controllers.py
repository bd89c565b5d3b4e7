"""Packages over HTTP: read by everybody, written by staff."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put

from contracts.base import Page
from contracts.sponsors.applications import RevenueShare
from contracts.sponsors.dto import Package
from contracts.sponsors.inputs import PackageInput
from servicekit import access
from servicekit.answers import Id, IfMatch, answer, answer_page, answer_versioned
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.problems import NotFound
from servicekit.responses import json_response
from sponsors.answers import YearFilter
from sponsors.packages import queries, services


class PackageController(Controller):
    """Levels with a price, for each year."""

    path = "/packages"
    tags = ("packages",)

    @get(operation_id="list_packages", opt=access.public())
    async def list_packages(
        self, read_session: Reading, window: InWindow, year: YearFilter = None
    ) -> Response[Page[Package]]:
        """List packages, the latest year first and in it in their order."""
        return answer_page(await queries.packages(read_session, window, year), window)

    @get("/{id:int}", operation_id="get_package", opt=access.public())
    async def get_package(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[Package]:
        """Read one package."""
        return answer_versioned(await queries.by_id(read_session, id), "package")

    @get(
        "/{id:int}/revenue",
        operation_id="get_package_revenue",
        opt=access.permission("sponsors.can_review_sponsorships"),
    )
    async def get_package_revenue(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[list[RevenueShare]]:
        """Tell how a package's value is spread over programs, the largest share first."""
        if await queries.by_id(read_session, id) is None:
            raise NotFound("There is no such package.")
        return answer(await queries.revenue(read_session, id))

    @post(operation_id="create_package", opt=access.permission("sponsors.add_sponsorshippackage"))
    async def create_package(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: PackageInput,
    ) -> Response[Package]:
        """Create a package."""

        async def make() -> Response[Any]:
            made = await services.create(write_session, data, principal)
            headers = {"Location": f"/packages/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_package",
        opt=access.permission("sponsors.change_sponsorshippackage"),
    )
    async def update_package(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: PackageInput,
        if_match: IfMatch = None,
    ) -> Response[Package]:
        """Replace a package."""
        made = await services.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_package",
        opt=access.permission("sponsors.delete_sponsorshippackage"),
    )
    async def delete_package(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a package of no sponsorship."""
        await services.delete(write_session, id, principal, if_match=if_match)
