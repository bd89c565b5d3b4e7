"""The tables of all domains: read by Alembic, by constraints and by nobody else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from content.boxes.models import Box

METADATA: Final[MetaData] = Box.metadata
