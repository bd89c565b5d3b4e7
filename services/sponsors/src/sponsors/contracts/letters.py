"""What both sides are told by mail of a contract. The papers are behind a sign-in, in no mail."""

from __future__ import annotations

from servicekit import mail
from servicekit.database import WriteSession
from servicekit.mail import letters
from sponsors import people, settings
from sponsors.contracts.agreement import in_full
from sponsors.contracts.drafting import label
from sponsors.contracts.models import Contract
from sponsors.sponsorships.models import Sponsorship


async def sent(session: WriteSession, row: Contract, sponsorship: Sponsorship) -> None:
    """Tell the foundation and the sponsor that a contract is to be signed."""
    name = label(row)
    _staff(
        *(session, row, "contract-sent", f"Contract to be signed: {name}"),
        f"The contract of {name} was made as PDF and DOCX by {row.sent_by or 'staff'}. It waits "
        "for the signatures of both sides.",
        "Once both have signed, the signed copy is put there, and the sponsorship is finalized.",
    )
    await _sponsor(
        *(session, sponsorship, "contract-ready"),
        "Your sponsorship agreement with the Python Software Foundation",
        f"thank you for supporting Python. The sponsorship agreement for {name} is ready, for the "
        f"time from {in_full(sponsorship.start_date)} to {in_full(sponsorship.end_date)}.",
        "Please look it over, as PDF or as DOCX, on the page of your sponsorship. The foundation "
        "comes back to you to have it signed. If something in it is wrong, answer before you sign.",
    )


async def executed(session: WriteSession, row: Contract, sponsorship: Sponsorship) -> None:
    """Tell both that a contract is executed."""
    name = label(row)
    _staff(
        *(session, row, "contract-executed", f"Contract executed: {name}"),
        f"The signed contract of {name} was put in by {row.executed_by or 'staff'}. The "
        f"sponsorship is finalized, from {in_full(sponsorship.start_date)} to "
        f"{in_full(sponsorship.end_date)}.",
    )
    await _sponsor(
        *(session, sponsorship, "contract-executed"),
        "Your sponsorship of the Python Software Foundation begins",
        f"the agreement for {name} is signed by both sides: welcome, and thank you. Your "
        f"sponsorship lasts from {in_full(sponsorship.start_date)} to "
        f"{in_full(sponsorship.end_date)}.",
        "The page of your sponsorship has the signed agreement, what the foundation needs of you, "
        "with the dates, and what it has for you.",
    )


async def nullified(
    session: WriteSession, row: Contract, sponsorship: Sponsorship, text: str
) -> None:
    """Tell both that a contract which was sent counts no more."""
    name = label(row)
    reason = (text,) if text else ()
    _staff(
        *(session, row, "contract-nullified", f"Contract nullified: {name}"),
        f"The contract of {name} that waited for signatures was nullified. Draft it anew, or make "
        "the sponsorship an application again.",
        *reason,
    )
    await _sponsor(
        *(session, sponsorship, "contract-withdrawn"),
        "Your sponsorship agreement is being drafted anew",
        f"the sponsorship agreement for {name} that was sent to you counts no more: please do not "
        "sign it. The foundation drafts another one, and you hear of it.",
        *reason,
    )


def _staff(session: WriteSession, row: Contract, kind: str, subject: str, *sentences: str) -> None:
    told = settings.of(session)
    link = ("To the contract", f"/sponsors/review/{row.sponsorship_id}/")
    letter = letters.write(
        told.public_url, f"sponsors-{kind}", subject[:200], *sentences, link=link, after=()
    )
    mail.post(session, told, told.sponsors_email, letter)


async def _sponsor(
    session: WriteSession, sponsorship: Sponsorship, kind: str, subject: str, *sentences: str
) -> None:
    told = settings.of(session)
    letter = letters.write(
        *(told.public_url, f"sponsorship-{kind}", subject, "Hello,", *sentences),
        link=("Your sponsorship", f"/users/sponsorships/{sponsorship.id}/"),
        after=(f"Questions? Write to {told.sponsors_email}.",),
    )
    for address in await people.addresses(session, sponsorship):
        mail.post(session, told, address, letter)
