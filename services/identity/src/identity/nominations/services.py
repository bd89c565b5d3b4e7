"""Writing nominations: rows, events, audit entry and mails in one transaction.

Who may do what stands in `rules`. All writes about one election wait for each other: they look for
nominees before they make one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select

from contracts.identity.elections import ElectionState
from contracts.identity.nominations import (
    Answer,
    DecisionInput,
    NominationApproved,
    NominationCreated,
    NominationDeleted,
    NominationFields,
    NominationInput,
    NominationRejected,
    NominationUpdated,
    NomineeInput,
    Review,
)
from contracts.identity.nominations import Decision as DecisionWord
from contracts.identity.nominations import Nomination as NominationDTO
from contracts.identity.nominations import Nominee as NomineeDTO
from identity import settings
from identity.elections import telling as elections
from identity.elections.models import Election, ElectionKind
from identity.models import User
from identity.nominations import filling, letters, queries, rules, settling, views
from identity.nominations.models import Nomination, Nominee
from identity.nominations.telling import tell_nomination
from identity.services.common import confirmed_emails, primary_email, user_of
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Forbidden, Invalid, NotFound
from servicekit.writes import alone, note, snapshot

#: People whom one person can nominate for one election.
MOST: Final = 20
#: Mails that ask one nominee about one nomination.
MOST_INVITATIONS: Final = 5
CLOSED: Final = "nominations_closed"

type Parts = tuple[Nomination, Nominee, Election, ElectionKind | None]


async def nominate(
    session: WriteSession, slug: str, sent: NominationInput, caller: Principal
) -> NominationDTO:
    """Nominate somebody, or oneself: then it is accepted at once. Others are asked by mail.

    Raises NotFound, Conflict while people cannot be nominated, and for who is nominated already,
    Invalid.
    """
    user_id = user_of(caller)
    election, kind = await queries.election_of(session, Election.slug == slug)
    await _alone(session, election)
    kind = _formed(election, kind)
    user = await session.get_one(User, user_id)
    emails = await confirmed_emails(session, user_id)
    if not emails:
        raise Conflict("Confirm an e-mail address of your account first.", code="unconfirmed")
    row = Nomination(election_id=election.id, nominator_id=user_id, own=sent.own)
    row.nominator_name, row.answer, row.review = user.name, Answer.NONE.value, Review.WAITING.value
    row.invitations, row.reason = 0, ""
    await _check_repeated(session, sent, election, user, emails)
    await filling.fill(row, sent, election, kind)
    filling.acknowledge(row, sent, kind)
    if sent.own:
        row.answer, row.answered = Answer.ACCEPTED.value, datetime.now(UTC)
    nominee = await settling.nominee_for(
        session, election.id, row.name, row.email, user_id if sent.own else None
    )
    row.nominee_id = nominee.id
    session.add(row)
    await session.flush()
    tell_nomination(session, NominationCreated, row)
    await settling.settle(session, nominee)
    note(session, caller, "created", row, row.name, after=snapshot(row, filling.QUIET))
    if sent.own:
        tell_staff(session, row, election)
    else:
        await _invite(session, row, election)
    return await state(session, (row, nominee, election, kind), caller)


async def edit(
    session: WriteSession,
    nomination_id: int,
    sent: NominationFields,
    caller: Principal,
    *,
    if_match: str | None,
) -> NominationDTO:
    """Change what a nomination says; one that staff decided about waits for them again.

    Another address, given by who nominated somebody else, is asked anew. Where nothing differs,
    nothing is written. Raises NotFound, Forbidden, PreconditionFailed, Conflict, Invalid.
    """
    row, nominee, election, kind = parts = await lock(session, nomination_id)
    check_seen(parts, caller)
    if not rules.may_edit(row, nominee, elections.state_of(election), caller):
        raise Forbidden("This nomination can no longer be changed by you.")
    check_match(if_match, row.version)
    kind = _formed(election, kind)
    before, email = snapshot(row), row.email
    asked = not row.own and not rules.is_nominee(nominee, caller)
    if asked and sent.email.lower() in await confirmed_emails(session, user_of(caller)):
        raise _yourself()
    await filling.fill(row, sent, election, kind)
    if snapshot(row) == before:
        return await state(session, parts, caller)
    if row.review != Review.WAITING:
        row.review, row.reason, row.reviewed = Review.WAITING.value, "", None
        tell_staff(session, row, election)
    old = nominee
    if asked and email.lower() != row.email.lower():
        row.answer, row.answered = Answer.NONE.value, None
        others = await queries.nominations_of(session, [old])
        nominee = await settling.nominee_for(
            session,
            *(election.id, row.name, row.email),
            instead_of=old if len(others[old.id]) == 1 else None,
        )
        row.nominee_id = nominee.id
    await session.flush()
    tell_nomination(session, NominationUpdated, row)
    for one in dict.fromkeys((old, nominee)):
        await settling.settle(session, one)
    after = snapshot(row, filling.QUIET)
    told = {name: value for name, value in before.items() if name not in filling.QUIET}
    note(session, caller, "updated", row, row.name, before=told, after=after)
    if asked and email.lower() != row.email.lower():
        await _invite(session, row, election)
    return await state(session, (row, nominee, election, kind), caller)


async def decide(
    session: WriteSession,
    nomination_id: int,
    sent: DecisionInput,
    caller: Principal,
    *,
    if_match: str | None = None,
) -> NominationDTO:
    """Approve or reject, as staff; whom it concerns is told by mail.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    row, nominee, election, _ = parts = await lock(session, nomination_id)
    check_match(if_match, row.version, required=False)
    if sent.decision is DecisionWord.REJECTED and not sent.reason:
        raise Invalid.field(["body", "reason"], "Say why: people are told.", "missing")
    if (row.review, row.reason) == (sent.decision.value, sent.reason):
        return await state(session, parts, caller)
    before = {"review": row.review}
    row.review, row.reason = sent.decision.value, sent.reason
    row.reviewed = datetime.now(UTC)
    await session.flush()
    approved = sent.decision is DecisionWord.APPROVED
    tell_nomination(session, NominationApproved if approved else NominationRejected, row)
    await settling.settle(session, nominee)
    after = {"review": row.review, "reason": row.reason}
    note(session, caller, row.review, row, row.name, before=before, after=after)
    if not election.sample:
        told = settings.of(session)
        for email in await _concerned(session, row):
            mail.post(session, told, email, letters.decided(told, row, election))
    return await state(session, parts, caller)


