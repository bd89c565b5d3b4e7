"""Events of the jobs context: jobs, categories, types, and what is the reviewers' business.

An event of a job carries its whole public state while it is visible, and else id and state: what
was never visible is nobody's business.
"""

from __future__ import annotations

from typing import ClassVar

from contracts.events import EventData
from contracts.jobs.dto import JobCategory, JobDetail, JobState, JobType


class CategoryChange(EventData):
    """What every event of a category says."""

    AGGREGATE: ClassVar[str] = "category"

    id: int
    slug: str
    category: JobCategory | None = None
    """The whole state; None after a deletion."""
    previous_slugs: tuple[str, ...] = ()
    """Slugs it was shown at before this change, where the slug changed."""


class CategoryCreated(CategoryChange):
    """A category was added."""

    SUBJECT: ClassVar[str] = "jobs.category.created"


class CategoryUpdated(CategoryChange):
    """A category changed."""

    SUBJECT: ClassVar[str] = "jobs.category.updated"


class CategoryDeleted(CategoryChange):
    """A category is gone."""

    SUBJECT: ClassVar[str] = "jobs.category.deleted"


class JobTypeChange(EventData):
    """What every event of a type says."""

    AGGREGATE: ClassVar[str] = "job_type"

    id: int
    slug: str
    job_type: JobType | None = None
    """The whole state; None after a deletion."""
    previous_slugs: tuple[str, ...] = ()


class JobTypeCreated(JobTypeChange):
    """A type was added."""

    SUBJECT: ClassVar[str] = "jobs.job_type.created"


class JobTypeUpdated(JobTypeChange):
    """A type changed."""

    SUBJECT: ClassVar[str] = "jobs.job_type.updated"


class JobTypeDeleted(JobTypeChange):
    """A type is gone."""

    SUBJECT: ClassVar[str] = "jobs.job_type.deleted"


class JobRef(EventData):
    """What every event of a job says.

    Slugs name what lists it, now and before this change; there are none where it was visible
    neither before nor after.
    """

    AGGREGATE: ClassVar[str] = "job"

    id: int
    state: JobState
    job: JobDetail | None = None
    """The whole public state; None where it is not visible."""
    was_visible: bool = False
    """Whether it was visible before this change."""
    categories: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()


class JobCreated(JobRef):
    """A job was made: a draft."""

    SUBJECT: ClassVar[str] = "jobs.job.created"


class JobUpdated(JobRef):
    """A job changed and kept its state."""

    SUBJECT: ClassVar[str] = "jobs.job.updated"


class JobSubmitted(JobRef):
    """A job waits for review."""

    SUBJECT: ClassVar[str] = "jobs.job.submitted"


class JobApproved(JobRef):
    """A job was approved, and is visible."""

    SUBJECT: ClassVar[str] = "jobs.job.approved"


class JobExtended(JobRef):
    """A job stays visible for longer, or is visible again."""

    SUBJECT: ClassVar[str] = "jobs.job.extended"


class JobRejected(JobRef):
    """A job was rejected."""

    SUBJECT: ClassVar[str] = "jobs.job.rejected"


class JobArchived(JobRef):
    """A job was put away."""

    SUBJECT: ClassVar[str] = "jobs.job.archived"


class JobRemoved(JobRef):
    """A job was withdrawn by its poster, or removed by a reviewer."""

    SUBJECT: ClassVar[str] = "jobs.job.removed"


class JobExpired(JobRef):
    """The time of a job is over."""

    SUBJECT: ClassVar[str] = "jobs.job.expired"


class JobDeleted(JobRef):
    """A job is gone, with all that was said of it."""

    SUBJECT: ClassVar[str] = "jobs.job.deleted"


class ReportRef(EventData):
    """What every event of a report says: which job it is about, and whether somebody saw to it."""

    AGGREGATE: ClassVar[str] = "report"

    id: int
    job_id: int
    closed: bool


class ReportCreated(ReportRef):
    """A visitor reported a job."""

    SUBJECT: ClassVar[str] = "jobs.report.created"


class ReportUpdated(ReportRef):
    """A reviewer saw to a report."""

    SUBJECT: ClassVar[str] = "jobs.report.updated"


class CannedReplyRef(EventData):
    """What every event of a canned reply says: that there is one."""

    AGGREGATE: ClassVar[str] = "canned_reply"

    id: int


class CannedReplyCreated(CannedReplyRef):
    """A reply was added."""

    SUBJECT: ClassVar[str] = "jobs.canned_reply.created"


class CannedReplyUpdated(CannedReplyRef):
    """A reply changed."""

    SUBJECT: ClassVar[str] = "jobs.canned_reply.updated"


class CannedReplyDeleted(CannedReplyRef):
    """A reply is gone."""

    SUBJECT: ClassVar[str] = "jobs.canned_reply.deleted"


EVENTS: tuple[type[EventData], ...] = (
    CategoryCreated,
    CategoryUpdated,
    CategoryDeleted,
    JobTypeCreated,
    JobTypeUpdated,
    JobTypeDeleted,
    JobCreated,
    JobUpdated,
    JobSubmitted,
    JobApproved,
    JobExtended,
    JobRejected,
    JobArchived,
    JobRemoved,
    JobExpired,
    JobDeleted,
    ReportCreated,
    ReportUpdated,
    CannedReplyCreated,
    CannedReplyUpdated,
    CannedReplyDeleted,
)
