"""Memberships in the staff admin; its CSV is the list of members."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.admin import AdminChoice, FilterKind, Format
from contracts.identity.memberships import MembershipStaffInput, MembershipType
from identity.memberships import queries, services
from identity.memberships.models import Membership
from identity.models import User
from servicekit.access import Principal
from servicekit.admin.declaration import (
    Column,
    Fieldset,
    Filter,
    Form,
    Hint,
    Permissions,
    Resource,
    Statement,
    Values,
)

_TYPES: Final = tuple(
    AdminChoice(value=str(int(one)), label=one.name.capitalize()) for one in MembershipType
)
_NAMES: Final = {int(one): one.name.capitalize() for one in MembershipType}
#: Members join themselves; staff say of which type they are.
_PERMISSIONS: Final = Permissions(
    "identity.view_membership",
    "identity.change_membership",
    "identity.change_membership",
    "identity.delete_membership",
)
_TOLD: Final = (
    *("legal_name", "preferred_name", "email_address", "city", "region", "country"),
    *("postal_code", "psf_code_of_conduct", "last_vote_affirmation"),
)


class MemberForm(MembershipStaffInput):
    """A membership in its form, with what is only shown there."""

    legal_name: str = ""
    preferred_name: str = ""
    email_address: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    postal_code: str = ""
    psf_code_of_conduct: bool | None = None
    last_vote_affirmation: datetime | None = None


async def _read(session: AsyncSession, key: int, _: Principal) -> Values | None:
    return await queries.by_id(session, key)


def _joined(statement: Statement) -> Statement:
    return statement.join(User, User.id == Membership.user_id)


MEMBERSHIPS: Final = Resource(
    name="membership",
    label="membership",
    plural="memberships",
    group="Membership",
    note="Members join themselves, as Basic members; here they get another type.",
    model=Membership,
    key=Membership.id,
    title=User.username,
    permissions=_PERMISSIONS,
    join=_joined,
    columns=(
        Column("username", User.username, "User name"),
        Column("membership_type", Membership.membership_type, "Type", shown=_NAMES.get),
        Column("legal_name", Membership.legal_name, "Legal name"),
        Column("email_address", Membership.email_address, "E-mail"),
        Column("country", Membership.country),
        Column("votes", Membership.votes, format=Format.BOOL),
        Column(
            "last_vote_affirmation",
            Membership.last_vote_affirmation,
            "Last affirmation",
            Format.TIME,
        ),
        Column("created", Membership.created, "Joined", Format.DATE),
    ),
    order="-created",
    search=(
        ("user name", User.username),
        ("legal name", Membership.legal_name),
        ("e-mail", Membership.email_address),
    ),
    filters=(
        Filter("type", Membership.membership_type, FilterKind.CHOICE, "Type", _TYPES),
        Filter("votes", Membership.votes, FilterKind.BOOL, "Votes"),
        Filter("overdue", queries.overdue(), FilterKind.BOOL, "Affirmation is over"),
    ),
    dates=Column("joined", Membership.created),
    form=Form(
        read=_read,
        input=MemberForm,
        fieldsets=(
            Fieldset("Membership", ("membership_type", "votes", "last_vote_affirmation")),
            Fieldset(
                "What the member says",
                tuple(name for name in _TOLD if name != "last_vote_affirmation"),
            ),
        ),
        update=services.update,
        hints={
            "membership_type": Hint(label="Type", choices=_TYPES),
            "votes": Hint(help="Basic members cannot; the first vote counts as affirmed"),
            **{name: Hint(read_only_on_change=True) for name in _TOLD},
        },
    ),
    delete=services.delete,
)

RESOURCES: Final = (MEMBERSHIPS,)
