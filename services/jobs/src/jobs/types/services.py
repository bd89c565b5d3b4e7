"""Reading and writing types."""

from __future__ import annotations

from typing import Final

from contracts.jobs.dto import JobType as JobTypeDTO
from contracts.jobs.events import JobTypeCreated, JobTypeDeleted, JobTypeUpdated
from jobs.jobs.models import Job
from jobs.names import Names
from jobs.types.models import JobType

TYPES: Final = Names(
    what="type",
    model=JobType,
    dto=JobTypeDTO,
    created=JobTypeCreated,
    updated=JobTypeUpdated,
    deleted=JobTypeDeleted,
    state="job_type",
    having=lambda number: Job.type_ids.contains([number]),
)
