"""Visible jobs over HTTP: read by everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import PathParameter, QueryParameter

from contracts.jobs.dto import (
    MAX_COUNT,
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    Facet,
    Facets,
    JobAddress,
    JobAround,
    JobContact,
    JobDetail,
    JobList,
    JobOrder,
    LocationFacet,
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


Found = NamedDependency[JobFilter]


async def job_filter(  # noqa: PLR0913 - the parameters of a query
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
    since: Annotated[datetime | None, QueryParameter(description="Published then or later")] = None,
) -> JobFilter:
    """Read what narrows a list."""
    return JobFilter(
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


class JobController(Controller):
    """Jobs that are approved, and whose end is to come."""

    path = "/jobs"
    tags = ("jobs",)
    dependencies = {"found": Provide(job_filter)}  # noqa: RUF012 - as Litestar has it

    @get(operation_id="list_jobs", opt=access.public())
    async def list_jobs(
        self,
        read_session: Reading,
        found: Found,
        *,
        sort: JobOrder = JobOrder.NEWEST,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = PAGE_SIZE,
        offset: Annotated[int, QueryParameter(ge=0, le=MAX_COUNT)] = 0,
    ) -> Response[JobList]:
        """List visible jobs. All ways to narrow the list combine."""
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

    @get("/texts", operation_id="list_job_texts", opt=access.public())
    async def list_texts(
        self,
        read_session: Reading,
        found: Found,
        *,
        sort: JobOrder = JobOrder.NEWEST,
        limit: Annotated[int, QueryParameter(ge=1, le=PAGE_SIZE)] = PAGE_SIZE,
    ) -> Response[list[JobDetail]]:
        """List the first visible jobs with their texts, narrowed as the list is: for feeds."""
        return answer(await queries.texts(read_session, limit, found, sort))

    @get("/countries/{slug:str}", operation_id="get_job_country", opt=access.public())
    async def get_country(
        self, read_session: Reading, slug: Annotated[str, PathParameter(max_length=100)]
    ) -> Response[Facet]:
        """Read how many visible jobs there are in a country; 404 where there never was one."""
        return _answer_place(await queries.country(read_session, slug))

    @get("/locations/{slug:str}", operation_id="get_job_location", opt=access.public())
    async def get_location(
        self, read_session: Reading, slug: Annotated[str, PathParameter(max_length=350)]
    ) -> Response[LocationFacet]:
        """Read how many visible jobs there are at a location; 404 where there never was one."""
        return _answer_place(await queries.location(read_session, slug))

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


def _answer_place(found: dict[str, Any] | None) -> Response[Any]:
    if found is None:
        raise NotFound("No job was ever listed there.")
    return answer(found)
