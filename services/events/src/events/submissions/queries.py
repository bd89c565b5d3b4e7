"""Every read of submissions. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from events import references
from events.calendars.models import Calendar
from events.submissions import transitions
from events.submissions.models import Submission, SubmissionNote
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row

_SUMMARY: Final[tuple[Any, ...]] = (
    *(getattr(Submission, name) for name in ("id", "state", "title", "event_id")),
    references.CALENDAR.label("calendar"),
    *(getattr(Submission, name) for name in ("version", "created", "updated")),
)
_WHOLE: Final[tuple[Any, ...]] = (
    *_SUMMARY,
    *(
        getattr(Submission, name)
        for name in (
            *("kind", "link", "description", "all_day", "zone", "rule", "place", "address"),
            *("country", "online", "python_focus", "attendees", "contact_name", "email"),
        )
    ),
    Submission.starts.label("start"),
    Submission.ends.label("end"),
)

_NOTE: Final[tuple[Any, ...]] = (
    SubmissionNote.time,
    SubmissionNote.by,
    SubmissionNote.action,
    SubmissionNote.text,
)


async def of_user(session: AsyncSession, user_id: int, window: Window) -> tuple[list[Row], int]:
    """Return one window of what a user sent in, newest first."""
    statement = (
        select(*_SUMMARY)
        .join(Calendar, Calendar.id == Submission.calendar_id)
        .where(Submission.creator_id == user_id)
    )
    return await reading.page(session, statement, (Submission.id.desc(),), window)


async def whole(session: AsyncSession, *conditions: ColumnElement[bool]) -> Row | None:
    """Return one submission with what was said about it. Two statements."""
    statement = select(*_WHOLE).join(Calendar, Calendar.id == Submission.calendar_id)
    row = await reading.one(session, statement.where(*conditions))
    if row is None:
        return None
    notes = select(*_NOTE)
    notes = notes.where(SubmissionNote.submission_id == row["id"]).order_by(SubmissionNote.id)
    return {
        **row,
        "can_edit": transitions.may("submitter", "edit", row["state"]),
        "notes": await reading.every(session, notes),
    }
