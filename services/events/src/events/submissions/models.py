"""The tables of submissions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from events.tables import Base
from servicekit.models import Authorship, Identity, Timestamps, Versioned


class Submission(Identity, Timestamps, Authorship, Versioned, Base):
    """One event that somebody sent in: `creator_id`, who alone sees it beside the reviewers."""

    __tablename__ = "submission"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'asked', 'approved', 'rejected', 'withdrawn')", name="state"
        ),
        CheckConstraint("ends >= starts", name="ends"),
        CheckConstraint("(state = 'approved') = (event_id IS NOT NULL)", name="event"),
        Index("ix_submission_creator_id", "creator_id"),
        Index("ix_submission_state", "state"),
        Index("ix_submission_calendar_id", "calendar_id"),
    )

    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    # No foreign key: what became of it may be deleted.
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    calendar_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("calendar.id", ondelete="RESTRICT")
    )
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    link: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(Text)
    all_day: Mapped[bool] = mapped_column(server_default="false")
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    ends: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    zone: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(500), server_default="")
    place: Mapped[str] = mapped_column(String(255), server_default="")
    address: Mapped[str] = mapped_column(String(255), server_default="")
    country: Mapped[str] = mapped_column(String(2), server_default="")
    online: Mapped[bool] = mapped_column(server_default="false")
    python_focus: Mapped[str] = mapped_column(Text, server_default="")
    attendees: Mapped[int | None] = mapped_column(Integer)
    contact_name: Mapped[str] = mapped_column(String(200), server_default="")
    email: Mapped[str] = mapped_column(String(320))


class SubmissionNote(Identity, Base):
    """What was said or done about a submission."""

    __tablename__ = "submission_note"
    __table_args__ = (
        CheckConstraint("\"by\" IN ('submitter', 'reviewer')", name="by"),
        Index("ix_submission_note_submission_id", "submission_id"),
    )

    submission_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("submission.id", ondelete="CASCADE")
    )
    time: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp()
    )
    by: Mapped[str] = mapped_column(String(10))
    action: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, server_default="")
