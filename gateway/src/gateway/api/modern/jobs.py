"""Open jobs, their categories and types. Jobs are posted and changed on the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from contracts.jobs import dto
from gateway.api.modern.declaration import (
    Found,
    Operation,
    Param,
    Request,
    by_id,
    listing,
    reading,
    window,
)
from gateway.api.modern.job_shapes import (
    Job,
    JobName,
    JobSummary,
    category_of,
    job_of,
    summary_of,
    type_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.store import Store
    from gateway.api.wire import Ask
    from gateway.backends.client import Query

_SERVICE: Final = "jobs"
_TAG: Final = "jobs"
_NAMES: Final = ("job-names", "api:jobs")
_KEYS: Final = ("jobs", *_NAMES)
_LIST: Final = TypeAdapter(dto.JobList)

_TEXT: Final = {"type": "string", "maxLength": 200}
_FLAG: Final = {"type": "boolean"}
_TIME: Final = {"type": "string", "format": "date-time"}


def _param(name: str, to: str, schema: Mapping[str, Any], description: str) -> Param:
    return Param(name=name, to=to, schema=schema, description=description)


_ACTIVE: Final = _param("is_active", "active", _FLAG, "Those that new jobs may have, or the others")
_FILTERS: Final = (
    _param("q", "q", _TEXT, "With these words"),
    _param("category", "category", _TEXT, "Of a category, by its slug"),
    _param("type", "type", _TEXT, "Of a type, by its slug"),
    _param("country", "country", _TEXT, "In a country, by its slug"),
    _param("location", "location", _TEXT, "At a location, by its slug"),
    _param("is_remote", "remote", _FLAG, "Those that can be done from elsewhere, or the others"),
    _param("takes_agencies", "agencies", _FLAG, "Those that agencies may answer, or the others"),
    _param("is_featured", "featured", _FLAG, "Those that are featured, or the others"),
    _param("published_since", "since", _TIME, "Published at or after; a day or a time"),
    _param(
        "sort",
        "sort",
        {"type": "string", "enum": [one.value for one in dto.JobOrder]},
        "The latest published first (the default), or what ends first",
    ),
)


async def _jobs(asked: Request, store: Store, _: Ask) -> Found | None:
    """Read a window of the open jobs; they are counted only so far."""
    query: dict[str, Query] = {
        **asked.query,
        "limit": asked.page_size,
        "offset": min(asked.offset, dto.MAX_COUNT),
    }
    found = await store.find(_SERVICE, "/jobs", _LIST, query)
    if found is None:
        return None
    # Behind the last page that is listed every page is empty, as of any list.
    shown = found.items if asked.offset < dto.MAX_COUNT else []
    return window(asked, [summary_of(item) for item in shown], found.total)


#: Names come before ids: an address is what the first of them says.
JOBS: Final = (
    Operation(
        id="list_job_categories",
        path="/jobs/categories",
        tag=_TAG,
        summary="List categories of jobs",
        run=listing(_SERVICE, lambda _: "/categories", dto.JobCategory, category_of),
        out=JobName,
        many=True,
        params=(_ACTIVE,),
        keys=_NAMES,
    ),
    Operation(
        id="list_job_types",
        path="/jobs/types",
        tag=_TAG,
        summary="List types of jobs",
        run=listing(_SERVICE, lambda _: "/types", dto.JobType, type_of),
        out=JobName,
        many=True,
        params=(_ACTIVE,),
        keys=_NAMES,
    ),
    Operation(
        id="list_jobs",
        path="/jobs",
        tag=_TAG,
        summary="List open jobs",
        description="Counted to 1000, and listed as far.",
        run=_jobs,
        out=JobSummary,
        many=True,
        params=_FILTERS,
        keys=_KEYS,
    ),
    Operation(
        id="get_job",
        path="/jobs/{id}",
        tag=_TAG,
        summary="Read an open job with its texts",
        run=reading(
            _SERVICE, by_id("/jobs"), dto.JobDetail, job_of, lambda found: (f"job:{found.id}",)
        ),
        out=Job,
        keys=_KEYS,
    ),
)
