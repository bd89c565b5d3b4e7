"""Visible jobs over HTTP: read by everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Controller, Response, get
from litestar.params import QueryParameter

from contracts.jobs.dto import (
    MAX_COUNT,
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    Facets,
    JobAddress,
    JobAround,
    JobContact,
    JobDetail,
    JobList,
    JobOrder,
)
from jobs.jobs import queries
from jobs.jobs.filters import JobFilter
from servicekit import access
from servicekit.answers import MAX_ID, Id, TextFilter, answer, answer_versioned
from servicekit.audit import in_utc
from servicekit.dependencies import Reading
from servicekit.pagination import Window
from servicekit.problems import NotFound

#: The gateway alone: contacts are not to be had by the thousand.
SERVING: Final = access.permission("jobs.serve_visitors")
_MOST_ADDRESSES: Final = 10_000


class JobController(Controller):
    """Jobs that are approved, and whose end is to come."""

    path = "/jobs"
    tags = ("jobs",)

    @get(operation_id="list_jobs", opt=access.public())
    async def list_jobs(  # noqa: PLR0913 - the parameters of a query
        self,
        read_session: Reading,
        *,
        q: Annotated[
            str | None, QueryParameter(max_length=200, description="Words that it has")
        ] = None,
        category: TextFilter = None,
        type: TextFilter = None,  # noqa: A002 - what the query calls it
        country: Annotated[str | None, QueryParameter(max_length=100)] = None,
        location: Annotated[str | None, QueryParameter(max_length=350)] = None,
        remote: bool | None = None,
        agencies: bool | None = None,
        featured: bool | None = None,
        since: Annotated[
            datetime | None, QueryParameter(description="Published then or later")
        ] = None,
        sort: JobOrder = JobOrder.NEWEST,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = PAGE_SIZE,
        offset: Annotated[int, QueryParameter(ge=0, le=MAX_COUNT)] = 0,
    ) -> Response[JobList]:
        """List visible jobs. All ways to narrow the list combine."""
        found = JobFilter(
            q=q,
            category=category,
            type=type,
            country=country,
            location=location,
            remote=remote,
            agencies=agencies,
            featured=featured,
            since=since and in_utc(since),
        )
        window = Window(limit=limit, offset=offset)
        items, total, more = await queries.jobs(read_session, window, found, sort)
        listed: dict[str, Any] = {
            "items": items,
            "total": total,
            "more": more,
            "limit": limit,
            "offset": offset,
        }
        return answer(listed)

    @get("/facets", operation_id="get_facets", opt=access.public())
    async def get_facets(self, read_session: Reading) -> Response[Facets]:
        """Tell how many visible jobs there are of what."""
        return answer(await queries.facets(read_session))

    @get("/addresses", operation_id="list_job_addresses", opt=access.public())
    async def list_addresses(
        self,
        read_session: Reading,
        after: Annotated[int, QueryParameter(ge=0, le=MAX_ID)] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=_MOST_ADDRESSES)] = 1000,
    ) -> Response[list[JobAddress]]:
        """List ids of visible jobs, by id, for a map of the site."""
        return answer(await queries.addresses(read_session, after, limit))

    @get("/{id:int}", operation_id="get_job", opt=access.public())
    async def get_job(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[JobDetail]:
        """Read one visible job."""
        return answer_versioned(await queries.job(read_session, id), "job")

    @get("/{id:int}/around", operation_id="get_job_around", opt=access.public())
    async def get_around(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[JobAround]:
        """Read what there is beside a visible job."""
        found = await queries.around(read_session, id)
        if found is None:
            raise NotFound("There is no such job.")
        return answer(found)

    @get("/{id:int}/contact", operation_id="get_job_contact", opt=SERVING)
    async def get_contact(
        self,
        read_session: Reading,
        id: Id,  # noqa: A002 - what errors call it
    ) -> Response[JobContact]:
        """Read whom to write to about a visible job, where its poster wants that shown."""
        found = await queries.contact(read_session, id)
        if found is None:
            raise NotFound("There is no contact to be shown.")
        return answer(found)
