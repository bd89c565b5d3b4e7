"""Other rows as lists and events name them: made by the database, as parts of a row."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Label, case, func

from events.calendars.models import Calendar
from events.categories.models import Category
from events.locations.models import Location

CALENDAR: Final[ColumnElement[Any]] = func.json_build_object(
    *("id", Calendar.id), *("slug", Calendar.slug), *("name", Calendar.name)
)
CATEGORY: Final[ColumnElement[Any]] = func.json_build_object(
    *("id", Category.id), *("slug", Category.slug), *("name", Category.name)
)
LOCATION: Final[ColumnElement[Any]] = func.json_build_object(
    *("id", Location.id),
    *("name", Location.name),
    *("address", Location.address),
    *("country", Location.country),
    *("online", Location.online),
)


def optional(found: ColumnElement[Any], key: Any, name: str) -> Label[Any]:  # noqa: ANN401 - a column
    """Return what was joined from the left under a name; null where nothing was."""
    return case((key.isnot(None), found)).label(name)
