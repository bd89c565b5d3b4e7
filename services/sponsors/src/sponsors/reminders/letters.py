"""What sponsors, and the foundation, are reminded of by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from servicekit.mail import Letter, letters
from sponsors.contracts.agreement import in_full
from sponsors.dates import today
from sponsors.settings import Settings


def asset_due(
    settings: Settings, sponsorship_id: int, sponsor: str, due: date, labels: Sequence[str]
) -> Letter:
    """Tell a sponsor what the foundation needs of it, and until when."""
    days = (due - today()).days
    when = "today" if days <= 0 else "tomorrow" if days == 1 else f"in {days} days"
    listed = "; ".join(labels)
    return letters.write(
        settings.public_url,
        "sponsorship-asset-due",
        f"Needed by {in_full(due)} for your sponsorship of the PSF",
        "Hello,",
        f"for the sponsorship of {sponsor}, the Python Software Foundation still needs something "
        f"of you by {in_full(due)}, {when}: {listed}.",
        "Without it, the benefits that it is for may not be possible in time.",
        link=("Hand it over", f"/users/sponsorships/{sponsorship_id}/assets/"),
        after=(f"Questions? Write to {settings.sponsors_email}.",),
    )


def ending(settings: Settings, row: dict[str, Any]) -> Letter:
    """Tell a sponsor that its sponsorship ends, and how to go on."""
    return letters.write(
        settings.public_url,
        "sponsorship-ending",
        f"Your sponsorship of the PSF ends on {in_full(row['end_date'])}",
        "Hello,",
        f"the sponsorship of {row['sponsor']} lasts until {in_full(row['end_date'])}. Thank you "
        "for what it made possible.",
        "If you want to go on supporting Python, apply for the next year: what you chose last time "
        "and your details are filled in, and you can change them.",
        link=("Apply again", f"/sponsors/application/?again={row['id']}"),
        after=(f"Questions? Write to {settings.sponsors_email}.",),
    )


def ending_staff(settings: Settings, row: dict[str, Any]) -> Letter:
    """Tell the foundation that a sponsorship ends, and was not applied for again."""
    return letters.write(
        settings.public_url,
        "sponsors-ending",
        f"Sponsorship ends on {in_full(row['end_date'])}: {row['sponsor']}"[:200],
        f"The sponsorship of {row['sponsor']} ends on {in_full(row['end_date'])}, and there is no "
        "later application. Its people were asked whether they want to renew it.",
        link=("To the sponsorship", f"/sponsors/review/{row['id']}/"),
        after=(),
    )


def ended(settings: Settings, row: dict[str, Any]) -> Letter:
    """Tell the foundation that a sponsorship is over: its logos are gone from the site."""
    return letters.write(
        settings.public_url,
        "sponsors-ended",
        f"Sponsorship over: {row['sponsor']}"[:200],
        f"The last day of the sponsorship of {row['sponsor']} was {in_full(row['end_date'])}. "
        "Its logos are not shown any more.",
        link=("To the sponsorship", f"/sponsors/review/{row['id']}/"),
        after=(),
    )
