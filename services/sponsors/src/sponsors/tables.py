"""The base of this service's models; a base of its own, for other services' tables are not ours."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from servicekit.database import NAMING


class Base(DeclarativeBase):
    """The base of a model of any domain."""

    metadata = MetaData(naming_convention=NAMING)
