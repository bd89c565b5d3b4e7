"""Jobs as pages print them."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from contracts.jobs.dto import NEW_DAYS
from gateway.pages.heads import Mark
from gateway.pages.jobs import fetch, links
from gateway.pages.jobs.models import JobRow, JobText
from gateway.pages.links import Link, host_of

if TYPE_CHECKING:
    from contracts.jobs.dto import CategoryRef, JobDetail, JobSummary, JobTypeRef
    from contracts.jobs.review import OwnJob


def row(job: JobSummary, *, brief: bool = False) -> JobRow:
    """Return a visible job as a row; a brief one has no summary."""
    return JobRow(
        title=job.title,
        href=links.job_path(job.id),
        company=job.company_name,
        location=_location(job),
        category=_category(job.category),
        types=_types(job.types),
        other_type=job.other_type,
        posted=job.published.astimezone(UTC).date(),
        marks=_marks(job),
        summary="" if brief else job.summary,
    )


def _marks(job: JobSummary) -> tuple[Mark, ...]:
    """Return the badges of a visible job."""
    made = []
    if job.featured:
        made.append(Mark(label="featured", kind="bugfix"))
    if job.published.astimezone(UTC).date() > fetch.today() - timedelta(days=NEW_DAYS):
        made.append(Mark(label="new", kind="feature"))
    if job.remote:
        made.append(Mark(label="remote"))
    if job.sample:
        made.append(Mark(label="sample"))
    return tuple(made)


def text_of(job: JobDetail | OwnJob) -> JobText:
    """Return a job as visitors read it, or would."""
    own = [Mark(label="remote")] if job.remote else []
    return JobText(
        title=job.title,
        company=job.company_name,
        location=_location(job),
        category=_category(job.category),
        types=_types(job.types),
        other_type=job.other_type,
        remote=job.remote,
        agencies=job.agencies,
        posted=job.published.astimezone(UTC).date() if job.published else None,
        until=job.expires.astimezone(UTC).date() if job.expires else None,
        marks=tuple(own),
        website=Link(label=host_of(job.url), href=job.url, external=True),
        description_html=job.description_html,
        requirements_html=job.requirements_html,
        company_html=job.company_description_html,
    )


def counted(number: int, *, more: bool = False) -> str:
    """Return how many jobs there are, in words; `more` than could be counted."""
    if more:
        return f"More than {number:,} jobs"
    return "1 job" if number == 1 else f"{number:,} jobs"


def _location(job: JobSummary | OwnJob) -> Link:
    return Link(label=job.location, href=links.location_path(job.location_slug))


def _category(one: CategoryRef) -> Link:
    return Link(label=one.name, href=links.category_path(one.slug))


def _types(found: list[JobTypeRef]) -> tuple[Link, ...]:
    return tuple(Link(label=one.name, href=links.type_path(one.slug)) for one in found)
