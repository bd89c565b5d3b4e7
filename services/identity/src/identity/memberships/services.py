"""Writing memberships: row, event and audit entry in one transaction.

The trail says what a membership is, and not where somebody lives.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, select

from contracts.identity.memberships import (
    MailingList,
    MembershipCreated,
    MembershipDeleted,
    MembershipFields,
    MembershipInput,
    MembershipRef,
    MembershipStaffInput,
    MembershipType,
    MembershipUpdated,
    SubscriptionInput,
)
from contracts.identity.memberships import Membership as MembershipDTO
from identity.memberships import queries
from identity.memberships.models import Membership
from identity.services.common import confirmed_emails, lock_user, user_of
from identity.subscriptions import services as subscriptions
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.etag import check_match
from servicekit.problems import Conflict, Invalid, NotFound
from servicekit.writes import note, snapshot, tell

#: What the trail does not keep: what a member tells of themselves.
_PERSONAL: Final = frozenset(
    {"legal_name", "preferred_name", "email_address", "city", "region", "country", "postal_code"}
    | {"reminded"}
)


async def begin(session: WriteSession, sent: MembershipInput, caller: Principal) -> MembershipDTO:
    """Make the caller a Basic member, and subscribe them where they want that.

    Raises Invalid without the code of conduct, Conflict for who is a member already.
    """
    if not sent.psf_code_of_conduct:
        raise Invalid.field(
            ["body", "psf_code_of_conduct"], "Members agree to the code of conduct.", "missing"
        )
    user = await lock_user(session, user_of(caller))
    row = await session.scalar(select(Membership).where(Membership.user_id == user.id))
    if row is not None:
        raise Conflict("You are a member already.", code="member")
    row = Membership(user_id=user.id, psf_code_of_conduct=True)
    _fill(row, sent)
    session.add(row)
    made = await _state(session, row)
    _tell(session, MembershipCreated, row)
    note(session, caller, "created", row, _label(row), after=snapshot(row, _PERSONAL))
    if sent.psf_announcements:
        emails = await confirmed_emails(session, user.id)
        if not emails:
            raise Invalid.field(
                ["body", "psf_announcements"], "Confirm an address of your account first.", "email"
            )
        asked = SubscriptionInput(mailing_list=MailingList.ANNOUNCEMENTS, email=emails[0])
        await subscriptions.ask(session, asked, caller)
    return made


async def edit(
    session: WriteSession, sent: MembershipFields, caller: Principal, *, if_match: str | None
) -> MembershipDTO:
    """Replace what the caller tells of themselves. Where nothing differs, nothing is written.

    Raises NotFound, PreconditionFailed.
    """
    row = await _lock(session, Membership.user_id == user_of(caller))
    check_match(if_match, row.version)
    before = snapshot(row)
    _fill(row, sent)
    if snapshot(row) == before:
        return await _state(session, row)
    changed = await _state(session, row)
    _tell(session, MembershipUpdated, row)
    note(session, caller, "edited", row, _label(row), after=snapshot(row, _PERSONAL))
    return changed


async def affirm(session: WriteSession, caller: Principal) -> MembershipDTO:
    """Note that the caller wants to vote this year. Raises NotFound, Conflict for who cannot."""
    row = await _lock(session, Membership.user_id == user_of(caller))
    if MembershipType(row.membership_type) not in queries.VOTING:
        raise Conflict("Basic members do not vote.", code="no_vote")
    row.votes, row.last_vote_affirmation = True, datetime.now(UTC)
    changed = await _state(session, row)
    _tell(session, MembershipUpdated, row)
    note(session, caller, "affirmed", row, _label(row), after=snapshot(row, _PERSONAL))
    return changed


async def leave(session: WriteSession, caller: Principal) -> None:
    """End the caller's membership. Raises NotFound."""
    row = await _lock(session, Membership.user_id == user_of(caller))
    await _end(session, row, caller)


async def update(
    session: WriteSession,
    membership_id: int,
    sent: MembershipStaffInput,
    caller: Principal,
    *,
    if_match: str | None,
) -> MembershipDTO:
    """Set type and vote, as staff. The first vote counts as affirmed.

    Raises NotFound, PreconditionFailed, Conflict for a vote that the type does not have.
    """
    row = await _lock(session, Membership.id == membership_id)
    check_match(if_match, row.version)
    if sent.votes and sent.membership_type not in queries.VOTING:
        raise Conflict("Basic members do not vote.", field="votes", code="no_vote")
    before = snapshot(row, _PERSONAL)
    row.membership_type, row.votes = int(sent.membership_type), sent.votes
    if row.votes and row.last_vote_affirmation is None:
        row.last_vote_affirmation = datetime.now(UTC)
    after = snapshot(row, _PERSONAL)
    if after == before:
        return await _state(session, row)
    changed = await _state(session, row)
    _tell(session, MembershipUpdated, row)
    note(session, caller, "updated", row, _label(row), before=before, after=after)
    return changed


async def delete(
    session: WriteSession, membership_id: int, caller: Principal, *, if_match: str | None
) -> None:
    """End a membership, as staff. Raises NotFound, PreconditionFailed."""
    row = await _lock(session, Membership.id == membership_id)
    check_match(if_match, row.version, required=False)
    await _end(session, row, caller)


async def tell_end(session: WriteSession, user_id: int) -> None:
    """Tell that a membership ends with its account, which is about to be deleted."""
    row = await session.scalar(select(Membership).where(Membership.user_id == user_id))
    if row is not None:
        _tell(session, MembershipDeleted, row)


def of_membership(kind: type[MembershipRef], row: Membership) -> MembershipRef:
    """Make the event `kind` of a membership in its state after the change."""
    gone = issubclass(kind, MembershipDeleted)
    return kind(
        id=row.id,
        user_id=row.user_id,
        membership_type=None if gone else MembershipType(row.membership_type),
    )


def _tell(session: WriteSession, kind: type[MembershipRef], row: Membership) -> None:
    gone = issubclass(kind, MembershipDeleted)
    tell(session, of_membership(kind, row), number=row.id, version=row.version + gone)


async def _end(session: WriteSession, row: Membership, caller: Principal) -> None:
    _tell(session, MembershipDeleted, row)
    note(session, caller, "deleted", row, _label(row), before=snapshot(row, _PERSONAL))
    await session.delete(row)
    await session.flush()


def _fill(row: Membership, sent: MembershipFields) -> None:
    for name in MembershipFields.model_fields:
        setattr(row, name, getattr(sent, name))


def _label(row: Membership) -> str:
    return f"of user {row.user_id}"


async def _lock(session: WriteSession, condition: ColumnElement[bool]) -> Membership:
    statement = select(Membership).where(condition).with_for_update()
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such membership.")
    return row


async def _state(session: WriteSession, row: Membership) -> MembershipDTO:
    await session.flush()
    return MembershipDTO.model_validate(await queries.by_id(session, row.id))
