"""What nominees, nominators and staff are told by mail. Nothing that a nominator wrote is in it."""

from __future__ import annotations

from contracts.identity.nominations import Answer, Review
from identity.elections.models import Election
from identity.nominations import invitations
from identity.nominations.models import Nomination
from identity.settings import Settings
from servicekit.mail import Letter, letters


def invitation(settings: Settings, row: Nomination, election: Election) -> Letter:
    """Ask a nominee to accept or decline, by a link that needs no account."""
    until = "" if election.closes is None else f"{election.closes:%d %B %Y, %H:%M} UTC"
    return letters.write(
        settings.public_url,
        "nomination-invitation",
        _subject(f"You were nominated: {election.name}"),
        "Hello,",
        f"{row.nominator_name or 'Somebody'} nominated you for “{election.name}”. Please read the "
        "nomination, and accept or decline it.",
        link=("Read and answer", invitations.path(settings, row, election.slug)),
        after=(
            f"You can answer until {until}. Without your answer, the nomination does not count.",
            "The link is yours alone: whoever has it answers for you.",
        ),
    )


def answered(settings: Settings, row: Nomination, election: Election) -> Letter:
    """Tell a nominator what the nominee answered."""
    accepted = row.answer == Answer.ACCEPTED
    word = "accepted" if accepted else "declined"
    return letters.write(
        settings.public_url,
        f"nomination-{word}",
        _subject(f"Nomination {word}: {election.name}"),
        "Hello,",
        f"{row.name} {word} your nomination for “{election.name}”.",
        link=("The nomination", _page(row, election)),
        after=("Staff look at it before it is shown.",) if accepted else (),
    )


def decided(settings: Settings, row: Nomination, election: Election) -> Letter:
    """Tell whom a nomination concerns what staff decided."""
    approved = row.review == Review.APPROVED
    word = "approved" if approved else "not approved"
    said = (row.reason,) if row.reason else ()
    return letters.write(
        settings.public_url,
        f"nomination-{row.review}",
        _subject(f"Nomination {word}: {election.name}"),
        "Hello,",
        f"the nomination of {row.name} for “{election.name}” was {word} by staff.",
        *said,
        link=("The nomination", _page(row, election)),
        after=("Nominees are shown once the time for nominations is over.",) if approved else (),
    )


def waiting(settings: Settings, row: Nomination, election: Election) -> Letter:
    """Tell staff that a nomination waits for them."""
    return letters.write(
        settings.public_url,
        "nomination-waiting",
        _subject(f"Nomination to review: {election.name}"),
        f"The nomination of {row.name} for “{election.name}” waits for you.",
        link=("Look at it", _page(row, election)),
        after=(),
    )


def _page(row: Nomination, election: Election) -> str:
    return f"/nominations/{election.slug}/{row.id}/"


def _subject(text: str) -> str:
    return text[:200]
