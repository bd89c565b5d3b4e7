"""The table of people: a copy, written by `tasks.follow` alone."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base


class Person(Base):
    """Somebody with an account, as the identity service told last."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(String(150))
    name: Mapped[str] = mapped_column(String(301))
    is_active: Mapped[bool]
