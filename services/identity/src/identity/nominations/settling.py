"""Which nominee a nomination is of, and what follows for the nominee from their nominations."""

from __future__ import annotations

from sqlalchemy import or_, select

from contracts.identity.nominations import (
    Answer,
    NomineeCreated,
    NomineeDeleted,
    NomineeUpdated,
    Review,
)
from identity.models import EmailAddress, User
from identity.nominations import telling
from identity.nominations.models import Nomination, Nominee
from identity.services.common import confirmed_emails
from servicekit import slugs
from servicekit.database import WriteSession


async def nominee_for(  # noqa: PLR0913 - what a person is known by
    session: WriteSession,
    election_id: int,
    name: str,
    email: str,
    user_id: int | None = None,
    *,
    instead_of: Nominee | None = None,
) -> Nominee:
    """Return whom a nomination is of: somebody known in this election, or somebody new.

    A person is known by their account, or by an address; `instead_of` is nobody else's, and becomes
    them where they are not known. `user_id` is whoever nominates themselves;
    else the account that confirmed the address is the nominee's. The caller holds the lock of the
    election's nominations.
    """
    known = {email.lower()}
    if user_id is None:
        user_id = await session.scalar(
            select(User.id)
            .join(EmailAddress, EmailAddress.user_id == User.id)
            .where(EmailAddress.email == email.lower(), EmailAddress.verified, User.is_active)
        )
    else:
        # An address that is typed proves nothing: others may have been nominated with it.
        known = set(await confirmed_emails(session, user_id))
    mine = Nominee.user_id == user_id if user_id is not None else None
    theirs = Nominee.email.in_(known) & Nominee.user_id.is_(None)
    found = select(Nominee).where(
        Nominee.election_id == election_id, theirs if mine is None else or_(mine, theirs)
    )
    rows = list(await session.scalars(found.order_by(Nominee.id).with_for_update()))
    own = [row for row in rows if user_id is not None and row.user_id == user_id]
    row = next(iter(own or rows), None)
    if row is not None:
        if row.user_id is None:
            row.user_id = user_id
        return row
    if instead_of is not None:
        instead_of.user_id, instead_of.email = user_id, email.lower()
        return instead_of
    row = Nominee(
        election_id=election_id,
        user_id=user_id,
        name=name,
        slug=await _free_slug(session, election_id, name),
        email=email.lower(),
        accepted=False,
        approved=False,
    )
    session.add(row)
    await telling.tell_nominee(session, NomineeCreated, row)
    return row


async def settle(session: WriteSession, row: Nominee) -> None:
    """Have a nominee follow from their nominations, tell it, and let nominees without any go.

    A nominee accepted where they accepted any, and is approved where one of these is; before they
    answered, where any is.
    """
    await session.flush()
    found = select(Nomination).where(Nomination.nominee_id == row.id)
    nominations = list(await session.scalars(found))
    if not nominations:
        await telling.tell_nominee(session, NomineeDeleted, row)
        await session.delete(row)
        await session.flush()
        return
    accepted = [one for one in nominations if one.answer == Answer.ACCEPTED]
    row.accepted = bool(accepted)
    row.approved = any(one.review == Review.APPROVED for one in accepted or nominations)
    row.touch()
    await telling.tell_nominee(session, NomineeUpdated, row)


async def link(session: WriteSession, row: Nominee, user_id: int | None) -> Nominee:
    """Say whose account a nominee is; returns the nominee that there is afterwards.

    Where the account is a nominee of the election already, both become one. The caller holds the
    lock of the election's nominations, and settles.
    """
    if user_id is None or user_id == row.user_id:
        row.user_id = user_id
        return row
    other: Nominee | None = await session.scalar(
        select(Nominee)
        .where(Nominee.election_id == row.election_id, Nominee.user_id == user_id)
        .with_for_update()
    )
    if other is None:
        row.user_id = user_id
        return row
    moved = select(Nomination).where(Nomination.nominee_id == row.id).with_for_update()
    for one in list(await session.scalars(moved)):
        one.nominee_id = other.id
    await settle(session, row)
    return other


async def _free_slug(session: WriteSession, election_id: int, name: str) -> str:
    """Return a slug that no nominee of the election has: two people may have one name."""
    wanted = slugs.slugify(name) or "nominee"
    found = select(Nominee.slug).where(
        Nominee.election_id == election_id,
        or_(Nominee.slug == wanted, Nominee.slug.startswith(f"{wanted}-", autoescape=True)),
    )
    taken = set(await session.scalars(found))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
