"""What staff are told by mail of sponsors that changed."""

from __future__ import annotations

from servicekit import mail
from servicekit.database import WriteSession
from servicekit.mail import letters
from sponsors import settings
from sponsors.sponsors.models import Sponsor


def tell_edit(session: WriteSession, row: Sponsor, who: str, changed: list[str]) -> None:
    """Mail the foundation that one of a sponsor's people changed it, and which fields."""
    told = settings.of(session)
    fields = ", ".join(name.replace("_", " ") for name in changed if name != "slug")
    letter = letters.write(
        told.public_url,
        "sponsor-edited",
        f"Sponsor changed: {row.name}",
        f"{who or 'Somebody'} changed what is kept of {row.name}: {fields}.",
        link=("See the sponsor and its history", f"/admin/sponsors/sponsor/{row.id}/"),
        after=("Logos and texts that are shown follow at once.",),
    )
    mail.post(session, told, told.sponsors_email, letter)
