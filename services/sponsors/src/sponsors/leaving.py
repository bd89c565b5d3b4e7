"""People who deleted their accounts: sponsorships stay, and nobody sees them by that account."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, update

from servicekit.database import WriteSession
from servicekit.leaving import forgetting
from sponsors.own.models import ApplicationDraft
from sponsors.sponsors.models import SponsorContact
from sponsors.sponsorships.models import Sponsorship, SponsorshipStep


async def forget(session: WriteSession, user_id: int) -> None:
    """Delete the drafts of a user, and take name, address and number from what was sent.

    Contacts are the sponsor's to change; they stay, and belong to no account any more.
    """
    await session.execute(delete(ApplicationDraft).where(ApplicationDraft.user_id == user_id))
    await session.execute(
        update(SponsorContact).where(SponsorContact.user_id == user_id).values(user_id=None)
    )
    await session.execute(
        update(Sponsorship)
        .where(Sponsorship.submitted_by_id == user_id)
        .values(
            submitted_by_id=None,
            submitted_by="",
            submitted_by_email="",
            updated=Sponsorship.updated,
        )
    )
    await session.execute(
        update(SponsorshipStep)
        .where(SponsorshipStep.author_id == user_id)
        .values(author_id=None, name="")
    )


CONSUMERS: Final = forgetting("sponsors", forget)
