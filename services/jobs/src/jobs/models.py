"""The tables of all domains: read by Alembic, by constraints and by nobody else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from jobs.categories import models as categories
from jobs.jobs import models as jobs
from jobs.monthly import models as monthly
from jobs.replies import models as replies
from jobs.reports import models as reports
from jobs.review import models as review
from jobs.tables import Base
from jobs.types import models as types

__all__ = ["METADATA", "categories", "jobs", "monthly", "replies", "reports", "review", "types"]

METADATA: Final[MetaData] = Base.metadata
