"""Working groups of the foundation: what each is for, and who is in it.

The public sees those that are approved; of these some are active, and some have ended.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, Slug, Text
from contracts.content.addresses import AddressOrNone
from contracts.content.texts import TextMarkup
from contracts.events import EventData

HOME: Final = "/psf/workgroups/"
#: The texts of a group, in the order of its page.
TEXTS: Final = ("purpose", "active_time", "core_values", "rules", "communication", "support")

_Text = Annotated[Text, StringConstraints(max_length=20_000)]
_People = Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=200)]


class Person(DTO):
    """Somebody with an account, by the names that everybody may know."""

    id: int
    username: str
    name: str


class WorkGroupTexts(DTO):
    """The texts of a group, each as HTML that is safe to put into a page as it is."""

    purpose: str = ""
    active_time: str = ""
    core_values: str = ""
    rules: str = ""
    communication: str = ""
    support: str = ""


class WorkGroup(DTO):
    """One group. People whose account is closed are in neither list."""

    id: int
    name: str
    slug: str
    active: bool
    approved: bool
    short_description: str
    texts_markup_type: TextMarkup
    purpose: str
    active_time: str
    core_values: str
    rules: str
    communication: str
    support: str
    html: WorkGroupTexts
    url: str = Field(description="Its own page, or empty")
    organizers: list[Person]
    members: list[Person]
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class WorkGroupInput(Input):
    """A group to create, or to put in place of what is there. People are ids of users."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    slug: Slug | None = Field(default=None, description="Made from the name where absent")
    active: bool = True
    approved: bool = False
    short_description: Annotated[Line, StringConstraints(max_length=300)] = ""
    purpose: Annotated[Text, StringConstraints(min_length=1, max_length=20_000)]
    active_time: _Text = ""
    core_values: _Text = ""
    rules: _Text = ""
    communication: Annotated[Text, StringConstraints(min_length=1, max_length=20_000)]
    support: _Text = ""
    texts_markup_type: TextMarkup = TextMarkup.MARKDOWN
    url: AddressOrNone = ""
    organizers: _People = Field(default_factory=list)
    members: _People = Field(default_factory=list)


class WorkGroupRef(EventData):
    """What every event of a group says."""

    AGGREGATE: ClassVar[str] = "work_group"

    id: int
    approved: bool
    slugs: tuple[str, ...] = ()
    """Slugs at which the public sees it, or saw it before this change."""
    work_group: WorkGroup | None = None
    """The whole state; None of one that is not approved, and after a deletion."""


class WorkGroupCreated(WorkGroupRef):
    """A group was added. One that is approved from the start is approved next."""

    SUBJECT: ClassVar[str] = "content.work_group.created"


class WorkGroupApproved(WorkGroupRef):
    """A group is public from now on."""

    SUBJECT: ClassVar[str] = "content.work_group.approved"


class WorkGroupUpdated(WorkGroupRef):
    """A group changed: its texts, or who is in it, or what they are called."""

    SUBJECT: ClassVar[str] = "content.work_group.updated"


class WorkGroupWithdrawn(WorkGroupRef):
    """A group is public no longer."""

    SUBJECT: ClassVar[str] = "content.work_group.withdrawn"


class WorkGroupDeleted(WorkGroupRef):
    """A group is gone. `approved` tells whether it was public."""

    SUBJECT: ClassVar[str] = "content.work_group.deleted"


EVENTS: tuple[type[EventData], ...] = (
    WorkGroupCreated,
    WorkGroupApproved,
    WorkGroupUpdated,
    WorkGroupWithdrawn,
    WorkGroupDeleted,
)
