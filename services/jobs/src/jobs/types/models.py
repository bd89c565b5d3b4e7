"""The table of types."""

from __future__ import annotations

from jobs.tables import Named


class JobType(Named):
    """One type: a job has any number."""

    __tablename__ = "job_type"
