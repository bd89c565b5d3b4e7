"""Where mails about a sponsorship go."""

from __future__ import annotations

from sqlalchemy import select

from servicekit.database import WriteSession
from sponsors.sponsors.models import SponsorContact
from sponsors.sponsorships.models import Sponsorship


async def addresses(session: WriteSession, sponsorship: Sponsorship) -> list[str]:
    """Return the address of who applied, and those of contacts whose account is known.

    An address that somebody only typed is not written to. Nobody is behind a sample.
    """
    if sponsorship.sample:
        return []
    found = await session.scalars(
        select(SponsorContact.email)
        .where(
            SponsorContact.sponsor_id == sponsorship.sponsor_id,
            SponsorContact.user_id.is_not(None),
        )
        .order_by(SponsorContact.id)
    )
    every = (sponsorship.submitted_by_email, *found)
    return list({address.lower(): address for address in every if address}.values())
