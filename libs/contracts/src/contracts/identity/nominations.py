"""Nominations for elections: who proposes whom, what they answer, and what staff decide.

A nominee is a person in one election, with any number of nominations: their own, and those of
others. The public sees nominees who accepted and were approved, outside of the window in which
people can be nominated.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, Text
from contracts.events import EventData
from contracts.identity.addresses import Email
from contracts.identity.elections import ElectionState

_Name = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
_Employer = Annotated[Line, StringConstraints(min_length=1, max_length=1024)]
_Others = Annotated[Line, StringConstraints(max_length=2048)]
_Statement = Annotated[Text, StringConstraints(min_length=1, max_length=20_000)]
_Reason = Annotated[Text, StringConstraints(max_length=2000)]
_Year = Annotated[int, Field(ge=1991, le=2100)]


class Answer(StrEnum):
    """What the nominee says to a nomination."""

    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Review(StrEnum):
    """What staff say of a nomination."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class Decision(StrEnum):
    """What staff can say."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Reply(StrEnum):
    """What a nominee can answer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class NominationFields(Input):
    """What is told of a nominee. `served` is None where previous service is not asked for."""

    name: _Name
    email: Email
    served: bool | None = None
    service_years: Annotated[list[_Year], Field(max_length=100)] = Field(
        default_factory=list, description="Needed where served is true"
    )
    employer: _Employer
    other_affiliations: _Others = ""
    statement: _Statement = Field(description="Markdown")


class NominationInput(NominationFields):
    """A nomination to make. The three acknowledgements are of those who nominate themselves."""

    own: bool = Field(description="Whether the caller nominates themselves")
    conduct: bool = False
    mission: bool = False
    eligibility: bool = False


class DecisionInput(Input):
    """A decision of staff; a rejection says why."""

    decision: Decision
    reason: _Reason = ""


class ReplyInput(Input):
    """What a nominee answers."""

    reply: Reply


class SignedReplyInput(Input):
    """What a nominee answers by the link of a mail.

    `user_id`: whoever is signed in and wants the nomination linked to their account.
    """

    reply: Reply
    user_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


class NomineeInput(Input):
    """What staff change of a nominee: whose account it is."""

    user_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


class StatementInput(Input):
    """A statement to look at before it is sent."""

    statement: Annotated[Text, StringConstraints(max_length=20_000)]


class StatementPreview(DTO):
    """A statement as it would be kept."""

    html: str = Field(description="HTML that is safe to put into a page as it is")


class NominationCan(DTO):
    """What the caller can do with a nomination now."""

    edit: bool = False
    answer: bool = False
    review: bool = False


class NominationSummary(DTO):
    """A nomination as its nominator, its nominee and staff have it in a list."""

    id: int
    election_name: str
    election_slug: str
    name: str
    own: bool = Field(description="Whether somebody nominated themselves")
    received: bool = Field(description="Whether the caller is the nominee")
    nominator_name: str
    answer: Answer
    review: Review
    created: datetime


class Nomination(DTO):
    """A nomination as whoever may see it does; `email` and `reason` are None for the public."""

    id: int
    election_id: int
    election_name: str
    election_slug: str
    election_state: ElectionState
    nominee_slug: str
    name: str
    email: str | None
    previous_service: str | None = Field(description="In words; None where it is not told")
    served: bool | None
    service_years: list[int]
    employer: str
    other_affiliations: str
    statement: str
    statement_html: str = Field(description="HTML that is safe to put into a page as it is")
    own: bool
    nominator_name: str
    answer: Answer
    review: Review
    reason: str | None
    can: NominationCan
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Statement(DTO):
    """A nomination that was accepted and approved, as a part of its nominee."""

    id: int
    own: bool
    nominator_name: str
    previous_service: str | None
    employer: str
    other_affiliations: str
    statement_html: str = Field(description="HTML that is safe to put into a page as it is")


class NomineeSummary(DTO):
    """A nominee in a list."""

    id: int
    slug: str
    name: str
    employer: str
    previous_service: str | None
    accepted: bool
    approved: bool


class Nominee(NomineeSummary):
    """A nominee with their statements: their own first."""

    election_id: int
    election_name: str
    election_slug: str
    election_state: ElectionState
    statements: list[Statement]
    mine: bool = Field(description="Whether it is the caller")
    version: int
    updated: datetime


class NomineeList(DTO):
    """Nominees of one election, by name; `own` are the caller's, whatever became of them."""

    state: ElectionState
    shown: bool = Field(description="Whether nominees are shown to the caller now")
    items: list[NomineeSummary]
    own: list[NomineeSummary]


class PublicNominee(DTO):
    """What an event tells of a nominee whom everybody may see."""

    id: int
    slug: str
    name: str
    election_name: str
    election_slug: str
    text: str = Field(description="The statements without markup")
    sample: bool
    updated: datetime


class NomineeRef(EventData):
    """What every event of a nominee says. `nominee` is None where the public does not see them."""

    AGGREGATE: ClassVar[str] = "nominee"

    id: int
    election_id: int
    nominee: PublicNominee | None = None


class NomineeCreated(NomineeRef):
    """Somebody was nominated for the first time."""

    SUBJECT: ClassVar[str] = "identity.nominee.created"


class NomineeUpdated(NomineeRef):
    """What is known of a nominee changed, or for whom they are shown."""

    SUBJECT: ClassVar[str] = "identity.nominee.updated"


class NomineeDeleted(NomineeRef):
    """A nominee is gone."""

    SUBJECT: ClassVar[str] = "identity.nominee.deleted"


class NominationRef(EventData):
    """What every event of a nomination says; what is public of it is its nominee's."""

    AGGREGATE: ClassVar[str] = "nomination"

    id: int
    election_id: int
    nominee_id: int
    answer: Answer
    review: Review


class NominationCreated(NominationRef):
    """Somebody was nominated."""

    SUBJECT: ClassVar[str] = "identity.nomination.created"


class NominationUpdated(NominationRef):
    """A nomination was edited; one that was approved waits for staff again."""

    SUBJECT: ClassVar[str] = "identity.nomination.updated"


class NominationAccepted(NominationRef):
    """The nominee accepted."""

    SUBJECT: ClassVar[str] = "identity.nomination.accepted"


class NominationDeclined(NominationRef):
    """The nominee declined."""

    SUBJECT: ClassVar[str] = "identity.nomination.declined"


class NominationApproved(NominationRef):
    """Staff approved a nomination."""

    SUBJECT: ClassVar[str] = "identity.nomination.approved"


class NominationRejected(NominationRef):
    """Staff rejected a nomination."""

    SUBJECT: ClassVar[str] = "identity.nomination.rejected"


class NominationDeleted(NominationRef):
    """A nomination is gone."""

    SUBJECT: ClassVar[str] = "identity.nomination.deleted"


EVENTS: tuple[type[EventData], ...] = (
    NomineeCreated,
    NomineeUpdated,
    NomineeDeleted,
    NominationCreated,
    NominationUpdated,
    NominationAccepted,
    NominationDeclined,
    NominationApproved,
    NominationRejected,
    NominationDeleted,
)
