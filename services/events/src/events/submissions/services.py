"""Writing submissions: row, note, event, audit entry and mails in one transaction."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from contracts.events.dto import EventKind, EventMarkup
from contracts.events.dto import Submission as SubmissionDTO
from contracts.events.events import SubmissionCreated, SubmissionRef, SubmissionUpdated
from contracts.events.inputs import EventInput, LocationInput, SubmissionInput
from events import settings
from events.calendars.models import Calendar
from events.events import rules
from events.events import services as events
from events.events.series import Series
from events.locations import services as locations
from events.locations.models import Location
from events.submissions import letters, queries
from events.submissions.models import Submission, SubmissionNote
from events.submissions.transitions import Move, Side, after
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.mail import Letter
from servicekit.problems import Forbidden, Invalid, NotFound
from servicekit.writes import alone, note, sign, snapshot, tell

REVIEW = "events.can_review_events"
#: Submissions of one person that wait at the same time.
_MOST_WAITING = 20


async def create(session: WriteSession, sent: SubmissionInput, caller: Principal) -> SubmissionDTO:
    """Take in an event for review. Raises Invalid, Forbidden for who is no user."""
    user = user_of(caller)
    await alone(session, "submissions", user)
    waiting = select(func.count()).where(
        Submission.creator_id == user, Submission.state.in_(("waiting", "asked"))
    )
    if (await session.scalar(waiting) or 0) >= _MOST_WAITING:
        raise Invalid(f"You have {_MOST_WAITING} events that wait for review already.")
    row = Submission(state="waiting")
    await fill(session, row, sent)
    sign(row, caller, new=True)
    session.add(row)
    await session.flush()
    _say(session, row, "submitter", "waiting", sent.note)
    made = await _state(session, row)
    _tell(session, SubmissionCreated, made)
    note(session, caller, "created", row, row.title, after=snapshot(row))
    told = settings.of(session)
    _mail(session, made.email, letters.received(told, made))
    _mail(session, told.reviewers_email, letters.to_reviewers(told, made, "sent in", sent.note))
    return made


async def edit(
    session: WriteSession,
    submission_id: int,
    sent: SubmissionInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> SubmissionDTO:
    """Have its submitter change a submission; what was asked about waits again.

    Raises NotFound, PreconditionFailed, Conflict, Invalid.
    """
    row = await _lock(session, submission_id, Submission.creator_id == user_of(caller))
    check_match(if_match, row.version)
    state = after("submitter", "edit", row.state)
    before = snapshot(row)
    await fill(session, row, sent)
    row.state = state.value
    if snapshot(row) == before and not sent.note:
        return await _state(session, row)
    row.touch()
    made = await _moved(session, row, caller, "submitter", "edited", sent.note, before)
    told = settings.of(session)
    _mail(session, told.reviewers_email, letters.to_reviewers(told, made, "changed", sent.note))
    return made


async def withdraw(session: WriteSession, submission_id: int, caller: Principal) -> SubmissionDTO:
    """Have its submitter take a submission back. Raises NotFound, Conflict."""
    row = await _lock(session, submission_id, Submission.creator_id == user_of(caller))
    before = snapshot(row)
    row.state = after("submitter", "withdraw", row.state).value
    made = await _moved(session, row, caller, "submitter", "withdrawn", "", before)
    told = settings.of(session)
    _mail(session, told.reviewers_email, letters.to_reviewers(told, made, "withdrawn", ""))
    return made


async def review(  # noqa: PLR0913 - what a review is
    session: WriteSession,
    submission_id: int,
    caller: Principal,
    move: Move,
    text: str,
    *,
    if_match: str | None,
) -> SubmissionDTO:
    """Have a reviewer ask, approve or reject. Raises NotFound, Conflict, Invalid, Forbidden."""
    caller.require(REVIEW)
    row = await _lock(session, submission_id)
    check_match(if_match, row.version, required=False)
    state = after("reviewer", move, row.state)
    if move in {"ask", "reject"} and not text:
        raise Invalid.field(["body", "message"], "Say why: the submitter is told.", "missing")
    before = snapshot(row)
    if move == "approve":
        row.event_id = await _publish(session, row, caller)
    row.state = state.value
    row.touch()
    made = await _moved(session, row, caller, "reviewer", state.value, text, before)
    letter = {"ask": letters.asked, "approve": letters.approved, "reject": letters.rejected}[move]
    _mail(session, made.email, letter(settings.of(session), made, text))
    return made


async def correct(
    session: WriteSession,
    submission_id: int,
    sent: SubmissionInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> SubmissionDTO:
    """Have a reviewer put something right; its state stays. Raises NotFound, Conflict, Invalid."""
    caller.require(REVIEW)
    row = await _lock(session, submission_id)
    check_match(if_match, row.version)
    after("reviewer", "ask", row.state)
    before = snapshot(row)
    await fill(session, row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    return await _moved(session, row, caller, "reviewer", "edited", "", before)


async def fill(session: WriteSession, row: Submission, sent: SubmissionInput) -> None:
    """Put what was sent into a row, checked as an event is. Raises Invalid."""
    found = select(Calendar.id).where(Calendar.slug == sent.calendar)
    calendar_id = await session.scalar(found)
    if calendar_id is None:
        raise Invalid.field(["body", "calendar"], "There is no such calendar.", "unknown")
    series = rules.check(
        Series(
            starts=sent.start,
            ends=events.ends_of(sent.start, sent.end, all_day=sent.all_day),
            all_day=sent.all_day,
            zone=sent.zone,
            rules=(sent.rule,) if sent.rule else (),
        )
    )
    row.calendar_id, row.kind = calendar_id, sent.kind.value
    row.starts, row.ends, row.rule = series.starts, series.ends, "".join(series.rules)
    for name in (
        *("title", "link", "description", "all_day", "zone", "place", "address", "country"),
        *("online", "python_focus", "attendees", "contact_name", "email"),
    ):
        setattr(row, name, getattr(sent, name))


def user_of(caller: Principal) -> int:
    """Return the caller's user id. Raises Forbidden for who is no user."""
    if caller.user_id is None:
        raise Forbidden("Only people who are signed in have submissions.")
    return caller.user_id


