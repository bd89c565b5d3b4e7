"""What the models of this service are made of; other services' tables are not ours."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from servicekit.database import NAMING
from servicekit.models import Authorship, Identity, NameSlug, Timestamps, Versioned


class Base(DeclarativeBase):
    """The base of a model of any domain."""

    metadata = MetaData(naming_convention=NAMING)


class Named(Identity, NameSlug, Timestamps, Authorship, Versioned, Base):
    """A name that jobs have; new ones may have it while it is `active`."""

    __abstract__ = True

    active: Mapped[bool] = mapped_column(server_default="true")
