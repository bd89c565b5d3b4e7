"""Reading and writing categories."""

from __future__ import annotations

from typing import Final

from contracts.jobs.dto import JobCategory
from contracts.jobs.events import CategoryCreated, CategoryDeleted, CategoryUpdated
from jobs.categories.models import Category
from jobs.jobs.models import Job
from jobs.names import Names

CATEGORIES: Final = Names(
    what="category",
    model=Category,
    dto=JobCategory,
    created=CategoryCreated,
    updated=CategoryUpdated,
    deleted=CategoryDeleted,
    state="category",
    having=lambda number: Job.category_id == number,
)
