"""User groups: people who meet around Python somewhere, or write to each other.

Anybody who is signed in may propose one; the public sees those that staff approved.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line
from contracts.content.addresses import ElsewhereOrNone
from contracts.events import EventData

HOME: Final = "/community/user-groups/"

_Name = Annotated[Line, StringConstraints(min_length=1, max_length=255)]
_Url = Annotated[ElsewhereOrNone, StringConstraints(min_length=1)]


class UrlType(StrEnum):
    """What is at the address of a group."""

    MEETUP = "meetup"
    LIST = "distribution list"
    OTHER = "other"


class UserGroupProposal(Input):
    """A group that somebody proposes."""

    name: _Name
    location: _Name
    url: _Url
    url_type: UrlType = UrlType.OTHER
    start_date: date | None = None


class UserGroupInput(UserGroupProposal):
    """A group to create, or to put in place of what is there."""

    approved: bool = False
    trusted: bool = False


class UserGroup(DTO):
    """One group."""

    id: int
    name: str
    location: str
    url: str
    url_type: UrlType
    start_date: date | None
    approved: bool
    trusted: bool = Field(description="Whether staff know it well")
    sample: bool = Field(description="Made up, for a site that has no other")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class UserGroupRef(EventData):
    """What every event of a user group says. `user_group` is None where the public sees none."""

    AGGREGATE: ClassVar[str] = "user_group"

    id: int
    approved: bool
    was_public: bool = False
    user_group: UserGroup | None = None


class UserGroupCreated(UserGroupRef):
    """A group was proposed, or made by staff."""

    SUBJECT: ClassVar[str] = "identity.user_group.created"


class UserGroupUpdated(UserGroupRef):
    """A group changed."""

    SUBJECT: ClassVar[str] = "identity.user_group.updated"


class UserGroupApproved(UserGroupRef):
    """A group was approved: the public sees it from now on."""

    SUBJECT: ClassVar[str] = "identity.user_group.approved"


class UserGroupWithdrawn(UserGroupRef):
    """A group is no longer approved."""

    SUBJECT: ClassVar[str] = "identity.user_group.withdrawn"


class UserGroupDeleted(UserGroupRef):
    """A group is gone."""

    SUBJECT: ClassVar[str] = "identity.user_group.deleted"


EVENTS: tuple[type[EventData], ...] = (
    UserGroupCreated,
    UserGroupUpdated,
    UserGroupApproved,
    UserGroupWithdrawn,
    UserGroupDeleted,
)
