"""What the jobs service answers to everybody: jobs that are visible, and what they are sorted by.

A job is *visible* while its state is `approved` and `expires` is to come. Nothing else of the
board is public; what posters and reviewers see is in `contracts.jobs.review`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import Field

from contracts.base import DTO

#: Rows of one window of a list.
PAGE_SIZE: Final = 25
MAX_PAGE_SIZE: Final = 100
#: How far a list is counted, and how far into it anybody can go.
MAX_COUNT: Final = 1000
#: How far it is counted where words are looked for.
MAX_WORD_COUNT: Final = 200
#: Days for which a job is called new.
NEW_DAYS: Final = 30
#: Type of the problem that answers a visitor who has reported many jobs within a day.
TOO_MANY_REPORTS: Final = "too-many-reports"
#: What cannot be the slug of a location: the site has another thing at that address.
TELECOMMUTE: Final = "telecommute"


class JobState(StrEnum):
    """Where a job is. Only what is approved can be visible."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    REJECTED = "rejected"
    ARCHIVED = "archived"
    REMOVED = "removed"
    EXPIRED = "expired"


class JobMarkup(StrEnum):
    """How the texts of a job are written."""

    MARKDOWN = "markdown"
    RESTRUCTUREDTEXT = "restructuredtext"
    HTML = "html"
    PLAIN = "plain"


class JobOrder(StrEnum):
    """What a list is sorted by: the latest published first, or what ends first."""

    NEWEST = "newest"
    ENDING = "ending"


class CategoryRef(DTO):
    """A category as jobs name it."""

    id: int
    slug: str
    name: str


class JobTypeRef(DTO):
    """A type as jobs name it."""

    id: int
    slug: str
    name: str


class JobCategory(DTO):
    """What a job is, such as an engineer's: each job has one."""

    id: int
    name: str
    slug: str
    active: bool = Field(description="Whether new jobs may have it")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class JobType(DTO):
    """What a job is about, such as the web: a job has any number."""

    id: int
    name: str
    slug: str
    active: bool = Field(description="Whether new jobs may have it")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class JobSummary(DTO):
    """A visible job in a list."""

    id: int
    title: str
    company_name: str
    category: CategoryRef
    types: list[JobTypeRef]
    other_type: str = Field(description="What it is about beside its types, or empty")
    city: str
    region: str = Field(description="Or empty")
    country: str = Field(description="Its name, as the poster wrote it")
    location: str = Field(description="City, region and country in one line")
    location_slug: str
    country_slug: str
    remote: bool = Field(description="Whether it can be done from elsewhere")
    agencies: bool = Field(description="Whether agencies may answer")
    featured: bool
    sample: bool = Field(description="Made up, to show what a board looks like")
    summary: str = Field(description="Beginning of the description as plain text, at most 300")
    published: datetime = Field(description="When it was approved")
    expires: datetime
    updated: datetime


class JobDetail(JobSummary):
    """A visible job: its whole public state. What ends in `_html` is safe as it is.

    The address and the name of the contact are not part of it: see `GET /jobs/{id}/contact`.
    """

    company_description_html: str
    description_html: str
    requirements_html: str
    url: str = Field(description="Where the company tells of it, or takes applications")
    has_contact: bool = Field(description="Whether there is somebody whom applicants may write to")
    version: int = Field(description="Row version")
    created: datetime


class JobList(DTO):
    """One window of a list of visible jobs.

    `total` is counted up to `MAX_COUNT`, with words up to `MAX_WORD_COUNT`; `more` tells that there
    are more than that.
    """

    items: list[JobSummary]
    total: int
    more: bool
    limit: int
    offset: int


class JobNeighbour(DTO):
    """A visible job beside another one."""

    id: int
    title: str
    company_name: str


class JobAround(DTO):
    """What there is beside a visible job: those published before and after it, and the like."""

    previous: JobNeighbour | None = Field(description="The one published before")
    next: JobNeighbour | None = Field(description="The one published after")
    similar: list[JobSummary] = Field(description="At most 5, the most like it first")


class JobContact(DTO):
    """Whom applicants may write to. Ask for it only when somebody wants to see it."""

    name: str
    email: str


class Facet(DTO):
    """A category, type or country with how many visible jobs there are of it."""

    slug: str
    name: str
    jobs: int


class LocationFacet(Facet):
    """A location: `name` is city, region and country in one line."""

    city: str
    region: str
    country: str
    country_slug: str


class Facets(DTO):
    """How many visible jobs there are of what: only what there are some of, by name.

    Counts follow every change at once, and the end of a job within a minute. Categories and types
    that new jobs can no longer have are among them while there are jobs of them.
    """

    jobs: int
    remote: int
    featured: int
    categories: list[Facet]
    types: list[Facet]
    countries: list[Facet]
    locations: list[LocationFacet] = Field(description="At most 1000, by country and name")


class JobAddress(DTO):
    """A visible job as a map of the site lists it."""

    id: int
    updated: datetime
