"""Membership of the foundation, and the mailing lists that people subscribe to on the site."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line
from contracts.events import EventData
from contracts.identity.addresses import Email

#: Days that an affirmation to vote holds: a year, and a day for leap years.
AFFIRMED_DAYS: Final = 366

_Name = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
_Code = Annotated[Line, StringConstraints(min_length=1, max_length=20)]


class MembershipType(IntEnum):
    """Kinds of members. The numbers are stored by clients; 3 was merged into 4."""

    BASIC = 0
    SUPPORTING = 1
    SPONSOR = 2
    CONTRIBUTING = 4
    FELLOW = 5


class MembershipFields(Input):
    """What a member tells of themselves."""

    legal_name: _Name
    preferred_name: _Name
    email_address: Email
    city: _Name
    region: _Name
    country: _Name
    postal_code: _Code


class MembershipInput(MembershipFields):
    """A membership to begin. The code of conduct has to be agreed to."""

    psf_code_of_conduct: bool
    psf_announcements: bool = Field(
        default=False, description="Whether to subscribe the address of the account to the list"
    )


class MembershipStaffInput(Input):
    """What staff change of a membership."""

    membership_type: MembershipType
    votes: bool = False


class Membership(DTO):
    """A membership as the member has it."""

    id: int
    user_id: int
    membership_type: MembershipType
    legal_name: str
    preferred_name: str
    email_address: str
    city: str
    region: str
    country: str
    postal_code: str
    psf_code_of_conduct: bool | None
    votes: bool
    last_vote_affirmation: datetime | None
    can_vote: bool = Field(description="Whether members of this type can vote at all")
    needs_affirmation: bool = Field(description="Whether a voter has to affirm it again")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class MembershipRef(EventData):
    """What every event of a membership says; nothing that a member tells of themselves."""

    AGGREGATE: ClassVar[str] = "membership"

    id: int
    user_id: int
    membership_type: MembershipType | None = None
    """None after its end."""


class MembershipCreated(MembershipRef):
    """Somebody became a member."""

    SUBJECT: ClassVar[str] = "identity.membership.created"


class MembershipUpdated(MembershipRef):
    """A membership changed."""

    SUBJECT: ClassVar[str] = "identity.membership.updated"


class MembershipDeleted(MembershipRef):
    """A membership ended."""

    SUBJECT: ClassVar[str] = "identity.membership.deleted"


class MailingList(StrEnum):
    """Lists that can be subscribed to on the site."""

    ANNOUNCEMENTS = "psf-members-announce"


class SubscriptionState(StrEnum):
    """What was asked of a list last. The list itself asks the address whether it agrees."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"


class SubscriptionInput(Input):
    """A list to subscribe to, with a confirmed address of the account."""

    mailing_list: MailingList
    email: Email


class Subscription(DTO):
    """What was asked of a list for an account."""

    id: int
    mailing_list: MailingList
    email: str
    state: SubscriptionState
    version: int
    created: datetime
    updated: datetime


class SubscriptionRef(EventData):
    """What every event of a subscription says; no address."""

    AGGREGATE: ClassVar[str] = "subscription"

    id: int
    user_id: int
    mailing_list: MailingList
    state: SubscriptionState


class SubscriptionCreated(SubscriptionRef):
    """A list was asked to take an address."""

    SUBJECT: ClassVar[str] = "identity.subscription.created"


class SubscriptionUpdated(SubscriptionRef):
    """A list was asked to take another address, or the same again."""

    SUBJECT: ClassVar[str] = "identity.subscription.updated"


class SubscriptionWithdrawn(SubscriptionRef):
    """A list was asked to let an address go."""

    SUBJECT: ClassVar[str] = "identity.subscription.withdrawn"


EVENTS: tuple[type[EventData], ...] = (
    MembershipCreated,
    MembershipUpdated,
    MembershipDeleted,
    SubscriptionCreated,
    SubscriptionUpdated,
    SubscriptionWithdrawn,
)