async def invite_again(session: WriteSession, nomination_id: int, caller: Principal) -> bool:
    """Ask a nominee once more, as staff; older links open nothing. Raises NotFound, Conflict.

    Tells whether there was somebody to ask.
    """
    row, _, election, _ = await lock(session, nomination_id)
    if row.own or row.answer != Answer.NONE:
        return False
    if elections.state_of(election) is not ElectionState.OPEN:
        raise Conflict("Nobody can answer: people cannot be nominated now.", code=CLOSED)
    await _invite(session, row, election)
    note(session, caller, "invited", row, row.name)
    return True


async def link(
    session: WriteSession,
    nominee_id: int,
    sent: NomineeInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> NomineeDTO:
    """Say whose account a nominee is, as staff; two of one account become one.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    found = await session.get(Nominee, nominee_id)
    if found is None:
        raise NotFound("There is no such nominee.")
    election, kind = await queries.election_of(session, Election.id == found.election_id)
    await _alone(session, election)
    row = await session.get_one(Nominee, nominee_id, with_for_update=True, populate_existing=True)
    check_match(if_match, row.version)
    if sent.user_id is not None and await session.get(User, sent.user_id) is None:
        raise Invalid.field(["body", "user_id"], "There is no such user.", "unknown")
    before = {"user_id": row.user_id}
    if sent.user_id != row.user_id:
        label = row.name
        note(session, caller, "linked", row, label, before=before, after={"user_id": sent.user_id})
        row = await settling.link(session, row, sent.user_id)
        await settling.settle(session, row)
        await session.refresh(row)
    of = await queries.nominations_of(session, [row])
    state = elections.state_of(election)
    return views.whole(row, of[row.id], election, kind, state, caller)


async def delete(
    session: WriteSession, nomination_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """Delete a nomination, as staff; a nominee without any goes with it.

    Raises NotFound, PreconditionFailed.
    """
    row, nominee, _, _ = await lock(session, nomination_id)
    check_match(if_match, row.version, required=False)
    tell_nomination(session, NominationDeleted, row)
    note(session, caller, "deleted", row, row.name, before=snapshot(row, filling.QUIET))
    await session.delete(row)
    await settling.settle(session, nominee)


async def forget(session: WriteSession, user_id: int) -> None:
    """Take the name of a nominator off what they wrote: their account is about to be deleted."""
    found = select(Nomination).where(Nomination.nominator_id == user_id).order_by(Nomination.id)
    for row in list(await session.scalars(found.with_for_update())):
        row.nominator_name = ""
        await session.flush()
        tell_nomination(session, NominationUpdated, row)


# --- what they share ---


def _formed(election: Election, kind: ElectionKind | None) -> ElectionKind:
    """Return the form. Raises Conflict while people cannot be nominated."""
    if elections.state_of(election) is not ElectionState.OPEN:
        raise Conflict("People cannot be nominated for this election now.", code=CLOSED)
    if kind is None:
        raise Conflict("This election has no form for nominations yet.", code=CLOSED)
    return kind


async def _check_repeated(
    session: WriteSession,
    sent: NominationInput,
    election: Election,
    user: User,
    emails: list[str],
) -> None:
    """Refuse what was said before, and a third party who is oneself."""
    made = select(Nomination).where(
        Nomination.election_id == election.id, Nomination.nominator_id == user.id
    )
    if sent.own:
        if not (user.first_name and user.last_name):
            raise Conflict(
                "Give your first and last name in your profile first.", field="own", code="no_name"
            )
        if await session.scalar(made.where(Nomination.own)) is not None:
            raise Conflict(
                "You nominated yourself already. Change that nomination.", field="own", code="own"
            )
        return
    if sent.email.lower() in emails:
        raise _yourself()
    others = made.where(~Nomination.own)
    known = others.where(func.lower(Nomination.email) == sent.email.lower())
    if await session.scalar(known) is not None:
        raise Conflict("You nominated this person already.", field="email", code="repeated")
    if (await session.scalar(select(func.count()).select_from(others.subquery())) or 0) >= MOST:
        raise Invalid(f"One person can nominate {MOST} others.")


def _yourself() -> Invalid:
    said = "This is an address of yours. Nominate yourself instead."
    return Invalid.field(["body", "email"], said, "own")


async def _invite(session: WriteSession, row: Nomination, election: Election) -> None:
    """Mail the nominee a link. Raises Conflict where that was done often enough."""
    if row.invitations >= MOST_INVITATIONS:
        raise Conflict("This nominee was asked often enough.", field="email", code="too_often")
    row.invitations += 1
    await session.flush()
    told = settings.of(session)
    mail.post(session, told, row.email, letters.invitation(told, row, election))


def tell_staff(session: WriteSession, row: Nomination, election: Election) -> None:
    """Mail staff that a nomination waits for them, where there is an address for that."""
    told = settings.of(session)
    if told.staff_email:
        mail.post(session, told, told.staff_email, letters.waiting(told, row, election))


async def _concerned(session: WriteSession, row: Nomination) -> list[str]:
    """Return the addresses of nominee and nominator."""
    emails = [row.email]
    if row.nominator_id is not None and not row.own:
        emails.append(await primary_email(session, row.nominator_id))
    return [one for one in dict.fromkeys(emails) if one]


def check_seen(parts: Parts, caller: Principal) -> None:
    """Raise NotFound where the caller does not see a nomination."""
    row, nominee, election, _ = parts
    if not rules.sees_nomination(row, nominee, election, caller):
        raise NotFound("There is no such nomination.")


async def _alone(session: WriteSession, election: Election) -> None:
    """Have no other nomination of this election written, nor its window moved, meanwhile."""
    await alone(session, "nominations", election.id)
    locked = select(Election).where(Election.id == election.id).with_for_update(read=True)
    await session.scalar(locked.execution_options(populate_existing=True))


async def lock(session: WriteSession, nomination_id: int) -> Parts:
    """Lock a nomination with its nominee. Raises NotFound."""
    _, _, election, kind = await queries.parts(session, nomination_id)
    await _alone(session, election)
    found = (
        select(Nomination, Nominee)
        .join(Nominee, Nominee.id == Nomination.nominee_id)
        .where(Nomination.id == nomination_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(found)).first()
    if row is None:
        raise NotFound("There is no such nomination.")
    return row[0], row[1], election, kind


async def state(session: WriteSession, parts: Parts, caller: Principal) -> NominationDTO:
    """Return a nomination as it is written."""
    await session.flush()
    row, nominee, election, kind = parts
    await session.refresh(row)
    return views.nomination(row, nominee, election, kind, elections.state_of(election), caller)