async def _publish(session: WriteSession, row: Submission, caller: Principal) -> int:
    """Make the event of a submission, at a location of that name."""
    made = await events.create(
        session,
        EventInput(
            title=row.title,
            calendar_id=row.calendar_id,
            location_id=await location_for(session, row, caller),
            kind=EventKind(row.kind),
            link=row.link,
            # Who wrote it is a stranger: nothing of it is markup.
            description=row.description,
            description_markup_type=EventMarkup.PLAIN,
            all_day=row.all_day,
            start=row.starts,
            end=row.ends,
            zone=row.zone,
            rules=[row.rule] if row.rule else [],
        ),
        caller,
    )
    return made.id


async def location_for(session: WriteSession, row: Submission, caller: Principal) -> int | None:
    """Return the location of that name in the calendar, made where there is none."""
    name = row.place or ("Online" if row.online else "")
    if not name:
        return None
    found = await session.scalar(
        select(Location.id)
        .where(
            Location.name == name,
            (Location.calendar_id == row.calendar_id) | Location.calendar_id.is_(None),
            Location.online.is_(row.online),
        )
        .order_by(Location.id)
        .limit(1)
    )
    if found is not None:
        return int(found)
    sent = LocationInput(
        name=name,
        address=row.address,
        country="" if row.online else row.country,
        online=row.online,
        calendar_id=row.calendar_id,
    )
    return (await locations.create(session, sent, caller)).id


async def _moved(  # noqa: PLR0913, PLR0917 - what a change is
    session: WriteSession,
    row: Submission,
    caller: Principal,
    by: Side,
    action: str,
    text: str,
    before: dict[str, object],
) -> SubmissionDTO:
    """Note and tell a change of a locked submission."""
    sign(row, caller)
    _say(session, row, by, action, text)
    made = await _state(session, row)
    _tell(session, SubmissionUpdated, made)
    note(session, caller, action, row, row.title, before=before, after=snapshot(row))
    return made


def _say(session: WriteSession, row: Submission, by: Side, action: str, text: str) -> None:
    session.add(SubmissionNote(submission_id=row.id, by=by, action=action, text=text))


def _tell(session: WriteSession, kind: type[SubmissionRef], made: SubmissionDTO) -> None:
    tell(session, kind(id=made.id, state=made.state), number=made.id, version=made.version)


def _mail(session: WriteSession, to: str, letter: Letter) -> None:
    if to:  # empty where the submitter's account is gone
        mail.post(session, settings.of(session), to, letter)


async def _lock(
    session: WriteSession, submission_id: int, *conditions: ColumnElement[bool]
) -> Submission:
    statement = select(Submission).where(Submission.id == submission_id, *conditions)
    row = await session.scalar(
        statement.with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("There is no such submission.")
    return row


async def _state(session: WriteSession, row: Submission) -> SubmissionDTO:
    await session.flush()
    return SubmissionDTO.model_validate(await queries.whole(session, Submission.id == row.id))
