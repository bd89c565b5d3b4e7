"""What another service reads to rebuild its copy of the categories."""

from __future__ import annotations

from typing import Final

from contracts.jobs.events import CategoryUpdated
from jobs.categories.services import CATEGORIES
from servicekit.service import Export

EXPORTS: Final = (Export(entity="categories", kind=CategoryUpdated, read=CATEGORIES.export),)
