"""Other rows as lists and events name them: made by the database, as parts of a row."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, any_, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from jobs.categories.models import Category
from jobs.jobs.models import Job
from jobs.types.models import JobType
from servicekit.reading import bytewise

#: Needs a join with the category.
CATEGORY: Final[ColumnElement[Any]] = func.json_build_object(
    *("id", Category.id), *("slug", Category.slug), *("name", Category.name)
)
_TYPE: Final = func.json_build_object(
    *("id", JobType.id), *("slug", JobType.slug), *("name", JobType.name)
)
TYPES: Final[ColumnElement[Any]] = func.coalesce(
    select(func.json_agg(aggregate_order_by(_TYPE, bytewise(JobType.name))))
    .where(JobType.id == any_(Job.type_ids))
    .correlate(Job)
    .scalar_subquery(),
    literal_column("'[]'::json"),
)
LOCATION: Final[ColumnElement[Any]] = func.concat_ws(
    ", ", Job.city, func.nullif(Job.region, ""), Job.country
)
