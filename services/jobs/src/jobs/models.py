"""The tables of all domains: read by Alembic, by constraints and by nobody else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from jobs.categories import models as categories
from jobs.tables import Base
from jobs.types import models as types

__all__ = ["METADATA", "categories", "types"]

METADATA: Final[MetaData] = Base.metadata
