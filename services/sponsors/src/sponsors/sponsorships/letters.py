"""What sponsors and the foundation are told by mail of applications."""

from __future__ import annotations

from sqlalchemy import select

from contracts.sponsors.applications import Move
from servicekit import mail
from servicekit.database import WriteSession
from servicekit.mail import Letter, letters
from sponsors import people, settings
from sponsors.packages.models import Package
from sponsors.settings import Settings
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsorships.models import SponsorBenefit, Sponsorship


async def tell(session: WriteSession, row: Sponsorship, move: Move, text: str) -> None:
    """Mail both sides of a rejection; other moves are told with the contract, or not at all."""
    if move is not Move.REJECT or row.sample:
        return
    told = settings.of(session)
    name = await _name(session, row)
    reason = (text,) if text else ()
    _staff(
        session,
        row,
        "rejected",
        f"Sponsorship application rejected: {name}",
        f"The application of {name} was rejected. The sponsor was told.",
        *reason,
    )
    letter = _sponsor(
        told,
        row,
        "rejected",
        "Your sponsorship application to the Python Software Foundation",
        f"thank you for offering to sponsor Python. The foundation could not accept the "
        f"application of {name} as it is.",
        *reason,
        f"If you have questions, or want to talk about another way to help, write to "
        f"{told.sponsors_email}. You can apply again at any time.",
    )
    for address in await people.addresses(session, row):
        mail.post(session, told, address, letter)


async def tell_application(session: WriteSession, row: Sponsorship) -> list[str]:
    """Mail both sides that somebody applied; returns to which of the sponsor's addresses."""
    if row.sample:
        return []
    told = settings.of(session)
    name, summary = await _name(session, row), await _summary(session, row)
    _staff(
        session,
        row,
        "applied",
        f"New sponsorship application: {name}",
        f"{row.submitted_by or 'Somebody'} applied for {name}.",
        *summary,
    )
    letter = _sponsor(
        told,
        row,
        "applied",
        "Thank you for your sponsorship application",
        f"thank you for offering to sponsor the Python Software Foundation. The application of "
        f"{name} has arrived, and the foundation's people come back to you.",
        *summary,
        "The page of your sponsorship shows what is asked of you once it is approved.",
    )
    addresses = await people.addresses(session, row)
    for address in addresses:
        mail.post(session, told, address, letter)
    return addresses


async def _name(session: WriteSession, row: Sponsorship) -> str:
    found = await session.scalar(select(Sponsor.name).where(Sponsor.id == row.sponsor_id))
    return str(found or "a sponsor")


async def _summary(session: WriteSession, row: Sponsorship) -> tuple[str, ...]:
    """Return what was applied for, a paragraph each."""
    package = None if row.package_id is None else await session.get(Package, row.package_id)
    statement = (
        select(SponsorBenefit.program_name, SponsorBenefit.name)
        .where(SponsorBenefit.sponsorship_id == row.id)
        .order_by(SponsorBenefit.id)
    )
    benefits = [f"{program}: {name}" for program, name in await session.execute(statement)]
    people_of = select(SponsorContact.name, SponsorContact.email).where(
        SponsorContact.sponsor_id == row.sponsor_id
    )
    contacts = [
        f"{name} <{email}>"
        for name, email in await session.execute(people_of.order_by(SponsorContact.id))
    ]
    custom = row.for_modified_package or package is None
    fee = "to be determined" if custom or package is None else f"${package.amount:,.2f}"
    return (
        f"Level: {package.name if package else 'none'}, {row.year}. Fee: {fee}.",
        f"Benefits: {'; '.join(benefits) or 'none'}.",
        f"Contacts: {'; '.join(contacts)}.",
    )


def _staff(
    session: WriteSession, row: Sponsorship, kind: str, subject: str, *sentences: str
) -> None:
    told = settings.of(session)
    link = ("To the application", f"/sponsors/review/{row.id}/")
    letter = letters.write(
        told.public_url, f"sponsors-{kind}", subject[:200], *sentences, link=link, after=()
    )
    mail.post(session, told, told.sponsors_email, letter)


def _sponsor(told: Settings, row: Sponsorship, kind: str, subject: str, *sentences: str) -> Letter:
    return letters.write(
        *(told.public_url, f"sponsorship-{kind}", subject, "Hello,", *sentences),
        link=("Your sponsorship", f"/users/sponsorships/{row.id}/"),
        after=(f"Questions? Write to {told.sponsors_email}.",),
    )
