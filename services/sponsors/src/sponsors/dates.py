"""Today, as the service counts days: that of UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Date, cast, func

TODAY: Final[ColumnElement[date]] = cast(func.timezone("UTC", func.now()), Date)


def today() -> date:
    """Return the day that it is now."""
    return datetime.now(UTC).date()
