"""What another service reads to rebuild its copy of the types."""

from __future__ import annotations

from typing import Final

from contracts.jobs.events import JobTypeUpdated
from jobs.types.services import TYPES
from servicekit.service import Export

EXPORTS: Final = (Export(entity="types", kind=JobTypeUpdated, read=TYPES.export),)
