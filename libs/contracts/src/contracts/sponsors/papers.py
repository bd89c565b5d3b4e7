"""Papers: the contracts of sponsorships with their clauses. For staff, and each for its sponsor.

`name` of what is sent is put in by the gateway, of what it knows of who calls. A `url` is the
path of a link that opens a private file for a quarter of an hour: made for the answer, not kept.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.base import DTO, Input, Line, Text
from contracts.events import EventData
from contracts.files import Upload
from contracts.sponsors.applications import ContractStatus
from contracts.sponsors.inputs import ApprovalInput, Id, Position, Words

MAX_TEXT = 20_000


class ContractMove(StrEnum):
    """What is done with a contract; from which status is one table in the service."""

    BEGIN = "begin"
    EDIT = "edit"
    SEND = "send"
    EXECUTE = "execute"
    NULLIFY = "nullify"
    REDRAFT = "redraft"
    DISCARD = "discard"


class Paper(StrEnum):
    """As what a contract can be had."""

    PDF = "pdf"
    DOCX = "docx"


class ContractMoveView(DTO):
    """Something that may be done with a contract, or why not."""

    move: ContractMove
    to: ContractStatus
    why_not: str = Field(description="Empty: it may be done")


class PrivateFile(DTO):
    """A file that is not for everybody."""

    url: str = Field(description="Path and query of a link that is good for a quarter of an hour")
    name: str = Field(description="What it is saved as")
    media_type: str
    size: int = Field(description="Bytes")
    width: int | None = Field(default=None, description="Pixels; null: it is no picture")
    height: int | None = None


class ContractSummary(DTO):
    """A contract in a list."""

    id: int
    sponsorship_id: int
    sponsor_name: str
    level_name: str
    year: int | None
    renewal: bool = Field(description="It says that it renews an earlier agreement")
    status: ContractStatus
    revision: int = Field(description="Grows with each change of the draft")
    sent_on: date | None
    executed_on: date | None
    nullified_on: date | None
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class Contract(ContractSummary):
    """A contract with its texts, its papers, and what may be done with it."""

    sponsor_info: str = Field(description="Name and address of the sponsor, a line each")
    sponsor_contact: str = Field(description="The primary contact of the sponsor, a line each")
    benefits_list: str = Field(description="A benefit a line: `- name [^1]`")
    legal_clauses: str = Field(description="A clause a paragraph: `[^1]: text`")
    template: int = Field(description="Version of the words around them")
    sent_by: str
    executed_by: str
    document: PrivateFile | None = Field(description="As it was sent, PDF; a draft has a preview")
    document_docx: PrivateFile | None
    signed_document: PrivateFile | None
    moves: list[ContractMoveView]


class OwnContract(DTO):
    """The contract of a sponsorship as its sponsor sees it: from when it was sent."""

    status: ContractStatus
    sent_on: date | None
    executed_on: date | None
    document: PrivateFile | None
    document_docx: PrivateFile | None
    signed_document: PrivateFile | None


class ContractInput(Input):
    """The texts of a draft, in place of those that are there."""

    sponsor_info: Annotated[Text, StringConstraints(min_length=1, max_length=MAX_TEXT)]
    sponsor_contact: Annotated[Text, StringConstraints(max_length=MAX_TEXT)] = ""
    benefits_list: Annotated[Text, StringConstraints(max_length=MAX_TEXT)] = ""
    legal_clauses: Annotated[Text, StringConstraints(max_length=MAX_TEXT)] = ""


class ExecutionInput(Input):
    """A contract that both sides signed."""

    name: Annotated[Line, StringConstraints(max_length=200)] = ""
    signed_document: Upload = Field(description="A PDF")


class SignedApprovalInput(ApprovalInput):
    """An approval of what was agreed on already: with the contract that both sides signed."""

    signed_document: Upload = Field(description="A PDF")


class Clause(DTO):
    """A condition that contracts put below benefits."""

    id: int
    internal_name: str
    clause: str = Field(description="Plain text")
    notes: str = Field(description="For staff")
    position: int
    benefit_ids: list[int] = Field(description="Benefits whose contracts have it")
    version: int = Field(description="Row version, for If-Match")
    created: datetime
    updated: datetime


class ClauseInput(Input):
    """A clause to create, or to put in place of what is there. Contracts keep what they have."""

    internal_name: Annotated[Line, StringConstraints(min_length=1, max_length=1024)]
    clause: Annotated[Words, StringConstraints(min_length=1)]
    notes: Words = ""
    position: Position = 100
    benefit_ids: list[Id] = Field(default_factory=list, max_length=1000)


class ContractRef(EventData):
    """What every event of a contract says: which one, of what, and where it is."""

    AGGREGATE: ClassVar[str] = "contract"

    id: int
    sponsorship_id: int
    status: ContractStatus


class ContractCreated(ContractRef):
    """A draft was made."""

    SUBJECT: ClassVar[str] = "sponsors.contract.created"


class ContractUpdated(ContractRef):
    """A draft changed."""

    SUBJECT: ClassVar[str] = "sponsors.contract.updated"


class ContractSent(ContractRef):
    """A contract waits for its signatures."""

    SUBJECT: ClassVar[str] = "sponsors.contract.sent"


class ContractExecuted(ContractRef):
    """Both sides signed a contract."""

    SUBJECT: ClassVar[str] = "sponsors.contract.executed"


class ContractNullified(ContractRef):
    """A contract that was sent counts no more."""

    SUBJECT: ClassVar[str] = "sponsors.contract.nullified"


class ContractOutdated(ContractRef):
    """Another draft took the place of a contract, or its sponsorship was decided about anew."""

    SUBJECT: ClassVar[str] = "sponsors.contract.outdated"


class ClauseRef(EventData):
    """What every event of a clause says: that there is one."""

    AGGREGATE: ClassVar[str] = "clause"

    id: int


class ClauseCreated(ClauseRef):
    """A clause was added."""

    SUBJECT: ClassVar[str] = "sponsors.clause.created"


class ClauseUpdated(ClauseRef):
    """A clause changed."""

    SUBJECT: ClassVar[str] = "sponsors.clause.updated"


class ClauseDeleted(ClauseRef):
    """A clause is gone."""

    SUBJECT: ClassVar[str] = "sponsors.clause.deleted"


EVENTS: tuple[type[EventData], ...] = (
    *(ContractCreated, ContractUpdated, ContractSent, ContractExecuted, ContractNullified),
    *(ContractOutdated, ClauseCreated, ClauseUpdated, ClauseDeleted),
)
