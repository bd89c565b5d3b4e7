"""Reads of jobs of any state. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.jobs.dto import JobState
from contracts.jobs.review import Move, Side
from jobs import references
from jobs.jobs import moving, queries, transitions
from jobs.jobs.filters import VISIBLE
from jobs.jobs.models import Job, JobComment, JobStep
from jobs.settings import Settings
from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row


def _own(*names: str) -> tuple[Any, ...]:
    return tuple(getattr(Job, name) for name in names)


_SUMMARY: Final[tuple[Any, ...]] = (
    *_own("id", "state", "state_by", "asked", "title", "company_name"),
    references.LOCATION.label("location"),
    *_own("published", "expires", "version", "created", "updated"),
    func.coalesce(and_(VISIBLE), False).label("visible"),
)
WHOLE: Final[tuple[Any, ...]] = (
    *_SUMMARY,
    references.CATEGORY.label("category"),
    references.TYPES.label("types"),
    *_own("other_type", "city", "region", "country", "location_slug", "country_slug"),
    *_own("remote", "agencies", "featured", "sample", "markup_type"),
    *_own("company_description", "description", "requirements"),
    *_own("company_description_html", "description_html", "requirements_html", "summary"),
    *_own("contact", "email", "email_public", "url", "creator_id", "submitted"),
)
_COMMENT: Final = tuple(
    getattr(JobComment, name) for name in ("id", "time", "by", "name", "text", "question")
)
_STEP: Final = tuple(
    getattr(JobStep, name) for name in ("time", "by", "name", "move", "before", "after")
)


async def of_user(
    session: AsyncSession,
    settings: Settings,
    user_id: int,
    window: Window,
    state: JobState | None,
) -> tuple[list[Row], int]:
    """Return one window of what a user posted, newest first."""
    statement = select(*_SUMMARY).where(Job.creator_id == user_id)
    if state is not None:
        statement = statement.where(Job.state == state.value)
    rows, total = await reading.page(session, statement, (Job.id.desc(),), window)
    return [able(settings, row, Side.POSTER) for row in rows], total


async def whole(
    session: AsyncSession,
    settings: Settings,
    side: Side,
    *conditions: ColumnElement[bool],
    columns: tuple[Any, ...] = (),
) -> Row | None:
    """Return one job with what was said and done about it. 3 statements."""
    found = queries.statement((*WHOLE, *columns)).where(*conditions)
    row = await reading.one(session, found)
    if row is None:
        return None
    number = row["id"]
    comments = select(*_COMMENT).where(JobComment.job_id == number).order_by(JobComment.id)
    history = select(*_STEP).where(JobStep.job_id == number).order_by(JobStep.id)
    return {
        **able(settings, row, side),
        "comments": await reading.every(session, comments),
        "history": await reading.every(session, history),
    }


def able(settings: Settings, row: Row, side: Side) -> Row:
    """Put into a row what somebody on a side may do with the job now."""
    moves = transitions.moves(side, row["state"])
    begin = end = None
    if (Side.POSTER, Move.EXTEND, JobState(row["state"])) in transitions.TRANSITIONS:
        begin, end = moving.extendable(settings, row["expires"])
        if not begin <= datetime.now(UTC) <= end:
            moves = [move for move in moves if move is not Move.EXTEND]
    return {**row, "moves": moves, "extendable_from": begin, "extendable_until": end}
