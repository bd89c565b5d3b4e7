"""The tables of all domains: read by Alembic, by constraints and by nobody else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from servicekit.database import Base

METADATA: Final[MetaData] = Base.metadata
