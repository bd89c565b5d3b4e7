"""The tables of posts, and of the events that they may be about."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from content.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Post(Identity, Timestamps, Authorship, Versioned, Base):
    """One post. What is known of its picture is that of the media file, which never changes."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("kind IN ('text', 'photo', 'video', 'link')", name="kind"),
        Index("ix_post_event_id", "event_id"),
        Index("ix_post_picture_id", "picture_id"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    abstract: Mapped[str] = mapped_column(String(500), server_default="")
    content: Mapped[str] = mapped_column(Text, server_default="")
    content_markup_type: Mapped[str] = mapped_column(String(30), server_default="markdown")
    content_html: Mapped[str] = mapped_column(Text, server_default="")
    content_renderer: Mapped[int] = mapped_column(Integer, server_default="0")
    url: Mapped[str] = mapped_column(String(500), server_default="")
    picture_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("media_file.id", ondelete="RESTRICT")
    )
    picture_key: Mapped[str] = mapped_column(String(420), server_default="")
    picture_width: Mapped[int] = mapped_column(Integer, server_default="0")
    picture_height: Mapped[int] = mapped_column(Integer, server_default="0")
    caption: Mapped[str] = mapped_column(String(500), server_default="")
    # No foreign key: the copy goes with the event, and the post stays.
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    is_published: Mapped[bool] = mapped_column(server_default="false")
    sample: Mapped[bool] = mapped_column(server_default="false")


class EventCopy(Base):
    """An event as the events service told last; written by `following` alone."""

    __tablename__ = "event_copy"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(300))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(255), server_default="")
    cancelled: Mapped[bool]
