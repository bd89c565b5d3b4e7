"""Submissions in the staff admin: reviewers put right, ask, approve and reject."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format, Widget
from contracts.base import Text
from contracts.events.dto import SubmissionState
from contracts.events.inputs import SubmissionInput
from events.calendars.models import Calendar
from events.events.admin import KINDS
from events.submissions import queries, services
from events.submissions.models import Submission
from events.submissions.transitions import Move
from servicekit.access import Principal
from servicekit.admin.declaration import (
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

_STATES: Final = tuple(
    AdminChoice(value=state.value, label=state.value.capitalize()) for state in SubmissionState
)


class Decision(StrEnum):
    """What a reviewer does with a submission."""

    LATER = "later"
    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"


_DECISIONS: Final = (
    AdminChoice(value=Decision.LATER.value, label="Only save what I changed"),
    AdminChoice(value=Decision.ASK.value, label="Ask the submitter"),
    AdminChoice(value=Decision.APPROVE.value, label="Approve: list the event"),
    AdminChoice(value=Decision.REJECT.value, label="Reject"),
)


_MOVES: Final[dict[Decision, Move]] = {
    Decision.ASK: "ask",
    Decision.APPROVE: "approve",
    Decision.REJECT: "reject",
}


class Review(SubmissionInput):
    """A submission as a reviewer has it: what was sent, and what is to become of it."""

    decision: Decision = Decision.LATER
    message: Annotated[Text, StringConstraints(max_length=5000)] = ""
    said: str = ""


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    row = await queries.whole(session, Submission.id == key)
    if row is None:
        return None
    said = [
        f"{one['time']:%Y-%m-%d %H:%M} {one['by']}, {one['action']}: {one['text']}".rstrip(": ")
        for one in row["notes"]
    ]
    return {
        **{name: row[name] for name in row if name not in {"notes", "can_edit"}},
        "calendar": row["calendar"]["slug"],
        "rule": row["rule"] or None,
        "decision": Decision.LATER,
        "message": "",
        "note": "",
        "said": "\n".join(said),
    }


async def _update(
    session: WriteSession, key: int, sent: Review, caller: Principal, *, if_match: str | None
) -> object:
    """Put right what differs, then do what was decided."""
    plain = SubmissionInput.model_validate(
        sent.model_dump(exclude={"decision", "message", "said"}) | {"note": ""}
    )
    made = await services.correct(session, key, plain, caller, if_match=if_match)
    if sent.decision is Decision.LATER:
        return made
    match = etag(made.version)
    move = _MOVES[sent.decision]
    return await services.review(session, key, caller, move, sent.message, if_match=match)


def _joined(statement: Statement) -> Statement:
    return statement.join(Calendar, Calendar.id == Submission.calendar_id)


SUBMISSIONS: Final = Resource(
    name="submission",
    label="submission",
    plural="submissions",
    group="Events",
    note="Events that people sent in. The submitter gets a mail of what is decided.",
    model=Submission,
    key=Submission.id,
    title=Submission.title,
    permissions=Permissions.same(services.REVIEW),
    join=_joined,
    columns=(
        Column("title", Submission.title),
        Column("state", Submission.state),
        Column("calendar", Calendar.name),
        Column("place", Submission.place),
        Column("created", Submission.created, "Sent in", Format.TIME),
        Column("updated", Submission.updated, format=Format.TIME),
    ),
    order="-updated",
    search=(("title", Submission.title), ("place", Submission.place), ("link", Submission.link)),
    filters=(
        Filter("state", Submission.state, FilterKind.CHOICE, "State", _STATES),
        Filter("calendar", Submission.calendar_id, FilterKind.REF, "Calendar", ref="calendar"),
    ),
    dates=Column("created", Submission.created),
    form=Form(
        read=_read,
        input=Review,
        fieldsets=(
            Fieldset("Review", ("decision", "message", "said")),
            Fieldset("Event", ("title", "calendar", "kind", "link", "description")),
            Fieldset("When", ("all_day", "start", "end", "zone", "rule")),
            Fieldset("Where", ("place", "address", "country", "online")),
            Fieldset("Sent in", ("python_focus", "attendees", "contact_name", "email")),
        ),
        update=_update,
        hints={
            "decision": Hint(choices=_DECISIONS),
            "message": Hint(
                widget=Widget.TEXTAREA, help="Mailed to the submitter; needed to ask or reject"
            ),
            "said": Hint(label="So far", widget=Widget.TEXTAREA, read_only_on_change=True),
            "calendar": Hint(help="Its slug, such as python-events"),
            "kind": Hint(choices=KINDS),
            "description": Hint(widget=Widget.TEXTAREA),
            "start": Hint(widget=Widget.TEXT),
            "end": Hint(widget=Widget.TEXT),
            "rule": Hint(label="Repeats", help="FREQ=MONTHLY;BYDAY=2TU; empty: it does not"),
            "contact_name": Hint(read_only_on_change=True),
            "email": Hint(read_only_on_change=True),
        },
    ),
)

RESOURCES: Final = (SUBMISSIONS,)
