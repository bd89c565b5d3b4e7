"""The table of the current year: at most one row."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Authorship, Timestamps, Versioned
from sponsors.tables import Base

#: The only key there is.
ONLY = 1


class CurrentYear(Timestamps, Authorship, Versioned, Base):
    """The year whose packages can be chosen; without a row that of the calendar."""

    __tablename__ = "current_year"
    __table_args__ = (
        CheckConstraint("id = 1", name="only"),
        CheckConstraint("year BETWEEN 2022 AND 2050", name="year"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, sort_order=-100)
    year: Mapped[int] = mapped_column(Integer)
