"""What posters and reviewers see of jobs, of whatever state. Nothing of it is public."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from contracts.base import DTO
from contracts.jobs.dto import CategoryRef, JobMarkup, JobState, JobTypeRef


class Side(StrEnum):
    """On which side of the board somebody acts."""

    POSTER = "poster"
    REVIEWER = "reviewer"
    SYSTEM = "system"


class Move(StrEnum):
    """What can be done with a job; who may do it from which state is one table in the service."""

    CREATE = "create"
    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    EXTEND = "extend"
    COMMENT = "comment"
    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"
    ARCHIVE = "archive"
    REMOVE = "remove"
    REOPEN = "reopen"
    EXPIRE = "expire"


class ReportReason(StrEnum):
    """Why a visitor reports a job."""

    SPAM = "spam"
    FRAUD = "fraud"
    FILLED = "filled"
    NOT_PYTHON = "not-python"
    LINK = "link"
    OTHER = "other"


class HintKind(StrEnum):
    """What a job has in common with another one."""

    SAME_TEXT = "same-text"
    SIMILAR_TEXT = "similar-text"
    SAME_LINK = "same-link"
    LINK_HOST = "link-host"


class JobComment(DTO):
    """What poster and reviewers say to each other about a job. Plain text."""

    id: int
    time: datetime
    by: Side
    name: str = Field(description="Of the reviewer or poster, as the gateway knew it, or empty")
    text: str
    question: bool = Field(description="A reviewer asks something, and waits")


class JobStep(DTO):
    """One thing that was done with a job."""

    time: datetime
    by: Side
    name: str
    move: Move
    before: JobState | None = Field(description="Null: it was made then")
    after: JobState


class OwnSummary(DTO):
    """A job as its poster sees it in a list."""

    id: int
    state: JobState
    state_by: Side = Field(description="Who brought it into this state")
    asked: bool = Field(description="A reviewer asked something, and there is no answer yet")
    title: str
    company_name: str
    location: str
    published: datetime | None = Field(description="When it was approved last")
    expires: datetime | None = Field(description="When it ends, or ended")
    visible: bool
    moves: list[Move] = Field(description="What the caller may do with it now")
    extendable_from: datetime | None = Field(
        description="From when on it can be extended; null: not at all"
    )
    extendable_until: datetime | None
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class OwnJob(OwnSummary):
    """A job of any state, for its poster: what was sent, what became of it, what was said.

    What ends in `_html` is safe as it is, for a preview.
    """

    category: CategoryRef
    types: list[JobTypeRef]
    other_type: str
    city: str
    region: str
    country: str
    location_slug: str
    country_slug: str
    remote: bool
    agencies: bool
    featured: bool
    sample: bool
    markup_type: JobMarkup
    company_description: str
    description: str
    requirements: str
    company_description_html: str
    description_html: str
    requirements_html: str
    summary: str
    contact: str
    email: str
    email_public: bool
    url: str
    creator_id: int | None = Field(description="Null: it came without a poster")
    submitted: datetime | None = Field(description="When it was sent to review last")
    comments: list[JobComment] = Field(description="Oldest first")
    history: list[JobStep] = Field(description="Oldest first; changes of texts are not in it")


class JobClaim(DTO):
    """That a reviewer looks at a job: nobody else decides about it until then."""

    user_id: int
    name: str
    until: datetime
    mine: bool = Field(description="Whether it is the caller's")


class JobHint(DTO):
    """Something a reviewer should know; it decides nothing."""

    kind: HintKind
    job_id: int
    title: str
    company_name: str
    state: JobState
    detail: str = Field(description="The link or host they share, or how like they are: 87 %")


class JobReport(DTO):
    """What a visitor says against a job."""

    id: int
    time: datetime
    reason: ReportReason
    text: str
    closed: bool


class ReviewItem(DTO):
    """A job in the queue of the reviewers, or in the list that they moderate."""

    id: int
    state: JobState
    state_by: Side
    asked: bool
    title: str
    company_name: str
    location: str
    category: CategoryRef
    remote: bool
    sample: bool
    creator_id: int | None
    published: datetime | None
    expires: datetime | None
    submitted: datetime | None = Field(description="Since when it waits, where it is in review")
    age_days: int = Field(description="Whole days since then, else since it was made")
    comments: int
    reports: int = Field(description="Reports of visitors that nobody looked at")
    claim: JobClaim | None
    version: int
    created: datetime
    updated: datetime


class ReviewJob(OwnJob):
    """A job of any state, for reviewers. `moves` are what a reviewer may do with it now."""

    poster_name: str
    poster_email: str = Field(description="Where mails for the poster go")
    claim: JobClaim | None
    hints: list[JobHint]
    reports: list[JobReport]


class CannedReply(DTO):
    """A text that reviewers need again and again."""

    id: int
    name: str
    text: str
    position: int
    active: bool
    version: int
    created: datetime
    updated: datetime


class StateCount(DTO):
    """How many jobs are in a state."""

    state: JobState
    jobs: int


class MonthCounts(DTO):
    """What happened on the board in one month of one year, in UTC."""

    month: date = Field(description="Its first day")
    created: int = Field(description="Jobs made in it")
    states: list[StateCount] = Field(description="In which states those are now; all states")
    submitted: int = Field(description="Times that a job was sent to review")
    approved: int
    rejected: int
    expired: int
    extended: int
    withdrawn: int
    removed: int = Field(description="Removed by reviewers")
    reports: int = Field(description="Reports of visitors")
    review_hours: float | None = Field(
        description="Median of hours from submission to approval or rejection; null: none"
    )


class MonthlyReport(DTO):
    """A month and the one before it."""

    current: MonthCounts
    previous: MonthCounts
    visible: int = Field(description="Jobs that are visible now")
    waiting: int = Field(description="Jobs that wait for review now")
