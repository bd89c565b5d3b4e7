"""What members are told by mail."""

from __future__ import annotations

from identity.settings import Settings
from servicekit.mail import Letter, letters


def affirmation(settings: Settings, name: str) -> Letter:
    """Ask a voting member to affirm that they want to vote this year."""
    return letters.write(
        settings.public_url,
        "membership-affirmation",
        "Do you want to vote in the next PSF election?",
        f"Hello {name},",
        "members of the Python Software Foundation affirm once a year that they want to vote. Your "
        "last affirmation is more than a year old.",
        link=("Affirm that I vote", "/users/membership/affirm/"),
        after=("If you do not want to vote, there is nothing to do.",),
    )
