"""What nominees answer: signed in, or by the link of a mail."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.identity.elections import ElectionState
from contracts.identity.nominations import Nomination as NominationDTO
from contracts.identity.nominations import (
    NominationAccepted,
    NominationDeclined,
    Reply,
    Review,
    SignedReplyInput,
)
from identity import settings
from identity.elections import telling as elections
from identity.models import User
from identity.nominations import invitations, letters, queries, rules, services, settling, views
from identity.nominations.services import Parts
from identity.nominations.telling import tell_nomination
from identity.services.common import primary_email
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import ReadSession, WriteSession
from servicekit.problems import Conflict, Forbidden, NotFound
from servicekit.writes import note


async def answer(
    session: WriteSession, nomination_id: int, reply: Reply, caller: Principal
) -> NominationDTO:
    """Accept or decline, as the nominee. Raises NotFound, Forbidden."""
    parts = await services.lock(session, nomination_id)
    services.check_seen(parts, caller)
    if not rules.may_answer(parts[1], elections.state_of(parts[2]), caller):
        raise Forbidden("Only the nominee can answer, while people can be nominated.")
    if parts[0].answer == reply.value:
        return await services.state(session, parts, caller)
    await _answer(session, parts, reply, caller)
    return await services.state(session, parts, caller)


async def invited(
    session: ReadSession, told: settings.Settings, nomination_id: int, sha256: str
) -> NominationDTO:
    """Return the nomination that a signed link is about. Raises NotFound."""
    parts = await queries.parts(session, nomination_id)
    return _as_invited(told, parts, sha256)


async def answer_invited(
    session: WriteSession, nomination_id: int, sha256: str, sent: SignedReplyInput
) -> NominationDTO:
    """Accept or decline by a signed link; whoever is signed in may have it linked.

    Raises NotFound for a link that is none, Conflict while nobody can answer, and for a nominee
    who is linked to somebody else.
    """
    parts = await services.lock(session, nomination_id)
    told = settings.of(session)
    _as_invited(told, parts, sha256)
    row, nominee, election, kind = parts
    if elections.state_of(election) is not ElectionState.OPEN:
        raise Conflict("People can no longer be nominated, nor answer.", code=services.CLOSED)
    who = Principal(subject=f"nominee:{nominee.id}")
    if sent.user_id is not None:
        if nominee.user_id not in {None, sent.user_id}:
            raise Conflict("This nomination belongs to another account.", code="linked")
        if await session.get(User, sent.user_id) is None:
            raise NotFound("There is no such user.")
        if row.nominator_id == sent.user_id:
            raise Conflict("This is your own nomination of somebody else.", code="linked")
        nominee = await settling.link(session, nominee, sent.user_id)
        who = Principal(subject=f"user:{sent.user_id}")
    await _answer(session, (row, nominee, election, kind), sent.reply, who)
    await session.refresh(row)
    return _as_invited(told, (row, nominee, election, kind), sha256)


async def _answer(session: WriteSession, parts: Parts, reply: Reply, caller: Principal) -> None:
    row, nominee, election, _ = parts
    if row.answer == reply.value:
        # It may have been linked all the same.
        await settling.settle(session, nominee)
        return
    before = {"answer": row.answer}
    row.answer, row.answered = reply.value, datetime.now(UTC)
    await session.flush()
    accepted = reply is Reply.ACCEPTED
    tell_nomination(session, NominationAccepted if accepted else NominationDeclined, row)
    await settling.settle(session, nominee)
    note(session, caller, row.answer, row, row.name, before=before, after={"answer": row.answer})
    told = settings.of(session)
    nominator = None if row.own else row.nominator_id
    if nominator is not None and (email := await primary_email(session, nominator)):
        mail.post(session, told, email, letters.answered(told, row, election))
    if accepted and row.review == Review.WAITING:
        services.tell_staff(session, row, election)


def _as_invited(told: settings.Settings, parts: Parts, sha256: str) -> NominationDTO:
    """Return a nomination as its nominee sees it. Raises NotFound for a link that is none."""
    row, nominee, election, kind = parts
    if not invitations.fits(told, row, sha256):
        raise NotFound("This link does not work, or no longer.")
    state = elections.state_of(election)
    nobody = Principal(subject="", anonymous=True)
    found = views.nomination(row, nominee, election, kind, state, nobody)
    can = found.can.model_copy(update={"answer": state is ElectionState.OPEN})
    return found.model_copy(update={"email": row.email, "can": can})
