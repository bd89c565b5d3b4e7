"""Elections of the foundation: what is elected, and when and how people can be nominated.

Voting itself takes place elsewhere. What an election is at a moment is a function of its times
alone, so that a page and a form never disagree.
"""

from __future__ import annotations

from datetime import date as day_of
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from contracts.base import DTO, Input, Line, Slug, Text, said
from contracts.events import EventData

HOME: Final = "/nominations/elections/"
#: Words that stand where the slug of an election can stand.
RESERVED: Final = frozenset({"election", "elections", "statement-preview"})
#: The first year that anybody can have served in.
FIRST_YEAR: Final = 2001

_Name = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
_Said = Annotated[Line, StringConstraints(max_length=300)]
_Color = Annotated[
    str,
    StringConstraints(
        pattern=said(r"^#[0-9a-fA-F]{6}$", "must be a colour such as #0073b7"), max_length=7
    ),
]


class Demand(StrEnum):
    """Whether whoever nominates themselves is asked to acknowledge something."""

    NO = "no"
    OPTIONAL = "optional"
    REQUIRED = "required"


class ElectionState(StrEnum):
    """What an election is at a moment."""

    ANNOUNCED = "announced"
    """There is a day, and no time for nominations."""
    UPCOMING = "upcoming"
    """People can be nominated from a time that is to come."""
    OPEN = "open"
    """People can be nominated now."""
    CLOSED = "closed"
    """The time for nominations is over, the day of the election is to come."""
    BEGUN = "begun"
    """The day of the election has come, however long ago."""


def state_at(
    now: datetime, opens: datetime | None, closes: datetime | None, day: day_of
) -> ElectionState:
    """Return what an election is at `now`; an open window counts more than the day."""
    if opens is not None and closes is not None:
        if opens <= now < closes:
            return ElectionState.OPEN
        if now < opens:
            return ElectionState.UPCOMING
    if day <= now.date():
        return ElectionState.BEGUN
    return ElectionState.ANNOUNCED if closes is None else ElectionState.CLOSED


class ElectionKind(DTO):
    """What is elected, and the form of its nominations as data.

    A demand says whether something is asked, its text what.
    """

    id: int
    name: str
    slug: str
    accent_color: str
    service_question: str
    service_since: int = Field(description="First year that can be answered")
    newcomer: str = Field(description="What is shown of whoever has not served")
    conduct: Demand
    conduct_text: str
    mission: Demand
    mission_text: str
    eligibility: Demand
    eligibility_text: str
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class ElectionKindInput(Input):
    """A kind of election to create, or to put in place of what is there."""

    name: _Name
    slug: Slug | None = Field(
        default=None, description="Made from the name where absent; it stays when the name changes"
    )
    accent_color: _Color = "#0073b7"
    service_question: Annotated[_Said, StringConstraints(min_length=1)] = "Have you served before?"
    service_since: Annotated[int, Field(ge=1991, le=2100)] = FIRST_YEAR
    newcomer: Annotated[_Said, StringConstraints(min_length=1)] = "New candidate"
    conduct: Demand = Demand.NO
    conduct_text: _Said = ""
    mission: Demand = Demand.NO
    mission_text: _Said = ""
    eligibility: Demand = Demand.NO
    eligibility_text: _Said = ""

    @model_validator(mode="after")
    def _say_what_is_asked(self) -> Self:
        for name in ("conduct", "mission", "eligibility"):
            if getattr(self, name) is not Demand.NO and not getattr(self, f"{name}_text"):
                raise ValueError(f"{name}_text must say what is asked")
        return self


class ElectionSummary(DTO):
    """One election of a list."""

    id: int
    name: str
    slug: str
    date: day_of
    opens: datetime | None = Field(description="From when on people can be nominated")
    closes: datetime | None = Field(description="Until when, exclusively")
    kind_name: str | None
    kind_slug: str | None
    accent_color: str | None
    sample: bool = Field(description="Made up, for a site that has no other")
    updated: datetime

    def state(self, now: datetime) -> ElectionState:
        """Return what it is at `now`."""
        return state_at(now, self.opens, self.closes, self.date)


class Election(ElectionSummary):
    """One election. `form` is None where it is of no kind: then nobody can be nominated."""

    description: str
    description_html: str = Field(description="HTML that is safe to put into a page as it is")
    hide_previous_service: bool
    form: ElectionKind | None
    version: int = Field(description="Row version, for If-Match")
    created: datetime


class ElectionInput(Input):
    """An election to create, or to put in place of what is there."""

    name: _Name
    slug: Slug | None = Field(
        default=None, description="Made from the name where absent; it stays when the name changes"
    )
    date: day_of
    opens: AwareDatetime | None = None
    closes: AwareDatetime | None = None
    kind_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    description: Annotated[Text, StringConstraints(max_length=20_000)] = ""
    hide_previous_service: bool = False

    @model_validator(mode="after")
    def _have_a_window(self) -> Self:
        if (self.opens is None) != (self.closes is None):
            raise ValueError("opens and closes must be given together, or neither")
        if self.opens is not None and self.closes is not None and self.closes <= self.opens:
            raise ValueError("closes must be after opens")
        return self


class ElectionKindChange(EventData):
    """What every event of a kind of election says."""

    AGGREGATE: ClassVar[str] = "election_kind"

    id: int
    slug: str
    kind: ElectionKind | None = None
    """State after the change; None after a deletion."""


class ElectionKindCreated(ElectionKindChange):
    """A kind was made."""

    SUBJECT: ClassVar[str] = "identity.election_kind.created"


class ElectionKindUpdated(ElectionKindChange):
    """A kind changed; elections of it are told, too."""

    SUBJECT: ClassVar[str] = "identity.election_kind.updated"


class ElectionKindDeleted(ElectionKindChange):
    """A kind is gone."""

    SUBJECT: ClassVar[str] = "identity.election_kind.deleted"


class ElectionRef(EventData):
    """What every event of an election says."""

    AGGREGATE: ClassVar[str] = "election"

    id: int
    slug: str
    election: Election | None = None
    """State after the change; None after a deletion."""


class ElectionCreated(ElectionRef):
    """An election was announced."""

    SUBJECT: ClassVar[str] = "identity.election.created"


class ElectionUpdated(ElectionRef):
    """An election changed, or its kind did."""

    SUBJECT: ClassVar[str] = "identity.election.updated"


class ElectionOpened(ElectionRef):
    """The time for nominations has come."""

    SUBJECT: ClassVar[str] = "identity.election.opened"


class ElectionClosed(ElectionRef):
    """The time for nominations is over."""

    SUBJECT: ClassVar[str] = "identity.election.closed"


class ElectionBegun(ElectionRef):
    """The day of the election has come."""

    SUBJECT: ClassVar[str] = "identity.election.started"


class ElectionDeleted(ElectionRef):
    """An election is gone."""

    SUBJECT: ClassVar[str] = "identity.election.deleted"


EVENTS: tuple[type[EventData], ...] = (
    ElectionKindCreated,
    ElectionKindUpdated,
    ElectionKindDeleted,
    ElectionCreated,
    ElectionUpdated,
    ElectionOpened,
    ElectionClosed,
    ElectionBegun,
    ElectionDeleted,
)
