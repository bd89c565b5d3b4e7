"""Asking mailing lists to take an address, or to let it go."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.memberships import (
    MailingList,
    SubscriptionCreated,
    SubscriptionInput,
    SubscriptionRef,
    SubscriptionState,
    SubscriptionUpdated,
    SubscriptionWithdrawn,
)
from contracts.identity.memberships import Subscription as SubscriptionDTO
from identity import settings
from identity.services.common import confirmed_emails, lock_user, user_of
from identity.subscriptions import letters
from identity.subscriptions.models import Subscription
from servicekit import mail
from servicekit.access import Principal
from servicekit.database import WriteSession
from servicekit.problems import Conflict, Invalid, NotFound
from servicekit.writes import note, tell

_ASKED = SubscriptionState.ASKED
_WITHDRAWN = SubscriptionState.WITHDRAWN


async def of_user(session: AsyncSession, user_id: int) -> Sequence[Subscription]:
    """Return what was asked of lists for an account."""
    found = select(Subscription).where(Subscription.user_id == user_id)
    return (await session.scalars(found.order_by(Subscription.mailing_list))).all()


async def ask(session: WriteSession, sent: SubscriptionInput, caller: Principal) -> SubscriptionDTO:
    """Ask a list to take a confirmed address of the caller; another one is let go.

    Raises Invalid for an address that the caller has not confirmed, Conflict where it was asked.
    """
    user = await lock_user(session, user_of(caller))
    email = sent.email.lower()
    if email not in await confirmed_emails(session, user.id):
        said = "Choose an address of your account that you confirmed."
        raise Invalid.field(["body", "email"], said, "unconfirmed")
    row = await _find(session, user.id, sent.mailing_list)
    if row is None:
        row = Subscription(user_id=user.id, mailing_list=sent.mailing_list.value)
        row.email, row.state = email, _ASKED.value
        session.add(row)
        await session.flush()
        _tell(session, SubscriptionCreated, row)
    else:
        asked = row.state == _ASKED.value
        if asked and row.email == email:
            raise Conflict("The list was asked to take this address already.", code="asked")
        if asked:
            _mail(session, row, "leave")
        row.email, row.state = email, _ASKED.value
        await session.flush()
        _tell(session, SubscriptionUpdated, row)
    _mail(session, row, "join")
    _note(session, caller, row)
    await session.refresh(row)
    return SubscriptionDTO.model_validate(row)


async def withdraw(
    session: WriteSession, mailing_list: MailingList, caller: Principal
) -> SubscriptionDTO:
    """Ask a list to let the caller's address go. Raises NotFound where nothing was asked."""
    row = await _find(session, user_of(caller), mailing_list)
    if row is None or row.state != _ASKED.value:
        raise NotFound("The list was not asked to take an address of yours.")
    row.state = _WITHDRAWN.value
    await session.flush()
    _tell(session, SubscriptionWithdrawn, row)
    _mail(session, row, "leave")
    _note(session, caller, row)
    await session.refresh(row)
    return SubscriptionDTO.model_validate(row)


async def leave_all(session: WriteSession, user_id: int) -> None:
    """Ask all lists to let the addresses of an account go, which is about to be deleted."""
    for row in await of_user(session, user_id):
        if row.state == _ASKED.value:
            _mail(session, row, "leave")


async def _find(
    session: WriteSession, user_id: int, mailing_list: MailingList
) -> Subscription | None:
    found: Subscription | None = await session.scalar(
        select(Subscription)
        .where(Subscription.user_id == user_id, Subscription.mailing_list == mailing_list.value)
        .with_for_update()
    )
    return found


def _tell(session: WriteSession, kind: type[SubscriptionRef], row: Subscription) -> None:
    event = kind(
        id=row.id,
        user_id=row.user_id,
        mailing_list=MailingList(row.mailing_list),
        state=SubscriptionState(row.state),
    )
    tell(session, event, number=row.id, version=row.version)


def _note(session: WriteSession, caller: Principal, row: Subscription) -> None:
    # Which address it is, the trail does not say.
    label = f"{row.mailing_list} of user {row.user_id}"
    note(session, caller, row.state, row, label, after={"state": row.state})


def _mail(session: WriteSession, row: Subscription, command: str) -> None:
    told = settings.of(session)
    address = told.list_request_address.replace("{list}", row.mailing_list)
    mail.post(session, told, address, letters.request(command, row.email))
