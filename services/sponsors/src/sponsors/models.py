"""The tables of all domains: read by Alembic, by constraints and by nobody else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from sponsors.benefits import models as benefits
from sponsors.own import models as own
from sponsors.packages import models as packages
from sponsors.programs import models as programs
from sponsors.sponsors import models as sponsors
from sponsors.sponsorships import models as sponsorships
from sponsors.tables import Base
from sponsors.years import models as years

__all__ = [
    "METADATA",
    "benefits",
    "own",
    "packages",
    "programs",
    "sponsors",
    "sponsorships",
    "years",
]

METADATA: Final[MetaData] = Base.metadata
