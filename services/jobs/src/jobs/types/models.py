"""The table of types."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Base
from servicekit.models import Authorship, Identity, NameSlug, Timestamps, Versioned


class JobType(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """One type; new jobs may have it while it is `active`."""

    __tablename__ = "job_type"

    active: Mapped[bool] = mapped_column(server_default="true")
