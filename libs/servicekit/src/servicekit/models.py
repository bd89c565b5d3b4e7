"""Mixins for a service's models: keys, times, authorship, versions, names and markup."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, String, Text, func
from sqlalchemy import Identity as IdentityColumn
from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class Identity:
    """A bigint key that PostgreSQL gives out, unless an import brings one along."""

    id: Mapped[int] = mapped_column(
        BigInteger, IdentityColumn(always=False), primary_key=True, sort_order=-100
    )


class Timestamps:
    """When a row was made and last changed, by the database's clock."""

    created: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), sort_order=100
    )
    updated: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), sort_order=101
    )


class Authorship:
    """Who made and who last changed a row: user ids of the identity service, no foreign keys."""

    creator_id: Mapped[int | None] = mapped_column(BigInteger, sort_order=102)
    last_modified_by_id: Mapped[int | None] = mapped_column(BigInteger, sort_order=103)


class Versioned:
    """A version that grows by one with every change of the row, in the same statement.

    An UPDATE or DELETE of a version that is no longer there raises
    sqlalchemy.orm.exc.StaleDataError, which callers see as a conflict.
    """

    version: Mapped[int] = mapped_column(Integer, server_default="1", sort_order=104)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def touch(self) -> None:
        """Grow the version with the next flush although no column of the row changed.

        For changes of what belongs to the row, such as the files of a release.
        """
        self.version += 1


class NameSlug:
    """A name and the slug that addresses it."""

    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(200), unique=True)


class Markup:
    """One text in a markup language, kept raw and rendered.

    `rendered` is sanitised HTML made at save by `renderer`, a version of libs/markup; a
    `rerender` task makes it anew where that version is old.
    """

    raw: Mapped[str] = mapped_column(Text, server_default="")
    markup_type: Mapped[str] = mapped_column(String(30), server_default="restructuredtext")
    rendered: Mapped[str] = mapped_column(Text, server_default="")
    renderer: Mapped[int] = mapped_column(Integer, server_default="0")
