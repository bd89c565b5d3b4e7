"""The table of categories."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Base
from servicekit.models import Authorship, Identity, NameSlug, Timestamps, Versioned


class Category(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """One category; new jobs may have it while it is `active`."""

    __tablename__ = "category"

    active: Mapped[bool] = mapped_column(server_default="true")
