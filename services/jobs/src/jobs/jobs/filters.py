"""Which visible jobs a list shows: every way to narrow it combines with every other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.jobs.dto import JobOrder, JobState
from jobs.categories.models import Category
from jobs.jobs.models import Job
from jobs.types.models import JobType
from servicekit.problems import Invalid

#: What the planner must see as it is written to use the indexes of visible jobs.
APPROVED: Final[ColumnElement[bool]] = Job.state == literal(
    JobState.APPROVED.value, literal_execute=True
)
VISIBLE: Final[ColumnElement[bool]] = and_(APPROVED, Job.expires > func.now())

ORDERS: Final[dict[JobOrder, tuple[Any, ...]]] = {
    JobOrder.NEWEST: (Job.published.desc(), Job.id.desc()),
    JobOrder.ENDING: (Job.expires.asc(), Job.id.asc()),
}


@dataclass(frozen=True, kw_only=True)
class JobFilter:
    """Which jobs; None lets everything pass. Places that no job is at let nothing pass."""

    q: str | None = None
    category: str | None = None
    type: str | None = None
    country: str | None = None
    location: str | None = None
    remote: bool | None = None
    agencies: bool | None = None
    featured: bool | None = None
    since: datetime | None = None

    def conditions(self, ids: dict[str, int]) -> list[ColumnElement[bool]]:
        """Return what a job must be like; `ids` are those of the category and the type."""
        pairs: tuple[tuple[Any, Any], ...] = (
            (Job.category_id, ids.get("category")),
            (Job.country_slug, self.country),
            (Job.location_slug, self.location),
        )
        flags: tuple[tuple[Any, bool | None], ...] = (
            (Job.remote, self.remote),
            (Job.agencies, self.agencies),
            (Job.featured, self.featured),
        )
        found = [VISIBLE]
        found += [column == value for column, value in pairs if value is not None]
        found += [flag if wanted else ~flag for flag, wanted in flags if wanted is not None]
        if "type" in ids:
            found.append(Job.type_ids.contains([ids["type"]]))
        if self.q:
            found.append(Job.search.op("@@")(func.websearch_to_tsquery("english", self.q)))
        if self.since is not None:
            found.append(Job.published >= self.since)
        return found


async def narrow(session: AsyncSession, statement: Select[Any], found: JobFilter) -> Select[Any]:
    """Have a statement over jobs keep what is visible and passes.

    At most one statement: ids of slugs are looked up before, for the planner to know how many jobs
    there are of them.

    Raises Invalid for a category or a type that there is none of: a list of them is short and
    public, so it is a mistake. A place may have its first job tomorrow, and is none.
    """
    ids = await _ids(session, found)
    for kind, slug in (("category", found.category), ("type", found.type)):
        if slug is not None and kind not in ids:
            raise Invalid.field(["query", kind], f"There is no such {kind}.", "unknown")
    return statement.where(*found.conditions(ids))


async def _ids(session: AsyncSession, found: JobFilter) -> dict[str, int]:
    """Return the ids of the category and the type of a filter."""
    wanted = [
        select(literal(kind).label("kind"), model.id.label("id")).where(model.slug == slug)
        for kind, model, slug in (
            ("category", Category, found.category),
            ("type", JobType, found.type),
        )
        if slug is not None
    ]
    if not wanted:
        return {}
    return {row.kind: row.id for row in await session.execute(union_all(*wanted))}
