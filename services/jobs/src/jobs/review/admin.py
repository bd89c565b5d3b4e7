"""Jobs in the staff admin: reviewers put right and decide; moves go through the one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.base import Input, Text
from contracts.jobs.dto import JobMarkup, JobState
from contracts.jobs.inputs import DecisionInput, DecisionMove, ReviewedJobInput
from contracts.jobs.review import Move, Side
from jobs.categories.models import Category
from jobs.jobs import moving
from jobs.jobs.models import Job, JobComment
from jobs.jobs.transitions import TRANSITIONS
from jobs.review import services
from servicekit import reading
from servicekit.access import Principal
from servicekit.admin.actions import deletion
from servicekit.admin.declaration import (
    Action,
    Call,
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Values,
)
from servicekit.database import WriteSession
from servicekit.etag import etag
from servicekit.reading import bytewise

_DELETE: Final = "jobs.delete_job"
_STATES: Final = tuple(
    AdminChoice(value=state.value, label=state.value.capitalize()) for state in JobState
)
_MARKUPS: Final = tuple(
    AdminChoice(value=kind.value, label=kind.value.capitalize()) for kind in JobMarkup
)
_FIELDS: Final = tuple(
    name for name in ReviewedJobInput.model_fields if name not in {"poster_name", "poster_email"}
)


class Decision(StrEnum):
    """What a reviewer does with a job."""

    LATER = "later"
    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"
    ARCHIVE = "archive"
    REMOVE = "remove"
    REOPEN = "reopen"


_DECISIONS: Final = (
    AdminChoice(value=Decision.LATER.value, label="Only save what I changed"),
    AdminChoice(value=Decision.ASK.value, label="Ask the poster"),
    AdminChoice(value=Decision.APPROVE.value, label="Approve: show it"),
    AdminChoice(value=Decision.REJECT.value, label="Reject"),
    AdminChoice(value=Decision.ARCHIVE.value, label="Archive"),
    AdminChoice(value=Decision.REMOVE.value, label="Remove, for good"),
    AdminChoice(value=Decision.REOPEN.value, label="Review again"),
)


class Reason(Input):
    """What posters are told; it becomes a comment."""

    text: Annotated[Text, StringConstraints(min_length=1, max_length=5000)]


class Reviewed(ReviewedJobInput):
    """A job as a reviewer has it: what was sent, and what is to become of it."""

    decision: Decision = Decision.LATER
    message: Annotated[Text, StringConstraints(max_length=5000)] = ""
    said: str = ""


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    names = ("id", "version", *_FIELDS)
    columns: tuple[Any, ...] = tuple(getattr(Job, name) for name in names)
    row = await reading.one(session, select(*columns).where(Job.id == key))
    if row is None:
        return None
    comments = select(JobComment).where(JobComment.job_id == key).order_by(JobComment.id)
    said = [
        f"{one.time:%Y-%m-%d %H:%M} {one.by}: {one.text}" for one in await session.scalars(comments)
    ]
    return {**row, "decision": Decision.LATER, "message": "", "said": "\n".join(said)}


async def _update(
    session: WriteSession, key: int, sent: Reviewed, caller: Principal, *, if_match: str | None
) -> object:
    """Put right what differs, then do what was decided."""
    plain = sent.model_dump(exclude={"decision", "message", "said"})
    corrected = ReviewedJobInput.model_validate(plain)
    made = await services.edit(session, key, corrected, caller, if_match=if_match)
    if sent.decision is Decision.LATER:
        return made
    decided = DecisionInput(move=DecisionMove(sent.decision.value), text=sent.message)
    return await services.decide(session, key, decided, caller, if_match=etag(made.version))


async def _delete(
    session: WriteSession, key: int, caller: Principal, *, if_match: str | None
) -> None:
    await moving.delete(session, key, caller, if_match=if_match)


def _decide(move: DecisionMove, said: str) -> Callable[[Call, Sequence[int]], Awaitable[str]]:
    async def run(call: Call, keys: Sequence[int]) -> str:
        for key in keys:
            decided = DecisionInput(move=move, text=call.sent.text if call.sent else "")
            await services.decide(call.session, key, decided, call.caller, if_match=None)
        return f"{len(keys)} {'job' if len(keys) == 1 else 'jobs'} {said}"

    return run


def _able(move: Move) -> Callable[[Values], bool]:
    """Tell whether the table has a move from the state of a row."""
    return lambda row: (Side.REVIEWER, move, JobState(row["state"])) in TRANSITIONS


def _joined(statement: Statement) -> Statement:
    return statement.join(Category, Category.id == Job.category_id)


def _action(  # noqa: PLR0913 - what there is to say of a decision
    move: DecisionMove,
    label: str,
    said: str,
    confirm: str,
    *,
    danger: bool = False,
    reason: bool = False,
) -> Action:
    return Action(
        name=move.value,
        label=label,
        permission=services.REVIEW,
        confirm=confirm,
        run=_decide(move, said),
        applies=_able(Move(move.value)),
        danger=danger,
        input=Reason if reason else None,
        hints={"text": _REASON} if reason else {},
    )


_REASON: Final = Hint(
    label="Message", widget=Widget.TEXTAREA, help="Mailed to the posters, and kept as a comment"
)
JOBS: Final = Resource(
    name="job",
    label="job",
    plural="jobs",
    group="Jobs",
    note="Posters get a mail of what is decided. The review desk shows what waits, with hints.",
    model=Job,
    key=Job.id,
    title=Job.title,
    permissions=Permissions(services.REVIEW, services.REVIEW, services.REVIEW, _DELETE),
    join=_joined,
    columns=(
        Column("title", Job.title, order=bytewise(Job.title)),
        Column("company", Job.company_name, order=bytewise(Job.company_name)),
        Column("state", Job.state),
        Column("category", Category.name, order=bytewise(Category.name)),
        Column("country", Job.country, order=bytewise(Job.country)),
        Column("remote", Job.remote, format=Format.BOOL),
        Column("poster", Job.creator_id, format=Format.NUMBER),
        Column("created", Job.created, format=Format.TIME),
        Column("expires", Job.expires, format=Format.TIME),
        Column("updated", Job.updated, format=Format.TIME),
    ),
    order="-created",
    search=(("title", Job.title), ("company", Job.company_name), ("link", Job.url)),
    filters=(
        Filter("state", Job.state, FilterKind.CHOICE, "State", _STATES),
        Filter("category", Job.category_id, FilterKind.REF, "Category", ref="category"),
        Filter("remote", Job.remote, FilterKind.BOOL, "Remote"),
        Filter("featured", Job.featured, FilterKind.BOOL, "Featured"),
        Filter("sample", Job.sample, FilterKind.BOOL, "Sample"),
    ),
    dates=Column("created", Job.created),
    form=Form(
        read=_read,
        input=Reviewed,
        fieldsets=(
            Fieldset("Review", ("decision", "message", "said")),
            Fieldset("Job", ("title", "company_name", "category_id", "type_ids", "other_type")),
            Fieldset("Where", ("city", "region", "country", "remote")),
            Fieldset("Text", ("markup_type", "description", "requirements", "company_description")),
            Fieldset("Contact", ("contact", "email", "email_public", "url", "agencies")),
            Fieldset("In lists", ("featured",)),
        ),
        update=_update,
        hints={
            "decision": Hint(choices=_DECISIONS),
            "message": Hint(
                widget=Widget.TEXTAREA, help="Mailed to the poster; needed to ask or reject"
            ),
            "said": Hint(label="So far", widget=Widget.TEXTAREA, read_only_on_change=True),
            "category_id": Hint(label="Category", ref="category"),
            "type_ids": Hint(label="Types", ref="type"),
            "markup_type": Hint(label="Markup", choices=_MARKUPS),
            "description": Hint(widget=Widget.TEXTAREA),
            "requirements": Hint(widget=Widget.TEXTAREA),
            "company_description": Hint(widget=Widget.TEXTAREA),
            "email_public": Hint(label="Show contact to visitors who ask"),
            "agencies": Hint(label="Agencies may answer"),
            "featured": Hint(help="Shown first where there is little room"),
        },
    ),
    delete=_delete,
    actions=(
        _action(
            DecisionMove.APPROVE,
            "Approve",
            "approved",
            "The jobs are shown, and their posters told.",
        ),
        _action(
            DecisionMove.ASK,
            "Ask the poster",
            "waiting for their posters",
            "The jobs wait until their posters have answered.",
            reason=True,
        ),
        _action(
            DecisionMove.REJECT,
            "Reject",
            "rejected",
            "The jobs are not shown; their posters may change them and send them in anew.",
            danger=True,
            reason=True,
        ),
        _action(
            DecisionMove.ARCHIVE,
            "Archive",
            "archived",
            "The jobs are no longer shown, and their posters told.",
        ),
        _action(
            DecisionMove.REOPEN,
            "Review again",
            "put back into the queue",
            "The jobs wait for review again, and their posters are told.",
        ),
        _action(
            DecisionMove.REMOVE,
            "Remove",
            "removed",
            "The jobs are removed for good, and their posters told.",
            danger=True,
        ),
        deletion(
            _delete,
            _DELETE,
            "job",
            "jobs",
            confirm="The jobs are deleted with all that was said of them. This cannot be undone.",
        ),
    ),
)

RESOURCES: Final = (JOBS,)
