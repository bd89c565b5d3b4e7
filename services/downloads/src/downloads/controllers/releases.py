"""Releases: lists, the latest ones, one by id or slug, and writing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from contracts.base import Page
from contracts.downloads.dto import (
    LatestReleases,
    Major,
    ReleaseInput,
    ReleaseSummary,
)
from contracts.downloads.dto import (
    Release as ReleaseDTO,
)
from downloads import queries
from downloads.filters import ReleaseFilter
from downloads.models import Release
from downloads.services import releases
from downloads.services.common import sees_drafts
from servicekit import access
from servicekit.answers import (
    DigitsFilter,
    Id,
    IdFilter,
    IdsFilter,
    IfMatch,
    TextFilter,
    answer,
    answer_page,
    answer_versioned,
    known_ids,
)
from servicekit.dependencies import Caller, Reading, Writing
from servicekit.etag import etag
from servicekit.idempotency import once
from servicekit.pagination import InWindow
from servicekit.problems import Invalid
from servicekit.responses import json_response

_SERIES: Final = re.compile(r"python(3\.(?:0|[1-9][0-9]{0,2}))")
_MAJORS: Final = {
    "python3": Major.PYTHON3,
    "python2": Major.PYTHON2,
    "pymanager": Major.PYMANAGER,
}

_Orders = Literal[
    "release_date", "-release_date", "name", "-name", "version", "-version", "id", "-id"
]
Order = Annotated[
    _Orders,
    QueryParameter(
        description="A minus in front: descending. `version` compares parsed versions; names that "
        "hold none come first"
    ),
]


async def release_filter(  # noqa: PLR0913 - the parameters of a query
    request: Request[Any, Any, Any],
    *,
    id__in: IdsFilter = None,
    id__gt: IdFilter = None,
    name: TextFilter = None,
    slug: TextFilter = None,
    major: Major | None = None,
    major__startswith: DigitsFilter = None,
    series: TextFilter = None,
    is_published: bool | None = None,
    is_latest: bool | None = None,
    pre_release: bool | None = None,
    show_on_download_page: bool | None = None,
    release_date: datetime | None = None,
    release_date__gte: datetime | None = None,
    release_date__lt: datetime | None = None,
    latest_of_series: Annotated[
        bool | None,
        QueryParameter(description="Highest version of its series among its kind, final or not"),
    ] = None,
    os: Annotated[
        str | None,
        QueryParameter(max_length=200, description="Slug of a system that it has files for"),
    ] = None,
    q: Annotated[
        str | None, QueryParameter(max_length=200, description="Part of the name, in any case")
    ] = None,
) -> ReleaseFilter:
    """Read the filter of a list of releases."""
    for asked in ("release_date", "release_date__gte", "release_date__lt"):
        if re.fullmatch(r"[-+0-9.eE]+", request.query_params.get(asked, "")):
            # It would be read as seconds since 1970.
            raise Invalid.field(
                ["query", asked], "must be a time such as 2026-10-07T12:00:00Z", "invalid"
            )
    return ReleaseFilter(
        id_in=known_ids("id__in", id__in),
        id_gt=id__gt,
        name=name,
        slug=slug,
        major=major,
        major_startswith=major__startswith,
        series=series,
        is_published=is_published,
        is_latest=is_latest,
        pre_release=pre_release,
        show_on_download_page=show_on_download_page,
        release_date=aware(release_date),
        release_date_gte=aware(release_date__gte),
        release_date_lt=aware(release_date__lt),
        latest_of_series=latest_of_series,
        os=os,
        q=q,
    )


def aware(value: datetime | None) -> datetime | None:
    """Return a time without a zone as UTC."""
    return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class ReleaseController(Controller):
    """Releases. Without `downloads.view_release` there are only the published ones."""

    path = "/releases"
    tags = ("releases",)

    @get(
        operation_id="list_releases",
        opt=access.public(),
        dependencies={"found": Provide(release_filter)},
    )
    async def list_releases(
        self,
        read_session: Reading,
        principal: Caller,
        window: InWindow,
        found: NamedDependency[ReleaseFilter],
        order: Order = "-release_date",
    ) -> Response[Page[ReleaseSummary]]:
        """List releases."""
        rows = await queries.releases(
            read_session,
            window,
            found,
            drafts=sees_drafts(principal),
            order=order,
        )
        return answer_page(rows, window)

    @get("/latest", operation_id="get_latest_releases", opt=access.public())
    async def latest(self, read_session: Reading) -> Response[LatestReleases]:
        """Read what the download buttons point to, in one call."""
        return answer(await queries.latest(read_session))

    @get("/latest/{which:str}", operation_id="get_latest_release", opt=access.public())
    async def latest_one(
        self,
        read_session: Reading,
        which: str,
    ) -> Response[ReleaseSummary]:
        """Read the latest of `python3`, `python2`, `pymanager`, `prerelease` or `python3.N`.

        The newest of a series may be a pre-release.
        """
        if major := _MAJORS.get(which):
            row = (await queries.latest_of_majors(read_session, [major])).get(major)
        elif which == "prerelease":
            row = await queries.latest_prerelease(read_session)
        elif match := _SERIES.fullmatch(which):
            row = await queries.latest_of_series(read_session, match[1])
        else:
            row = None
        return answer_versioned(row, "release")

    @get("/{id:int}", operation_id="get_release", opt=access.public())
    async def get_release(
        self,
        read_session: Reading,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[ReleaseDTO]:
        """Read one release with its text and files."""
        row = await queries.release(read_session, Release.id == id, drafts=sees_drafts(principal))
        return answer_versioned(row, "release")

    @get("/by-slug/{slug:str}", operation_id="get_release_by_slug", opt=access.public())
    async def get_release_by_slug(
        self, read_session: Reading, principal: Caller, slug: str
    ) -> Response[ReleaseDTO]:
        """Read one release by what its address names it."""
        row = await queries.release(
            read_session, Release.slug == slug, drafts=sees_drafts(principal)
        )
        return answer_versioned(row, "release")

    @post(operation_id="create_release", opt=access.permission("downloads.add_release"))
    async def create_release(
        self,
        request: Request[Any, Any, Any],
        write_session: Writing,
        principal: Caller,
        data: ReleaseInput,
    ) -> Response[ReleaseDTO]:
        """Create a release."""

        async def make() -> Response[Any]:
            made = await releases.create(write_session, data, principal)
            headers = {"Location": f"/releases/{made.id}"}
            return json_response(made, etag=etag(made.version), headers=headers)

        return await once(request, write_session, principal, make)

    @put(
        "/{id:int}",
        operation_id="update_release",
        opt=access.permission("downloads.change_release"),
    )
    async def update_release(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        data: ReleaseInput,
        if_match: IfMatch = None,
    ) -> Response[ReleaseDTO]:
        """Replace a release; slug, date and `is_published` stay where they are not sent."""
        made = await releases.update(write_session, id, data, principal, if_match=if_match)
        return json_response(made, etag=etag(made.version))

    @delete(
        "/{id:int}",
        operation_id="delete_release",
        opt=access.permission("downloads.delete_release"),
    )
    async def delete_release(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> None:
        """Delete a release with its files."""
        await releases.delete(write_session, id, principal, if_match=if_match)

    @post(
        "/{id:int}/publish",
        operation_id="publish_release",
        status_code=200,
        opt=access.permission(releases.PUBLISH),
    )
    async def publish_release(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> Response[ReleaseDTO]:
        """Make a release public; one that is so already stays as it is."""
        made = await releases.set_published(
            write_session, id, principal, published=True, if_match=if_match
        )
        return json_response(made, etag=etag(made.version))

    @post(
        "/{id:int}/unpublish",
        operation_id="unpublish_release",
        status_code=200,
        opt=access.permission(releases.PUBLISH),
    )
    async def unpublish_release(
        self,
        write_session: Writing,
        principal: Caller,
        id: Id,  # noqa: A002 - what errors call it
        if_match: IfMatch = None,
    ) -> Response[ReleaseDTO]:
        """Make a release a draft again."""
        made = await releases.set_published(
            write_session, id, principal, published=False, if_match=if_match
        )
        return json_response(made, etag=etag(made.version))
