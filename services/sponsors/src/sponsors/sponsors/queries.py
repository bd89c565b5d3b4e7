"""Every read of sponsors. The columns of a statement are the fields of the DTO, by name."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit import reading
from servicekit.pagination import Window
from servicekit.reading import Row, bytewise
from sponsors.places import incorporated
from sponsors.sponsors.models import Sponsor, SponsorContact
from sponsors.sponsorships.models import Sponsorship

#: Statuses of sponsorships that keep a sponsor from applying again.
OPEN: Final = ("applied", "approved")
CONTACT: Final[ColumnElement[Any]] = func.json_build_object(
    *("id", SponsorContact.id, "name", SponsorContact.name, "email", SponsorContact.email),
    *("phone", SponsorContact.phone, "primary", SponsorContact.primary),
    *("administrative", SponsorContact.administrative, "accounting", SponsorContact.accounting),
    *("manager", SponsorContact.manager, "linked", SponsorContact.user_id.is_not(None)),
)
_CONTACTS: Final = func.coalesce(
    select(func.json_agg(aggregate_order_by(CONTACT, SponsorContact.id)))
    .where(SponsorContact.sponsor_id == Sponsor.id)
    .correlate(Sponsor)
    .scalar_subquery(),
    literal_column("'[]'::json"),
)
_CAN_APPLY: Final = ~(
    select(Sponsorship.id)
    .where(Sponsorship.sponsor_id == Sponsor.id, Sponsorship.status.in_(OPEN))
    .correlate(Sponsor)
    .exists()
)
FIELDS: Final = (
    *("name", "description", "landing_page_url", "twitter_handle", "linked_in_page_url"),
    *("primary_phone", "mailing_address_line_1", "mailing_address_line_2", "city", "state"),
    *("postal_code", "country", "country_of_incorporation", "state_of_incorporation"),
)


def _linked(user_id: int) -> ColumnElement[bool]:
    """Say that a user is a contact of the sponsor."""
    return (
        select(SponsorContact.id)
        .where(SponsorContact.sponsor_id == Sponsor.id, SponsorContact.user_id == user_id)
        .correlate(Sponsor)
        .exists()
    )


def _submitted(user_id: int) -> ColumnElement[bool]:
    return (
        select(Sponsorship.id)
        .where(Sponsorship.sponsor_id == Sponsor.id, Sponsorship.submitted_by_id == user_id)
        .correlate(Sponsor)
        .exists()
    )


def of_user(user_id: int) -> ColumnElement[bool]:
    """Say that a sponsor is a user's: they are a contact of it, or applied for it."""
    return or_(_linked(user_id), _submitted(user_id))


def editable(user_id: int) -> ColumnElement[bool]:
    """Say that a user may change a sponsor.

    Primary contacts and managers may, and whoever applied for it while no contact has an account.
    """
    mine = SponsorContact.sponsor_id == Sponsor.id
    leading = select(SponsorContact.id).where(
        mine,
        SponsorContact.user_id == user_id,
        or_(SponsorContact.primary, SponsorContact.manager),
    )
    linked = select(SponsorContact.id).where(mine, SponsorContact.user_id.is_not(None))
    return or_(
        leading.correlate(Sponsor).exists(),
        and_(_submitted(user_id), ~linked.correlate(Sponsor).exists()),
    )


def statement(can_edit: ColumnElement[bool] | None = None) -> Select[Any]:
    """Return the statement of sponsors with their contacts."""
    return select(
        *(getattr(Sponsor, name) for name in ("id", "slug", *FIELDS)),
        *(Sponsor.web_logo, Sponsor.white_logo, Sponsor.print_logo),
        _CONTACTS.label("contacts"),
        (false() if can_edit is None else can_edit).label("can_edit"),
        _CAN_APPLY.label("can_apply"),
        *(Sponsor.version, Sponsor.created, Sponsor.updated),
    )


async def sponsors(session: AsyncSession, window: Window, user_id: int) -> tuple[list[Row], int]:
    """Return one window of a user's sponsors, by name."""
    found = statement(editable(user_id)).where(of_user(user_id))
    rows, total = await reading.page(
        session, found, (func.lower(bytewise(Sponsor.name)), Sponsor.id), window
    )
    return [_located(row) for row in rows], total


async def sponsor(
    session: AsyncSession,
    sponsor_id: int,
    *conditions: ColumnElement[bool],
    can_edit: ColumnElement[bool] | None = None,
) -> Row | None:
    """Return one sponsor with its contacts."""
    found = statement(can_edit).where(Sponsor.id == sponsor_id, *conditions)
    row = await reading.one(session, found)
    return None if row is None else _located(row)


def _located(row: Row) -> Row:
    place = incorporated(
        row["country_of_incorporation"] or row["country"],
        row["state_of_incorporation"],
        row["state"],
    )
    return {**row, "incorporation_location": place}
