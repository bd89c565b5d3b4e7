"""The tables of all domains: read by Alembic, by constraints and by nobody else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from sponsors.assets import models as assets
from sponsors.benefits import models as benefits
from sponsors.clauses import models as clauses
from sponsors.contracts import models as contracts
from sponsors.exporting import models as exporting
from sponsors.notices import models as notices
from sponsors.own import models as own
from sponsors.packages import models as packages
from sponsors.programs import models as programs
from sponsors.reminders import models as reminders
from sponsors.sponsors import models as sponsors
from sponsors.sponsorships import models as sponsorships
from sponsors.tables import Base
from sponsors.vouchers import models as vouchers
from sponsors.years import models as years

__all__ = [
    "METADATA",
    "assets",
    "benefits",
    "clauses",
    "contracts",
    "exporting",
    "notices",
    "own",
    "packages",
    "programs",
    "reminders",
    "sponsors",
    "sponsorships",
    "vouchers",
    "years",
]

METADATA: Final[MetaData] = Base.metadata
