"""The tables of the tree."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned

#: The id of the one tree.
MENU: Final = 1


class Menu(Base):
    """The one row about the tree as a whole: its version grows with every change of an entry."""

    __tablename__ = "menu"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default="1")
    version: Mapped[int] = mapped_column(Integer, server_default="1")


class MenuItem(Identity, Timestamps, Authorship, Versioned, Base):
    """One entry of the tree. Entries of one parent are counted from 1, without gaps.

    `version` is of what a form changes; a move changes `parent_id` and `position` alone, of all
    entries that make room.
    """

    __tablename__ = "menu_item"
    __table_args__ = (
        # Checked at commit: entries change places within a transaction.
        UniqueConstraint(
            "parent_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("parent_id <> id", name="parent"),
        CheckConstraint("parent_id IS NOT NULL OR alias <> ''", name="root"),
        Index("uq_menu_item_alias", "alias", unique=True, postgresql_where=text("alias <> ''")),
    )

    parent_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("menu_item.id", ondelete="RESTRICT")
    )
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(500), server_default="")
    alias: Mapped[str] = mapped_column(String(60), server_default="")
    area: Mapped[str] = mapped_column(String(30), server_default="everywhere")
    elsewhere: Mapped[str] = mapped_column(String(500), server_default="")
    visible: Mapped[bool] = mapped_column(server_default="true")
    in_menu: Mapped[bool] = mapped_column(server_default="true")
    in_breadcrumbs: Mapped[bool] = mapped_column(server_default="true")
    in_footer: Mapped[bool] = mapped_column(server_default="true")
    prefixes: Mapped[list[str]] = mapped_column(ARRAY(String(200)), server_default="{}")
