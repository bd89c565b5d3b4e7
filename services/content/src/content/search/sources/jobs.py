"""Jobs, categories and types of the jobs service."""

from __future__ import annotations

from typing import Final

from content.search.documents import Document
from content.search.sources.feed import Feed, key_of, text_of
from contracts.events import Event
from contracts.jobs.events import CategoryChange, JobRef, JobTypeChange

#: What is made up is wanted less than what is not.
_SAMPLE: Final = 0.7


def job(told: Event) -> Document | None:
    """Make a document of a job that is visible: for the board, newer ones are wanted more."""
    found = told.read(JobRef).job
    if found is None:
        return None
    words = ["job", found.company_name, found.category.name, found.other_type]
    words += [one.name for one in found.types]
    words += [found.city, found.region, found.country, "remote" if found.remote else ""]
    parts = (found.description_html, found.requirements_html, found.company_description_html)
    return Document(
        key=key_of("jobs", told.subject),
        kind="job",
        title=f"{found.title}, {found.company_name}",
        url=f"/jobs/{found.id}/",
        keywords=tuple(word for word in dict.fromkeys(words) if word),
        text=text_of("\n".join(parts)),
        facts=(found.location, "Remote") if found.remote else (found.location,),
        date=found.published,
        boost=1.1 * (_SAMPLE if found.sample else 1),
        ages=True,
    )


def category(told: Event) -> Document | None:
    """Make a document of a category that jobs may have."""
    found = told.read(CategoryChange).category
    if found is None or not found.active:
        return None
    return Document(
        key=key_of("jobs", told.subject),
        kind="job-category",
        title=f"{found.name} jobs",
        url=f"/jobs/category/{found.slug}/",
        keywords=("jobs", "category", found.name),
        summary=f"Jobs on the board in the category {found.name}.",
        boost=1.4,
    )


def kind(told: Event) -> Document | None:
    """Make a document of a type that jobs may have."""
    found = told.read(JobTypeChange).job_type
    if found is None or not found.active:
        return None
    return Document(
        key=key_of("jobs", told.subject),
        kind="job-type",
        title=f"{found.name} jobs",
        url=f"/jobs/type/{found.slug}/",
        keywords=("jobs", "type", found.name),
        summary=f"Jobs on the board that have to do with {found.name}.",
        boost=1.3,
    )


FEEDS: Final = (
    Feed(name="content-search-jobs", subjects=("jobs.job.*",), entity="jobs", read=job),
    Feed(
        name="content-search-job-categories",
        subjects=("jobs.category.*",),
        entity="categories",
        read=category,
    ),
    Feed(name="content-search-job-types", subjects=("jobs.job_type.*",), entity="types", read=kind),
)
