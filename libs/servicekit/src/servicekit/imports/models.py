"""Mixins for sources that are followed, and for reports of what that came to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import DateTime, Integer, String, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from servicekit.models import Identity

#: Columns that following keeps, and nobody sends.
FOLLOWING: Final = frozenset({"etag", "last_modified", "due", "looked", "failures", "error"})


class Followed(Identity):
    """What is followed. A model has an index of `due` where `active`.

    `etag` and `last_modified` are what it said last, for asking whether anything changed. `due` is
    when it is looked at next; `failures` counts those since it last worked.
    """

    name: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default="true")
    etag: Mapped[str] = mapped_column(String(500), server_default="")
    last_modified: Mapped[str] = mapped_column(String(100), server_default="")
    due: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    looked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[str] = mapped_column(String(500), server_default="")

    @property
    def address(self) -> str:
        """Where it is asked."""
        raise NotImplementedError

    def ask_whole(self) -> None:
        """Have it asked again with the next look, whatever it said before."""
        self.etag, self.last_modified, self.due = "", "", datetime.now(UTC)


class Reported(Identity):
    """What one look at a source came to. Looks that found nothing new leave none.

    A model has `source_id`, which goes with its source, and `outcome` is `done` or `failed`.
    """

    source_id: Mapped[int]
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    outcome: Mapped[str] = mapped_column(String(10))
    created: Mapped[int] = mapped_column(Integer, server_default="0")
    updated: Mapped[int] = mapped_column(Integer, server_default="0")
    deleted: Mapped[int] = mapped_column(Integer, server_default="0")
    unchanged: Mapped[int] = mapped_column(Integer, server_default="0")
    skipped: Mapped[int] = mapped_column(Integer, server_default="0")
    lines: Mapped[list[str]] = mapped_column(ARRAY(String(500)), server_default="{}")
