"""Reads of the review desk. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.jobs.dto import JobState
from contracts.jobs.review import Side
from jobs import references
from jobs.categories.models import Category
from jobs.jobs import queries as visible
from jobs.jobs.models import Job, JobComment
from jobs.own import queries as own
from jobs.reports import queries as reports
from jobs.review import hints
from jobs.review.models import Claim
from jobs.settings import Settings
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_COMMENTS: Final = (
    select(func.count())
    .select_from(JobComment)
    .where(JobComment.job_id == Job.id)
    .correlate(Job)
    .scalar_subquery()
)
_ITEM: Final[tuple[Any, ...]] = (
    *(
        getattr(Job, name)
        for name in (
            "id",
            "state",
            "state_by",
            "asked",
            "title",
            "company_name",
            "remote",
            "sample",
        )
    ),
    references.LOCATION.label("location"),
    references.CATEGORY.label("category"),
    *(
        getattr(Job, name)
        for name in (
            *("creator_id", "published", "expires", "submitted"),
            *("version", "created", "updated"),
        )
    ),
    _COMMENTS.label("comments"),
    reports.OPEN.label("reports"),
)


@dataclass(frozen=True, kw_only=True)
class DeskFilter:
    """Which jobs that do not wait; None lets everything pass. `q` is looked for as words."""

    state: JobState | None = None
    q: str | None = None
    category: str | None = None
    reported: bool | None = None


async def queue(session: AsyncSession, user_id: int, window: Window) -> tuple[list[Row], int]:
    """Return one window of what waits for review, oldest first."""
    statement = _items(user_id).where(Job.state == literal("review", literal_execute=True))
    rows, total = await reading.page(session, statement, (Job.submitted, Job.id), window)
    return [_aged(row) for row in rows], total


async def desk(
    session: AsyncSession, user_id: int, window: Window, found: DeskFilter
) -> tuple[list[Row], int]:
    """Return one window of what does not wait and is no draft, what changed last first."""
    statement = _items(user_id).where(Job.state.not_in(("review", "draft")))
    if found.state is not None:
        statement = statement.where(Job.state == found.state.value)
    if found.q:
        query = func.websearch_to_tsquery("english", found.q)
        statement = statement.where(Job.search.op("@@")(query))
    if found.category is not None:
        statement = statement.where(Category.slug == found.category)
    if found.reported is not None:
        is_reported = reports.OPEN > 0
        statement = statement.where(is_reported if found.reported else ~is_reported)
    order = (Job.updated.desc(), Job.id.desc())
    rows, total = await reading.page(session, statement, order, window)
    return [_aged(row) for row in rows], total


async def whole(
    session: AsyncSession, settings: Settings, user_id: int | None, job_id: int
) -> Row | None:
    """Return one job of any state with all that reviewers see of it. 9 statements."""
    more = (Job.poster_name, Job.poster_email)
    row = await own.whole(session, settings, Side.REVIEWER, Job.id == job_id, columns=more)
    if row is None:
        return None
    claim = select(_claim(user_id).label("claim")).where(
        Claim.job_id == job_id, Claim.until > func.now()
    )
    return {
        **row,
        "claim": await session.scalar(claim),
        "hints": await hints.of_job(session, job_id),
        "reports": await reports.of_job(session, job_id),
    }


def _claim(user_id: int | None) -> Any:  # noqa: ANN401 - a column
    return func.json_build_object(
        *("user_id", Claim.user_id),
        *("name", Claim.name),
        *("until", Claim.until),
        *("mine", Claim.user_id == user_id),
    )


def _items(user_id: int) -> Select[Any]:
    claim = case((Claim.job_id.isnot(None), _claim(user_id)))
    held = and_(Claim.job_id == Job.id, Claim.until > func.now())
    return visible.statement((*_ITEM, claim.label("claim"))).outerjoin(Claim, held)


def _aged(row: Row) -> Row:
    since = row["submitted"] or row["created"]
    return {**row, "age_days": max((datetime.now(UTC) - since).days, 0)}
