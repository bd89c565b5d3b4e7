"""Stories that people send in: row, note, event, audit entry and mails in one transaction."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import case, func, select, update

from content import settings
from content.stories import letters, queries, services
from content.stories.models import Story, StoryCategory, StoryNote
from content.stories.telling import tell_story
from content.writes import alone, note, sign, snapshot
from contracts.content.stories import StoryCreated, StorySubmission, StorySubmissionInput
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.mail import Letter
from servicekit.problems import Conflict, Forbidden, Invalid, NotFound

REVIEW: Final = "content.can_review_stories"
#: Stories of one person that wait at the same time.
_MOST_WAITING: Final = 10

#: Whose account is gone: the number of nobody.
NOBODY: Final = 0

type Move = Literal["ask", "approve", "reject"]
_AFTER: Final[dict[Move, str]] = {"ask": "asked", "approve": "approved", "reject": "rejected"}


async def create(
    session: WriteSession, sent: StorySubmissionInput, caller: Principal
) -> StorySubmission:
    """Take in a story for review. Raises Invalid, Conflict, Forbidden for who is no user."""
    user = user_of(caller)
    # One after the other, or two at once would count the same.
    await alone(session, "stories", user)
    waiting = select(func.count()).where(Story.submitted_by == user, Story.review.in_(queries.OPEN))
    if (await session.scalar(waiting) or 0) >= _MOST_WAITING:
        raise Invalid(f"You have {_MOST_WAITING} stories that wait for review already.")
    row = Story(review="waiting", submitted_by=user)
    await _fill(session, row, sent)
    sign(row, caller, new=True)
    session.add(row)
    tell_story(session, StoryCreated, await services.state(session, row))
    _say(session, row, "submitter", "waiting", sent.note)
    note(session, caller, "created", row, row.name, after=snapshot(row))
    made = await _state(session, row)
    told = settings.of(session)
    _mail(session, sent.author_email, letters.received(told, made))
    _mail(session, told.stories_email, letters.to_reviewers(told, made, "sent in", sent.note))
    return made


async def edit(
    session: WriteSession,
    story_id: int,
    sent: StorySubmissionInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> StorySubmission:
    """Have its submitter change a story; what was asked about waits again.

    Raises NotFound, PreconditionFailed, Conflict, Invalid.
    """
    row = await _own(session, story_id, caller)
    check_match(if_match, row.version)
    _open(row)
    before = snapshot(row)
    await _fill(session, row, sent)
    row.review = "waiting"
    if snapshot(row) == before and not sent.note:
        return await _state(session, row)
    row.touch()
    made = await _moved(session, row, caller, "submitter", "edited", sent.note, before)
    told = settings.of(session)
    _mail(session, told.stories_email, letters.to_reviewers(told, made, "changed", sent.note))
    return made


async def withdraw(session: WriteSession, story_id: int, caller: Principal) -> StorySubmission:
    """Have its submitter take a story back. Raises NotFound, Conflict."""
    row = await _own(session, story_id, caller)
    _open(row)
    before = snapshot(row)
    row.review = "withdrawn"
    made = await _moved(session, row, caller, "submitter", "withdrawn", "", before)
    told = settings.of(session)
    _mail(session, told.stories_email, letters.to_reviewers(told, made, "withdrawn", ""))
    return made


async def review(  # noqa: PLR0913, PLR0917 - what a review is
    session: WriteSession,
    story_id: int,
    sent: StorySubmissionInput,
    caller: Principal,
    move: Move | None,
    text: str,
    *,
    featured: bool,
    if_match: str | None,
) -> StorySubmission:
    """Have a reviewer put a story right, and ask, approve or reject; None: only the first.

    Raises NotFound, PreconditionFailed, Conflict, Invalid, Forbidden.
    """
    caller.require(REVIEW)
    row = await services.lock(session, Story.id == story_id, Story.submitted_by.isnot(None))
    check_match(if_match, row.version)
    _open(row)
    if move in {"ask", "reject"} and not text:
        raise Invalid.field(["body", "message"], "Say why: the submitter is told.", "missing")
    before = snapshot(row)
    await _fill(session, row, sent)
    row.featured = featured
    if move is not None:
        row.review = _AFTER[move]
    if move == "approve":
        services.publish(row, published=True)
    if snapshot(row) == before and move is None:
        return await _state(session, row)
    row.touch()
    action = _AFTER[move] if move else "edited"
    made = await _moved(session, row, caller, "reviewer", action, text, before)
    if move is not None and made.author_email:
        letter = {"ask": letters.asked, "approve": letters.approved, "reject": letters.rejected}
        _mail(session, made.author_email, letter[move](settings.of(session), made, text))
    return made


def user_of(caller: Principal) -> int:
    """Return the caller's user id. Raises Forbidden for who is no user."""
    if caller.user_id is None:
        raise Forbidden("Only people who are signed in have stories of their own.")
    return caller.user_id


def _open(row: Story) -> None:
    if row.review not in queries.OPEN:
        raise Conflict(f"This story is {row.review} and cannot be changed so any more.")


async def _fill(session: WriteSession, row: Story, sent: StorySubmissionInput) -> None:
    with session.no_autoflush:
        category = await session.scalar(
            select(StoryCategory.id).where(StoryCategory.slug == sent.category)
        )
        if category is None:
            raise Invalid.field(["body", "category"], "There is no such category.", "unknown")
        if row.name != sent.name:
            await services.name(session, row, sent.name, None)
    row.category_id = category
    for field in ("company_name", "company_url", "author", "author_email", "pull_quote"):
        setattr(row, field, getattr(sent, field))
    await services.put_text(row, sent.content, "markdown")


async def forget(session: WriteSession, user_id: int) -> None:
    """Take back what waits of somebody whose account is gone, and forget who sent the rest in.

    A story stays one that was sent in: its text is never trusted as that of an editor.
    """
    waits = Story.review.in_(queries.OPEN)
    await session.execute(
        update(Story)
        .where(Story.submitted_by == user_id)
        .values(
            submitted_by=NOBODY,
            author_email=None,
            review=case((waits, "withdrawn"), else_=Story.review),
            updated=Story.updated,
        )
    )


async def _own(session: WriteSession, story_id: int, caller: Principal) -> Story:
    return await services.lock(session, Story.id == story_id, Story.submitted_by == user_of(caller))


async def _moved(  # noqa: PLR0913, PLR0917 - what a change is
    session: WriteSession,
    row: Story,
    caller: Principal,
    by: str,
    action: str,
    text: str,
    before: dict[str, object],
) -> StorySubmission:
    """Note and tell a change of a locked story."""
    _say(session, row, by, action, text)
    await services.written(session, row, caller, before, action)
    return await _state(session, row)


def _say(session: WriteSession, row: Story, by: str, action: str, text: str) -> None:
    session.add(StoryNote(story_id=row.id, by=by, action=action, text=text))


def _mail(session: WriteSession, to: str, letter: Letter) -> None:
    mail.post(session, settings.of(session), to, letter)


async def _state(session: WriteSession, row: Story) -> StorySubmission:
    await session.flush()
    found = await queries.submission(session, Story.id == row.id)
    if found is None:
        raise NotFound("There is no such story.")
    return StorySubmission.model_validate(found)
