"""What the modern API tells of jobs, and of what they are sorted by."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from contracts.jobs import dto


class JobName(BaseModel):
    """A category, which each job has one of, or a type, which it may have several of."""

    id: int
    slug: str = Field(examples=["software-developer"])
    name: str
    is_active: bool = Field(description="Whether new jobs may have it")
    page: str = Field(description="Path on the site")
    revision: int
    updated_at: datetime


class JobSummary(BaseModel):
    """An open job. There is no address to write to: people see that on its page."""

    id: int
    title: str
    company: str
    category: str = Field(description="Slug")
    types: list[str] = Field(description="Slugs")
    other_type: str = Field(description="What it is about beside its types, or empty")
    city: str
    region: str
    country: str = Field(description="Its name, as the poster wrote it")
    location: str = Field(description="City, region and country in one line")
    location_slug: str
    country_slug: str
    is_remote: bool
    takes_agencies: bool
    is_featured: bool
    is_sample: bool = Field(description="Made up, to show what a board looks like")
    summary: str = Field(description="Beginning of the description, as plain text")
    published_at: datetime
    expires_at: datetime = Field(description="It is open until then, unless it is extended")
    page: str = Field(description="Path on the site")
    updated_at: datetime


class Job(JobSummary):
    """An open job with its texts, which are safe to be put into a page."""

    description_html: str
    requirements_html: str
    company_description_html: str
    url: str = Field(description="Where the company tells of it, or takes applications")
    revision: int


def category_of(found: dto.JobCategory) -> JobName:
    """Return a category as this API tells it."""
    return _named(found, f"/jobs/category/{found.slug}/")


def type_of(found: dto.JobType) -> JobName:
    """Return a type as this API tells it."""
    return _named(found, f"/jobs/type/{found.slug}/")


def _named(found: dto.JobCategory | dto.JobType, page: str) -> JobName:
    return JobName(
        id=found.id,
        slug=found.slug,
        name=found.name,
        is_active=found.active,
        page=page,
        revision=found.version,
        updated_at=found.updated,
    )


def summary_of(found: dto.JobSummary) -> JobSummary:
    """Return a job as lists of this API tell it."""
    return JobSummary(
        id=found.id,
        title=found.title,
        company=found.company_name,
        category=found.category.slug,
        types=[one.slug for one in found.types],
        other_type=found.other_type,
        city=found.city,
        region=found.region,
        country=found.country,
        location=found.location,
        location_slug=found.location_slug,
        country_slug=found.country_slug,
        is_remote=found.remote,
        takes_agencies=found.agencies,
        is_featured=found.featured,
        is_sample=found.sample,
        summary=found.summary,
        published_at=found.published,
        expires_at=found.expires,
        page=f"/jobs/{found.id}/",
        updated_at=found.updated,
    )


def job_of(found: dto.JobDetail) -> Job:
    """Return a job with its texts."""
    return Job(
        **summary_of(found).model_dump(),
        description_html=found.description_html,
        requirements_html=found.requirements_html,
        company_description_html=found.company_description_html,
        url=found.url,
        revision=found.version,
    )
