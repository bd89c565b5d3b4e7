"""The tables of all domains: read by Alembic, by constraints and by nobody else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from events.alarms import models as alarms
from events.calendars import models as calendars
from events.categories import models as categories
from events.events import models as events
from events.locations import models as locations
from events.occurrences import models as occurrences
from events.sources import models as sources
from events.submissions import models as submissions
from events.tables import Base

__all__ = [
    "METADATA",
    "alarms",
    "calendars",
    "categories",
    "events",
    "locations",
    "occurrences",
    "sources",
    "submissions",
]

METADATA: Final[MetaData] = Base.metadata
